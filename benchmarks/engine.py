"""geoplan's own searches, as the benchmark calls them: the functions that the stages call."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array
from towns import Floats, Indices, Town

from geoplan.domain.profiles import Profile
from geoplan.io.graphs import network_from_edges
from geoplan.model.network import SnappedPoints
from geoplan.stages import compiled_search
from geoplan.stages.network import walk_costs
from geoplan.stages.search_graph import SearchGraph

NO_POINTS = SnappedPoints(
    start=np.zeros(1, dtype=np.int64),
    edge=np.empty(0, dtype=np.int32),
    fraction=np.empty(0),
    leg_m=np.empty(0),
)


@dataclass(frozen=True, eq=False)
class TownGraph(SearchGraph):
    """Facilities on nodes, with or without a street: nothing is snapped."""

    nodes: Indices

    @cached_property
    def seeds(self) -> tuple[Indices, Indices, Floats]:
        """For each facility its node, at no cost."""
        count = len(self.nodes)
        return np.arange(count + 1, dtype=np.int32), self.nodes, np.zeros(count)

    @property
    def rows(self) -> np.ndarray:
        """All facilities."""
        return np.arange(len(self.nodes))


def prepared(town: Town, seeds: Indices) -> TownGraph:
    """Return the town as a network with all arrays of a search laid out."""
    network = network_from_edges(town.node_xy, town.tail, town.head, town.length_m, crs="EPSG:4549")
    costs = walk_costs(network, Profile(speed_m_s=1.0))
    graph = TownGraph(network, costs, NO_POINTS, seeds)
    _ = graph.arcs, graph.seeds, graph.width_s
    return graph


def nearest(graph: TownGraph, limit_s: float, *, threads: int) -> Floats:
    """Return the seconds to the nearest seed of every node."""
    return compiled_search.nearest(graph, graph.rows, limit_s=limit_s, threads=threads)


def nearest_rows(graph: TownGraph, limit_s: float, *, threads: int) -> tuple[Floats, Indices]:
    """Return the seconds to the nearest seed of every node, and which seed that is."""
    return compiled_search.nearest_rows(graph, graph.rows, limit_s=limit_s, threads=threads)


def node_pairs(graph: TownGraph, limit_s: float, *, threads: int) -> csr_array:
    """Return (seeds × nodes) seconds within the limit, by seed."""
    return compiled_search.node_pairs(graph, graph.rows, limit_s=limit_s, threads=threads)
