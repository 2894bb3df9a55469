"""Models that look at every plan, and what looking at every plan says of rivals and changes."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from functools import lru_cache

import numpy as np

from geoplan.model.asked_plan import PlanModel
from geoplan.model.placement import Placement
from tests.placement_cases import EVERY_RULE, cost_table, plans, random_placement

RULES = (
    frozenset({"price", "budget"}),
    EVERY_RULE,
    EVERY_RULE - {"budget"},
    frozenset({"fixed", "conflicts"}),
    frozenset(),
)


@lru_cache(maxsize=64)
def _costs(problem):
    return cost_table(problem)


def nearest(problem, sites):
    """Return the cost of each point to the nearest open candidate, inf when there is none."""
    opened = sorted(set(sites) | set(problem.rules.fixed.tolist()))
    return _costs(problem)[opened].min(axis=0, initial=np.inf)


def served(problem, sites):
    """Return the weight within the limit of an open candidate."""
    cost = nearest(problem, sites)
    return math.fsum(problem.weight[np.isfinite(cost) & (cost <= problem.limit)].tolist())


def walked(problem, sites):
    """Return the weighted cost, inf when a point with weight is out of reach."""
    cost, heavy = nearest(problem, sites), problem.weight > 0
    return math.fsum((problem.weight[heavy] * cost[heavy]).tolist())


def number(problem, sites):
    """Return the number of sites, inf when they do not serve everybody."""
    heavy = problem.weight > 0
    return len(sites) if (nearest(problem, sites)[heavy] <= problem.limit).all() else math.inf


VALUES = {"served": served, "walked": walked, "number": number}


def sign(kind):
    """Return −1 where more is better: values times this are better when smaller."""
    return -1 if kind == "served" else 1


def ranked(problem, kind, *, keep=lambda sites: True):
    """Return the plans that have a value as (value, sites), the first of the best first."""
    found = [(VALUES[kind](problem, plan), plan) for plan in plans(problem) if keep(plan)]
    known = [entry for entry in found if math.isfinite(entry[0])]
    return sorted(known, key=lambda entry: (sign(kind) * entry[0], len(entry[1]), entry[1]))


def looking(kind):
    """Return the model that looks at every plan."""

    def solve(problem):
        order = ranked(problem, kind)
        worst = -math.inf if kind == "served" else math.inf
        value, sites = order[0] if order else (worst, ())
        return Placement(
            sites=np.array(sites, dtype=np.int32),
            assigned=np.full(problem.weight.size, -1, dtype=np.int32),
            objective=value,
            bound=value,
            status="optimal" if order else "infeasible",
        )

    return PlanModel(solve=solve, more_is_better=kind == "served")


def random_rivals(seed, kind):
    """Return a random problem, most with rules; where all must be served most can be."""
    problem = random_placement(seed, RULES[seed % len(RULES)])
    if kind != "served":
        problem = replace(problem, limit=problem.limit + 1)
        near = (cost_table(problem) <= problem.limit).mean(axis=0) >= 0.5
        problem = replace(problem, weight=problem.weight * near)
    return replace(problem, new=min(max(problem.new, 1), 3))


def rival_problems(kind, count):
    """Yield seed and problem until ``count`` of them have several plans; others come as well."""
    seeds = itertools.count()
    while count:
        seed = next(seeds)
        problem = random_rivals(seed, kind)
        count -= len(ranked(problem, kind)) > 1
        yield seed, problem


def loss(kind, value, other):
    """Return how much worse the other value is, 0 within a billionth."""
    if value == other or math.isclose(value, other, rel_tol=1e-9, abs_tol=0):
        return 0.0
    return sign(kind) * (other - value)
