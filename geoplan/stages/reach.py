"""Stage 4: walking times from homes to facilities, along the streets.

Small work is done by SciPy's Dijkstra, large work by the compiled search; both give the same bits,
so the choice shows in no output. Limits are inclusive.
"""

from __future__ import annotations

import sys
from types import ModuleType

import numpy as np

from geoplan.model.arrays import Flags, Floats, Indices, Ints, Sparse
from geoplan.model.network import SnappedPoints
from geoplan.model.reach import WalkTimes
from geoplan.stages import scipy_search
from geoplan.stages.search_graph import (
    ROUNDING_S,
    SearchGraph,
    leaving,
    same_street_pairs,
    search_graph,
)

__all__ = [
    "ROUNDING_S",
    "SearchGraph",
    "nearest_facility",
    "nearest_of_homes",
    "node_pairs",
    "node_times",
    "search_graph",
    "several_of_homes",
    "walking_times",
]

COMPILED_FROM = 2_000_000_000
"""Facilities × columns (nodes, home candidates) that SciPy takes about five seconds for: from here
on compiling costs less than it saves."""

_SEARCH_COLUMNS = 4_000
"""One search for the nearest facility costs SciPy about as much a node as ten dense columns do, and
a run asks some fifty times or more (walkers × services): networks of half a million nodes and more
are worth compiling for, once; afterwards the code is read from the disk in 0.3 s."""


def walking_times(graph: SearchGraph, homes: SnappedPoints, *, limit_s: float) -> WalkTimes:
    """Return the seconds from home to facility for every pair within the limit."""
    columns = graph.network.node_count + homes.edge.size
    engine = _engine("bounded_homes", len(graph.facilities) * columns)
    return WalkTimes(seconds=engine.home_pairs(graph, homes, limit_s=limit_s), limit_s=limit_s)


def node_pairs(graph: SearchGraph, rows: Ints | Indices, *, limit_s: float) -> Sparse:
    """Return the seconds between the given facilities and all nodes within the limit.

    Shape (rows, nodes), the nodes of a row in no order; a stored 0 is a time of 0 s.
    """
    engine = _engine("bounded_sets", rows.size * graph.network.node_count)
    pairs: Sparse = engine.node_pairs(graph, rows.astype(np.int64), limit_s=limit_s)
    return pairs


def node_times(graph: SearchGraph, chosen: Flags, *, limit_s: float = np.inf) -> Floats:
    """Return the seconds from each node to the nearest chosen facility, inf beyond the limit."""
    engine = _engine("spread", _SEARCH_COLUMNS * graph.network.node_count)
    seconds: Floats = engine.nearest(graph, _searching(graph, chosen), limit_s=limit_s)
    return seconds


def nearest_facility(
    graph: SearchGraph, chosen: Flags, *, limit_s: float = np.inf
) -> tuple[Floats, Indices]:
    """Return for each node the seconds to the nearest chosen facility, and which it is.

    The first of equally near ones; seconds are inf and the facility is −1 where none is within
    the limit.
    """
    engine = _engine("spread", _SEARCH_COLUMNS * graph.network.node_count)
    found: tuple[Floats, Indices] = engine.nearest_rows(
        graph, _searching(graph, chosen), limit_s=limit_s
    )
    return found


def nearest_of_homes(
    graph: SearchGraph, homes: SnappedPoints, chosen: Flags, *, limit_s: float = np.inf
) -> tuple[Floats, Indices]:
    """Return for each home the seconds to the nearest chosen facility, and which it is.

    The first of equally near ones; inf and −1 where none is within the limit.
    """
    node_s, node_facility = nearest_facility(graph, chosen, limit_s=limit_s)
    labels = (node_s[:, None], node_facility[:, None])
    seconds, facility = _best_of_homes(graph, homes, chosen, labels, limit_s)
    return seconds[:, 0], facility[:, 0]


def several_of_homes(
    graph: SearchGraph,
    homes: SnappedPoints,
    chosen: Flags,
    *,
    several: int,
    limit_s: float = np.inf,
) -> tuple[Floats, Indices]:
    """Return for each home the nearest chosen facilities: seconds and rows, (homes, several).

    Sorted by seconds, then row; inf and −1 where fewer are within the limit.
    """
    rows = _searching(graph, chosen)
    engine = _engine("nearest_several", rows.size * graph.network.node_count)
    labels = engine.nearest_several(graph, rows, several, limit_s=limit_s)
    return _best_of_homes(graph, homes, chosen, labels, limit_s)


def _engine(kernel: str, work: int) -> ModuleType:
    """Return the module that does the work soonest: SciPy's, or the compiled one.

    What this process has compiled (or loaded from the disk) already costs nothing more.
    """
    home = "kernels_several" if kernel == "nearest_several" else "kernels"
    module = sys.modules.get(f"geoplan.stages.{home}")
    ready = module is not None and bool(getattr(module, kernel).signatures)
    if not ready and work <= COMPILED_FROM:
        return scipy_search
    from geoplan.stages import compiled_search  # noqa: PLC0415  numba is slow to import

    return compiled_search


def _searching(graph: SearchGraph, chosen: Flags) -> Ints:
    """Return the chosen facilities that have a street in reach."""
    rows: Ints = np.flatnonzero(np.asarray(chosen, dtype=np.bool_) & graph.facilities.reached())
    return rows


def _best_of_homes(
    graph: SearchGraph,
    homes: SnappedPoints,
    chosen: Flags,
    labels: tuple[Floats, Indices],
    limit_s: float,
) -> tuple[Floats, Indices]:
    """Return the best facilities of each home from those of the nodes and of its own street."""
    several = labels[0].shape[1]
    direct_facility, direct_home, direct_s = same_street_pairs(graph, homes)
    keep = np.asarray(chosen, dtype=np.bool_)[direct_facility]
    over_home, over_facility, over_s = _over_nodes(graph, homes, *labels)
    home = np.concatenate([over_home, direct_home[keep]])
    facility = np.concatenate([over_facility, direct_facility[keep]])
    seconds = np.concatenate([over_s, direct_s[keep]])
    within = (seconds <= limit_s + ROUNDING_S) & np.isfinite(seconds)
    home, facility, seconds = _least(home[within], facility[within], seconds[within])
    order = np.lexsort([facility, seconds, home])
    home, facility, seconds = home[order], facility[order], seconds[order]
    rank = np.arange(home.size) - np.searchsorted(home, home)
    best_s = np.full((len(homes), several), np.inf)
    best = np.full((len(homes), several), -1, dtype=np.int32)
    top = rank < several
    best_s[home[top], rank[top]], best[home[top], rank[top]] = seconds[top], facility[top]
    return best_s, best


def _over_nodes(
    graph: SearchGraph, homes: SnappedPoints, node_s: Floats, node_facility: Indices
) -> tuple[Ints, Ints, Floats]:
    """Return (home, facility, seconds) over both ends of every candidate street."""
    ends = leaving(graph.costs, homes)
    tail, head = graph.network.tail[homes.edge], graph.network.head[homes.edge]
    several = node_s.shape[1]
    seconds = np.concatenate(
        [ends.tail_s[:, None] + node_s[tail], ends.head_s[:, None] + node_s[head]]
    )
    facility = np.concatenate([node_facility[tail], node_facility[head]])
    owner = np.repeat(np.tile(homes.owner(), 2), several)
    return owner, facility.ravel().astype(np.int64), seconds.ravel()


def _least(home: Ints, facility: Ints, seconds: Floats) -> tuple[Ints, Ints, Floats]:
    """Return each (home, facility) once with its least seconds."""
    order = np.lexsort([seconds, facility, home])
    home, facility, seconds = home[order], facility[order], seconds[order]
    first = np.ones(home.size, dtype=np.bool_)
    first[1:] = (home[1:] != home[:-1]) | (facility[1:] != facility[:-1])
    return home[first], facility[first], seconds[first]
