"""Laws of shared supply: nothing is lost, scale and order do not matter, curves are convex."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geoplan.model.pairs import WalkPairs
from geoplan.stages.capacity import capacity_plan
from geoplan.stages.fairness import LORENZ_PERCENT, gini, lorenz_curve, theil
from geoplan.stages.supply import (
    DECAYS,
    access_of,
    access_scores,
    catchments,
    idle_supply,
    unit_means,
)
from geoplan.stages.unit_rows import Rows
from tests.walked_tables import facilities_with, random_table, times_of

SEEDS = st.integers(0, 2**32 - 1)
METHODS = st.sampled_from(sorted(DECAYS))
SHARES = np.array(LORENZ_PERCENT) / 100.0


def case_of(seed):
    rng = np.random.default_rng(seed)
    supply = rng.uniform(0, 90, 5) * (rng.random(5) < 0.8)
    people = rng.integers(0, 40, 9) * (rng.random(9) < 0.8)
    return random_table(seed), supply, people.astype(np.int64)


def shared(seed):
    """Return people and uneven scores of ten homes in three units."""
    rng = np.random.default_rng(seed)
    people = rng.integers(0, 30, 10) * (rng.random(10) < 0.8)
    access = rng.uniform(0, 5, 10) * (rng.random(10) < 0.8)
    return people.astype(np.int64), access, rng.integers(-1, 2, 10)


@given(seed=SEEDS, method=METHODS, limit_s=st.sampled_from([150.0, 450.0, 900.0]))
def test_what_homes_receive_and_what_is_idle_is_the_whole_supply(seed, method, limit_s):
    table, supply, people = case_of(seed)
    found = catchments(WalkPairs.of(times_of(table)), people, method=method, limit_s=limit_s)
    received = float(people @ access_of(found, supply))
    idle = float(idle_supply(found, supply).sum())
    assert received + idle == pytest.approx(float(supply.sum()), rel=1e-9)


@given(seed=SEEDS, method=METHODS)
def test_the_order_of_facilities_and_homes_changes_nothing(seed, method):
    table, supply, people = case_of(seed)
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(5), rng.permutation(9)
    one = access_scores(times_of(table), supply, people, method=method, limit_s=900.0)
    other = access_scores(
        times_of(table[rows][:, columns]),
        supply[rows],
        people[columns],
        method=method,
        limit_s=900.0,
    )
    np.testing.assert_allclose(other, one[columns], rtol=1e-12, atol=1e-15)


@given(seed=SEEDS, method=METHODS, more=st.floats(0.1, 50.0))
def test_more_supply_never_takes_from_anybody(seed, method, more):
    table, supply, people = case_of(seed)
    larger = supply.copy()
    larger[seed % 5] += more
    before = access_scores(times_of(table), supply, people, method=method, limit_s=900.0)
    after = access_scores(times_of(table), larger, people, method=method, limit_s=900.0)
    assert (after >= before - 1e-12).all()


@given(seed=SEEDS, factor=st.floats(1e-3, 1e3))
def test_scale_changes_no_measure(seed, factor):
    people, access, unit = shared(seed)
    assume(float(people @ access) > 0)
    one, other = lorenz_curve(people, access), lorenz_curve(people, factor * access)
    assert gini(other) == pytest.approx(gini(one), abs=1e-12)
    np.testing.assert_allclose(other.at(SHARES), one.at(SHARES), atol=1e-12)
    before, after = theil(people, access, unit), theil(people, factor * access, unit)
    for part in ("total", "within", "between"):
        assert getattr(after, part) == pytest.approx(getattr(before, part), abs=1e-11)
    rows = Rows("unit", np.arange(3).astype(str), np.arange(3).astype(str), unit + 1)
    whole, scaled = unit_means(rows, people, access), unit_means(rows, people, factor * access)
    np.testing.assert_allclose(scaled, factor * whole, rtol=1e-12)


@given(seed=SEEDS, each=st.floats(1e-3, 1e3))
def test_equal_supply_is_no_inequality(seed, each):
    people, _, unit = shared(seed)
    assume(people.sum() > 0)
    access = np.full(10, each)
    parts = theil(people, access, unit)
    assert gini(lorenz_curve(people, access)) == pytest.approx(0.0, abs=1e-12)
    assert (parts.total, parts.within, parts.between) == pytest.approx((0, 0, 0), abs=1e-12)
    np.testing.assert_allclose(lorenz_curve(people, access).at(SHARES), SHARES, atol=1e-12)


@given(seed=SEEDS)
def test_theil_is_its_parts_and_both_measures_are_bounded(seed):
    people, access, unit = shared(seed)
    assume(float(people @ access) > 0)
    parts = theil(people, access, unit)
    assert parts.total == pytest.approx(parts.within + parts.between, abs=1e-12)
    assert 0 <= parts.within <= parts.total + 1e-12
    assert 0 <= parts.between <= parts.total + 1e-12
    assert parts.total <= np.log(people.sum()) + 1e-12
    assert 0 <= gini(lorenz_curve(people, access)) < 1


@given(seed=SEEDS)
def test_the_curve_rises_ever_steeper_below_the_line_of_equal_shares(seed):
    people, access, _ = shared(seed)
    assume(float(people @ access) > 0)
    held = lorenz_curve(people, access).at(SHARES)
    steps = np.diff(held)
    assert held[0] == 0.0
    assert held[-1] == 1.0
    assert (steps >= -1e-12).all()
    assert (np.diff(steps) >= -1e-12).all()
    assert (held <= SHARES + 1e-12).all()


@given(seed=SEEDS)
def test_order_and_splitting_of_homes_change_no_measure(seed):
    people, access, unit = shared(seed)
    assume(float(people @ access) > 0)
    order = np.random.default_rng(seed).permutation(20)
    half = people // 2
    split = np.concatenate([half, people - half])[order]
    twice, units = np.tile(access, 2)[order], np.tile(unit, 2)[order]
    one, other = lorenz_curve(people, access), lorenz_curve(split, twice)
    assert gini(other) == pytest.approx(gini(one), abs=1e-12)
    parts, again = theil(people, access, unit), theil(split, twice, units)
    assert again.total == pytest.approx(parts.total, abs=1e-12)
    assert again.between == pytest.approx(parts.between, abs=1e-12)


@given(seed=SEEDS, more=st.integers(1, 20))
def test_more_capacity_leaves_nobody_more_without_a_place(seed, more):
    rng = np.random.default_rng(seed)
    table, _, people = case_of(seed)
    capacity = np.where(rng.random(5) < 0.3, np.nan, rng.integers(0, 30, 5))
    larger = capacity.copy()
    larger[seed % 5] += more
    plans = [
        capacity_plan(
            times_of(table), facilities_with(one), people, service="elderly_care", minutes=15
        )
        for one in (capacity, larger)
    ]
    assert plans[1].unmet.sum() <= plans[0].unmet.sum()
    for plan in plans:
        np.testing.assert_array_equal(plan.met + plan.unknown + plan.unmet, people)
        assert plan.assigned.sum() == plan.met.sum() + plan.unknown.sum()
        unstated = np.isnan(plan.capacity)
        assert (plan.assigned[~unstated] <= plan.capacity[~unstated]).all()
        assert plan.assigned[unstated].sum() == plan.unknown.sum()
