"""From inputs to the whole answer; pure, and reads like the method section of a paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoplan.checks.table import run_checks
from geoplan.config import ProjectFile
from geoplan.domain.gap_classes import AGED_GROUP, AGED_PROFILE
from geoplan.domain.kinds import SERVICES
from geoplan.domain.profiles import Profile
from geoplan.errors import ConfigError
from geoplan.model.arrays import Floats, Ints
from geoplan.model.network import SnappedPoints
from geoplan.model.reach import WalkTimes
from geoplan.model.results import (
    CheckedRun,
    PlanInputs,
    PlanOutcome,
    PlanSettings,
    PlanTables,
    ServiceAreas,
    UnitIndex,
)
from geoplan.stages.bands import street_bands
from geoplan.stages.coverage import NearestTimes, coverage_table, place_rows, unit_rows
from geoplan.stages.facility_reach import facilities_table, people_reached
from geoplan.stages.gap_walks import aged_walk
from geoplan.stages.gaps import (
    GapGround,
    GapRule,
    GapWalks,
    NearestWalk,
    Shortfalls,
    quality_doubts,
    typed_gaps,
)
from geoplan.stages.headline import headline
from geoplan.stages.network import edge_components, walk_costs
from geoplan.stages.reach import (
    ROUNDING_S,
    SearchGraph,
    nearest_of_homes,
    node_times,
    search_graph,
    walking_times,
)
from geoplan.stages.reached_parts import ReachedParts, reached_parts
from geoplan.stages.recommendations import Siting, recommend, recommendations_table
from geoplan.stages.roads import road_pieces, roads_table
from geoplan.stages.service_areas import dissolved_areas, service_areas
from geoplan.stages.snapping import snap
from geoplan.stages.units import locate
from geoplan.stages.walkers import walkers_table
from geoplan.units import seconds, walking_metres

Progress = Callable[[str], None]
"""Called with the name of each stage as it begins."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Where facilities and homes meet the streets and the units: the base of all stages."""

    inputs: PlanInputs
    settings: PlanSettings
    walkers: Mapping[str, Profile]
    facilities: SnappedPoints
    homes: SnappedPoints
    units: UnitIndex
    graph: SearchGraph
    """Search graph of the main profile."""

    @property
    def limit_s(self) -> float:
        """The longest limit in seconds."""
        return seconds(max(self.settings.minutes))


def plan(inputs: PlanInputs, project: ProjectFile, *, progress: Progress) -> PlanOutcome:
    """Return who can walk to care, who cannot, and where the next sites should stand.

    Raises
    ------
    ConfigError
        The main group is not in the demand.
    SolverError
        The siting problem could not be solved as asked.
    """
    progress("snapping")
    ground = lay_ground(inputs, project)
    progress("reach")
    nearest_s = _nearest_times(ground)
    times = walking_times(ground.graph, ground.homes, limit_s=ground.limit_s)
    people = people_reached(inputs.facilities, inputs.demand, times, ground.settings.minutes)
    progress("service_areas")
    areas, dissolved = _areas(ground)
    progress("coverage")
    coverage = _coverage(ground, nearest_s)
    node_s = _node_times(ground)
    roads = _roads(ground, node_s)
    progress("gaps")
    labels, gaps = _gaps(ground, node_s[ground.settings.service], times)
    progress("siting")
    siting = _siting(ground, project, nearest_s)
    progress("checks")
    checked = _checked(ground, project, people)
    places = (inputs.boundaries, checked.facility_units)
    tables = PlanTables(
        coverage=coverage,
        roads=roads,
        facilities=facilities_table(
            inputs.facilities, (inputs.network, ground.facilities), places, people
        ),
        gaps=gaps,
        recommendations=_recommendations(ground, siting),
        walkers=walkers_table([ground.walkers[name] for name in ground.settings.profiles]),
    )
    return PlanOutcome(
        inputs=inputs,
        settings=ground.settings,
        snapped_facilities=ground.facilities,
        snapped_demand=ground.homes,
        units=ground.units,
        nearest_s=nearest_s,
        node_s=node_s[ground.settings.service],
        tables=tables,
        service_areas=areas,
        kind_areas=dissolved,
        gap_of_demand=labels,
        candidates=siting.candidates,
        solution=siting.solution,
        findings=run_checks(checked),
        summary=headline(inputs, ground.settings, tables),
    )


def plan_sites(inputs: PlanInputs, project: ProjectFile, *, progress: Progress) -> pd.DataFrame:
    """Return the recommended sites alone, without areas, coverage tables and gaps.

    Raises
    ------
    ConfigError, SolverError
        As ``plan``.
    """
    progress("reach")
    ground = lay_ground(inputs, project)
    settings = ground.settings
    giving = inputs.facilities.giving(settings.service)
    nearest_s, _ = nearest_of_homes(ground.graph, ground.homes, giving, limit_s=ground.limit_s)
    progress("siting")
    siting = _siting(ground, project, {(settings.profile, settings.service): nearest_s})
    return _recommendations(ground, siting)


def lay_ground(inputs: PlanInputs, project: ProjectFile) -> Ground:
    """Return facilities and homes snapped to the streets and placed in their units."""
    settings = plan_settings(inputs, project)
    walkers = project.walkers()
    facilities = snap(inputs.network, inputs.facilities.xy, limit_m=project.network.snap_m)
    costs = walk_costs(inputs.network, walkers[settings.profile])
    return Ground(
        inputs=inputs,
        settings=settings,
        walkers=walkers,
        facilities=facilities,
        homes=snap(inputs.network, inputs.demand.xy, limit_m=project.network.snap_m),
        units=locate(inputs.boundaries, inputs.demand.xy),
        graph=search_graph(inputs.network, costs, facilities),
    )


def plan_settings(inputs: PlanInputs, project: ProjectFile) -> PlanSettings:
    """Return the choices of the run, with the services that the facilities really give.

    Raises
    ------
    ConfigError
        The main group is not a group of the demand.
    """
    groups = inputs.demand.groups
    weighed = {project.coverage.group, *project.siting.weights}
    if not weighed <= set(groups):
        raise ConfigError(
            f"coverage.group and siting.weights name {', '.join(sorted(weighed))} but the demand "
            f"only has {', '.join(groups)}; choose of these or add the column to the demand"
        )
    facilities = inputs.facilities
    given = [service for service in SERVICES if facilities.giving(service).any()]
    wanted = project.coverage.services or tuple(given)
    main = project.coverage.service
    sources = (inputs.boundaries, inputs.demand, inputs.facilities, inputs.network)
    return PlanSettings(
        project=project.project.id,
        title=project.project.name,
        title_en=project.project.name_en or project.project.name,
        synthetic=project.project.synthetic or any(part.source.synthetic for part in sources),
        service=main,
        group=project.coverage.group,
        profile=project.walk.profile,
        speed_m_s=project.walkers()[project.walk.profile].pace_m_s,
        profiles=tuple(dict.fromkeys((project.walk.profile, *project.walk.profiles))),
        minutes=project.walk.minutes,
        services=tuple(dict.fromkeys((main, *wanted))),
        scenario=project.walkers()[project.walk.profile].scenario,
    )


def _nearest_times(ground: Ground) -> NearestTimes:
    """Return the time of every home to the nearest facility, by profile and service."""
    times: dict[tuple[str, str], Floats] = {}
    for profile in ground.settings.profiles:
        costs = walk_costs(ground.inputs.network, ground.walkers[profile])
        graph = search_graph(ground.inputs.network, costs, ground.facilities)
        for service in ground.settings.services:
            giving = ground.inputs.facilities.giving(service)
            nearest_s, _ = nearest_of_homes(graph, ground.homes, giving, limit_s=ground.limit_s)
            times[profile, service] = nearest_s
    return times


def _node_times(ground: Ground) -> dict[str, Floats]:
    """Return the time of every node to the nearest facility, by service, main profile."""
    return {
        service: node_times(
            ground.graph,
            ground.inputs.facilities.giving(service),
            limit_s=ground.limit_s,
        )
        for service in ground.settings.services
    }


def _areas(ground: Ground) -> tuple[ServiceAreas, ServiceAreas]:
    """Return the area of every facility that gives a service, and of every service."""
    facilities, minutes = ground.inputs.facilities, ground.settings.minutes
    rows = np.flatnonzero(facilities.offers.any(axis=1)).astype(np.int32)
    bands = street_bands(ground.inputs.network)
    one_each = service_areas(
        ground.graph, bands, facilities.xy, (rows, facilities.id[rows]), minutes
    )
    giving = {service: facilities.giving(service)[rows] for service in ground.settings.services}
    return one_each, dissolved_areas(one_each, giving)


def _coverage(ground: Ground, nearest_s: NearestTimes) -> pd.DataFrame:
    """Return coverage of all units for every profile, and of places for the main one."""
    boundaries, demand = ground.inputs.boundaries, ground.inputs.demand
    minutes, profile = ground.settings.minutes, ground.settings.profile
    units = coverage_table(unit_rows(boundaries, ground.units), demand, nearest_s, minutes)
    main = {key: times for key, times in nearest_s.items() if key[0] == profile}
    named = place_rows(boundaries, ground.units, demand)
    places = coverage_table([named], demand, main, minutes)
    return pd.concat([units, places], ignore_index=True)


def _roads(ground: Ground, node_s: Mapping[str, Floats]) -> pd.DataFrame:
    network, settings = ground.inputs.network, ground.settings
    parts: dict[tuple[str, int], ReachedParts] = {}
    for service in settings.services:
        giving = np.flatnonzero(ground.inputs.facilities.giving(service)).astype(np.int32)
        origins = ground.facilities.take(giving)
        for limit in settings.minutes:
            parts[service, limit] = reached_parts(
                network, ground.graph.costs, node_s[service], origins, limit_s=seconds(limit)
            )
    pieces = road_pieces(network, ground.inputs.boundaries)
    return roads_table(network, ground.inputs.boundaries, pieces, parts, profile=settings.profile)


def _gaps(ground: Ground, node_s: Floats, times: WalkTimes) -> tuple[Ints, pd.DataFrame]:
    """Return the gap of each home and the table of gaps, main service and profile."""
    inputs, settings = ground.inputs, ground.settings
    rule = GapRule(
        service=settings.service,
        profile=settings.profile,
        limit_s=ground.limit_s,
        speed_m_s=settings.speed_m_s,
        services=settings.services,
    )
    base = GapGround(
        inputs=inputs,
        homes=ground.homes,
        units=ground.units,
        facility_units=locate(inputs.boundaries, inputs.facilities.xy),
        street_component=edge_components(inputs.network),
    )
    giving = inputs.facilities.giving(settings.service)
    known = AGED_GROUP in inputs.demand.groups
    streets = (inputs.network, ground.facilities, ground.homes)
    walks = GapWalks(
        nearest=NearestWalk(*nearest_of_homes(ground.graph, ground.homes, giving)),
        node_s=node_s,
        times=times,
        aged=aged_walk(streets, ground.walkers[AGED_PROFILE], giving) if known else None,
    )
    unknown = np.full(len(inputs.demand.id), -1, dtype=np.int64)
    doubts, _ = quality_doubts(inputs.facilities)
    found = Shortfalls(link_of_home=unknown, unmet=unknown, doubts=doubts)
    gaps = typed_gaps(base, walks, rule=rule, found=found)
    return gaps.gap_of_demand, gaps.table


def _siting(ground: Ground, project: ProjectFile, nearest_s: NearestTimes) -> Siting:
    settings = ground.settings
    covered = nearest_s[settings.profile, settings.service] <= ground.limit_s + ROUNDING_S
    return recommend(
        ground.inputs,
        ground.graph.costs,
        ground.homes,
        (covered, ground.units.district >= 0),
        project.siting_rules(),
    )


def _recommendations(ground: Ground, siting: Siting) -> pd.DataFrame:
    settings = ground.settings
    return recommendations_table(
        siting,
        ground.inputs.boundaries,
        ground.inputs.demand,
        service=settings.service,
        group=settings.group,
    )


def _checked(ground: Ground, project: ProjectFile, people: pd.DataFrame) -> CheckedRun:
    longest = max(ground.settings.minutes)
    return CheckedRun(
        inputs=ground.inputs,
        snapped_facilities=ground.facilities,
        snapped_demand=ground.homes,
        units=ground.units,
        facility_units=locate(ground.inputs.boundaries, ground.inputs.facilities.xy),
        street_component=edge_components(ground.inputs.network),
        people_reached=people[f"people_{longest}"].to_numpy(),
        walk_m=walking_metres(longest, ground.settings.speed_m_s),
        snap_m=project.network.snap_m,
    )
