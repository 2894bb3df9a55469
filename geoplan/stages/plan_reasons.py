"""Why each site of a plan: its rank, what it adds, what is lost without it, and who is next."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from geoplan.model.arrays import Flags, Floats, Indices, Ints, Sparse
from geoplan.model.placement import PlacementProblem
from geoplan.solvers.greedy import exchange_parts
from geoplan.solvers.opening import serving
from geoplan.stages.plan_worth import CostWorth, CoverWorth, PlanWorth, RadiusWorth, SpreadWorth

TIE = 1e-9
"""Margins below this part of what the site is worth are ties."""


@dataclass(frozen=True, slots=True, eq=False)
class SiteReasons:
    """One row a site, in rank order; the columns of ``model.siting.Reason`` by candidate index."""

    order: Indices
    """(sites,) candidates in rank order."""
    gain: Floats
    lost_without: Floats
    runner_up: Indices
    """(sites,) −1 where there is none."""
    margin: Floats


def worth_of(model: str, problem: PlacementProblem) -> PlanWorth:
    """Return the measure by which the sites of a model are ranked and compared."""
    if model == "p-median":
        return CostWorth(problem)
    if model == "p-center":
        return RadiusWorth(problem)
    if model == "p-dispersion":
        return SpreadWorth(problem)
    return CoverWorth(problem, times=2 if model == "backup" else 1)


def site_reasons(
    model: str, problem: PlacementProblem, sites: Indices, *, turns: Ints | None = None
) -> SiteReasons:
    """Return why each site was chosen.

    Parameters
    ----------
    turns
        (sites,) stage in which each of the ascending sites opens; earlier stages rank first.

    Notes
    -----
    The sites are ranked by what each adds after those before it, largest first; ties go to the
    candidate that is earlier in the canonical order. The runner-up of a site is the closed
    candidate that is worth most in its place while all others stay: not banned, not in conflict
    with them and within the budget; a required site has none.
    """
    order, gain = ranked_sites(model, problem, np.sort(sites), turns=turns)
    if not order.size:
        nothing = np.empty(0)
        return SiteReasons(order, nothing, nothing, order, nothing)
    losses, arrivals = _exchanges(model, problem, order)
    for seat, site in enumerate(order):
        arrivals[seat, ~_may_come(problem, np.delete(order, seat), int(site))] = 0.0
    added = arrivals.max(axis=1, initial=0.0)
    first = np.argmax(arrivals, axis=1)
    margin = losses - added
    margin[np.abs(margin) <= TIE * np.maximum(losses, 1.0)] = 0.0
    return SiteReasons(
        order=order,
        gain=gain,
        lost_without=np.zeros_like(losses) if model == "p-dispersion" else losses,
        runner_up=np.where(added > 0, first, -1).astype(np.int32),
        margin=margin,
    )


def ranked_sites(
    model: str, problem: PlacementProblem, sites: Indices, *, turns: Ints | None = None
) -> tuple[Indices, Floats]:
    """Return the sites (ascending) in rank order, and what each adds after those before it.

    For the p-dispersion, where more sites are never worth more, the order is that of the
    distance to the nearest other open candidate, and the gain is this distance.
    """
    if model == "p-dispersion":
        return _by_distance(problem, sites)
    small, place = _opened_alone(problem, sites)
    worth = worth_of(model, small)
    sign = 1.0 if isinstance(worth, CoverWorth) else -1.0
    order: list[int] = []
    gains: list[float] = []
    value = sign * worth.of(place[:0])
    turn = np.zeros(sites.size, dtype=np.int64) if turns is None else turns
    while len(order) < sites.size:
        with_each = sign * worth.with_each(place[order])[place]
        with_each[order] = -np.inf
        with_each[turn > np.delete(turn, order).min()] = -np.inf
        best = int(np.argmax(with_each))
        gains.append(float(with_each[best] - value))
        value = float(with_each[best])
        order.append(best)
    return sites[order].astype(np.int32), np.array(gains)


def gains_by_group(reach: Sparse, order: Indices, covered: Flags, people: Ints) -> Ints:
    """Return the people of each group whom each site adds after the sites before it.

    Parameters
    ----------
    order
        Candidates in rank order.
    people
        (demand, groups) whole people.

    Returns
    -------
    (sites, groups) whole people; the rows add up to what the plan serves beyond ``covered``.
    """
    gains = np.zeros((order.shape[0], people.shape[1]), dtype=np.int64)
    served = covered.copy()
    for rank, candidate in enumerate(order):
        rows = reach.indices[reach.indptr[candidate] : reach.indptr[candidate + 1]]
        rows = rows[~served[rows]]
        gains[rank] = people[rows].sum(axis=0)
        served[rows] = True
    return gains


def _exchanges(model: str, problem: PlacementProblem, order: Indices) -> tuple[Floats, Floats]:
    """Return what each site alone is worth, and what each candidate adds in its place.

    Shapes (sites,) and (sites, candidates). For the p-dispersion both are the distance itself.
    """
    worth = worth_of(model, problem)
    if isinstance(worth, CoverWorth) and worth.times == 1:
        near = serving(problem, problem.limit)
        return exchange_parts(near, problem.weight, order, problem.served(order[:0]))
    whole = worth.of(order)
    losses = np.empty(order.size)
    arrivals = np.empty((order.size, problem.cost.shape[0]))
    sign = -1.0 if isinstance(worth, CostWorth | RadiusWorth) else 1.0
    for seat in range(order.size):
        rest = np.delete(order, seat)
        without = 0.0 if isinstance(worth, SpreadWorth) else worth.of(rest)
        losses[seat] = sign * (whole - without)
        arrivals[seat] = sign * (worth.with_each(rest) - without)
    return losses, arrivals


def _may_come(problem: PlacementProblem, rest: Indices, leaves: int) -> Flags:
    """Return which candidates may open beside the rest in place of the site that leaves."""
    rules = problem.rules
    opened = problem.open_with(rest)
    may = ~opened
    may[leaves] = False
    may[rules.banned] = False
    one, two = rules.conflicts[:, 0], rules.conflicts[:, 1]
    may[two[opened[one]]] = False
    may[one[opened[two]]] = False
    may &= rules.price <= rules.budget - math.fsum(rules.price[rest].tolist())
    if leaves in rules.required:
        may[:] = False
    return may


def _opened_alone(problem: PlacementProblem, sites: Indices) -> tuple[PlacementProblem, Indices]:
    """Return the problem of the open candidates alone, and where the sites stand in it."""
    opened = np.flatnonzero(problem.open_with(sites))
    is_new = np.isin(opened, sites)
    rules = replace(
        problem.rules,
        fixed=np.flatnonzero(~is_new).astype(np.int32),
        required=np.empty(0, dtype=np.int32),
        banned=np.empty(0, dtype=np.int32),
        conflicts=np.empty((0, 2), dtype=np.int64),
        capacity=problem.rules.capacity[opened],
        price=problem.rules.price[opened],
    )
    apart = problem.distance[np.ix_(opened, opened)] if problem.distance.size else problem.distance
    small = replace(problem, cost=csr_array(problem.cost[opened]), rules=rules, distance=apart)
    return small, np.flatnonzero(is_new).astype(np.int32)


def _by_distance(problem: PlacementProblem, sites: Indices) -> tuple[Indices, Floats]:
    opened = np.flatnonzero(problem.open_with(sites))
    apart = problem.distance[np.ix_(sites, opened)].copy()
    apart[sites[:, None] == opened[None, :]] = np.inf
    nearest = apart.min(axis=1, initial=np.inf)
    order = np.lexsort([sites, -nearest])
    return sites[order], nearest[order]
