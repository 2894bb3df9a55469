"""Plans in yearly stages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from geoplan.errors import ConfigError, InfeasibleError, SolverError, TimeLimitError
from geoplan.model.asked_plan import PlanModel
from geoplan.model.staging import StageMeans
from geoplan.solvers.capacitated import solve_capacitated_mclp
from geoplan.stages.stage_orders import MOST_SITES
from geoplan.stages.staged_plan import staged_plan
from tests.placement_cases import placement_of, random_placement
from tests.rival_cases import looking

OUT = np.inf
SERVED = looking("served")
YEAR = StageMeans(new=1)
# Homes of weight 4, 3, 3, 4 in a row; regions 0 0 1 1.
#   candidate 0 serves the first two    7
#   candidate 1 serves the middle two   6, and costs 1
#   candidate 2 serves the last two     7
#   candidate 3 serves homes 0, 1, 2   10
ROW = np.array([[1, 1, OUT, OUT], [OUT, 1, 1, OUT], [OUT, OUT, 1, 1], [1, 1, 1, OUT]])


def _row(**rules):
    town = placement_of(ROW, [4.0, 3.0, 3.0, 4.0], new=9, limit=1.0, **rules)
    return replace(town, region=np.array([0, 0, 1, 1]))


def test_early_takes_the_best_of_each_year():
    """Year 1: candidate 3 (10). Year 2: with 2 all 14; without regard to years 0 and 2, also 14."""
    found = staged_plan(_row(), stages=[YEAR, YEAR], model=SERVED)
    assert [stage.opened for stage in found.stages] == [(3,), (2,)]
    assert [stage.value for stage in found.stages] == [10.0, 14.0]
    assert [stage.regret for stage in found.stages] == [0.0, 0.0]
    assert [stage.region_share.tolist() for stage in found.stages] == [[1.0, 3 / 7], [1.0, 1.0]]
    assert found.sites == (3, 2)
    assert found.proven


def test_final_goes_to_the_best_plan_and_regrets_the_first_year():
    """The first best plan of two is {0, 2}; its first year serves 7 where 10 were to be had."""
    found = staged_plan(_row(), stages=[YEAR, YEAR], model=SERVED, order="final_worst")
    assert [stage.opened for stage in found.stages] == [(0,), (2,)]
    assert [stage.regret for stage in found.stages] == [3.0, 0.0]
    assert (found.worst_regret, found.total_regret, found.price_of_staging) == (3.0, 3.0, 0.0)


def test_the_least_worst_regret_may_cost_more_in_all():
    """Of 400 towns drawn by lot this one parts the two orders; both least figures are known."""
    rng = np.random.default_rng(218)
    reach = np.where(rng.random((6, 9)) < 0.4, 1.0, OUT)
    town = placement_of(reach, rng.integers(1, 10, 9).astype(float), new=4, limit=1.0)
    worst, total = (
        staged_plan(town, stages=[YEAR] * 4, model=SERVED, order=order)
        for order in ("final_worst", "final_total")
    )
    assert (worst.worst_regret, worst.total_regret) == (4.0, 8.0)
    assert (total.worst_regret, total.total_regret) == (6.0, 6.0)


def test_early_pays_for_staging_at_the_end():
    """Candidate 1 serves most in year 1; the two outer ones together serve all."""
    town = placement_of(ROW[:3], [1.0, 3.0, 3.0, 1.0], new=9, limit=1.0)
    found = staged_plan(town, stages=[YEAR, YEAR], model=SERVED)
    assert [stage.opened for stage in found.stages] == [(1,), (0,)]
    assert found.price_of_staging == 1.0
    assert found.stages[0].region_share.size == 0


@pytest.mark.parametrize(
    ("unspent", "sites", "value", "spent"), [("carried", (3,), 10.0, 4.0), ("lost", (0,), 7.0, 2.0)]
)
def test_money_that_is_left_is_carried_over_or_lost(unspent, sites, value, spent):
    """Candidate 3 costs 4, the others 3 or 2: a year of 1 and one of 3 buy it only if saved."""
    town = _row(price=[2.0, 3.0, 3.0, 4.0])
    years = [StageMeans(1, budget=1.0), StageMeans(int(unspent == "lost"), budget=3.0)]
    found = staged_plan(town, stages=years, model=SERVED, unspent=unspent)
    last = found.stages[-1]
    assert found.stages[0].opened == ()
    assert (last.opened, last.value, last.spent) == (sites, value, spent)


def test_required_sites_are_built_in_the_first_year_or_by_the_last():
    town = _row(required=[1])
    early = staged_plan(town, stages=[YEAR, YEAR], model=SERVED)
    assert early.sites == (1, 0)
    assert early.stages[0].regret == 4.0
    final = staged_plan(town, stages=[YEAR, YEAR], model=SERVED, order="final_total")
    assert final.sites == (0, 1)


def test_required_sites_that_do_not_fit_are_told():
    with pytest.raises(InfeasibleError, match="stage 1"):
        staged_plan(_row(required=[0, 2]), stages=[YEAR, YEAR], model=SERVED)


def test_a_best_plan_that_no_order_can_afford_is_told():
    town = _row(price=[2.0, 2.0, 2.0, 2.0])
    years = [StageMeans(1, budget=1.0), StageMeans(1, budget=1.0)]
    with pytest.raises(InfeasibleError, match="divided"):
        staged_plan(town, stages=years, model=SERVED, order="final_worst", unspent="lost")


def test_a_plan_too_large_to_order_is_told():
    many = MOST_SITES + 1
    town = placement_of(np.where(np.eye(many) > 0, 1.0, OUT), np.ones(many), new=0, limit=1.0)
    model = PlanModel(
        lambda problem: solve_capacitated_mclp(problem, time_limit_s=60.0).placement,
        more_is_better=True,
    )
    with pytest.raises(ConfigError, match="early"):
        staged_plan(town, stages=[StageMeans(many)], model=model, order="final_worst")


def test_a_yardstick_that_is_not_known_in_time_leaves_the_regret_unproven():
    def late(problem):
        if problem.new == 2 and not problem.rules.required.size:
            raise TimeLimitError("late", best=float("nan"), bound=15.0)
        return SERVED.solve(problem)

    model = PlanModel(late, more_is_better=True)
    found = staged_plan(_row(), stages=[YEAR, YEAR], model=model)
    assert not found.proven
    assert (found.stages[1].best, found.stages[1].best_bound) == (-np.inf, 15.0)
    assert (found.stages[1].value, found.stages[1].regret) == (14.0, 0.0)


def test_a_plan_needs_a_stage_and_means_are_not_negative():
    with pytest.raises(ValueError, match="stage"):
        staged_plan(_row(), stages=[], model=SERVED)
    with pytest.raises(ValueError, match="negative"):
        StageMeans(new=-1)


def test_a_model_that_closes_what_was_built_is_refused():
    def forgetful(problem):
        rules = problem.rules
        rules = replace(rules, required=rules.required[:0], banned=rules.required)
        return SERVED.solve(replace(problem, rules=rules, new=1))

    town = placement_of(ROW[:3], [1.0, 3.0, 3.0, 1.0], new=9, limit=1.0)
    model = PlanModel(forgetful, more_is_better=True)
    with pytest.raises(SolverError, match="required"):
        staged_plan(town, stages=[YEAR, YEAR], model=model)


@pytest.mark.parametrize("kind", ["served", "walked"])
def test_three_years_are_the_beginning_of_five(kind):
    longer, model = 0, looking(kind)
    for seed in range(60):
        problem = random_placement(seed, frozenset({"fixed"} if kind == "walked" else ()))
        problem = replace(problem, limit=1.0)
        if kind == "walked":
            fixed = problem.least_cost(np.empty(0, dtype=np.int32))
            problem = replace(problem, weight=problem.weight * np.isfinite(fixed))
        three, five = (staged_plan(problem, stages=[YEAR] * years, model=model) for years in (3, 5))
        assert five.sites[: len(three.sites)] == three.sites
        assert [stage.built for stage in five.stages[:3]] == [s.built for s in three.stages]
        longer += len(five.sites) > len(three.sites)
    assert longer >= 5
