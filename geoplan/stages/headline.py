"""Stage 9: the headline numbers that a reader sees first."""

from __future__ import annotations

from geoplan.model.results import PlanInputs, PlanSettings, PlanTables


def headline(
    inputs: PlanInputs, settings: PlanSettings, tables: PlanTables
) -> dict[str, str | int | float | bool]:
    """Return the numbers of the whole area: main service, walker, group and longest limit."""
    table, longest = tables.coverage, max(settings.minutes)
    rows = table[
        (table["level"] == table["level"].iloc[0])
        & (table["service"] == settings.service)
        & (table["profile"] == settings.profile)
        & (table["minutes"] == longest)
    ]
    sums = rows.groupby("group")[["people", "covered"]].sum()
    people, covered = sums.loc[settings.group].astype(int).tolist()
    sites = tables.recommendations
    after = float(sites["cumulative_share"].iloc[-1]) if len(sites) else covered / max(people, 1)
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
        "share": round(covered / max(people, 1), 6),
        "people_all": int(sums.loc["all", "people"]),
        "covered_all": int(sums.loc["all", "covered"]),
        "facilities": len(inputs.facilities.id),
        "streets": inputs.network.edge_count,
        "gaps": len(tables.gaps),
        "recommended_sites": len(sites),
        "share_with_sites": round(after, 6),
    }
