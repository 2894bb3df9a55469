"""Small made networks for tests: random ones, and the paper town with hand-computed answers."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import shapely
from shapely.ops import substring

from geoplan.model.labels import Labels
from geoplan.model.network import Barriers, Shapes, Streets, WalkNetwork
from geoplan.model.source import Source

CRS = "EPSG:4549"
SOURCE = Source(name="test", crs=CRS, synthetic=True)


def network_of(node_xy, edges, *, lines=None, barriers=None, **street_arrays) -> WalkNetwork:
    """Return a network of straight (or given) lines; ``street_arrays`` overrides columns."""
    node_xy = np.asarray(node_xy, dtype=float).reshape(-1, 2)
    tail, head = np.asarray(edges, dtype=np.int32).reshape(-1, 2).T
    if lines is None:
        lines = shapely.linestrings(np.stack([node_xy[tail], node_xy[head]], axis=1))
    lines = np.asarray(lines, dtype=object)
    texts = {"name": "names", "way_class": "classes"}
    labels = {
        column: Labels.of(street_arrays.pop(text))
        for text, column in texts.items()
        if text in street_arrays
    }
    streets = replace(Streets.plain(len(tail)), **street_arrays, **labels)
    return WalkNetwork(
        node_xy=node_xy,
        tail=np.ascontiguousarray(tail),
        head=np.ascontiguousarray(head),
        length_m=shapely.length(lines),
        shapes=Shapes.of_lines(lines, node_xy[tail], node_xy[head]),
        streets=streets,
        crs=CRS,
        source=SOURCE,
        barriers=barriers or Barriers.none(),
        closed_gates=np.empty((0, 2)),
    )


def random_network(seed: int, *, nodes: int = 12, edges: int = 18) -> WalkNetwork:
    """Return a random multigraph with islands, loops, parallel, zero-length and one-way edges."""
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, 500, (nodes, 2)).round(1)
    xy[rng.integers(nodes)] = xy[0]
    ends = rng.integers(0, nodes, (edges, 2))
    ends[0] = [0, 1]
    ends[1] = [0, 1]
    lines = []
    for tail, head in ends:
        middle = (xy[tail] + xy[head]) / 2 + rng.uniform(-80, 80, 2)
        corners = (
            [xy[tail], middle, xy[head]]
            if rng.random() < 0.5 or tail == head
            else [
                xy[tail],
                xy[head],
            ]
        )
        lines.append(shapely.LineString(corners))
    forward = rng.random(edges) < 0.85
    return network_of(
        xy,
        ends,
        lines=lines,
        forward=forward,
        backward=~forward | (rng.random(edges) < 0.85),
        steps=rng.random(edges) < 0.15,
        crossing=rng.integers(0, 4, edges).astype(np.uint8),
        crossing_share=rng.choice([0.0, 0.5, 1.0], edges),
    )


def split_street(network: WalkNetwork, edge: int, share: float) -> WalkNetwork:
    """Return the network with one more node, at a share of the length of one street."""
    line = network.geometry[edge]
    middle = shapely.line_interpolate_point(line, share, normalized=True)
    halves = [
        substring(line, low, high, normalized=True) for low, high in ((0.0, share), (share, 1.0))
    ]
    node = network.node_count
    tail, head = np.append(network.tail, node), np.append(network.head, network.head[edge])
    head[edge] = node
    lines = np.append(network.geometry, halves[1:])
    lines[edge] = halves[0]
    streets = network.streets.take(np.append(np.arange(network.edge_count), edge))
    portion = streets.crossing_share.copy()
    portion[edge], portion[-1] = portion[edge] * share, portion[edge] * (1.0 - share)
    node_xy = np.vstack([network.node_xy, shapely.get_coordinates(middle)])
    return replace(
        network,
        node_xy=node_xy,
        tail=tail.astype(np.int32),
        head=head.astype(np.int32),
        length_m=shapely.length(lines),
        shapes=Shapes.of_lines(lines, node_xy[tail], node_xy[head]),
        streets=replace(streets, crossing_share=portion),
    )


def oracle_graph(network, costs, homes, facilities):
    """Return a networkx graph in which every candidate is a node that splits its street."""
    import networkx as nx

    graph = nx.MultiDiGraph()
    graph.add_nodes_from(("node", i) for i in range(network.node_count))
    stops = {edge: [] for edge in range(network.edge_count)}
    for side, points in (("home", homes), ("facility", facilities)):
        for candidate, owner in enumerate(points.owner()):
            stops[int(points.edge[candidate])].append(
                (float(points.fraction[candidate]), (side, "stop", candidate))
            )
            leg = float(points.leg_m[candidate]) / costs.leg_speed_m_s
            if side == "home":
                graph.add_edge((side, int(owner)), (side, "stop", candidate), weight=leg)
            else:
                graph.add_edge((side, "stop", candidate), (side, int(owner)), weight=leg)
        graph.add_nodes_from((side, i) for i in range(len(points)))
    for edge, inner in stops.items():
        chain = [
            (0.0, ("node", int(network.tail[edge]))),
            *sorted(inner, key=lambda stop: stop[0]),
            (1.0, ("node", int(network.head[edge]))),
        ]
        for (a, here), (b, there) in itertools.pairwise(chain):
            for cost, source, target in (
                (costs.forward_s[edge], here, there),
                (costs.backward_s[edge], there, here),
            ):
                if np.isfinite(cost):
                    graph.add_edge(source, target, weight=float(cost) * (b - a))
                elif b == a:
                    graph.add_edge(source, target, weight=0.0)
    return graph


def locked(network, nodes) -> WalkNetwork:
    """Return the network with a locked gate at some nodes: every street end there stands alone."""
    ends = np.stack([network.tail, network.head]).astype(np.int32)
    node_xy = list(network.node_xy)
    for side, edge in np.argwhere(np.isin(ends, nodes)):
        node_xy.append(network.node_xy[ends[side, edge]])
        ends[side, edge] = len(node_xy) - 1
    return replace(
        network,
        node_xy=np.array(node_xy),
        tail=ends[0],
        head=ends[1],
        closed_gates=network.node_xy[np.unique(nodes)],
    )
