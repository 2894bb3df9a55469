"""Whether a solver's answer may be believed: its rules and its worth, looked at from outside."""

from __future__ import annotations

import numpy as np

from geoplan.errors import SolverError
from geoplan.model.arrays import Sparse
from geoplan.model.placement import Placement, PlacementProblem
from geoplan.model.siting import SitingQuestion
from geoplan.model.split_placement import region_shares
from geoplan.solvers.table import MODELS, Solved
from geoplan.stages.plan_worth import times_served

SLACK = 1e-9
"""Sums may differ by this part of themselves."""

MISSED = 1e-6
"""Served parts and shares may miss their rule by this much."""


def checked(question: SitingQuestion, answer: Solved) -> None:
    """Raise ``SolverError`` unless the plan keeps every rule and is worth what is claimed.

    Nothing of the solver's own sums is used, but for the shares of a point that several serve.
    """
    problem, placement = question.problem, answer.placement
    value = objective_of(question.model, problem, answer)
    slack = SLACK * max(abs(value), 1.0)
    sign = 1.0 if MODELS[question.model].more_is_better else -1.0
    faults = broken_rules(problem, placement) | {
        f"the plan is worth {value}, not {placement.objective}": not (
            value == placement.objective or abs(value - placement.objective) <= slack
        ),
        f"the bound {placement.bound} is passed by the plan's {value}": bool(
            sign * (value - placement.bound) > slack
        ),
    }
    if answer.share is not None:
        load = np.asarray(answer.share @ problem.weight)
        over = (load > problem.rules.capacity * (1 + SLACK)).any()
        faults["a capacity is exceeded"] = bool(over)
        faults["somebody is served beyond the limit"] = _beyond(problem, answer.share)
    faults |= _broken_promises(question, answer)
    found = [fault for fault, present in faults.items() if present]
    if found:
        raise SolverError(f"the solver's answer was refused: {'; '.join(found)}")


def broken_rules(problem: PlacementProblem, placement: Placement) -> dict[str, bool]:
    """Return which rules on the choice of sites the plan breaks."""
    rules, sites = problem.rules, placement.sites
    opened, fixed = problem.open_with(sites), problem.open_with(sites[:0])
    apart = opened[rules.conflicts].all(axis=1) & ~fixed[rules.conflicts].all(axis=1)
    allowance = SLACK * max(abs(rules.budget), 1.0) if np.isfinite(rules.budget) else 0.0
    return {
        f"it opens {sites.size} sites, more than {problem.new}": sites.size > problem.new,
        "it leaves a required site closed": not opened[rules.required].all(),
        "it opens a banned site": bool(np.isin(sites, rules.banned).any()),
        "it opens what is open already": bool(fixed[sites].any()),
        "it opens two sites that exclude each other": bool(apart.any()),
        "it costs more than the budget": bool(rules.price[sites].sum() > rules.budget + allowance),
    }


def _broken_promises(question: SitingQuestion, answer: Solved) -> dict[str, bool]:
    """Return what the plan does not do for people: everybody, floors, the gap among regions."""
    problem, owed = question.problem, question.regions
    part = problem.served(answer.placement.sites).astype(np.float64)
    if answer.share is not None:
        part = np.asarray(answer.share.sum(axis=0), dtype=np.float64)
    lacking = part[problem.weight > 0] < 1.0 - MISSED
    faults = {
        "somebody who must be served is not": MODELS[question.model].serves_all
        and bool(lacking.any())
    }
    if "floors" in MODELS[question.model].honours and problem.region.size:
        shares = region_shares(problem.region, problem.weight, part)
        known = np.flatnonzero(np.isfinite(shares))
        asked = known[known < owed.least_share.size]
        apart = float(np.ptp(shares[known])) if known.size else 0.0
        low = shares[asked] < owed.least_share[asked] - MISSED
        faults["a region lies below its floor"] = bool(low.any())
        faults["two regions lie too far apart"] = apart > owed.most_gap + MISSED
    return faults


def objective_of(model: str, problem: PlacementProblem, answer: Solved) -> float:
    """Return what the plan is worth in the unit of its model, from costs and weights alone."""
    placement, unit = answer.placement, MODELS[model].unit
    if unit == "sites":
        return _number_or_price(problem, answer)
    if unit == "distance":
        return _least_distance(problem, placement)
    if answer.share is not None:
        return _shared_worth(problem, answer.share, by_cost=unit == "weight cost")
    if model == "backup":
        return float(problem.weight[times_served(problem, placement.sites) >= 2].sum())
    if unit == "weight":
        return problem.served_weight(placement.sites)
    return _walked(problem, placement, longest=unit == "cost")


def _walked(problem: PlacementProblem, placement: Placement, *, longest: bool) -> float:
    """Return the largest cost of a point with a weight, or the sum of weight times cost."""
    inhabited = problem.weight > 0
    cost = problem.least_cost(placement.sites)[inhabited]
    return float(cost.max(initial=0.0) if longest else (problem.weight[inhabited] * cost).sum())


def _number_or_price(problem: PlacementProblem, answer: Solved) -> float:
    """Return the number of sites, or their price when there are prices and no capacities."""
    price = problem.rules.price
    if answer.share is None and price.any():
        return float(price[answer.placement.sites].sum())
    return float(answer.placement.sites.size)


def _least_distance(problem: PlacementProblem, placement: Placement) -> float:
    """Return the least distance between two open candidates, one of them new; inf for none."""
    opened = np.flatnonzero(problem.open_with(placement.sites))
    apart = problem.distance[np.ix_(placement.sites, opened)].copy()
    apart[placement.sites[:, None] == opened[None, :]] = np.inf
    return float(apart.min(initial=np.inf))


def _shared_worth(problem: PlacementProblem, share: Sparse, *, by_cost: bool) -> float:
    worth = share.multiply(problem.cost) if by_cost else share
    return float((worth @ problem.weight).sum())


def _beyond(problem: PlacementProblem, share: Sparse) -> bool:
    """Return whether a share is that of a pair that is not there or lies beyond the limit."""
    within = problem.cost.copy()
    within.data = (within.data <= problem.limit).astype(np.float64)
    return bool(share.multiply(within).sum() < share.sum() - SLACK)
