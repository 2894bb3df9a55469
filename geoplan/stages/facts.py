"""Stage 9a: facts: one number of one unit, with its counts, its edition and where it came from.

Computed, reported and derived facts have one form (``model.schema.FACTS``), so that the scorecard
can hold any of them against a target. ``value`` is NaN where it is not known; ``part`` and
``whole`` are the counts behind a ratio and may be known on their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoplan.domain.indicators import INDICATORS, UNITS
from geoplan.model.arrays import Floats
from geoplan.model.places import LEVELS, Boundaries
from geoplan.model.reported import ReportedFigures
from geoplan.model.schema import FACTS
from geoplan.model.targets import Edition
from geoplan.stages.unit_rows import Rows

ORIGINS = ("reported", "computed", "derived")
"""Who says so, the last preferred in one edition: the bureau; the inputs; the bureau's count of
those who are served among the inputs' count of all."""

DERIVED_FROM_PART: Mapping[str, str] = {
    "social_workers": "social_workers_per_10000",
    "home_visit_people": "home_visit_share",
    "home_visit_80_people": "home_visit_80_share",
    "institutions_rated": "institutions_rated_share",
    "communities_with_project": "communities_with_project_share",
}
"""Reported numerator → the ratio whose denominator the inputs know."""

DERIVED_FROM_WHOLE: Mapping[str, str] = {"households": "care_m2_per_100_households"}
"""Reported denominator → the ratio whose numerator the inputs know."""

_KEY = ["level", "code"]
_ORDER = ["group", "service", "profile", "minutes", "edition", "origin"]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What all facts of one origin share."""

    edition: Edition
    origin: str
    """One of ``ORIGINS``."""
    source: str
    made: bool
    """True when any input was made for demonstration."""


def amount_facts(
    indicator: str, rows: Rows, value: Floats, *, group: str = "", without: Sequence[str] = ()
) -> pd.DataFrame:
    """Return one fact a unit for an amount; ``value`` is (units,), NaN where not known."""
    nothing = np.full(rows.code.size, np.nan)
    return _facts(indicator, rows, (value, nothing, nothing), group=group, without=without)


def ratio_facts(
    indicator: str,
    rows: Rows,
    counts: tuple[Floats, Floats],
    *,
    group: str = "",
    without: Sequence[str] = (),
) -> pd.DataFrame:
    """Return one fact a unit for a ratio, from numerators and denominators of shape (units,).

    The value is rounded to six decimals; NaN where a count is not known or nobody is there.
    """
    value = _ratio(indicator, *counts)
    return _facts(indicator, rows, (value, *counts), group=group, without=without)


def stamped(frames: Sequence[pd.DataFrame], stamp: Stamp) -> pd.DataFrame:
    """Return the facts of one origin as one table."""
    return pd.concat(frames, ignore_index=True).assign(
        edition=stamp.edition.name,
        date=stamp.edition.date,
        origin=stamp.origin,
        source=stamp.source,
        made=stamp.made,
    )[list(FACTS)]


def reported_facts(figures: ReportedFigures, boundaries: Boundaries) -> pd.DataFrame:
    """Return the reported figures as facts; the name of a unit that is not on the map is empty."""
    table = figures.table
    names = dict(zip(boundaries.code.tolist(), boundaries.name.tolist(), strict=True))
    facts = table.assign(
        name=[names.get(code, "") for code in table["code"].tolist()],
        service="",
        profile="",
        minutes=0,
        part=np.nan,
        whole=np.nan,
        without="",
        origin="reported",
    )
    return facts[list(FACTS)]


def unplaced_figures(figures: ReportedFigures, boundaries: Boundaries) -> pd.DataFrame:
    """Return the reported figures whose unit is not on the map: they stand on no scorecard."""
    table = figures.table
    known = set(zip(boundaries.level.tolist(), boundaries.code.tolist(), strict=True))
    units = zip(table["level"].tolist(), table["code"].tolist(), strict=True)
    return table[[unit not in known for unit in units]].reset_index(drop=True)


def derived_facts(computed: pd.DataFrame, reported: pd.DataFrame) -> pd.DataFrame:
    """Return the ratios of which one count is reported and the other is known from the inputs.

    The edition is that of the reported count; the other count is always that of the inputs, for
    no other edition of them is known.
    """
    frames = [
        _derived(computed, reported, count, ratio, side=side)
        for side, ratios in (("part", DERIVED_FROM_PART), ("whole", DERIVED_FROM_WHOLE))
        for count, ratio in ratios.items()
    ]
    return pd.concat(frames, ignore_index=True)


def in_order(facts: pd.DataFrame) -> pd.DataFrame:
    """Return the facts in the order of the table of indicators, then level, code and the rest."""
    place = {name: row for row, name in enumerate(INDICATORS)}
    ranked = facts.assign(
        _indicator=[place[name] for name in facts["indicator"].tolist()],
        _level=[LEVELS.index(level) for level in facts["level"].tolist()],
    )
    keys = ["_indicator", "_level", "code", *_ORDER]
    return ranked.sort_values(keys, kind="stable", ignore_index=True)[list(FACTS)]


def _facts(
    indicator: str,
    rows: Rows,
    numbers: tuple[Floats, Floats, Floats],
    *,
    group: str,
    without: Sequence[str],
) -> pd.DataFrame:
    value, part, whole = numbers
    return pd.DataFrame(
        {
            "indicator": indicator,
            "level": rows.level,
            "code": rows.code,
            "name": rows.name,
            "group": group,
            "service": "",
            "profile": "",
            "minutes": 0,
            "value": value.astype(np.float64),
            "unit": INDICATORS[indicator].unit,
            "part": part.astype(np.float64),
            "whole": whole.astype(np.float64),
            "without": list(without) or "",
        }
    )


def _ratio(indicator: str, part: Floats, whole: Floats) -> Floats:
    per = UNITS[INDICATORS[indicator].unit].per
    ratio: Floats = (per * part / np.where(whole > 0, whole, np.nan)).round(6)
    return ratio


def _derived(
    computed: pd.DataFrame, reported: pd.DataFrame, count: str, ratio: str, *, side: str
) -> pd.DataFrame:
    """Return the facts of one ratio whose ``side``, part or whole, is reported as ``count``."""
    counted = reported[(reported["indicator"] == count) & (reported["group"] == "")]
    known = computed[computed["indicator"] == ratio]
    both = counted[[*_KEY, "value", "edition", "date", "source", "made"]].merge(
        known.drop(columns=["value", side, "edition", "date"]),
        on=_KEY,
        suffixes=("_reported", ""),
    )
    facts = both.rename(columns={"value": side}).assign(
        origin="derived",
        made=both["made"] | both["made_reported"],
        source=both["source_reported"] + "; " + both["source"],
    )
    part, whole = (facts[side].to_numpy(dtype=np.float64) for side in ("part", "whole"))
    return facts.assign(value=_ratio(ratio, part, whole))[list(FACTS)]
