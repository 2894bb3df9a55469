"""Which streets meet at each junction, in the three arrays that a search runs on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array

from geoplan.model.arrays import Indices, freeze_fields

_MOST_EDGES = 2**30 - 1
"""Half-edges are numbered in int32."""


@dataclass(frozen=True, slots=True, eq=False)
class Incidence:
    """The half-edges at each node, by node and then by number.

    Half-edge ``2 * edge`` touches the edge's tail, ``2 * edge + 1`` its head. A loop has both at
    its node.
    """

    start: Indices
    """(n + 1,) node v's half-edges are ``half[start[v]:start[v + 1]]``."""
    half: Indices
    """(2 m,) half-edges: ``2 * edge``, plus 1 where the node is the edge's head."""
    other: Indices
    """(2 m,) node at the other end of the half-edge's street."""

    def __post_init__(self) -> None:
        start, count, nodes = self.start, self.half.size, self.start.size - 1
        if self.other.size != count or nodes < 0 or start[0] != 0 or start[-1] != count:
            raise ValueError("Incidence.start must begin with 0 and end with the half-edges")
        if (start[1:] < start[:-1]).any():
            raise ValueError("Incidence.start must not fall")
        if count and not (_within(self.half, count) and _within(self.other, nodes)):
            raise ValueError("Incidence refers to a street or a node that does not exist")
        freeze_fields(self, "start", "half", "other")

    @classmethod
    def of(cls, tail: Indices, head: Indices, node_count: int) -> Incidence:
        """Return the incidence of a network's edges (a counting sort, linear in the edges)."""
        if tail.size > _MOST_EDGES:
            raise ValueError(f"a network holds at most {_MOST_EDGES} streets")
        node = np.column_stack([tail, head]).reshape(-1)
        other = np.column_stack([head, tail]).reshape(-1)
        half = np.arange(node.size, dtype=np.int32)
        sorted_rows = coo_array((other, (node, half)), shape=(node_count, max(node.size, 1)))
        rows = sorted_rows.tocsr()
        return cls(
            start=rows.indptr.astype(np.int32, copy=False),
            half=rows.indices.astype(np.int32, copy=False),
            other=rows.data.astype(np.int32, copy=False),
        )


def _within(values: Indices, count: int) -> bool:
    return bool(values.min() >= 0 and values.max() < count)
