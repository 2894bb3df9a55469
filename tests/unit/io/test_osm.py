"""The walking network of OpenStreetMap files: topology, gates, crossings, clipped ways."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
import shapely

from geoplan.domain.crs import reproject_xy
from geoplan.errors import EmptyNetworkError, InputError
from geoplan.io.osm import read_osm_network
from geoplan.model.network import Crossing, Structure, WalkNetwork
from geoplan.stages.network import edge_components
from tests.unit.io.osm_files import LAT, LON, write_osm

ROAD = {"highway": "residential"}
FOOT = {"highway": "footway"}


def read(tmp_path, nodes, ways, relations=None, **options) -> WalkNetwork:
    return read_osm_network(write_osm(tmp_path / "town.osm", nodes, ways, relations), **options)


def part_count(network: WalkNetwork) -> int:
    return int(edge_components(network).max()) + 1


def lengths_of(network: WalkNetwork, way: int) -> list[float]:
    return sorted(network.length_m[network.streets.way_id == way].round().tolist())


CROSS = {1: (0, 0), 2: (100, 0), 3: (250, 0), 4: (100, -50), 5: (100, 70)}


def test_ways_are_split_where_they_share_a_node(tmp_path):
    network = read(tmp_path, CROSS, {10: ([1, 2, 3], ROAD), 20: ([4, 2, 5], FOOT)})
    assert network.node_count == 5
    assert lengths_of(network, 10) == [100, 150]
    assert lengths_of(network, 20) == [50, 70]
    assert network.crs == "EPSG:4549"


def test_a_bend_is_no_junction(tmp_path):
    network = read(tmp_path, CROSS, {10: ([1, 2, 5], ROAD)})
    assert network.edge_count == 1
    assert shapely.get_num_coordinates(network.geometry).tolist() == [3]
    assert lengths_of(network, 10) == [170]


def test_ways_that_cross_without_a_shared_node_do_not_meet(tmp_path):
    bridge = FOOT | {"bridge": "yes", "layer": "1"}
    network = read(tmp_path, CROSS, {10: ([1, 3], ROAD), 20: ([4, 5], bridge)})
    assert part_count(network) == 2
    carried = network.streets.structure[network.streets.way_id == 20]
    assert carried.tolist() == [Structure.BRIDGE]


def test_a_way_that_meets_itself_keeps_its_loop(tmp_path):
    network = read(tmp_path, CROSS, {10: ([1, 2, 3, 5, 2, 4], ROAD)})
    assert network.edge_count == 3
    assert int((network.tail == network.head).sum()) == 1


def test_parallel_ways_are_both_kept(tmp_path):
    network = read(tmp_path, CROSS, {10: ([1, 2], ROAD), 20: ([1, 5, 2], FOOT)})
    assert network.edge_count == 2
    assert network.node_count == 2
    assert network.length_m[0] != network.length_m[1]


def test_nodes_that_the_extract_lacks_cut_the_way_and_do_not_drop_it(tmp_path):
    nodes = {1: (0, 0), 2: (50, 0), 4: (150, 0), 5: (200, 0)}
    network = read(tmp_path, nodes, {10: ([1, 2, 3, 4, 5, 6], ROAD)})
    assert lengths_of(network, 10) == [50, 50]
    assert part_count(network) == 2


def test_a_way_of_one_known_node_draws_nothing(tmp_path):
    network = read(tmp_path, CROSS, {10: ([1, 2], ROAD), 20: ([9, 3, 8], FOOT)})
    assert network.streets.way_id.tolist() == [10]


def test_streets_do_not_meet_at_a_locked_gate(tmp_path):
    nodes = CROSS | {2: (100, 0, {"barrier": "gate", "locked": "yes"})}
    network = read(tmp_path, nodes, {10: ([1, 2, 3], ROAD), 20: ([4, 2], FOOT)})
    assert part_count(network) == 3
    assert network.closed_gates.shape == (1, 2)
    np.testing.assert_allclose(network.closed_gates[0], network.node_xy.mean(axis=0), atol=60)
    ends = shapely.points(network.closed_gates)
    assert (shapely.distance(network.geometry, ends[0]) < 0.01).all()


def test_an_open_gate_and_a_bollard_are_passed(tmp_path):
    nodes = CROSS | {2: (100, 0, {"barrier": "gate"}), 3: (250, 0, {"barrier": "bollard"})}
    network = read(tmp_path, nodes, {10: ([1, 2, 3], ROAD), 20: ([3, 5], FOOT)})
    assert part_count(network) == 1
    assert network.closed_gates.shape == (0, 2)


def test_a_locked_gate_beside_every_street_is_not_reported(tmp_path):
    nodes = CROSS | {4: (100, -50, {"barrier": "gate", "locked": "yes"})}
    network = read(tmp_path, nodes, {10: ([1, 2, 3], ROAD)})
    assert network.closed_gates.shape == (0, 2)


def test_a_lift_between_two_levels_on_one_spot_connects_them(tmp_path):
    nodes = {1: (0, 0), 2: (100, 0), 3: (100, 0), 4: (200, 0)}
    lift = {"highway": "elevator", "wheelchair": "yes"}
    ways = {10: ([1, 2], FOOT), 20: ([2, 3], lift), 30: ([3, 4], FOOT)}
    network = read(tmp_path, nodes, ways)
    assert part_count(network) == 1
    assert network.length_m.min() == 0.0


@pytest.mark.parametrize(
    ("way_tags", "node_tags", "kind"),
    [
        ({"crossing": "traffic_signals"}, {}, Crossing.SIGNAL),
        ({}, {"crossing": "traffic_signals"}, Crossing.SIGNAL),
        ({}, {"crossing": "uncontrolled"}, Crossing.ZEBRA),
        ({"crossing": "unmarked"}, {"crossing": "traffic_signals"}, Crossing.UNCONTROLLED),
        ({}, {}, Crossing.UNCONTROLLED),
    ],
)
def test_one_crossing_makes_a_walker_wait_once(tmp_path, way_tags, node_tags, kind):
    nodes = CROSS | {2: (100, 0, {"highway": "crossing"} | node_tags)}
    crossing = FOOT | {"footway": "crossing"} | way_tags
    arterial = {"highway": "primary"}
    network = read(tmp_path, nodes, {10: ([1, 2, 3], arterial), 20: ([4, 2, 5], crossing)})
    over = network.streets.way_id == 20
    assert set(network.streets.crossing[over].tolist()) == {kind}
    np.testing.assert_allclose(
        np.sort(network.streets.crossing_share[over]), [50 / 120, 70 / 120], atol=1e-3
    )
    assert set(network.streets.crossing[~over].tolist()) == {Crossing.NONE}


def test_stairs_ramps_inclines_and_moving_stairs(tmp_path):
    stairs = {"highway": "steps", "conveying": "forward", "ramp": "yes", "incline": "up"}
    slope = FOOT | {"incline": "5%", "ramp": "yes"}
    network = read(tmp_path, CROSS, {10: ([1, 2], stairs), 20: ([2, 3], slope)})
    row = {way: int(np.flatnonzero(network.streets.way_id == way)[0]) for way in (10, 20)}
    streets = network.streets
    assert streets.steps[row[10]]
    assert streets.ramp[row[10]]
    assert not streets.ramp[row[20]]
    assert np.isnan(streets.incline[row[10]])
    assert streets.incline[row[20]] == pytest.approx(0.05)
    assert streets.forward[row[10]]
    assert not streets.backward[row[10]]


def test_an_edge_runs_from_tail_to_head_as_its_way_is_drawn(tmp_path):
    network = read(tmp_path, CROSS, {10: ([3, 2, 1], ROAD), 20: ([4, 2], FOOT)})
    starts = shapely.get_coordinates(shapely.get_point(network.geometry, 0))
    stops = shapely.get_coordinates(shapely.get_point(network.geometry, -1))
    np.testing.assert_array_equal(starts, network.node_xy[network.tail])
    np.testing.assert_array_equal(stops, network.node_xy[network.head])
    west = network.streets.way_id == 10
    assert (starts[west, 0] > stops[west, 0]).all()


SQUARE = {
    1: (0, 0),
    2: (100, 0),
    3: (100, 100),
    4: (0, 100),
    5: (40, 40),
    6: (60, 40),
    7: (60, 60),
    8: (50, 50),
    9: (200, 0),
}


def test_a_square_is_walked_along_its_rim_and_what_stands_inside_is_joined(tmp_path):
    ways = {
        10: ([1, 2, 3, 4, 1], {}),
        20: ([5, 6, 7, 5], {}),
        30: ([8, 7], FOOT),
        40: ([2, 9], ROAD),
    }
    members = [("w", 10, "outer"), ("w", 20, "inner")]
    area = {"type": "multipolygon", "highway": "pedestrian", "name": "火车站广场"}
    network = read(tmp_path, SQUARE, ways, {7: (members, area)})
    assert part_count(network) == 1
    link = network.streets.way_id == -1
    np.testing.assert_allclose(network.length_m[link], [np.hypot(40, 40)], rtol=1e-2)
    assert set(network.streets.name[network.streets.way_id == 10]) == {"火车站广场"}
    assert sum(lengths_of(network, 10)) == pytest.approx(400, abs=2)


def test_a_closed_area_way_is_walked_along_its_rim(tmp_path):
    area = {"highway": "pedestrian", "area": "yes"}
    network = read(tmp_path, SQUARE, {10: ([1, 2, 3, 4, 1], area), 40: ([2, 9], ROAD)})
    assert part_count(network) == 1
    assert sum(lengths_of(network, 10)) == pytest.approx(400, abs=2)


def test_walls_rails_and_water_stop_walkers(tmp_path):
    ways = {
        10: ([1, 9], ROAD),
        20: ([3, 4], {"barrier": "wall", "name": "围墙"}),
        30: ([5, 6], {"railway": "rail"}),
        40: ([6, 7], {"railway": "subway", "tunnel": "yes"}),
        50: ([1, 2, 3, 4, 1], {}),
    }
    lake = {3: ([("w", 50, "outer")], {"type": "multipolygon", "natural": "water", "name": "湖"})}
    barriers = read(tmp_path, SQUARE, ways, lake).barriers
    assert sorted(zip(barriers.kind.tolist(), barriers.name.tolist(), strict=True)) == [
        ("rail", ""),
        ("wall", "围墙"),
        ("water", "湖"),
    ]


def test_only_ways_that_touch_the_area_are_kept_and_none_is_cut(tmp_path):
    nodes = CROSS | {6: (5_000, 0), 7: (5_100, 0)}
    area = shapely.box(LON - 0.0001, LAT - 0.0001, LON + 0.0001, LAT + 0.0001)
    ways = {10: ([1, 2, 3], ROAD), 20: ([6, 7], ROAD)}
    network = read(tmp_path, nodes, ways, area=area)
    assert network.streets.way_id.tolist() == [10]
    assert lengths_of(network, 10) == [250]


def test_an_area_beside_the_streets_is_said(tmp_path):
    area = shapely.box(121.0, 31.0, 121.1, 31.1)
    with pytest.raises(EmptyNetworkError, match=r"town\.osm.*study area"):
        read(tmp_path, CROSS, {10: ([1, 2], ROAD)}, area=area)


def test_a_file_without_walkable_ways_is_said(tmp_path):
    with pytest.raises(EmptyNetworkError, match=r"town\.osm.*no walkable way"):
        read(tmp_path, CROSS, {10: ([1, 2], {"highway": "motorway"})})


@pytest.mark.parametrize("name", ["town.osm.pbf", "town.osm", "town.osm.gz", "town.osm.bz2"])
def test_a_file_that_is_not_what_its_ending_says_is_one_sentence(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"PK\x03\x04 a spreadsheet under a wrong name" * 20)
    with pytest.raises(InputError, match=r"not a readable OpenStreetMap file") as caught:
        read_osm_network(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_one_sentence(tmp_path):
    with pytest.raises(InputError, match="there is no such file"):
        read_osm_network(tmp_path / "nowhere.osm.pbf")


def test_a_packed_file_reads_like_the_plain_one(tmp_path):
    plain = write_osm(tmp_path / "town.osm", CROSS, {10: ([1, 2, 3], ROAD)})
    packed = tmp_path / "town.osm.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    one, other = read_osm_network(plain), read_osm_network(packed)
    assert shapely.to_wkb(one.geometry).tolist() == shapely.to_wkb(other.geometry).tolist()


def test_the_order_does_not_depend_on_the_file_and_neighbours_stay_near(tmp_path):
    nodes = {i + 1: (100 * (i % 12), 100 * (i // 12)) for i in range(144)}
    rows = [[12 * r + c + 1 for c in range(12)] for r in range(12)]
    streets = [*rows, *map(list, zip(*rows, strict=True))]
    ways = {50 + i: (refs, ROAD) for i, refs in enumerate(streets)}
    keys = np.random.default_rng(7).permutation(list(ways)).tolist()
    renamed = {key: ways[old] for key, old in zip(sorted(ways), keys, strict=True)}
    one = read(tmp_path, nodes, ways)
    other = read(tmp_path, nodes, renamed)
    np.testing.assert_array_equal(one.node_xy, other.node_xy)
    np.testing.assert_array_equal(one.tail, other.tail)
    np.testing.assert_array_equal(one.head, other.head)
    assert (np.lexsort((one.head, one.tail)) == np.arange(one.edge_count)).all()
    step = np.hypot(*np.diff(one.node_xy, axis=0).T)
    assert np.median(step) < 101


def test_the_metric_system_can_be_chosen(tmp_path):
    network = read(tmp_path, CROSS, {10: ([1, 2], ROAD)}, crs="EPSG:4528")
    expected = reproject_xy(np.array([[LON, LAT]]), "EPSG:4326", "EPSG:4528")
    assert network.crs == "EPSG:4528"
    assert np.hypot(*(network.node_xy - expected).T).min() < 0.1


def test_the_source_names_file_date_and_licence(tmp_path):
    network = read(tmp_path, CROSS, {10: ([1, 2], ROAD)})
    assert network.source.name == "town.osm"
    assert "OpenStreetMap contributors" in network.source.note
    assert not network.source.synthetic
