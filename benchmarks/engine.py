"""geoplan's own searches, as the benchmark calls them: the one place to change with the engine."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from towns import Floats, Indices, Town

from geoplan.stages.kernels import times_to_homes


def nearest(town: Town, seeds: Indices, limit_s: float, *, threads: int) -> tuple[Floats, Indices]:
    """Return the seconds to the nearest seed of every node, and which seed that is.

    ``threads`` is one of ``rivals.NEAREST_THREADS``.
    """
    if threads != 1:
        raise ValueError("the search for the nearest takes one thread")
    size = len(town.node_xy)
    streets = csr_array((town.cost, town.other, town.start), shape=(size, size))
    seconds, _, origin = dijkstra(
        streets, indices=seeds, limit=limit_s, min_only=True, return_predecessors=True
    )
    return seconds, origin


def bounded_sets(
    town: Town, seeds: Indices, limit_s: float, *, threads: int
) -> tuple[Indices, Indices, Floats]:
    """Return (seed, node, seconds) of all nodes within the limit of each seed."""
    arcs = town.start, town.other, town.cost
    size = len(town.node_xy)
    each = np.arange(size + 1, dtype=np.int32)
    homes = each, each[:-1], np.zeros(size)
    width_s = float(town.cost.mean())

    def search(block: Indices) -> tuple[Indices, Indices, Floats]:
        rows = np.arange(len(block) + 1, dtype=np.int32)
        doors = rows, seeds[block], np.zeros(len(block))
        none = np.zeros_like(rows), np.empty(0, dtype=np.int32), np.empty(0)
        source, node, seconds = times_to_homes(arcs, doors, homes, none, limit_s, width_s)
        return block[source], node, seconds

    blocks = np.array_split(np.arange(len(seeds), dtype=np.int32), 4 * threads)
    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(search, blocks))
    source, node, seconds = (np.concatenate(column) for column in zip(*found, strict=True))
    return source, node, seconds
