"""Stage 9c: all facts of a run: from the inputs, from its tables, and from reported figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoplan.domain.profiles import MEASURING_WALKER
from geoplan.model.places import LEVELS
from geoplan.model.reported import ReportedFigures
from geoplan.model.results import PlanInputs, PlanSettings, UnitIndex
from geoplan.model.targets import Edition, Target
from geoplan.stages.facts import (
    Stamp,
    amount_facts,
    derived_facts,
    in_order,
    ratio_facts,
    reported_facts,
    stamped,
)
from geoplan.stages.register_facts import establishment_facts, register_facts
from geoplan.stages.unit_rows import Rows
from geoplan.units import SECONDS_PER_MINUTE

_COVERAGE = {"covered_share": "covered", "people_covered": "covered"}
"""Indicator → column of the table of coverage."""

_WALKS = {
    "mean_walk_minutes": "mean_min",
    "median_walk_minutes": "median_min",
    "p90_walk_minutes": "p90_min",
    "longest_walk_minutes": "max_min",
    "longest_walk_m": "max_min",
}
"""Indicator → column of the table of walking times."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What the facts of a run are taken from."""

    inputs: PlanInputs
    homes: UnitIndex
    """Units of the demand points."""
    facility_units: UnitIndex
    """Units that the facilities stand in."""
    coverage: pd.DataFrame
    """Columns ``model.schema.COVERAGE``."""
    walking_times: pd.DataFrame
    """Columns ``model.schema.WALKING_TIMES``; with rows of the measuring walker, distances are
    known."""
    establishment: pd.DataFrame
    """Columns ``model.schema.ESTABLISHMENT``."""
    figures: ReportedFigures | None
    edition: Edition
    """Which state of the data the inputs are."""


@dataclass(frozen=True, slots=True)
class _Question:
    """What a target asks of a table of walks, as the target words it and as it is looked up."""

    indicator: str
    level: str
    asked: tuple[str, str, str, int]
    """Group, service, profile and minutes of the target, which may leave them open."""
    group: str
    service: str
    profile: str
    minutes: int


def measured(evidence: Evidence, settings: PlanSettings, targets: Sequence[Target]) -> pd.DataFrame:
    """Return every fact that the evidence holds; of walks, those that a target asks for.

    Columns are ``model.schema.FACTS``, in the order of the table of indicators. A target that
    leaves group, service, walker or limit open is answered by the project's main ones.
    """
    computed = stamped(
        [
            *register_facts(evidence.inputs, evidence.homes, evidence.facility_units),
            *establishment_facts(evidence.establishment, evidence.inputs.facilities),
            *walk_facts(evidence, settings, targets),
        ],
        _stamp(evidence),
    )
    if evidence.figures is None:
        return in_order(computed)
    reported = reported_facts(evidence.figures, evidence.inputs.boundaries)
    derived = derived_facts(computed, reported)
    return in_order(pd.concat([computed, reported, derived], ignore_index=True))


def walk_facts(
    evidence: Evidence, settings: PlanSettings, targets: Sequence[Target]
) -> list[pd.DataFrame]:
    """Return covered shares and walking times that the targets ask for, one fact a unit."""
    questions = list(dict.fromkeys(_questions(settings, targets)))
    coverage = _near(evidence.coverage, questions)
    walks = _near(evidence.walking_times, questions)
    return [
        _covered(question, coverage) if question.indicator in _COVERAGE else _timed(question, walks)
        for question in questions
    ]


def _stamp(evidence: Evidence) -> Stamp:
    inputs = evidence.inputs
    named = (inputs.facilities.source, inputs.demand.source, inputs.boundaries.source)
    return Stamp(
        edition=evidence.edition,
        origin="computed",
        source="geoplan: " + ", ".join(source.name for source in named),
        made=any(source.synthetic for source in (*named, inputs.network.source)),
    )


def _questions(settings: PlanSettings, targets: Sequence[Target]) -> list[_Question]:
    return [
        _Question(
            indicator=target.indicator,
            level=target.level,
            asked=(target.group, target.service, target.profile, target.minutes),
            group=target.group or settings.group,
            service=target.service or settings.service,
            profile=target.profile or _walker(target.indicator, settings),
            minutes=target.minutes or max(settings.minutes),
        )
        for target in targets
        if target.indicator in {**_COVERAGE, **_WALKS}
    ]


def _walker(indicator: str, settings: PlanSettings) -> str:
    return MEASURING_WALKER.id if indicator == "longest_walk_m" else settings.profile


def _near(table: pd.DataFrame, questions: Sequence[_Question]) -> pd.DataFrame:
    """Return the rows that some question may want: one pass over a long table instead of many."""
    services = {question.service for question in questions}
    profiles = {question.profile for question in questions}
    return table[
        table["level"].isin(LEVELS)
        & table["profile"].isin(profiles)
        & table["service"].isin(services)
    ]


def _wanted(question: _Question, table: pd.DataFrame) -> tuple[pd.DataFrame, Rows]:
    found = table[
        (table["level"] == question.level)
        & (table["service"] == question.service)
        & (table["profile"] == question.profile)
        & (table["group"] == question.group)
    ]
    if "minutes" in found:
        found = found[found["minutes"] == question.minutes]
    code, name = (found[column].to_numpy(dtype=np.str_) for column in ("code", "name"))
    return found, Rows(question.level, code, name, np.empty(0, dtype=np.int64))


def _covered(question: _Question, coverage: pd.DataFrame) -> pd.DataFrame:
    found, rows = _wanted(question, coverage)
    covered, people = (found[name].to_numpy(dtype=np.float64) for name in ("covered", "people"))
    if question.indicator == "people_covered":
        return _asked(question, amount_facts(question.indicator, rows, covered))
    return _asked(question, ratio_facts(question.indicator, rows, (covered, people)))


def _timed(question: _Question, walks: pd.DataFrame) -> pd.DataFrame:
    found, rows = _wanted(question, walks)
    value = found[_WALKS[question.indicator]].to_numpy(dtype=np.float64)
    if question.indicator == "longest_walk_m":
        value = value * SECONDS_PER_MINUTE
    return _asked(question, amount_facts(question.indicator, rows, value.round(6)))


def _asked(question: _Question, facts: pd.DataFrame) -> pd.DataFrame:
    group, service, profile, minutes = question.asked
    return facts.assign(group=group, service=service, profile=profile, minutes=minutes)
