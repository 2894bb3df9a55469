"""What covering models return beside the best plan: for whom there is none, and both covers.

The best plan under every rule is that of ``test_models_brute_force``.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from geoplan.solvers.backup import solve_backup
from geoplan.solvers.lscp import solve_lscp
from geoplan.solvers.p_center import solve_p_center
from tests.placement_cases import (
    EVERY_RULE,
    NO_RULES,
    allowed,
    cost_table,
    nearest,
    plans,
    random_placement,
    times_covered,
)

RULES = pytest.mark.parametrize(
    ("rules", "start", "cases"),
    [
        (NO_RULES, 0, 100),
        (EVERY_RULE, 7000, 100),
    ],
    ids=lambda value: (
        "+".join(sorted(value)) or "free" if isinstance(value, set | frozenset) else ""
    ),
)
MOST = 60.0


def _first(ranked):
    """Return the best worth and its first plan: fewest sites, then the first candidates."""
    return min(((*worth, len(sites), sites) for worth, sites in ranked), default=None)


def _eligible(problem):
    """Return which candidates are open or could be opened beside the fixed and required ones."""
    required = set(problem.rules.required.tolist()) - set(problem.rules.fixed.tolist())
    every = range(problem.cost.shape[0])
    fixed = set(problem.rules.fixed.tolist())
    return [j for j in every if j in fixed or allowed(problem, sorted(required | {j}))]


def _lost(problem):
    """Return which points with a weight no candidate can serve."""
    reach = cost_table(problem)[_eligible(problem)] <= problem.limit
    return (problem.weight > 0) & ~reach.any(axis=0)


def _check_assigned(problem, placement):
    """Everyone goes to the nearest open candidate within the limit, the earlier one in a tie."""
    opened = sorted({*placement.sites.tolist(), *problem.rules.fixed.tolist()})
    table = cost_table(problem)
    for point, given in enumerate(placement.assigned):
        near = [(table[j, point], j) for j in opened if table[j, point] <= problem.limit]
        assert given == (min(near)[1] if near else -1)


def _rules_possible(problem):
    required = set(problem.rules.required.tolist()) - set(problem.rules.fixed.tolist())
    return allowed(problem, sorted(required)) and len(required) <= problem.new


def _served(problem, sites, points):
    return bool((nearest(problem, sites)[points] <= problem.limit).all())


@RULES
def test_lscp_is_the_first_of_the_best_plans(rules, start, cases):
    seen = set()
    for seed in range(start, start + cases):
        problem = random_placement(seed, rules)
        placement = solve_lscp(problem, time_limit_s=MOST)
        _check_assigned(problem, placement)
        seen.add(placement.status)
        if not _rules_possible(problem):
            assert placement.status == "infeasible", seed
            continue
        lost, needed = _lost(problem), problem.weight > 0
        priced = problem.rules.price.any()
        good = [s for s in plans(problem) if _served(problem, s, needed)]
        if good:
            best = _first(
                ((round(math.fsum(problem.rules.price[list(s)]), 9) if priced else len(s),), s)
                for s in good
            )
            assert placement.status == "optimal", seed
            assert placement.objective == pytest.approx(best[0], abs=1e-8), seed
            assert placement.bound == placement.objective
            assert tuple(placement.sites.tolist()) == best[-1], seed
            assert placement.canonical
            continue
        assert placement.status == "infeasible", seed
        every = plans(problem, most=problem.cost.shape[0])
        rest = _first(((0,), s) for s in every if _served(problem, s, needed & ~lost))
        if rest is None:
            assert placement.objective == np.inf
            continue
        assert tuple(placement.sites.tolist()) == rest[-1], seed
        assert placement.objective == placement.bound == len(rest[-1])
        assert ((placement.assigned < 0) & needed).tolist() == lost.tolist(), seed
    assert seen == {"optimal", "infeasible"}


@RULES
def test_p_center_is_the_first_of_the_best_plans(rules, start, cases):
    seen = set()
    for seed in range(start, start + cases):
        problem = random_placement(seed, rules)
        placement = solve_p_center(problem, time_limit_s=MOST)
        _check_assigned(problem, placement)
        seen.add(placement.status)
        if not _rules_possible(problem):
            assert placement.status == "infeasible", seed
            continue
        lost, needed = _lost(problem), problem.weight > 0
        points = needed & ~lost
        best = _first(
            ((float(nearest(problem, s)[points].max(initial=0.0)),), s)
            for s in plans(problem)
            if _served(problem, s, points)
        )
        assert (placement.status == "infeasible") == (best is None or bool(lost.any())), seed
        if best is None:
            every = plans(problem, most=problem.cost.shape[0])
            best = _first(((0,), s) for s in every if _served(problem, s, points))
            if best is None:
                assert placement.objective == np.inf
                continue
        assert tuple(placement.sites.tolist()) == best[-1], seed
        assert placement.canonical
        assert ((placement.assigned < 0) & needed).tolist() == lost.tolist(), seed
        if placement.status == "optimal":
            assert placement.objective == placement.bound == best[0], seed
        else:
            assert placement.objective == np.inf
    assert seen == {"optimal", "infeasible"}


@RULES
def test_backup_is_the_first_of_the_best_plans(rules, start, cases):
    seen = set()
    for seed in range(start, start + cases):
        problem = random_placement(seed, rules)
        placement = solve_backup(problem, time_limit_s=MOST)
        _check_assigned(problem, placement)
        seen.add(placement.status)
        if not _rules_possible(problem):
            assert placement.status == "infeasible", seed
            assert placement.objective == placement.once == -np.inf
            continue
        ranked = []
        for sites in plans(problem):
            times = times_covered(problem, sites)
            once, twice = (math.fsum(problem.weight[times >= n]) for n in (1, 2))
            ranked.append(((-round(once, 9), -round(twice, 9)), sites))
        best = _first(ranked)
        assert placement.status == "optimal", seed
        assert placement.once == placement.once_bound == pytest.approx(-best[0], abs=1e-8), seed
        assert placement.objective == placement.bound == pytest.approx(-best[1], abs=1e-8), seed
        assert tuple(placement.sites.tolist()) == best[-1], seed
        assert placement.canonical
    assert "optimal" in seen
