"""Random small p-medians full of ties, and their answer by looking at every plan."""

from __future__ import annotations

import itertools
import math

import numpy as np
from scipy.sparse import coo_array, csr_array

from geoplan.model.placement import PlacementProblem, PlacementRules


def median_of(cost, weight, *, new, missing=None, **rules) -> PlacementProblem:
    """Return a problem from a cost table (candidates, demand) without the pairs of ``missing``."""
    table = np.asarray(cost, dtype=np.float64)
    stored = np.ones(table.shape, dtype=bool) if missing is None else ~np.asarray(missing)
    site, point = np.nonzero(stored)
    free = PlacementRules.free(table.shape[0])
    named = {name: np.asarray(rules.get(name, ()), dtype=np.int32) for name in _LISTS}
    conflicts = np.asarray(rules.get("conflicts", ()), dtype=np.int64).reshape(-1, 2)
    return PlacementProblem(
        cost=csr_array(coo_array((table[stored], (site, point)), shape=table.shape)),
        weight=np.asarray(weight, dtype=np.float64),
        new=new,
        rules=PlacementRules(
            **named, conflicts=conflicts, capacity=free.capacity, price=free.price
        ),
    )


_LISTS = ("fixed", "required", "banned")


def random_median(seed: int, *, rule: str = "", count: int = 2) -> PlacementProblem:
    """Return a small problem with few different costs and weights; ``rule`` names the rule used."""
    rng = np.random.default_rng(seed)
    candidates, demand = int(rng.integers(1, 9)), int(rng.integers(0, 12))
    cost = (
        rng.integers(0, 4, (candidates, demand)).astype(float),
        rng.integers(0, 300, (candidates, demand)) / 100.0,
        rng.random((candidates, demand)),
    )[seed % 3]
    picked = rng.permutation(candidates)[: int(rng.integers(1, count + 1))]
    given = {rule: picked} if rule in _LISTS else {}
    if rule == "conflicts":
        given = {rule: rng.integers(0, candidates, (int(rng.integers(1, 9)), 2))}
    return median_of(
        cost,
        rng.integers(0, 3, demand),
        new=int(rng.integers(0, 5)) + (picked.size if rule == "required" else 0),
        missing=rng.random((candidates, demand)) < rng.choice([0.0, 0.2, 0.5]),
        **given,
    )


def walked(problem: PlacementProblem, opened) -> float:
    """Return the weighted cost of the open candidates by loops alone, inf when one is left out."""
    pairs = problem.cost.tocoo()
    nearest = {}
    for site, point, cost in zip(pairs.row, pairs.col, pairs.data, strict=True):
        if site in opened:
            nearest[point] = min(cost, nearest.get(point, math.inf))
    return math.fsum(
        weight * nearest.get(point, math.inf)
        for point, weight in enumerate(problem.weight.tolist())
        if weight > 0
    )


def least_by_looking(problem: PlacementProblem) -> tuple[float, int, tuple[int, ...]]:
    """Return value, size and sites of the first best plan; the value is inf when there is none."""
    rules = problem.rules
    fixed, banned = set(rules.fixed.tolist()), set(rules.banned.tolist())
    required = set(rules.required.tolist()) - fixed
    pairs = [(a, b) for a, b in rules.conflicts.tolist() if a != b and not {a, b} <= fixed]
    free = [site for site in range(problem.cost.shape[0]) if site not in fixed]
    plans = [
        (round(walked(problem, fixed | set(plan)), 9), size, plan)
        for size in range(min(problem.new, len(free)) + 1)
        for plan in itertools.combinations(free, size)
        if required <= set(plan)
        and not (set(plan) | fixed) & banned
        and not any({a, b} <= fixed | set(plan) for a, b in pairs)
    ]
    return min(plans, default=(math.inf, 0, ()))
