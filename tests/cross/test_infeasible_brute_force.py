"""Rules that contradict each other, checked rule by rule against every plan there is."""

from __future__ import annotations

import math

import numpy as np
import pytest

from geoplan.errors import TimeLimitError
from geoplan.model.split_placement import RegionRules
from geoplan.solvers.infeasible import (
    Contradiction,
    Rule,
    contradiction,
    rules_of,
    task_with,
    unreachable_points,
)
from geoplan.solvers.plain_model import Aim, Task
from tests.plain_cases import Wish, best_by_looking, problem_of, random_problem

NEVER = math.inf
RULES = ("capacity", "fixed", "required", "banned", "conflicts", "budget")


def _has_plan(task):
    """Return whether any plan keeps the task's rules, by looking at every one."""
    aim = "sites" if task.least_served else "served"
    wish = Wish(aim, tuple(task.regions.least_share), task.regions.most_gap)
    return best_by_looking(task.problem, wish) is not None


@pytest.mark.slow
def test_without_any_one_of_the_rules_there_is_a_plan():
    names, contradictions = set(), 0
    for seed in range(400):
        everybody = float(seed % 2)
        problem = random_problem(seed, "region", *RULES[: 6 if seed % 3 else 5])
        regions = RegionRules(np.full(3, 0.6 * (1 - everybody)), 0.3 if seed % 4 == 0 else np.inf)
        task = Task(problem, Aim.SERVED, everybody, regions)
        found = contradiction(problem, least_served=everybody, regions=regions, time_limit_s=60.0)
        assert found.irreducible
        assert bool(found.rules) != _has_plan(task), seed
        if not found.rules:
            continue
        contradictions += 1
        names |= {rule.name for rule in found.rules}
        assert not _has_plan(task_with(task, found.rules)), seed
        for spared in found.rules:
            rest = [rule for rule in found.rules if rule != spared]
            assert _has_plan(task_with(task, rest)), (seed, spared)
        if contradictions == 100:
            break
    assert contradictions == 100
    assert {"everybody", "new", "budget", "required", "conflict", "capacity", "floor"} <= names


def _why(problem, *, least_served=1.0, regions=None, seconds=60.0) -> Contradiction:
    return contradiction(
        problem,
        least_served=least_served,
        regions=RegionRules.free() if regions is None else regions,
        time_limit_s=seconds,
    )


def test_two_required_candidates_in_conflict_are_named_and_nothing_else():
    rules = {"required": [0, 1, 2], "conflicts": [[1, 2], [2, 3]], "banned": [3]}
    problem = problem_of(np.ones((4, 2)), [1, 1], new=4, limit=5.0, **rules)
    assert _why(problem).rules == (
        Rule("required", (1,)),
        Rule("required", (2,)),
        Rule("conflict", (1, 2)),
    )


def test_a_banned_candidate_that_somebody_needs_is_named_with_the_point():
    problem = problem_of([[1.0, NEVER], [1.0, 1.0]], [1, 1], new=2, limit=5.0, banned=[1])
    found = _why(problem)
    assert found.rules == (Rule("everybody"), Rule("banned", (1,)))
    assert found.unreachable.tolist() == [1]


def test_points_beyond_the_limit_or_without_places_are_unreachable():
    cost = [[1.0, 6.0, 1.0, 1.0], [NEVER, 6.0, NEVER, NEVER]]
    problem = problem_of(cost, [0, 1, 1, 1], new=2, limit=5.0, capacity=[0.0, 9.0])
    assert unreachable_points(problem).tolist() == [1, 2, 3]
    fixed = problem_of(cost, [0, 1, 1, 1], new=2, limit=6.0, fixed=[0])
    assert unreachable_points(fixed).tolist() == []


def test_a_plan_that_exists_leaves_nothing_to_explain():
    assert _why(problem_of([[1.0]], [1], new=1, limit=5.0)).rules == ()


def test_rules_are_listed_one_by_one_and_once():
    rules = {"required": [1, 1], "conflicts": [[0, 1], [0, 1]], "capacity": [np.inf, 3.0]}
    problem = problem_of(np.ones((2, 1)), [1], new=2, region=[0], budget=1.0, **rules)
    task = Task(problem, Aim.SERVED, 1.0, RegionRules(np.array([0.5]), 0.2))
    assert [(rule.name, *rule.subject) for rule in rules_of(task)] == [
        ("everybody",),
        ("new",),
        ("budget",),
        ("required", 1),
        ("conflict", 0, 1),
        ("capacity", 1),
        ("floor", 0),
        ("gap",),
    ]


def test_without_time_nothing_is_claimed():
    problem = problem_of(np.ones((3, 2)), [1, 1], new=1, limit=5.0, required=[0, 1])
    with pytest.raises(TimeLimitError, match="time"):
        _why(problem, seconds=0.0)
