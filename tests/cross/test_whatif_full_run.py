"""After any sequence of changes the state is that of a full run, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geoplan.domain.profiles import PROFILES
from geoplan.model.network import Barriers
from geoplan.stages import whatif
from geoplan.stages.network import walk_costs
from geoplan.stages.reach import nearest_of_homes, search_graph
from geoplan.stages.whatif import (
    reach_state,
    with_added,
    with_closed_streets,
    with_moved,
    with_open_gates,
    without,
)
from tests.towns import locked, random_network

SEEDS = st.integers(0, 2**32 - 1)
SNAP_M = 120.0
CHANGES = ("add", "close", "move", "gate", "street")


def assert_same_state(got, expected):
    for points in ("facilities", "homes"):
        for column in ("start", "edge", "fraction", "leg_m"):
            np.testing.assert_array_equal(
                getattr(getattr(got, points), column), getattr(getattr(expected, points), column)
            )
    one, other = got.times.seconds, expected.times.seconds
    assert one.shape == other.shape
    for column in ("indptr", "indices", "data"):
        np.testing.assert_array_equal(getattr(one, column), getattr(other, column))
    np.testing.assert_array_equal(got.index.main, expected.index.main)
    np.testing.assert_allclose(got.index.bounds, expected.index.bounds, rtol=0, atol=0.05)


def full_run(state, profile):
    """Return the state computed from the inputs of the given one alone."""
    return reach_state(
        (state.network, walk_costs(state.network, profile)),
        state.facility_xy,
        state.home_xy,
        limit_s=state.times.limit_s,
        snap_m=state.snap_m,
    )


def changed(state, change, rng):
    facilities, gates = len(state.facilities), len(state.network.closed_gates)
    if change == "add":
        return with_added(state, rng.uniform(-20, 520, (rng.integers(1, 3), 2)))
    if change == "close" and facilities:
        return without(state, rng.choice(facilities, 1))
    if change == "move" and facilities:
        return with_moved(state, rng.choice(facilities, 1), rng.uniform(-20, 520, (1, 2)))
    if change == "gate" and gates:
        return with_open_gates(state, rng.choice(gates, 1))
    if change == "street" and state.network.edge_count:
        return with_closed_streets(state, rng.choice(state.network.edge_count, 1))
    return state


def start(seed, profile, limit_s, nodes=14, edges=22):
    rng = np.random.default_rng(seed)
    network = locked(random_network(seed, nodes=nodes, edges=edges), rng.choice(nodes, 4, False))
    return reach_state(
        (network, walk_costs(network, PROFILES[profile])),
        rng.uniform(-20, 520, (4, 2)),
        rng.uniform(-20, 520, (15, 2)),
        limit_s=limit_s,
        snap_m=SNAP_M,
    )


@given(
    seed=SEEDS,
    profile=st.sampled_from(["adult", "elder60", "wheelchair"]),
    limit_s=st.sampled_from([60.0, 150.0, 300.0, 900.0, np.inf]),
    changes=st.lists(st.sampled_from(CHANGES), min_size=1, max_size=6),
)
def test_changes_equal_a_full_run(seed, profile, limit_s, changes):
    state = start(seed, profile, limit_s)
    rng = np.random.default_rng(seed + 5)
    for change in changes:
        state = changed(state, change, rng)
        assert_same_state(state, full_run(state, PROFILES[profile]))


@given(seed=SEEDS, change=st.sampled_from(CHANGES))
def test_large_towns_and_short_walks(seed, change):
    """Most of the town is out of reach, so most of it is cut away and copied."""
    state = start(seed, "elder60", 90.0, nodes=120, edges=190)
    after = changed(state, change, np.random.default_rng(seed + 5))
    assert_same_state(after, full_run(after, PROFILES["elder60"]))


@given(seed=SEEDS, change=st.sampled_from(CHANGES))
def test_walls_count_as_in_a_full_run(seed, change):
    from dataclasses import replace

    rng = np.random.default_rng(seed + 11)
    walls = shapely.linestrings(rng.uniform(0, 500, (6, 2, 2)))
    barriers = Barriers(np.asarray(walls, object), np.full(6, "wall"), np.full(6, ""))
    state = start(seed, "adult", 200.0)
    network = replace(state.network, barriers=barriers)
    state = full_run(replace(state, network=network), PROFILES["adult"])
    after = changed(state, change, rng)
    assert_same_state(after, full_run(after, PROFILES["adult"]))


@given(seed=SEEDS, changes=st.lists(st.sampled_from(CHANGES), min_size=1, max_size=3))
def test_nearest_times_need_no_search(seed, changes):
    state = start(seed, "elder60", 300.0)
    rng = np.random.default_rng(seed + 5)
    for change in changes:
        state = changed(state, change, rng)
    chosen = rng.random(len(state.facilities)) < 0.6
    graph = search_graph(state.network, state.costs, state.facilities)
    expected, _ = nearest_of_homes(graph, state.homes, chosen, limit_s=300.0)
    np.testing.assert_array_equal(state.nearest_s(chosen), expected)


@given(seed=SEEDS, change=st.sampled_from(CHANGES))
def test_rows_that_are_not_searched_are_copied(seed, change):
    """The claim of ``searched``: the other rows of the engine's work were not asked for."""
    state = start(seed, "elder60", 150.0, nodes=60, edges=95)
    asked = []
    original = whatif.times_of

    def spied(ways, facilities, homes, limit_s):
        asked.append(len(facilities))
        return original(ways, facilities, homes, limit_s)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whatif, "times_of", spied)
        after = changed(state, change, np.random.default_rng(seed + 5))
    if after is not state:
        assert sum(asked) == after.searched.size


def test_the_comparison_can_fail():
    one, other = start(1, "adult", 300.0), start(1, "elder80", 300.0)
    with pytest.raises(AssertionError):
        assert_same_state(one, other)
