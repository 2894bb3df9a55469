"""Walking-time searches side by side in one run: geoplan, SciPy, networkx and, if there, pandana.

    python benchmarks/reach.py [NODES] [FACILITIES]

One network, one set of facilities and homes, agreement checked before any time is printed. Times
are medians of five runs after a warm-up (networkx: one run of a hundredth of the facilities,
scaled up); compiling is shown apart. Peak memory is that of the whole process.
"""

from __future__ import annotations

import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from importlib import metadata
from importlib.util import find_spec

import networkx as nx
import numpy as np

from geoplan.domain.profiles import Profile
from geoplan.io.graphs import network_from_edges, network_to_graph
from geoplan.io.ordering import hilbert_rank
from geoplan.model.network import SnappedPoints, WalkNetwork
from geoplan.stages.network import walk_costs
from geoplan.stages.reach import SearchGraph, compiled_pairs, scipy_pairs, search_graph

LIMIT_S = 900.0
SEED = 20
RUNS = 5


def town(nodes: int) -> WalkNetwork:
    """Return a street grid of mean degree 2.9 with jittered corners 75 m apart."""
    rng = np.random.default_rng(SEED)
    side = int(np.sqrt(nodes))
    column, row = np.meshgrid(np.arange(side), np.arange(side))
    xy = np.column_stack([column.ravel(), row.ravel()]) * 75.0 + rng.normal(0, 9, (side**2, 2))
    index = np.arange(side**2).reshape(side, side)
    edges = np.concatenate(
        [
            np.column_stack([index[:, :-1].ravel(), index[:, 1:].ravel()]),
            np.column_stack([index[:-1].ravel(), index[1:].ravel()]),
        ]
    )
    rank = hilbert_rank(xy)
    ordered = np.empty_like(xy)
    ordered[rank] = xy
    kept = rank[edges[rng.random(len(edges)) < 0.73]]
    kept = kept[np.lexsort([kept[:, 1], kept[:, 0]])]
    length = np.hypot(*(ordered[kept[:, 0]] - ordered[kept[:, 1]]).T)
    return network_from_edges(ordered, kept[:, 0], kept[:, 1], length, crs="EPSG:4549")


def on_nodes(network: WalkNetwork, nodes: np.ndarray) -> SnappedPoints:
    """Return points that stand on nodes, each snapped to one of its streets."""
    edge_of = np.full(network.node_count, -1)
    end_of = np.zeros(network.node_count)
    edge_of[network.tail], end_of[network.tail] = np.arange(network.edge_count), 0.0
    edge_of[network.head], end_of[network.head] = np.arange(network.edge_count), 1.0
    usable = nodes[edge_of[nodes] >= 0]
    return SnappedPoints(
        start=np.arange(usable.size + 1),
        edge=edge_of[usable].astype(np.int32),
        fraction=end_of[usable],
        leg_m=np.zeros(usable.size),
    )


def timed(work: Callable[[], object]) -> float:
    """Return the median seconds of the runs after one warm-up."""
    work()
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def networkx_seconds(graph: SearchGraph, facilities: np.ndarray) -> float:
    """Return the seconds that networkx would need, from a hundredth of the facilities."""
    streets = network_to_graph(graph.network, graph.costs)
    few = facilities[:: max(len(facilities) // 100, 1)]
    start = time.perf_counter()
    for node in few.tolist():
        nx.single_source_dijkstra_path_length(streets, node, cutoff=LIMIT_S, weight="seconds")
    return (time.perf_counter() - start) * len(facilities) / len(few)


def pandana_seconds(network: WalkNetwork, facilities: np.ndarray) -> tuple[float, float]:
    """Return pandana's preprocessing and ``nodes_in_range`` seconds."""
    import pandana  # noqa: PLC0415  installed for this benchmark only
    import pandas as pd  # noqa: PLC0415

    start = time.perf_counter()
    net = pandana.Network(
        pd.Series(network.node_xy[:, 0]),
        pd.Series(network.node_xy[:, 1]),
        pd.Series(network.tail),
        pd.Series(network.head),
        pd.DataFrame({"metres": network.length_m}),
    )
    net.precompute(LIMIT_S)
    built = time.perf_counter() - start
    start = time.perf_counter()
    net.nodes_in_range(facilities.tolist(), LIMIT_S)
    return built, time.perf_counter() - start


def main() -> None:
    """Print the table."""
    nodes = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    network = town(nodes)
    rng = np.random.default_rng(SEED + 1)
    places = rng.choice(network.node_count, count, replace=False)
    homes = on_nodes(network, np.arange(network.node_count))
    graph = search_graph(
        network, walk_costs(network, Profile(speed_m_s=1.0)), on_nodes(network, places)
    )
    start = time.perf_counter()
    found = compiled_pairs(graph, homes, limit_s=LIMIT_S)
    cold = time.perf_counter() - start
    expected = scipy_pairs(graph, homes, limit_s=LIMIT_S)
    for mine, theirs in zip(found, expected, strict=True):
        if not np.array_equal(mine, theirs):
            sys.exit("geoplan and SciPy disagree")
    two = timed(lambda: compiled_pairs(graph, homes, limit_s=LIMIT_S))
    one = timed(lambda: compiled_pairs(graph, homes, limit_s=LIMIT_S, threads=1))
    start = time.perf_counter()
    scipy_pairs(graph, homes, limit_s=LIMIT_S)
    scipy_s = time.perf_counter() - start
    rows = [
        ("geoplan, two threads", two),
        ("geoplan, one thread", one),
        ("SciPy dijkstra(limit=)", scipy_s),
        ("networkx (scaled up)", networkx_seconds(graph, places)),
    ]
    if find_spec("pandana"):
        built, queried = pandana_seconds(network, places)
        rows += [("pandana nodes_in_range", queried), ("pandana preprocessing", built)]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    versions = ", ".join(
        f"{name} {metadata.version(name)}" for name in ("numba", "scipy", "networkx")
    )
    size = f"{network.node_count} nodes, {network.edge_count} streets, {count} facilities"
    print(f"{size}, {LIMIT_S:.0f} s")
    print(f"{found[0].size} pairs, the same bits from geoplan and SciPy")
    print(f"Python {platform.python_version()}, {versions}")
    print(f"first call {cold:.1f} s; peak {memory:.0f} MB")
    for name, seconds in rows:
        print(f"| {name} | {seconds:.3f} s | {seconds / two:.1f} × |")


if __name__ == "__main__":
    main()
