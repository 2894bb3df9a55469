"""Margins of the sites of a plan, and cards of candidates outside it, worked out on paper."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from geoplan.errors import SolverError, TimeLimitError
from geoplan.model.asked_plan import PlanModel
from geoplan.solvers.capacitated import solve_capacitated_mclp
from geoplan.solvers.lscp import solve_lscp
from geoplan.solvers.p_median import solve_p_median
from geoplan.stages.site_margins import site_margins
from geoplan.stages.ways_in import PRICE_STEP
from geoplan.stages.why_not import forbidding_rule, why_not
from tests.placement_cases import placement_of

OUT = np.inf
# Homes of weight 10, 6, 5, 3, 2. Candidates and what they serve:
#   0  homes 0 1    16
#   1  homes 2 3     8
#   2  homes 2 4     7
#   3  home  1       6
#   4  home  4       2
REACH = np.array(
    [
        [1, 1, OUT, OUT, OUT],
        [OUT, OUT, 1, 1, OUT],
        [OUT, OUT, 1, OUT, 1],
        [OUT, 1, OUT, OUT, OUT],
        [OUT, OUT, OUT, OUT, 1],
    ]
)
SERVED = PlanModel(
    lambda problem: solve_capacitated_mclp(problem, time_limit_s=60.0).placement,
    more_is_better=True,
)


def _town(new=2, **rules):
    return placement_of(REACH, [10.0, 6.0, 5.0, 3.0, 2.0], new=new, limit=1.0, **rules)


def _card(town, candidate, *, model=SERVED, most_new=5):
    plan = model.solve(town)
    return why_not(town, plan=plan, candidate=candidate, model=model, most_new=most_new)


def _ways(card):
    return {way.kind: way for way in card.ways_in}


def test_margins_of_the_best_plan():
    """{0, 1} serves 24. Without 0: {1, 3} 14. Without 1: {0, 2} 23."""
    town = _town()
    first, second = site_margins(town, plan=SERVED.solve(town), model=SERVED)
    assert (first.lost_without, first.margin) == (16.0, 10.0)
    assert (first.incoming, first.outgoing) == ((3,), (0,))
    assert (second.lost_without, second.margin, second.least_extra_weight) == (8.0, 1.0, 1.0)
    assert (second.incoming, second.outgoing) == ((2,), (1,))
    assert first.proven


def test_the_site_of_a_required_candidate_is_beyond_comparison():
    town = _town(required=[4])
    margins = site_margins(town, plan=SERVED.solve(town), model=SERVED)
    assert [margin.site for margin in margins] == [0, 4]
    assert (margins[1].margin, margins[1].incoming, margins[1].outgoing) == (math.inf, (), ())


def test_equal_sites_are_a_tie():
    town = placement_of(np.ones((2, 1)), [3.0], new=1, limit=1.0)
    (margin,) = site_margins(town, plan=SERVED.solve(town), model=SERVED)
    assert (margin.margin, margin.incoming) == (0.0, (1,))


def test_the_card_of_a_near_miss():
    """2 instead of 1 loses 1. Banning 1 lets it in for 1. With three sites {0, 1, 2} serves all."""
    card = _card(_town(), 2)
    assert (card.forbidden_by, card.sites, card.value, card.loss) == ("", (0, 2), 23.0, 1.0)
    assert (card.pushed_out, card.joined, card.proven) == ((1,), (2,), True)
    ways = _ways(card)
    assert (ways["weight"].amount, ways["weight"].least) == (1.0, 1.0)
    assert (ways["ban"].subject, ways["ban"].amount) == (1, 1.0)
    assert ways["new"].amount == 3.0
    assert "price" not in ways


def test_a_site_of_no_use_does_no_harm_and_is_told_as_idle():
    """With four sites {0, 1, 2} serves all; 3 may be opened beside them, for nothing."""
    card = _card(_town(new=4), 3)
    assert (card.loss, card.idle) == (0.0, True)
    assert not _card(_town(), 2).idle
    assert _ways(card)["new"].amount == math.inf


def test_a_card_that_is_not_answered_in_time_is_not_proven_but_keeps_the_bound():
    def late(problem):
        if 2 in problem.rules.required:
            raise TimeLimitError("late", best=math.nan, bound=23.5)
        return SERVED.solve(problem)

    card = _card(_town(), 2, model=PlanModel(late, more_is_better=True))
    assert (card.forbidden_by, card.proven, card.sites, card.loss) == ("", False, (), math.inf)
    assert (_ways(card)["weight"].amount, _ways(card)["weight"].least) == (math.inf, 0.5)
    assert not _ways(card)["weight"].proven


def test_a_rival_better_than_the_proven_plan_is_refused():
    town = _town()
    plan = replace(SERVED.solve(town), objective=20.0, bound=20.0)
    with pytest.raises(SolverError, match="more rules"):
        site_margins(town, plan=plan, model=SERVED)


def test_with_a_capacity_the_weight_is_a_bound_only():
    card = _card(_town(capacity=[99.0, 99.0, 7.0, 99.0, 99.0]), 2)
    assert (_ways(card)["weight"].amount, _ways(card)["weight"].least) == (math.inf, 1.0)


def test_a_candidate_that_enters_nowhere_says_how_far_was_looked():
    card = _card(_town(), 3, most_new=4)
    assert (_ways(card)["new"].amount, _ways(card)["new"].least) == (math.inf, 5.0)
    assert (_ways(card)["ban"].amount, _ways(card)["ban"].subject) == (10.0, 0)


def test_the_price_at_which_a_dear_candidate_is_taken():
    """With 10 to spend, {0, 1} costs 9. {0, 2} must serve as much: 2 serves 9 here, and costs 7."""
    town = _town(price=[5.0, 4.0, 7.0, 1.0, 1.0], budget=10.0)
    town = replace(town, weight=np.array([10.0, 6.0, 5.0, 3.0, 4.0]))
    card = _card(town, 2)
    way = _ways(card)["price"]
    assert way.amount == pytest.approx(2.0, abs=1e-9)
    assert 2.0 - 10 * PRICE_STEP <= way.least <= 2.0
    assert way.proven


def test_a_price_helps_one_that_the_budget_forbids_but_not_one_that_serves_too_little():
    town = _town(price=[5.0, 4.0, 70.0, 1.0, 1.0], budget=10.0)
    assert _card(town, 2).forbidden_by == "budget"
    assert _ways(_card(town, 2))["price"].amount == math.inf
    assert _ways(_card(_town(new=3, price=[5.0, 4.0, 70.0, 1.0, 1.0], budget=10.0), 2))[
        "price"
    ].amount == pytest.approx(69.0)


@pytest.mark.parametrize(
    ("rules", "candidate", "rule"),
    [
        ({}, 0, "planned"),
        ({"fixed": [2]}, 2, "fixed"),
        ({"banned": [2]}, 2, "banned"),
        ({"required": [1], "conflicts": [[2, 1]]}, 2, "conflict"),
        ({"fixed": [1], "conflicts": [[1, 2], [0, 2]]}, 2, "conflict"),
        ({"required": [0, 1]}, 2, "new"),
    ],
)
def test_the_rule_that_forbids_is_named(rules, candidate, rule):
    card = _card(_town(**rules), candidate)
    assert card.forbidden_by == rule
    assert card.loss == math.inf
    assert card.forbidding == ((1,) if rule == "conflict" else ())
    assert [way.kind for way in card.ways_in] == (["new"] if rule == "new" else [])


def test_nothing_forbids_a_free_candidate():
    assert forbidding_rule(_town(required=[0], conflicts=[[1, 2]]), 2) == ""


def test_costs_and_numbers_know_no_weight_and_no_price():
    """Everybody must be served by two sites: with 0 that is {0, 1}; candidate 2 fits in nowhere."""
    cost = [[0.0, 2.0, 9.0], [9.0, 2.0, 0.0], [9.0, 0.0, 9.0]]
    town = placement_of(cost, [3.0, 2.0, 3.0], new=2, limit=2.0)
    median = PlanModel(partial(solve_p_median, time_limit_s=60.0), more_is_better=False)
    card = _card(town, 2, model=median)
    assert (card.sites, card.value, card.loss) == ((0, 2), 27.0, 23.0)
    assert {kind: way.amount for kind, way in _ways(card).items()} == {"ban": 23.0, "new": 3.0}
    covering = PlanModel(partial(solve_lscp, time_limit_s=60.0), more_is_better=False)
    lost = _card(town, 2, model=covering)
    assert (lost.forbidden_by, lost.loss, lost.ways_in) == ("no_plan", math.inf, ())
    margins = site_margins(town, plan=covering.solve(town), model=covering)
    assert [margin.margin for margin in margins] == [math.inf, math.inf]
    assert all(math.isnan(margin.least_extra_weight) for margin in margins)


def test_without_a_plan_there_is_nothing_to_compare():
    town = placement_of([[OUT]], [1.0], new=1)
    median = PlanModel(partial(solve_p_median, time_limit_s=60.0), more_is_better=False)
    with pytest.raises(ValueError, match="no plan"):
        _card(town, 0, model=median)
    with pytest.raises(ValueError, match="no plan"):
        site_margins(town, plan=median.solve(town), model=median)
    with pytest.raises(ValueError, match="no candidate 9"):
        _card(_town(), 9)
