"""The quick way through merged points and priced candidates against the plain programme."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from geoplan.model.split_placement import RegionRules, region_weights
from geoplan.solvers.fair import worst_first
from geoplan.solvers.full_places import first_full_plan
from geoplan.solvers.merged_points import merged_task
from geoplan.solvers.plain_model import Aim, Task
from geoplan.solvers.plain_solve import aim_alone, solve_plain
from geoplan.solvers.priced import priced_goals
from geoplan.solvers.programme import Goal, Programme, reached_goals
from geoplan.solvers.quick_plain import solve_quickly, too_few_places
from tests.plain_cases import assert_kept, problem_of, random_problem

CASES = {
    "spacing": ("conflicts",),
    "budget": ("budget",),
    "floor": ("region",),
    "gap": ("region", "fixed"),
    "worst-first": ("region", "conflicts"),
    "capacity": ("capacity", "fixed"),
    "capacity and gap": ("capacity", "region", "fixed"),
    "everybody": ("capacity", "fixed"),
    "all": ("fixed", "required", "banned", "conflicts", "budget", "region", "capacity"),
}
NO_REGIONS = RegionRules.free()


def _doubled(problem, seed):
    """Return the problem with every point two or three times, each with a part of the weight."""
    rng = np.random.default_rng(seed)
    points = rng.permutation(np.repeat(np.arange(problem.weight.size), rng.integers(2, 4)))
    many = problem.of_points(points)
    return replace(many, weight=many.weight * rng.integers(0, 4, points.size))


def _task(case, seed):
    rng = np.random.default_rng(seed)
    everybody = case == "everybody"
    problem = _doubled(random_problem(seed, *CASES[case], easy=everybody), seed)
    floors = rng.choice([0.0, 0.2, 0.5], 3) if case in {"floor", "all"} else np.zeros(3)
    most_gap = float(rng.choice([0.1, 0.4])) if "gap" in case else np.inf
    if case == "all" and seed % 2:
        most_gap = 0.7
    regions = RegionRules(floors, most_gap)
    if everybody:
        return Task(problem, Aim.SITES, 1.0, NO_REGIONS)
    return Task(problem, Aim.SERVED, 0.0, regions)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_the_quick_answer_is_that_of_the_plain_programme(case):
    solved = 0
    for seed in range(5000, 5200):
        task = _task(case, seed)
        recipe = worst_first if case == "worst-first" else aim_alone
        plain = solve_plain(task, recipe=recipe, time_limit_s=60.0).placement
        quick = solve_quickly(task, recipe=recipe, time_limit_s=60.0)
        found = quick.placement
        assert found.status == plain.status, seed
        assert found.canonical, seed
        assert found.sites.tolist() == plain.sites.tolist(), seed
        assert found.objective == pytest.approx(plain.objective, abs=1e-6), seed
        assert found.bound == found.objective, seed
        if found.status == "optimal":
            solved += 1
            assert_kept(task.problem, quick)
    assert solved >= 40


def _many(seed):
    """Return a task of 300 candidates, many alike, with conflicts, a budget and floors."""
    rng = np.random.default_rng(seed)
    homes, places = rng.uniform(0, 6000, (400, 2)), rng.uniform(0, 6000, (300, 2))
    cost = np.hypot(*(places[:, None, :] - homes[None, :, :]).transpose(2, 0, 1)).round()
    apart = np.hypot(*(places[:, None, :] - places[None, :, :]).transpose(2, 0, 1))
    problem = problem_of(
        np.where(cost <= 900, cost, np.inf),
        rng.integers(1, 9, 400),
        new=5,
        limit=900.0,
        region=(homes[:, 0] // 2000).astype(int),
        conflicts=np.argwhere(np.triu(apart < 700, 1)),
        price=rng.integers(1, 4, 300).astype(float),
        budget=8.0,
    )
    return Task(problem, Aim.SERVED, 0.0, RegionRules(np.full(3, 0.05)))


@pytest.mark.parametrize("seed", range(3))
def test_among_more_candidates_than_are_asked_first_the_answer_is_the_same(seed):
    task = _many(seed)
    plain = solve_plain(task, time_limit_s=60.0).placement
    quick = solve_quickly(task, time_limit_s=60.0).placement
    assert quick.status == plain.status == "optimal"
    assert quick.objective == plain.objective == quick.bound
    assert quick.canonical
    assert plain.canonical
    assert quick.sites.tolist() == plain.sites.tolist()


def test_like_points_of_one_region_become_one_and_regions_keep_their_weight():
    cost = [[1.0, 2.0, 3.0, 9.0, 9.0, 1.0], [9.0, 9.0, 1.0, 9.0, 9.0, 9.0]]
    region = [0, 0, 1, 1, 1, 1]
    problem = problem_of(cost, [1, 2, 4, 8, 16, 32], new=1, limit=5.0, region=region)
    merged = merged_task(Task(problem, Aim.SERVED, 0.0, NO_REGIONS)).problem
    assert merged.weight.tolist() == [3.0, 4.0, 24.0, 32.0]
    assert merged.region.tolist() == [0, 1, 1, 1]
    assert (merged.cost.toarray() > 0).tolist() == [[1, 1, 0, 1], [0, 1, 0, 0]]
    assert region_weights(merged.region, merged.weight, 2).tolist() == [3.0, 60.0]


def test_who_is_served_in_any_case_needs_no_other_candidate():
    cost = [[1.0, 1.0, 9.0], [1.0, 9.0, 1.0], [9.0, 1.0, 1.0]]
    problem = problem_of(cost, [1, 2, 4], new=1, limit=5.0, fixed=[0])
    merged = merged_task(Task(problem, Aim.SERVED, 0.0, NO_REGIONS)).problem
    assert merged.weight.tolist() == [3.0, 4.0]
    assert (merged.cost.toarray() > 0).tolist() == [[1, 0], [0, 1], [0, 1]]


def test_a_fixed_candidate_that_may_be_full_serves_nobody_surely():
    problem = problem_of([[1.0, 1.0], [1.0, 9.0]], [1, 2], new=1, limit=5.0, fixed=[0])
    problem = replace(problem, rules=replace(problem.rules, capacity=np.array([2.0, np.inf])))
    merged = merged_task(Task(problem, Aim.SERVED, 0.0, NO_REGIONS)).problem
    assert merged.cost.nnz == 3


def test_too_few_places_are_told_without_a_programme():
    crowded = problem_of([[1.0, 1.0]] * 3, [5, 5], new=2, limit=5.0, capacity=[4.0, 5.0, 4.0])
    assert too_few_places(Task(crowded, Aim.SITES, 1.0, NO_REGIONS))
    roomy = replace(crowded, rules=replace(crowded.rules, capacity=np.array([4.0, 5.0, 5.0])))
    assert not too_few_places(Task(roomy, Aim.SITES, 1.0, NO_REGIONS))
    assert not too_few_places(Task(crowded, Aim.SERVED, 0.0, NO_REGIONS))
    far = problem_of([[1.0, 9.0]], [1, 0], new=1, limit=5.0)
    assert too_few_places(Task(far, Aim.SITES, 1.0, NO_REGIONS))


def _knapsack(seed):
    rng = np.random.default_rng(seed)
    size = 90
    use = rng.integers(1, 20, (2, size)).astype(float)
    programme = Programme.of_columns(np.zeros(size), np.ones(size), np.ones(size, dtype=np.bool_))
    for row in use:
        programme = programme.at_least(-row, -60.0)
    worth = rng.integers(1, 20, size) / 20.0
    return programme, [Goal(worth, 1e-7), Goal(-np.ones(size), 0.5)]


@pytest.mark.parametrize("seed", range(10))
def test_prices_close_columns_and_lose_no_best_point(seed):
    programme, goals = _knapsack(seed)
    whole = reached_goals(programme, goals, None, deadline=np.inf)
    priced = priced_goals(programme, goals, None, deadline=np.inf)
    assert priced.count == whole.count == 2
    assert priced.answer.bound == pytest.approx(whole.answer.bound)
    left = priced.programme
    assert (left.upper < 1).any()
    known = whole.answer.values
    assert ((known >= left.lower) & (known <= left.upper)).all()


def test_without_time_the_bound_of_prices_holds():
    programme, goals = _knapsack(0)
    reached = priced_goals(programme, goals, None, deadline=0.0)
    assert reached.count == 0
    assert not reached.answer.proven
    assert reached.answer.bound == np.inf


@pytest.mark.parametrize("seed", range(60))
def test_a_plan_that_fills_every_place_is_that_of_the_plain_programme(seed):
    rng = np.random.default_rng(seed)
    rules = ("conflicts", "fixed", "required", "budget")[: seed % 5]
    problem = random_problem(3 * seed, *rules)
    places = rng.integers(1, 4, problem.cost.shape[0]).astype(float)
    places[rng.random(places.size) < 0.7] = 2.0
    problem = replace(problem, new=min(problem.new, 2), weight=problem.weight * 2)
    problem = replace(problem, rules=replace(problem.rules, capacity=places))
    plain = solve_plain(Task(problem, Aim.SERVED, 0.0, NO_REGIONS), time_limit_s=60.0).placement
    sites = first_full_plan(problem, deadline=np.inf)
    if sites is not None:
        assert sites.tolist() == plain.sites.tolist()
    quick = solve_quickly(Task(problem, Aim.SERVED, 0.0, NO_REGIONS), time_limit_s=60.0).placement
    assert (quick.objective, quick.sites.tolist()) == (plain.objective, plain.sites.tolist())


def test_places_are_filled_in_the_order_of_candidates():
    """Candidates 0 and 1 share their people, so 0 and 2 are the first pair that is full."""
    cost = [[1.0, 9.0], [1.0, 9.0], [9.0, 1.0]]
    problem = problem_of(cost, [5, 9], new=2, limit=5.0, capacity=[4.0, 4.0, 4.0])
    found = first_full_plan(problem, deadline=np.inf)
    assert found is not None
    assert found.tolist() == [0, 2]
    assert first_full_plan(replace(problem, new=3), deadline=np.inf) is None
