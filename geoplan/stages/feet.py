"""Stage 3a: the feet of a point: the places of a street that are nearer than their surroundings.

Along the streets the straight distance to a point has local minima; those are its feet. They lie
inside a straight piece, at a bend, or at a junction from which every street leads away. They do not
depend on how streets are cut into edges: a street split in two has the same feet.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geoplan.model.arrays import Flags, Floats, Indices, Ints, freeze_fields, require_lengths
from geoplan.model.network import WalkNetwork


@dataclass(frozen=True, slots=True, eq=False)
class Feet:
    """Feet of points on streets, one row each."""

    point: Ints
    """(f,) row of the point."""
    edge: Indices
    """(f,) street edge."""
    fraction: Floats
    """(f,) position along the edge from tail (0) to head (1)."""
    leg_m: Floats
    """(f,) straight distance, metres."""
    xy: Floats
    """(f, 2) the foot."""

    def __post_init__(self) -> None:
        columns = {name: getattr(self, name) for name in ("edge", "fraction", "leg_m", "xy")}
        require_lengths("Feet", self.point.shape[0], **columns)
        freeze_fields(self, "point", *columns)

    def take(self, rows: Ints | Flags) -> Feet:
        """Return the given rows, in their order."""
        return Feet(
            point=self.point[rows],
            edge=self.edge[rows],
            fraction=self.fraction[rows],
            leg_m=self.leg_m[rows],
            xy=self.xy[rows],
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Pieces:
    """The straight pieces of the streets of all pairs, and where each is nearest to its point."""

    pair: Ints
    first: Flags
    """True for the first piece of a pair's street."""
    last: Flags
    length_m: Floats
    """0 for the only piece of a street without length, which has both ends at its foot."""
    share: Floats
    """0..1 along the piece."""
    fraction: Floats
    """0..1 along the street."""
    xy: Floats


def feet(network: WalkNetwork, xy: Floats, point: Ints, edge: Ints) -> Feet:
    """Return the feet of points on streets, by pair and along the street.

    Parameters
    ----------
    xy
        (n, 2) points.
    point, edge
        Pairs to look at. A foot at a junction is found only when all streets of the junction are
        among the pairs of the point.
    """
    pieces = _pieces(network, xy[point], edge)
    inside = (pieces.share > 0.0) & (pieces.share < 1.0)
    ends_before = np.concatenate([[False], pieces.share >= 1.0])[:-1]
    at_bend = (pieces.share <= 0.0) & ~pieces.first & ends_before
    at_tail, at_head = pieces.first & (pieces.share <= 0.0), pieces.last & (pieces.share >= 1.0)
    at_head |= pieces.first & pieces.last & (pieces.length_m == 0.0)
    tails, heads = np.flatnonzero(at_tail), np.flatnonzero(at_head)
    ends = np.concatenate([tails, heads])
    node = np.concatenate(
        [network.tail[edge[pieces.pair[tails]]], network.head[edge[pieces.pair[heads]]]]
    )
    kept = ends[_all_lead_away(network, point[pieces.pair[ends]], node)]
    rows = np.unique(np.concatenate([np.flatnonzero(inside | at_bend), kept]))
    pair = pieces.pair[rows]
    step = pieces.xy[rows] - xy[point[pair]]
    return Feet(
        point=point[pair],
        edge=edge[pair].astype(np.int32),
        fraction=pieces.fraction[rows],
        leg_m=np.hypot(step[:, 0], step[:, 1]),
        xy=pieces.xy[rows],
    )


def _pieces(network: WalkNetwork, at: Floats, edge: Ints) -> _Pieces:
    """Return the pieces of each pair's street; ``at`` (pairs, 2) is the point of each pair."""
    corners, owner = shapely.get_coordinates(network.lines(edge), return_index=True)
    joined = owner[1:] == owner[:-1]
    begin, step, pair = corners[:-1][joined], np.diff(corners, axis=0)[joined], owner[:-1][joined]
    length = np.hypot(step[:, 0], step[:, 1])
    whole = np.bincount(pair, weights=length, minlength=edge.size)
    lone = (whole[pair] == 0.0) & _firsts(pair)
    keep = (length > 0.0) | lone
    begin, step, pair, length = begin[keep], step[keep], pair[keep], length[keep]
    first = _firsts(pair)
    along = lengths_before(length, first)
    towards = ((at[pair] - begin) * step).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.nan_to_num(np.clip(towards / (length * length), 0.0, 1.0))
        fraction = np.nan_to_num(np.clip((along + share * length) / whole[pair], 0.0, 1.0))
    last = np.concatenate([first[1:], [True]])[: pair.size]
    fraction[last & (share >= 1.0)] = 1.0
    xy = begin + share[:, None] * step
    return _Pieces(pair.astype(np.int64), first, last, length, share, fraction, xy)


def lengths_before(length: Floats, first: Flags) -> Floats:
    """Return the length of a street before each of its pieces.

    Added street by street: with one running sum over all, the last bits of a foot would depend on
    which other points there are.
    """
    begins = np.flatnonzero(first)
    rank = np.arange(first.size) - begins[np.cumsum(first) - 1]
    by_rank = np.argsort(rank, kind="stable")
    along = np.zeros(first.size)
    for rows in np.split(by_rank, np.cumsum(np.bincount(rank)))[1:-1]:
        along[rows] = along[rows - 1] + length[rows - 1]
    return along


def _firsts(pair: Ints) -> Flags:
    """Return which rows begin a new pair."""
    first: Flags = np.ones(pair.size, dtype=np.bool_)
    first[1:] = pair[1:] != pair[:-1]
    return first


def _all_lead_away(network: WalkNetwork, point: Ints, node: Ints) -> Flags:
    """Return whether every street end at the node has its foot there."""
    degree = np.diff(network.incidence.start)
    _, pair, counts = np.unique(
        np.column_stack([point, node]), axis=0, return_inverse=True, return_counts=True
    )
    away: Flags = counts[pair.reshape(-1)] == degree[node]
    return away
