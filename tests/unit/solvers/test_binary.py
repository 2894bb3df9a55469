"""Programmes of yes and no: the answer, its bound, and what HiGHS gets wrong."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.sparse import csr_array

from geoplan.solvers.binary import Programme, Question, asked, empty_programme, relaxed_bound
from geoplan.solvers.first_best import Goal, first_best, number_goal
from geoplan.solvers.p_dispersion import cliques

COVER = [
    [1, 1, 0, 1, 0, 1, 0],
    [1, 0, 0, 0, 1, 0, 1],
    [0, 1, 0, 0, 1, 0, 0],
    [0, 1, 0, 0, 0, 0, 1],
    [0, 0, 1, 0, 0, 1, 1],
    [0, 0, 0, 1, 1, 0, 0],
]
"""A cover of three; HiGHS 1.16 "proves" two when it is given the cover 1, 2, 4 to start from."""


def _programme(rows):
    matrix = csr_array(np.array(rows, dtype=float))
    many = matrix.shape[0]
    return Programme(matrix, np.ones(many), np.full(many, np.inf), matrix.shape[1])


def test_a_known_plan_does_not_lead_to_a_bound_that_no_plan_has():
    programme = _programme(COVER)
    start = np.array([1, 2, 4], dtype=np.int32)
    found = first_best(programme, (number_goal(programme),), start=start, deadline=np.inf)
    assert found.bounds == (3.0,)
    assert found.plan.tolist() == [0, 1, 2] or found.canonical
    covers = [
        plan
        for plan in itertools.combinations(range(7), 3)
        if np.array(COVER)[:, list(plan)].any(axis=1).all()
    ]
    assert tuple(found.plan.tolist()) == min(covers)


def test_a_programme_without_a_plan_is_proven_to_have_none():
    programme = _programme([[1, 1]]).with_row(np.ones(2), high=0.0)
    reply = asked(programme, Question(cost=np.ones(2)), seconds=10.0)
    assert (reply.plan, reply.bound, reply.proven) == (None, np.inf, True)
    found = first_best(programme, (number_goal(programme),), start=None, deadline=np.inf)
    assert found.impossible


def test_a_programme_without_columns_is_answered_by_its_rows():
    empty = empty_programme(0, 0)
    assert asked(empty, Question(cost=np.zeros(0)), seconds=1.0).plan.tolist() == []
    wanting = empty.with_row(np.zeros(0), low=1.0, high=2.0)
    assert asked(wanting, Question(cost=np.zeros(0)), seconds=1.0).bound == np.inf
    assert relaxed_bound(wanting, np.zeros(0), seconds=1.0) == np.inf


@pytest.mark.parametrize("seed", range(20))
def test_the_relaxation_never_promises_more_than_there_is(seed):
    rng = np.random.default_rng(seed)
    rows = rng.random((12, 8)) < 0.3
    rows[:, 0] |= ~rows.any(axis=1)
    programme, cost = _programme(rows), rng.integers(1, 5, 8).astype(float)
    bound = relaxed_bound(programme, cost, seconds=10.0)
    best = min(
        cost[list(plan)].sum()
        for size in range(9)
        for plan in itertools.combinations(range(8), size)
        if rows[:, list(plan)].any(axis=1).all()
    )
    assert 0 < bound <= best + 1e-9
    goal = Goal(cost, lambda plan: float(cost[plan].sum()))
    found = first_best(programme, (goal,), start=None, deadline=np.inf)
    assert found.bounds == (best,)


@pytest.mark.parametrize("seed", range(20))
def test_cliques_hold_every_near_pair_and_no_other(seed):
    rng = np.random.default_rng(seed)
    near = np.triu(rng.random((9, 9)) < 0.4, 1)
    near |= near.T
    groups = cliques(near)
    together = (groups[:, :, None] & groups[:, None, :]).any(axis=0)
    np.fill_diagonal(together, val=False)
    assert (together == near).all()
