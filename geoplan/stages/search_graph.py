"""Stage 4a: the reversed streets as arrays, with the doors of facilities and homes.

Every search runs from the facilities over the reversed streets, so times are home to facility
even where a street is one-way. A facility begins at the ends of each of its candidate streets, at
the cost of the part-street and of the leg; homes are read off the ends of their own candidates; a
home and a facility on one street meet directly.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from scipy.sparse import csr_array

from geoplan.model.arrays import Floats, Indices, Ints, Sparse, freeze_fields
from geoplan.model.network import SnappedPoints, WalkNetwork
from geoplan.model.reach import EdgeCosts

ROUNDING_S = 1e-9
"""Sums of floats may miss a limit by this much and still count as on it."""

WIDTH_IN_MEANS = 3.0
"""Step of the compiled search's threshold, in mean street costs: the best of 1 to 12 on the made
Tianning, on Helsinki, and on a made net with log-normal costs."""

Rows: TypeAlias = tuple[Indices, Indices, Floats]
"""CSR rows of (column, seconds): start (rows + 1,) int32, column (d,) int32, seconds (d,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """Seconds between each candidate's point and the two ends of its street, leg included."""

    tail_s: Floats
    """(c,)"""
    head_s: Floats
    """(c,)"""

    def __post_init__(self) -> None:
        freeze_fields(self, "tail_s", "head_s")


@dataclass(frozen=True, eq=False)
class SearchGraph:
    """The reversed streets of one walker and where the facilities stand on them.

    The arrays of a search are laid out when it first asks for them, and kept.
    """

    network: WalkNetwork
    costs: EdgeCosts
    facilities: SnappedPoints

    @cached_property
    def arcs(self) -> Rows:
        """For each node the nodes from which one street leads here, with its seconds.

        A barred direction costs inf; parallel streets and loops stand as they are.
        """
        incidence = self.network.incidence
        edge, at_head = incidence.half >> 1, (incidence.half & 1).astype(np.bool_)
        seconds = np.where(at_head, self.costs.forward_s[edge], self.costs.backward_s[edge])
        return incidence.start, incidence.other, seconds

    @cached_property
    def seeds(self) -> Rows:
        """For each facility the nodes where its search begins, with their seconds."""
        points, ends = self.facilities, arriving(self.costs, self.facilities)
        tails, heads = self.network.tail[points.edge], self.network.head[points.edge]
        node = np.column_stack([tails, heads]).ravel()
        seconds = np.column_stack([ends.tail_s, ends.head_s]).ravel()
        return grouped(np.repeat(points.owner(), 2), node, seconds, len(points))

    def seams(self, cuts: Ints) -> Rows:
        """Return (node, other node, seconds) of the half-edges that lead over one of the cuts.

        A cut is the first node of a range. What was cut once is kept.
        """
        key = tuple(cuts.tolist())
        if key not in self._seams:
            start, other, cost = self.arcs
            ends = [0, *key, self.network.node_count]
            apart = np.concatenate(
                [_leaving(start, other, low, high) for low, high in itertools.pairwise(ends)]
            )
            node = np.searchsorted(start, apart, side="right") - 1
            self._seams[key] = (node.astype(np.int32), other[apart], cost[apart])
        return self._seams[key]

    @cached_property
    def _seams(self) -> dict[tuple[int, ...], Rows]:
        return {}

    @cached_property
    def width_s(self) -> float:
        """Step of the compiled search's threshold, seconds, positive and finite."""
        seconds = self.arcs[2]
        open_s = seconds[np.isfinite(seconds)]
        mean = float(open_s.mean()) if open_s.size else 0.0
        return WIDTH_IN_MEANS * mean or 1.0

    @cached_property
    def weights(self) -> Sparse:
        """SciPy's graph: nodes, then one more node a facility, joined to its seeds.

        Barred directions are left out. Parallel streets stand as parallel entries, which SciPy's
        searches take one by one (only a conversion from COO would add them up).
        """
        (start, other, cost), (seed_start, seed_node, seed_s) = self.arcs, self.seeds
        open_ = np.isfinite(cost)
        passed = np.concatenate([[0], np.cumsum(open_)])
        pointer = np.concatenate([passed[start], passed[-1] + seed_start[1:]])
        size = self.network.node_count + len(self.facilities)
        return csr_array(
            (
                np.concatenate([cost[open_], seed_s]),
                np.concatenate([other[open_], seed_node]),
                pointer.astype(np.int32),
            ),
            shape=(size, size),
        )


def _leaving(start: Indices, other: Indices, low: int, high: int) -> Ints:
    """Return the half-edges of the nodes of a range that lead out of it."""
    mine = other[start[low] : start[high]]
    outside: Ints = start[low] + np.flatnonzero((mine < low) | (mine >= high))
    return outside


def search_graph(network: WalkNetwork, costs: EdgeCosts, facilities: SnappedPoints) -> SearchGraph:
    """Return the graph in which facilities look for homes."""
    return SearchGraph(network=network, costs=costs, facilities=facilities)


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


def home_doors(graph: SearchGraph, homes: SnappedPoints) -> Rows:
    """Return for each node the homes beside it, with the seconds from home to node."""
    ends, owner = leaving(graph.costs, homes), homes.owner()
    node = np.concatenate([graph.network.tail[homes.edge], graph.network.head[homes.edge]])
    seconds = np.concatenate([ends.tail_s, ends.head_s])
    return grouped(node, np.concatenate([owner, owner]), seconds, graph.network.node_count)


def direct_doors(graph: SearchGraph, homes: SnappedPoints) -> Rows:
    """Return for each facility the homes on its own street, with the seconds of the walk."""
    return grouped(*same_street_pairs(graph, homes), len(graph.facilities))


def same_street_pairs(graph: SearchGraph, homes: SnappedPoints) -> tuple[Ints, Ints, Floats]:
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


def grouped(row: Ints | Indices, column: Ints | Indices, seconds: Floats, rows: int) -> Rows:
    """Return the finite entries as CSR rows; within a row they keep their order."""
    there = np.isfinite(seconds)
    order = np.flatnonzero(there)[np.argsort(row[there], kind="stable")]
    start = np.zeros(rows + 1, dtype=np.int32)
    np.cumsum(np.bincount(row[order], minlength=rows), out=start[1:])
    return start, column[order].astype(np.int32), seconds[order]


def take_rows(rows: Rows, chosen: Ints) -> Rows:
    """Return the chosen CSR rows, in the order of ``chosen``."""
    start, column, seconds = rows
    counts = np.diff(start)[chosen]
    pointer = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    picked = np.repeat(start[:-1][chosen] - pointer[:-1], counts) + np.arange(pointer[-1])
    return pointer, column[picked], seconds[picked]


def _part(share: Floats, seconds: Floats) -> Floats:
    """Return share × seconds, 0 where the share is 0 even if the street is barred."""
    with np.errstate(invalid="ignore"):
        return np.where(share == 0.0, 0.0, share * seconds)
