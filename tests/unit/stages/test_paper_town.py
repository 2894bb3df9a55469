"""The paper town: every answer is worked out by hand.

Nodes, metres::

    (0,100) A ----100---- B (100,100) ----100---- C (200,100)
              |             |
             100           100 steps
              |             |
    (0,0)   D ----100---- E (100,0)                 F (300,0) --50-- G (350,0)   island

``A-B`` is *North Road*, ``B-C`` *North Road* with a zebra, ``B-E`` stairs, ``D-E`` *South Lane*.
Station S stands at (0,100) on node A, without a leg.

seconds to S at 1 m/s      neutral   elder60 (+10 zebra, +90 stairs)   elder80 (0.8 m/s, no stairs)
home at B (100,100)          100       100                               125
home at C (200,100)          200       210                               260
home at E (100,0)            200       200 (by D; stairs: 100+90+100)    250
home 20 m south of D-E's
  middle (50,-20)            170       170                               212.5
home at F (300,0)            none      none                              none
"""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geoplan.domain.profiles import PROFILES, Profile
from geoplan.model.network import Barriers, Crossing
from geoplan.stages.network import edge_components, walk_costs
from geoplan.stages.reach import nearest_of_homes, node_times, search_graph, walking_times
from geoplan.stages.reached_parts import reached_parts
from geoplan.stages.snapping import snap
from tests.towns import network_of

NODES = [(0, 100), (100, 100), (200, 100), (0, 0), (100, 0), (300, 0), (350, 0)]
EDGES = [(0, 1), (1, 2), (0, 3), (1, 4), (3, 4), (5, 6)]
HOMES = np.array([(100, 100), (200, 100), (100, 0), (50, -20), (300, 0)], dtype=float)
STATION = np.array([(0, 100)], dtype=float)


def town():
    return network_of(
        NODES,
        EDGES,
        name=np.array(["North Road", "North Road", "", "", "South Lane", ""]),
        steps=np.array([0, 0, 0, 1, 0, 0], bool),
        crossing=np.array([0, Crossing.ZEBRA, 0, 0, 0, 0], np.uint8),
        crossing_share=np.array([0, 1.0, 0, 0, 0, 0]),
    )


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (Profile(speed_m_s=1.0), [100, 200, 200, 170, np.inf]),
        (PROFILES["elder60"], [100, 210, 200, 170, np.inf]),
        (PROFILES["elder80"], [125, 260, 250, 212.5, np.inf]),
    ],
)
def test_times_are_those_on_paper(profile, expected):
    network = town()
    station = snap(network, STATION, limit_m=60.0)
    homes = snap(network, HOMES, limit_m=60.0)
    graph = search_graph(network, walk_costs(network, profile), station)
    seconds, _ = nearest_of_homes(graph, homes, np.ones(1, bool))
    np.testing.assert_allclose(seconds, expected, atol=1e-9)


@pytest.mark.parametrize(("limit_s", "served"), [(99.9, 0), (100.0, 1), (210.0, 4), (900.0, 4)])
def test_the_limit_is_inclusive(limit_s, served):
    network = town()
    station = snap(network, STATION, limit_m=60.0)
    graph = search_graph(network, walk_costs(network, PROFILES["elder60"]), station)
    times = walking_times(graph, snap(network, HOMES, limit_m=60.0), limit_s=limit_s)
    assert times.seconds.nnz == served


def test_reach_ends_inside_streets():
    """At 150 s: A-B and A-D whole, 50 m each of D-E, of B-E and of B-C."""
    network = town()
    station = snap(network, STATION, limit_m=60.0)
    costs = walk_costs(network, Profile(speed_m_s=1.0))
    node_s = node_times(search_graph(network, costs, station), np.ones(1, bool), limit_s=150.0)
    parts = reached_parts(network, costs, node_s, station, limit_s=150.0)
    metres = dict(
        zip(parts.edge.tolist(), ((parts.stop - parts.start) * 100).tolist(), strict=True)
    )
    assert metres == pytest.approx({0: 100, 1: 50, 2: 100, 3: 50, 4: 50})


def test_a_wall_keeps_a_leg_from_the_street_behind_it():
    """A home 10 m from a walled-off street and 25 m from an open one starts on the open one."""
    wall = Barriers(
        geometry=np.array([shapely.LineString([(-50, 5), (250, 5)])], dtype=object),
        kind=np.array(["wall"]),
        name=np.array([""]),
    )
    network = network_of([(0, 0), (200, 0), (0, 35), (200, 35)], [(0, 1), (2, 3)], barriers=wall)
    points = snap(network, np.array([[100.0, 10.0]]), limit_m=100.0)
    assert points.edge.tolist() == [1]
    assert points.leg_m.tolist() == [25.0]


def test_a_home_walled_in_on_all_sides_keeps_its_nearest_street():
    square = shapely.LineString([(90, 5), (110, 5), (110, 15), (90, 15), (90, 5)])
    wall = Barriers(np.array([square], dtype=object), np.array(["wall"]), np.array([""]))
    network = network_of([(0, 0), (200, 0)], [(0, 1)], barriers=wall)
    assert snap(network, np.array([[100.0, 10.0]]), limit_m=100.0).edge.tolist() == [0]


def test_a_badly_connected_street_is_left_for_the_main_one_when_that_is_quicker():
    """The nearest street (5 m) is an island; the main street 40 m away leads to the station."""
    network = network_of(
        [(0, 0), (1000, 0), (90, 45), (110, 45)],
        [(0, 1), (2, 3)],
    )
    station = snap(network, np.array([[0.0, 0.0]]), limit_m=60.0)
    home = snap(network, np.array([[100.0, 40.0]]), limit_m=60.0)
    assert edge_components(network).tolist() == [0, 1]
    assert home.edge.tolist() == [1, 0]
    graph = search_graph(network, walk_costs(network, Profile(speed_m_s=1.0)), station)
    seconds, _ = nearest_of_homes(graph, home, np.ones(1, bool))
    assert seconds[0] == pytest.approx(100 + 40)


def test_a_point_on_a_bridge_does_not_jump_to_the_road_below():
    """Two streets cross without meeting; 5 m from the crossing a walker stays on their own."""
    network = network_of([(0, 0), (200, 0), (100, -100), (100, 100)], [(0, 1), (2, 3)])
    points = snap(network, np.array([[95.0, 0.0]]), limit_m=100.0)
    assert points.edge.tolist() == [0]


def test_a_home_between_two_streets_may_use_both():
    """10 m from one street and 18 m from the other: both; 35 m would be too far."""
    network = network_of([(0, 0), (200, 0), (0, 28), (200, 28)], [(0, 1), (2, 3)])
    between, beside = snap(network, np.array([[100.0, 10.0], [100.0, -7.0]]), limit_m=100.0).start[
        1:
    ] - [0, 2]
    assert (between, beside) == (2, 1)


def test_a_point_far_from_any_street_has_no_candidate():
    points = snap(town(), np.array([[5000.0, 0.0], [50.0, 0.0]]), limit_m=100.0)
    assert points.reached().tolist() == [False, True]


def test_one_way_for_walkers_makes_the_way_home_longer():
    """A loop of 100 + 300 m, the short side only away from home: home to station 100 s."""
    network = network_of(
        [(0, 0), (100, 0), (0, 100), (100, 100)],
        [(0, 1), (0, 2), (2, 3), (3, 1)],
        backward=np.array([0, 1, 1, 1], bool),
    )
    ends = snap(network, np.array([[0.0, 0.0], [100.0, 0.0]]), limit_m=1.0)
    graph = search_graph(network, walk_costs(network, Profile(speed_m_s=1.0)), ends)
    times = walking_times(graph, ends, limit_s=1000.0).seconds.toarray()
    assert times[1, 0] == pytest.approx(100)
    assert times[0, 1] == pytest.approx(300)
