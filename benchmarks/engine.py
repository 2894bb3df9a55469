"""geoplan's own searches, as the benchmark calls them: the one place to change with the engine.

Facilities stand on nodes: the kernels are asked as ``stages.compiled_search`` asks them, with one
seed of no cost a facility and the same width, order, blocks and threads.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from towns import Floats, Indices, Town

from geoplan.stages import kernels
from geoplan.stages.search_graph import WIDTH_IN_MEANS

_BLOCKS_A_THREAD = 4


def nearest(town: Town, seeds: Indices, limit_s: float) -> Floats:
    """Return the seconds to the nearest seed of every node."""
    top, width_s = _bounds(town, limit_s)
    seconds = kernels.nearest(_arcs(town), _doors(seeds), top, width_s)
    return _open_end(seconds, top)


def nearest_rows(town: Town, seeds: Indices, limit_s: float) -> tuple[Floats, Indices]:
    """Return the seconds to the nearest seed of every node, and which seed that is."""
    top, width_s = _bounds(town, limit_s)
    rows = np.arange(len(seeds), dtype=np.int32)
    seconds, row = kernels.nearest_rows(_arcs(town), _doors(seeds), rows, top, width_s)
    return _open_end(seconds, top), row


def bounded_sets(
    town: Town, seeds: Indices, limit_s: float, *, threads: int
) -> tuple[Indices, Indices, Floats]:
    """Return (seed, node, seconds) of all nodes within the limit of each seed."""
    (top, width_s), arcs = _bounds(town, limit_s), _arcs(town)
    order = np.argsort(seeds, kind="stable").astype(np.int32)

    def search(block: Indices) -> tuple[Indices, Indices, Floats]:
        counts, node, seconds = kernels.bounded_sets(arcs, _doors(seeds[block]), top, width_s)
        return np.repeat(block, counts), node, seconds

    blocks = np.array_split(order, threads * _BLOCKS_A_THREAD)
    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(search, blocks))
    source, node, seconds = (np.concatenate(column) for column in zip(*found, strict=True))
    return source, node, seconds


def _arcs(town: Town) -> tuple[Indices, Indices, Floats]:
    return town.start, town.other, town.cost


def _doors(seeds: Indices) -> tuple[Indices, Indices, Floats]:
    return np.arange(len(seeds) + 1, dtype=np.int32), seeds, np.zeros(len(seeds))


def _bounds(town: Town, limit_s: float) -> tuple[float, float]:
    return float(np.nextafter(limit_s, np.inf)), WIDTH_IN_MEANS * float(town.cost.mean())


def _open_end(seconds: Floats, top: float) -> Floats:
    if np.isfinite(top):
        seconds[seconds == top] = np.inf
    return seconds
