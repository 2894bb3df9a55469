"""An unmarked crossing makes walkers wait on an arterial, not on a quiet street."""

from __future__ import annotations

import networkx as nx
import pytest

from geoplan.domain.profiles import PROFILES
from geoplan.io.graphs import network_from_graph
from geoplan.io.osm import read_osm_network
from geoplan.model.network import Crossing
from geoplan.stages.network import walk_costs
from tests.unit.io.osm_files import write_osm

SPOTS = {1: (-100, 0), 2: (0, 0), 3: (100, 0), 4: (0, -10), 5: (0, 10), 6: (-50, 10)}
CROSSING = {"highway": "footway", "footway": "crossing"}
CASES = [
    ("primary", "unmarked", True),
    ("tertiary_link", "unmarked", True),
    ("residential", "unmarked", False),
    ("service", "", False),
    ("residential", "traffic_signals", True),
    ("residential", "zebra", True),
]


def extra_s(network):
    """Return the seconds beyond the walk itself over both halves of the crossing."""
    walker = PROFILES["elder60"]
    costs = walk_costs(network, walker)
    crossing = network.streets.crossing != Crossing.NONE
    return float((costs.forward_s - network.length_m)[crossing].sum())


@pytest.mark.parametrize(("road", "kind", "waits"), CASES)
def test_a_crossing_in_a_file_of_openstreetmap(tmp_path, road, kind, waits):
    tags = CROSSING | ({"crossing": kind} if kind else {})
    ways = {10: ([1, 2, 3], {"highway": road}), 40: ([4, 2, 5], tags)}
    network = read_osm_network(write_osm(tmp_path / "town.osm", SPOTS, ways))
    expected = {"traffic_signals": 35.0, "zebra": 10.0}.get(kind, 40.0) if waits else 0.0
    assert extra_s(network) == pytest.approx(expected)


@pytest.mark.parametrize(("road", "kind", "waits"), CASES)
def test_a_crossing_in_a_graph(road, kind, waits):
    tags = CROSSING | {"crossing": kind, "osmid": 40}
    graph = nx.MultiDiGraph(crs="EPSG:4549")
    for node, (x, y) in SPOTS.items():
        graph.add_node(node, x=float(x), y=float(y))
    for tail, head, values in (
        (1, 2, {"highway": road, "osmid": 10}),
        (2, 3, {"highway": road, "osmid": 10}),
        (4, 2, tags),
        (2, 5, tags),
    ):
        graph.add_edge(tail, head, reversed=False, **values)
        graph.add_edge(head, tail, reversed=True, **values)
    expected = {"traffic_signals": 35.0, "zebra": 10.0}.get(kind, 40.0) if waits else 0.0
    assert extra_s(network_from_graph(graph)) == pytest.approx(expected)


def test_a_crossing_of_a_closed_road_waits_though_its_end_meets_a_quiet_one(tmp_path):
    ways = {
        10: ([1, 2, 3], {"highway": "trunk", "foot": "no"}),
        20: ([6, 5], {"highway": "service"}),
        40: ([4, 2, 5], CROSSING),
    }
    network = read_osm_network(write_osm(tmp_path / "town.osm", SPOTS, ways))
    assert extra_s(network) == pytest.approx(40.0)


def test_a_crossing_that_meets_no_road_of_the_file_keeps_its_wait(tmp_path):
    network = read_osm_network(write_osm(tmp_path / "town.osm", SPOTS, {40: ([4, 2, 5], CROSSING)}))
    assert extra_s(network) == pytest.approx(40.0)
