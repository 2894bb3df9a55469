"""Networks with one more link: what a missing link changes when it is really made.

Homes and facilities keep the places where they meet the streets: a gate or a bridge is walked
through, and nobody's door opens onto it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely

from geoplan.model.arrays import Floats, Indices, Ints
from geoplan.model.labels import Labels
from geoplan.model.links import LinkCandidates
from geoplan.model.network import Shapes, SnappedPoints, Streets, WalkNetwork
from geoplan.model.reach import EdgeCosts
from geoplan.stages.reach import SearchGraph, search_graph
from geoplan.stages.reached_parts import ReachedParts, part_lines
from geoplan.stages.street_changes import gates_opened


@dataclass(frozen=True, slots=True, eq=False)
class _Cuts:
    """Streets cut at inner places: the parts of all streets, and the node of each cut."""

    network: WalkNetwork
    edge: Indices
    """(k,) street of each cut, ascending, then by fraction."""
    fraction: Floats
    """(k,) 0..1, without the ends."""

    def parts(self) -> ReachedParts:
        """Return the parts: those that begin streets by street, then one after each cut."""
        whole = np.arange(self.network.edge_count)
        edge = np.concatenate([whole, self.edge])
        start = np.concatenate([np.zeros(whole.size), self.fraction])
        order = np.lexsort([start, edge])
        stop = np.ones(edge.size)
        follows = edge[order][1:] == edge[order][:-1]
        stop[order[:-1][follows]] = start[order[1:][follows]]
        return ReachedParts(edge=edge, start=start, stop=stop)

    def node(self, edge: int, fraction: float) -> int:
        """Return the node at a place on a street."""
        if fraction <= 0.0:
            return int(self.network.tail[edge])
        if fraction >= 1.0:
            return int(self.network.head[edge])
        cut = np.flatnonzero((self.edge == edge) & (self.fraction == fraction))[0]
        return self.network.node_count + int(cut)


def link_added(
    graph: SearchGraph, homes: SnappedPoints, links: LinkCandidates, row: int
) -> tuple[SearchGraph, SnappedPoints]:
    """Return the search graph with one of the links, and the homes on its streets.

    A new link is one more street, level and open both ways, at the walker's own speed; the streets
    that it joins are cut where it meets them. A gate that opens adds no street.
    """
    if links.gate[row] >= 0:
        network, _ = gates_opened(graph.network, links.gate[[row]])
        return search_graph(network, graph.costs, graph.facilities), homes
    ends = [_place(side, row) for side in (links.far, links.near)]
    cuts = _cuts(graph.network, ends)
    parts = cuts.parts()
    network = _with_street(cuts, parts, (cuts.node(*ends[0]), cuts.node(*ends[1])))
    costs = _costs(graph.costs, parts, float(links.length_m[row]))
    facilities = _on_parts(graph.facilities, cuts, parts)
    return search_graph(network, costs, facilities), _on_parts(homes, cuts, parts)


def _place(points: SnappedPoints, row: int) -> tuple[int, float]:
    first = points.start[row]
    return int(points.edge[first]), float(points.fraction[first])


def _cuts(network: WalkNetwork, ends: list[tuple[int, float]]) -> _Cuts:
    inner = sorted({(edge, fraction) for edge, fraction in ends if 0.0 < fraction < 1.0})
    return _Cuts(
        network=network,
        edge=np.array([edge for edge, _ in inner], dtype=np.int32),
        fraction=np.array([fraction for _, fraction in inner], dtype=np.float64),
    )


def _with_street(cuts: _Cuts, parts: ReachedParts, joined: tuple[int, int]) -> WalkNetwork:
    """Return the network of the parts, and the straight street between two nodes as the last."""
    network = cuts.network
    cut_xy = shapely.get_coordinates(
        shapely.line_interpolate_point(network.lines(cuts.edge), cuts.fraction, normalized=True)
    )
    node_xy = np.concatenate([network.node_xy, cut_xy])
    tail, head = _part_ends(cuts, parts)
    tail, head = np.append(tail, joined[0]), np.append(head, joined[1])
    line = shapely.LineString(node_xy[list(joined)])
    lines = part_lines(network, parts)
    lines = np.append(lines, np.array([line], dtype=object))
    share = parts.stop - parts.start
    return replace(
        network,
        node_xy=node_xy,
        tail=tail.astype(np.int32),
        head=head.astype(np.int32),
        length_m=np.append(network.length_m[parts.edge] * share, shapely.length(line)),
        shapes=Shapes.of_lines(lines, node_xy[tail], node_xy[head]),
        streets=_with_plain_street(_shared(network.streets.take(parts.edge), share)),
    )


def _part_ends(cuts: _Cuts, parts: ReachedParts) -> tuple[Ints, Ints]:
    """Return the nodes at both ends of each part."""
    network = cuts.network
    cut = network.node_count + np.arange(cuts.edge.size)
    tail = np.concatenate([network.tail, cut]).astype(np.int64)
    head = network.head[parts.edge].astype(np.int64)
    # a loop: a link has two ends
    for number, (edge, fraction) in enumerate(zip(cuts.edge, cuts.fraction, strict=True)):
        head[(parts.edge == edge) & (parts.stop == fraction)] = cut[number]
    return tail, head


def _shared(streets: Streets, share: Floats) -> Streets:
    """Return the streets with their one wait shared over their parts."""
    return replace(streets, crossing_share=streets.crossing_share * share)


def _with_plain_street(streets: Streets) -> Streets:
    """Return the streets and, as the last one, a level and unnamed footway."""
    plain = Streets.plain(1)
    return Streets(
        classes=Labels.of(np.append(streets.way_class, plain.way_class)),
        names=Labels.of(np.append(streets.name, plain.name)),
        **{
            name: np.append(getattr(streets, name), getattr(plain, name))
            for name in Streets.array_names()
        },
    )


def _costs(costs: EdgeCosts, parts: ReachedParts, length_m: float) -> EdgeCosts:
    share, over_s = parts.stop - parts.start, length_m / costs.leg_speed_m_s
    return EdgeCosts(
        forward_s=np.append(costs.forward_s[parts.edge] * share, over_s),
        backward_s=np.append(costs.backward_s[parts.edge] * share, over_s),
        leg_speed_m_s=costs.leg_speed_m_s,
    )


def _on_parts(points: SnappedPoints, cuts: _Cuts, parts: ReachedParts) -> SnappedPoints:
    """Return the same places on the parts of their streets."""
    edge, fraction = points.edge.copy(), points.fraction.copy()
    # a loop: only the two streets that the link meets have parts
    for number in np.flatnonzero(np.isin(parts.edge, cuts.edge)).tolist():
        start, stop = parts.start[number], parts.stop[number]
        here = (points.edge == parts.edge[number]) & (points.fraction >= start)
        here &= points.fraction <= stop
        edge[here] = number
        fraction[here] = (points.fraction[here] - start) / (stop - start)
    return replace(points, edge=edge, fraction=np.clip(fraction, 0.0, 1.0))
