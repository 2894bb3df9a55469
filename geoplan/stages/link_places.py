"""Stage 7b: the places on streets where a link may start or end.

A link starts at a junction, at a bend, or in between at even steps, and leads to the foot
(``stages.feet``) of that place on another street, which it meets at a right angle or at an end. So
the shortest link between two streets is always among them: it starts at a bend or at an end of one
of the two. Nothing starts on a bridge or in a tunnel: from there no gate leads to the side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geoplan.model.arrays import Flags, Floats, Indices, Ints, freeze_fields
from geoplan.model.network import SnappedPoints, WalkNetwork
from geoplan.model.shapes import stretches
from geoplan.model.streets import Structure
from geoplan.stages.feet import lengths_before


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Junctions, bends and points between them, one row each."""

    xy: Floats
    """(n, 2) metres."""
    spots: SnappedPoints
    """The same places on the streets; a junction is named by the first of its streets."""
    start: Ints
    """(n + 1,) the streets at place i are ``edge[start[i]:start[i + 1]]``."""
    edge: Indices

    def __post_init__(self) -> None:
        freeze_fields(self, "xy", "start", "edge")

    def least(self, edge_values: Floats) -> Floats:
        """Return the least value of the streets at each place, shape (n,)."""
        if not self.edge.size:
            return np.empty(0)
        least: Floats = np.minimum.reduceat(edge_values[self.edge], self.start[:-1])
        return least

    def streets(self, rows: Ints) -> tuple[Ints, Ints]:
        """Return (position in ``rows``, street) of every street at the given places."""
        counts = np.diff(self.start)[rows]
        edges = self.edge[stretches(self.start[:-1][rows], counts)]
        return np.repeat(np.arange(rows.size), counts), edges.astype(np.int64)


def link_places(network: WalkNetwork, among: Flags, *, spacing_m: float) -> Places:
    """Return the places on some of the streets, junctions first, then street by street.

    Parameters
    ----------
    among
        (edges,) which streets to look at.
    spacing_m
        No point of these streets is farther from a place than half of this, along the street.
    """
    on_ground = network.streets.structure == Structure.GROUND
    touched = np.zeros(network.node_count, dtype=np.bool_)
    touched[network.tail[among]] = touched[network.head[among]] = True
    nodes = np.flatnonzero(touched & _nodes_on_ground(network))
    edge, fraction, xy = _between_junctions(network, np.flatnonzero(among & on_ground), spacing_m)
    start, half = network.incidence.start, network.incidence.half
    counts = np.diff(start)[nodes].astype(np.int64)
    at_nodes = half[stretches(start[:-1][nodes], counts)] >> 1
    node_edge, node_fraction = _named(network, nodes)
    return Places(
        xy=np.concatenate([network.node_xy[nodes], xy]),
        spots=spots(np.concatenate([node_edge, edge]), np.concatenate([node_fraction, fraction])),
        start=np.concatenate([[0], np.cumsum(counts), counts.sum() + np.arange(1, edge.size + 1)]),
        edge=np.concatenate([at_nodes, edge]).astype(np.int32),
    )


def spots(edge: Ints | Indices, fraction: Floats) -> SnappedPoints:
    """Return points that stand on the streets themselves, one place each."""
    return SnappedPoints(
        start=np.arange(edge.size + 1, dtype=np.int64),
        edge=edge.astype(np.int32),
        fraction=fraction,
        leg_m=np.zeros(edge.size),
    )


def link_ends(
    network: WalkNetwork, edge: Indices, fraction: Floats
) -> tuple[Indices, Floats, Flags]:
    """Return where links may end: (street, fraction, allowed), a junction by its first street.

    A link may end at a junction where a street on the ground begins, and on such a street.
    """
    at_end = (fraction <= 0.0) | (fraction >= 1.0)
    node = np.where(fraction <= 0.0, network.tail[edge], network.head[edge])
    node_edge, node_fraction = _named(network, node)
    on_ground = network.streets.structure[edge] == Structure.GROUND
    return (
        np.where(at_end, node_edge, edge).astype(np.int32),
        np.where(at_end, node_fraction, fraction),
        np.where(at_end, _nodes_on_ground(network)[node], on_ground),
    )


def _nodes_on_ground(network: WalkNetwork) -> Flags:
    on_ground = network.streets.structure == Structure.GROUND
    nodes: Flags = np.zeros(network.node_count, dtype=np.bool_)
    nodes[network.tail[on_ground]] = nodes[network.head[on_ground]] = True
    return nodes


def _named(network: WalkNetwork, nodes: Ints | Indices) -> tuple[Indices, Floats]:
    """Return the first street of each node, and 0 or 1 for the end of it that the node is."""
    first = network.incidence.half[network.incidence.start[:-1][nodes]]
    return first >> 1, (first & 1).astype(np.float64)


def _between_junctions(
    network: WalkNetwork, edges: Ints, spacing_m: float
) -> tuple[Ints, Floats, Floats]:
    """Return (street, fraction, xy) of the bends and of even steps on each straight piece."""
    corners, owner = shapely.get_coordinates(network.lines(edges), return_index=True)
    step, joined = np.diff(corners, axis=0), owner[1:] == owner[:-1]
    length = np.hypot(step[:, 0], step[:, 1])
    kept = np.flatnonzero(joined & (length > 0.0))
    begin, step, street, length = corners[kept], step[kept], owner[kept], length[kept]
    first = np.ones(street.size, dtype=np.bool_)
    first[1:] = street[1:] != street[:-1]
    before = lengths_before(length, first)
    whole = np.bincount(street, weights=length, minlength=edges.size)
    steps = np.ceil(length / spacing_m).astype(np.int64)
    piece = np.repeat(np.arange(street.size), steps)
    rank = stretches(np.zeros(street.size, dtype=np.int64), steps)
    inside = (rank > 0) | ~first[piece]
    piece, share = piece[inside], (rank / steps[piece])[inside]
    fraction = (before[piece] + share * length[piece]) / whole[street[piece]]
    return edges[street[piece]], fraction, begin[piece] + share[:, None] * step[piece]
