"""A programme and its goals, with the trap of starts that HiGHS calls best."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from geoplan.model.split_placement import RegionRules
from geoplan.solvers.plain_greedy import greedy_sites
from geoplan.solvers.plain_model import Aim, Task, plain_model
from geoplan.solvers.plain_solve import aim_alone
from geoplan.solvers.programme import Goal, Programme, best_point, reached_goals
from tests.plain_cases import random_problem

FOREVER = np.inf


def _box(size):
    return Programme.of_columns(np.zeros(size), np.ones(size), np.ones(size, dtype=bool))


def test_a_start_that_is_not_best_never_comes_back_as_best():
    """HiGHS 1.16 hands some of these starts back as best, with a bound that they do not reach."""
    worse = 0
    for seed in range(1000, 1100):
        problem = random_problem(seed, "capacity", "fixed", easy=True)
        task = Task(problem, Aim.SITES, 1.0, RegionRules.free())
        model = plain_model(task)
        programme, (goal,) = aim_alone(model)
        start = np.zeros(programme.lower.size)
        start[: model.sites] = problem.open_with(greedy_sites(task))
        cold = best_point(programme, goal.worth, None, deadline=FOREVER)
        warm = best_point(programme, goal.worth, start, deadline=FOREVER)
        assert cold.bound == pytest.approx(warm.bound)
        if cold.values is not None:
            best = goal.worth @ cold.values
            assert goal.worth @ warm.values == pytest.approx(best)
            worse += goal.worth @ start < best
    assert worse > 0


def test_goals_are_reached_in_their_order():
    programme = _box(3).with_rows(csr_array([[1.0, 1.0, 1.0]]), np.zeros(1), np.array([2.0]))
    goals = [Goal(np.array([0.0, 0.0, 1.0]), 0.5), Goal(np.array([1.0, 2.0, 0.0]), 0.5)]
    reached = reached_goals(programme, goals, None, deadline=FOREVER)
    assert reached.answer.values.tolist() == [0.0, 1.0, 1.0]
    assert reached.count == 2


def test_crossed_bounds_and_rows_have_no_point():
    box = _box(2)
    crossed = Programme.of_columns(np.ones(2), np.zeros(2), box.whole)
    for programme in (crossed, box.at_least(np.ones(2), 3.0), box.at_least(np.zeros(2), 1.0)):
        answer = best_point(programme, np.ones(2), None, deadline=FOREVER)
        assert answer.values is None
        assert answer.proven
        assert answer.bound == -np.inf


def test_without_rows_every_column_stands_where_it_is_worth_most():
    answer = best_point(_box(3), np.array([1.0, -1.0, 2.0]), None, deadline=FOREVER)
    assert answer.values.tolist() == [1.0, 0.0, 1.0]
    assert answer.bound == 3.0
