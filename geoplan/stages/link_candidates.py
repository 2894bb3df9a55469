"""Stage 7c: every link that could bring a home near its facility by air within the limit on foot.

A link is a straight way between two streets over a wall, a railway or a water that is mapped, or
the opening of a locked gate. It is walked on the level at the walker's own speed, both ways. Two
streets that are merely far apart on foot, with nothing mapped between them, get no link: that is a
detour of the streets, not a barrier.

- A link that crosses several barriers is named by the hardest: water, then rail, then wall.
- A link that crosses one wall twice leads through a walled area and out again; it is no gate.
- A barrier that is touched within ``TOUCH_M`` of a link's end is not crossed there: streets end on
  walls at their gates.
- At a locked gate the street ends meet again, as in ``street_changes.gates_opened``: no way, no
  seconds.

Links that cannot bring such a home within the limit are left out by bounds that never cut off too
much: the least seconds from one of these homes to a street, the straight way, and the least seconds
from a street to a facility.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import cKDTree

from geoplan.model.arrays import Flags, Floats, Indices, Ints
from geoplan.model.links import LINK_KINDS, LinkCandidates, LinkRules
from geoplan.model.network import Barriers, SnappedPoints, WalkNetwork
from geoplan.stages.feet import feet
from geoplan.stages.link_places import Places, link_ends, link_places, spots
from geoplan.stages.reach import (
    ROUNDING_S,
    SearchGraph,
    nearest_of_homes,
    node_times,
    search_graph,
)
from geoplan.stages.street_changes import gate_ends

TOUCH_M = 0.1
"""A link has crossed nothing before so much of it is walked."""

_SLACK_S = 1e-6
"""More than what sums of floats can differ by; a few links too many are kept, never too few."""

_BLOCK = 4_096
"""Places whose neighbours are held at once."""


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """Seconds between the streets and the nearest of some points, on one side of the links."""

    graph: SearchGraph
    chosen: Flags
    node_s: Floats
    edge_s: Floats
    """(edges,) no point of the street has fewer seconds."""

    def seconds(self, places: SnappedPoints, limit_s: float) -> Floats:
        """Return the seconds of places on streets, inf beyond the limit."""
        return nearest_of_homes(self.graph, places, self.chosen, limit_s=limit_s)[0]


@dataclass(frozen=True, slots=True, eq=False)
class _Ways:
    """Links over barriers, before they have a name."""

    far: SnappedPoints
    near: SnappedPoints
    xy: Floats
    walk_s: Floats

    def take(self, rows: Ints) -> _Ways:
        chosen = rows.astype(np.int32)
        return _Ways(
            self.far.take(chosen), self.near.take(chosen), self.xy[rows], self.walk_s[rows]
        )

    def length_m(self) -> Floats:
        step = self.xy[:, 1] - self.xy[:, 0]
        return np.hypot(step[:, 0], step[:, 1])


def link_candidates(
    graph: SearchGraph,
    giving: Flags,
    homes: SnappedPoints,
    *,
    limit_s: float,
    rules: LinkRules,
) -> LinkCandidates:
    """Return all links that would bring at least one of the homes within the limit.

    They are in the order of their far ends, west to east; gates come last.

    Parameters
    ----------
    giving
        (facilities,) which of the graph's facilities give the service.
    homes
        The homes that must be helped: beyond the limit on foot, within it in a straight line.
    """
    network = graph.network
    away = search_graph(network, graph.costs.turned(), homes)
    reached = _side(graph, giving, limit_s)
    cut_off = _side(away, np.ones(len(homes), dtype=np.bool_), limit_s)
    gates = _gates(reached, cut_off, limit_s)
    if not network.barriers.geometry.size:
        return gates
    ways = _ways(reached, cut_off, limit_s, rules)
    barrier = _hardest_crossed(network.barriers, ways.xy)
    rows = np.flatnonzero(barrier >= 0)
    ways = ways.take(rows)
    return _joined(
        LinkCandidates(
            far=ways.far,
            near=ways.near,
            xy=ways.xy,
            length_m=ways.length_m(),
            barrier=barrier[rows],
            gate=np.full(rows.size, -1),
            walk_s=ways.walk_s,
        ),
        gates,
    )


def _side(graph: SearchGraph, chosen: Flags, limit_s: float) -> _Side:
    network, points = graph.network, graph.facilities
    node_s = node_times(graph, chosen, limit_s=limit_s)
    edge_s = np.minimum(node_s[network.tail], node_s[network.head])
    edge_s[points.edge[chosen[points.owner()]]] = 0.0
    return _Side(graph, chosen, node_s, edge_s)


def _ways(reached: _Side, cut_off: _Side, limit_s: float, rules: LinkRules) -> _Ways:
    """Return the links that are quick enough, whatever lies between their ends."""
    network = reached.graph.network
    among = (reached.edge_s <= limit_s) | (cut_off.edge_s <= limit_s)
    places = link_places(network, among, spacing_m=rules.spacing_m)
    out = _to_feet(places, (cut_off, reached), limit_s, rules)
    back = _to_feet(places, (reached, cut_off), limit_s, rules)
    both = _Ways(
        far=_stacked(out.far, back.near),
        near=_stacked(out.near, back.far),
        xy=np.concatenate([out.xy, back.xy[:, ::-1]]),
        walk_s=np.empty(len(out.far) + len(back.far)),
    )
    on_s = reached.seconds(both.near, limit_s)
    walk_s = both.length_m() / reached.graph.costs.leg_speed_m_s + on_s
    before_s = cut_off.seconds(both.far, limit_s)
    quick = np.flatnonzero(before_s + walk_s <= limit_s + ROUNDING_S + _SLACK_S)
    different = quick[_first_of_each(both.take(quick))]
    return _Ways(both.far, both.near, both.xy, walk_s).take(different)


def _to_feet(places: Places, sides: tuple[_Side, _Side], limit_s: float, rules: LinkRules) -> _Ways:
    """Return the links from places of one side to their feet on streets of the other.

    ``far`` is the place, ``near`` the foot; ``walk_s`` is not known yet.
    """
    network = sides[0].graph.network
    row, edge = _pairs(places, sides, limit_s, rules)
    found = feet(network, places.xy, row, edge)
    found = found.take((found.leg_m <= rules.longest_m) & (found.leg_m > 2.0 * TOUCH_M))
    end_edge, end_fraction, allowed = link_ends(network, found.edge, found.fraction)
    rows = np.flatnonzero(allowed)
    return _Ways(
        far=places.spots.take(found.point[rows].astype(np.int32)),
        near=spots(end_edge[rows], end_fraction[rows]),
        xy=np.stack([places.xy[found.point[rows]], found.xy[rows]], axis=1),
        walk_s=np.full(rows.size, np.nan),
    )


def _pairs(
    places: Places, sides: tuple[_Side, _Side], limit_s: float, rules: LinkRules
) -> tuple[Ints, Ints]:
    """Return unique (place, street) pairs that may hold a foot at the end of a quick link.

    A foot is within half a step of a place on its own street, so places stand in for streets. All
    streets of a junction that is quick enough are among the pairs.
    """
    here, there = sides
    speed_m_s, half_m = here.graph.costs.leg_speed_m_s, rules.spacing_m / 2.0
    start_s = here.seconds(places.spots, limit_s)
    begin = np.flatnonzero(np.isfinite(start_s))
    end_s = places.least(there.edge_s)
    end = np.flatnonzero(end_s <= limit_s)
    found: list[Ints] = []
    for row, other, apart_m in _neighbours(
        places.xy[begin], places.xy[end], rules.longest_m + half_m
    ):
        place, way_s = begin[row], np.maximum(apart_m - half_m, 0.0) / speed_m_s
        left_s = limit_s + _SLACK_S - start_s[place] - way_s
        quick = end_s[end[other]] <= left_s
        which, edge = places.streets(end[other[quick]])
        near = there.edge_s[edge] <= left_s[quick][which]
        found.append(np.unique(place[quick][which[near]] * there.edge_s.size + edge[near]))
    pairs = np.concatenate([*found, np.empty(0, dtype=np.int64)])
    return pairs // there.edge_s.size, pairs % there.edge_s.size


def _neighbours(one: Floats, other: Floats, reach_m: float) -> Iterator[tuple[Ints, Ints, Floats]]:
    """Yield (row of one, row of the other, metres apart) of points within reach, block by block."""
    tree = cKDTree(other)
    for first in range(0, len(one), _BLOCK):
        block = cKDTree(one[first : first + _BLOCK])
        near = block.sparse_distance_matrix(tree, reach_m, output_type="ndarray")
        yield near["i"] + first, near["j"], near["v"]


def _first_of_each(ways: _Ways) -> Ints:
    """Return the rows of different links: by place to the millimetre and by street, in order."""
    millimetres = np.round(ways.xy.reshape(-1, 4), 3)
    keys = np.column_stack([millimetres, ways.far.edge, ways.near.edge])
    rows: Ints = np.unique(keys, axis=0, return_index=True)[1]
    return rows


def _hardest_crossed(barriers: Barriers, xy: Floats) -> Ints:
    """Return the hardest barrier that each link crosses, −1 where it crosses none.

    The first row among equally hard ones. −1, too, where a wall is crossed more than once.
    """
    link, barrier, pieces = _crossings(barriers, xy)
    hardness = np.array([list(LINK_KINDS).index(kind) for kind in barriers.kind.tolist()])
    order = np.lexsort([barrier, -hardness[barrier], link])
    hardest = np.full(len(xy), -1, dtype=np.int64)
    first, rows = np.unique(link[order], return_index=True)
    hardest[first] = barrier[order][rows]
    twice = np.flatnonzero((barriers.kind[barrier] == "wall") & (pieces > 1))
    lines = shapely.linestrings(xy[link[twice]])
    points = shapely.intersection(lines, barriers.geometry[barrier[twice]])
    hardest[link[twice[shapely.get_num_geometries(points) > 1]]] = -1
    return hardest


def _crossings(barriers: Barriers, xy: Floats) -> tuple[Ints, Ints, Ints]:
    """Return (link, barrier, straight pieces of it that are met) of all crossings."""
    corners, owner = shapely.get_coordinates(barriers.geometry, return_index=True)
    joined = np.flatnonzero(owner[1:] == owner[:-1])
    pieces = shapely.linestrings(np.stack([corners[joined], corners[joined + 1]], axis=1))
    step = xy[:, 1] - xy[:, 0]
    margin = TOUCH_M * step / np.hypot(step[:, 0], step[:, 1])[:, None]
    inner = shapely.linestrings(np.stack([xy[:, 0] + margin, xy[:, 1] - margin], axis=1))
    link, piece = shapely.STRtree(np.asarray(pieces)).query(inner, predicate="intersects")
    pairs, counts = np.unique(
        np.column_stack([link, owner[joined[piece]]]), axis=0, return_counts=True
    )
    return pairs[:, 0], pairs[:, 1], counts.astype(np.int64)


def _gates(reached: _Side, cut_off: _Side, limit_s: float) -> LinkCandidates:
    """Return the locked gates whose opening is quick enough, by row."""
    network = reached.graph.network
    ends = gate_ends(network, np.arange(len(network.closed_gates)))
    near, far, rows = [], [], []
    # a loop: gates are few and have two, three or more street ends
    for row, nodes in enumerate(ends):
        order = nodes[np.argsort(reached.node_s[nodes], kind="stable")]
        if order.size > 1 and _opens(reached, cut_off, order, limit_s):
            near.append(order[:1])
            far.append(order[1:][np.argsort(cut_off.node_s[order[1:]], kind="stable")])
            rows.append(row)
    return _gate_links(network, (far, near), np.array(rows, dtype=np.int64), reached.node_s)


def _opens(reached: _Side, cut_off: _Side, nodes: Ints, limit_s: float) -> bool:
    total_s = reached.node_s[nodes[0]] + cut_off.node_s[nodes[1:]].min()
    return bool(total_s <= limit_s + ROUNDING_S + _SLACK_S)


def _gate_links(
    network: WalkNetwork, ends: tuple[list[Ints], list[Ints]], gate: Ints, node_s: Floats
) -> LinkCandidates:
    far, near = (_at_nodes(network, nodes) for nodes in ends)
    first = [np.array([nodes[0] for nodes in side], dtype=np.int64) for side in ends]
    return LinkCandidates(
        far=far,
        near=near,
        xy=np.stack([network.node_xy[first[0]], network.node_xy[first[1]]], axis=1),
        length_m=np.zeros(gate.size),
        barrier=np.full(gate.size, -1),
        gate=gate,
        walk_s=node_s[first[1]],
    )


def _at_nodes(network: WalkNetwork, nodes: list[Ints]) -> SnappedPoints:
    """Return a point for each group of loose street ends, standing on all of them."""
    counts = np.array([group.size for group in nodes], dtype=np.int64)
    every = np.concatenate(nodes) if nodes else np.empty(0, dtype=np.int64)
    half: Indices = network.incidence.half[network.incidence.start[:-1][every]]
    return SnappedPoints(
        start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        edge=half >> 1,
        fraction=(half & 1).astype(np.float64),
        leg_m=np.zeros(half.size),
    )


def _stacked(one: SnappedPoints, other: SnappedPoints) -> SnappedPoints:
    return SnappedPoints(
        start=np.concatenate([one.start, one.start[-1] + other.start[1:]]),
        edge=np.concatenate([one.edge, other.edge]),
        fraction=np.concatenate([one.fraction, other.fraction]),
        leg_m=np.concatenate([one.leg_m, other.leg_m]),
    )


def _joined(one: LinkCandidates, other: LinkCandidates) -> LinkCandidates:
    return LinkCandidates(
        far=_stacked(one.far, other.far),
        near=_stacked(one.near, other.near),
        **{
            name: np.concatenate([getattr(one, name), getattr(other, name)])
            for name in ("xy", "length_m", "barrier", "gate", "walk_s")
        },
    )
