"""The Python door for notebooks: labels and tables in, labels and tables out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geoplan.domain.crs import GEOGRAPHIC, reproject
from geoplan.domain.profiles import PROFILES, Profile
from geoplan.errors import ConfigError, CrsError, DuplicateIdError, SchemaError
from geoplan.io import boundaries as boundary_files
from geoplan.io import demand as demand_files
from geoplan.io import facilities as facility_files
from geoplan.io import networks as network_files
from geoplan.io.graphs import network_from_edges, network_from_lines
from geoplan.jobs import Project, linted_inputs, open_project
from geoplan.jobs.run import StageClock, save_outcome
from geoplan.model.arrays import Floats
from geoplan.model.demand import Demand
from geoplan.model.facilities import Facilities
from geoplan.model.findings import Finding
from geoplan.model.network import SnappedPoints, WalkNetwork
from geoplan.model.places import Boundaries
from geoplan.model.results import PlanOutcome, PlanTables
from geoplan.pipeline import Audience
from geoplan.pipeline import plan as plan_inputs
from geoplan.stages import reach as reach_stage
from geoplan.stages import service_areas as area_stage
from geoplan.stages.bands import street_bands
from geoplan.stages.network import walk_costs
from geoplan.stages.siting_table import site
from geoplan.stages.snapping import snap
from geoplan.units import seconds
from geoplan.views.folium_map import render_map
from geoplan.views.map_spec import map_spec

__all__ = [
    "PlanResult",
    "Project",
    "nearest_destinations",
    "network_from_edges",
    "network_from_lines",
    "open_project",
    "plan",
    "read_boundaries",
    "read_demand",
    "read_facilities",
    "read_network",
    "service_areas",
    "site",
    "walking_times",
]

SNAP_M = 500.0
"""Longest leg between a point and the street in ``walking_times`` and ``service_areas``."""


@dataclass(frozen=True, slots=True, eq=False)
class PlanResult:
    """The answer of ``plan``: tables, polygons, a map, and a folder of results on demand."""

    project: Project
    outcome: PlanOutcome
    clock: StageClock

    @property
    def coverage(self) -> pd.DataFrame:
        """People and covered people by unit, service, profile, limit and group."""
        return self.outcome.tables.coverage

    @property
    def gaps(self) -> pd.DataFrame:
        """The gaps, most people first."""
        return self.outcome.tables.gaps

    @property
    def roads(self) -> pd.DataFrame:
        """Covered length by road and subdistrict."""
        return self.outcome.tables.roads

    @property
    def facilities(self) -> pd.DataFrame:
        """Each facility with the people it reaches."""
        return self.outcome.tables.facilities

    @property
    def recommendations(self) -> pd.DataFrame:
        """The recommended sites in rank order."""
        return self.outcome.tables.recommendations

    @property
    def scorecard(self) -> pd.DataFrame:
        """Every target beside its value: pass, fail or unknown, and what is missing."""
        return self.outcome.tables.scorecard

    @property
    def links(self) -> pd.DataFrame:
        """The missing gates, bridges and crossings, most people per metre first."""
        return self.outcome.tables.links

    @property
    def fairness(self) -> pd.DataFrame:
        """Gini, Lorenz points, Theil, location quotients and the share of the worst-served half."""
        return self.outcome.tables.fairness

    @property
    def tables(self) -> PlanTables:
        """Every table of the run by its name, as ``geoplan run`` writes them."""
        return self.outcome.tables

    @property
    def service_areas(self) -> gpd.GeoDataFrame:
        """Nested areas of every facility: ``facility, minutes, geometry`` in EPSG:4490."""
        areas = self.outcome.service_areas
        return gpd.GeoDataFrame(
            {"facility": areas.owner, "minutes": areas.minutes},
            geometry=reproject(areas.geometry, self.outcome.inputs.area.crs, GEOGRAPHIC),
            crs=GEOGRAPHIC,
        )

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Doubts about the data, errors first."""
        return self.outcome.findings

    @property
    def summary(self) -> dict[str, Any]:
        """The headline numbers."""
        return dict(self.outcome.summary)

    def map(self, lang: str | None = None) -> str:
        """Return the map as one self-contained HTML page."""
        return render_map(map_spec(self.outcome, lang=lang or self.project.file.project.lang))

    def save(self, folder: str | Path, lang: str | None = None) -> Path:
        """Write the whole result folder, as ``geoplan run`` does; return the folder."""
        language = lang or self.project.file.project.lang
        return save_outcome(
            self.outcome, self.project, Path(folder), lang=language, clock=self.clock
        )


def plan(project: Project, *, audience: Audience = "internal") -> PlanResult:
    """Return who can walk to care, who cannot, and where the next sites should stand.

    ``audience="public"`` masks counts under 5, and those that would give them away.
    """
    clock = StageClock(_quiet)
    inputs = linted_inputs(project, progress=clock)
    outcome = plan_inputs(inputs, project.file, progress=clock, audience=audience)
    return PlanResult(project=project, outcome=outcome, clock=clock)


def read_boundaries(path: str | Path) -> Boundaries:
    """Return the administrative units of a file."""
    return boundary_files.read_boundaries(Path(path))


def read_facilities(path: str | Path) -> Facilities:
    """Return the facilities of a table."""
    return facility_files.read_facilities(Path(path))


def read_demand(path: str | Path) -> Demand:
    """Return the people of a table."""
    return demand_files.read_demand(Path(path))


def read_network(path: str | Path, *, area: shapely.Geometry | None = None) -> WalkNetwork:
    """Return the walking network of a file; ``area`` (lon/lat) keeps the streets that touch it."""
    return network_files.read_network(Path(path), area=area)


def walking_times(
    network: WalkNetwork,
    origins: gpd.GeoSeries,
    destinations: gpd.GeoSeries,
    *,
    profile: str | Profile,
    limit_min: float,
) -> pd.DataFrame:
    """Return ``origin, destination, seconds`` for every pair within the limit (inclusive).

    Parameters
    ----------
    origins, destinations
        Points with a coordinate system and unique indexes; the indexes are the labels.
    profile
        A profile id such as ``elder60``, or a ``Profile``; ``Profile(speed_m_s=1.0)`` makes
        seconds equal metres of path.
    limit_min
        Longest time in minutes. A point with no street within 500 m has no pair.

    Raises
    ------
    CrsError
        A series has no coordinate system.
    SchemaError
        A series holds something else than points.
    DuplicateIdError
        A label occurs twice.
    ConfigError
        The profile is not known, or the limit is not a positive number.
    """
    limit_s = seconds(_positive(limit_min, "limit_min"))
    costs = walk_costs(network, _walker(profile))
    homes = _snapped(network, origins, "origins")
    targets = _snapped(network, destinations, "destinations")
    graph = reach_stage.search_graph(network, costs, targets)
    times = reach_stage.walking_times(graph, homes, limit_s=limit_s).seconds.tocoo()
    table = pd.DataFrame(
        {
            "origin": origins.index.to_numpy()[times.col],
            "destination": destinations.index.to_numpy()[times.row],
            "seconds": times.data,
        }
    )
    order = np.lexsort([times.row, times.col])
    return table.iloc[order].reset_index(drop=True)


def nearest_destinations(  # noqa: PLR0913  one for each part of the question
    network: WalkNetwork,
    origins: gpd.GeoSeries,
    destinations: gpd.GeoSeries,
    *,
    profile: str | Profile,
    several: int = 1,
    limit_min: float = np.inf,
) -> pd.DataFrame:
    """Return ``origin, rank, destination, seconds``: the nearest destinations of every origin.

    Ranks count from 1. Of equally near destinations the one that comes first in the series is
    first; an origin that reaches fewer within the limit (inclusive) has fewer rows.

    Parameters
    ----------
    several
        How many destinations are asked for, at least 1.
    limit_min
        Longest time in minutes; without it the nearest are found however far they are.

    Raises
    ------
    CrsError, SchemaError, DuplicateIdError, ConfigError
        As ``walking_times``.
    """
    if several < 1:
        raise ConfigError(f"several must be a whole number from 1, not {several!r}")
    limit_s = np.inf if limit_min == np.inf else seconds(_positive(limit_min, "limit_min"))
    costs = walk_costs(network, _walker(profile))
    homes = _snapped(network, origins, "origins")
    targets = _snapped(network, destinations, "destinations")
    found_s, facility = reach_stage.several_of_homes(
        reach_stage.search_graph(network, costs, targets),
        homes,
        np.ones(len(targets), dtype=np.bool_),
        several=several,
        limit_s=limit_s,
    )
    home, rank = np.nonzero(facility >= 0)
    return pd.DataFrame(
        {
            "origin": origins.index.to_numpy()[home],
            "rank": rank + 1,
            "destination": destinations.index.to_numpy()[facility[home, rank]],
            "seconds": found_s[home, rank],
        }
    )


def service_areas(
    network: WalkNetwork,
    facilities: gpd.GeoSeries,
    *,
    minutes: Sequence[int],
    profile: str | Profile,
) -> gpd.GeoDataFrame:
    """Return ``facility, minutes, geometry``: nested polygons in the series' own system.

    Raises
    ------
    CrsError, SchemaError, DuplicateIdError, ConfigError
        As ``walking_times``.
    """
    limits = sorted({int(_positive(limit, "minutes")) for limit in minutes})
    costs = walk_costs(network, _walker(profile))
    points = _snapped(network, facilities, "facilities")
    graph = reach_stage.search_graph(network, costs, points)
    rows = np.arange(len(facilities), dtype=np.int32)
    areas = area_stage.service_areas(
        graph,
        street_bands(network),
        _xy(network, facilities),
        (rows, rows.astype(np.str_)),
        limits,
    )
    return gpd.GeoDataFrame(
        {
            "facility": facilities.index.to_numpy()[areas.owner.astype(int)],
            "minutes": areas.minutes,
        },
        geometry=areas.geometry,
        crs=network.crs,
    ).to_crs(facilities.crs)


def _walker(profile: str | Profile) -> Profile:
    if isinstance(profile, Profile):
        return profile
    if profile not in PROFILES:
        raise ConfigError(
            f"unknown walking profile {profile!r}; known: {', '.join(PROFILES)}; "
            "or give a geoplan.Profile"
        )
    return PROFILES[profile]


def _positive(value: float, name: str) -> float:
    if not (np.isfinite(value) and value > 0):
        raise ConfigError(f"{name} must be a positive number of minutes, not {value!r}")
    return float(value)


def _snapped(network: WalkNetwork, points: gpd.GeoSeries, name: str) -> SnappedPoints:
    if points.crs is None:
        raise CrsError(f"{name} has no coordinate system; set it, for example crs='EPSG:4326'")
    if not points.index.is_unique:
        label = points.index[points.index.duplicated()][0]
        raise DuplicateIdError(f"{name}: the label {label!r} occurs twice; make labels unique")
    if not (shapely.get_type_id(points.to_numpy()) == shapely.GeometryType.POINT).all():
        raise SchemaError(f"{name} must hold points only; take centroids of other geometries")
    if shapely.is_empty(points.to_numpy()).any():
        raise SchemaError(f"{name} holds an empty point; remove it")
    return snap(network, _xy(network, points), limit_m=SNAP_M)


def _xy(network: WalkNetwork, points: gpd.GeoSeries) -> Floats:
    return np.column_stack([points.to_crs(network.crs).x, points.to_crs(network.crs).y])


def _quiet(_stage: str) -> None:
    """Say nothing: notebooks show results, not stages."""
