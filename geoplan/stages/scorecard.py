"""Stage 9e: the scorecard: each target beside what is measured or reported, and what is missing."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from geoplan.domain.indicators import INDICATORS
from geoplan.errors import TargetError
from geoplan.model.places import LEVELS, Boundaries
from geoplan.model.schema import SCORECARD
from geoplan.model.targets import Target
from geoplan.stages.establishment import unit_above
from geoplan.stages.facts import ORIGINS
from geoplan.stages.judging import Counts, Verdict, judged, judged_together, months_until

_SUBJECT = ("indicator", "level", "code", "group", "service", "profile", "minutes")
"""What a fact is about."""


@dataclass(frozen=True, slots=True)
class _Fact:
    """One number of one unit in one edition."""

    counts: Counts
    without: tuple[str, ...]
    """Codes of the units (or the facility) that the number is short of."""
    edition: str
    date: str
    origin: str
    made: bool

    def rank(self) -> tuple[str, int]:
        """Return what the preferred fact has most of: a later edition, then a better origin."""
        return self.edition, ORIGINS.index(self.origin)

    def known(self) -> bool:
        """Return whether there is a value."""
        return not math.isnan(self.counts.value)


_NOTHING = _Fact(Counts(math.nan, math.nan, math.nan), (), "", "", "", made=False)

_Facts = Mapping[tuple[object, ...], Sequence[_Fact]]
"""Subject → its facts, the preferred first."""


def scorecard(
    targets: Sequence[Target], facts: pd.DataFrame, boundaries: Boundaries
) -> pd.DataFrame:
    """Return one row for each target and each unit of its level, in the order of the targets.

    ``value`` is the newest known edition's, a derived fact before a computed one before a
    reported one; ``previous_value`` is that of the edition before, and ``change`` the difference
    where both have one origin. ``required`` and ``missing`` are counts in ``missing_unit``;
    ``missing_codes`` are the units without (joined by ``;``), or the smallest facility where the
    smallest counts, met or not. ``pace`` is what is missing per whole month from the date of the
    value to the deadline. ``status`` is ``pass``, ``fail`` or ``unknown``. A target whose level
    the boundaries do not have is one row with an empty code. Columns are
    ``model.schema.SCORECARD``.

    Raises
    ------
    TargetError
        A target or a fact is in another unit than its indicator, or the indicator is unknown.
    ValueError
        Two facts of one edition and origin are about the same: a fault of the program.
    """
    _require_fitting(targets, facts)
    found = _facts_by_subject(targets, facts)
    below = _children(boundaries)
    names = dict(zip(boundaries.code.tolist(), boundaries.name.tolist(), strict=True))
    # exact fractions and texts of their own length: a few hundred rows, one by one
    rows = [
        _row(target, code, names, (found, below))
        for target in targets
        for code in boundaries.code[boundaries.at(target.level)].tolist() or [""]
    ]
    return pd.DataFrame(rows, columns=list(SCORECARD))


def _require_fitting(targets: Sequence[Target], facts: pd.DataFrame) -> None:
    """Raise ``TargetError`` for the first number that is not in the unit of its indicator."""
    pairs = facts[["indicator", "unit"]].drop_duplicates()
    named = [(f"target {target.id}", target.indicator, target.unit) for target in targets]
    named += [("a fact", *pair) for pair in pairs.itertuples(index=False, name=None)]
    for what, indicator, unit in named:
        if indicator not in INDICATORS:
            raise TargetError(f"{what}: indicator {indicator!r} is not in the table of indicators")
        wanted = INDICATORS[indicator].unit
        if unit != wanted:
            raise TargetError(
                f"{what}: the unit is {unit!r}, but {indicator} is counted in {wanted!r}; "
                "convert the number"
            )


def _facts_by_subject(targets: Sequence[Target], facts: pd.DataFrame) -> _Facts:
    asked = facts[facts["indicator"].isin([target.indicator for target in targets])]
    if asked.duplicated([*_SUBJECT, "edition", "origin"]).any():
        raise ValueError("two facts of one edition and origin are about the same")
    found: defaultdict[tuple[object, ...], list[_Fact]] = defaultdict(list)
    for row in asked.to_dict("records"):
        found[tuple(row[column] for column in _SUBJECT)].append(
            _Fact(
                counts=Counts(float(row["value"]), float(row["part"]), float(row["whole"])),
                without=tuple(filter(None, str(row["without"]).split(";"))),
                edition=row["edition"],
                date=row["date"],
                origin=row["origin"],
                made=bool(row["made"]),
            )
        )
    return {
        subject: sorted(several, key=_Fact.rank, reverse=True) for subject, several in found.items()
    }


def _children(boundaries: Boundaries) -> Mapping[str, tuple[str, Sequence[str]]]:
    """Return by unit the next lower level that the boundaries have, and its units there."""
    present = [level for level in LEVELS if boundaries.at(level).size]
    children: dict[str, tuple[str, Sequence[str]]] = {}
    for upper, lower in pairwise(present):
        above, rows = unit_above(boundaries, upper), boundaries.at(lower)
        for row in boundaries.at(upper).tolist():
            inside = rows[above[rows] == row]
            children[str(boundaries.code[row])] = (lower, boundaries.code[inside].tolist())
    return children


def _facts_of(target: Target, found: _Facts, level: str, code: str) -> Sequence[_Fact]:
    subject = (target.indicator, level, code, target.group, target.service, target.profile)
    return found.get((*subject, target.minutes), ())


def _chosen(facts: Sequence[_Fact]) -> _Fact:
    """Return the preferred fact with a value, else the preferred one, else one without anything."""
    return next((fact for fact in facts if fact.known()), facts[0] if facts else _NOTHING)


def _row(
    target: Target,
    code: str,
    names: Mapping[str, str],
    evidence: tuple[_Facts, Mapping[str, tuple[str, Sequence[str]]]],
) -> dict[str, object]:
    found, below = evidence
    facts = _facts_of(target, found, target.level, code)
    fact = _chosen(facts)
    verdict, lacking = judged(target, fact.counts), fact.without
    if target.by_child_ceiling:
        verdict, lacking = _judged_children(target, found, *below.get(code, ("", ())))
    months = months_until(fact.date, target.deadline)
    return {
        **_claim(target),
        **_history(fact, facts),
        "code": code,
        "name": names.get(code, ""),
        "value": fact.counts.value,
        "status": verdict.status,
        "missing": verdict.missing,
        "required": verdict.required,
        "missing_codes": ";".join(lacking),
        "missing_names": ";".join(names.get(one, one) for one in lacking),
        "pace": round(verdict.missing / months, 2) if months and verdict.missing else np.nan,
        "origin": fact.origin,
        "edition": fact.edition,
        "made": fact.made,
    }


def _claim(target: Target) -> dict[str, object]:
    """Return the columns that repeat the target."""
    same = ("level", "unit", "deadline", "source", "indicator", "comparison", "group", "service")
    further = ("profile", "minutes", "page", "confidence", "text_zh", "text_en")
    return {
        "target": target.id,
        "goal": target.number,
        "missing_unit": INDICATORS[target.indicator].counts,
        **{column: getattr(target, column) for column in (*same, *further)},
    }


def _history(fact: _Fact, facts: Sequence[_Fact]) -> dict[str, object]:
    """Return the edition before, the change since, and the newest figure that was reported."""
    known = [one for one in facts if one.known()]
    earlier = [one for one in known if one.edition < fact.edition]
    latest = [one for one in earlier if one.edition == earlier[0].edition]
    before = next((one for one in latest if one.origin == fact.origin), [*latest, _NOTHING][0])
    reported = next((one for one in known if one.origin == "reported"), _NOTHING)
    change = fact.counts.value - before.counts.value if before.origin == fact.origin else np.nan
    return {
        "previous_value": before.counts.value,
        "previous_edition": before.edition,
        "change": round(change, 6),
        "reported_value": reported.counts.value,
    }


def _judged_children(
    target: Target, found: _Facts, level: str, codes: Sequence[str]
) -> tuple[Verdict, tuple[str, ...]]:
    """Return the verdict on the units below, and the codes of those that fail."""
    verdicts = [
        judged(target, _chosen(_facts_of(target, found, level, code)).counts) for code in codes
    ]
    failing = [code for code, one in zip(codes, verdicts, strict=True) if one.status == "fail"]
    return judged_together(verdicts), tuple(failing)
