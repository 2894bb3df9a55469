"""Walls of compounds and the courses of canal and railway, as ways of the mesh."""

from __future__ import annotations

import shapely
from shapely import Point

from tools.tianning_sample.barriers import Barrier
from tools.tianning_sample.gates import rounded
from tools.tianning_sample.nets import Net
from tools.tianning_sample.noding import Mesh, Node, Way
from tools.tianning_sample.streets import MADE_SOURCE

WALL = {"barrier": "wall", "source": MADE_SOURCE}


def _wall(net: Net, mesh: Mesh) -> Way:
    """The closed wall of a compound, with its gates as shared nodes."""
    ring = net.area.exterior
    corners = [(ring.project(Point(xy)), rounded((xy[0], xy[1]))) for xy in ring.coords[:-1]]
    gates = [(ring.project(Point(gate)), gate) for gate in net.gates if gate in mesh.node_tags]
    nodes: list[Node] = []
    for _, node in sorted(corners + gates):
        if not nodes or node != nodes[-1]:
            nodes.append(node)
    return Way((*nodes, nodes[0]), WALL, -1)


def _course(barrier: Barrier) -> Way:
    nodes = dict.fromkeys(rounded((x, y)) for x, y in shapely.get_coordinates(barrier.line))
    return Way(tuple(nodes), barrier.tags, -1)


def with_barriers(mesh: Mesh, nets: list[Net], barriers: list[Barrier]) -> Mesh:
    """The mesh with the walls of all walled nets and the courses of the barriers."""
    walls = [_wall(net, mesh) for net in nets if net.walled]
    return Mesh([*mesh.ways, *walls, *(_course(b) for b in barriers)], mesh.node_tags)
