"""The inputs of a project, in one metric system."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from geoplan.config import ProjectFile
from geoplan.domain.crs import GEOGRAPHIC, reproject
from geoplan.errors import ConfigError, EmptyInputError
from geoplan.io.banned_areas import read_banned_areas
from geoplan.io.barriers import read_barriers, with_barriers
from geoplan.io.boundaries import read_boundaries
from geoplan.io.demand import read_demand
from geoplan.io.facilities import read_facilities
from geoplan.io.network_cache import cached_network
from geoplan.io.networks import read_network
from geoplan.io.osm_areas import osm_extent, read_osm_boundaries
from geoplan.io.osm_tags import read_osm_buildings, read_osm_facilities
from geoplan.io.reported import read_reported
from geoplan.jobs.check import linted
from geoplan.jobs.opening import Project
from geoplan.model.arrays import Geometries
from geoplan.model.demand import Demand
from geoplan.model.facilities import Facilities
from geoplan.model.network import WalkNetwork
from geoplan.model.places import Boundaries, StudyArea
from geoplan.model.reported import ReportedFigures
from geoplan.model.results import PlanInputs
from geoplan.pipeline import Progress
from geoplan.stages.grid import grid_boundaries
from geoplan.stages.network import network_within
from geoplan.stages.study_area import (
    boundaries_in,
    demand_in,
    facilities_in,
    facilities_within,
    study_area,
)
from geoplan.units import walking_metres

_GRID_M = 500.0
"""Cell of the grid that stands in where an extract holds no named area."""


def load_inputs(project: Project, *, progress: Progress) -> PlanInputs:
    """Return all inputs of a project, in one metric system, cut to the area and its halo.

    Raises
    ------
    InputError, ConfigError, NetworkError
        An input cannot be used; the message names the file, the row and the mend.
    """
    progress("read_tables")
    boundaries, area = load_area(project)
    facilities, demand = _facilities(project), _demand(project)
    if demand.people.sum() == 0:
        raise EmptyInputError(f"{demand.source.name}: nobody lives in the demand")
    progress("read_network")
    halo = reproject(np.array([area.halo], dtype=object), area.crs, GEOGRAPHIC)[0]
    network = cached_network(project.source(project.file.network.path), crs=area.crs, area=halo)
    network = _walled(project, network_within(network, area.halo))
    return PlanInputs(
        area=area,
        boundaries=boundaries_in(boundaries, area.crs),
        facilities=facilities_within(facilities_in(facilities, area.crs), area),
        demand=demand_in(demand, area.crs),
        network=_dated(network, project.file.network.date),
        targets=project.targets(),
        figures=_figures(project),
        edition=project.edition(),
        banned_areas=_banned_areas(project, area.crs),
    )


def linted_inputs(project: Project, *, progress: Progress) -> PlanInputs:
    """Return the inputs of a project with what the linter finds in their files.

    Raises
    ------
    InputError, ConfigError, NetworkError
        As ``load_inputs``, and for a file of ``[check]`` that cannot be used.
    """
    progress("lint")
    found = linted(project)
    return replace(load_inputs(project, progress=progress), linted=found)


def input_readers(project: Project) -> dict[str, Callable[[], str]]:
    """Return for each input a function that reads it and says in a few words what it holds."""

    def network() -> str:
        streets = read_network(project.source(project.file.network.path))
        return f"{streets.edge_count} streets, {streets.crs}"

    def barriers() -> str:
        layer = project.file.network.barriers
        if layer is None:
            return "none"
        return f"{read_barriers(project.source(layer), crs=GEOGRAPHIC).kind.size} lines"

    def banned_areas() -> str:
        found = _banned_areas(project, GEOGRAPHIC)
        return f"{found.size} areas" if found.size else "none"

    def figures() -> str:
        found = _figures(project)
        return "none" if found is None else f"{len(found.table)} figures"

    return {
        "boundaries": lambda: f"{_boundaries(project).code.size} units",
        "facilities": lambda: f"{_facilities(project).id.size} facilities",
        "demand": lambda: f"{int(_demand(project).of('all').sum())} people",
        "network": network,
        "barriers": barriers,
        "banned_areas": banned_areas,
        "reported": figures,
        "targets": lambda: f"{len(project.targets())} targets",
    }


def _dated(network: WalkNetwork, date: str) -> WalkNetwork:
    """Return the network with the date that the project states, when it states one."""
    return replace(network, source=replace(network.source, date=date)) if date else network


def _walled(project: Project, network: WalkNetwork) -> WalkNetwork:
    """Return the network with the barriers of the project's own layer beside those of its file."""
    layer = project.file.network.barriers
    if layer is None:
        return network
    more = read_barriers(project.source(layer), crs=network.crs)
    return replace(network, barriers=with_barriers(network.barriers, more))


def load_area(project: Project) -> tuple[Boundaries, StudyArea]:
    """Return the units of a project and the study area that they span."""
    boundaries = _boundaries(project)
    section = project.file.area
    area = study_area(boundaries, halo_m=halo_m(project.file), crs=section.metric_crs)
    return boundaries, area


def halo_m(file: ProjectFile) -> float:
    """Return the width of the halo: as stated, else the longest walk of the fastest walker."""
    if file.area.halo_m is not None:
        return file.area.halo_m
    walkers = file.walkers()
    speeds = [walkers[name].pace_m_s for name in (file.walk.profile, *file.walk.profiles)]
    return walking_metres(max(file.walk.minutes), max(speeds))


def _boundaries(project: Project) -> Boundaries:
    """Return the units of a table, of the OSM file, or of a made grid, in this order."""
    section = project.file.area
    if section.boundaries is not None:
        return read_boundaries(project.source(section.boundaries), crs=section.crs)
    path = project.source(project.file.network.path)
    found = read_osm_boundaries(path) if section.boundaries_osm else None
    if found is not None:
        return found
    return grid_boundaries(osm_extent(path), section.grid_m or _GRID_M, source=path.name)


def _facilities(project: Project) -> Facilities:
    section = project.file.facilities
    if section.path is not None:
        return read_facilities(project.source(section.path), crs=section.crs)
    rules = [(rule.kind, rule.tags) for rule in section.osm]
    return read_osm_facilities(project.source(project.file.network.path), rules)


def _banned_areas(project: Project, crs: str) -> Geometries:
    """Return the areas where no site may open, none when the project names no layer."""
    layer = project.file.siting.banned_areas
    if layer is None:
        return np.empty(0, dtype=object)
    return read_banned_areas(project.source(layer), crs=crs)


def _figures(project: Project) -> ReportedFigures | None:
    path = project.file.reported.path
    return None if path is None else read_reported(project.source(path))


def _demand(project: Project) -> Demand:
    section = project.file.demand
    if section.path is not None:
        return read_demand(project.source(section.path), crs=section.crs)
    if section.buildings is None:
        raise ConfigError("[demand] names neither path nor buildings")
    return read_osm_buildings(project.source(project.file.network.path), section.buildings)
