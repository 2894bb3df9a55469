"""The way of one home, worked out by hand.

The paper town of ``test_paper_town`` and its station at A; metres, seconds of elder60 (1 m/s,
zebra 10 s, stairs 90 s)::

    (0,100) A --North Road 100-- B (100,100) --North Road 100, zebra-- C (200,100)
            |                    |
           100                  100 stairs
            |                    |
    (0,0)   D --South Lane 100-- E (100,0)
"""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geoplan.domain.profiles import PROFILES, Profile
from geoplan.model.network import Crossing
from geoplan.model.way import Door
from geoplan.stages.network import crossing_waits, walk_costs
from geoplan.stages.snapping import snap
from geoplan.stages.way import along_streets, quickest_way
from tests.towns import network_of
from tests.unit.stages.test_paper_town import STATION, town


def way_of(network, home, station=STATION, profile=PROFILES["elder60"], limit_m=60.0):
    doors = [
        Door(
            xy=np.array([xy], float), snapped=snap(network, np.array([xy], float), limit_m=limit_m)
        )
        for xy in (home, np.reshape(station, 2))
    ]
    return quickest_way(
        network, walk_costs(network, profile), crossing_waits(network, profile), *doors
    )


def shares(way):
    return [(part.edge, part.start, part.stop) for part in way.parts if not part.is_leg]


def test_a_leg_and_part_of_a_street_and_a_whole_one():
    """20 m to the middle of South Lane, 50 m west to D, 100 m north to A."""
    way = way_of(town(), (50, -20))
    assert shares(way) == [(4, 0.5, 0.0), (2, 1.0, 0.0)]
    assert [part.seconds for part in way.parts] == [20, 50, 100, 0]
    assert [part.length_m for part in way.parts] == [20, 50, 100, 0]
    assert way.seconds == 170
    assert way.line.equals(shapely.LineString([(50, -20), (50, 0), (0, 0), (0, 100)]))


def test_consecutive_parts_of_one_name_are_one_street_and_the_zebra_is_named():
    way = way_of(town(), (200, 100))
    assert shares(way) == [(1, 1.0, 0.0), (0, 1.0, 0.0)]
    (road,) = along_streets(way)
    assert (road.name, road.length_m, road.seconds) == ("North Road", 200, 210)
    assert (road.signal_wait_s, road.crossing_wait_s, road.flights) == (0, 10, 0)


def test_part_of_a_crossing_waits_its_part():
    """From 40 m inside B-C: 0.4 of the edge, 0.4 of the zebra's 10 s."""
    way = way_of(town(), (140, 100))
    assert way.seconds == pytest.approx(100 + 40 + 4)
    assert along_streets(way)[0].crossing_wait_s == pytest.approx(4)


def test_stairs_are_counted_by_those_who_take_them():
    """E is 200 m from A both ways; without the penalty and with a longer D side: the stairs."""
    quick = Profile(speed_m_s=1.0, steps_penalty_s=0.5)
    way = way_of(town(), (99, 0), profile=quick)
    assert way.seconds == 199
    assert [street.name for street in along_streets(way)] == ["South Lane", ""]
    way = way_of(town(), (100, 10), profile=quick)
    assert way.seconds == pytest.approx(100 + 0.9 * 100.5)
    assert [(street.name, street.flights) for street in along_streets(way)] == [
        ("", 1),
        ("North Road", 0),
    ]


def test_home_and_facility_on_one_street_meet_directly():
    way = way_of(town(), (80, 110), station=(30, 95))
    assert shares(way) == [(0, pytest.approx(0.8), pytest.approx(0.3))]
    assert [part.seconds for part in way.parts] == pytest.approx([10, 50, 5])


def test_of_parallel_streets_the_quickest_is_walked():
    bent = shapely.LineString([(0, 0), (100, 80), (200, 0)])
    straight = shapely.LineString([(0, 0), (200, 0)])
    network = network_of(
        [(0, 0), (200, 0)],
        [(0, 1), (0, 1)],
        lines=[bent, straight],
        crossing=np.array([0, Crossing.SIGNAL], np.uint8),
        crossing_share=np.array([0, 1.0]),
    )
    station = (0, 0)
    direct = way_of(network, (200, 0), station, profile=Profile(speed_m_s=1.0))
    assert shares(direct) == [(1, 1.0, 0.0)]
    waits = Profile(speed_m_s=1.0, signal_wait_s=60.0)
    round_about = way_of(network, (200, 0), station, profile=waits)
    assert shares(round_about) == [(0, 1.0, 0.0)]
    assert round_about.seconds == pytest.approx(2 * np.hypot(100, 80))
    patient = Profile(speed_m_s=1.0, signal_wait_s=50.0)
    (street,) = along_streets(way_of(network, (200, 0), station, profile=patient))
    assert (street.seconds, street.signal_wait_s, street.crossing_wait_s) == (250, 50, 0)


def test_the_way_runs_home_to_facility_on_one_way_streets():
    """A loop of 100 + 300 m, the short side only away from the station at (0, 0)."""
    network = network_of(
        [(0, 0), (100, 0), (0, 100), (100, 100)],
        [(0, 1), (0, 2), (2, 3), (3, 1)],
        backward=np.array([0, 1, 1, 1], bool),
    )
    neutral = Profile(speed_m_s=1.0)
    assert way_of(network, (100, 0), (0, 0), neutral, limit_m=1.0).seconds == 300
    assert way_of(network, (0, 0), (100, 0), neutral, limit_m=1.0).seconds == 100


def test_the_nearest_street_is_left_for_the_quicker_one():
    """The nearest street (5 m) is an island; the main street 40 m away leads to the station."""
    network = network_of([(0, 0), (1000, 0), (90, 45), (110, 45)], [(0, 1), (2, 3)])
    way = way_of(network, (100, 40), (0, 0), Profile(speed_m_s=1.0))
    assert shares(way) == [(0, 0.1, 0.0)]
    assert way.parts[0].seconds == 40


def test_the_leg_counts_in_the_choice_of_the_way_out():
    """By the near street 10 + 100 + 15 = 125 s, by the far one 18 + 100 + 13 = 131 s."""
    network = network_of([(0, 0), (200, 0), (0, 28), (200, 28)], [(0, 1), (2, 3), (1, 3)])
    way = way_of(network, (100, 10), (200, 15), Profile(speed_m_s=1.0))
    assert shares(way) == [(0, 0.5, 1.0), (2, 0.0, pytest.approx(15 / 28))]
    assert way.seconds == pytest.approx(125)


def test_a_home_at_the_door_needs_no_time():
    way = way_of(town(), (0, 100))
    assert way.seconds == 0
    assert shares(way) == []
    assert way.line.length == 0
    assert along_streets(way) == ()


@pytest.mark.parametrize("home", [(300, 0), (5000, 5000)])
def test_no_way_leads_from_an_island_or_from_nowhere(home):
    assert way_of(town(), home) is None


def test_a_door_is_one_place():
    two = snap(town(), np.array([[0.0, 0.0], [1.0, 0.0]]), limit_m=60.0)
    with pytest.raises(ValueError, match="one place"):
        Door(xy=np.zeros((1, 2)), snapped=two)
