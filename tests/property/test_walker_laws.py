"""A walker with any number or rule made worse never arrives earlier, on any network."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geoplan.domain.profiles import PROFILES, QUANTITIES, SCENARIOS
from geoplan.model.network import Surface
from geoplan.stages.network import walk_costs
from geoplan.stages.reach import search_graph, walking_times
from geoplan.stages.snapping import snap
from tests.towns import random_network

SEEDS = st.integers(0, 2**32 - 1)
WORSE = {
    "speed_m_s": lambda one: one * 0.9,
    "uses_steps": lambda _: False,
    "steps_penalty_s": lambda one: one + 20,
    "uses_overpasses": lambda _: False,
    "overpass_penalty_s": lambda one: one + 20,
    "max_grade": lambda one: 0.05 if one is None else one * 0.7,
    "uses_wheelchair_no": lambda _: False,
    "max_kerb_m": lambda one: 0.05 if one is None else one * 0.5,
    "rough_ground_factor": lambda one: one * 0.8,
    "soft_ground_factor": lambda one: one * 0.8,
    "uses_soft_ground": lambda _: False,
    "uses_very_rough_ground": lambda _: False,
    "signal_wait_s": lambda one: one + 20,
    "zebra_wait_s": lambda one: one + 20,
    "uncontrolled_wait_s": lambda one: one + 20,
    "slope": lambda _: True,
    "scenario": lambda _: "rain",
}


def varied_network(seed):
    """Return a random network on which every number and rule of a walker matters."""
    network = random_network(seed)
    rng, count = np.random.default_rng(seed + 11), network.edge_count
    streets = replace(
        network.streets,
        kerb_m=rng.choice([np.nan, 0.0, 0.02, 0.04, 0.15], count),
        surface=rng.integers(0, len(Surface), count).astype(np.uint8),
        overpass=rng.integers(0, 3, count).astype(np.uint8),
        wheelchair=rng.integers(0, 4, count).astype(np.uint8),
        incline=rng.choice([np.nan, 0.0, 0.03, -0.04, 0.06, -0.09], count),
    )
    return replace(network, streets=streets)


def table(network, walker, seed):
    rng = np.random.default_rng(seed + 7)
    homes = snap(network, rng.uniform(-20, 520, (8, 2)), limit_m=150.0)
    stations = snap(network, rng.uniform(-20, 520, (3, 2)), limit_m=150.0)
    graph = search_graph(network, walk_costs(network, walker), stations)
    coo = walking_times(graph, homes, limit_s=np.inf).seconds.tocoo()
    found = np.full(coo.shape, np.inf)
    found[coo.row, coo.col] = coo.data
    return found


def test_every_number_and_rule_has_a_worse_one():
    assert set(WORSE) == set(QUANTITIES)


@given(SEEDS, st.sampled_from(sorted(PROFILES)), st.sampled_from(sorted(WORSE)))
def test_a_worse_walker_never_arrives_earlier(seed, name, field):
    network, walker = varied_network(seed), PROFILES[name]
    worse = replace(walker, **{field: WORSE[field](getattr(walker, field))})
    assert (table(network, worse, seed) >= table(network, walker, seed) - 1e-9).all()


def test_each_number_and_rule_makes_some_walk_longer():
    """The law above would hold for a number that nobody reads; this one would not."""
    neutral = replace(PROFILES["adult"], slope=False)
    for field, worse in WORSE.items():
        slower = replace(neutral, **{field: worse(getattr(neutral, field))})
        moved = any(
            (
                table(varied_network(seed), slower, seed)
                > table(varied_network(seed), neutral, seed) + 1e-9
            ).any()
            for seed in range(40)
        )
        assert moved, field


@given(SEEDS, st.sampled_from(sorted(SCENARIOS)))
def test_weather_never_shortens_a_walk(seed, scenario):
    network, walker = varied_network(seed), PROFILES["elder60"]
    wet = walker.under(slope=False, scenario=scenario)
    assert (table(network, wet, seed) >= table(network, walker, seed) - 1e-9).all()


@given(SEEDS)
def test_a_walker_who_is_worse_in_age_is_worse_on_any_ground(seed):
    network = varied_network(seed)
    order = ["adult", "elder60", "elder70", "elder80", "frail"]
    tables = [table(network, PROFILES[name], seed) for name in order]
    for quick, slow in itertools.pairwise(tables):
        assert (slow >= quick - 1e-9).all()


@given(SEEDS)
def test_reversing_all_streets_swaps_the_directions_of_every_cost(seed):
    network, walker = varied_network(seed), replace(PROFILES["elder60"], slope=True)
    streets = network.streets
    turned = replace(
        network,
        tail=network.head,
        head=network.tail,
        streets=replace(
            streets, forward=streets.backward, backward=streets.forward, incline=-streets.incline
        ),
    )
    costs, back = walk_costs(network, walker), walk_costs(turned, walker)
    np.testing.assert_array_equal(costs.forward_s, back.backward_s)
    np.testing.assert_array_equal(costs.backward_s, back.forward_s)
