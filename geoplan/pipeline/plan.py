"""The method, step by step: reach, coverage, gaps, siting, checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from geoplan.checks.table import run_checks, sorted_findings
from geoplan.config import ProjectFile
from geoplan.model.arrays import Ints
from geoplan.model.results import CheckedRun, PlanInputs, PlanOutcome, PlanTables, ServiceAreas
from geoplan.model.schema import REPORTED
from geoplan.model.siting import Siting
from geoplan.pipeline import measures
from geoplan.pipeline.gaps import find_gaps, find_links, unmet_people
from geoplan.pipeline.ground import Ground, lay_ground
from geoplan.pipeline.publication import Audience, for_the_public, public_findings
from geoplan.pipeline.siting import recommend, site_problem
from geoplan.pipeline.supply import capacities, capacity_plans, supply_tables
from geoplan.pipeline.targets import target_tables
from geoplan.pipeline.walks import Walks, walk_everywhere
from geoplan.stages.bands import street_bands
from geoplan.stages.coverage import NearestTimes
from geoplan.stages.facility_reach import facilities_table, people_reached, shed_ratios
from geoplan.stages.facts import unplaced_figures
from geoplan.stages.headline import headline
from geoplan.stages.network import edge_components
from geoplan.stages.recommendations import recommendations_table
from geoplan.stages.service_areas import dissolved_areas, service_areas
from geoplan.stages.site_people import headroom, site_people
from geoplan.stages.stage_tables import stage_shares, stages_table
from geoplan.stages.walkers import walkers_table
from geoplan.units import walking_metres

Progress = Callable[[str], None]
"""Called with the name of each stage as it begins."""


def plan(
    inputs: PlanInputs,
    project: ProjectFile,
    *,
    progress: Progress,
    audience: Audience = "internal",
) -> PlanOutcome:
    """Return who can walk to care, who cannot, and where the next sites should stand.

    Parameters
    ----------
    audience
        ``public`` masks small counts and what would give them away in every table.

    Raises
    ------
    ConfigError
        The main group is not in the demand.
    SolverError
        The siting problem could not be solved as asked.
    """
    progress("snapping")
    ground = lay_ground(inputs, project, public=audience == "public")
    settings = ground.settings
    progress("reach")
    walks = walk_everywhere(ground)
    progress("service_areas")
    areas, dissolved = _areas(ground)
    tables, gap_of_demand = _tables(ground, walks, areas, progress=progress)
    progress("siting")
    siting = _siting(ground, project, walks.nearest_s)
    tables |= _site_tables(ground, project, siting)
    progress("checks")
    findings = sorted_findings([*run_checks(_checked(ground, project, tables)), *inputs.linted])
    if audience == "public":
        progress("publication")
        tables, findings = for_the_public(ground, tables), public_findings(findings)
    progress("scorecard")
    tables |= target_tables(ground, walks, tables)
    whole = PlanTables(
        **tables, walkers=walkers_table([ground.walkers[name] for name in settings.profiles])
    )
    head = headroom(siting, inputs.demand.groups.index(settings.group))
    return PlanOutcome(
        inputs=inputs,
        settings=settings,
        snapped_facilities=ground.facilities,
        snapped_demand=ground.homes,
        units=ground.units,
        nearest_s=walks.nearest_s,
        node_s=walks.node_s[settings.service],
        tables=whole,
        service_areas=areas,
        kind_areas=dissolved,
        gap_of_demand=gap_of_demand,
        candidates=siting.candidates,
        solution=siting.solution,
        headroom=head,
        findings=findings,
        summary=headline(inputs, settings, whole, head),
    )


def _tables(
    ground: Ground, walks: Walks, areas: ServiceAreas, *, progress: Progress
) -> tuple[dict[str, pd.DataFrame], Ints]:
    """Return every table that needs no siting, and the gap of each home."""
    rows = measures.rows_of(ground)
    tables = measures.people_tables(ground, walks, rows, progress=progress)
    tables["facilities"] = _facilities(ground, walks, areas)
    progress("supply")
    tables |= supply_tables(ground, walks, rows.levels)
    progress("capacity")
    plans = capacity_plans(ground, walks)
    tables["capacity"] = capacities(ground, plans)
    progress("links")
    links, tables["links"] = find_links(ground, walks)
    progress("gaps")
    unmet = unmet_people(plans[ground.settings.service])
    found = find_gaps(ground, walks, link_of_home=links.link_of_home, unmet=unmet)
    tables |= {
        "gaps": found.gaps,
        "shortfalls": found.shortfalls,
        "near_misses": found.near_misses,
    }
    return tables, found.gap_of_demand


def _areas(ground: Ground) -> tuple[ServiceAreas, ServiceAreas]:
    """Return the area of every facility that gives a service, and of every service."""
    facilities, minutes = ground.inputs.facilities, ground.settings.minutes
    rows = np.flatnonzero(facilities.offers.any(axis=1)).astype(np.int32)
    bands = street_bands(ground.inputs.network)
    one_each = service_areas(
        ground.graph, bands, facilities.xy, (rows, facilities.id[rows]), minutes
    )
    giving = {service: gives[rows] for service, gives in ground.giving().items()}
    return one_each, dissolved_areas(one_each, giving)


def _facilities(ground: Ground, walks: Walks, areas: ServiceAreas) -> pd.DataFrame:
    """Return the facilities with their people, and what streets leave of their circles."""
    inputs, settings = ground.inputs, ground.settings
    longest = max(settings.minutes)
    people = people_reached(
        inputs.facilities, inputs.demand, walks.pairs[settings.profile], settings.minutes
    )
    reach_m = walking_metres(longest, settings.speed_m_s)
    people[f"shed_ratio_{longest}"] = shed_ratios(areas, inputs.facilities, reach_m=reach_m)
    return facilities_table(
        inputs.facilities,
        (inputs.network, ground.facilities),
        (inputs.boundaries, ground.facility_units),
        people,
    )


def _siting(ground: Ground, project: ProjectFile, nearest_s: NearestTimes) -> Siting:
    settings = ground.settings
    asked = nearest_s[settings.profile, settings.service]
    rules = project.siting_rules()
    return recommend(site_problem(ground, rules, asked), rules)


def _site_tables(ground: Ground, project: ProjectFile, siting: Siting) -> dict[str, pd.DataFrame]:
    """Return the sites, whom each adds, and the plan by stages (empty without stages)."""
    groups, group = ground.inputs.demand.groups, ground.settings.group
    people = siting.asked.people[:, groups.index(group)]
    return {
        "recommendations": _recommendations(ground, siting),
        "site_people": site_people(siting, groups),
        "site_stages": stages_table(siting, project.siting_rules().stages, people),
        "stage_shares": stage_shares(siting, people, group),
    }


def _recommendations(ground: Ground, siting: Siting) -> pd.DataFrame:
    settings = ground.settings
    return recommendations_table(
        siting,
        ground.inputs.boundaries,
        ground.inputs.demand,
        service=settings.service,
        group=settings.group,
    )


def _checked(
    ground: Ground, project: ProjectFile, tables: Mapping[str, pd.DataFrame]
) -> CheckedRun:
    longest = max(ground.settings.minutes)
    figures, boundaries = ground.inputs.figures, ground.inputs.boundaries
    return CheckedRun(
        inputs=ground.inputs,
        snapped_facilities=ground.facilities,
        snapped_demand=ground.homes,
        units=ground.units,
        facility_units=ground.facility_units,
        street_component=edge_components(ground.inputs.network),
        people_reached=tables["facilities"][f"people_{longest}"].to_numpy(),
        walk_m=walking_metres(longest, ground.settings.speed_m_s),
        snap_m=project.network.snap_m,
        border_points=tables["border_points"],
        unplaced_figures=pd.DataFrame(columns=list(REPORTED))
        if figures is None
        else unplaced_figures(figures, boundaries),
    )
