"""Service areas the slow way: times by networkx, a disc at every few metres of street in reach."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import shapely

from geoplan.stages.bands import BAND_M


def sampled_area(network, costs, point, xy, limit_s, *, step_m):
    """Return the union of true discs around sampled positions within the limit, legs and station.

    ``point`` holds the candidates of one facility at ``xy``. Where a street passes the limit
    between two samples, the place where it does is sampled too.
    """
    node_s = _node_seconds(network, costs, point, limit_s)
    near = np.isfinite(node_s[network.tail]) | np.isfinite(node_s[network.head])
    edges = np.union1d(np.flatnonzero(near), point.edge)
    spots = [shapely.Point(xy)]
    for edge in edges.tolist():
        share = _shares(network.geometry[edge], step_m)
        seconds = _seconds_from(network, costs, point, node_s, edge, share)
        share = np.concatenate([share[seconds <= limit_s], _passing(share, seconds, limit_s)])
        line = network.geometry[edge]
        spots.extend(shapely.line_interpolate_point(line, share, normalized=True))
    legs = [
        shapely.LineString(
            [xy, shapely.line_interpolate_point(network.geometry[edge], share, normalized=True)]
        )
        for edge, share, leg_m in zip(point.edge, point.fraction, point.leg_m, strict=True)
        if leg_m / costs.leg_speed_m_s <= limit_s
    ]
    shapes = np.array([*spots, *legs], dtype=object)
    return shapely.union_all(shapely.buffer(shapes, BAND_M, quad_segs=32))


def _shares(line, step_m):
    """Return positions every ``step_m`` at most, the corners among them."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line.coords, axis=0).T))])
    steps = [
        np.linspace(first, last, max(int(np.ceil((last - first) / step_m)), 1) + 1)
        for first, last in itertools.pairwise(along)
    ]
    return np.unique(np.concatenate(steps)) / max(along[-1], 1e-12)


def _node_seconds(network, costs, point, limit_s):
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(network.node_count))
    arcs = [
        *zip(network.head, network.tail, costs.forward_s, strict=True),
        *zip(network.tail, network.head, costs.backward_s, strict=True),
    ]
    legs = point.leg_m / costs.leg_speed_m_s
    for edge, share, leg in zip(point.edge, point.fraction, legs, strict=True):
        arcs.append(("facility", network.tail[edge], _part(share, costs.forward_s[edge]) + leg))
        arcs.append(
            ("facility", network.head[edge], _part(1 - share, costs.backward_s[edge]) + leg)
        )
    graph.add_node("facility")
    graph.add_weighted_edges_from(arc for arc in arcs if np.isfinite(arc[2]))
    found = nx.single_source_dijkstra_path_length(graph, "facility", cutoff=limit_s + 1e-9)
    return np.array([found.get(node, np.inf) for node in range(network.node_count)])


def _seconds_from(network, costs, point, node_s, edge, share):
    forward, backward = costs.forward_s[edge], costs.backward_s[edge]
    ways = [
        _part(share, backward) + node_s[network.tail[edge]],
        _part(1 - share, forward) + node_s[network.head[edge]],
    ]
    for row in np.flatnonzero(point.edge == edge).tolist():
        ahead = point.fraction[row] - share
        direct = np.where(ahead >= 0, _part(np.abs(ahead), forward), _part(np.abs(ahead), backward))
        ways.append(direct + point.leg_m[row] / costs.leg_speed_m_s)
    return np.min(ways, axis=0)


def _passing(share, seconds, limit_s):
    here, there = seconds[:-1], seconds[1:]
    passes = ((here <= limit_s) != (there <= limit_s)) & np.isfinite(here) & np.isfinite(there)
    way = (limit_s - here[passes]) / (there[passes] - here[passes])
    return share[:-1][passes] + way * np.diff(share)[passes]


def _part(share, seconds):
    share = np.asarray(share, dtype=float)
    return np.where(share == 0.0, 0.0, np.where(share == 0.0, 1.0, share) * seconds)
