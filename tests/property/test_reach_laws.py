"""Laws of reach that hold on every network."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geoplan.domain.profiles import PROFILES, Profile
from geoplan.stages.bands import SMALLEST_HOLE_M2, filled, street_bands
from geoplan.stages.network import take_edges, walk_costs
from geoplan.stages.reach import node_times, search_graph, walking_times
from geoplan.stages.reached_parts import covered_length_m, part_lines, reached_parts
from geoplan.stages.service_areas import dissolved_areas, service_areas
from geoplan.stages.snapping import snap
from tests.towns import random_network, split_street

SEEDS = st.integers(0, 2**32 - 1)


def points_of(seed, count):
    return np.random.default_rng(seed + 7).uniform(-20, 520, (count, 2))


def times_table(network, profile, xy_homes, xy_facilities, limit_s=np.inf):
    costs = walk_costs(network, profile)
    facilities = snap(network, xy_facilities, limit_m=150.0)
    homes = snap(network, xy_homes, limit_m=150.0)
    times = walking_times(search_graph(network, costs, facilities), homes, limit_s=limit_s)
    table = np.full(times.seconds.shape, np.inf)
    coo = times.seconds.tocoo()
    table[coo.row, coo.col] = coo.data
    return table


@given(SEEDS)
def test_a_slower_walker_never_arrives_earlier(seed):
    network, homes, stations = random_network(seed), points_of(seed, 8), points_of(seed + 1, 3)
    order = ["adult", "elder60", "elder70", "elder80", "frail"]
    tables = [times_table(network, PROFILES[name], homes, stations) for name in order]
    for quick, slow in itertools.pairwise(tables):
        assert (slow >= quick - 1e-9).all()


@given(SEEDS)
def test_one_more_station_never_lowers_reach(seed):
    network, homes, stations = random_network(seed), points_of(seed, 8), points_of(seed + 1, 3)
    few = times_table(network, PROFILES["adult"], homes, stations[:2]).min(axis=0)
    more = times_table(network, PROFILES["adult"], homes, stations).min(axis=0)
    assert (more <= few + 1e-9).all()


@given(SEEDS)
def test_shuffled_streets_and_points_change_nothing(seed):
    network, homes, stations = random_network(seed), points_of(seed, 8), points_of(seed + 1, 3)
    rng = np.random.default_rng(seed + 3)
    edges = rng.permutation(network.edge_count).astype(np.int32)
    rows = rng.permutation(len(homes))
    before = times_table(network, PROFILES["elder60"], homes, stations)
    after = times_table(take_edges(network, edges), PROFILES["elder60"], homes[rows], stations)
    np.testing.assert_allclose(after, before[:, rows], rtol=0, atol=1e-9)


@given(SEEDS)
def test_relabelled_nodes_change_nothing(seed):
    """Node numbers are names: any other numbering gives the same times, bit for bit."""
    network, homes, stations = random_network(seed), points_of(seed, 8), points_of(seed + 1, 3)
    new = np.random.default_rng(seed + 5).permutation(network.node_count).astype(np.int32)
    node_xy = np.empty_like(network.node_xy)
    node_xy[new] = network.node_xy
    renamed = replace(network, node_xy=node_xy, tail=new[network.tail], head=new[network.head])
    before = times_table(network, PROFILES["elder70"], homes, stations)
    np.testing.assert_array_equal(
        times_table(renamed, PROFILES["elder70"], homes, stations), before
    )


@given(SEEDS, st.floats(0.05, 0.95))
def test_a_split_street_changes_nothing(seed, share):
    """A new node within a street parts it in two; time runs evenly along both parts."""
    network, homes, stations = random_network(seed), points_of(seed, 8), points_of(seed + 1, 3)
    edge = int(np.random.default_rng(seed + 5).integers(network.edge_count))
    profile = replace(PROFILES["adult"], steps_penalty_s=0.0)
    before = times_table(network, profile, homes, stations)
    after = times_table(split_street(network, edge, share), profile, homes, stations)
    np.testing.assert_allclose(after, before, rtol=0, atol=1e-6)


@given(SEEDS)
def test_reversed_streets_swap_the_directions(seed):
    """Times from a to b on the reversed network are times from b to a."""
    network, one, other = random_network(seed), points_of(seed, 5), points_of(seed + 1, 4)
    turned = replace(
        network,
        streets=replace(
            network.streets,
            forward=network.streets.backward,
            backward=network.streets.forward,
        ),
    )
    there = times_table(network, PROFILES["adult"], one, other)
    back = times_table(turned, PROFILES["adult"], other, one)
    np.testing.assert_allclose(there, back.T, rtol=0, atol=1e-9)


@given(SEEDS)
def test_neutral_profile_counts_metres(seed):
    network = random_network(seed)
    costs = walk_costs(network, Profile(speed_m_s=1.0))
    walkable = network.streets.forward
    np.testing.assert_array_equal(costs.forward_s[walkable], network.length_m[walkable])


@given(SEEDS, st.sampled_from([0.0, 60.0, 200.0, 900.0]))
def test_reached_parts_equal_a_sampled_walk(seed, limit_s):
    """A point of a street is in a reached part exactly when its own walk is short enough."""
    network, stations = random_network(seed), points_of(seed + 1, 3)
    costs = walk_costs(network, PROFILES["elder60"])
    facilities = snap(network, stations, limit_m=60.0)
    graph = search_graph(network, costs, facilities)
    node_s = node_times(graph, np.ones(3, bool), limit_s=limit_s)
    parts = reached_parts(network, costs, node_s, facilities, limit_s=limit_s)
    rng = np.random.default_rng(seed + 9)
    edge, share = rng.integers(0, network.edge_count, 40), rng.random(40)
    seconds = _time_from(network, costs, graph, edge, share)
    inside = np.array(
        [
            ((parts.edge == e) & (parts.start <= s) & (s <= parts.stop)).any()
            for e, s in zip(edge, share, strict=True)
        ]
    )
    clear = ~np.isclose(seconds, limit_s, rtol=0, atol=1e-6)
    assert (inside == (seconds <= limit_s))[clear].all()


def _time_from(network, costs, graph, edge, share):
    """Return the walk from a position on a street, by a home of zero leg on that street only."""
    from geoplan.model.network import SnappedPoints

    homes = SnappedPoints(
        start=np.arange(len(edge) + 1),
        edge=edge.astype(np.int32),
        fraction=share,
        leg_m=np.zeros(len(edge)),
    )
    times = walking_times(graph, homes, limit_s=np.inf)
    return times.nearest_s()


@given(SEEDS)
def test_parts_are_drawn_where_they_lie(seed):
    network, stations = random_network(seed), points_of(seed + 1, 2)
    costs = walk_costs(network, PROFILES["adult"])
    facilities = snap(network, stations, limit_m=120.0)
    node_s = node_times(search_graph(network, costs, facilities), np.ones(2, bool))
    parts = reached_parts(network, costs, node_s, facilities, limit_s=150.0)
    lines = part_lines(network, parts)
    length = (parts.stop - parts.start) * network.length_m[parts.edge]
    np.testing.assert_allclose(shapely.length(lines), length, rtol=0, atol=1e-6)
    metres = covered_length_m(network, parts, parts.edge, parts.start, parts.stop)
    np.testing.assert_allclose(metres, length, rtol=0, atol=1e-6)


@given(SEEDS)
def test_areas_are_valid_nested_and_hold_their_station(seed):
    network, stations = random_network(seed), points_of(seed + 1, 3)
    costs = walk_costs(network, PROFILES["elder60"])
    facilities = snap(network, stations, limit_m=120.0)
    graph = search_graph(network, costs, facilities)
    bands = street_bands(network)
    areas = service_areas(
        graph, bands, stations, (np.arange(3), np.array(["a", "b", "c"])), [1, 3, 5]
    )
    polygons = areas.geometry.reshape(3, 3)
    assert shapely.is_valid(polygons).all()
    assert shapely.contains(polygons, shapely.points(stations)[:, None]).all()
    for small, large in ((0, 1), (1, 2)):
        left_over = shapely.area(shapely.difference(polygons[:, small], polygons[:, large]))
        assert (left_over < 1e-6).all()
    giving = {"all": np.ones(3, bool), "none": np.zeros(3, bool)}
    whole = dissolved_areas(areas, giving).geometry.reshape(2, 3)
    union = filled(shapely.union_all(polygons[:, 2]), SMALLEST_HOLE_M2)
    assert shapely.area(shapely.symmetric_difference(whole[0, 2], union)) < 1e-6
    assert shapely.is_empty(whole[1]).all()


@given(SEEDS)
def test_an_area_is_the_band_around_the_reached_parts(seed):
    """Independent drawing: one buffer of all reached lines and the leg, with finer corners."""
    network, stations = random_network(seed), points_of(seed + 1, 1)
    costs = walk_costs(network, PROFILES["adult"])
    facilities = snap(network, stations, limit_m=200.0)
    graph = search_graph(network, costs, facilities)
    drawn = service_areas(
        graph,
        street_bands(network, smallest_hole_m2=0.0),
        stations,
        (np.arange(1), np.array(["a"])),
        [2, 4],
    ).geometry[1]
    node_s = node_times(graph, np.ones(1, bool), limit_s=240.0)
    parts = reached_parts(network, costs, node_s, facilities, limit_s=240.0)
    ends = shapely.line_interpolate_point(
        network.geometry[facilities.edge], facilities.fraction, normalized=True
    )
    legs = [
        shapely.LineString([station, end])
        for station, end in zip(np.repeat(stations, len(ends), axis=0), ends, strict=True)
    ]
    lines = [*part_lines(network, parts), *legs, shapely.Point(stations[0])]
    finer = shapely.union_all(shapely.buffer(np.array(lines, dtype=object), 30.0, quad_segs=32))
    difference = shapely.area(shapely.symmetric_difference(drawn, finer))
    assert difference <= 0.01 * shapely.area(finer)
