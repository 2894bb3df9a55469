"""Footbridges whose stairs nobody has mapped, in files of OpenStreetMap and in graphs.

The road runs east; a bridge for walkers crosses it from the south (3) to the north (4)::

    5 ---- 4 (0, 20) ---- 6
           |
    1 =====|===== 2   the road, (-100, 0) to (100, 0)
           |
    7 ---- 3 (0,-20) ---- 8
"""

from __future__ import annotations

import networkx as nx
import pytest

from geoplan.io.graphs import network_from_graph
from geoplan.io.osm import read_osm_network
from tests.unit.io.osm_files import write_osm

NODES = {
    1: (-100, 0),
    2: (100, 0),
    3: (0, -20),
    4: (0, 20),
    5: (-100, 20),
    6: (100, 20),
    7: (-100, -20),
    8: (100, -20),
    9: (0, 5),
    10: (60, -20),
    11: (60, 20),
}
ROAD = {"highway": "primary"}
FOOT = {"highway": "footway"}
DECK = {"highway": "footway", "bridge": "yes", "layer": "1"}
WALKS = {20: ([5, 4, 6], FOOT), 30: ([7, 3, 8], FOOT)}


def overpass_of(tmp_path, ways, deck=40, nodes=NODES):
    """Return the ends with presumed stairs of each edge of the deck's way, and of all others."""
    network = read_osm_network(write_osm(tmp_path / "town.osm", nodes, WALKS | ways))
    of_deck = network.streets.way_id == deck
    return (
        sorted(network.streets.overpass[of_deck].tolist()),
        int(network.streets.overpass[~of_deck].sum()),
    )


@pytest.mark.parametrize(
    ("below", "deck", "ends"),
    [
        (ROAD, DECK, 2),
        ({"highway": "motorway"}, DECK, 2),
        ({"highway": "trunk", "foot": "no"}, DECK, 2),
        ({"highway": "secondary", "foot": "use_sidepath"}, DECK, 2),
        ({"railway": "rail"}, DECK, 2),
        (ROAD, {"highway": "footway", "tunnel": "yes"}, 2),
        ({"waterway": "canal"}, DECK, 0),
        ({"highway": "footway"}, DECK, 0),
        ({"highway": "track"}, DECK, 0),
        (ROAD | {"tunnel": "yes"}, DECK, 0),
        (ROAD, FOOT, 0),
        (ROAD, {"highway": "cycleway", "bridge": "yes"}, 0),
        (ROAD, {"highway": "residential", "bridge": "yes"}, 0),
        (ROAD, DECK | {"ramp": "yes"}, 0),
        (ROAD, DECK | {"wheelchair": "limited"}, 0),
        (ROAD, DECK | {"wheelchair": "no"}, 2),
        (ROAD, DECK | {"bicycle": "designated"}, 0),
    ],
)
def test_a_footbridge_over_vehicles_without_mapped_stairs(tmp_path, below, deck, ends):
    assert overpass_of(tmp_path, {10: ([1, 2], below), 40: ([3, 4], deck)}) == ([ends], 0)


def test_mapped_stairs_say_all_there_is(tmp_path):
    nodes = NODES | {12: (0, -12)}
    ways = {
        10: ([1, 2], ROAD),
        40: ([12, 4], DECK),
        41: ([3, 12], {"highway": "steps"}),
    }
    assert overpass_of(tmp_path, ways, nodes=nodes) == ([0], 0)


def test_a_lift_at_the_bridge_is_a_way_without_stairs(tmp_path):
    nodes = NODES | {12: (0, -19)}
    ways = {
        10: ([1, 2], ROAD),
        40: ([12, 4], DECK),
        41: ([3, 12], {"highway": "elevator"}),
    }
    assert overpass_of(tmp_path, ways, nodes=nodes) == ([0], 0)


def test_a_bridge_drawn_as_two_ways_is_climbed_once(tmp_path):
    """Half the penalty at each end that meets the ground, also where one half crosses nothing."""
    ways = {
        10: ([1, 2], ROAD),
        40: ([3, 9], DECK),
        41: ([9, 4], DECK | {"name": "North half"}),
    }
    network = read_osm_network(write_osm(tmp_path / "town.osm", NODES, WALKS | ways))
    at = {
        int(way): int(ends)
        for way, ends in zip(network.streets.way_id, network.streets.overpass, strict=True)
        if ends
    }
    assert at == {40: 1, 41: 1}


def test_the_sidewalk_of_a_road_bridge_is_no_overpass(tmp_path):
    """A road bridge 10 m beside the deck is as even as the deck; 60 m away it proves nothing."""
    bridge = {"highway": "tertiary", "bridge": "yes"}
    nodes = NODES | {12: (10, -20), 13: (10, 20)}
    near = {10: ([1, 2], ROAD), 40: ([3, 4], DECK), 50: ([12, 13], bridge)}
    assert overpass_of(tmp_path, near, nodes=nodes) == ([0], 0)
    far = {10: ([1, 2], ROAD), 40: ([3, 4], DECK), 50: ([10, 11], bridge)}
    assert overpass_of(tmp_path, far) == ([2], 0)
    closed = {10: ([1, 2], ROAD), 40: ([3, 4], DECK), 50: ([12, 13], bridge | {"foot": "no"})}
    assert overpass_of(tmp_path, closed, nodes=nodes) == ([0], 0)


def test_a_road_on_a_bridge_below_is_no_road_beside(tmp_path):
    below = ROAD | {"bridge": "yes"}
    assert overpass_of(tmp_path, {10: ([1, 2], below), 40: ([3, 4], DECK)}) == ([2], 0)


@pytest.mark.parametrize("block", [1, 2, 3])
def test_the_size_of_a_block_of_boxes_changes_nothing(tmp_path, monkeypatch, block):
    monkeypatch.setattr("geoplan.io.carriageways._BLOCK", block)
    roads = {10 + row: ([1, 2], ROAD | {"name": str(row)}) for row in range(4)}
    assert overpass_of(tmp_path, roads | {40: ([3, 4], DECK)}) == ([2], 0)
    far = {1: (-100, 500), 2: (100, 500)}
    assert overpass_of(tmp_path, roads | {40: ([3, 4], DECK)}, nodes=NODES | far) == ([0], 0)


@pytest.mark.parametrize("road", ["primary", "motorway"])
@pytest.mark.parametrize(("tags", "ends"), [({}, 2), ({"wheelchair": "yes"}, 0)])
def test_a_graph_knows_its_overpasses(road, tags, ends):
    graph = nx.MultiDiGraph(crs="EPSG:4549")
    for node, (x, y) in NODES.items():
        graph.add_node(node, x=float(x), y=float(y))
    rows = [(1, 2, {"highway": road}), (3, 4, DECK | tags), (5, 4, FOOT), (7, 3, FOOT)]
    for tail, head, values in rows:
        graph.add_edge(tail, head, **values)
        graph.add_edge(head, tail, **values)
    streets = network_from_graph(graph).streets
    assert max(streets.overpass.tolist()) == ends
    assert "motorway" not in streets.way_class.tolist()
