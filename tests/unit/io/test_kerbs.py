"""Kerbs on street edges, in files of OpenStreetMap and in graphs.

A crossing runs north over a road (node 2); sidewalks lie along the road::

    6 ---- 3 ---- 7      sidewalk, (100, 8)
           |
    1 ==== 2 ==== 5      road, (100, 0)
           |
    8 ---- 4 ---- 9      sidewalk, (100, -8)
"""

from __future__ import annotations

import itertools
import math

import networkx as nx
import numpy as np
import pytest

from geoplan.io.graphs import network_from_graph
from geoplan.io.osm import read_osm_network
from tests.unit.io.osm_files import write_osm

SPOTS = {
    1: (0, 0),
    2: (100, 0),
    3: (100, 8),
    4: (100, -8),
    5: (200, 0),
    6: (0, 8),
    7: (200, 8),
    8: (0, -8),
    9: (200, -8),
}
ROAD = {"highway": "residential"}
WALK = {"highway": "footway", "footway": "sidewalk"}
CROSS = {"highway": "footway", "footway": "crossing"}
WAYS = {10: ([1, 2, 5], ROAD), 20: ([6, 3, 7], WALK), 30: ([8, 4, 9], WALK)}
RAISED = {"barrier": "kerb", "kerb": "raised"}
LOWERED = {"barrier": "kerb", "kerb": "lowered"}


def read(tmp_path, node_tags, crossing, ways=WAYS):
    nodes = {
        key: (*spot, node_tags[key]) if key in node_tags else spot for key, spot in SPOTS.items()
    }
    ways = ways | {40: ([4, 2, 3], CROSS | crossing)}
    return read_osm_network(write_osm(tmp_path / "town.osm", nodes, ways))


def graph(node_tags, crossing):
    made = nx.MultiDiGraph(crs="EPSG:4549")
    for node, (x, y) in SPOTS.items():
        made.add_node(node, x=float(x), y=float(y), **node_tags.get(node, {}))
    for way, (refs, tags) in (WAYS | {40: ([4, 2, 3], CROSS | crossing)}).items():
        for tail, head in itertools.pairwise(refs):
            made.add_edge(tail, head, osmid=way, reversed=False, **tags)
            made.add_edge(head, tail, osmid=way, reversed=True, **tags)
    return network_from_graph(made)


def kerbs_of(network, way):
    """Return the kerbs of a way's edges from south to north, None when unknown."""
    rows = np.flatnonzero(network.streets.way_id == way)
    middle = [float(np.mean(network.geometry[row].coords.xy[1])) for row in rows]
    found = network.streets.kerb_m[rows[np.argsort(middle)]].tolist()
    return [None if math.isnan(one) else one for one in found]


CASES = [
    ({}, {}, [None, None]),
    ({3: RAISED, 4: LOWERED}, {}, [0.02, 0.15]),
    ({3: {"kerb": "flush"}, 4: {"kerb": "flush"}}, {}, [0.0, 0.0]),
    ({2: {"highway": "crossing", "kerb": "raised"}}, {}, [0.15, 0.15]),
    ({}, {"kerb": "lowered"}, [0.02, 0.02]),
    ({3: RAISED}, {"kerb": "lowered"}, [0.02, 0.15]),
    ({3: {"barrier": "kerb", "kerb:height": "0.04"}}, {}, [None, 0.04]),
]


@pytest.mark.parametrize(("node_tags", "crossing", "expected"), CASES)
def test_a_crossing_climbs_its_kerbs_and_those_who_walk_along_do_not(
    tmp_path, node_tags, crossing, expected
):
    for network in (read(tmp_path, node_tags, crossing), graph(node_tags, crossing)):
        assert kerbs_of(network, 40) == expected
        others = network.streets.way_id != 40
        assert np.isnan(network.streets.kerb_m[others]).all()


def test_a_kerb_inside_another_way_is_climbed_on_it(tmp_path):
    """A drive of three nodes climbs the kerb at its middle; its neighbours do not."""
    nodes = {1: (0, 0), 2: (50, 0, RAISED), 3: (100, 0), 4: (150, 0)}
    ways = {10: ([1, 2, 3], {"highway": "service"}), 20: ([3, 4], WALK)}
    network = read_osm_network(write_osm(tmp_path / "town.osm", nodes, ways))
    assert kerbs_of(network, 10) == [0.15]
    assert kerbs_of(network, 20) == [None]


def test_a_kerb_at_the_crossing_node_of_a_road_is_not_climbed_along_the_road(tmp_path):
    nodes = {1: (0, 0), 2: (50, 0, {"highway": "crossing", "kerb": "raised"}), 3: (100, 0)}
    network = read_osm_network(write_osm(tmp_path / "town.osm", nodes, {10: ([1, 2, 3], ROAD)}))
    assert kerbs_of(network, 10) == [None]


def test_a_kerb_between_two_pieces_of_a_way_of_a_graph_is_climbed():
    made = nx.MultiDiGraph(crs="EPSG:4549")
    for node, x in {1: 0.0, 2: 50.0, 3: 100.0}.items():
        made.add_node(node, x=x, y=0.0, **(RAISED if node == 2 else {}))
    for tail, head in ((1, 2), (2, 3)):
        made.add_edge(tail, head, osmid=10, reversed=False, highway="service")
        made.add_edge(head, tail, osmid=10, reversed=True, highway="service")
    assert kerbs_of(network_from_graph(made), 10) == [0.15, 0.15]
