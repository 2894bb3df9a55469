"""Every plain programme against every plan there is, and against spopt."""

from __future__ import annotations

import itertools

import numpy as np
import pulp
import pytest
from spopt.locate import LSCP, MCLP, PMedian

from geoplan.model.split_placement import RegionRules, region_shares
from geoplan.solvers.capacitated import (
    solve_capacitated_lscp,
    solve_capacitated_mclp,
    solve_capacitated_p_median,
)
from geoplan.solvers.fair import fairness_price, solve_fair_mclp
from tests.plain_cases import (
    Wish,
    assert_kept,
    best_by_looking,
    problem_of,
    random_problem,
)

MODELS = {
    "served": solve_capacitated_mclp,
    "sites": solve_capacitated_lscp,
    "cost": solve_capacitated_p_median,
}
ALL = pytest.mark.parametrize("aim", MODELS)
RULES = ("fixed", "required", "banned", "conflicts", "budget")
quiet_pulp = pytest.mark.filterwarnings("ignore:.*PuLP 4.0:DeprecationWarning")


def _assert_first_of_best(problem, answer, wish, seed):
    """Assert that the answer is what looking at every plan gives; return whether there is one."""
    best, placement = best_by_looking(problem, wish), answer.placement
    assert placement.canonical
    if best is None:
        assert placement.status == "infeasible", seed
        return False
    value, sites = best
    assert placement.status == "optimal", seed
    assert placement.objective == pytest.approx(value, abs=1e-6), seed
    assert tuple(placement.sites.tolist()) == sites, seed
    assert placement.bound == placement.objective
    assert_kept(problem, answer)
    return True


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
def test_each_rule_holds_and_the_rest_is_still_best(rule):
    solved = 0
    for seed, aim in zip(range(1000, 1102), itertools.cycle(MODELS), strict=False):
        problem = random_problem(seed, "capacity", rule, easy=aim != "served")
        answer = MODELS[aim](problem, time_limit_s=60.0)
        solved += _assert_first_of_best(problem, answer, Wish(aim), seed)
    assert solved >= 35


@pytest.mark.slow
def test_floors_and_gaps_hold_and_the_rest_is_still_best():
    solved = 0
    for seed in range(3000, 3200):
        rng = np.random.default_rng(seed)
        extra = ("capacity",) if seed % 2 else ()
        problem = random_problem(seed, "region", *extra, easy=seed % 3 == 0)
        floors = tuple(rng.choice([0.0, 0.2, 0.5], 3))
        gap = float(rng.choice([0.1, 0.4, np.inf]))
        regions = RegionRules(np.array(floors), gap)
        answer = solve_fair_mclp(problem, regions=regions, time_limit_s=60.0)
        if _assert_first_of_best(problem, answer, Wish("served", floors, gap), seed):
            solved += 1
            shares = region_shares(problem.region, problem.weight, answer.served)
            known = np.isfinite(shares)
            assert (shares[known] >= np.array(floors)[: shares.size][known] - 1e-8).all()
            assert not known.any() or np.ptp(shares[known]) <= gap + 1e-8
    assert solved >= 80


@pytest.mark.parametrize("seed", range(20))
def test_the_first_list_is_found_among_more_candidates_than_one_block(seed):
    """Forty candidates, each like three others: the ties cross the blocks of sixteen."""
    rng = np.random.default_rng(seed)
    kinds = rng.random((10, 12)) < 0.25
    serves = rng.permutation(np.repeat(kinds, 4, axis=0))
    weight = rng.integers(1, 4, 12).astype(float)
    cost = np.where(serves, 1.0, np.inf)
    banned = np.arange(int(rng.integers(0, 20)))
    problem = problem_of(cost, weight, new=3, limit=1.0, banned=banned)
    plans = [
        (-float(weight @ serves[list(plan)].any(axis=0)), size, plan)
        for size in range(4)
        for plan in itertools.combinations(range(banned.size, 40), size)
    ]
    value, _, sites = min(plans)
    placement = solve_capacitated_mclp(problem, time_limit_s=60.0).placement
    assert placement.canonical
    assert (placement.objective, tuple(placement.sites.tolist())) == (-value, sites)


def test_fairness_costs_the_difference_and_never_gains():
    prices = []
    for seed in range(5000, 5050):
        problem = random_problem(seed, "region")
        regions = RegionRules(np.full(3, 0.25))
        price = fairness_price(problem, regions=regions, time_limit_s=60.0)
        free = best_by_looking(problem, Wish("served"))
        fair = best_by_looking(problem, Wish("served", (0.25,) * 3))
        expected = np.inf if fair is None else free[0] - fair[0]
        assert price.lost == pytest.approx(expected, abs=1e-6)
        assert price.lost >= 0
        assert price.lost_between == (price.lost, price.lost)
        prices.append(price.lost)
    assert any(0 < lost < np.inf for lost in prices)


def _town(seed, demand=25, candidates=8):
    rng = np.random.default_rng(seed)
    homes, places = rng.uniform(0, 3000, (demand, 2)), rng.uniform(0, 3000, (candidates, 2))
    distance = np.hypot(*(homes[:, None, :] - places[None, :, :]).transpose(2, 0, 1))
    return distance.round(), rng.integers(1, 9, demand).astype(float)


@quiet_pulp
@pytest.mark.parametrize("seed", range(12))
def test_spopt_needs_as_many_sites_under_limit_and_capacity(seed):
    distance, weight = _town(seed)
    capacity = np.random.default_rng(seed).integers(20, 60, distance.shape[1]).astype(float)
    model = LSCP.from_cost_matrix(
        distance, 1800.0, demand_quantity_arr=weight, facility_capacity_arr=capacity
    )
    problem = problem_of(distance.T, weight, new=8, limit=1800.0, capacity=capacity)
    placement = solve_capacitated_lscp(problem, time_limit_s=60.0).placement
    if placement.status == "infeasible":
        with pytest.raises(RuntimeError, match="Infeasible"):
            model.solve(pulp.PULP_CBC_CMD(msg=False))
    else:
        model.solve(pulp.PULP_CBC_CMD(msg=False))
        assert placement.objective == pytest.approx(pulp.value(model.problem.objective))


@quiet_pulp
@pytest.mark.parametrize("seed", range(12))
def test_spopt_walks_as_far_when_every_point_is_one_person(seed):
    """With people of weight 1 and whole places the best split is none: spopt splits nobody."""
    distance, _ = _town(seed)
    capacity = np.random.default_rng(seed).integers(6, 12, distance.shape[1]).astype(float)
    model = PMedian.from_cost_matrix(distance, np.ones(25), 5, facility_capacities=capacity)
    model.solve(pulp.PULP_CBC_CMD(msg=False))
    assert pulp.LpStatus[model.problem.status] == "Optimal"
    problem = problem_of(distance.T, np.ones(25), new=5, capacity=capacity)
    placement = solve_capacitated_p_median(problem, time_limit_s=60.0).placement
    assert placement.objective == pytest.approx(pulp.value(model.problem.objective))


@quiet_pulp
@pytest.mark.parametrize("seed", range(6))
def test_without_capacities_spopt_serves_as_many(seed):
    distance, weight = _town(seed, demand=80, candidates=25)
    model = MCLP.from_cost_matrix(distance, weight, 500.0, 4)
    model.solve(pulp.PULP_CBC_CMD(msg=False))
    problem = problem_of(distance.T, weight, new=4, limit=500.0)
    placement = solve_capacitated_mclp(problem, time_limit_s=60.0).placement
    assert placement.objective == pytest.approx(pulp.value(model.problem.objective))
