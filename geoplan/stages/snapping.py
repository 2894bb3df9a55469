"""Stage 3: where stations and homes meet the streets."""

from __future__ import annotations

import numpy as np
import shapely

from geoplan.model.arrays import Flags, Floats, Geometries, Ints
from geoplan.model.network import SnappedPoints, WalkNetwork
from geoplan.model.shapes import stretches
from geoplan.stages.feet import Feet, feet
from geoplan.stages.network import edge_components

SPREAD_M = 30.0
"""No street this much farther than the nearest one is still a way out of the house."""

ON_STREET_M = 0.1
"""A point this near to a street lies on it, and starts there and nowhere else."""

_TIE_M = 1e-6


def snap(
    network: WalkNetwork, xy: Floats, *, limit_m: float, main: Flags | None = None
) -> SnappedPoints:
    """Return every place where a point may enter the streets, the nearest first.

    The nearest street is not always the nearest way: it may hang on a badly connected piece. So a
    point beside the street gets as candidates all its feet (``stages.feet``) at most twice as far
    as the nearest one (and at most ``SPREAD_M`` farther), and the nearest foot of the main
    component; the search weighs them by total time. A straight leg that crosses a wall, a railway
    or a river does not count, unless every leg does. A point on a street starts on it: on a bridge
    nobody jumps. How streets are cut into edges changes nothing.

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
    at = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    main = edge_components(network) == 0 if main is None else main
    found = feet(network, at, *_pairs_within_reach(network, main, at, limit_m))
    found = found.take(found.leg_m <= limit_m)
    worth = found.take(_worth_walking(network, main, at, found))
    order = np.lexsort((worth.fraction, worth.edge, worth.leg_m, worth.point))
    worth = worth.take(order)
    counts = np.bincount(worth.point, minlength=len(at))
    return SnappedPoints(
        start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        edge=worth.edge,
        fraction=worth.fraction,
        leg_m=worth.leg_m,
    )


def _pairs_within_reach(
    network: WalkNetwork, main: Flags, at: Floats, limit_m: float
) -> tuple[Ints, Ints]:
    """Return unique (point, edge) pairs of all streets that may hold a candidate."""
    points: Geometries = np.asarray(shapely.points(at), dtype=object)
    tree = shapely.STRtree(network.geometry)
    near_point, near_edge = tree.query_nearest(points, max_distance=limit_m)
    nearest = np.full(len(points), np.inf)
    nearest[near_point] = shapely.distance(points[near_point], network.geometry[near_edge])
    reach = np.where(np.isfinite(nearest), np.minimum(nearest + SPREAD_M, limit_m), 0.0)
    wide_point, wide_edge = tree.query(points, predicate="dwithin", distance=reach)
    main_edges = np.flatnonzero(main)
    main_tree = shapely.STRtree(network.geometry[main_edges])
    main_point, main_edge = main_tree.query_nearest(points, max_distance=limit_m)
    met_point, met_edge = _with_meeting(network, main_point, main_edges[main_edge])
    pairs = np.unique(
        np.column_stack(
            [
                np.concatenate([near_point, wide_point, met_point]),
                np.concatenate([near_edge, wide_edge, met_edge]),
            ]
        ),
        axis=0,
    )
    return pairs[:, 0], pairs[:, 1]


def _with_meeting(network: WalkNetwork, point: Ints, edge: Ints) -> tuple[Ints, Ints]:
    """Return the pairs and, for each, the pairs with all streets that meet its street."""
    incidence = network.incidence
    node = np.concatenate([network.tail[edge], network.head[edge]])
    counts = np.diff(incidence.start)[node]
    half = incidence.half[stretches(incidence.start[:-1][node], counts)]
    met_point = np.repeat(np.tile(point, 2), counts)
    return np.concatenate([point, met_point]), np.concatenate([edge, half >> 1])


def _worth_walking(network: WalkNetwork, main: Flags, at: Floats, found: Feet) -> Flags:
    """Return which feet stay: free legs, near enough, or the nearest of the main part."""
    free = _free_legs(network, at, found)
    point, leg_m = found.point, found.leg_m
    nearest = np.full(len(at), np.inf)
    np.minimum.at(nearest, point[free], leg_m[free])
    base = nearest[point]
    near = leg_m <= np.minimum(2.0 * base, base + SPREAD_M) + _TIE_M
    on_street = base <= ON_STREET_M
    near[on_street] = leg_m[on_street] <= base[on_street] + _TIE_M
    on_main = main[found.edge] & free
    nearest_main = np.full(len(at), np.inf)
    np.minimum.at(nearest_main, point[on_main], leg_m[on_main])
    way_out = on_main & (leg_m <= nearest_main[point] + _TIE_M) & ~on_street
    worth: Flags = free & (near | way_out)
    return worth


def _free_legs(network: WalkNetwork, at: Floats, found: Feet) -> Flags:
    """Return which legs cross no barrier; all legs of a point count as free when none is."""
    barriers = network.barriers.geometry
    free: Flags = np.ones(found.point.size, dtype=np.bool_)
    if barriers.size and found.point.size:
        legs = shapely.linestrings(np.stack([at[found.point], found.xy], axis=1))
        hit, _ = shapely.STRtree(barriers).query(legs, predicate="crosses")
        free[hit] = False
    walled_in = np.ones(len(at), dtype=np.bool_)
    walled_in[found.point[free]] = False
    free |= walled_in[found.point]
    return free
