"""The best plans in order, and the answers that they are made of."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from geoplan.errors import SolverError, TimeLimitError
from geoplan.model.asked_plan import PlanModel
from geoplan.model.placement import Placement
from geoplan.solvers.p_median import solve_p_median
from geoplan.stages.asked_plans import asked_plan, value_of
from geoplan.stages.rival_plans import rival_plans
from tests.placement_cases import placement_of
from tests.rival_cases import looking

OUT = np.inf
# Four candidates, five homes of weight 5, 4, 3, 2, 1; a 1 is within reach.
#   candidate 0 serves homes 0 1      9
#   candidate 1 serves homes 2 3      5
#   candidate 2 serves homes 2 4      4
#   candidate 3 serves home  1        4
REACH = [
    [1, 1, OUT, OUT, OUT],
    [OUT, OUT, 1, 1, OUT],
    [OUT, OUT, 1, OUT, 1],
    [OUT, 1, OUT, OUT, OUT],
]
WEIGHT = [5.0, 4.0, 3.0, 2.0, 1.0]
SERVED = looking("served")


def _town(new=2, **rules):
    return placement_of(np.array(REACH, dtype=float), WEIGHT, new=new, limit=1.0, **rules)


def test_the_plans_of_the_town_in_order():
    """{0, 3} serves no more than {0}: its second site is idle, so it is no plan."""
    found = rival_plans(_town(), model=SERVED, count=20)
    told = [(plan.sites, plan.value, plan.loss) for plan in found.plans]
    assert told == [
        ((0, 1), 14.0, 0.0),
        ((0, 2), 13.0, 1.0),
        ((0,), 9.0, 5.0),
        ((1, 3), 9.0, 5.0),
        ((2, 3), 8.0, 6.0),
        ((1, 2), 6.0, 8.0),
        ((1,), 5.0, 9.0),
        ((2,), 4.0, 10.0),
        ((3,), 4.0, 10.0),
        ((), 0.0, 14.0),
    ]


def test_core_and_swing_are_told_of_the_plans_asked_for():
    found = rival_plans(_town(), model=SERVED, count=2)
    assert (found.core, found.swing, found.ties) == ((0,), {1: 1, 2: 1}, 1)


def test_ties_are_counted():
    town = placement_of(np.ones((4, 1)), [7.0], new=2, limit=1.0)
    found = rival_plans(town, model=SERVED, count=3)
    assert [plan.sites for plan in found.plans] == [(0,), (1,), (2,)]
    assert found.ties == 3


def test_a_site_of_no_worth_stays_when_it_is_required():
    found = rival_plans(_town(required=[3]), model=SERVED, count=2)
    assert [plan.sites for plan in found.plans] == [(0, 3), (1, 3)]


def test_without_any_plan_none_is_told():
    town = placement_of([[OUT]], [1.0], new=1)
    model = PlanModel(partial(solve_p_median, time_limit_s=60.0), more_is_better=False)
    found = rival_plans(town, model=model, count=3)
    assert (found.plans, found.proven, found.core, found.swing) == ((), True, (), {})


def test_a_part_that_is_not_solved_in_time_leaves_the_order_unproven():
    def hurried(problem):
        if problem.rules.banned.size == 1:
            raise TimeLimitError("late", best=float("nan"), bound=13.5)
        return SERVED.solve(problem)

    found = rival_plans(_town(), model=PlanModel(hurried, more_is_better=True), count=3)
    assert found.plans[0].sites == (0, 1)
    assert not found.proven


def test_at_least_one_plan_is_asked_for():
    with pytest.raises(ValueError, match="count"):
        rival_plans(_town(), model=SERVED, count=0)


def _answering(sites, *, objective=9.0, bound=9.0):
    placement = Placement(
        sites=np.array(sites, dtype=np.int32),
        assigned=np.full(5, -1, dtype=np.int32),
        objective=objective,
        bound=bound,
        status="optimal",
    )
    return PlanModel(lambda problem: placement, more_is_better=True)


@pytest.mark.parametrize(
    ("sites", "bound", "fault"),
    [
        ([0, 1, 2], 9.0, "more than 2"),
        ([0], 9.0, "required"),
        ([1, 2], 9.0, "banned or fixed"),
        ([1, 3], 9.0, "banned or fixed"),
        ([1], 8.0, "passes its bound"),
    ],
)
def test_an_answer_that_breaks_a_rule_is_refused(sites, bound, fault):
    town = _town(required=[1], banned=[2], fixed=[3])
    with pytest.raises(SolverError, match=fault):
        asked_plan(town, model=_answering(sites, bound=bound))


def test_a_late_answer_is_no_plan_but_keeps_its_bound():
    def late(problem):
        raise TimeLimitError("late", best=float("nan"), bound=float(problem.new))

    answer = asked_plan(_town(), model=PlanModel(late, more_is_better=True))
    assert (answer.known, answer.proven, answer.bound) == (False, False, 2.0)


def test_the_worth_of_given_sites_forgets_the_rules_on_their_choice():
    town = _town(new=1, required=[1], conflicts=[[0, 2]], price=np.ones(4), budget=0.5, fixed=[3])
    assert value_of(town, (0, 2), model=SERVED) == 13.0
    assert value_of(town, (), model=SERVED) == 4.0
