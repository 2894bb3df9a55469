"""Stage 6g: the three things that are called coverage, side by side.

建制覆盖: a unit has a facility. 空间覆盖: people can walk to one. 服务覆盖: people are served, as
the bureau reports it. None of the three follows from another.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from geoplan.model.schema import ESTABLISHED, THREE_COVERAGES

_UNIT = ["level", "code"]
_KEYS = [*_UNIT, "service", "group"]


def three_coverages_table(
    coverage: pd.DataFrame,
    establishment: pd.DataFrame,
    reported: pd.DataFrame,
    served_by: tuple[Mapping[str, tuple[str, str]], Mapping[str, tuple[str, str]]],
) -> pd.DataFrame:
    """Return the given rows of spatial coverage with establishment and people served beside them.

    ``facilities`` stand in the unit itself; of its ``subdistricts`` and ``communities`` so many
    have at least one (``…_with``), a unit counting as its own. They are missing for places and
    roads, which are no units. ``served`` and ``served_share`` (of the people of the group, never
    cut at 1) are missing where nothing is reported; where only a share is reported, it stands
    without a number of people. Columns are ``model.schema.THREE_COVERAGES``.

    Parameters
    ----------
    coverage
        Rows of ``model.schema.COVERAGE``.
    establishment
        Columns ``model.schema.ESTABLISHMENT``.
    reported
        Columns ``model.schema.REPORTED``; of several editions the newest counts.
    served_by
        Indicators of people served, and of the share of people served → the service and the group
        that each is about.
    """
    table = coverage.rename(columns={"share": "covered_share"})
    table = table.merge(_established(establishment), on=[*_UNIT, "service"], how="left")
    people, shares = (_newest(reported, indicators) for indicators in served_by)
    table = table.merge(people, on=_KEYS, how="left")
    table = table.merge(shares, on=_KEYS, how="left", suffixes=("", "_share"))
    inhabited = table["people"].where(table["people"] > 0)
    table["served"] = table["reported"]
    table["served_share"] = (table["served"] / inhabited).round(6).fillna(table["reported_share"])
    source = table["reported_source"].fillna(table["reported_source_share"])
    table["served_source"] = source.fillna("")
    return table.loc[:, list(THREE_COVERAGES)]


def _established(establishment: pd.DataFrame) -> pd.DataFrame:
    """Return one row a unit and service: facilities, and lower units with and without."""
    rows = establishment[establishment["counted_by"] == "service"]
    rows = rows.rename(columns={"subject": "service"})
    keys = [*_UNIT, "service"]
    table = rows.groupby(keys, sort=False, as_index=False)[["facilities"]].first()
    for child, plural in (("subdistrict", "subdistricts"), ("community", "communities")):
        below = rows.loc[rows["child_level"] == child, [*keys, "units", "units_with"]]
        names = {"units": plural, "units_with": f"{plural}_with"}
        table = table.merge(below.rename(columns=names), on=keys, how="left")
    for column in ESTABLISHED:
        table[column] = table[column].astype("Int64")
    return table


def _newest(reported: pd.DataFrame, about: Mapping[str, tuple[str, str]]) -> pd.DataFrame:
    """Return the figures of some indicators by unit, service and group, newest edition of each."""
    rows = reported[reported["indicator"].isin(list(about))].copy()
    pairs = [about[indicator] for indicator in rows["indicator"].tolist()]
    rows["service"] = np.array([service for service, _ in pairs], dtype=object)
    rows["group"] = np.array([group for _, group in pairs], dtype=object)
    rows["reported"] = rows["value"].astype(np.float64)
    rows["reported_source"] = rows["source"] + rows["date"].map(_in_brackets)
    newest = rows.sort_values("edition", kind="stable").drop_duplicates(_KEYS, keep="last")
    return newest[[*_KEYS, "reported", "reported_source"]]


def _in_brackets(date: str) -> str:
    return f" ({date})" if date else ""
