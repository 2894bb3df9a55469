"""How often a site is chosen when weights and speeds change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from geoplan.errors import TimeLimitError
from geoplan.model.asked_plan import PlanModel
from geoplan.stages.stability import (
    perturbed_speed,
    perturbed_weights,
    plan_stability,
    random_factors,
)
from tests.placement_cases import placement_of, random_placement
from tests.rival_cases import looking, ranked

SERVED = looking("served")
EYE = np.where(np.eye(3) > 0, 1.0, np.inf)


def _town(weight=(5.0, 3.0, 1.0)):
    return placement_of(EYE, weight, new=1, limit=1.0)


def test_the_share_counts_the_best_plans_that_open_a_candidate():
    towns = [_town(), _town((1.0, 3.0, 2.0)), _town((9.0, 0.0, 0.0)), _town((1.0, 1.0, 7.0))]
    found = plan_stability(iter(towns), model=SERVED)
    assert found.share.tolist() == [0.5, 0.25, 0.25]
    assert (found.value.tolist(), found.value_range) == ([5.0, 3.0, 9.0, 7.0], (3.0, 9.0))
    assert (found.planned, found.unproven) == (4, 0)


def test_shares_are_those_of_solving_each_variant():
    for seed in range(20):
        problem = random_placement(seed)
        variants = [perturbed_weights(problem, seed=run, spread=0.5) for run in range(6)]
        found = plan_stability(variants, model=SERVED)
        best = [ranked(variant, "served")[0][1] for variant in variants]
        for site in range(problem.cost.shape[0]):
            assert found.chosen[site] == sum(site in plan for plan in best)


def test_variants_without_a_plan_are_left_out_of_the_share():
    number = looking("number")
    towns = [replace(_town(), new=3), _town()]
    found = plan_stability(towns, model=number)
    assert (found.planned, found.share.tolist()) == (1, [1.0, 1.0, 1.0])
    none = plan_stability([_town()], model=number)
    assert np.isnan(none.share).all()
    assert np.isnan(none.value_range).all()


def test_late_variants_are_counted():
    def late(problem):
        raise TimeLimitError("late", best=float("nan"), bound=float("nan"))

    found = plan_stability([_town()], model=PlanModel(late, more_is_better=True))
    assert (found.unproven, found.planned) == (1, 0)


def test_no_variant_or_others_candidates_are_refused():
    with pytest.raises(ValueError, match="at least one"):
        plan_stability([], model=SERVED)
    other = placement_of(EYE[:2], [1.0, 1.0, 1.0], new=1, limit=1.0)
    with pytest.raises(ValueError, match="2 candidates"):
        plan_stability([_town(), other], model=SERVED)


@pytest.mark.parametrize("shape", ["lognormal", "uniform"])
def test_the_seed_decides_the_weights(shape):
    one, same, other = (
        perturbed_weights(_town(), seed=seed, spread=0.3, shape=shape).weight for seed in (1, 1, 2)
    )
    assert one.tolist() == same.tolist()
    assert one.tolist() != other.tolist()
    assert perturbed_weights(_town(), seed=1, spread=0.0, shape=shape).weight.tolist() == [5, 3, 1]


def test_factors_lie_as_told():
    uniform = random_factors(4000, seed=5, spread=0.4, shape="uniform")
    assert 0.6 <= uniform.min() < 0.61
    assert 1.39 < uniform.max() <= 1.4
    logarithm = np.log(random_factors(4000, seed=5, spread=0.4))
    assert abs(np.median(logarithm)) < 0.03
    assert logarithm.std() == pytest.approx(0.4, abs=0.02)


def test_a_region_has_one_factor_and_no_region_has_none():
    town = replace(_town((2.0, 4.0, 3.0)), region=np.array([0, 0, -1]))
    changed = perturbed_weights(town, seed=7, spread=0.5, per="region").weight / town.weight
    assert changed[0] == changed[1] != 1
    assert changed[2] == 1


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"spread": -0.1}, "impossible"),
        ({"spread": 1.5, "shape": "uniform"}, "impossible"),
        ({"spread": 0.1, "per": "region"}, "no regions"),
    ],
)
def test_impossible_perturbations_are_refused(options, fault):
    with pytest.raises(ValueError, match=fault):
        perturbed_weights(_town(), seed=1, **options)


def test_the_quick_reach_further_and_the_slow_less():
    town = placement_of([[100.0, 120.0, 150.0]], [1.0, 2.0, 4.0], new=1, limit=120.0)
    reached = [
        ranked(perturbed_speed(town, factor=factor, stored_to=150.0), "served")[0][0]
        for factor in (0.8, 0.9, 1.0, 1.25)
    ]
    assert reached == [0.0, 1.0, 3.0, 7.0]


@pytest.mark.parametrize(
    ("factor", "limit", "fault"),
    [(0.0, 120.0, "factor"), (1.2, np.inf, "limit"), (1.3, 120.0, "stored")],
)
def test_a_speed_that_the_pairs_cannot_show_is_refused(factor, limit, fault):
    town = placement_of([[100.0]], [1.0], new=1, limit=limit)
    with pytest.raises(ValueError, match=fault):
        perturbed_speed(town, factor=factor, stored_to=150.0)
