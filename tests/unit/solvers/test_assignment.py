"""What the assignment refuses: impossible input, and answers of HiGHS that are not proven."""

from __future__ import annotations

import numpy as np
import pytest

from geoplan.errors import SolverError
from geoplan.model.pairs import WalkPairs
from geoplan.solvers import assignment
from geoplan.solvers.assignment import assign
from tests.walked_tables import times_of

PAIRS = WalkPairs.of(times_of([[100.0, 300.0], [200.0, 700.0]]))
PEOPLE, PLACES = np.array([3, 2]), np.array([2, 9])


def test_a_small_case_by_hand():
    """h0 and h1 both want f00: it saves h1 400 s a person and h0 only 100 s."""
    found = assign(PAIRS, PEOPLE, PLACES)
    assert found.people.tolist() == [0, 2, 3, 0]
    assert (found.placed, found.walked_s) == (5, 2 * 300.0 + 3 * 200.0)
    assert found.bound_s == pytest.approx(found.walked_s)


@pytest.mark.parametrize("shape", [(0, 0), (0, 2), (2, 0)])
def test_nobody_or_nowhere_to_go(shape):
    facilities, homes = shape
    pairs = WalkPairs.of(times_of(np.full(shape, 60.0)))
    found = assign(pairs, np.full(homes, 5), np.full(facilities, 5))
    assert (found.people.size, found.placed, found.walked_s, found.bound_s) == (0, 0, 0.0, 0.0)


def test_people_at_the_door_walk_nothing():
    found = assign(WalkPairs.of(times_of([[0.0, 0.0]])), np.array([70_000, 5]), np.array([60_000]))
    assert (found.placed, found.walked_s) == (60_000, 0.0)


def test_impossible_numbers_are_refused():
    with pytest.raises(ValueError, match="must not be negative"):
        assign(PAIRS, np.array([-1, 2]), PLACES)
    with pytest.raises(ValueError, match="must not be negative"):
        assign(PAIRS, PEOPLE, np.array([1, -2]))
    with pytest.raises(ValueError, match="assign a smaller area"):
        assign(PAIRS, np.array([2**31, 2]), PLACES)


def test_an_answer_that_walks_too_far_is_not_believed(monkeypatch):
    honest = assignment._model

    def longest(pairs, upper, worth_s):
        model = honest(pairs, upper, worth_s)
        model.col_cost_ = -pairs.seconds - worth_s
        return model

    monkeypatch.setattr(assignment, "_model", longest)
    with pytest.raises(SolverError, match="proves only"):
        assign(PAIRS, PEOPLE, PLACES)


def test_an_answer_that_gives_a_place_twice_is_not_believed(monkeypatch):
    honest = assignment._model

    def roomy(pairs, upper, worth_s):
        model = honest(pairs, upper, worth_s)
        model.row_upper_ = upper + 1.0
        return model

    monkeypatch.setattr(assignment, "_model", roomy)
    with pytest.raises(SolverError, match="broke a rule"):
        assign(PAIRS, PEOPLE, PLACES)


def test_parts_of_people_are_not_believed(monkeypatch):
    honest = assignment._model

    def halved(pairs, upper, worth_s):
        return honest(pairs, upper / 2.0, worth_s)

    monkeypatch.setattr(assignment, "_model", halved)
    with pytest.raises(SolverError, match="parts of people"):
        assign(PAIRS, PEOPLE, PLACES)


def test_a_place_is_worth_any_chain_of_detours(monkeypatch):
    """Placing the last person makes each of three others walk on to the next place: 1200 s more.

    A place is worth too little at first; it is raised until everybody has one.
    """
    monkeypatch.setattr(assignment, "_WORTH", 1.5)
    near, far = 1.0, 400.0
    pairs = WalkPairs(
        facility=np.array([0, 0, 1, 1, 2, 2, 3]),
        home=np.array([0, 1, 1, 2, 2, 3, 3]),
        seconds=np.array([near, near, far, near, far, near, far]),
        facilities=4,
        homes=4,
        limit_s=900.0,
    )
    found = assign(pairs, np.ones(4, np.int64), np.ones(4, np.int64))
    assert found.placed == 4
    assert found.walked_s == pytest.approx(near + 3 * far)
    assert found.bound_s == pytest.approx(found.walked_s)
