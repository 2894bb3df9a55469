"""Covers in parts and branches: each answer against all plans, and bounds that hold."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
from scipy.linalg import block_diag

from geoplan.solvers import cover_branches
from geoplan.solvers.cover import reduced_cover
from geoplan.solvers.cover_branches import branched_plan, without_site
from geoplan.solvers.cover_shares import shared_plan
from geoplan.solvers.covering_model import relaxed_prices
from geoplan.solvers.greedy import greedy_plan, searched_plan
from geoplan.solvers.mclp import solve_mclp
from geoplan.solvers.multipliers import bound_of, dual_bound
from tests.siting_cases import best_by_looking, problem_of

SEEDS = range(25)
LIMIT_S = 60.0


def _later() -> float:
    return time.monotonic() + LIMIT_S


def _in_blocks(seed: int):
    """Return a problem of three parts that share no rows, its cover, and the best value."""
    rng = np.random.default_rng(seed)
    blocks = [rng.random((size, 2 * size)) < 0.4 for size in rng.integers(2, 5, 3)]
    serves = block_diag(*blocks)
    weight = rng.integers(1, 9, serves.shape[1]).astype(float)
    problem = problem_of(serves, weight, new=int(rng.integers(1, 6)))
    cover = reduced_cover(problem)
    return problem, cover, best_by_looking(problem)[0] / cover.quantum


def _every_value(cover) -> dict[tuple[int, ...], float]:
    numbers = range(cover.serves.shape[0])
    return {
        plan: cover.value(np.array(plan, dtype=np.int32))
        for plan in itertools.combinations(numbers, cover.sites)
    }


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("leaf", [0, 30_000])
def test_parts_give_the_best_plan_and_prove_it(seed, leaf, monkeypatch):
    monkeypatch.setattr(cover_branches, "LEAF_PAIRS", leaf)
    _, cover, best = _in_blocks(seed)
    shared = shared_plan(cover, greedy_plan(cover)[:1], deadline=_later())
    assert cover.value(shared.plan) == best == shared.bound
    assert shared.plan.size <= cover.sites


@pytest.mark.parametrize("seed", SEEDS)
def test_parts_without_time_keep_their_plan_and_a_bound_that_holds(seed):
    _, cover, best = _in_blocks(seed)
    plan = greedy_plan(cover)
    shared = shared_plan(cover, plan, deadline=-1.0)
    assert cover.value(plan) <= cover.value(shared.plan) <= best <= shared.bound


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("leaf", [0, 30_000])
def test_branches_find_what_is_wanted_and_nothing_more(seed, leaf, monkeypatch):
    monkeypatch.setattr(cover_branches, "LEAF_PAIRS", leaf)
    _, cover, best = _in_blocks(seed)
    found = branched_plan(cover, best, deadline=_later())
    assert found.plan is not None
    assert cover.value(found.plan) == best == found.bound
    more = branched_plan(cover, best + 1, deadline=_later())
    assert more.plan is None
    assert best <= more.bound < best + 1


@pytest.mark.parametrize("seed", SEEDS)
def test_bounds_of_closed_candidates_hold_for_every_plan(seed):
    _, cover, best = _in_blocks(seed)
    proof = dual_bound(cover, best, deadline=_later())
    without = without_site(cover, proof)
    for plan, value in _every_value(cover).items():
        left_out = np.setdiff1d(np.arange(cover.serves.shape[0]), plan)
        assert (without[left_out] >= value - 1e-6).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_prices_of_the_relaxation_prove_a_bound(seed):
    _, cover, best = _in_blocks(seed)
    prices = relaxed_prices(cover, seconds=LIMIT_S)
    assert prices is not None
    bound = bound_of(cover, prices).value
    assert best - 1e-6 <= bound <= dual_bound(cover, best, deadline=_later()).value + 1e-3


def test_the_relaxation_without_time_has_no_prices():
    assert relaxed_prices(_in_blocks(0)[1], seconds=0.0) is None


@pytest.mark.parametrize("seed", SEEDS)
def test_a_walk_never_ends_below_its_start(seed):
    _, cover, best = _in_blocks(seed)
    start = np.arange(cover.sites, dtype=np.int32)
    walked = searched_plan(cover, start, steps=40, deadline=_later())
    assert cover.value(start) <= cover.value(walked) <= best
    assert walked.size == cover.sites


def test_a_walk_leaves_a_plan_that_no_single_exchange_improves():
    # 0 and 1 serve 5 each; 2 and 3 together 12, but with 0 or 1 either is worth no more than 5+5
    serves = [[1, 1, 0, 0, 0, 0], [0, 0, 1, 1, 0, 0], [1, 0, 1, 0, 1, 0], [0, 1, 0, 1, 0, 1]]
    cover = reduced_cover(problem_of(serves, [3, 2, 3, 2, 1, 1], new=2))
    start = np.array([0, 1], dtype=np.int32)
    walked = searched_plan(cover, start, steps=40, deadline=_later())
    assert (cover.value(start), cover.value(walked)) == (10.0, 12.0)


@pytest.mark.parametrize("seed", SEEDS)
def test_without_time_the_bound_is_still_better_than_everybody(seed):
    problem, cover, best = _in_blocks(seed)
    answer = solve_mclp(problem, time_limit_s=0.0)
    assert answer.objective <= best * cover.quantum <= answer.bound + 1e-6
    assert answer.bound < problem.weight.sum() or best * cover.quantum > 0.9 * answer.bound
