"""Stage 5: nested polygons that are drawn around the reached parts of streets.

People are counted on reach; the polygons are drawings of it: the union of bands of
``BAND_M`` metres on both sides of every reached part-street and of the legs to the station.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import shapely

from geoplan.model.arrays import Flags, Floats, Geometries, Indices
from geoplan.model.network import SnappedPoints, WalkNetwork, snap_points
from geoplan.model.reach import EdgeCosts
from geoplan.model.results import ServiceAreas
from geoplan.stages.reach import SearchGraph, node_times
from geoplan.stages.reached_parts import ReachedParts, part_lines, reached_parts, whole
from geoplan.units import seconds

BAND_M = 30.0
"""Half width of the band along a reached street: about the depth of a row of houses."""

_QUARTER_SEGMENTS = 4
_THREADS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Bands:
    """The band of every street, drawn once and shared by all areas."""

    network: WalkNetwork
    polygons: Geometries
    """(m,) band of each whole street."""


def street_bands(network: WalkNetwork) -> Bands:
    """Return the band of every street."""
    return Bands(network=network, polygons=_band(network.geometry))


def service_areas(
    graph: SearchGraph, bands: Bands, xy: Floats, ids: Sequence[str], minutes: Sequence[int]
) -> ServiceAreas:
    """Return one polygon for each facility and limit, ordered by facility, then limit.

    The area of a longer limit contains that of a shorter one, and every area contains its
    facility. A facility with no street in reach gets the band around its own point.
    """
    owners = [np.arange(len(ids)) == row for row in range(len(ids))]
    return _areas(graph, bands, xy, (list(ids), owners), minutes)


def dissolved_areas(
    graph: SearchGraph,
    bands: Bands,
    xy: Floats,
    giving: dict[str, Flags],
    minutes: Sequence[int],
) -> ServiceAreas:
    """Return one polygon for each service and limit: where any facility that gives it is near."""
    return _areas(graph, bands, xy, (list(giving), list(giving.values())), minutes)


def _areas(
    graph: SearchGraph,
    bands: Bands,
    xy: Floats,
    owners: tuple[list[str], list[Flags]],
    minutes: Sequence[int],
) -> ServiceAreas:
    names, chosen = owners

    def nested(flags: Flags) -> list[shapely.Geometry]:
        return _nested(graph, bands, xy, flags, minutes)

    with ThreadPoolExecutor(_THREADS) as pool:
        rings = list(pool.map(nested, chosen))
    polygons = np.empty(len(names) * len(minutes), dtype=object)
    polygons[:] = [polygon for ring in rings for polygon in ring]
    return ServiceAreas(
        owner=np.repeat(np.array(names, dtype=np.str_), len(minutes)),
        minutes=np.tile(np.array(minutes, dtype=np.int64), len(names)),
        geometry=polygons,
    )


def _nested(
    graph: SearchGraph, bands: Bands, xy: Floats, chosen: Flags, minutes: Sequence[int]
) -> list[shapely.Geometry]:
    rows = np.flatnonzero(chosen).astype(np.int32)
    points = graph.facilities.take(rows)
    node_s = node_times(graph, chosen, limit_s=seconds(max(minutes)))
    core = shapely.union_all(_band(np.asarray(shapely.points(xy[rows]), dtype=object)))
    rings: list[shapely.Geometry] = []
    for limit in minutes:
        parts = reached_parts(graph.network, graph.costs, node_s, points, limit_s=seconds(limit))
        legs = _legs(graph.network, graph.costs, points, xy[rows], seconds(limit))
        core = shapely.union_all([core, *_polygons(bands, parts), *_band(legs)])
        rings.append(core)
    return rings


def _polygons(bands: Bands, parts: ReachedParts) -> Geometries:
    """Return the band of each part: ready-made for whole streets, drawn for partial ones."""
    polygons = np.empty(parts.edge.size, dtype=object)
    full: Indices = whole(parts)
    polygons[full] = bands.polygons[parts.edge[full]]
    rest = np.setdiff1d(np.arange(parts.edge.size), full)
    partial = ReachedParts(edge=parts.edge[rest], start=parts.start[rest], stop=parts.stop[rest])
    polygons[rest] = _band(part_lines(bands.network, partial))
    return polygons


def _legs(
    network: WalkNetwork, costs: EdgeCosts, points: SnappedPoints, xy: Floats, limit_s: float
) -> Geometries:
    """Return the straight legs that can be walked within the limit."""
    walkable = points.leg_m / costs.leg_speed_m_s <= limit_s
    ends = shapely.get_coordinates(snap_points(network, points))
    pairs = np.stack([xy[points.owner()], ends], axis=1)[walkable]
    legs: Geometries = np.asarray(shapely.linestrings(pairs), dtype=object)
    return legs


def _band(geometries: Geometries) -> Geometries:
    bands: Geometries = np.asarray(
        shapely.buffer(geometries, BAND_M, quad_segs=_QUARTER_SEGMENTS), dtype=object
    )
    return bands
