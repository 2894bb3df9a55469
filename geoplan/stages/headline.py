"""Stage 9: the headline numbers that a reader sees first."""

from __future__ import annotations

import pandas as pd

from geoplan.model.results import PlanInputs, PlanSettings, PlanTables
from geoplan.model.siting import Headroom

Headline = dict[str, str | int | float | bool | None]


def headline(
    inputs: PlanInputs, settings: PlanSettings, tables: PlanTables, most: Headroom
) -> Headline:
    """Return the numbers of the whole area: main service, walker, group and longest limit.

    ``most_covered`` are the people within reach if every candidate were open. A number that is not
    published is None.
    """
    table, longest = tables.coverage, max(settings.minutes)
    level = table["level"].iloc[0]
    rows = table[
        (table["level"] == level)
        & (table["service"] == settings.service)
        & (table["profile"] == settings.profile)
        & (table["minutes"] == longest)
    ]
    people, covered = _sum(rows, settings.group, "people"), _sum(rows, settings.group, "covered")
    sites = tables.recommendations["cumulative_share"]
    now = None if people is None or covered is None else round(covered / max(people, 1), 6)
    return {
        "project": settings.project,
        "title": settings.title,
        "synthetic": settings.synthetic,
        "service": settings.service,
        "profile": settings.profile,
        "speed_m_s": settings.speed_m_s,
        "scenario": settings.scenario,
        "minutes": longest,
        "group": settings.group,
        "people": people,
        "covered": covered,
        "share": now,
        "people_all": _sum(rows, "all", "people"),
        "covered_all": _sum(rows, "all", "covered"),
        "facilities": len(inputs.facilities.id),
        "streets": inputs.network.edge_count,
        "gaps": len(tables.gaps),
        "barrier_gaps": int((tables.gaps["class"] == "C").sum()),
        "shortfalls": len(tables.shortfalls),
        "missing_links": len(tables.links),
        "recommended_sites": len(sites),
        "share_with_sites": _last(sites, now),
        "most_covered": None if settings.public else most.most,
        "most_share": None if settings.public else round(most.most / max(most.people, 1), 6),
        **_verdicts(tables.scorecard, level),
    }


def _sum(rows: pd.DataFrame, group: str, column: str) -> int | None:
    """Return the people of a group over all rows, None when some of them are not published."""
    counts = rows.loc[rows["group"] == group, column]
    return None if counts.isna().any() else int(counts.sum())


def _last(shares: pd.Series[float], now: float | None) -> float | None:
    """Return the share once all sites stand: today's without sites, None when not published."""
    if shares.empty:
        return now
    return None if pd.isna(shares.iloc[-1]) else round(float(shares.iloc[-1]), 6)


def _verdicts(scorecard: pd.DataFrame, level: str) -> dict[str, int]:
    """Return how many targets of the whole area are reached, are not, and cannot be judged."""
    status = scorecard.loc[scorecard["level"] == level, "status"]
    return {f"targets_{one}": int((status == one).sum()) for one in ("pass", "fail", "unknown")}
