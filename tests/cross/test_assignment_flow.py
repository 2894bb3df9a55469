"""The assignment of places against networkx's minimum-cost flow and scipy's linear programme."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import linprog

from geoplan.model.pairs import WalkPairs
from geoplan.solvers.assignment import _proven_s, assign
from tests.walked_tables import random_table, times_of

SEEDS = st.integers(0, 2**32 - 1)


def made_case(seed, *, whole):
    rng = np.random.default_rng(seed)
    pairs = WalkPairs.of(times_of(random_table(seed, whole=whole)))
    people = rng.integers(0, 12, 9) * (rng.random(9) < 0.8)
    places = rng.integers(0, 15, 5) * (rng.random(5) < 0.8)
    return pairs, people.astype(np.int64), places.astype(np.int64)


def networkx_flow(pairs, people, places):
    """Return the most people and the whole seconds that they walk."""
    graph = nx.DiGraph()
    graph.add_nodes_from(["source", "sink"])
    for home, count in enumerate(people.tolist()):
        graph.add_edge("source", ("home", home), capacity=count, weight=0)
    for facility, count in enumerate(places.tolist()):
        graph.add_edge(("facility", facility), "sink", capacity=count, weight=0)
    for facility, home, time_s in zip(pairs.facility, pairs.home, pairs.seconds, strict=True):
        graph.add_edge(("home", home), ("facility", facility), weight=int(time_s))
    flow = nx.max_flow_min_cost(graph, "source", "sink")
    return sum(flow["source"].values()), nx.cost_of_flow(graph, flow)


@given(seed=SEEDS)
def test_places_and_walking_equal_networkx(seed):
    pairs, people, places = made_case(seed, whole=True)
    found = assign(pairs, people, places)
    placed, walked_s = networkx_flow(pairs, people, places)
    assert found.placed == placed
    assert found.walked_s == pytest.approx(walked_s, abs=1e-6)


@given(seed=SEEDS)
def test_places_and_walking_equal_the_linear_programme(seed):
    pairs, people, places = made_case(seed, whole=False)
    assume(pairs.home.size > 0)
    rules = np.zeros((14, pairs.home.size))
    rules[pairs.home, np.arange(pairs.home.size)] = 1.0
    rules[9 + pairs.facility, np.arange(pairs.home.size)] = 1.0
    most = linprog(-np.ones(pairs.home.size), A_ub=rules, b_ub=np.concatenate([people, places]))
    dear = 1e4  # a person more is worth any detour: five facilities of 900 s at most
    least = linprog(pairs.seconds - dear, A_ub=rules, b_ub=np.concatenate([people, places]))
    found = assign(pairs, people, places)
    assert found.placed == pytest.approx(-most.fun, abs=1e-6)
    assert found.walked_s - dear * found.placed == pytest.approx(least.fun, abs=1e-4)
    assert found.bound_s == pytest.approx(found.walked_s, rel=1e-6, abs=1e-6)


@given(seed=SEEDS)
def test_nobody_and_no_place_is_counted_twice(seed):
    pairs, people, places = made_case(seed, whole=False)
    found = assign(pairs, people, places)
    assert found.people.sum() == found.placed
    assert (found.people >= 0).all()
    assert (np.bincount(pairs.home, weights=found.people, minlength=9) <= people).all()
    assert (np.bincount(pairs.facility, weights=found.people, minlength=5) <= places).all()


@given(seed=SEEDS)
def test_whatever_the_prices_their_proof_is_below_the_best(seed):
    """Weak duality: the proof may be poor but is never too good."""
    pairs, people, places = made_case(seed, whole=False)
    assume(pairs.home.size > 0)
    found = assign(pairs, people, places)
    upper = np.concatenate([people, places, [found.placed]]).astype(float)
    prices = np.random.default_rng(seed).normal(0.0, 500.0, upper.size)
    assert _proven_s(pairs, prices, upper) <= found.walked_s + 1e-6


@given(seed=SEEDS)
def test_more_places_never_serve_fewer(seed):
    pairs, people, places = made_case(seed, whole=False)
    more = places + np.random.default_rng(seed).integers(0, 4, 5)
    assert assign(pairs, people, more).placed >= assign(pairs, people, places).placed


@given(seed=SEEDS)
def test_the_order_of_rows_changes_neither_people_nor_walking(seed):
    rng = np.random.default_rng(seed)
    table = random_table(seed)
    people, places = rng.integers(0, 12, 9), rng.integers(0, 15, 5)
    rows, columns = rng.permutation(5), rng.permutation(9)
    one = assign(WalkPairs.of(times_of(table)), people, places)
    other = assign(WalkPairs.of(times_of(table[rows][:, columns])), people[columns], places[rows])
    assert one.placed == other.placed
    assert one.walked_s == pytest.approx(other.walked_s, rel=1e-9)
