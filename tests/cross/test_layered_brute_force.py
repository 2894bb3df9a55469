"""Levels and services against every plan there is, each rule, ties included."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array

from geoplan.errors import TimeLimitError
from geoplan.model.layered import LayerRules, MultiServiceProblem, Premises
from geoplan.solvers.hierarchical import broken_hierarchy, solve_hierarchical
from geoplan.solvers.multi_service import broken_services, solve_multi_service
from tests.layered_cases import (
    LEVEL_RULES,
    SERVICE_RULES,
    hierarchy_plans,
    hierarchy_worth,
    number_of_sites,
    random_hierarchy,
    random_services,
    service_plans,
    service_worth,
)

EQUAL = 1e-9
CASES, RULE_CASES = range(200), range(100)


def first_of(plans, worth, rank):
    """Return the first of the best plans and its worth; None when there is no plan."""
    valued = [(worth(plan)[0], plan) for plan in plans]
    if not valued:
        return None
    best = max(value for value, _ in valued)
    near = EQUAL * max(1.0, best)
    return best, min((plan for value, plan in valued if value >= best - near), key=rank)


def hierarchy_first(problem):
    return first_of(
        hierarchy_plans(problem),
        lambda plan: hierarchy_worth(problem, plan),
        lambda plan: (len(plan), plan),
    )


def services_first(problem):
    return first_of(
        service_plans(problem),
        lambda plan: service_worth(problem, plan),
        lambda plan: (number_of_sites(problem, plan), len(plan), plan),
    )


def as_tuples(openings):
    return tuple(map(tuple, openings.tolist()))


def check(problem, plan, expected, worth):
    """Hold a plan against the first of the best, with its worth, people and reasons."""
    if expected is None:
        assert plan.status == "infeasible"
        assert plan.objective == plan.bound == -np.inf
        assert not plan.openings.size
        return
    best, openings = expected
    assert plan.status == "optimal"
    assert plan.canonical
    assert as_tuples(plan.openings) == openings
    assert plan.objective == plan.bound == pytest.approx(best, abs=1e-9)
    assert plan.baseline == pytest.approx(worth(problem, ())[0], abs=1e-9)
    assert set(map(tuple, np.argwhere(plan.served).tolist())) == worth(problem, openings)[1]
    for row, pair in enumerate(openings):
        rest = tuple(other for other in openings if other != pair)
        less, still = worth(problem, rest)
        gone = worth(problem, openings)[1] - still
        assert plan.lost_without[row] == pytest.approx(best - less, abs=1e-9)
        for layer in range(problem.limit.size):
            people = sum(problem.weight[k, i] for k, i in gone if k == layer)
            assert plan.lost_by_layer[row, layer] == pytest.approx(people, abs=1e-9)


@pytest.mark.parametrize("seed", CASES)
def test_levels_are_the_first_of_all_plans(seed):
    problem = random_hierarchy(seed)
    plan = solve_hierarchical(problem, time_limit_s=60)
    check(problem, plan, hierarchy_first(problem), hierarchy_worth)


@pytest.mark.parametrize("seed", CASES)
def test_services_are_the_first_of_all_plans(seed):
    problem = random_services(seed)
    plan = solve_multi_service(problem, time_limit_s=60)
    check(problem, plan, services_first(problem), service_worth)


@pytest.mark.parametrize("name", [*LEVEL_RULES, "all"])
def test_every_rule_of_levels_is_kept(name):
    names, found = LEVEL_RULES if name == "all" else (name,), set()
    for seed in RULE_CASES:
        problem = random_hierarchy(1000 + seed, names)
        plan = solve_hierarchical(problem, time_limit_s=60)
        check(problem, plan, hierarchy_first(problem), hierarchy_worth)
        found.add(plan.status)
    assert "optimal" in found
    assert name not in {"required", "all"} or "infeasible" in found


@pytest.mark.parametrize("name", [*SERVICE_RULES, "all"])
def test_every_rule_of_services_is_kept(name):
    names, found = SERVICE_RULES if name == "all" else (name,), set()
    for seed in RULE_CASES:
        problem = random_services(1000 + seed, names)
        plan = solve_multi_service(problem, time_limit_s=60)
        check(problem, plan, services_first(problem), service_worth)
        found.add(plan.status)
    assert "optimal" in found
    assert name not in {"required", "all"} or "infeasible" in found


MODELS = {
    "levels": (random_hierarchy, solve_hierarchical, hierarchy_first, LEVEL_RULES),
    "services": (random_services, solve_multi_service, services_first, SERVICE_RULES),
}


def in_no_time(solve, problem):
    """Return the plan and its bound; None and a bound when no plan is known."""
    try:
        plan = solve(problem, time_limit_s=0.0)
    except TimeLimitError as error:
        return None, error.bound
    return plan, plan.bound


@pytest.mark.parametrize("model", MODELS)
def test_without_time_there_is_a_plan_and_a_bound_that_holds(model):
    make, solve, first, names = MODELS[model]
    found = set()
    for seed in RULE_CASES:
        problem = make(3000 + seed, names if seed % 2 else ())
        expected = first(problem)
        plan, bound = in_no_time(solve, problem)
        if plan is None:
            assert expected is None or bound >= expected[0] - 1e-9
            continue
        found.add(plan.status)
        if expected is None:
            assert plan.status == "infeasible"
        else:
            assert plan.objective - 1e-9 <= expected[0] <= plan.bound + 1e-9
            assert plan.objective == pytest.approx(problem.value(plan.openings), abs=1e-9)
            assert plan.status in {"optimal", "time_limit"}
            assert not (plan.status == "time_limit" and plan.canonical)
    assert {"time_limit", "optimal"} <= found


@pytest.mark.parametrize("model", MODELS)
def test_the_order_of_the_points_changes_nothing(model):
    make, solve, _, names = MODELS[model]
    for seed in range(30):
        problem = make(4000 + seed, names)
        order = np.random.default_rng(seed).permutation(problem.cost.shape[1])
        changed = {
            "cost": csr_array(problem.cost[:, order]),
            "weight": problem.weight[:, order],
        }
        if model == "services" and problem.bundle.size:
            changed["bundle"] = problem.bundle[order]
        plan = solve(problem, time_limit_s=60)
        other = solve(replace(problem, **changed), time_limit_s=60)
        assert as_tuples(plan.openings) == as_tuples(other.openings)
        assert plan.objective == other.objective
        assert (plan.served[:, order] == other.served).all()


@pytest.mark.parametrize("model", MODELS)
def test_the_order_of_the_candidates_changes_no_worth(model):
    make, solve, _, _ = MODELS[model]
    for seed in range(30):
        problem = make(5000 + seed)
        order = np.random.default_rng(seed).permutation(problem.cost.shape[0])
        rules = replace(problem.rules, price=problem.rules.price[order])
        changed = replace(problem, cost=csr_array(problem.cost[order]), rules=rules)
        if model == "services":
            premises = problem.premises
            premises = replace(premises, price=premises.price[order])
            changed = replace(changed, premises=premises)
        plan, other = (solve(case, time_limit_s=60) for case in (problem, changed))
        assert other.objective == pytest.approx(plan.objective, abs=1e-9)
        assert other.openings.shape == plan.openings.shape


def test_an_upgrade_counts_in_the_level_it_reaches():
    problem = replace(
        random_hierarchy(0),
        cost=csr_array(np.array([[1.0]])),
        weight=np.ones((2, 1)),
        worth=np.ones(2),
        limit=np.array([1.0, 1.0]),
        new=np.array([5, 1]),
        level=np.array([0]),
        rules=LayerRules.free(1, 2),
    )
    plan = solve_hierarchical(problem, time_limit_s=60)
    assert as_tuples(plan.openings) == ((0, 1),)
    assert (plan.baseline, plan.objective) == (1.0, 2.0)
    without = solve_hierarchical(replace(problem, new=np.array([5, 0])), time_limit_s=60)
    assert without.openings.size == 0
    assert without.objective == 1.0


@pytest.mark.parametrize(
    ("openings", "rule"),
    [([(0, 0), (0, 1)], "one level a candidate"), ([(0, 0), (1, 0)], "new")],
)
def test_broken_rules_of_levels_are_named(openings, rule):
    problem = replace(
        random_hierarchy(0),
        cost=csr_array((2, 1), dtype=np.float64),
        weight=np.ones((2, 1)),
        worth=np.ones(2),
        limit=np.ones(2),
        new=np.array([1, 1]),
        level=np.array([-1, -1]),
        rules=LayerRules.free(2, 2),
    )
    assert broken_hierarchy(problem, np.array(openings)) == [rule]


@pytest.mark.parametrize(
    ("openings", "rule"),
    [([(0, 0), (0, 1)], "space"), ([(0, 0), (1, 0)], "sites"), ([(2, 1)], "given already")],
)
def test_broken_rules_of_services_are_named(openings, rule):
    given = np.array([[False, False], [False, False], [False, True]])
    premises = replace(
        Premises.empty(3, 2),
        existing=given.any(axis=1),
        given=given,
        space_m2=np.full(3, 100.0),
        need_m2=np.array([60.0, 60.0]),
    )
    problem = MultiServiceProblem(
        cost=csr_array((3, 1), dtype=np.float64),
        weight=np.ones((2, 1)),
        limit=np.ones(2),
        new=np.array([9, 9]),
        sites=1,
        premises=premises,
        rules=LayerRules.free(3, 2),
    )
    assert broken_services(problem, np.array(openings)) == [rule]
