r"""The p-median: open a few sites so that people walk as little as possible in all.

Hakimi 1964, *Operations Research* 12, 450-459; ReVelle and Swain 1970, *Geographical Analysis* 2,
30-42::

    minimise    Σ_i Σ_j w_i d_ij x_ij
    subject to  Σ_j x_ij = 1          for every point i with w_i > 0
                x_ij ≤ y_j            for every pair (i, j)
                Σ_j y_j ≤ p           over the candidates that are not fixed
                y_j + y_h ≤ 1         for candidates j, h in conflict, unless both are fixed
                y_j = 1               for fixed and required candidates
                y_j = 0               for banned candidates
                y_j in {0, 1},  0 ≤ x_ij ≤ 1

    i    demand point
    j    candidate
    w_i  weight of the point (people)
    d_ij cost of the pair; a pair that is not stored cannot serve
    p    number of sites that may be opened
    y_j  1 when j is open
    x_ij 1 when j serves i (x is whole whenever y is)

The plan is the first of the best ones: it costs least; among those, it opens the fewest sites;
among those, its ascending list of candidates comes first in the canonical order.

How it is proven: a greedy plan improved by exchanges is the first to beat. Lagrangian multipliers
bound every plan; candidates and pairs that are in no plan as good go, candidates that are in every
such plan are opened for good; the relaxed plans, improved, are often better ones. What is left is
split by opening or closing a candidate until it is small (``p_median_branches``); the small parts
go to HiGHS in the radius formulation (``p_median_programme``).

Costs with at most six decimals are counted in whole multiples of their greatest common quantum.
Other costs are scaled; plans closer than about a hundred-millionth of the cost count as equal.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np

from geoplan.model.arrays import Flags, Floats, Indices
from geoplan.model.placement import Placement, PlacementProblem
from geoplan.solvers.p_median_branches import branched
from geoplan.solvers.p_median_pairs import allowed, reduced_median
from geoplan.solvers.p_median_search import Search, narrowed, started


def solve_p_median(problem: PlacementProblem, *, time_limit_s: float) -> Placement:
    """Return the first of the plans that cost least, with the proof, or the best plan in time.

    ``objective`` is the sum of weight times cost to the nearest open candidate, inf when a point
    with weight is left out. ``infeasible`` says that every plan leaves out a point with weight or
    that the rules contradict each other (then no site is opened); a plan that leaves out few
    points is still given, and ``assigned`` is −1 for those that it leaves out. Of equally near
    candidates the first serves. Conflicts between two fixed candidates bind nobody.

    Raises
    ------
    ValueError
        The rules limit capacity or budget: the p-median knows neither.
    SolverError
        HiGHS gave up or contradicted itself; never because of the time limit.
    """
    deadline = time.monotonic() + time_limit_s
    _require_known_rules(problem)
    if not _consistent(problem):
        return _placement(problem, np.empty(0, dtype=np.int32), np.inf, status="infeasible")
    search = started(reduced_median(problem), deadline)
    if _nobody_serves(problem).any():
        return _placement(problem, _sites(problem, search), np.inf, status="infeasible")
    search, canonical = branched(narrowed(search, deadline), deadline)
    return _answer(problem, search, canonical=canonical)


def _require_known_rules(problem: PlacementProblem) -> None:
    if np.isfinite(problem.rules.capacity).any() or np.isfinite(problem.rules.budget):
        raise ValueError(
            "the p-median knows no capacity and no budget; take a model that does, or lift them"
        )


def _consistent(problem: PlacementProblem) -> bool:
    """Whether opening the required candidates alone keeps the rules."""
    rules = problem.rules
    required = np.setdiff1d(rules.required, rules.fixed)
    opened, fixed = problem.open_with(required), problem.open_with(required[:0])
    pairs = rules.conflicts[rules.conflicts[:, 0] != rules.conflicts[:, 1]]
    clash = opened[pairs].all(axis=1) & ~fixed[pairs].all(axis=1)
    return required.size <= problem.new and not opened[rules.banned].any() and not clash.any()


def _nobody_serves(problem: PlacementProblem) -> Flags:
    """Return which points with weight no allowed candidate can serve."""
    every = np.flatnonzero(allowed(problem)).astype(np.int32)
    return (problem.weight > 0) & ~np.isfinite(problem.least_cost(every))


def _answer(problem: PlacementProblem, search: Search, *, canonical: bool) -> Placement:
    sites = _sites(problem, search)
    median = search.median
    if search.bound >= median.missing:
        return _placement(problem, sites, np.inf, status="infeasible")
    if search.proven:
        return replace(_placement(problem, sites, np.inf, status="optimal"), canonical=canonical)
    bound = max(search.bound - median.opening * median.sites, 0.0) * median.quantum
    return _placement(problem, sites, bound, status="time_limit")


def _sites(problem: PlacementProblem, search: Search) -> Indices:
    required = np.setdiff1d(problem.rules.required, problem.rules.fixed)
    return np.union1d(required, search.chosen).astype(np.int32)


def _placement(
    problem: PlacementProblem, sites: Indices, bound: float, *, status: str
) -> Placement:
    """Return the plan with its objective summed anew; the bound is at most the objective."""
    cost = problem.least_cost(sites)
    inhabited = problem.weight > 0
    objective = math.fsum((problem.weight[inhabited] * cost[inhabited]).tolist())
    return Placement(
        sites=sites,
        assigned=_nearest(problem, sites, cost),
        objective=np.inf if status == "infeasible" else objective,
        bound=min(bound, objective) if status != "infeasible" else np.inf,
        status=status,
        canonical=False,
    )


def _nearest(problem: PlacementProblem, sites: Indices, cost: Floats) -> Indices:
    """Return the first of the nearest open candidates of each point, −1 where there is none."""
    counts = np.diff(problem.cost.indptr)
    site = np.repeat(np.arange(counts.size, dtype=np.int32), counts)
    point = problem.cost.indices
    serving = problem.open_with(sites)[site] & (problem.cost.data == cost[point])
    serving &= np.isfinite(problem.cost.data)
    assigned = np.full(cost.size, counts.size, dtype=np.int32)
    np.minimum.at(assigned, point[serving], site[serving])
    return np.where(assigned == counts.size, -1, assigned).astype(np.int32)
