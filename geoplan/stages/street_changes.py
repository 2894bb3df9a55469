"""Networks that differ in a few streets: one is closed, a gate is opened."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.spatial import cKDTree

from geoplan.model.arrays import Indices, Ints
from geoplan.model.network import WalkNetwork
from geoplan.model.reach import EdgeCosts
from geoplan.stages.network import take_edges

GATE_M = 0.01
"""The street ends at a locked gate stand at most this far from the gate's position."""


def streets_closed(network: WalkNetwork, edges: Ints) -> tuple[WalkNetwork, Indices]:
    """Return the network without some streets, and the old number of each street that is left."""
    left = np.ones(network.edge_count, dtype=np.bool_)
    left[edges] = False
    kept = np.flatnonzero(left).astype(np.int32)
    return take_edges(network, kept), kept


def gates_opened(network: WalkNetwork, gates: Ints) -> tuple[WalkNetwork, Ints]:
    """Return the network in which some locked gates stand open, and the nodes at these gates.

    The street ends at a gate become one node, the one with the lowest number; the others are left
    behind without a street. So every street and every node keeps its number, and nothing is added
    that a home could start on or that a table could count.
    """
    ends = [together for together in gate_ends(network, gates) if together.size]
    node = np.arange(network.node_count, dtype=np.int32)
    for together in ends:
        node[together] = together[0]
    opened = replace(
        network,
        tail=node[network.tail],
        head=node[network.head],
        closed_gates=np.delete(network.closed_gates, gates, axis=0),
    )
    return opened, np.array([together[0] for together in ends], dtype=np.int64)


def gate_ends(network: WalkNetwork, gates: Ints) -> list[Ints]:
    """Return for each gate the nodes of its street ends, ascending; none where no street ends.

    At a locked gate every street end is a node of its own: only nodes with one street end qualify,
    never a junction that happens to stand there on another level.
    """
    degree = np.bincount(np.concatenate([network.tail, network.head]), minlength=network.node_count)
    loose = np.flatnonzero(degree == 1)
    if not loose.size:
        return [loose for _ in gates]
    tree = cKDTree(network.node_xy[loose])
    near = tree.query_ball_point(network.closed_gates[gates], GATE_M, return_sorted=True)
    return [loose[np.asarray(found, dtype=np.int64)] for found in near]


def closed_costs(costs: EdgeCosts, edge: int) -> EdgeCosts:
    """Return the costs of the same streets when nobody can walk along one of them.

    Whoever lives on it leaves by another street within snapping distance, or not at all.
    """
    forward, backward = costs.forward_s.copy(), costs.backward_s.copy()
    forward[edge] = backward[edge] = np.inf
    return replace(costs, forward_s=forward, backward_s=backward)
