"""A plan that keeps number, budget, conflicts, required and banned: where HiGHS starts."""

from __future__ import annotations

import numpy as np

from geoplan.model.arrays import Flags, Floats, Indices
from geoplan.model.placement import PlacementProblem
from geoplan.solvers.plain_model import Aim, NearPairs, Task, near_pairs, new_candidates


def greedy_sites(task: Task) -> Indices:
    """Return new sites, ascending: each next one serves most of what is left (for its price).

    Where walking counts, sites that serve nobody else are added while they shorten walks. Floors,
    and whether everybody is served, are not looked at: the plan is a start, not an answer.
    """
    problem, pairs = task.problem, near_pairs(task.problem)
    opened = problem.open_with(problem.rules.required)
    left = _needs(task)
    for standing in np.flatnonzero(opened).tolist():
        left = _after(problem, pairs, left, standing)
    new = new_candidates(problem)
    for _ in range(max(problem.new - int((opened & new).sum()), 0)):
        gains = np.where(_allowed(problem, opened), _gains(problem, pairs, left), 0.0)
        if gains.max(initial=0.0) <= 0 and task.aim is Aim.COST:
            shorter = _saved_walking(problem, pairs, opened)
            gains = np.where(_allowed(problem, opened), shorter, 0.0)
        if gains.max(initial=0.0) <= 0:
            break
        site = int(np.argmax(_for_its_price(problem, gains)))
        opened[site] = True
        left = _after(problem, pairs, left, site)
    return np.flatnonzero(opened & new).astype(np.int32)


def _needs(task: Task) -> Floats:
    """Return the weights; where everybody must be served, nobody weighs nothing."""
    weight = task.problem.weight
    least = 1e-9 * (float(weight.max(initial=0.0)) or 1.0)
    return np.maximum(weight, least * task.least_served)


def _allowed(problem: PlacementProblem, opened: Flags) -> Flags:
    """Return which candidates may still be opened beside those that are open."""
    rules = problem.rules
    allowed = ~opened
    allowed[rules.banned] = False
    for pairs in (rules.conflicts, rules.conflicts[:, ::-1]):
        allowed[pairs[opened[pairs[:, 0]], 1]] = False
    spent = float(rules.price[opened & new_candidates(problem)].sum())
    allowed &= spent + rules.price <= rules.budget
    return allowed


def _gains(problem: PlacementProblem, pairs: NearPairs, left: Floats) -> Floats:
    candidates = problem.cost.shape[0]
    reached = np.bincount(pairs.candidate, weights=left[pairs.point], minlength=candidates)
    return np.minimum(reached, problem.rules.capacity)


def _for_its_price(problem: PlacementProblem, gains: Floats) -> Floats:
    """Return gains a unit of price when there is a budget; what is free counts as the cheapest."""
    price = problem.rules.price
    if not np.isfinite(problem.rules.budget) or not (price > 0).any():
        return gains
    return np.asarray(gains / np.maximum(price, price[price > 0].min()))


def _after(problem: PlacementProblem, pairs: NearPairs, left: Floats, site: int) -> Floats:
    """Return what is left when the site has served its nearest people up to its capacity."""
    start, stop = np.searchsorted(pairs.candidate, [site, site + 1])
    nearest = np.argsort(pairs.cost[start:stop], kind="stable")
    points = pairs.point[start:stop][nearest]
    before = np.cumsum(left[points]) - left[points]
    room = np.maximum(problem.rules.capacity[site] - before, 0.0)
    after = left.copy()
    after[points] -= np.minimum(room, left[points])
    return after


def _saved_walking(problem: PlacementProblem, pairs: NearPairs, opened: Flags) -> Floats:
    """Return how much weighted cost each candidate would save if there were no capacities."""
    nearest = np.full(problem.weight.size, np.inf)
    open_pairs = opened[pairs.candidate]
    np.minimum.at(nearest, pairs.point[open_pairs], pairs.cost[open_pairs])
    there = np.where(np.isfinite(nearest), nearest, 0.0)
    saved = np.maximum(there[pairs.point] - pairs.cost, 0.0) * problem.weight[pairs.point]
    total = np.bincount(pairs.candidate, weights=saved, minlength=opened.size)
    return np.asarray(total, dtype=np.float64)
