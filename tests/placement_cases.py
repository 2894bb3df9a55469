"""Random small placement problems full of ties, and every plan that their rules allow."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
from scipy.sparse import coo_array, csr_array

from geoplan.model.placement import PlacementProblem, PlacementRules

NO_RULES = frozenset()
EVERY_RULE = frozenset({"fixed", "required", "banned", "conflicts", "price", "budget"})


def sparse_of(cost) -> csr_array:
    """Return the costs (candidates, demand) without the pairs that are inf; a 0 is stored."""
    table = np.asarray(cost, dtype=np.float64).reshape(np.shape(cost))
    rows, columns = np.nonzero(np.isfinite(table))
    return csr_array(coo_array((table[rows, columns], (rows, columns)), shape=table.shape))


def placement_of(
    cost, weight, *, new, limit=np.inf, region=(), distance=None, **rules
) -> PlacementProblem:
    """Return a problem from a table of costs (candidates, demand); inf where there is no way."""
    free = PlacementRules.free(np.shape(cost)[0])
    kinds = {"fixed": np.int32, "required": np.int32, "banned": np.int32, "conflicts": np.int64}
    given = {
        name: np.asarray(value, dtype=kinds.get(name, np.float64)) for name, value in rules.items()
    }
    if "conflicts" in given:
        given["conflicts"] = given["conflicts"].reshape(-1, 2)
    if "budget" in given:
        given["budget"] = float(given["budget"])
    return PlacementProblem(
        cost=sparse_of(cost),
        weight=np.asarray(weight, dtype=np.float64),
        new=new,
        rules=replace(free, **given),
        limit=limit,
        region=np.asarray(region, dtype=np.int64),
        distance=np.empty((0, 0)) if distance is None else np.asarray(distance, dtype=np.float64),
    )


def random_placement(seed: int, rules=NO_RULES) -> PlacementProblem:
    """Return a small problem with few different costs, in which rows and candidates are alike."""
    rng = np.random.default_rng(seed)
    candidates, demand = int(rng.integers(1, 9)), int(rng.integers(0, 13))
    cost = rng.integers(0, 7, (candidates, demand)).astype(float)
    cost[rng.random(cost.shape) < rng.choice([0.0, 0.3, 0.6])] = np.inf
    weight = (
        rng.integers(0, 4, demand).astype(float),
        rng.integers(0, 400, demand) / 100.0,
        rng.random(demand),
    )[seed % 3]
    picked = rng.permutation(candidates)
    shares = np.split(picked, np.minimum([1 + seed % 2, 3, 5], candidates))
    given = {
        name: shares[place]
        for place, name in enumerate(("fixed", "required", "banned"))
        if name in rules
    }
    pairs = [pair for pair in itertools.combinations(range(candidates), 2) if rng.random() < 0.2]
    if "conflicts" in rules:
        given["conflicts"] = pairs
    if "price" in rules:
        given["price"] = (
            rng.integers(0, 5, candidates) / 2.0 if seed % 2 else rng.random(candidates)
        )
        if "budget" in rules:
            given["budget"] = float(rng.integers(1, 12)) / 2.0
    new = int(rng.integers(0, 5))
    return placement_of(cost, weight, new=new, limit=float(rng.integers(1, 6)), **given)


def allowed(problem: PlacementProblem, sites) -> bool:
    """Return whether a set of new candidates keeps every rule but the number, by loops alone."""
    rules = problem.rules
    fixed, opened = set(rules.fixed.tolist()), set(sites) | set(rules.fixed.tolist())
    return (
        not opened & fixed & set(sites)
        and set(rules.required.tolist()) <= opened
        and not set(sites) & set(rules.banned.tolist())
        and not any(
            a in opened and b in opened and not {a, b} <= fixed for a, b in rules.conflicts.tolist()
        )
        and math.fsum(rules.price[list(sites)]) <= rules.budget + 1e-9
    )


def plans(problem: PlacementProblem, *, most=None):
    """Return every plan that keeps the rules with at most so many sites (``new`` if not said)."""
    candidates = problem.cost.shape[0]
    most = problem.new if most is None else most
    return [
        sites
        for size in range(min(most, candidates) + 1)
        for sites in itertools.combinations(range(candidates), size)
        if allowed(problem, sites)
    ]


def cost_table(problem: PlacementProblem):
    """Return the costs as a table again, inf where there is no pair."""
    table = np.full(problem.cost.shape, np.inf)
    pairs = problem.cost.tocoo()
    table[pairs.row, pairs.col] = pairs.data
    return table


def nearest(problem: PlacementProblem, sites):
    """Return the cost of each point to the nearest open candidate, inf when there is none."""
    opened = sorted(set(sites) | set(problem.rules.fixed.tolist()))
    return cost_table(problem)[opened].min(axis=0, initial=np.inf)


def times_covered(problem: PlacementProblem, sites):
    """Return how many open candidates are within the limit of each point."""
    opened = sorted(set(sites) | set(problem.rules.fixed.tolist()))
    return (cost_table(problem)[opened] <= problem.limit).sum(axis=0)
