"""The quickest walk from a home to a facility: "show me the way"."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geoplan.domain.crs import GEOGRAPHIC, reproject
from geoplan.domain.profiles import Profile
from geoplan.errors import NoWayError
from geoplan.jobs.opening import open_project
from geoplan.jobs.project import load_inputs
from geoplan.jobs.reach import Target, chosen_walker, find_target, snap_target
from geoplan.model.network import WalkNetwork
from geoplan.model.way import Door, Way, WayStreet
from geoplan.pipeline import Progress
from geoplan.stages.network import crossing_waits, edge_components, walk_costs
from geoplan.stages.reach import ROUNDING_S
from geoplan.stages.way import along_streets, quickest_way
from geoplan.units import seconds


@dataclass(frozen=True, slots=True)
class WayReport:
    """The walk, its streets, and the same for a GIS."""

    facility: str
    """Name of the facility, its id when it has none, or the place as it was written."""
    way: Way
    streets: tuple[WayStreet, ...]
    geojson: Mapping[str, Any]
    """One LineString in EPSG:4490 with the streets among its properties."""


def way_project(
    project: str | None,
    target: tuple[str | None, tuple[float, float] | None],
    home: tuple[float, float],
    walker: tuple[int, str | None],
    *,
    progress: Progress,
) -> WayReport:
    """Return the quickest walk from a home to a facility, if it is within the limit.

    Parameters
    ----------
    target
        A facility id of the project, or longitude and latitude; exactly one of them.
    home
        Longitude and latitude of the place where the walk begins.
    walker
        The limit in minutes, inclusive, and the walking profile; None takes the project's own.

    Raises
    ------
    InputError
        The facility is not in the project, or no street is near one of the places.
    ConfigError
        The profile is not known.
    NoWayError
        No walkable way leads there, or none within the limit; the message says which.
    """
    opened = open_project(project)
    limit_min, profile = walker
    person = chosen_walker(opened, profile)
    inputs = load_inputs(opened, progress=progress)
    ends = find_target(inputs, None, home), find_target(inputs, *target)
    progress("reach")
    snap_m = opened.file.network.snap_m
    start, stop = (
        Door(xy=end.xy, snapped=snap_target(inputs.network, end, snap_m=snap_m)) for end in ends
    )
    costs, waits_s = walk_costs(inputs.network, person), crossing_waits(inputs.network, person)
    way = quickest_way(inputs.network, costs, waits_s, start, stop)
    if way is None:
        raise NoWayError(_why_none(inputs.network, ends, (start, stop), person))
    if way.seconds > seconds(limit_min) + ROUNDING_S:
        raise NoWayError(
            f"the walk from {ends[0].name} to {_name(ends[1])} takes {_clock(way.seconds)}, "
            f"more than the limit of {limit_min} min; raise --minutes to see it"
        )
    return _report(way, ends[1], person, inputs.area.crs)


def _why_none(
    network: WalkNetwork, ends: tuple[Target, Target], doors: tuple[Door, Door], walker: Profile
) -> str:
    """Return why no way leads from one door to the other, as a sentence."""
    component = edge_components(network)
    pieces = [set(component[door.snapped.edge].tolist()) for door in doors]
    where = f"no way leads from {ends[0].name} to {_name(ends[1])}"
    if pieces[0].isdisjoint(pieces[1]):
        return (
            f"{where}: their streets are not connected; look for a missing street or a locked "
            "gate in the network file"
        )
    return (
        f"{where} for walker {walker.id}: stairs, kerbs, ground, slopes or one-way streets bar "
        "every way; try another --profile"
    )


def _clock(seconds_: float) -> str:
    """Return a time as minutes and seconds; tenths of a second are rounded up."""
    whole = math.ceil(round(seconds_, 1))
    return f"{whole // 60} min {whole % 60:02d} s"


def _name(target: Target) -> str:
    return target.name or target.id


def _report(way: Way, target: Target, walker: Profile, crs: str) -> WayReport:
    streets = along_streets(way)
    line = reproject(np.array([way.line], dtype=object), crs, GEOGRAPHIC)[0]
    rounded = shapely.transform(line, lambda xy: xy.round(7))
    properties = {
        "facility": target.id,
        "name": target.name,
        "profile": walker.id,
        "speed_m_s": walker.pace_m_s,
        "scenario": walker.scenario,
        "seconds": round(way.seconds, 1),
        "metres": round(way.length_m, 1),
        "leg_from_home_m": round(way.parts[0].length_m, 1),
        "leg_to_facility_m": round(way.parts[-1].length_m, 1),
        "streets": [
            _street(street) for street in streets if round(street.length_m + street.seconds, 1) > 0
        ],
    }
    feature = {
        "type": "Feature",
        "properties": properties,
        "geometry": json.loads(shapely.to_geojson(rounded)),
    }
    return WayReport(
        facility=_name(target),
        way=way,
        streets=streets,
        geojson={"type": "FeatureCollection", "features": [feature]},
    )


def _street(street: WayStreet) -> dict[str, Any]:
    return {
        "name": street.name,
        "metres": round(street.length_m, 1),
        "seconds": round(street.seconds, 1),
        "signal_wait_s": round(street.signal_wait_s, 1),
        "crossing_wait_s": round(street.crossing_wait_s, 1),
        "flights": street.flights,
    }
