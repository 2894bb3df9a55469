"""Stage 3: where stations and homes meet the streets."""

from __future__ import annotations

import numpy as np
import shapely

from geoplan.model.arrays import Flags, Floats, Geometries, Ints
from geoplan.model.network import SnappedPoints, WalkNetwork
from geoplan.stages.network import edge_components

SPREAD_M = 30.0
"""A street this much farther than the nearest one is still a way out of the house."""


def snap(network: WalkNetwork, xy: Floats, *, limit_m: float) -> SnappedPoints:
    """Return every street that a point may start from, the nearest first.

    The nearest street is not always the nearest way: it may hang on a badly connected piece. So a
    point gets as candidates all streets at most ``SPREAD_M`` farther than its nearest one, and
    the nearest street of the main component; the search weighs them by total time. A straight leg
    that crosses a wall, a railway or a river is dropped unless every leg does.

    Parameters
    ----------
    xy
        Points, shape (n, 2), in the network's crs.
    limit_m
        No leg is longer; a point with no street within it gets no candidate.
    """
    points: Geometries = np.asarray(shapely.points(xy.reshape(-1, 2)), dtype=object)
    point, edge, leg_m = _pairs_within_reach(network, points, limit_m)
    lines = network.geometry[edge]
    keep = ~_cut_off(network, points, point, lines)
    point, edge, leg_m, lines = point[keep], edge[keep], leg_m[keep], lines[keep]
    order = np.lexsort([edge, leg_m, point])
    point, edge, leg_m, lines = point[order], edge[order], leg_m[order], lines[order]
    fraction = shapely.line_locate_point(lines, points[point], normalized=True)
    counts = np.bincount(point, minlength=len(points))
    return SnappedPoints(
        start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        edge=edge.astype(np.int32),
        fraction=np.clip(np.nan_to_num(fraction), 0.0, 1.0),
        leg_m=leg_m,
    )


def _pairs_within_reach(
    network: WalkNetwork, points: Geometries, limit_m: float
) -> tuple[Ints, Ints, Floats]:
    """Return unique (point, edge, distance) triples of all candidates."""
    tree = shapely.STRtree(network.geometry)
    nearest = np.full(len(points), np.inf)
    near_point, near_edge = tree.query_nearest(points, max_distance=limit_m)
    nearest[near_point] = shapely.distance(points[near_point], network.geometry[near_edge])
    reach = np.where(np.isfinite(nearest), np.minimum(nearest + SPREAD_M, limit_m), 0.0)
    wide_point, wide_edge = tree.query(points, predicate="dwithin", distance=reach)
    main_edges = np.flatnonzero(edge_components(network) == 0)
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


def _cut_off(network: WalkNetwork, points: Geometries, point: Ints, lines: Geometries) -> Flags:
    """Return which legs cross a barrier although another leg of the same point does not."""
    barriers = network.barriers.geometry
    crossed: Flags = np.zeros(point.size, dtype=np.bool_)
    if barriers.size and point.size:
        legs = shapely.shortest_line(points[point], lines)
        hit, _ = shapely.STRtree(barriers).query(legs, predicate="crosses")
        crossed[hit] = True
    free = np.zeros(len(points), dtype=np.bool_)
    free[point[~crossed]] = True
    cut: Flags = crossed & free[point]
    return cut
