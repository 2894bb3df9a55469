"""Networks from lines, tables and networkx graphs, and back to networkx."""

from __future__ import annotations

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geoplan.domain.profiles import PROFILES, Profile
from geoplan.errors import CrsError, EmptyNetworkError, InputError, NetworkError
from geoplan.io.graphs import (
    network_from_edges,
    network_from_graph,
    network_from_lines,
    network_to_graph,
    read_graphml,
)
from geoplan.model.network import Crossing, Structure, Wheelchair
from geoplan.stages.network import edge_components, walk_costs
from tests.towns import random_network

CRS = "EPSG:4549"


def layer(*lines, crs=CRS, **columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=[shapely.LineString(line) for line in lines], crs=crs)


def graph_of(edges, *, crs=CRS, nodes=None) -> nx.MultiDiGraph:
    graph = nx.MultiDiGraph(crs=crs)
    spots = nodes or {}
    for tail, head, tags in edges:
        for node in (tail, head):
            graph.add_node(node, x=100.0 * node, y=0.0, **spots.get(node, {}))
        graph.add_edge(tail, head, **tags)
    return graph


def twins(tail, head, **tags):
    return [(tail, head, tags | {"reversed": False}), (head, tail, tags | {"reversed": True})]


def test_ends_that_coincide_are_joined_and_crossings_are_not():
    lines = layer([(0, 0), (10, 0)], [(10, 0), (20, 0)], [(5, -5), (5, 5)])
    network = network_from_lines(lines)
    assert network.node_count == 5
    assert int(edge_components(network).max()) == 1
    np.testing.assert_allclose(np.sort(network.length_m), [10, 10, 10])


@pytest.mark.parametrize(("gap_m", "parts"), [(0.001, 1), (0.0006, 1), (0.002, 2)])
def test_a_millimetre_is_no_gap_wherever_it_falls(gap_m, parts):
    for east in (10.0, 10.0004, 499_876.5432):
        lines = layer([(0, 0), (east, 0)], [(east + gap_m, 0), (east + 20, 0)])
        assert int(edge_components(network_from_lines(lines)).max()) + 1 == parts


def test_an_unset_crs_is_refused():
    with pytest.raises(CrsError, match="EPSG:4490"):
        network_from_lines(layer([(0, 0), (1, 0)], crs=None))


def test_degrees_are_moved_to_metres():
    network = network_from_lines(layer([(119.97, 31.78), (119.98, 31.78)], crs="EPSG:4490"))
    assert network.crs == CRS
    np.testing.assert_allclose(network.length_m, [947.3], atol=1.0)


def test_columns_are_read_as_tags():
    lines = layer(
        [(0, 0), (10, 0)],
        [(10, 0), (20, 0)],
        [(20, 0), (30, 0)],
        [(30, 0), (40, 0)],
        highway=["steps", "residential", "footway", None],
        name=["石阶", None, float("nan"), "=1+1"],
        bridge=[None, "yes", None, None],
        wheelchair=["no", None, "yes", None],
        footway=[None, None, "crossing", None],
        crossing=[None, None, "traffic_signals", None],
    )
    network = network_from_lines(lines)
    row = np.argsort(shapely.get_x(shapely.centroid(network.geometry)))
    streets = network.streets.take(row)
    assert streets.way_class.tolist() == ["steps", "residential", "footway", "footway"]
    assert streets.name.tolist() == ["石阶", "", "", "=1+1"]
    assert streets.steps.tolist() == [True, False, False, False]
    assert streets.structure.tolist()[1] == Structure.BRIDGE
    assert streets.wheelchair.tolist() == [Wheelchair.NO, 0, Wheelchair.YES, 0]
    assert streets.crossing.tolist() == [0, 0, Crossing.SIGNAL, 0]
    assert streets.crossing_share.tolist() == [0, 0, 1, 0]


def test_shuffled_rows_give_the_same_network():
    rng = np.random.default_rng(3)
    corners = rng.integers(0, 5, (30, 2, 2)) * 100.0
    rows = [line for line in corners.tolist() if line[0] != line[1]]
    one = network_from_lines(layer(*rows))
    other = network_from_lines(layer(*[rows[i] for i in rng.permutation(len(rows))]))
    np.testing.assert_array_equal(one.node_xy, other.node_xy)
    np.testing.assert_array_equal(one.tail, other.tail)
    np.testing.assert_array_equal(one.head, other.head)
    assert shapely.to_wkb(one.geometry).tolist() == shapely.to_wkb(other.geometry).tolist()


def test_multilines_are_taken_apart_and_other_shapes_left_out():
    lines = gpd.GeoDataFrame(
        geometry=[
            shapely.MultiLineString([[(0, 0), (5, 0)], [(5, 0), (5, 9)]]),
            shapely.Point(3, 3),
            None,
            shapely.LineString([(1, 1), (1, 1)]),
            shapely.LineString([(0, 0, 4), (0, 7, 9)]),
        ],
        crs=CRS,
    )
    assert np.sort(network_from_lines(lines).length_m).tolist() == [5, 7, 9]


def test_a_layer_without_lines_is_said():
    points = gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)], crs=CRS)
    with pytest.raises(EmptyNetworkError, match="holds no line"):
        network_from_lines(points)
    with pytest.raises(EmptyNetworkError, match="closed to walkers"):
        network_from_lines(layer([(0, 0), (1, 0)], highway=["motorway"]))


def test_edges_keep_their_numbers_and_lengths():
    xy = np.array([[0, 0], [10, 0], [10, 10]])
    network = network_from_edges(xy, [2, 0], [1, 1], [99.0, 10.0], crs=CRS)
    np.testing.assert_array_equal(network.node_xy, xy)
    assert network.tail.tolist() == [2, 0]
    assert network.head.tolist() == [1, 1]
    assert network.length_m.tolist() == [99.0, 10.0]


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"crs": "EPSG:4490"}, CrsError, "not a metric system"),
        ({"u": [], "v": [], "length_m": []}, EmptyNetworkError, "no edge"),
        ({"v": [5]}, NetworkError, "from 0 to 1"),
        ({"u": [-1]}, NetworkError, "from 0 to 1"),
        ({"length_m": [-2.0]}, NetworkError, "not negative"),
        ({"length_m": [np.inf]}, NetworkError, "finite"),
        ({"length_m": [1.0, 2.0]}, NetworkError, "one value an edge"),
    ],
)
def test_impossible_edges_are_refused(changed, error, message):
    given_values = {"u": [0], "v": [1], "length_m": [5.0], "crs": CRS} | changed
    crs = given_values.pop("crs")
    with pytest.raises(error, match=message):
        network_from_edges(np.array([[0, 0], [5, 0]]), **given_values, crs=crs)


def test_twins_become_one_street_and_a_lone_edge_stays_one_way():
    graph = graph_of([*twins(0, 1, osmid=5), (1, 2, {"osmid": 6})])
    network = network_from_graph(graph)
    both = dict(
        zip(
            network.streets.way_id.tolist(),
            zip(network.streets.forward, network.streets.backward, strict=True),
            strict=True,
        )
    )
    assert both == {5: (True, True), 6: (True, False)}


def test_a_one_way_carriageway_is_walked_both_ways():
    network = network_from_graph(graph_of([(0, 1, {"oneway": True})]))
    assert network.streets.backward.all()
    stairs = network_from_graph(graph_of([(0, 1, {"oneway": True, "conveying": "forward"})]))
    assert not stairs.streets.backward.any()


def test_the_pieces_of_one_way_are_one_street():
    """A flight of stairs costs its penalty once, however many bends the graph draws."""
    pieces = [piece for i in range(4) for piece in twins(i, i + 1, osmid=9, highway="steps")]
    network = network_from_graph(graph_of(pieces))
    assert network.edge_count == 1
    assert network.length_m.tolist() == [400.0]
    assert shapely.get_num_coordinates(network.geometry).tolist() == [5]
    walker = PROFILES["elder60"]
    seconds = walk_costs(network, walker).forward_s[0]
    assert seconds == pytest.approx(400 / walker.speed_m_s + walker.steps_penalty_s)


def test_pieces_are_not_joined_where_another_way_meets_or_tags_change():
    graph = graph_of(
        [
            *twins(0, 1, osmid=9),
            *twins(1, 2, osmid=9),
            *twins(2, 3, osmid=9, highway="steps"),
            *twins(1, 7, osmid=8),
        ]
    )
    assert network_from_graph(graph).edge_count == 4


def test_a_ring_of_pieces_stays_a_ring():
    graph = nx.MultiDiGraph(crs=CRS)
    for node, (x, y) in enumerate([(0, 0), (10, 0), (10, 10)]):
        graph.add_node(node, x=x, y=y)
    for tail, head in [(0, 1), (1, 2), (2, 0)]:
        graph.add_edge(tail, head, osmid=4, reversed=False)
        graph.add_edge(head, tail, osmid=4, reversed=True)
    network = network_from_graph(graph)
    assert network.edge_count == 1
    assert network.tail[0] == network.head[0]
    assert network.length_m[0] == pytest.approx(20 + np.hypot(10, 10))


def test_a_loop_drawn_twice_is_one_loop():
    ring = shapely.LineString([(0, 0), (5, 5), (0, 9), (0, 0)])
    graph = graph_of([(0, 0, {"geometry": ring}), (0, 0, {"geometry": ring.reverse()})])
    network = network_from_graph(graph)
    assert network.edge_count == 1
    assert network.streets.backward.all()


def test_lengths_of_a_graph_without_shapes_are_its_own():
    graph = graph_of([(0, 1, {"length": 130.0}), (1, 2, {})])
    assert sorted(network_from_graph(graph).length_m.tolist()) == [100.0, 130.0]


def test_a_locked_gate_parts_the_streets_of_a_graph():
    gate = {1: {"barrier": "gate", "locked": "yes"}}
    graph = graph_of([*twins(0, 1, osmid=5), *twins(1, 2, osmid=5)], nodes=gate)
    network = network_from_graph(graph)
    assert int(edge_components(network).max()) == 1
    np.testing.assert_allclose(network.closed_gates, [[100, 0]])


def test_a_crossing_takes_its_kind_from_a_node_and_waits_once():
    nodes = {1: {"highway": "crossing", "crossing": "traffic_signals"}}
    crossing = {"osmid": 5, "footway": "crossing"}
    graph = graph_of([*twins(0, 1, **crossing), *twins(1, 3, **crossing)], nodes=nodes)
    streets = network_from_graph(graph).streets
    assert streets.crossing.tolist() == [Crossing.SIGNAL, Crossing.SIGNAL]
    np.testing.assert_allclose(np.sort(streets.crossing_share), [1 / 3, 2 / 3])


@pytest.mark.parametrize(
    ("graph", "error", "message"),
    [
        (graph_of([(0, 1, {})], crs=""), CrsError, "no 'crs'"),
        (graph_of([]), EmptyNetworkError, "no edge"),
        (graph_of([(0, 1, {"foot": "no"})]), EmptyNetworkError, "closed to walkers"),
        (nx.MultiDiGraph([(0, 1)], crs=CRS), InputError, "no x and y"),
    ],
)
def test_unusable_graphs_are_refused(graph, error, message):
    with pytest.raises(error, match=message):
        network_from_graph(graph)


def test_graphml_round_trip(tmp_path):
    graph = graph_of(
        [*twins(0, 1, osmid=5, name="['延陵东路', '延陵路']"), *twins(1, 2, osmid=6, name="[旧")]
    )
    path = tmp_path / "walk.graphml"
    nx.write_graphml(graph, path)
    network = read_graphml(path)
    assert sorted(network.streets.name.tolist()) == ["[旧", "延陵东路"]
    assert network.source.name == "walk.graphml"


@pytest.mark.parametrize("content", ["", "not xml", "<graphml><node/></graphml>", "<a/>"])
def test_a_broken_graphml_is_one_sentence(tmp_path, content):
    path = tmp_path / "walk.graphml"
    path.write_text(content)
    with pytest.raises(InputError) as caught:
        read_graphml(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@given(seed=st.integers(0, 10_000))
def test_a_network_written_to_networkx_keeps_every_shortest_time(seed):
    network = random_network(seed)
    costs = walk_costs(network, Profile(speed_m_s=1.0))
    graph = network_to_graph(network, costs)
    for edge, (tail, head) in enumerate(zip(network.tail, network.head, strict=True)):
        found = graph.get_edge_data(int(tail), int(head))
        if np.isfinite(costs.forward_s[edge]):
            mine = [one for one in found.values() if one["edge"] == edge]
            assert costs.forward_s[edge] in [one["seconds"] for one in mine]
    finite = np.isfinite(costs.forward_s).sum() + np.isfinite(costs.backward_s).sum()
    assert graph.number_of_edges() == finite
    assert graph.number_of_nodes() == network.node_count
