"""Changes on a long road, worked out by hand: who is searched again, and what is found.

The road runs along y = 0 from x = 0 to 2,900, a junction every 100 m. Facilities stand on it at
0, 1,000 and 2,000, homes in the middle of every street (50, 150 … 2,850). At 1 m/s and 300 s a
facility at 1,000 reaches the homes 750 … 1,250: six of them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from geoplan.domain.profiles import Profile
from geoplan.errors import InputError
from geoplan.stages import nearby, whatif
from geoplan.stages.network import walk_costs
from geoplan.stages.whatif import (
    reach_state,
    with_added,
    with_closed_streets,
    with_moved,
    with_open_gates,
    without,
)
from tests.cross.test_whatif_full_run import assert_same_state, full_run
from tests.towns import locked, network_of

WALKER = Profile(speed_m_s=1.0)
HOMES = np.array([(50.0 + 100 * k, 0.0) for k in range(29)])
STATIONS = np.array([(0.0, 0.0), (1000.0, 0.0), (2000.0, 0.0)])


def road():
    return network_of([(100 * k, 0) for k in range(30)], [(k, k + 1) for k in range(29)])


def state_on(network, stations=STATIONS, homes=HOMES, limit_s=300.0):
    streets = network, walk_costs(network, WALKER)
    return reach_state(streets, stations, homes, limit_s=limit_s, snap_m=60.0)


def homes_of(state, row):
    return (state.home_xy[state.times.seconds[[row]].indices, 0]).tolist()


def test_a_new_facility_alone_is_searched():
    before = state_on(road())
    after = with_added(before, np.array([[500.0, 0.0]]))
    assert after.searched.tolist() == [3]
    assert homes_of(after, 3) == [250, 350, 450, 550, 650, 750]
    assert homes_of(after, 1) == homes_of(before, 1) == [750, 850, 950, 1050, 1150, 1250]
    assert before.times.seconds.shape == (3, 29)
    assert after.nearest_s()[HOMES[:, 0] == 750].tolist() == [250]
    assert after.nearest_s()[HOMES[:, 0] == 1650].tolist() == [np.inf]


def test_closing_a_facility_searches_nothing(monkeypatch):
    before = state_on(road())
    for name in ("times_of", "facilities_beyond", "snap_nearby", "walking_times", "snap"):
        monkeypatch.setattr(whatif, name, None)
    after = without(before, np.array([1]))
    assert after.searched.size == 0
    assert homes_of(after, 1) == homes_of(before, 2)
    assert after.nearest_s()[HOMES[:, 0] == 1050].tolist() == [np.inf]


def test_a_facility_that_moves_keeps_its_row():
    after = with_moved(state_on(road()), np.array([0]), np.array([[1500.0, 0.0]]))
    assert after.searched.tolist() == [0]
    assert homes_of(after, 0) == [1250, 1350, 1450, 1550, 1650, 1750]


def test_a_closed_street_is_searched_from_its_neighbours_only():
    """Without 1,000–1,100 the home at 1,050 starts 50 m away, at the ends of the streets left."""
    before = state_on(road())
    after = with_closed_streets(before, np.array([10]))
    assert after.searched.tolist() == [1]
    assert homes_of(after, 1) == [750, 850, 950, 1050]
    assert after.times.seconds[[1]].data.tolist() == [250, 150, 50, 50]
    assert_same_state(after, full_run(after, WALKER))


def test_an_open_gate_is_searched_from_its_neighbours_only():
    network = locked(road(), [15])
    stations = np.array([(0.0, 0.0), (1400.0, 0.0), (2500.0, 0.0)])
    before = state_on(network, stations)
    assert homes_of(before, 1) == [1150, 1250, 1350, 1450]
    after = with_open_gates(before, np.array([0]))
    assert after.searched.tolist() == [1]
    assert homes_of(after, 1) == [1150, 1250, 1350, 1450, 1550, 1650]
    assert after.network.closed_gates.shape == (0, 2)
    assert_same_state(after, full_run(after, WALKER))


def test_only_the_gate_that_opens_opens():
    network = locked(road(), [15, 17])
    after = with_open_gates(state_on(network, np.array([(1400.0, 0.0)])), np.array([0]))
    assert homes_of(after, 0)[-2:] == [1550, 1650]
    assert after.network.closed_gates.tolist() == [[1700, 0]]
    further = with_moved(after, np.array([0]), np.array([[1600.0, 0.0]]))
    assert homes_of(further, 0) == [1350, 1450, 1550, 1650]


def test_a_junction_on_another_level_is_not_drawn_into_a_gate():
    """A footbridge has a junction right above the locked gate at (1500, 0)."""
    network = locked(road(), [15])
    bridge = [(1500, 300), (1500, 0), (1500, -300)]
    count = network.node_count
    both = network_of(
        [*network.node_xy.tolist(), *bridge],
        [*zip(network.tail, network.head, strict=True), (count, count + 1), (count + 1, count + 2)],
    )
    state = state_on(replace(both, closed_gates=network.closed_gates), np.array([(1500.0, 200.0)]))
    assert homes_of(with_open_gates(state, np.array([0])), 0) == homes_of(state, 0) == []


def test_ends_a_hair_apart_at_a_gate_give_the_full_run():
    network = locked(road(), [15])
    node_xy = network.node_xy.copy()
    node_xy[-1] += 0.0005
    apart = replace(network, node_xy=node_xy)
    homes = np.concatenate([HOMES, [(1430.0, 3.0)]])
    before = state_on(apart, np.array([(1400.0, 0.0)]), homes)
    after = with_open_gates(before, np.array([0]))
    assert homes_of(after, 0)[-3:] == [1550, 1650, 1430]
    assert after.homes.leg_m[-1] != before.homes.leg_m[-1]
    assert_same_state(after, full_run(after, WALKER))


def test_neighbours_on_a_long_street_lose_their_direct_walk():
    """Both stand in the middle of 4 km of street, no end of it is in reach; 70 s, then 80 s."""
    ends = [(0, 0), (4000, 0), (0, 25), (4000, 25)]
    network = network_of(ends, [(0, 1), (2, 3), (0, 2), (1, 3)])
    station, home = np.array([[2000.0, 10.0]]), np.array([[2050.0, 10.0]])
    before = state_on(network, station, home, limit_s=75.0)
    assert before.times.seconds.data.tolist() == pytest.approx([70])
    after = with_closed_streets(before, np.array([0]))
    assert after.times.seconds.nnz == 0
    assert_same_state(after, full_run(after, WALKER))


def test_a_straight_walk_to_the_very_limit_is_not_cut_off(monkeypatch):
    sizes = []
    original = nearby.search_graph

    def counted(network, costs, facilities):
        sizes.append(network.edge_count)
        return original(network, costs, facilities)

    monkeypatch.setattr(nearby, "search_graph", counted)
    monkeypatch.setattr(whatif, "search_graph", counted)
    network = network_of([(10 * k, 0) for k in range(301)], [(k, k + 1) for k in range(300)])
    homes = np.array([(x, 0.0) for x in (995, 1005, 1995, 2005)])
    after = with_added(state_on(network, homes=homes, limit_s=500.0), np.array([[1500.0, 0.0]]))
    assert homes_of(after, 3) == [1005, 1995]
    assert max(sizes) == 300  # the full run
    assert sizes[-1] <= 100 + 4


def test_a_street_that_takes_no_time_is_never_cut_off():
    """A lift between far places costs 0 s: nothing can be said of how far a walk leads."""
    network = road()
    costs = walk_costs(network, WALKER)
    free = replace(costs, forward_s=np.where(np.arange(29) == 10, 0.0, costs.forward_s))
    state = reach_state((network, free), STATIONS, HOMES, limit_s=300.0, snap_m=60.0)
    assert state.index.fastest_m_s == np.inf
    after = with_added(state, np.array([[1200.0, 0.0]]))
    expected = reach_state((network, free), after.facility_xy, HOMES, limit_s=300.0, snap_m=60.0)
    assert_same_state(after, expected)


def test_a_facility_beside_no_street_reaches_nobody():
    after = with_added(state_on(road()), np.array([[500.0, 5000.0]]))
    assert homes_of(after, 3) == []
    assert_same_state(after, full_run(after, WALKER))


def test_every_facility_and_every_street_may_close():
    state = state_on(road())
    nobody = without(state, np.arange(3))
    assert nobody.times.seconds.shape == (0, 29)
    assert np.isinf(nobody.nearest_s()).all()
    again = with_added(nobody, STATIONS)
    assert_same_state(again, state)
    nowhere = with_closed_streets(state, np.arange(29))
    assert nowhere.times.seconds.nnz == 0
    assert_same_state(nowhere, full_run(nowhere, WALKER))


@pytest.mark.parametrize(
    "change",
    [
        lambda state: without(state, np.array([3])),
        lambda state: without(state, np.array([-1])),
        lambda state: with_moved(state, np.array([9]), np.zeros((1, 2))),
        lambda state: with_moved(state, np.array([0]), np.zeros((2, 2))),
        lambda state: with_moved(state, np.array([0, 0]), np.zeros((2, 2))),
        lambda state: with_moved(state, np.array([0]), np.array([[np.nan, 0.0]])),
        lambda state: with_added(state, np.array([[np.inf, 0.0]])),
        lambda state: with_open_gates(state, np.array([0])),
        lambda state: with_closed_streets(state, np.array([29])),
    ],
)
def test_a_change_that_cannot_be_made_is_refused(change):
    with pytest.raises(InputError):
        change(state_on(road()))
