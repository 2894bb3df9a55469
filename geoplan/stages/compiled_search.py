"""Searches by the kernels: right for large work, on as many threads as the work pays for.

The functions here and in ``scipy_search`` have the same names and give the same bits.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy.sparse import csr_array

from geoplan.model.arrays import Floats, Indices, Ints, Sparse
from geoplan.model.network import SnappedPoints
from geoplan.stages import kernels, kernels_several
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

Found = tuple[Indices, Indices, Floats]
"""For each facility how many were found; column and seconds of each."""


def nearest(graph: SearchGraph, rows: Ints, *, limit_s: float) -> Floats:
    """Return the seconds from each node to the nearest of the facilities, inf beyond the limit."""
    seeds, top = take_rows(graph.seeds, rows), _top(limit_s)
    return _open_end(kernels.nearest(graph.arcs, seeds, top, graph.width_s), top)


def nearest_rows(graph: SearchGraph, rows: Ints, *, limit_s: float) -> tuple[Floats, Indices]:
    """Return seconds as ``nearest`` and the facility, the first row among equals; −1 for none."""
    seeds, top = take_rows(graph.seeds, rows), _top(limit_s)
    named = rows.astype(np.int32)
    seconds, facility = kernels.nearest_rows(graph.arcs, seeds, named, top, graph.width_s)
    return _open_end(seconds, top), facility


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
    """Return the seconds between the given facilities and all nodes within the limit, sorted.

    Shape (rows, nodes); a stored 0 is a time of 0 s. ``threads`` None takes what the work pays.
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
        return kernels.bounded_homes(graph.arcs, seeds, mine, top, graph.width_s)

    return _searched(search, graph.seeds, len(homes), threads)


def _searched(
    search: Callable[[Ints], Found], seeds: Rows, columns: int, threads: int | None
) -> Sparse:
    """Return what the blocks of facilities found as one CSR matrix, sorted.

    Facilities are searched in the order of their first node, so that one search finds warm what
    the last one left; the matrix has them in their own order.
    """
    facilities = seeds[0].size - 1
    count = threads or _worthwhile_threads(facilities)
    order = _along_the_curve(seeds)
    blocks = np.array_split(order, min(count * _BLOCKS_A_THREAD, max(facilities, 1)))
    if count == 1:
        found = [search(block) for block in blocks]
    else:
        with ThreadPoolExecutor(count) as pool:
            found = list(pool.map(search, blocks))
    counts, column, seconds = (np.concatenate(part) for part in zip(*found, strict=True))
    pointer = np.concatenate([[0], np.cumsum(counts)])
    by_search = csr_array((seconds, column, pointer), shape=(facilities, columns))
    # Transposed twice, the columns of every row are sorted and the rows in order: linear time.
    by_column = by_search.tocsc()
    by_column.indices = order[by_column.indices].astype(by_column.indices.dtype)
    by_column.has_sorted_indices = False
    return by_column.tocsr()


def _along_the_curve(seeds: Rows) -> Ints:
    """Return the facilities in the order of their first seed; those without any come last."""
    start, node, _ = seeds
    begins = start[:-1] < start[1:]
    first = np.full(begins.size, np.iinfo(np.int32).max)
    first[begins] = node[start[:-1][begins]]
    return np.argsort(first, kind="stable")


def _worthwhile_threads(facilities: int) -> int:
    most = min(os.cpu_count() or 1, _MOST_THREADS)
    return max(1, min(most, facilities // _FACILITIES_A_THREAD))


def _top(limit_s: float) -> float:
    """Return the next float beyond the inclusive limit: what counts is less."""
    return float(np.nextafter(limit_s + ROUNDING_S, np.inf))


def _open_end(seconds: Floats, top: float) -> Floats:
    """Return the seconds with inf where the search left ``top``."""
    if np.isfinite(top):
        seconds[seconds == top] = np.inf
    return seconds
