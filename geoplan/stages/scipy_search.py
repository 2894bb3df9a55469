"""Searches by SciPy's Dijkstra: nothing to compile, right for small work, the measure of the other.

The functions here and in ``compiled_search`` have the same names and give the same bits.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geoplan.model.arrays import Floats, Indices, Ints, Sparse
from geoplan.model.network import SnappedPoints
from geoplan.stages.search_graph import ROUNDING_S, SearchGraph, leaving, same_street_pairs

_CHUNK = 64
"""Facilities whose dense rows over all nodes are held at once."""


def nearest(graph: SearchGraph, rows: Ints, *, limit_s: float) -> Floats:
    """Return the seconds from each node to the nearest of the facilities, inf beyond the limit."""
    if not rows.size:
        return np.full(graph.network.node_count, np.inf)
    seconds: Floats = dijkstra(
        graph.weights,
        indices=graph.network.node_count + rows,
        limit=limit_s + ROUNDING_S,
        min_only=True,
    )
    return seconds[: graph.network.node_count]


def nearest_rows(graph: SearchGraph, rows: Ints, *, limit_s: float) -> tuple[Floats, Indices]:
    """Return seconds as ``nearest`` and the facility, the first row among equals; −1 for none."""
    nodes = graph.network.node_count
    if not rows.size:
        return np.full(nodes, np.inf), np.full(nodes, -1, dtype=np.int32)
    seconds, _, origin = dijkstra(
        graph.weights,
        indices=nodes + rows,
        limit=limit_s + ROUNDING_S,
        min_only=True,
        return_predecessors=True,
    )
    found = np.isfinite(seconds[:nodes])
    facility = np.where(found, origin[:nodes] - nodes, np.int32(-1)).astype(np.int32)
    return seconds[:nodes], _first_among_equals(graph, rows, seconds[:nodes], facility)


def nearest_several(
    graph: SearchGraph, rows: Ints, several: int, *, limit_s: float
) -> tuple[Floats, Indices]:
    """Return the seconds to the nearest facilities of each node and their rows, (n, several).

    Sorted by seconds, then row; inf and −1 where there are fewer.
    """
    nodes = graph.network.node_count
    best_s = np.full((several, nodes), np.inf)
    best = np.full((several, nodes), -1, dtype=np.int32)
    for block, table in _tables(graph, np.sort(rows), limit_s):
        row = np.where(np.isfinite(table), block[:, None], -1).astype(np.int32)
        every_s, every = np.concatenate([best_s, table]), np.concatenate([best, row])
        order = np.argsort(every_s, axis=0, kind="stable")[:several]
        best_s = np.take_along_axis(every_s, order, axis=0)
        best = np.take_along_axis(every, order, axis=0)
    return np.ascontiguousarray(best_s.T), np.ascontiguousarray(best.T)


def node_pairs(graph: SearchGraph, rows: Ints, *, limit_s: float) -> Sparse:
    """Return the seconds between the given facilities and all nodes within the limit.

    Shape (rows, nodes), the nodes of a row in no order; a stored 0 is a time of 0 s.
    """
    found: list[tuple[Ints, Ints, Floats]] = []
    done = 0
    for block, table in _tables(graph, rows, limit_s):
        row, node = np.nonzero(np.isfinite(table))
        found.append((row + done, node, table[row, node]))
        done += block.size
    return _sparse(found, (rows.size, graph.network.node_count))


def home_pairs(graph: SearchGraph, homes: SnappedPoints, *, limit_s: float) -> Sparse:
    """Return the seconds between all facilities and the homes within the limit, sorted.

    Shape (facilities, homes); a stored 0 is a time of 0 s.
    """
    direct = same_street_pairs(graph, homes)
    found: list[tuple[Ints, Ints, Floats]] = []
    for block, to_node in _tables(graph, np.arange(len(graph.facilities)), limit_s):
        table = _home_table(graph, homes, to_node)
        facility, home, seconds = direct
        mine = (facility >= block[0]) & (facility <= block[-1])
        np.minimum.at(table, (facility[mine] - block[0], home[mine]), seconds[mine])
        row, column = np.nonzero((table <= limit_s + ROUNDING_S) & np.isfinite(table))
        found.append((block[row], column, table[row, column]))
    return _sparse(found, (len(graph.facilities), len(homes)))


def _tables(graph: SearchGraph, rows: Ints, limit_s: float) -> Iterator[tuple[Ints, Floats]]:
    """Yield blocks of facilities with their dense times to all nodes."""
    nodes = graph.network.node_count
    for first in range(0, rows.size, _CHUNK):
        block = rows[first : first + _CHUNK]
        table = dijkstra(graph.weights, indices=nodes + block, limit=limit_s + ROUNDING_S)
        yield block, table[:, :nodes]


def _home_table(graph: SearchGraph, homes: SnappedPoints, to_node: Floats) -> Floats:
    """Return the time of every home over the ends of its candidate streets."""
    table = np.full((len(to_node), len(homes)), np.inf)
    reached = np.flatnonzero(homes.reached())
    if reached.size:
        ends = leaving(graph.costs, homes)
        ways = np.minimum(
            to_node[:, graph.network.tail[homes.edge]] + ends.tail_s,
            to_node[:, graph.network.head[homes.edge]] + ends.head_s,
        )
        table[:, reached] = np.minimum.reduceat(ways, homes.start[reached], axis=1)
    return table


def _first_among_equals(
    graph: SearchGraph, rows: Ints, seconds: Floats, facility: Indices
) -> Indices:
    """Return for each node the least row among the facilities that are equally near.

    SciPy names one of them. Where a street or a seed is tight (it gives a node exactly its
    seconds), the node may take over the lesser row; this is repeated until none does.
    """
    (start, other, cost), (seed_start, seed_node, seed_s) = graph.arcs, graph.seeds
    source = np.repeat(np.arange(graph.network.node_count), np.diff(start))
    tight = np.isfinite(seconds[source]) & (seconds[source] + cost == seconds[other])
    here, there = source[tight], other[tight]
    owner = np.where(facility < 0, np.iinfo(np.int32).max, facility)
    seed_row = np.repeat(np.arange(len(graph.facilities), dtype=np.int32), np.diff(seed_start))
    begins = np.isin(seed_row, rows) & (seed_s == seconds[seed_node])
    np.minimum.at(owner, seed_node[begins], seed_row[begins])
    while (owner[here] < owner[there]).any():
        np.minimum.at(owner, there, owner[here])
    return np.where(facility < 0, -1, owner).astype(np.int32)


def _sparse(found: list[tuple[Ints, Ints, Floats]], shape: tuple[int, int]) -> Sparse:
    """Return entries that are sorted by row and column as a CSR matrix; stored zeros stay."""
    parts = found or [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))]
    row, column, seconds = (np.concatenate(part) for part in zip(*parts, strict=True))
    pointer = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=shape[0]))])
    return csr_array((seconds, column.astype(np.int32), pointer.astype(np.int32)), shape=shape)
