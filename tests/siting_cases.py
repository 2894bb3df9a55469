"""Random small siting problems and their answer by looking at every plan."""

from __future__ import annotations

import itertools
import math

import numpy as np
from scipy.sparse import csr_array

from geoplan.model.siting import SitingProblem


def problem_of(serves, weight, *, new, covered=None, required=(), banned=()) -> SitingProblem:
    """Return a problem from a 0/1 table (candidates, demand); every cost is 1."""
    table = np.asarray(serves, dtype=np.float64)
    demand = table.shape[1]
    return SitingProblem(
        reach=csr_array(table),
        weight=np.asarray(weight, dtype=np.float64),
        covered=np.zeros(demand, dtype=bool) if covered is None else np.asarray(covered, bool),
        new=new,
        required=np.asarray(required, dtype=np.int32),
        banned=np.asarray(banned, dtype=np.int32),
    )


def random_problem(seed: int, *, required: int = 0, banned: int = 0) -> SitingProblem:
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


def worth(problem: SitingProblem, sites) -> float:
    """Return what a plan serves, by sets and loops alone."""
    table = problem.reach.toarray() > 0
    return math.fsum(
        float(problem.weight[point])
        for point in range(table.shape[1])
        if problem.covered[point] or any(table[site, point] for site in sites)
    )


def best_by_looking(problem: SitingProblem) -> tuple[float, tuple[int, ...]]:
    """Return the value and sites of the first best plan: fewest sites, then first candidates."""
    required = set(problem.required.tolist())
    barred = required | set(problem.banned.tolist())
    free = [site for site in range(problem.reach.shape[0]) if site not in barred]
    plans = [
        (-round(worth(problem, required | set(extra)), 9), size, extra)
        for size in range(min(problem.new - len(required), len(free)) + 1)
        for extra in itertools.combinations(free, size)
    ]
    value, _, extra = min(plans)
    return -value, tuple(sorted(required | set(extra)))
