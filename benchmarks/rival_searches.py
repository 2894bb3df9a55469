"""The calls themselves, each engine by its own fastest public way; imports wait until they run."""

from __future__ import annotations

from typing import Any

import numpy as np
from towns import Floats, Indices
from works import Work

_ROWS = 8
"""Facilities that SciPy takes at a time: its table is dense, and this is its fastest size."""


def geoplan_prepare(work: Work) -> Any:
    """Return the town as geoplan holds it, ready to be searched."""
    import engine

    return engine.prepared(work.town, work.seeds)


def geoplan_nearest(graph: Any, work: Work, *, threads: int) -> Floats:
    """Return the seconds of each node."""
    import engine

    return engine.nearest(graph, work.limit_s, threads=threads)


def geoplan_which(graph: Any, work: Work, *, threads: int) -> tuple[Floats, Indices]:
    """Return seconds and facility of each node."""
    import engine

    return engine.nearest_rows(graph, work.limit_s, threads=threads)


def geoplan_sets(graph: Any, work: Work, *, threads: int) -> Any:
    """Return the sparse matrix of facilities and nodes."""
    import engine

    return engine.node_pairs(graph, work.limit_s, threads=threads)


def c_prepare(_: Work) -> Any:
    """Return the reference; it reads the arrays as they are."""
    import reference

    reference.compiled()
    return reference


def c_nearest(reference: Any, work: Work, *, threads: int) -> Floats:
    """Return the seconds of each node."""
    return reference.nearest(work.town, work.seeds, work.limit_s, threads=threads)


def c_which(reference: Any, work: Work) -> tuple[Floats, Indices]:
    """Return seconds and facility of each node."""
    return reference.nearest_rows(work.town, work.seeds, work.limit_s)


def c_sets(reference: Any, work: Work, *, threads: int) -> tuple[Indices, Indices, Floats]:
    """Return (facility, node, seconds)."""
    return reference.bounded_sets(work.town, work.seeds, work.limit_s, threads=threads)


def scipy_prepare(work: Work) -> Any:
    """Return the matrix of the streets."""
    from scipy.sparse import csr_array

    size = len(work.town.node_xy)
    return csr_array((work.town.cost, work.town.other, work.town.start), shape=(size, size))


def scipy_nearest(streets: Any, work: Work) -> Floats:
    """Return the seconds of each node, without the facility: SciPy's quickest call."""
    from scipy.sparse.csgraph import dijkstra

    return dijkstra(streets, indices=work.seeds, limit=work.limit_s, min_only=True)


def scipy_which(streets: Any, work: Work) -> tuple[Floats, Indices, Indices]:
    """Return seconds, predecessor and facility of each node."""
    from scipy.sparse.csgraph import dijkstra

    return dijkstra(
        streets, indices=work.seeds, limit=work.limit_s, min_only=True, return_predecessors=True
    )


def scipy_sets(streets: Any, work: Work) -> tuple[Indices, Indices, Floats]:
    """Return (facility, node, seconds), the finite entries of one dense block after the other."""
    from scipy.sparse.csgraph import dijkstra

    found = []
    for first in range(0, len(work.seeds), _ROWS):
        block = dijkstra(streets, indices=work.seeds[first : first + _ROWS], limit=work.limit_s)
        row, node = np.nonzero(block < np.inf)
        found.append((row + first, node, block[row, node]))
    source, node, seconds = (np.concatenate(column) for column in zip(*found, strict=True))
    return source, node, seconds


def networkx_prepare(work: Work) -> Any:
    """Return the undirected graph."""
    import networkx as nx

    town = work.town
    streets = nx.Graph()
    streets.add_nodes_from(range(len(town.node_xy)))
    streets.add_weighted_edges_from(
        zip(town.tail.tolist(), town.head.tolist(), town.length_m.tolist(), strict=True)
    )
    return streets


def networkx_nearest(streets: Any, work: Work) -> dict[int, float]:
    """Return node: seconds."""
    import networkx as nx

    cutoff = None if np.isinf(work.limit_s) else work.limit_s
    return nx.multi_source_dijkstra_path_length(streets, set(work.seeds.tolist()), cutoff=cutoff)


def _networkx_asked(work: Work) -> int:
    return max(len(work.seeds) // 100, 1)


def networkx_share(work: Work) -> float:
    """Return by how much the seconds of the part are scaled up."""
    return len(work.seeds) / _networkx_asked(work)


def networkx_sets(streets: Any, work: Work) -> list[dict[int, float]]:
    """Return node: seconds of the first hundredth of the facilities."""
    import networkx as nx

    return [
        nx.single_source_dijkstra_path_length(streets, node, cutoff=work.limit_s)
        for node in work.seeds[: _networkx_asked(work)].tolist()
    ]


def _with_hub(work: Work) -> tuple[Indices, Indices, Floats]:
    """Return the streets and those of no length from one more node to every facility."""
    town = work.town
    hub = np.full(len(work.seeds), len(town.node_xy), dtype=np.int32)
    tail = np.concatenate([town.tail, hub])
    head = np.concatenate([town.head, work.seeds])
    return tail, head, np.concatenate([town.length_m, np.zeros(len(work.seeds))])


def networkit_prepare(work: Work) -> Any:
    """Return the weighted graph with the hub."""
    import networkit as nk

    tail, head, seconds = _with_hub(work)
    return nk.GraphFromCoo(
        (seconds, (tail, head)), n=len(work.town.node_xy) + 1, weighted=True, directed=False
    )


def networkit_nearest(streets: Any, work: Work) -> Any:
    """Return the distances from the hub."""
    import networkit as nk

    search = nk.distance.Dijkstra(streets, len(work.town.node_xy), storePaths=False)
    search.run()
    return search.getDistances(asarray=True)


def igraph_prepare(work: Work) -> Any:
    """Return the weighted graph with the hub."""
    import igraph

    tail, head, seconds = _with_hub(work)
    streets = igraph.Graph(n=len(work.town.node_xy) + 1, edges=np.column_stack([tail, head]))
    streets.es["seconds"] = seconds.tolist()
    return streets


def igraph_nearest(streets: Any, work: Work) -> Any:
    """Return the distances from the hub."""
    return streets.distances(source=[len(work.town.node_xy)], weights="seconds")


def rustworkx_prepare(work: Work) -> Any:
    """Return the weighted graph with the hub."""
    import rustworkx as rx

    tail, head, seconds = _with_hub(work)
    streets = rx.PyGraph(multigraph=False)
    streets.add_nodes_from(range(len(work.town.node_xy) + 1))
    streets.add_edges_from(list(zip(tail.tolist(), head.tolist(), seconds.tolist(), strict=True)))
    return streets


def rustworkx_nearest(streets: Any, work: Work) -> Any:
    """Return node: seconds from the hub."""
    import rustworkx as rx

    return rx.dijkstra_shortest_path_lengths(streets, len(work.town.node_xy), float)


def _apart(work: Work) -> tuple[Floats, Floats]:
    """Return x and y with no two nodes in one place: pandana finds facilities by position alone."""
    x, y = work.town.node_xy.T
    return x + 1e-7 * np.arange(len(x)), y


def pandana_prepare(work: Work) -> Any:
    """Return the network, its contraction hierarchy built for the limit."""
    import pandana
    import pandas as pd

    town, (x, y) = work.town, _apart(work)
    network = pandana.Network(
        pd.Series(x),
        pd.Series(y),
        pd.Series(town.tail),
        pd.Series(town.head),
        pd.DataFrame({"seconds": town.length_m}),
    )
    network.precompute(work.limit_s)
    return network


def pandana_nearest(network: Any, work: Work) -> Any:
    """Return the seconds to the nearest facility; setting the facilities is part of the work."""
    import pandas as pd

    x, y = (pd.Series(column[work.seeds]) for column in _apart(work))
    network.set_pois("facility", work.limit_s, 1, x, y)
    return network.nearest_pois(work.limit_s, "facility", num_pois=1)


def pandana_sets(network: Any, work: Work) -> Any:
    """Return the table of source, destination, weight."""
    return network.nodes_in_range(work.seeds.tolist(), work.limit_s)
