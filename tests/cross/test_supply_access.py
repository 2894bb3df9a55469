"""Floating catchments against loops and PySAL's access; Gini and Theil against its inequality."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from access import fca, weights
from hypothesis import assume, given
from hypothesis import strategies as st
from inequality.gini import Gini
from inequality.theil import Theil as PysalTheil
from inequality.theil import TheilD

from geoplan.stages.fairness import gini, lorenz_curve, theil
from geoplan.stages.supply import DECAYS, access_scores
from tests.walked_tables import random_table, times_of

LIMITS = [300.0, 600.0, 900.0]
SEEDS = st.integers(0, 2**32 - 1)


def weight_of(method, time_s, limit_s):
    """The decay of one pair, written out once more; 0 beyond the limit."""
    share = time_s / limit_s
    if share > 1:
        return 0.0
    if method == "2sfca":
        return 1.0
    if method == "e2sfca":
        return 1.0 if 3 * share <= 1 else 0.68 if 3 * share <= 2 else 0.22
    if method == "g2sfca":
        return (math.exp(-share * share / 2) - math.exp(-1 / 2)) / (1 - math.exp(-1 / 2))
    return 3 / 4 * (1 - share * share)


def looped_scores(table, supply, people, method, limit_s):
    scores = [0.0] * len(people)
    for facility, stock in enumerate(supply):
        weighed = [weight_of(method, time_s, limit_s) for time_s in table[facility]]
        competing = sum(w * p for w, p in zip(weighed, people, strict=True))
        if competing > 0:
            for home, weight in enumerate(weighed):
                scores[home] += stock / competing * weight
    return scores


@given(
    seed=SEEDS,
    method=st.sampled_from(sorted(DECAYS)),
    limit_s=st.sampled_from(LIMITS),
    nobody=st.booleans(),
)
def test_scores_equal_the_loop(seed, method, limit_s, nobody):
    table = random_table(seed)
    rng = np.random.default_rng(seed)
    supply = rng.uniform(0, 90, 5) * (rng.random(5) < 0.8)
    people = rng.integers(0, 40, 9) * (rng.random(9) < 0.7) * (not nobody)
    got = access_scores(times_of(table), supply, people, method=method, limit_s=limit_s)
    expected = looped_scores(table, supply, people, method, limit_s)
    np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
@pytest.mark.parametrize("method", sorted(DECAYS))
def test_nothing_and_nobody_score_nothing(shape, method):
    facilities, homes = shape
    got = access_scores(
        times_of(np.full(shape, 60.0)),
        np.ones(facilities),
        np.ones(homes, dtype=np.int64),
        method=method,
        limit_s=300.0,
    )
    np.testing.assert_array_equal(got, np.zeros(homes))


def pysal_scores(table, supply, people, limit_s, weight_fn):
    facility, home = np.nonzero(np.isfinite(table))
    cost = pd.DataFrame({"origin": home, "dest": facility, "cost": table[facility, home]})
    scores = fca.two_stage_fca(
        pd.DataFrame({"demand": people.astype(float)}),
        pd.DataFrame({"supply": supply}),
        cost,
        max_cost=limit_s,
        demand_index=True,
        weight_fn=weight_fn,
    )
    return scores.reindex(range(people.size)).fillna(0.0).to_numpy()


@given(seed=SEEDS, method=st.sampled_from(["2sfca", "e2sfca"]), limit_s=st.sampled_from(LIMITS))
def test_scores_equal_pysal(seed, method, limit_s):
    """PySAL divides by the people of a facility even when there are none: every home has some."""
    table = random_table(seed)
    rng = np.random.default_rng(seed)
    supply, people = rng.uniform(1, 90, 5), rng.integers(1, 40, 9)
    assume((table <= limit_s).any())
    steps = {limit_s / 3: 1.0, limit_s * 2 / 3: 0.68, limit_s: 0.22}
    expected = pysal_scores(
        table, supply, people, limit_s, weights.step_fn(steps) if method == "e2sfca" else None
    )
    got = access_scores(times_of(table), supply, people, method=method, limit_s=limit_s)
    np.testing.assert_allclose(got, expected, rtol=1e-9)


@pytest.mark.parametrize("method", ["g2sfca", "kd2sfca"])
def test_smooth_decays_equal_pysal_with_the_same_weights(method):
    """No pair stands on the limit: PySAL would divide by its weight of 0."""
    rng = np.random.default_rng(7)
    table, supply, people = rng.uniform(0, 890, (5, 9)), rng.uniform(1, 90, 5), np.arange(1, 10)
    expected = pysal_scores(
        table, supply, people, 900.0, lambda time_s: weight_of(method, time_s, 900.0)
    )
    got = access_scores(times_of(table), supply, people, method=method, limit_s=900.0)
    np.testing.assert_allclose(got, expected, rtol=1e-9)


def test_the_comparison_with_pysal_can_fail():
    table = np.array([[100.0, 400.0]])
    supply, people = np.array([10.0]), np.array([3, 7])
    zones = access_scores(times_of(table), supply, people, method="e2sfca", limit_s=900.0)
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(zones, pysal_scores(table, supply, people, 900.0, None))


@given(seed=SEEDS, homes=st.integers(1, 12))
def test_gini_and_theil_equal_pysal_with_each_person_listed(seed, homes):
    rng = np.random.default_rng(seed)
    people, unit = rng.integers(0, 20, homes), rng.integers(0, 3, homes)
    access = rng.uniform(0, 5, homes) * (rng.random(homes) < 0.8)
    everyone, unit_of_everyone = np.repeat(access, people), np.repeat(unit, people)
    assume(everyone.sum() > 0)
    parts = theil(people, access, unit)
    listed = TheilD(everyone, unit_of_everyone)
    assert gini(lorenz_curve(people, access)) == pytest.approx(Gini(everyone).g, abs=1e-12)
    assert parts.total == pytest.approx(float(PysalTheil(everyone).T), abs=1e-12)
    assert parts.between == pytest.approx(float(np.ravel(listed.bg)[0]), abs=1e-12)
    assert parts.within == pytest.approx(float(np.ravel(listed.wg)[0]), abs=1e-12)
