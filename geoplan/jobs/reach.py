"""Who reaches one place on foot: a facility of the project, or any point."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geoplan.domain.crs import GEOGRAPHIC, reproject, reproject_xy
from geoplan.domain.profiles import Profile
from geoplan.errors import ConfigError, InputError
from geoplan.jobs.opening import Project, open_project
from geoplan.jobs.project import load_inputs
from geoplan.model.arrays import Floats
from geoplan.model.network import SnappedPoints, WalkNetwork
from geoplan.model.results import PlanInputs
from geoplan.pipeline import Progress
from geoplan.stages.bands import street_bands
from geoplan.stages.network import walk_costs
from geoplan.stages.reach import ROUNDING_S, nearest_of_homes, search_graph
from geoplan.stages.service_areas import service_areas
from geoplan.stages.snapping import snap
from geoplan.units import seconds


@dataclass(frozen=True, slots=True)
class Target:
    """The place that is walked to."""

    id: str
    name: str
    xy: Floats
    """(1, 2) in the study area's crs."""


def reach_project(  # noqa: PLR0913  one for each option of the command
    project: str | None,
    *,
    facility: str | None = None,
    at: tuple[float, float] | None = None,
    minutes: int | None = None,
    profile: str | None = None,
    progress: Progress,
) -> Mapping[str, Any]:
    """Return the service area of one place as GeoJSON, with the people inside reach.

    Parameters
    ----------
    facility, at
        A facility id of the project, or longitude and latitude; exactly one of them.
    minutes
        Time limit; None takes all limits of the project.
    profile
        Walking profile id; None takes the project's own.

    Raises
    ------
    InputError
        The facility is not in the project, or no street is near the place.
    ConfigError
        The profile is not known.
    """
    opened = open_project(project)
    walker = chosen_walker(opened, profile)
    inputs = load_inputs(opened, progress=progress)
    target = find_target(inputs, facility, at)
    limits = opened.file.walk.minutes if minutes is None else (minutes,)
    progress("reach")
    return _collection(inputs, target, walker, limits, snap_m=opened.file.network.snap_m)


def chosen_walker(opened: Project, profile: str | None) -> Profile:
    """Return the walker of a name, the project's main one for None.

    Raises
    ------
    ConfigError
        The profile is not known.
    """
    walkers = opened.file.walkers()
    chosen = profile or opened.file.walk.profile
    if chosen not in walkers:
        raise ConfigError(f"unknown walking profile {chosen!r}; known: {', '.join(walkers)}")
    return walkers[chosen]


def find_target(inputs: PlanInputs, facility: str | None, at: tuple[float, float] | None) -> Target:
    """Return the facility of an id, or the place at a longitude and latitude.

    Raises
    ------
    InputError
        The facility is not in the project.
    """
    if at is not None:
        place = np.array([at], dtype=np.float64)
        xy = reproject_xy(place, GEOGRAPHIC, inputs.area.crs)
        return Target(id="", name=f"{at[0]},{at[1]}", xy=xy)
    rows = np.flatnonzero(inputs.facilities.id == (facility or ""))
    if rows.size == 0:
        raise InputError(
            f"there is no facility {facility!r} in the project; ids stand in the first column "
            "of the facilities table"
        )
    name = str(inputs.facilities.name[rows[0]])
    return Target(id=str(facility), name=name, xy=inputs.facilities.xy[rows[:1]])


def snap_target(network: WalkNetwork, target: Target, *, snap_m: float) -> SnappedPoints:
    """Return where a place meets the streets.

    Raises
    ------
    InputError
        No street is near the place.
    """
    point = snap(network, target.xy, limit_m=snap_m)
    if not point.reached().all():
        raise InputError(
            f"{target.name}: no walkable street lies within {snap_m:.0f} m; "
            "check the place or raise network.snap_m"
        )
    return point


def _collection(
    inputs: PlanInputs,
    target: Target,
    walker: Profile,
    limits: tuple[int, ...],
    *,
    snap_m: float,
) -> dict[str, Any]:
    network = inputs.network
    point = snap_target(network, target, snap_m=snap_m)
    homes = snap(network, inputs.demand.xy, limit_m=snap_m)
    graph = search_graph(network, walk_costs(network, walker), point)
    chosen = np.ones(1, dtype=np.bool_)
    longest = seconds(max(limits))
    home_s, _ = nearest_of_homes(graph, homes, chosen, limit_s=longest)
    alone = (np.zeros(1, dtype=np.int32), np.array([target.id]))
    areas = service_areas(graph, street_bands(network), target.xy, alone, limits)
    polygons = reproject(areas.geometry, inputs.area.crs, GEOGRAPHIC)
    features = [
        _feature(inputs, (target, walker), limit, polygon, home_s)
        for limit, polygon in zip(limits, polygons, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def _feature(
    inputs: PlanInputs,
    who: tuple[Target, Profile],
    limit: int,
    polygon: shapely.Geometry,
    home_s: Floats,
) -> dict[str, Any]:
    target, walker = who
    within = home_s <= seconds(limit) + ROUNDING_S
    demand = inputs.demand
    people = {
        f"people_{group.removesuffix('+')}": int(demand.of(group)[within].sum())
        for group in demand.groups
    }
    rounded = shapely.transform(polygon, lambda xy: xy.round(7))
    return {
        "type": "Feature",
        "properties": {
            "facility": target.id,
            "name": target.name,
            "minutes": limit,
            "profile": walker.id,
            "speed_m_s": walker.pace_m_s,
            "scenario": walker.scenario,
            **people,
        },
        "geometry": json.loads(shapely.to_geojson(rounded)),
    }
