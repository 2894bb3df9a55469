"""Stage 4b: the parts of streets from which a facility is reached within a limit.

Reach lives on streets: from each end the walker has so many seconds left, and a facility splits
its own street. Time runs evenly along a street, waits and penalties included.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geoplan.model.arrays import (
    Flags,
    Floats,
    Geometries,
    Indices,
    Ints,
    freeze_fields,
    require_lengths,
)
from geoplan.model.network import SnappedPoints, WalkNetwork
from geoplan.model.reach import EdgeCosts


@dataclass(frozen=True, slots=True, eq=False)
class ReachedParts:
    """Disjoint parts of streets, sorted by street and position."""

    edge: Ints
    """(p,) street edge."""
    start: Floats
    """(p,) share of the street's length where the part begins, 0..1."""
    stop: Floats
    """(p,) share where it ends, at least ``start``."""

    def __post_init__(self) -> None:
        require_lengths("ReachedParts", self.edge.shape[0], start=self.start, stop=self.stop)
        freeze_fields(self, "edge", "start", "stop")

    def select(self, chosen: Flags) -> ReachedParts:
        """Return the chosen parts, in their order."""
        return ReachedParts(
            edge=self.edge[chosen], start=self.start[chosen], stop=self.stop[chosen]
        )


def reached_parts(  # noqa: PLR0913  the streets to look at are a matter of speed
    network: WalkNetwork,
    costs: EdgeCosts,
    node_s: Floats,
    facilities: SnappedPoints,
    *,
    limit_s: float,
    among: Indices | None = None,
) -> ReachedParts:
    """Return the parts of streets from which some facility is at most ``limit_s`` away.

    Parameters
    ----------
    node_s
        Seconds from each node to the nearest of the facilities, inf beyond reach.
    facilities
        Candidates of those same facilities: each also reaches along its own street.
    among
        Streets to look at, rising; None looks at all.
    """
    tails, heads = _ends(network, among)
    near = np.flatnonzero((node_s[tails] <= limit_s) | (node_s[heads] <= limit_s))
    edges = near if among is None else among[near]
    tail_left = limit_s - node_s[network.tail[edges]]
    head_left = limit_s - node_s[network.head[edges]]
    from_tail = _share(tail_left, costs.backward_s[edges])
    from_head = _share(head_left, costs.forward_s[edges])
    left = limit_s - facilities.leg_m / costs.leg_speed_m_s
    before = _share(left, costs.forward_s[facilities.edge])
    behind = _share(left, costs.backward_s[facilities.edge])
    here = left >= 0
    return _merged(
        np.concatenate([edges, edges, facilities.edge[here]]),
        np.concatenate(
            [
                np.zeros(edges.size),
                1.0 - from_head,
                np.maximum(facilities.fraction - before, 0.0)[here],
            ]
        ),
        np.concatenate(
            [
                from_tail,
                np.ones(edges.size),
                np.minimum(facilities.fraction + behind, 1.0)[here],
            ]
        ),
    )


def covered_length_m(
    network: WalkNetwork, parts: ReachedParts, edge: Ints, start: Floats, stop: Floats
) -> Floats:
    """Return the metres of each piece (edge, start, stop) that lie in the reached parts."""
    first = np.searchsorted(parts.edge, edge, side="left")
    last = np.searchsorted(parts.edge, edge, side="right")
    counts = last - first
    piece = np.repeat(np.arange(edge.size), counts)
    skipped = np.repeat(first - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
    part = (skipped + np.arange(piece.size)).astype(np.int64)
    overlap = np.minimum(stop[piece], parts.stop[part]) - np.maximum(
        start[piece], parts.start[part]
    )
    share = np.bincount(piece, weights=np.maximum(overlap, 0.0), minlength=edge.size)
    metres: Floats = share * network.length_m[edge]
    return metres


def part_lines(network: WalkNetwork, parts: ReachedParts) -> Geometries:
    """Return a LineString for each part; a part that is a whole street is that street itself."""
    lines = network.geometry[parts.edge].copy()
    partial = np.flatnonzero((parts.start > 0.0) | (parts.stop < 1.0))
    if partial.size:
        lines[partial] = _substrings(lines[partial], parts.start[partial], parts.stop[partial])
    return lines


def whole(parts: ReachedParts) -> Indices:
    """Return the positions of the parts that are whole streets."""
    return np.flatnonzero((parts.start == 0.0) & (parts.stop == 1.0)).astype(np.int32)


def _ends(network: WalkNetwork, among: Indices | None) -> tuple[Indices, Indices]:
    if among is None:
        return network.tail, network.head
    return network.tail[among], network.head[among]


def _share(left_s: Floats, cost_s: Floats) -> Floats:
    """Return which share of a street fits in the seconds left, 0..1; 0 on a barred street."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(cost_s > 0.0, left_s / cost_s, np.inf)
    share = np.where(np.isfinite(left_s) & (left_s >= 0.0), share, 0.0)
    return np.clip(np.where(np.isinf(cost_s), 0.0, share), 0.0, 1.0)


def _merged(edge: Ints, start: Floats, stop: Floats) -> ReachedParts:
    """Return the union of intervals of each edge.

    Streets are laid end to end on one axis, two units apart, so one running maximum serves all.
    """
    order = np.lexsort([stop, start, edge])
    edge, start, stop = edge[order].astype(np.int64), start[order], stop[order]
    begin, end = 2.0 * edge + start, np.maximum.accumulate(2.0 * edge + stop)
    opens = np.ones(edge.size, dtype=np.bool_)
    opens[1:] = begin[1:] > end[:-1]
    heads = np.flatnonzero(opens)
    stops = np.maximum.reduceat(stop, heads) if heads.size else stop
    keep = stops > start[heads]
    return ReachedParts(edge=edge[heads][keep], start=start[heads][keep], stop=stops[keep])


def _substrings(lines: Geometries, start: Floats, stop: Floats) -> Geometries:
    """Return the part of each line between two shares of its length, corners kept."""
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    step = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
    step[np.flatnonzero(np.diff(owner, prepend=-1))] = 0.0
    along = np.cumsum(step)
    first = np.searchsorted(owner, np.arange(lines.size))
    along -= along[first][owner]
    length = shapely.length(lines)
    inside = (along > (start * length)[owner]) & (along < (stop * length)[owner])
    ends = [
        shapely.get_coordinates(shapely.line_interpolate_point(lines, share, normalized=True))
        for share in (start, stop)
    ]
    count = np.arange(lines.size)
    all_xy = np.concatenate([ends[0], xy[inside], ends[1]])
    all_owner = np.concatenate([count, owner[inside], count])
    rank = np.concatenate([np.full(lines.size, -1.0), along[inside], np.full(lines.size, np.inf)])
    order = np.lexsort([rank, all_owner])
    pieces: Geometries = np.asarray(
        shapely.linestrings(all_xy[order], indices=all_owner[order]), dtype=object
    )
    return pieces
