"""Stage 5: nested polygons that are drawn around the reached parts of streets.

People are counted on reach; the polygons are drawings of it: the union of bands of
``BAND_M`` metres on both sides of every reached part-street and of the legs to the station.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import shapely

from geoplan.model.arrays import Flags, Floats, Geometries, Indices, Texts
from geoplan.model.network import SnappedPoints, WalkNetwork, snap_points
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
    """(m,) band of each whole street, cut straight at both ends."""
    discs: Geometries
    """(n,) disc around each node: it rounds the ends of all streets that meet there."""


def street_bands(network: WalkNetwork) -> Bands:
    """Return the band of every street."""
    flat = shapely.buffer(network.geometry, BAND_M, quad_segs=_QUARTER_SEGMENTS, cap_style="flat")
    nodes = np.asarray(shapely.points(network.node_xy), dtype=object)
    return Bands(network=network, polygons=np.asarray(flat, dtype=object), discs=_band(nodes))


def service_areas(
    graph: SearchGraph,
    bands: Bands,
    xy: Floats,
    chosen: tuple[Indices, Texts],
    minutes: Sequence[int],
) -> ServiceAreas:
    """Return one polygon for each chosen facility and limit, ordered by facility, then limit.

    The area of a longer limit contains that of a shorter one, and every area contains its
    facility. A facility with no street in reach gets the band around its own point.

    Parameters
    ----------
    xy
        (facilities, 2) positions of all facilities of the graph.
    chosen
        Rows of the facilities to draw, and their ids.
    """
    rows, ids = chosen
    with ThreadPoolExecutor(_THREADS) as pool:
        rings = list(pool.map(lambda row: _nested(graph, bands, xy, int(row), minutes), rows))
    polygons = np.empty(len(ids) * len(minutes), dtype=object)
    polygons[:] = [polygon for ring in rings for polygon in ring]
    return ServiceAreas(
        owner=np.repeat(ids, len(minutes)),
        minutes=np.tile(np.array(minutes, dtype=np.int64), len(ids)),
        geometry=polygons,
    )


def dissolved_areas(areas: ServiceAreas, giving: Mapping[str, Flags]) -> ServiceAreas:
    """Return one polygon for each service and limit: the union of the areas that give it.

    ``giving`` maps a service to the facilities that give it, in the order of ``areas``; a
    service that no facility gives has an empty polygon.
    """
    minutes = np.unique(areas.minutes)
    polygons = areas.geometry.reshape(-1, minutes.size)
    jobs = [
        polygons[chosen, column] for chosen in giving.values() for column in range(minutes.size)
    ]
    united = np.empty(len(jobs), dtype=object)
    with ThreadPoolExecutor(_THREADS) as pool:
        united[:] = list(pool.map(shapely.union_all, jobs))
    return ServiceAreas(
        owner=np.repeat(np.array(list(giving), dtype=np.str_), minutes.size),
        minutes=np.tile(minutes, len(giving)),
        geometry=united,
    )


def _nested(
    graph: SearchGraph, bands: Bands, xy: Floats, row: int, minutes: Sequence[int]
) -> list[shapely.Geometry]:
    """Return the areas of one facility; a street drawn whole at one limit is not drawn again."""
    point = graph.facilities.take(np.array([row], dtype=np.int32))
    chosen = np.arange(xy.shape[0]) == row
    node_s = node_times(graph, chosen, limit_s=seconds(max(minutes)))
    core = shapely.buffer(shapely.points(xy[row]), BAND_M, quad_segs=_QUARTER_SEGMENTS)
    drawn = np.zeros(graph.network.edge_count, dtype=np.bool_)
    rings: list[shapely.Geometry] = []
    for limit in minutes:
        parts = reached_parts(graph.network, graph.costs, node_s, point, limit_s=seconds(limit))
        fresh = parts.select(~drawn[parts.edge])
        legs = _legs(graph, point, xy[row], seconds(limit))
        discs = bands.discs[(node_s <= seconds(limit)) & ~_drawn_nodes(graph.network, drawn)]
        core = shapely.union_all([core, *_polygons(bands, fresh), *discs, *_band(legs)])
        drawn[fresh.edge[whole(fresh)]] = True
        rings.append(core)
    return rings


def _drawn_nodes(network: WalkNetwork, drawn: Flags) -> Flags:
    """Return the nodes at the end of a street that is drawn already."""
    nodes = np.zeros(network.node_count, dtype=np.bool_)
    nodes[network.tail[drawn]] = True
    nodes[network.head[drawn]] = True
    return nodes


def _polygons(bands: Bands, parts: ReachedParts) -> Geometries:
    """Return the band of each part: ready-made for whole streets, drawn for partial ones."""
    polygons = np.empty(parts.edge.size, dtype=object)
    full: Indices = whole(parts)
    polygons[full] = bands.polygons[parts.edge[full]]
    rest = np.setdiff1d(np.arange(parts.edge.size), full)
    partial = ReachedParts(edge=parts.edge[rest], start=parts.start[rest], stop=parts.stop[rest])
    polygons[rest] = _band(part_lines(bands.network, partial))
    return polygons


def _legs(graph: SearchGraph, point: SnappedPoints, xy: Floats, limit_s: float) -> Geometries:
    """Return the straight legs of one facility that can be walked within the limit."""
    walkable = point.leg_m / graph.costs.leg_speed_m_s <= limit_s
    ends = shapely.get_coordinates(snap_points(graph.network, point))[walkable]
    pairs = np.stack([np.broadcast_to(xy, ends.shape), ends], axis=1)
    legs: Geometries = np.asarray(shapely.linestrings(pairs), dtype=object)
    return legs


def _band(geometries: Geometries) -> Geometries:
    bands: Geometries = np.asarray(
        shapely.buffer(geometries, BAND_M, quad_segs=_QUARTER_SEGMENTS), dtype=object
    )
    return bands
