"""Walkers on paper: what each may use and how long it takes, worked out by hand.

Distances in metres, times in seconds. Speeds: adult 1.33, elder60 1.00, elder80 0.80,
wheelchair 0.70 m/s. A station stands on a node of each town, without a leg.
"""

from __future__ import annotations

import numpy as np
import pytest

from geoplan.domain.profiles import PROFILES, Profile
from geoplan.model.network import Crossing, Structure, Surface
from geoplan.stages.network import walk_costs
from geoplan.stages.reach import ROUNDING_S, nearest_of_homes, search_graph, walking_times
from geoplan.stages.snapping import snap
from tests.towns import network_of


def seconds(network, profile, home, station=(0.0, 0.0)):
    """Return the walk of one home, inf when there is none."""
    stations = snap(network, np.array([station]), limit_m=1.0)
    homes = snap(network, np.array([home], dtype=float), limit_m=1.0)
    graph = search_graph(network, walk_costs(network, profile), stations)
    return float(nearest_of_homes(graph, homes, np.ones(1, bool))[0][0])


def column(count, dtype, **values):
    """Return an array of zeros with single rows set: ``row3=1``."""
    array = np.zeros(count, dtype)
    for row, value in values.items():
        array[int(row.removeprefix("row"))] = value
    return array


BRIDGE_NODES = [(0, 0), (0, 10), (0, 40), (0, 50), (-200, 0), (-200, 50)]
BRIDGE_EDGES = [(0, 1), (1, 2), (2, 3), (0, 4), (4, 5), (5, 3)]


def footbridge(*, mapped, ramp=False):
    """A busy road between station and home: over it by the footbridge, or round by the zebra.

    Unmapped stairs are presumed at the deck's ends::

        station (0,0) --10 steps-- (0,10) --30 deck-- (0,40) --10 steps-- (0,50) home
             \\--200 west-- (-200,0) --50 zebra-- (-200,50) --200 east--/

    Over: 50 m and two flights; round: 450 m and one zebra of 10 s.
    """
    flights = np.array([1, 0, 1, 0, 0, 0], bool) & mapped
    return network_of(
        BRIDGE_NODES,
        BRIDGE_EDGES,
        steps=flights,
        ramp=flights & ramp,
        structure=column(6, np.uint8, row1=Structure.BRIDGE),
        overpass=column(6, np.uint8, row1=0 if mapped else 2),
        crossing=column(6, np.uint8, row4=Crossing.ZEBRA),
        crossing_share=column(6, float, row4=1.0),
    )


@pytest.mark.parametrize(
    ("profile", "mapped", "unmapped", "ramped"),
    [
        ("adult", 50 / 1.33 + 60, 50 / 1.33 + 30, 50 / 1.33),
        ("elder60", 50 + 180, 50 + 90, 50),
        ("elder80", 450 / 0.8 + 10, 450 / 0.8 + 10, 50 / 0.8),
        ("frail", 450 / 0.6 + 10, 450 / 0.6 + 10, 50 / 0.6),
        ("wheelchair", 450 / 0.7 + 10, 450 / 0.7 + 10, 50 / 0.7),
    ],
)
def test_a_footbridge(profile, mapped, unmapped, ramped):
    """Adults and elder60 cross it; elder80, frail and wheelchair go round unless it has a ramp."""
    walker, home = PROFILES[profile], (0, 50)
    assert seconds(footbridge(mapped=True), walker, home) == pytest.approx(mapped)
    assert seconds(footbridge(mapped=False), walker, home) == pytest.approx(unmapped)
    assert seconds(footbridge(mapped=True, ramp=True), walker, home) == pytest.approx(ramped)


def test_without_a_way_round_the_bridge_cuts_off_who_cannot_climb():
    alone = network_of(BRIDGE_NODES[:4], BRIDGE_EDGES[:3], overpass=column(3, np.uint8, row1=2))
    assert seconds(alone, PROFILES["elder60"], (0, 50)) == pytest.approx(140)
    assert seconds(alone, PROFILES["elder80"], (0, 50)) == np.inf


def kerbed(kerb_m):
    """A crossing of 20 m with a kerb, or 20 + 100 m round by a flush one."""
    return network_of(
        [(0, 0), (20, 0), (0, 50), (20, 50)],
        [(0, 1), (0, 2), (2, 3), (3, 1)],
        kerb_m=np.array([kerb_m, np.nan, 0.0, np.nan]),
    )


@pytest.mark.parametrize(
    ("kerb_m", "profile", "metres"),
    [
        (0.15, "wheelchair", 120),
        (0.021, "wheelchair", 120),
        (0.02, "wheelchair", 20),
        (np.nan, "wheelchair", 20),
        (0.15, "elder80", 20),
        (0.15, "frail", 20),
    ],
)
def test_a_kerb_stops_the_wheelchair_alone(kerb_m, profile, metres):
    walker = PROFILES[profile]
    walk = seconds(kerbed(kerb_m), walker, (20, 0))
    assert walk == pytest.approx(metres / walker.speed_m_s)


@pytest.mark.parametrize(
    ("surface", "profile", "expected"),
    [
        (Surface.SMOOTH, "elder80", 100 / 0.8),
        (Surface.ROUGH, "adult", 100 / 1.33),
        (Surface.ROUGH, "elder80", 100 / (0.8 * 0.85)),
        (Surface.ROUGH, "wheelchair", 100 / (0.7 * 0.7)),
        (Surface.SOFT, "adult", 100 / (1.33 * 0.9)),
        (Surface.SOFT, "elder80", 100 / (0.8 * 0.7)),
        (Surface.SOFT, "wheelchair", 300 / 0.7),
        (Surface.VERY_ROUGH, "elder80", 100 / (0.8 * 0.85)),
        (Surface.VERY_ROUGH, "wheelchair", 300 / 0.7),
    ],
)
def test_the_ground_of_the_short_way(surface, profile, expected):
    """100 m over the ground, or 300 m of asphalt round it."""
    town = network_of(
        [(0, 0), (100, 0), (0, 100), (100, 100)],
        [(0, 1), (0, 2), (2, 3), (3, 1)],
        surface=np.array([surface, *[Surface.SMOOTH] * 3], np.uint8),
    )
    assert seconds(town, PROFILES[profile], (100, 0)) == pytest.approx(expected)


def test_a_slope_is_climbed_slowly_and_descended_at_level_speed():
    """Home 200 m up a grade of 5 %: down to the station 200 s, the way back 200 / 0.8395 s."""
    hill = network_of([(0, 0), (200, 0)], [(0, 1)], incline=np.array([0.05]))
    walker = Profile(speed_m_s=1.0, slope=True)
    assert seconds(hill, walker, (200, 0)) == pytest.approx(200)
    assert seconds(hill, walker, (0, 0), station=(200.0, 0.0)) == pytest.approx(238.249, abs=0.001)
    assert seconds(hill, Profile(speed_m_s=1.0), (0, 0), (200.0, 0.0)) == pytest.approx(200)


def test_a_scenario_slows_speed_and_leg_but_no_wait():
    """90 m of street with a signal, elder60 in rain: 90 / 0.9 + 35 = 135 s (dry 90 + 35)."""
    street = network_of(
        [(0, 0), (90, 0)],
        [(0, 1)],
        crossing=np.array([Crossing.SIGNAL], np.uint8),
        crossing_share=np.ones(1),
    )
    dry = PROFILES["elder60"]
    wet = dry.under(slope=False, scenario="rain")
    assert seconds(street, dry, (90, 0)) == pytest.approx(125)
    assert seconds(street, wet, (90, 0)) == pytest.approx(135)


@pytest.mark.parametrize(
    ("metres", "walk", "served"),
    [(690, 690, True), (860, 895, True), (865, 900, True), (870, 905, False)],
)
def test_a_signal_pushes_a_house_over_the_limit(metres, walk, served):
    """Houses along a street of 1000 m with a signal 700 to 720 m from the station::

        station (0,0) ---700--- (700,0) -20 signal- (720,0) ---280--- (1000,0)

    elder60 at 1.00 m/s, limit 900 s: 690 m needs 690; 860 m needs 860 + 35 = 895; 865 m exactly
    900; 870 m needs 905, over the limit, though without the wait it would be 870.
    """
    street = network_of(
        [(0, 0), (700, 0), (720, 0), (1000, 0)],
        [(0, 1), (1, 2), (2, 3)],
        crossing=np.array([0, Crossing.SIGNAL, 0], np.uint8),
        crossing_share=np.array([0, 1.0, 0]),
    )
    walker = PROFILES["elder60"]
    assert seconds(street, walker, (metres, 0)) == pytest.approx(walk)
    station = snap(street, np.zeros((1, 2)), limit_m=1.0)
    home = snap(street, np.array([(metres, 0.0)]), limit_m=1.0)
    graph = search_graph(street, walk_costs(street, walker), station)
    times = walking_times(graph, home, limit_s=900.0)
    assert (times.nearest_s()[0] <= 900.0 + ROUNDING_S) == served
    assert seconds(street, Profile(speed_m_s=1.0), (metres, 0)) == pytest.approx(metres)


def test_a_river_with_one_bridge():
    """The bridge is 300 m east, the home 40 m across the water from the station::

        home (0,40) ----300---- (300,40)
                                   | 40 bridge
        station (0,0) ---300---- (300,0)

    300 + 40 + 300 = 640 m: 481.2 s, 640 s, 800 s, 914.3 s; without the bridge nobody arrives.
    """
    banks = [(0, 0), (300, 0), (0, 40), (300, 40)]
    walk = {"adult": 640 / 1.33, "elder60": 640, "elder80": 800, "wheelchair": 640 / 0.7}
    with_bridge = network_of(
        banks, [(0, 1), (2, 3), (1, 3)], structure=column(3, np.uint8, row2=Structure.BRIDGE)
    )
    without = network_of(banks, [(0, 1), (2, 3)])
    for name, expected in walk.items():
        assert seconds(with_bridge, PROFILES[name], (0, 40)) == pytest.approx(expected)
        assert seconds(without, PROFILES[name], (0, 40)) == np.inf


def compound(*, west_open):
    """A walled compound with a west gate 50 m and an east gate 150 m from the home inside::

        station (0,0) --100-- (100,0) W gate --50-- home (150,0) --150-- (300,0) E gate
             \\---- 400 m round the wall by (0,-50), (300,-50) ----------------/

    A locked gate parts the street: its two sides are nodes of their own.
    """
    nodes = [(0, 0), (100, 0), (100, 0), (150, 0), (300, 0), (0, -50), (300, -50)]
    edges = [(0, 1), (1 if west_open else 2, 3), (3, 4), (0, 5), (5, 6), (6, 4)]
    return network_of(nodes, edges)


@pytest.mark.parametrize(
    ("profile", "both_open", "west_closed"),
    [("elder60", 150, 550), ("elder80", 187.5, 687.5), ("adult", 150 / 1.33, 550 / 1.33)],
)
def test_a_compound_with_two_gates_one_closed(profile, both_open, west_closed):
    """Through the west gate 100 + 50; round to the east gate 50 + 300 + 50 + 150 = 550."""
    walker = PROFILES[profile]
    assert seconds(compound(west_open=True), walker, (150, 0)) == pytest.approx(both_open)
    assert seconds(compound(west_open=False), walker, (150, 0)) == pytest.approx(west_closed)
