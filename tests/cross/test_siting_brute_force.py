"""The exact solver against every plan there is, against greedy, and against spopt."""

from __future__ import annotations

import math

import numpy as np
import pulp
import pytest
from spopt.locate import MCLP

from geoplan.solvers.cover import reduced_cover
from geoplan.solvers.greedy import greedy_plan
from geoplan.solvers.mclp import solve_mclp
from tests.siting_cases import best_by_looking, problem_of, random_problem, worth


def _plan(problem):
    choice = solve_mclp(problem, time_limit_s=60.0)
    assert choice.status == "optimal"
    assert choice.canonical
    return choice


def test_people_who_are_covered_already_draw_no_site():
    for seed in range(2000, 2100):
        problem = random_problem(seed)
        choice = _plan(problem)
        table = problem.cost.toarray() > 0
        for site in choice.sites:
            others = [other for other in choice.sites if other != site]
            needed = table[site] & ~table[[*others, *problem.rules.fixed]].any(axis=0)
            assert problem.weight[needed].sum() > 0, (seed, site)


def test_a_reduction_keeps_the_best_value():
    for seed in range(3000, 3200):
        problem = random_problem(seed, required=seed % 2, banned=seed % 3)
        cover = reduced_cover(problem)
        rest = problem_of(
            cover.serves.toarray(), cover.weight * cover.quantum, new=max(cover.sites, 0)
        )
        held = problem.served_weight(problem.rules.required)
        assert held + best_by_looking(rest)[0] == pytest.approx(best_by_looking(problem)[0])


def test_exact_is_at_least_greedy_and_greedy_at_least_63_percent_of_exact():
    for seed in range(4000, 4200):
        problem = random_problem(seed)
        cover = reduced_cover(problem)
        already = problem.served_weight(np.empty(0, dtype=np.int32))
        greedy = worth(problem, cover.candidate[greedy_plan(cover)]) - already
        exact = _plan(problem).objective - already
        assert exact >= greedy - 1e-9
        assert greedy >= (1 - 1 / math.e) * exact - 1e-9


def _town(seed, demand=400, candidates=60):
    rng = np.random.default_rng(seed)
    homes, places = rng.uniform(0, 5000, (demand, 2)), rng.uniform(0, 5000, (candidates, 2))
    distance = np.hypot(*(homes[:, None, :] - places[None, :, :]).transpose(2, 0, 1))
    return distance.round(), rng.integers(1, 50, demand).astype(float)


@pytest.mark.filterwarnings("ignore:.*PuLP 4.0:DeprecationWarning")
@pytest.mark.parametrize(("seed", "new"), [(1, 3), (2, 8), (3, 14)])
def test_spopt_finds_the_same_value(seed, new):
    distance, weight = _town(seed)
    limit = float(np.sort(distance.ravel())[distance.size // 20])
    model = MCLP.from_cost_matrix(distance, weight, limit, new)
    model.solve(pulp.PULP_CBC_CMD(msg=False))
    assert pulp.LpStatus[model.problem.status] == "Optimal"
    problem = problem_of((distance <= limit).T, weight, new=new)
    assert _plan(problem).objective == pytest.approx(pulp.value(model.problem.objective))
