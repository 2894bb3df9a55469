"""Covering models against spopt and against plain mixed-integer programmes on mid-size towns."""

from __future__ import annotations

import itertools

import numpy as np
import pulp
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array
from spopt.locate import LSCP, PCenter

from geoplan.solvers.backup import solve_backup
from geoplan.solvers.lscp import solve_lscp
from geoplan.solvers.p_center import solve_p_center
from geoplan.solvers.p_dispersion import solve_p_dispersion
from tests.placement_cases import nearest, placement_of, times_covered

MOST = 120.0


def _town(seed, demand=60, candidates=25, side=4000):
    """Return whole metres (candidates, demand) and (candidates, candidates), and weights."""
    rng = np.random.default_rng(seed)
    homes, places = rng.uniform(0, side, (demand, 2)), rng.uniform(0, side, (candidates, 2))
    cost = np.hypot(*(places[:, None] - homes[None]).transpose(2, 0, 1)).round()
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1)).round()
    return cost, apart, rng.integers(0, 9, demand).astype(float)


def _limit(cost):
    """Return a limit at which everyone can just be served, and a little more."""
    return float(cost.min(axis=0).max()) + 300.0


@pytest.mark.filterwarnings("ignore:.*PuLP 4.0:DeprecationWarning")
@pytest.mark.parametrize("seed", range(5))
def test_spopt_needs_as_many_sites(seed):
    cost, _, _ = _town(seed)
    model = LSCP.from_cost_matrix(cost.T, _limit(cost))
    model.solve(pulp.PULP_CBC_CMD(msg=False))
    assert pulp.LpStatus[model.problem.status] == "Optimal"
    problem = placement_of(cost, np.ones(cost.shape[1]), new=25, limit=_limit(cost))
    placement = solve_lscp(problem, time_limit_s=MOST)
    assert (placement.status, placement.canonical) == ("optimal", True)
    assert placement.objective == pytest.approx(pulp.value(model.problem.objective))


@pytest.mark.filterwarnings("ignore:.*PuLP 4.0:DeprecationWarning")
@pytest.mark.parametrize("seed", range(5))
def test_spopt_has_the_same_p_center(seed):
    cost, _, _ = _town(seed, demand=30, candidates=12)
    model = PCenter.from_cost_matrix(cost.T, 3 + seed % 3)
    model.solve(pulp.PULP_CBC_CMD(msg=False))
    assert pulp.LpStatus[model.problem.status] == "Optimal"
    problem = placement_of(cost, np.ones(cost.shape[1]), new=3 + seed % 3)
    placement = solve_p_center(problem, time_limit_s=MOST)
    assert (placement.status, placement.canonical) == ("optimal", True)
    assert placement.objective == pytest.approx(pulp.value(model.problem.objective))


def _solved(cost, rows, *, whole, upper=1.0):
    """Return the least cost of a programme given as rows ({column: coefficient}, low, high)."""
    entries = [(r, c, v) for r, (row, _, _) in enumerate(rows) for c, v in row.items()]
    index, column, value = map(np.array, zip(*entries, strict=True))
    matrix = coo_array((value.astype(float), (index, column)), shape=(len(rows), len(cost))).tocsr()
    low, high = np.array([(low, high) for _, low, high in rows], dtype=float).T
    answer = milp(
        cost,
        constraints=LinearConstraint(matrix, low, high),
        bounds=Bounds(0, upper),
        integrality=whole,
        options={"mip_rel_gap": 0.0},
    )
    assert answer.status == 0
    return answer.fun


def _spacing(candidates, apart, least):
    return [(j, k) for j, k in itertools.combinations(range(candidates), 2) if apart[j, k] < least]


@pytest.mark.parametrize("seed", range(4))
def test_a_plain_programme_pays_as_little(seed):
    cost, apart, weight = _town(seed, demand=300, candidates=60)
    price = np.random.default_rng(seed).integers(1, 30, 60) / 4.0
    limit, pairs = _limit(cost) + 200.0, _spacing(60, apart, 150.0)
    rows = [
        (dict.fromkeys(np.flatnonzero(cost[:, i] <= limit), 1), 1, np.inf)
        for i in np.flatnonzero(weight > 0)
    ]
    rows += [({j: 1, k: 1}, 0, 1) for j, k in pairs]
    rows += [({3: 1}, 1, 1), ({5: 1}, 0, 0), (dict.fromkeys(range(60), 1), 0, 30)]
    best = _solved(price, rows, whole=np.ones(60))
    problem = placement_of(
        cost, weight, new=30, limit=limit, price=price, conflicts=pairs, required=[3], banned=[5]
    )
    placement = solve_lscp(problem, time_limit_s=MOST)
    assert (placement.status, placement.canonical) == ("optimal", True)
    assert placement.objective == placement.bound == pytest.approx(best)


@pytest.mark.parametrize("seed", range(3))
def test_a_plain_programme_has_the_same_p_center(seed):
    cost, apart, weight = _town(seed, demand=60, candidates=20)
    pairs, new, points = _spacing(20, apart, 400.0), 5, np.flatnonzero(weight > 0)
    pick = {(j, i): 21 + n for n, (i, j) in enumerate(itertools.product(points, range(20)))}
    rows = [({pick[j, i]: 1 for j in range(20)}, 1, 1) for i in points]
    rows += [({column: 1, j: -1}, -1, 0) for (j, _), column in pick.items()]
    rows += [({**{pick[j, i]: cost[j, i] for j in range(20)}, 20: -1}, -np.inf, 0) for i in points]
    rows += [({j: 1, k: 1}, 0, 1) for j, k in pairs] + [(dict.fromkeys(range(20), 1), 0, new)]
    columns = 21 + len(pick)
    whole = (np.arange(columns) < 20).astype(int)
    upper = np.where(np.arange(columns) == 20, np.inf, 1.0)
    best = _solved((np.arange(columns) == 20).astype(float), rows, whole=whole, upper=upper)
    problem = placement_of(cost, weight, new=new, conflicts=pairs)
    placement = solve_p_center(problem, time_limit_s=MOST)
    assert (placement.status, placement.canonical) == ("optimal", True)
    assert placement.objective == placement.bound == pytest.approx(best)


@pytest.mark.parametrize("seed", range(3))
def test_a_plain_programme_spreads_as_far(seed):
    cost, apart, weight = _town(seed, demand=20, candidates=30)
    farthest, new = float(apart.max()), 6
    pairs = list(itertools.combinations(range(30), 2))
    rows = [
        ({30: 1, j: farthest, k: farthest}, -np.inf, apart[j, k] + 2 * farthest) for j, k in pairs
    ]
    rows += [(dict.fromkeys(range(30), 1), new + 1, new + 1), ({4: 1}, 1, 1)]
    whole = np.append(np.ones(30), 0)
    best = -_solved(-(1 - whole), rows, whole=whole, upper=np.append(np.ones(30), farthest))
    problem = placement_of(cost, weight, new=new, fixed=[4])
    placement = solve_p_dispersion(problem, apart, time_limit_s=MOST)
    assert (placement.status, placement.canonical) == ("optimal", True)
    assert placement.objective == placement.bound == pytest.approx(best)


@pytest.mark.parametrize("seed", range(3))
def test_a_plain_programme_serves_as_many_once_and_then_twice(seed):
    cost, _, weight = _town(seed, demand=200, candidates=30)
    limit, new, many = 700.0, 8, 200
    x, z = 30 + np.arange(many), 30 + many + np.arange(many)
    near = [dict.fromkeys(np.flatnonzero(cost[:, i] <= limit), 1) for i in range(many)]
    rows = [({**near[i], x[i]: -1, z[i]: -1}, 0, np.inf) for i in range(many)]
    rows += [({x[i]: 1, z[i]: -1}, 0, np.inf) for i in range(many)]
    rows += [(dict.fromkeys(range(30), 1), 0, new + 1), ({7: 1}, 1, 1)]
    whole = np.ones(30 + 2 * many)
    first, second = np.zeros((2, whole.size))
    first[x], second[z] = -weight, -weight
    once = -_solved(first, rows, whole=whole)
    rows.append((dict(zip(x, weight, strict=True)), once - 0.1, np.inf))
    twice = -_solved(second, rows, whole=whole)
    problem = placement_of(cost, weight, new=new, limit=limit, fixed=[7])
    placement = solve_backup(problem, time_limit_s=MOST)
    assert (placement.status, placement.canonical) == ("optimal", True)
    assert placement.once == placement.once_bound == pytest.approx(once)
    assert placement.objective == placement.bound == pytest.approx(twice)
    times = times_covered(problem, placement.sites.tolist())
    assert weight[times >= 1].sum() == pytest.approx(once)
    assert weight[times >= 2].sum() == pytest.approx(twice)


def _solvers(apart):
    return {
        "lscp": solve_lscp,
        "p_center": solve_p_center,
        "backup": solve_backup,
        "p_dispersion": lambda problem, **time: solve_p_dispersion(problem, apart, **time),
    }


@pytest.mark.parametrize("model", _solvers(None))
def test_no_time_gives_a_plan_and_a_valid_bound(model):
    cost, apart, weight = _town(11, demand=200, candidates=40)
    problem = placement_of(cost, weight, new=30 if model == "lscp" else 9, limit=_limit(cost))
    if model == "p_center":
        problem = placement_of(cost, weight, new=9)
    solve = _solvers(apart)[model]
    hurried, proven = solve(problem, time_limit_s=0.0), solve(problem, time_limit_s=MOST)
    early = {"time_limit", "optimal"} if model == "lscp" else {"time_limit"}
    assert (hurried.status in early, hurried.canonical) == (True, False)
    assert (proven.status, proven.canonical) == ("optimal", True)
    assert 0 < hurried.sites.size <= problem.new
    values = [hurried.objective, proven.objective, hurried.bound]
    assert values == sorted(values, reverse=model in {"lscp", "p_center"})
    assert np.isfinite(values).all()
    if model == "backup":
        assert hurried.once <= proven.once <= hurried.once_bound


@pytest.mark.parametrize("model", _solvers(None))
@pytest.mark.parametrize("seed", range(3))
def test_shuffled_demand_changes_nothing(model, seed):
    cost, apart, weight = _town(seed, demand=150, candidates=30)
    limit = np.inf if model == "p_center" else _limit(cost)
    order = np.random.default_rng(seed).permutation(weight.size)
    solve = _solvers(apart)[model]
    first = solve(placement_of(cost, weight, new=9, limit=limit), time_limit_s=MOST)
    again = solve(
        placement_of(cost[:, order], weight[order], new=9, limit=limit), time_limit_s=MOST
    )
    assert first.canonical
    assert first.sites.tolist() == again.sites.tolist()
    assert (first.objective, first.bound) == (again.objective, again.bound)
    assert first.assigned[order].tolist() == again.assigned.tolist()


@pytest.mark.parametrize("solve", [solve_lscp, solve_p_center])
def test_those_whom_nobody_can_serve_are_named_and_the_others_are_served(solve):
    cost, _, weight = _town(3, demand=80, candidates=20)
    weight[:40] = 1.0
    cost[:, [4, 17]] = np.inf
    cost[:, 30] = np.where(np.arange(20) == 6, 100.0, np.inf)
    problem = placement_of(cost, weight, new=20, limit=_limit(cost[:, 31:]), banned=[6])
    placement = solve(problem, time_limit_s=MOST)
    beyond = np.where(np.arange(20)[:, None] == 6, np.inf, cost).min(axis=0) > problem.limit
    assert placement.status == "infeasible"
    assert {4, 17, 30} <= set(np.flatnonzero(beyond))
    lost = (placement.assigned < 0) & (weight > 0)
    assert lost.tolist() == (beyond & (weight > 0)).tolist()


@pytest.mark.parametrize("solve", [solve_lscp, solve_p_center])
def test_too_few_sites_come_with_the_number_that_it_takes(solve):
    cost, _, weight = _town(4, demand=80, candidates=20)
    problem = placement_of(cost, weight, new=20, limit=_limit(cost))
    enough = solve_lscp(problem, time_limit_s=MOST)
    short = placement_of(cost, weight, new=enough.sites.size - 1, limit=_limit(cost))
    placement = solve(short, time_limit_s=MOST)
    assert placement.status == "infeasible"
    assert placement.sites.tolist() == enough.sites.tolist()
    assert (nearest(short, placement.sites.tolist())[weight > 0] <= short.limit).all()


@pytest.mark.parametrize("model", _solvers(None))
@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
def test_empty_problems_have_an_answer(model, shape):
    problem = placement_of(np.zeros(shape), np.zeros(shape[1]), new=0, limit=5.0)
    placement = _solvers(np.zeros((shape[0], shape[0])))[model](problem, time_limit_s=MOST)
    assert (placement.status, placement.canonical) == ("optimal", True)
    assert placement.sites.size == 0
    assert placement.assigned.tolist() == [-1] * shape[1]


@pytest.mark.parametrize("model", _solvers(None))
def test_a_capacity_is_refused_not_forgotten(model):
    problem = placement_of(np.ones((2, 2)), [1, 1], new=1, limit=5.0, capacity=[1.0, np.inf])
    with pytest.raises(ValueError, match="no capacities"):
        _solvers(np.zeros((2, 2)))[model](problem, time_limit_s=MOST)


@pytest.mark.parametrize(
    ("apart", "message"),
    [
        (np.zeros((3, 3)), r"must be \(2, 2\)"),
        ([[0, 1], [2, 0]], "symmetric"),
        ([[0, -1], [-1, 0]], "not negative"),
        ([[0, np.nan], [np.nan, 0]], "symmetric"),
    ],
)
def test_impossible_distances_are_refused(apart, message):
    problem = placement_of(np.ones((2, 2)), [1, 1], new=1)
    with pytest.raises(ValueError, match=message):
        solve_p_dispersion(problem, np.array(apart, dtype=float), time_limit_s=MOST)


@pytest.mark.parametrize("model", _solvers(None))
def test_the_solver_prints_nothing_and_leaves_the_problem_as_it_was(model, capfd):
    cost, apart, weight = _town(5, demand=40, candidates=12)
    problem = placement_of(cost, weight, new=5, limit=_limit(cost), conflicts=[(0, 1)])
    before = (problem.cost.toarray(), problem.weight.copy(), apart.copy())
    _solvers(apart)[model](problem, time_limit_s=MOST)
    assert (problem.cost.toarray() == before[0]).all()
    assert (problem.weight == before[1]).all()
    assert (apart == before[2]).all()
    assert capfd.readouterr() == ("", "")
