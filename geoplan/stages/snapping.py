"""Stage 3: where stations and homes meet the streets."""

from __future__ import annotations

import numpy as np
import shapely

from geoplan.model.arrays import Flags, Floats, Geometries, Ints
from geoplan.model.network import SnappedPoints, WalkNetwork
from geoplan.stages.network import edge_components

SPREAD_M = 30.0
"""No street this much farther than the nearest one is still a way out of the house."""

ON_STREET_M = 0.1
"""A point this near to a street lies on it, and starts there and nowhere else."""

_TIE_M = 1e-6


def snap(
    network: WalkNetwork, xy: Floats, *, limit_m: float, main: Flags | None = None
) -> SnappedPoints:
    """Return every street that a point may start from, the nearest first.

    The nearest street is not always the nearest way: it may hang on a badly connected piece. So a
    point beside the street gets as candidates all streets at most twice as far as its nearest one
    (and at most ``SPREAD_M`` farther), and the nearest street of the main component; the search
    weighs them by total time. A straight leg that crosses a wall, a railway or a river does not
    count, unless every leg does. A point on a street starts on it: on a bridge nobody jumps.

    Parameters
    ----------
    xy
        Points, shape (n, 2), in the network's crs.
    limit_m
        No leg is longer; a point with no street within it gets no candidate.
    main
        (edges,) which streets belong to the main component, when ``network`` is a part of a larger
        one; None finds out.
    """
    main = edge_components(network) == 0 if main is None else main
    points: Geometries = np.asarray(shapely.points(xy.reshape(-1, 2)), dtype=object)
    point, edge, leg_m = _pairs_within_reach(network, points, main, limit_m)
    free = _free_legs(network, points, point, edge)
    keep = _worth_walking(len(points), point, leg_m, free, main[edge])
    point, edge, leg_m = point[keep], edge[keep], leg_m[keep]
    order = np.lexsort([edge, leg_m, point])
    point, edge, leg_m = point[order], edge[order], leg_m[order]
    fraction = shapely.line_locate_point(network.geometry[edge], points[point], normalized=True)
    counts = np.bincount(point, minlength=len(points))
    return SnappedPoints(
        start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        edge=edge.astype(np.int32),
        fraction=np.clip(np.nan_to_num(fraction), 0.0, 1.0),
        leg_m=leg_m,
    )


def _pairs_within_reach(
    network: WalkNetwork, points: Geometries, main: Flags, limit_m: float
) -> tuple[Ints, Ints, Floats]:
    """Return unique (point, edge, distance) triples of all streets that may be candidates."""
    tree = shapely.STRtree(network.geometry)
    near_point, near_edge = tree.query_nearest(points, max_distance=limit_m)
    nearest = np.full(len(points), np.inf)
    nearest[near_point] = shapely.distance(points[near_point], network.geometry[near_edge])
    reach = np.where(np.isfinite(nearest), np.minimum(nearest + SPREAD_M, limit_m), 0.0)
    wide_point, wide_edge = tree.query(points, predicate="dwithin", distance=reach)
    main_edges = np.flatnonzero(main)
    main_tree = shapely.STRtree(network.geometry[main_edges])
    main_point, main_edge = main_tree.query_nearest(points, max_distance=limit_m)
    pairs = np.unique(
        np.concatenate(
            [
                np.column_stack([near_point, near_edge]),
                np.column_stack([wide_point, wide_edge]),
                np.column_stack([main_point, main_edges[main_edge]]),
            ]
        ),
        axis=0,
    )
    point, edge = pairs[:, 0], pairs[:, 1]
    return point, edge, shapely.distance(points[point], network.geometry[edge])


def _worth_walking(points: int, point: Ints, leg_m: Floats, free: Flags, on_main: Flags) -> Flags:
    """Return which candidates stay: free legs, near enough, or the nearest of the main part."""
    nearest = np.full(points, np.inf)
    np.minimum.at(nearest, point[free], leg_m[free])
    base = nearest[point]
    near = leg_m <= np.minimum(2.0 * base, base + SPREAD_M) + _TIE_M
    on_street = base <= ON_STREET_M
    near[on_street] = leg_m[on_street] <= base[on_street] + _TIE_M
    main = on_main & free
    nearest_main = np.full(points, np.inf)
    np.minimum.at(nearest_main, point[main], leg_m[main])
    way_out = main & (leg_m <= nearest_main[point] + _TIE_M) & ~on_street
    worth: Flags = free & (near | way_out)
    return worth


def _free_legs(network: WalkNetwork, points: Geometries, point: Ints, edge: Ints) -> Flags:
    """Return which legs cross no barrier; all legs of a point count as free when none is."""
    barriers = network.barriers.geometry
    free: Flags = np.ones(point.size, dtype=np.bool_)
    if barriers.size and point.size:
        legs = shapely.shortest_line(points[point], network.geometry[edge])
        hit, _ = shapely.STRtree(barriers).query(legs, predicate="crosses")
        free[hit] = False
    walled_in = np.ones(len(points), dtype=np.bool_)
    walled_in[point[free]] = False
    free |= walled_in[point]
    return free
