"""Searches by the kernels: right for large work, on as many threads as the work pays for.

The functions here and in ``scipy_search`` have the same names and give the same bits.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

import numpy as np
from scipy.sparse import csr_array

from geoplan.model.arrays import Floats, Indices, Ints, Sparse
from geoplan.model.network import SnappedPoints
from geoplan.stages import kernels, kernels_several
from geoplan.stages.kernel_rows import place_rows
from geoplan.stages.kernels import Offers
from geoplan.stages.search_graph import (
    ROUNDING_S,
    Rows,
    SearchGraph,
    direct_doors,
    home_doors,
    take_rows,
)

_MOST_THREADS = 8
_BLOCKS_A_THREAD = 4
_FACILITIES_A_THREAD = 32
"""Below so many searches a thread, starting it costs more than it saves."""

_NODES_A_THREAD = 50_000
"""Below so many nodes a thread, carrying labels over the seam costs more than it saves."""

Found: TypeAlias = tuple[Indices, Indices, Floats]
"""For each facility how many were found; column and seconds of each."""


def nearest(
    graph: SearchGraph, rows: Ints, *, limit_s: float, threads: int | None = None
) -> Floats:
    """Return the seconds from each node to the nearest of the facilities, inf beyond the limit.

    ``threads`` None takes what the work pays.
    """
    return _spread(graph, rows, None, _top(limit_s), threads)


def nearest_rows(
    graph: SearchGraph, rows: Ints, *, limit_s: float, threads: int | None = None
) -> tuple[Floats, Indices]:
    """Return seconds as ``nearest`` and the facility, the first row among equals; −1 for none."""
    owner = np.full(graph.network.node_count, -1, dtype=np.int32)
    return _spread(graph, rows, owner, _top(limit_s), threads), owner


def nearest_several(
    graph: SearchGraph, rows: Ints, several: int, *, limit_s: float
) -> tuple[Floats, Indices]:
    """Return the seconds to the nearest facilities of each node and their rows, (n, several).

    Sorted by seconds, then row; inf and −1 where there are fewer.
    """
    seeds, top = take_rows(graph.seeds, rows), _top(limit_s)
    bounds = (top, graph.width_s)
    seconds, facility = kernels_several.nearest_several(
        graph.arcs, seeds, rows.astype(np.int32), several, bounds
    )
    return _open_end(seconds, top), facility


def node_pairs(
    graph: SearchGraph, rows: Ints, *, limit_s: float, threads: int | None = None
) -> Sparse:
    """Return the seconds between the given facilities and all nodes within the limit.

    Shape (rows, nodes), the nodes of a row in no order; a stored 0 is a time of 0 s. ``threads``
    None takes what the work pays.
    """
    seeds, top = take_rows(graph.seeds, rows), _top(limit_s)

    def search(block: Ints) -> Found:
        return kernels.bounded_sets(graph.arcs, take_rows(seeds, block), top, graph.width_s)

    return _searched(search, seeds, graph.network.node_count, threads)


def home_pairs(
    graph: SearchGraph, homes: SnappedPoints, *, limit_s: float, threads: int | None = None
) -> Sparse:
    """Return the seconds between all facilities and the homes within the limit, sorted.

    Shape (facilities, homes); a stored 0 is a time of 0 s. ``threads`` None takes what the work
    pays.
    """
    doors, directs, top = home_doors(graph, homes), direct_doors(graph, homes), _top(limit_s)

    def search(block: Ints) -> Found:
        seeds, mine = take_rows(graph.seeds, block), (doors, take_rows(directs, block))
        return kernels.bounded_homes(graph.arcs, seeds, mine, len(homes), top, graph.width_s)

    # Transposed twice, the homes of every row are sorted: linear time.
    return _searched(search, graph.seeds, len(homes), threads).tocsc().tocsr()


def _spread(
    graph: SearchGraph, rows: Ints, owner: Indices | None, top: float, threads: int | None
) -> Floats:
    """Return the seconds of all nodes, inf beyond the limit; fill in the owners where asked for."""
    start, node, seconds = take_rows(graph.seeds, rows)
    offers = node, seconds, np.repeat(rows, np.diff(start)).astype(np.int32)
    label = np.empty(graph.network.node_count)
    ranges = threads or _ranges_of(label.size)
    if ranges == 1:
        label[:] = top
        whole = (0, label.size)
        kernels.spread(graph.arcs, label, owner, offers, whole, (top, graph.width_s))
    else:
        _spread_on_threads(graph, (label, owner), offers, top, ranges)
    return _open_end(label, top)


def _spread_on_threads(
    graph: SearchGraph,
    labels: tuple[Floats, Indices | None],
    offers: Offers,
    top: float,
    ranges: int,
) -> None:
    """Bring all labels to rest, a thread for each range of nodes, until no seam offers better."""
    label, owner = labels
    cuts = np.linspace(0, label.size, ranges + 1).astype(np.int64)
    own = list(itertools.pairwise(cuts.tolist()))

    def clear(one: tuple[int, int]) -> None:
        label[one[0] : one[1]] = top

    def work(one: tuple[int, int]) -> int:
        taken = kernels.spread(graph.arcs, label, owner, offers, one, (top, graph.width_s))
        return int(taken)

    with ThreadPoolExecutor(ranges) as pool:
        list(pool.map(clear, own))
        while sum(pool.map(work, own)):
            here, there, cost = graph.seams(cuts[1:-1])
            offers = there, label[here] + cost, here if owner is None else owner[here]


def _searched(
    search: Callable[[Ints], Found], seeds: Rows, columns: int, threads: int | None
) -> Sparse:
    """Return what the blocks of facilities found as one CSR matrix, in the facilities' own order.

    Facilities are searched in the order of their first node, so that one search finds warm what
    the last one left.
    """
    facilities = seeds[0].size - 1
    count = threads or _worthwhile_threads(facilities)
    order = _along_the_curve(seeds)
    blocks = np.array_split(order, min(count * _BLOCKS_A_THREAD, max(facilities, 1)))
    with ThreadPoolExecutor(count) as pool:
        found = list(pool.map(search, blocks))
        counts = np.empty(facilities, dtype=np.int64)
        counts[order] = np.concatenate([block_counts for block_counts, _, _ in found])
        start = np.concatenate([[0], np.cumsum(counts)])
        table = np.empty(start[-1], dtype=np.int32), np.empty(start[-1])
        list(pool.map(lambda one, rows: place_rows(one, rows, start, table), found, blocks))
    return csr_array((table[1], table[0], start), shape=(facilities, columns))


def _along_the_curve(seeds: Rows) -> Ints:
    """Return the facilities in the order of their first seed; those without any come last."""
    start, node, _ = seeds
    begins = start[:-1] < start[1:]
    first = np.full(begins.size, np.iinfo(np.int32).max)
    first[begins] = node[start[:-1][begins]]
    return np.argsort(first, kind="stable")


def _worthwhile_threads(facilities: int) -> int:
    return max(1, min(_most_threads(), facilities // _FACILITIES_A_THREAD))


def _ranges_of(nodes: int) -> int:
    return max(1, min(_most_threads(), nodes // _NODES_A_THREAD))


def _most_threads() -> int:
    return min(os.cpu_count() or 1, _MOST_THREADS)


def _top(limit_s: float) -> float:
    """Return the next float beyond the inclusive limit: what counts is less."""
    return float(np.nextafter(limit_s + ROUNDING_S, np.inf))


def _open_end(seconds: Floats, top: float) -> Floats:
    """Return the seconds with inf where the search left ``top``."""
    if np.isfinite(top):
        seconds[seconds == top] = np.inf
    return seconds
