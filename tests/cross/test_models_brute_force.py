"""Every model of the table against every plan there is, free and under each rule it honours."""

from __future__ import annotations

import zlib

import pytest

from geoplan.model.siting import SitingQuestion
from geoplan.solvers.table import MODELS
from geoplan.stages.plan_check import checked
from tests.model_cases import (
    ALWAYS,
    MINUTE,
    SAME,
    broken,
    random_case,
    rule_sets,
    solved,
)
from tests.model_worths import best_by_looking

FREE, WITH_RULE = 200, 100

SUITES = [(model, frozenset(), FREE) for model in MODELS] + [
    (model, rules, WITH_RULE) for model in MODELS for rules in rule_sets(model)
]


def _name(model, rules):
    return f"{model}-{'+'.join(sorted(rules)) or 'free'}"


@pytest.mark.parametrize(
    ("model", "rules", "cases"), SUITES, ids=[_name(model, rules) for model, rules, _ in SUITES]
)
def test_the_plan_is_the_first_of_the_best(model, rules, cases):
    """Value and plan are those of looking at every one; the rules hold by sets and loops."""
    found, first_seed = 0, zlib.crc32(_name(model, rules).encode()) % 10**6
    for seed in range(first_seed, first_seed + cases):
        case = random_case(model, seed, rules)
        best, answer = best_by_looking(model, case), solved(model, case)
        placement = answer.placement
        if best is None:
            assert placement.status == "infeasible", seed
            continue
        found += 1
        assert (placement.status, placement.canonical) == ("optimal", True), seed
        assert placement.objective == pytest.approx(best[0], rel=SAME, abs=SAME), seed
        assert placement.bound == placement.objective, seed
        assert tuple(placement.sites.tolist()) == best[1], seed
        assert broken(model, case, answer) == [], seed
        checked(SitingQuestion(case.problem, model, MINUTE, case.regions), answer)
    assert found >= cases // 10


@pytest.mark.parametrize("model", MODELS)
def test_every_rule_that_a_model_honours_is_among_the_suites(model):
    tested = frozenset().union(*rule_sets(model))
    assert tested - {"max_gap"} == MODELS[model].honours | set(ALWAYS)
