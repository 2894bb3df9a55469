"""A part of a network that gives the same answers as the whole, for places within it.

A walk of so many seconds leads no farther than the fastest street allows, so streets beyond that
cannot matter; a leg leads no farther than the snapping distance. Streets and places are cut by
plain boxes; what the cut leaves in without need costs time and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from scipy.sparse import csr_array

from geoplan.model.arrays import Flags, Floats, Indices, Ints, Sparse
from geoplan.model.network import Barriers, SnappedPoints, Streets, WalkNetwork
from geoplan.model.reach import EdgeCosts
from geoplan.model.whatif import StreetIndex
from geoplan.stages.network import edge_components, take_edges
from geoplan.stages.reach import nearest_of_homes, search_graph, walking_times
from geoplan.stages.snapping import snap

_SLACK_M = 1.0
_SLACK_S = 0.001
"""More than what sums of floats can differ by; a few rows too many are searched, never too few."""


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """Streets with a walker's costs and the index that finds them."""

    network: WalkNetwork
    costs: EdgeCosts
    index: StreetIndex

    def take(self, edges: Indices) -> tuple[WalkNetwork, EdgeCosts]:
        """Return the course of the given streets and their costs, without names and kinds."""
        bare = Streets.plain(edges.size)
        return take_edges(self.network, edges, streets=bare), self.costs.take(edges)


def street_index(network: WalkNetwork, costs: EdgeCosts) -> StreetIndex:
    """Return the index of a network's streets."""
    return StreetIndex(
        bounds=network.boxes(),
        barrier_bounds=shapely.bounds(network.barriers.geometry).reshape(-1, 4),
        main=edge_components(network) == 0,
        fastest_m_s=_fastest_m_s(network, costs),
    )


def index_after(index: StreetIndex, network: WalkNetwork, kept: Indices) -> StreetIndex:
    """Return the index of a network that kept the given streets of the indexed one.

    Fewer streets are no faster, and an end that moved by a hair at a gate is within the slack of
    every look-up; only the main component is found anew.
    """
    return StreetIndex(
        bounds=index.bounds[kept],
        barrier_bounds=index.barrier_bounds,
        main=edge_components(network) == 0,
        fastest_m_s=index.fastest_m_s,
    )


def _fastest_m_s(network: WalkNetwork, costs: EdgeCosts) -> float:
    step = network.node_xy[network.head] - network.node_xy[network.tail]
    straight_m = np.hypot(step[:, 0], step[:, 1])
    seconds = np.minimum(costs.forward_s, costs.backward_s)
    moves = straight_m > 0
    with np.errstate(divide="ignore"):
        return float((straight_m[moves] / seconds[moves]).max(initial=0.0))


def snap_nearby(ways: Ways, xy: Floats, *, limit_m: float) -> SnappedPoints:
    """Return what ``snap`` returns on the whole network, from the streets around the points."""
    network, index = ways.network, ways.index
    box = _box(xy, limit_m + _SLACK_M)
    edges = np.flatnonzero(_meets(index.bounds, box)).astype(np.int32)
    walls = np.flatnonzero(_meets(index.barrier_bounds, box))
    part, _ = ways.take(edges)
    part = replace(part, barriers=_take_barriers(network.barriers, walls))
    found = snap(part, xy, limit_m=limit_m, main=index.main[edges])
    return replace(found, edge=edges[found.edge])


def points_near_streets(xy: Floats, network: WalkNetwork, edges: Ints, *, limit_m: float) -> Ints:
    """Return the points whose candidates can depend on one of the streets, ascending."""
    lines = network.lines(edges)
    if not lines.size:
        return np.empty(0, dtype=np.int64)
    west, south, east, north = shapely.total_bounds(lines)
    corners = np.array([[west, south], [east, north]])
    inside = np.flatnonzero(_meets(np.tile(xy, 2), _box(corners, limit_m + _SLACK_M)))
    points = shapely.points(xy[inside])
    near, _ = shapely.STRtree(lines).query(points, predicate="dwithin", distance=limit_m + _SLACK_M)
    rows: Ints = inside[np.unique(near)]
    return rows


def times_of(ways: Ways, facilities: SnappedPoints, homes: SnappedPoints, limit_s: float) -> Sparse:
    """Return the walking times of these facilities: rows of what ``walking_times`` returns."""
    edges = _within_walk(ways, facilities, limit_s)
    network, costs = ways.take(edges)
    _, mine = on_streets(facilities, edges, ways.network.edge_count, every=True)
    rows, near = on_streets(homes, edges, ways.network.edge_count)
    found = walking_times(search_graph(network, costs, mine), near, limit_s=limit_s).seconds
    shape = (len(facilities), len(homes))
    return csr_array((found.data, rows[found.indices], found.indptr), shape=shape)


def facilities_beyond(
    ways: Ways, spots: SnappedPoints, facilities: SnappedPoints, limit_s: float
) -> Ints:
    """Return the facilities that someone at one of the spots reaches within the limit, ascending.

    One search from all spots at once, along the streets in the walking direction.
    """
    if not spots.edge.size:
        return np.empty(0, dtype=np.int64)
    edges = _within_walk(ways, spots, limit_s)
    network, costs = ways.take(edges)
    rows, near = on_streets(facilities, edges, ways.network.edge_count)
    _, there = on_streets(spots, edges, ways.network.edge_count, every=True)
    graph = search_graph(network, costs.turned(), there)
    every = np.ones(len(there), dtype=np.bool_)
    seconds, _ = nearest_of_homes(graph, near, every, limit_s=limit_s + _SLACK_S)
    return rows[np.isfinite(seconds)]


def on_streets(
    points: SnappedPoints, edges: Indices, edge_count: int, *, every: bool = False
) -> tuple[Ints, SnappedPoints]:
    """Return the points with candidates on these streets, and those candidates, renumbered.

    ``every`` keeps points without such a candidate, too.
    """
    position = np.full(edge_count, -1, dtype=np.int32)
    position[edges] = np.arange(edges.size)
    here = position[points.edge] >= 0
    counts = np.bincount(points.owner()[here], minlength=len(points))
    rows = np.arange(len(points)) if every else np.flatnonzero(counts)
    found = SnappedPoints(
        start=np.concatenate([[0], np.cumsum(counts[rows])]).astype(np.int64),
        edge=position[points.edge[here]],
        fraction=points.fraction[here],
        leg_m=points.leg_m[here],
    )
    return rows.astype(np.int64), found


def _within_walk(ways: Ways, spots: SnappedPoints, limit_s: float) -> Indices:
    """Return the streets that a walk from one of the spots can enter within the limit."""
    network = ways.network
    seeds = np.union1d(network.tail[spots.edge], network.head[spots.edge])
    if not seeds.size:
        return np.empty(0, dtype=np.int32)
    reach_m = np.inf if np.isinf(limit_s) else ways.index.fastest_m_s * (limit_s + _SLACK_S)
    box = _box(network.node_xy[seeds], reach_m + _SLACK_M)
    inside = _meets(np.tile(network.node_xy, 2), box)
    return np.flatnonzero(inside[network.tail] | inside[network.head]).astype(np.int32)


def _box(xy: Floats, margin_m: float) -> tuple[Floats, Floats]:
    """Return the corners of the box around the points; the box of no point holds nothing."""
    low = xy.min(axis=0, initial=np.inf) - margin_m
    high = xy.max(axis=0, initial=-np.inf) + margin_m
    return low, high


def _meets(bounds: Floats, box: tuple[Floats, Floats]) -> Flags:
    low, high = box
    west, south, east, north = bounds.T
    flags: Flags = (west <= high[0]) & (south <= high[1]) & (east >= low[0]) & (north >= low[1])
    return flags


def _take_barriers(barriers: Barriers, rows: Ints) -> Barriers:
    return Barriers(
        geometry=barriers.geometry[rows], kind=barriers.kind[rows], name=barriers.name[rows]
    )
