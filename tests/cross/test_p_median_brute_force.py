"""The exact p-median against every plan there is, against spopt, and against a plain programme."""

from __future__ import annotations

import math

import highspy
import numpy as np
import pulp
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from spopt.locate import PMedian

from geoplan.solvers import p_median_branches, p_median_search
from geoplan.solvers.highs import QuietHighs
from geoplan.solvers.p_median import solve_p_median
from tests.placement_cases_p_median import least_by_looking, median_of, random_median, walked


def _solved(problem):
    return solve_p_median(problem, time_limit_s=60.0)


def _require_first_best(problem, seed):
    value, _, sites = least_by_looking(problem)
    answer = _solved(problem)
    if math.isinf(value):
        assert (answer.status, answer.objective) == ("infeasible", math.inf), seed
        return False
    assert (answer.status, answer.canonical) == ("optimal", True), seed
    assert answer.objective == pytest.approx(value, abs=1e-8), seed
    assert answer.bound == answer.objective
    assert tuple(answer.sites.tolist()) == sites, seed
    return True


@pytest.mark.parametrize("rule", ["", "fixed", "required", "conflicts"])
def test_parts_split_to_the_last_candidate_give_the_first_of_the_best_too(rule, monkeypatch):
    for name in ("LEAF_PAIRS", "LEAF_PAIRS_PER_SQUARE"):
        monkeypatch.setattr(p_median_branches, name, 0)
    monkeypatch.setattr(p_median_search, "ROUNDS", 0)
    for seed in range(3000, 3050):
        _require_first_best(random_median(seed, rule=rule), seed)


def test_everybody_goes_to_the_first_of_the_nearest_open_candidates():
    for seed in range(2000, 2100):
        problem = random_median(seed, rule="fixed")
        answer = _solved(problem)
        opened = problem.open_with(answer.sites)
        table = np.full(problem.cost.shape, np.inf)
        pairs = problem.cost.tocoo()
        table[pairs.row, pairs.col] = pairs.data
        table[~opened] = np.inf
        for point in range(table.shape[1]):
            nearest = table[:, point].min()
            expected = -1 if math.isinf(nearest) else int(np.argmin(table[:, point]))
            assert answer.assigned[point] == expected, seed


def test_points_that_nobody_can_serve_are_named():
    cost = [[1, 1, 1], [1, 1, 1]]
    missing = [[False, True, True], [False, True, False]]
    answer = _solved(median_of(cost, [1, 1, 1], new=2, missing=missing))
    assert (answer.status, answer.objective, answer.bound) == ("infeasible", math.inf, math.inf)
    assert np.flatnonzero(answer.assigned == -1).tolist() == [1]
    nobody_there = _solved(median_of(cost, [1, 0, 1], new=2, missing=missing))
    assert (nobody_there.status, nobody_there.sites.tolist()) == ("optimal", [1])


def test_rules_that_contradict_each_other_are_infeasible():
    cost = [[1, 2], [2, 1]]
    for rules in (
        {"new": 1, "required": [0, 1]},
        {"new": 2, "required": [0], "banned": [0]},
        {"new": 2, "fixed": [0], "banned": [0]},
        {"new": 2, "required": [0, 1], "conflicts": [[0, 1]]},
        {"new": 2, "fixed": [0], "required": [1], "conflicts": [[1, 0]]},
    ):
        answer = _solved(median_of(cost, [1, 1], **rules))
        assert (answer.status, answer.sites.tolist()) == ("infeasible", [])
    both_there = median_of(cost, [1, 1], new=0, fixed=[0, 1], conflicts=[[0, 1]])
    assert _solved(both_there).objective == 2.0


def _town(seed, *, points=120):
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, 5000, (points, 2))
    return np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)), rng.integers(1, 50, points)


def _network(seed, *, points=60):
    """Return walks between the corners of a random network in the manner of Beasley 1985."""
    rng = np.random.default_rng(seed)
    links = points * points // 20
    ring = rng.permutation(points)
    ends = np.stack([np.append(ring, rng.integers(0, points, links))] * 2)
    ends[1] = np.append(np.roll(ring, 1), rng.integers(0, points, links))
    length = np.full((points, points), np.inf)
    np.minimum.at(length, tuple(ends), rng.integers(1, 101, ends.shape[1]).astype(float))
    length = np.minimum(length, length.T)
    return dijkstra(csr_array(np.where(np.isfinite(length), length, 0.0)))


def _plain_value(cost, weight, new):
    """Return the least cost by the textbook programme, x_ij ≤ y_j and all, in HiGHS."""
    sites, points = cost.shape
    solver = QuietHighs()
    for option, value in {"output_flag": False, "threads": 1, "mip_rel_gap": 0.0}.items():
        solver.setOptionValue(option, value)
    opened = [solver.addBinary() for _ in range(sites)]
    goes = [[solver.addVariable(lb=0, ub=1) for _ in range(points)] for _ in range(sites)]
    for point in range(points):
        solver.addConstr(sum(goes[site][point] for site in range(sites)) == 1)
        for site in range(sites):
            solver.addConstr(goes[site][point] <= opened[site])
    solver.addConstr(sum(opened) <= new)
    solver.minimize(
        sum(
            float(weight[point] * cost[site, point]) * goes[site][point]
            for site in range(sites)
            for point in range(points)
        )
    )
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return solver.getInfo().objective_function_value


@pytest.mark.parametrize("seed", range(30))
def test_a_plain_programme_finds_the_same_value(seed):
    points = 36 + seed % 3
    cost = _network(seed, points=points)
    if seed % 2:
        cost = _town(seed, points=points)[0]
    weight = np.random.default_rng(seed).integers(1, 4, points).astype(float)
    new = (2, 4, 7, 11, 16)[seed % 5]
    answer = _solved(median_of(cost, weight, new=new))
    assert (answer.status, answer.canonical) == ("optimal", True)
    assert answer.objective == pytest.approx(_plain_value(cost, weight, new), rel=1e-7)


@pytest.mark.filterwarnings("ignore:.*PuLP 4.0:DeprecationWarning")
@pytest.mark.parametrize(("seed", "new"), [(1, 3), (2, 6), (3, 10)])
def test_spopt_finds_the_same_value(seed, new):
    cost, weight = _town(seed, points=50)
    model = PMedian.from_cost_matrix(cost, weight, new)
    model.solve(pulp.PULP_CBC_CMD(msg=False))
    assert pulp.LpStatus[model.problem.status] == "Optimal"
    answer = _solved(median_of(cost.T, weight, new=new))
    assert answer.objective == pytest.approx(pulp.value(model.problem.objective), rel=1e-7)


def test_no_time_gives_a_plan_and_a_bound_but_no_error():
    cost, weight = _town(4)
    problem = median_of(cost.round(), weight, new=12)
    hurried, proven = solve_p_median(problem, time_limit_s=0.0), _solved(problem)
    assert (hurried.status, hurried.canonical) == ("time_limit", False)
    assert hurried.bound <= proven.objective <= hurried.objective < math.inf
    assert hurried.objective == pytest.approx(walked(problem, set(hurried.sites.tolist())))
    assert hurried.bound > 0


@pytest.mark.parametrize("seed", range(5))
def test_renamed_candidates_change_the_names_alone(seed):
    cost, weight = _town(seed, points=80)
    order = np.random.default_rng(seed).permutation(80)
    first = _solved(median_of(cost.round(), weight, new=9))
    again = _solved(median_of(cost.round()[order], weight, new=9))
    assert (first.objective, first.bound) == (again.objective, again.bound)
    assert sorted(order[again.sites].tolist()) == first.sites.tolist()


@pytest.mark.parametrize("seed", range(5))
def test_shuffled_points_change_nothing_not_even_among_ties(seed):
    cost = _network(seed)
    order = np.random.default_rng(seed).permutation(60)
    weight = np.random.default_rng(seed).integers(0, 3, 60)
    first = _solved(median_of(cost, weight, new=7))
    again = _solved(median_of(cost[:, order], weight[order], new=7))
    assert (first.canonical, again.canonical) == (True, True)
    assert first.sites.tolist() == again.sites.tolist()
    assert first.assigned[order].tolist() == again.assigned.tolist()


def test_more_sites_never_cost_more_and_as_many_as_points_cost_nothing():
    cost, weight = _town(6, points=40)
    values = [_solved(median_of(cost, weight, new=new)).objective for new in range(1, 41)]
    assert values == sorted(values, reverse=True)
    assert values[0] > values[-1] == 0.0


@pytest.mark.parametrize("shape", [(0, 0), (4, 0), (3, 4)])
def test_where_nobody_lives_no_site_opens(shape):
    for new in (0, 2, 9):
        answer = _solved(median_of(np.ones(shape), np.zeros(shape[1]), new=new))
        assert (answer.status, answer.sites.size, answer.objective) == ("optimal", 0, 0.0)


def test_limits_that_the_model_does_not_know_are_refused():
    problem = median_of(np.ones((2, 2)), [1, 1], new=1)
    for name, value in (("capacity", np.array([1.0, np.inf])), ("budget", 3.0)):
        free = problem.rules
        parts = {part: getattr(free, part) for part in free.__dataclass_fields__}
        rules = type(free)(**{**parts, name: value})
        limited = type(problem)(problem.cost, problem.weight, 1, rules)
        with pytest.raises(ValueError, match="no capacity and no budget"):
            _solved(limited)
