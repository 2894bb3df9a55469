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
    served_by: Mapping[str, tuple[str, str]],
) -> pd.DataFrame:
    """Return the given rows of spatial coverage with establishment and people served beside them.

    ``facilities`` stand in the unit itself; of its ``subdistricts`` and ``communities`` so many
    have at least one (``…_with``), a unit counting as its own. They are missing for places and
    roads, which are no units. ``served`` and ``served_share`` (of the people of the group, never
    cut at 1) are missing where nothing is reported. Columns are ``model.schema.THREE_COVERAGES``.

    Parameters
    ----------
    coverage
        Rows of ``model.schema.COVERAGE``.
    establishment
        Columns ``model.schema.ESTABLISHMENT``.
    reported
        Columns ``model.schema.REPORTED``; of several editions the newest counts.
    served_by
        Indicator of people served → the service and the group that it is about.
    """
    table = coverage.rename(columns={"share": "covered_share"})
    table = table.merge(_established(establishment), on=[*_UNIT, "service"], how="left")
    table = table.merge(_served(reported, served_by), on=_KEYS, how="left")
    inhabited = table["people"].where(table["people"] > 0)
    table["served_share"] = (table["served"] / inhabited).round(6)
    table["served_source"] = table["served_source"].fillna("")
    return table.loc[:, list(THREE_COVERAGES)]


def _established(establishment: pd.DataFrame) -> pd.DataFrame:
    """Return one row a unit and service: facilities, and lower units with and without."""
    rows = establishment[establishment["counted_by"] == "service"]
    rows = rows.rename(columns={"subject": "service"})
    keys = [*_UNIT, "service"]
    table = rows.groupby(keys, sort=False, as_index=False)["facilities"].first()
    for child, plural in (("subdistrict", "subdistricts"), ("community", "communities")):
        below = rows.loc[rows["child_level"] == child, [*keys, "units", "units_with"]]
        names = {"units": plural, "units_with": f"{plural}_with"}
        table = table.merge(below.rename(columns=names), on=keys, how="left")
    whole = dict.fromkeys(ESTABLISHED, "Int64")
    return table.astype(whole)


def _served(reported: pd.DataFrame, served_by: Mapping[str, tuple[str, str]]) -> pd.DataFrame:
    """Return the people served by unit, service and group, in the newest edition of each."""
    rows = reported[reported["indicator"].isin(list(served_by))].copy()
    about = [served_by[indicator] for indicator in rows["indicator"].tolist()]
    rows["service"] = np.array([service for service, _ in about], dtype=object)
    rows["group"] = np.array([group for _, group in about], dtype=object)
    rows["served"] = rows["value"].astype(np.float64)
    rows["served_source"] = rows["source"] + rows["date"].map(
        lambda date: f" ({date})" * bool(date)
    )
    newest = rows.sort_values("edition", kind="stable").drop_duplicates(_KEYS, keep="last")
    return newest[[*_KEYS, "served", "served_source"]]


def _in_brackets(date: str) -> str:
    return f" ({date})" if date else ""
