"""Stage 4: walking times from homes to facilities, along the streets.

Every search runs from the facilities over the reversed streets, so times are home to facility
even where a street is one-way. A facility enters the graph as one more node that is joined to the
ends of each of its candidate streets, at the cost of the part-edge and of the leg; homes are read
off the ends of their own candidates; a home and a facility on one street meet directly.

Small work is SciPy's bounded Dijkstra, large work the compiled search of ``kernels``; both give the
same bits. Limits are inclusive.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geoplan.model.arrays import Flags, Floats, Indices, Ints, Sparse, freeze_fields
from geoplan.model.network import SnappedPoints, WalkNetwork
from geoplan.model.reach import EdgeCosts, WalkTimes

ROUNDING_S = 1e-9
"""Sums of floats may miss a limit by this much and still count as on it."""

COMPILED_FROM = 2_000_000_000
"""Facilities × (nodes + home candidates) from which compiling costs less than it saves: about
five seconds of SciPy."""

_CHUNK = 64
_MOST_BUCKETS = 1_000_000
_BLOCKS_A_THREAD = 4


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """Seconds between each candidate's point and the two ends of its street, leg included."""

    tail_s: Floats
    """(c,)"""
    head_s: Floats
    """(c,)"""

    def __post_init__(self) -> None:
        freeze_fields(self, "tail_s", "head_s")


@dataclass(frozen=True, slots=True, eq=False)
class SearchGraph:
    """The reversed streets with one extra node a facility, ready to be searched."""

    weights: Sparse
    """(nodes + facilities, same) seconds; parallel streets keep the quickest."""
    network: WalkNetwork
    costs: EdgeCosts
    facilities: SnappedPoints


def search_graph(network: WalkNetwork, costs: EdgeCosts, facilities: SnappedPoints) -> SearchGraph:
    """Return the graph in which facilities look for homes."""
    ends = arriving(costs, facilities)
    source = network.node_count + facilities.owner()
    rows = np.concatenate([network.head, network.tail, source, source])
    columns = np.concatenate(
        [
            network.tail,
            network.head,
            network.tail[facilities.edge],
            network.head[facilities.edge],
        ]
    )
    seconds = np.concatenate([costs.forward_s, costs.backward_s, ends.tail_s, ends.head_s])
    size = network.node_count + len(facilities)
    return SearchGraph(
        weights=_quickest(rows, columns, seconds, size),
        network=network,
        costs=costs,
        facilities=facilities,
    )


def arriving(costs: EdgeCosts, points: SnappedPoints) -> Ends:
    """Return the seconds from the ends of the street to each candidate's point."""
    leg_s = points.leg_m / costs.leg_speed_m_s
    return Ends(
        tail_s=_part(points.fraction, costs.forward_s[points.edge]) + leg_s,
        head_s=_part(1.0 - points.fraction, costs.backward_s[points.edge]) + leg_s,
    )


def leaving(costs: EdgeCosts, points: SnappedPoints) -> Ends:
    """Return the seconds from each candidate's point to the ends of the street."""
    leg_s = points.leg_m / costs.leg_speed_m_s
    return Ends(
        tail_s=_part(points.fraction, costs.backward_s[points.edge]) + leg_s,
        head_s=_part(1.0 - points.fraction, costs.forward_s[points.edge]) + leg_s,
    )


def walking_times(graph: SearchGraph, homes: SnappedPoints, *, limit_s: float) -> WalkTimes:
    """Return the seconds from home to facility for every pair within the limit.

    Large work goes to the compiled search, small work to SciPy, which needs no compilation; both
    give the same bits.
    """
    work = len(graph.facilities) * (graph.network.node_count + homes.edge.size)
    if work > COMPILED_FROM and np.isfinite(limit_s):
        rows, columns, seconds = compiled_pairs(graph, homes, limit_s=limit_s)
    else:
        rows, columns, seconds = scipy_pairs(graph, homes, limit_s=limit_s)
    shape = (len(graph.facilities), len(homes))
    return WalkTimes(seconds=_sorted_csr(rows, columns, seconds, shape), limit_s=limit_s)


def scipy_pairs(
    graph: SearchGraph, homes: SnappedPoints, *, limit_s: float
) -> tuple[Ints, Ints, Floats]:
    """Return (facility, home, seconds) within the limit, sorted, by SciPy's Dijkstra."""
    direct = _same_street_pairs(graph, homes)
    blocks = [
        _block(graph, homes, direct, np.arange(first, last), limit_s)
        for first, last in _chunks(len(graph.facilities))
    ]
    rows, columns, seconds = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    return rows, columns, seconds


def compiled_pairs(
    graph: SearchGraph, homes: SnappedPoints, *, limit_s: float, threads: int = 2
) -> tuple[Ints, Ints, Floats]:
    """Return (facility, home, seconds) within a finite limit, sorted, by the compiled search."""
    from geoplan.stages.kernels import times_to_homes  # noqa: PLC0415  numba is slow to import

    nodes = graph.network.node_count
    streets = graph.weights[:nodes, :nodes].tocsr()
    arcs = _rows_of(streets)
    doors, directs = _home_doors(graph, homes), _direct_doors(graph, homes)
    inclusive_s = limit_s + ROUNDING_S
    width_s = max(float(streets.data.mean()) if streets.nnz else 1.0, inclusive_s / _MOST_BUCKETS)

    def search(block: Ints) -> tuple[Ints, Ints, Floats]:
        seeds = _rows_of(graph.weights[nodes + block, :nodes].tocsr())
        mine = _rows_of(directs[block].tocsr())
        facility, home, seconds = times_to_homes(arcs, seeds, doors, mine, inclusive_s, width_s)
        return block[facility], home.astype(np.int64), seconds

    blocks = np.array_split(np.arange(len(graph.facilities)), threads * _BLOCKS_A_THREAD)
    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(search, blocks))
    rows, columns, seconds = (np.concatenate(column) for column in zip(*found, strict=True))
    return rows, columns, seconds


def _direct_doors(graph: SearchGraph, homes: SnappedPoints) -> Sparse:
    """Return the seconds between facilities and the homes on their own street."""
    rows, columns, seconds = _same_street_pairs(graph, homes)
    there = np.isfinite(seconds)
    least = _least(rows[there], columns[there], seconds[there])
    return _sorted_csr(*least, (len(graph.facilities), len(homes)))


def _rows_of(matrix: Sparse) -> tuple[Indices, Indices, Floats]:
    return (
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data.astype(np.float64),
    )


def _home_doors(graph: SearchGraph, homes: SnappedPoints) -> tuple[Indices, Indices, Floats]:
    """Return the homes beside each node, with the seconds between."""
    ends, owner = leaving(graph.costs, homes), homes.owner()
    node = np.concatenate([graph.network.tail[homes.edge], graph.network.head[homes.edge]])
    seconds = np.concatenate([ends.tail_s, ends.head_s])
    there = np.isfinite(seconds)
    home = np.concatenate([owner, owner])
    rows, columns, least = _least(node[there].astype(np.int64), home[there], seconds[there])
    shape = (graph.network.node_count, len(homes))
    return _rows_of(_sorted_csr(rows, columns, least, shape))


def _least(rows: Ints, columns: Ints, seconds: Floats) -> tuple[Ints, Ints, Floats]:
    """Return each (row, column) once with its least value, sorted."""
    order = np.lexsort([seconds, columns, rows])
    rows, columns, seconds = rows[order], columns[order], seconds[order]
    first = np.ones(rows.size, dtype=np.bool_)
    first[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    return rows[first], columns[first], seconds[first]


def node_times(graph: SearchGraph, chosen: Flags, *, limit_s: float = np.inf) -> Floats:
    """Return the seconds from each node to the nearest chosen facility, inf beyond the limit."""
    times, _ = nearest_facility(graph, chosen, limit_s=limit_s)
    return times


def nearest_facility(
    graph: SearchGraph, chosen: Flags, *, limit_s: float = np.inf
) -> tuple[Floats, Indices]:
    """Return for each node the seconds to the nearest chosen facility, and which it is.

    Seconds are inf and the facility is −1 where none is within the limit.
    """
    nodes = graph.network.node_count
    sources = np.flatnonzero(np.asarray(chosen) & graph.facilities.reached())
    if sources.size == 0:
        return np.full(nodes, np.inf), np.full(nodes, -1, dtype=np.int32)
    seconds, _, origin = dijkstra(
        graph.weights,
        indices=nodes + sources,
        limit=limit_s + ROUNDING_S,
        min_only=True,
        return_predecessors=True,
    )
    found = np.isfinite(seconds[:nodes])
    facility = np.where(found, origin[:nodes] - nodes, -1).astype(np.int32)
    return seconds[:nodes], facility


def nearest_of_homes(
    graph: SearchGraph, homes: SnappedPoints, chosen: Flags, *, limit_s: float = np.inf
) -> tuple[Floats, Indices]:
    """Return for each home the seconds to the nearest chosen facility, and which it is."""
    node_s, node_facility = nearest_facility(graph, chosen, limit_s=limit_s)
    pair_home, pair_facility, pair_s = _all_ways(graph, homes, node_s, node_facility)
    direct_facility, direct_home, direct_s = _same_street_pairs(graph, homes)
    keep = np.asarray(chosen, bool)[direct_facility]
    home = np.concatenate([pair_home, direct_home[keep]])
    facility = np.concatenate([pair_facility, direct_facility[keep]])
    seconds = np.concatenate([pair_s, direct_s[keep]])
    within = (seconds <= limit_s + ROUNDING_S) & np.isfinite(seconds)
    home, facility, seconds = home[within], facility[within], seconds[within]
    order = np.lexsort([facility, seconds, home])
    first = order[np.unique(home[order], return_index=True)[1]]
    best_s = np.full(len(homes), np.inf)
    best = np.full(len(homes), -1, dtype=np.int32)
    best_s[home[first]], best[home[first]] = seconds[first], facility[first]
    return best_s, best


def _all_ways(
    graph: SearchGraph, homes: SnappedPoints, node_s: Floats, node_facility: Indices
) -> tuple[Ints, Indices, Floats]:
    ends = leaving(graph.costs, homes)
    tail, head = graph.network.tail[homes.edge], graph.network.head[homes.edge]
    owner = homes.owner()
    seconds = np.concatenate([ends.tail_s + node_s[tail], ends.head_s + node_s[head]])
    facility = np.concatenate([node_facility[tail], node_facility[head]])
    there = np.isfinite(seconds)
    return np.concatenate([owner, owner])[there], facility[there], seconds[there]


def _part(share: Floats, seconds: Floats) -> Floats:
    """Return share × seconds, 0 where the share is 0 even if the street is barred."""
    with np.errstate(invalid="ignore"):
        return np.where(share == 0.0, 0.0, share * seconds)


def _quickest(rows: Ints, columns: Ints, seconds: Floats, size: int) -> Sparse:
    """Return a CSR matrix in which parallel entries keep the least value.

    SciPy adds duplicates up when it builds a CSR matrix (100 m + 140 m = 240 m).
    """
    there = np.isfinite(seconds)
    rows, columns, seconds = rows[there], columns[there], seconds[there]
    return _sorted_csr(*_least(rows, columns, seconds), (size, size))


def _sorted_csr(rows: Ints, columns: Ints, values: Floats, shape: tuple[int, int]) -> Sparse:
    """Return a CSR matrix of entries that are sorted by row and column; stored zeros stay."""
    pointer = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=shape[0]))])
    index = columns.astype(np.int32)
    return csr_array((values, index, pointer.astype(np.int32)), shape=shape)


def _chunks(count: int) -> list[tuple[int, int]]:
    return [(first, min(first + _CHUNK, count)) for first in range(0, max(count, 1), _CHUNK)]


def _block(
    graph: SearchGraph,
    homes: SnappedPoints,
    direct: tuple[Ints, Ints, Floats],
    facilities: Ints,
    limit_s: float,
) -> tuple[Ints, Ints, Floats]:
    """Return (facility, home, seconds) within the limit for a block of facilities."""
    table = np.full((facilities.size, len(homes)), np.inf)
    reached = np.flatnonzero(homes.reached())
    if facilities.size and reached.size:
        nodes = graph.network.node_count
        to_node = dijkstra(graph.weights, indices=nodes + facilities, limit=limit_s + ROUNDING_S)
        ends = leaving(graph.costs, homes)
        ways = np.minimum(
            to_node[:, graph.network.tail[homes.edge]] + ends.tail_s,
            to_node[:, graph.network.head[homes.edge]] + ends.head_s,
        )
        table[:, reached] = np.minimum.reduceat(ways, homes.start[reached], axis=1)
        facility, home, seconds = direct
        mine = (facility >= facilities[0]) & (facility <= facilities[-1])
        np.minimum.at(table, (facility[mine] - facilities[0], home[mine]), seconds[mine])
    rows, columns = np.nonzero((table <= limit_s + ROUNDING_S) & np.isfinite(table))
    return facilities[rows], columns, table[rows, columns]


def _same_street_pairs(graph: SearchGraph, homes: SnappedPoints) -> tuple[Ints, Ints, Floats]:
    """Return (facility, home, seconds) of all pairs that share a street, walked directly."""
    facilities, costs = graph.facilities, graph.costs
    order = np.argsort(homes.edge, kind="stable")
    first = np.searchsorted(homes.edge[order], facilities.edge, side="left")
    last = np.searchsorted(homes.edge[order], facilities.edge, side="right")
    counts = last - first
    here = np.repeat(np.arange(facilities.edge.size), counts)
    skipped = np.repeat(first - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
    there = order[skipped + np.arange(counts.sum())]
    ahead = facilities.fraction[here] - homes.fraction[there]
    edge = facilities.edge[here]
    along = np.where(
        ahead >= 0.0,
        _part(np.maximum(ahead, 0.0), costs.forward_s[edge]),
        _part(np.maximum(-ahead, 0.0), costs.backward_s[edge]),
    )
    legs = (facilities.leg_m[here] + homes.leg_m[there]) / costs.leg_speed_m_s
    return facilities.owner()[here], homes.owner()[there], along + legs
