"""Plain programmes by hand: capacities, upgrades, the time limit, order and shapes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from geoplan.errors import TimeLimitError
from geoplan.model.split_placement import RegionRules, region_shares
from geoplan.solvers.capacitated import (
    solve_capacitated_lscp,
    solve_capacitated_mclp,
    solve_capacitated_p_median,
)
from geoplan.solvers.fair import solve_fair_mclp, solve_worst_first
from tests.plain_cases import assert_kept, problem_of

NEVER = math.inf
SOLVERS = (solve_capacitated_mclp, solve_capacitated_lscp, solve_capacitated_p_median)
ALL = pytest.mark.parametrize("solve", SOLVERS)


def _town(seed, demand=120, candidates=30):
    rng = np.random.default_rng(seed)
    homes, places = rng.uniform(0, 3000, (demand, 2)), rng.uniform(0, 3000, (candidates, 2))
    cost = np.hypot(*(places[:, None, :] - homes[None, :, :]).transpose(2, 0, 1)).round()
    weight = rng.integers(1, 9, demand).astype(float)
    return cost, weight, rng.integers(40, 160, candidates).astype(float)


def test_limit_and_capacity_both_hold():
    """A place that is big enough but too far serves nobody, one that is near but full no more."""
    cost = [[1.0, 9.0], [9.0, 9.0]]
    problem = problem_of(cost, [5, 5], new=2, limit=5.0, capacity=[3.0, 100.0])
    answer = solve_capacitated_mclp(problem, time_limit_s=60.0)
    assert answer.placement.objective == 3.0
    assert answer.placement.sites.tolist() == [0]
    assert answer.served.tolist() == [0.6, 0.0]
    assert answer.placement.assigned.tolist() == [0, -1]


def test_a_point_is_split_and_told_by_its_larger_part():
    problem = problem_of([[2.0], [1.0]], [10], new=2, limit=5.0, capacity=[7.0, 4.0])
    answer = solve_capacitated_p_median(problem, time_limit_s=60.0)
    assert answer.placement.objective == 2.0 * 6 + 1.0 * 4
    assert answer.share.toarray().ravel() == pytest.approx([0.6, 0.4])
    assert answer.placement.assigned.tolist() == [0]


def test_among_the_best_services_people_walk_least():
    problem = problem_of([[4.0, 1.0], [1.0, 4.0]], [2, 2], new=2, limit=5.0, capacity=[3, 3])
    answer = solve_capacitated_mclp(problem, time_limit_s=60.0)
    assert answer.placement.assigned.tolist() == [1, 0]


def test_people_of_no_weight_go_to_the_nearest_open_place_and_take_none():
    problem = problem_of([[4.0, 1.0], [1.0, 4.0]], [2, 0], new=1, limit=5.0, capacity=[2, 0])
    answer = solve_capacitated_mclp(problem, time_limit_s=60.0)
    assert answer.placement.sites.tolist() == [0]
    assert answer.placement.assigned.tolist() == [0, 0]


def test_upgrades_are_candidates_with_a_price_and_conflicts():
    """0 is open with 3 places; 1 adds 2 places, 2 adds 5 (either, not both); 3 is a new site.

    Ten people at 0, four at 3. Budget 6: upgrade 2 and no site serve 8, upgrade 1 and the new
    site 5 + 4 = 9. Budget 8 has room for upgrade 2 and the new site: 8 + 4.
    """
    cost = [[1.0, NEVER], [1.0, NEVER], [1.0, NEVER], [NEVER, 1.0]]
    rules = {
        "fixed": [0],
        "conflicts": [[1, 2]],
        "capacity": [3.0, 2.0, 5.0, np.inf],
        "price": [9.0, 2.0, 4.0, 4.0],
    }
    found = {
        budget: solve_capacitated_mclp(
            problem_of(cost, [10, 4], new=4, limit=5.0, budget=budget, **rules), time_limit_s=60.0
        ).placement
        for budget in (0.0, 4.0, 6.0, 8.0, 99.0)
    }
    assert [plan.objective for plan in found.values()] == [3.0, 8.0, 9.0, 12.0, 12.0]
    assert [plan.sites.tolist() for plan in found.values()] == [[], [2], [1, 3], [2, 3], [2, 3]]


def test_a_budget_is_inclusive_for_sums_that_doubles_miss():
    rules = {"price": [0.1, 0.2], "budget": 0.3}
    problem = problem_of([[1.0, NEVER], [NEVER, 1.0]], [1, 1], new=2, limit=5.0, **rules)
    assert solve_capacitated_mclp(problem, time_limit_s=60.0).placement.objective == 2.0


def test_nobody_is_turned_away_to_make_regions_equal():
    """One place near all of region 0, none near region 1: no plan that opens it has no gap."""
    problem = problem_of([[1.0, NEVER]], [1, 1], new=1, limit=5.0, region=[0, 1])
    equal = RegionRules(np.zeros(2), most_gap=0.0)
    answer = solve_fair_mclp(problem, regions=equal, time_limit_s=60.0)
    assert answer.placement.sites.tolist() == []
    fixed = problem_of([[1.0, NEVER]], [1, 1], new=1, limit=5.0, region=[0, 1], fixed=[0])
    answer = solve_fair_mclp(fixed, regions=equal, time_limit_s=60.0)
    assert answer.placement.status == "infeasible"
    assert answer.placement.objective == -np.inf
    assert math.isnan(answer.gap)


def test_the_worst_region_comes_before_the_sum():
    cost = [[1.0, NEVER, NEVER], [NEVER, 1.0, NEVER], [NEVER, NEVER, 1.0]]
    problem = problem_of(cost, [9, 8, 1], new=2, limit=5.0, region=[0, 0, 1])
    most = solve_capacitated_mclp(problem, time_limit_s=60.0).placement
    fair = solve_worst_first(problem, time_limit_s=60.0)
    assert (most.sites.tolist(), most.objective) == ([0, 1], 17.0)
    assert (fair.placement.sites.tolist(), fair.placement.objective) == ([0, 2], 10.0)
    shares = region_shares(problem.region, problem.weight, fair.served)
    assert shares == pytest.approx([9 / 17, 1.0])


def test_region_rules_need_regions():
    problem = problem_of([[1.0]], [1], new=1, limit=5.0)
    with pytest.raises(ValueError, match="region"):
        solve_fair_mclp(problem, regions=RegionRules(np.array([0.5])), time_limit_s=60.0)
    with pytest.raises(ValueError, match="region"):
        solve_worst_first(problem, time_limit_s=60.0)
    known = problem_of([[1.0]], [1], new=1, limit=5.0, region=[1])
    with pytest.raises(ValueError, match="1 regions"):
        solve_fair_mclp(known, regions=RegionRules(np.array([0.5])), time_limit_s=60.0)
    for share, gap in ((1.5, 1.0), (-0.1, 1.0), (0.5, -1.0)):
        with pytest.raises(ValueError, match="RegionRules"):
            RegionRules(np.array([share]), gap)


@ALL
def test_no_time_gives_a_plan_and_a_bound(solve):
    cost, weight, capacity = _town(1)
    problem = problem_of(cost, weight, new=12, limit=1500.0, capacity=capacity)
    hurried = solve(problem, time_limit_s=0.0)
    proven = solve(problem_of(cost, weight, new=12, limit=1500.0), time_limit_s=60.0).placement
    assert hurried.placement.status == "time_limit"
    assert not hurried.placement.canonical
    assert_plan_within(hurried, problem)
    better = 1.0 if solve is solve_capacitated_mclp else -1.0
    assert better * hurried.placement.objective <= better * hurried.placement.bound
    assert better * hurried.placement.objective <= better * proven.objective


def assert_plan_within(answer, problem):
    """Assert the sums without looking at every plan, which would take too long here."""
    load = answer.share @ problem.weight
    assert (load <= problem.rules.capacity * (1 + 1e-12)).all()
    assert answer.placement.sites.size <= problem.new
    table = answer.share.tocoo()
    cost = problem.cost.toarray()[table.row, table.col]
    assert (cost <= problem.limit).all()


def test_without_time_the_bound_is_at_most_the_places_of_the_largest_candidates():
    rules = {"fixed": [3], "capacity": [1.0, 4.0, 2.0, 3.0]}
    problem = problem_of(np.ones((4, 3)), [5, 5, 5], new=2, limit=5.0, **rules)
    hurried = solve_capacitated_mclp(problem, time_limit_s=0.0).placement
    assert hurried.bound == 3.0 + 4.0 + 2.0


@pytest.mark.parametrize("solve", SOLVERS[1:])
def test_no_time_and_no_plan_is_an_error_with_a_bound(solve):
    """The greedy start opens the place between the other two, which alone serve everybody."""
    cost = [[1, 1, NEVER, NEVER], [NEVER, NEVER, 1, 1], [NEVER, 1, 1, NEVER]]
    problem = problem_of(cost, [1, 3, 3, 1], new=2, limit=5.0)
    assert solve(problem, time_limit_s=60.0).placement.sites.tolist() == [0, 1]
    with pytest.raises(TimeLimitError) as caught:
        solve(problem, time_limit_s=0.0)
    assert math.isnan(caught.value.best)
    assert caught.value.bound == (0.0 if solve is solve_capacitated_lscp else 8.0)


@ALL
@pytest.mark.parametrize("seed", range(3))
def test_shuffled_demand_changes_nothing(solve, seed):
    cost, weight, capacity = _town(seed, demand=40, candidates=12)
    order = np.random.default_rng(seed).permutation(weight.size)
    rules = {"new": 8, "limit": 1500.0, "capacity": capacity}
    first = solve(problem_of(cost, weight, **rules), time_limit_s=60.0).placement
    again = solve(problem_of(cost[:, order], weight[order], **rules), time_limit_s=60.0).placement
    assert first.status == "optimal"
    assert first.canonical
    assert first.sites.tolist() == again.sites.tolist()
    assert first.objective == pytest.approx(again.objective, rel=1e-9)


@ALL
def test_renamed_candidates_change_the_names_alone(solve):
    cost, weight, capacity = _town(7, demand=40, candidates=12)
    order = np.random.default_rng(7).permutation(capacity.size)
    rules = {"new": 8, "limit": 1500.0}
    first = solve(problem_of(cost, weight, capacity=capacity, **rules), time_limit_s=60.0)
    renamed = problem_of(cost[order], weight, capacity=capacity[order], **rules)
    again = solve(renamed, time_limit_s=60.0)
    assert first.placement.status == "optimal"
    assert first.placement.objective == pytest.approx(again.placement.objective, rel=1e-9)


@ALL
@pytest.mark.parametrize(("candidates", "demand"), [(0, 0), (0, 3), (2, 0), (2, 3)])
def test_empty_problems_have_an_answer(solve, candidates, demand):
    problem = problem_of(np.full((candidates, demand), NEVER), np.ones(demand), new=1, limit=5.0)
    placement = solve(problem, time_limit_s=60.0).placement
    served = solve is solve_capacitated_mclp
    assert placement.status == ("optimal" if served or not demand else "infeasible")
    assert placement.sites.tolist() == []


@ALL
def test_the_solver_prints_nothing_and_keeps_its_input(solve, capfd):
    cost, weight, capacity = _town(3, demand=30, candidates=8)
    problem = problem_of(cost, weight, new=5, limit=1500.0, capacity=capacity)
    before = problem.cost.toarray()
    answer = solve(problem, time_limit_s=60.0)
    assert capfd.readouterr() == ("", "")
    assert (problem.cost.toarray() == before).all()
    if answer.placement.status == "optimal":
        assert_kept(problem, answer)


def test_time_limit_error_carries_the_bound():
    with pytest.raises(TimeLimitError) as caught:
        solve_fair_mclp(_unfair_start(), regions=RegionRules(np.ones(2) * 0.5), time_limit_s=0.0)
    assert caught.value.bound == 3.0
    assert math.isnan(caught.value.best)


def _unfair_start():
    """The greedy start serves region 0 alone, and no time is left to find the fair plan."""
    cost = [[1.0, NEVER], [NEVER, 1.0], [1.0, 1.0]]
    return problem_of(cost, [3, 1], new=1, limit=5.0, region=[0, 1], capacity=[np.inf, np.inf, 2.5])
