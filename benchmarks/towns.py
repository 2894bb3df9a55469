"""The networks that are searched: made towns of any size, and real ones from a network file.

A made town is a square lattice of corners about 75 m apart, each shaken by a normal error of 25 m,
so that street lengths vary by two fifths; a street between neighbouring corners is there with a
chance of 0.73, which leaves 2.9 streets a corner and some islands. Corners are numbered along a
Hilbert curve, streets go by their ends, both directions cost the straight length in metres (1 m/s:
seconds equal metres). The seed is fixed: the same size is the same town everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geoplan.io.ordering import hilbert_rank

SEED = 20
SPACING_M = 75.0
SHAKE_M = 25.0
STREET_CHANCE = 0.73

Floats = NDArray[np.float64]
Indices = NDArray[np.int32]


@dataclass(frozen=True)
class Town:
    """Streets between nodes and the same streets as the arrays that a search reads."""

    node_xy: Floats
    """(n, 2) metres."""
    tail: Indices
    """(m,) one end of each street; no loops, no parallel streets."""
    head: Indices
    """(m,) the other end."""
    length_m: Floats
    """(m,)"""
    start: Indices
    """(n + 1,) the arcs that leave node i are ``start[i]:start[i + 1]``."""
    other: Indices
    """(2m,) the node at the far end of each arc."""
    cost: Floats
    """(2m,) seconds at 1 m/s."""

    def save(self, path: Path) -> None:
        """Write the arrays uncompressed."""
        np.savez(path, **vars(self))

    @classmethod
    def load(cls, path: Path) -> Town:
        """Return the town that ``save`` wrote."""
        with np.load(path) as stored:
            return cls(**{name: stored[name] for name in stored.files if name in FIELDS})


FIELDS = frozenset(Town.__annotations__)


def made_town(nodes: int, *, seed: int = SEED) -> Town:
    """Return the made town with the square number of corners next below ``nodes``."""
    rng = np.random.default_rng(seed)
    side = int(np.sqrt(nodes))
    column, row = np.meshgrid(np.arange(side), np.arange(side))
    xy = np.column_stack([column.ravel(), row.ravel()]) * SPACING_M
    xy = xy + rng.normal(0, SHAKE_M, (side**2, 2))
    index = np.arange(side**2).reshape(side, side)
    east = np.column_stack([index[:, :-1].ravel(), index[:, 1:].ravel()])
    north = np.column_stack([index[:-1].ravel(), index[1:].ravel()])
    ends = np.concatenate([east, north])
    ends = ends[rng.random(len(ends)) < STREET_CHANCE]
    length_m = np.hypot(*(xy[ends[:, 0]] - xy[ends[:, 1]]).T)
    return town_of(xy, ends, length_m)


def town_of(xy: Floats, ends: NDArray[np.int64], length_m: Floats) -> Town:
    """Return the town of two-way streets, nodes in Hilbert order.

    Loops are left out and of parallel streets the shortest is kept: neither changes a time
    between nodes, and not every rival takes them.
    """
    rank = hilbert_rank(xy)
    ordered = np.empty_like(xy)
    ordered[rank] = xy
    pair = np.sort(rank[ends], axis=1)
    order = np.lexsort([length_m, pair[:, 1], pair[:, 0]])
    pair, length_m = pair[order], length_m[order]
    kept = pair[:, 0] != pair[:, 1]
    kept[1:] &= (pair[1:] != pair[:-1]).any(axis=1)
    tail, head = pair[kept].T.astype(np.int32)
    return _searchable(ordered, tail, head, np.ascontiguousarray(length_m[kept]))


def _searchable(xy: Floats, tail: Indices, head: Indices, length_m: Floats) -> Town:
    arcs = csr_array(
        (
            np.concatenate([length_m, length_m]),
            (np.concatenate([tail, head]), np.concatenate([head, tail])),
        ),
        shape=(len(xy), len(xy)),
    )
    arcs.sort_indices()
    return Town(
        node_xy=xy,
        tail=np.ascontiguousarray(tail),
        head=np.ascontiguousarray(head),
        length_m=length_m,
        start=arcs.indptr.astype(np.int32),
        other=arcs.indices.astype(np.int32),
        cost=arcs.data,
    )


def places(town: Town, count: int, *, seed: int = SEED + 1) -> Indices:
    """Return distinct nodes where facilities stand, in no order; all nodes when there are fewer."""
    rng = np.random.default_rng(seed)
    nodes = len(town.node_xy)
    return rng.choice(nodes, min(count, nodes), replace=False).astype(np.int32)
