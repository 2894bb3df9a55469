"""Streets turned into ways that meet only at shared nodes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely import LineString

from tools.tianning_sample.frame import GRID_M
from tools.tianning_sample.gates import rounded
from tools.tianning_sample.streets import Street, lines_of

Node = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Way:
    """A way as the nodes it passes (EPSG:4549, on the grid) and its tags."""

    nodes: tuple[Node, ...]
    tags: dict[str, str]
    street: int
    """Index of the street it was drawn from, -1 for walls and barriers."""


@dataclass(frozen=True, slots=True)
class Mesh:
    """All ways and the tags of the nodes that have any."""

    ways: list[Way]
    node_tags: dict[Node, dict[str, str]] = field(default_factory=dict)


def _nodes(line: LineString) -> list[Node]:
    """The grid nodes of a line, no two alike in a row."""
    points = [rounded((x, y)) for x, y in shapely.get_coordinates(line)]
    return [p for i, p in enumerate(points) if i == 0 or p != points[i - 1]]


def _pieces(streets: list[Street]) -> dict[int, list[LineString]]:
    """The noded pieces of every street, in the order of its line."""
    lines = [street.line for street in streets]
    noded = lines_of(shapely.union_all(lines, grid_size=GRID_M))
    middles = shapely.line_interpolate_point(noded, 0.5, normalized=True)
    owner = shapely.STRtree(lines).query_nearest(middles, all_matches=False)[1]
    grouped: dict[int, list[tuple[float, LineString]]] = defaultdict(list)
    for piece, middle, street in zip(noded, middles, owner, strict=True):
        grouped[int(street)].append((lines[street].project(middle), piece))
    return {
        street: [piece for _, piece in sorted(found, key=lambda pair: pair[0])]
        for street, found in sorted(grouped.items())
    }


def _runs(pieces: list[LineString]) -> list[list[Node]]:
    """The pieces of one street joined end to end where they meet."""
    runs: list[list[Node]] = []
    for piece in pieces:
        nodes = _nodes(piece)
        if len(nodes) < 2:
            continue
        if (
            runs
            and runs[-1][0] in {nodes[0], nodes[-1]}
            and runs[-1][-1] not in {nodes[0], nodes[-1]}
        ):
            runs[-1].reverse()
        if runs and runs[-1][-1] == nodes[-1]:
            nodes.reverse()
        if runs and runs[-1][-1] == nodes[0] and runs[-1][0] != runs[-1][-1]:
            runs[-1] += nodes[1:]
        else:
            runs.append(nodes)
    return runs


def noded_ways(streets: list[Street], over: list[Street]) -> Mesh:
    """The ways of the streets, noded, and of what goes over them, joined at its ends alone."""
    ways = [
        Way(tuple(run), streets[index].way_tags(), index)
        for index, pieces in _pieces(streets).items()
        for run in _runs(pieces)
    ]
    ways += [
        Way(tuple(_nodes(street.line)), street.way_tags(), len(streets) + index)
        for index, street in enumerate(over)
    ]
    gates = {rounded(s.gate): s.gate_tags for s in streets if s.gate is not None}
    used = {node for way in ways for node in way.nodes}
    return Mesh(ways, {node: tags for node, tags in gates.items() if node in used})


def without_scraps(mesh: Mesh, islands: set[int]) -> Mesh:
    """The mesh without the small parts that nothing reaches, but with the declared islands.

    Closed gates part the net here as they do for a walker. ``islands`` are street indices.
    """
    numbers = {node: i for i, node in enumerate(sorted({n for w in mesh.ways for n in w.nodes}))}
    closed = {node for node, tags in mesh.node_tags.items() if tags.get("access") == "no"}
    steps = [
        (numbers[a], numbers[b])
        for way in mesh.ways
        for a, b in zip(way.nodes[:-1], way.nodes[1:], strict=True)
        if a not in closed and b not in closed
    ]
    pairs = np.array(steps).T
    graph = coo_array((np.ones(len(steps)), (pairs[0], pairs[1])), (len(numbers), len(numbers)))
    _, part = connected_components(graph, directed=False)
    main = int(np.bincount(part).argmax())
    kept_parts = {main} | {
        int(part[numbers[node]]) for way in mesh.ways if way.street in islands for node in way.nodes
    }
    ways = [way for way in mesh.ways if any(int(part[numbers[n]]) in kept_parts for n in way.nodes)]
    used = {node for way in ways for node in way.nodes}
    return Mesh(ways, {node: tags for node, tags in mesh.node_tags.items() if node in used})


def street_edges(mesh: Mesh) -> list[tuple[Node, ...]]:
    """The edges of the street graph: street ways split where they share a node or end."""
    streets = [way for way in mesh.ways if "highway" in way.tags]
    count: dict[Node, int] = defaultdict(int)
    for way in streets:
        for index, node in enumerate(way.nodes):
            count[node] += 2 if index in {0, len(way.nodes) - 1} else 1
    edges: list[tuple[Node, ...]] = []
    for way in streets:
        start = 0
        for index in range(1, len(way.nodes)):
            if count[way.nodes[index]] > 1:
                edges.append(way.nodes[start : index + 1])
                start = index
    return edges
