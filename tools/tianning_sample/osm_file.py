"""The mesh as an OpenStreetMap file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import osmium

from tools.tianning_sample.frame import degrees
from tools.tianning_sample.noding import Mesh

GENERATOR = "geoplan made data"


def write_osm(mesh: Mesh, path: Path) -> None:
    """Nodes then ways, ids from 1, no times and no users; an old file is replaced."""
    nodes = sorted({node for way in mesh.ways for node in way.nodes})
    ids = {node: number for number, node in enumerate(nodes, start=1)}
    places = degrees(np.array(nodes))
    header = osmium.io.Header()
    header.set("generator", GENERATOR)
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(path), header=header) as writer:
        for node, (lon, lat) in zip(nodes, places, strict=True):
            tags = mesh.node_tags.get(node, {})
            writer.add_node(
                osmium.osm.mutable.Node(id=ids[node], location=(float(lon), float(lat)), tags=tags)
            )
        for number, way in enumerate(mesh.ways, start=1):
            writer.add_way(
                osmium.osm.mutable.Way(id=number, nodes=[ids[n] for n in way.nodes], tags=way.tags)
            )
