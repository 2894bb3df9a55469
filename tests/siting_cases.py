"""Random small siting problems and their answer by looking at every plan."""

from __future__ import annotations

import itertools
import math

import numpy as np

from geoplan.model.placement import PlacementProblem
from tests.placement_cases import placement_of


def problem_of(serves, weight, *, new, covered=None, required=(), banned=()) -> PlacementProblem:
    """Return a problem from a 0/1 table (candidates, demand); every cost is 1.

    What is ``covered`` is served by one fixed candidate more, the last.
    """
    table = np.asarray(serves, dtype=np.float64)
    fixed = []
    if covered is not None:
        fixed = [table.shape[0]]
        table = np.vstack([table, np.asarray(covered, dtype=np.float64)])
    cost = np.where(table > 0, 1.0, np.inf)
    return placement_of(
        cost, weight, new=new, limit=1.0, fixed=fixed, required=required, banned=banned
    )


def random_problem(seed: int, *, required: int = 0, banned: int = 0) -> PlacementProblem:
    """Return a small problem full of ties: few different weights, rows and candidates alike."""
    rng = np.random.default_rng(seed)
    candidates, demand = int(rng.integers(1, 10)), int(rng.integers(0, 16))
    picked = rng.permutation(candidates)
    required = min(required, candidates)
    weight = (
        rng.integers(0, 4, demand).astype(float),
        rng.integers(0, 400, demand) / 100.0,
        rng.random(demand),
    )[seed % 3]
    return problem_of(
        rng.random((candidates, demand)) < rng.choice([0.1, 0.25, 0.5]),
        weight,
        new=max(int(rng.integers(0, 6)), required),
        covered=rng.random(demand) < 0.2,
        required=picked[:required],
        banned=picked[required : required + banned],
    )


def worth(problem: PlacementProblem, sites) -> float:
    """Return what a plan serves, by sets and loops alone."""
    table = problem.cost.toarray() > 0
    opened = {*map(int, sites), *problem.rules.fixed.tolist()}
    return math.fsum(
        float(problem.weight[point])
        for point in range(table.shape[1])
        if any(table[site, point] for site in opened)
    )


def best_by_looking(problem: PlacementProblem) -> tuple[float, tuple[int, ...]]:
    """Return the value and sites of the first best plan: fewest sites, then first candidates."""
    rules = problem.rules
    required = set(rules.required.tolist())
    barred = required | set(rules.banned.tolist()) | set(rules.fixed.tolist())
    free = [site for site in range(problem.cost.shape[0]) if site not in barred]
    plans = [
        (-round(worth(problem, required | set(extra)), 9), size, extra)
        for size in range(min(problem.new - len(required), len(free)) + 1)
        for extra in itertools.combinations(free, size)
    ]
    value, _, extra = min(plans)
    return -value, tuple(sorted(required | set(extra)))
