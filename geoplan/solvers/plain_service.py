"""Who serves whom when the sites are known; sums and rules are checked outside HiGHS."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy.sparse import coo_array, csr_array

from geoplan.errors import SolverError
from geoplan.model.arrays import Flags, Floats, Indices, Sparse
from geoplan.model.placement import PlacementProblem
from geoplan.model.split_placement import region_shares
from geoplan.solvers.plain_model import (
    Aim,
    NearPairs,
    PlainModel,
    Task,
    binding_conflicts,
    near_pairs,
    new_candidates,
    serving_model,
)
from geoplan.solvers.programme import Goal, Programme, best_point, reached_goals

Recipe: TypeAlias = Callable[[PlainModel], tuple[Programme, Sequence[Goal]]]
"""What turns a model into a programme and the goals to reach in it, the first before the next."""

_KEPT = 1e-6
"""Parts and shares may miss their rule by this much; HiGHS keeps its rows to 1e-9."""

_WHOLE = 1e-8
"""Flows this near to a whole number, in parts of their point, are that number."""


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """The best service of given sites."""

    sites: Indices
    """New sites, ascending."""
    share: Sparse
    """(candidates, demand) part of each point that each candidate serves."""
    objective: float
    """Weight served, number of sites or weighted cost, summed outside HiGHS."""


def best_service(task: Task, sites: Indices, recipe: Recipe) -> Service | None:
    """Return the best service by these new sites and the fixed ones, None when a rule breaks.

    Of the best services it is one with the least weighted cost. The linear programme is small
    (the open candidates alone) and has no time limit.
    """
    opened = task.problem.open_with(sites)
    if broken_choices(task.problem, sites):
        return None
    model = serving_model(task, opened)
    programme, goals = recipe(model)
    reached = reached_goals(programme, goals, None, deadline=np.inf)
    values = reached.answer.values
    if values is None:
        return None
    value = float(goals[-1].worth @ values)
    nearest = reached.programme.at_least(goals[-1].worth, value)
    worth = np.zeros(nearest.lower.size)
    worth[: model.programme.lower.size] = -least_cost_worth(model)
    answer = best_point(nearest, worth, None, deadline=np.inf)
    share = _shares(task, opened, model, values if answer.values is None else answer.values)
    service = Service(sites, share, _objective(task, sites, share))
    _require_kept(task, service)
    return service


def least_cost_worth(model: PlainModel) -> Floats:
    """Return the weighted cost of every x, in parts of what the dearest service would cost."""
    problem, pairs = model.task.problem, model.split
    return model.worth_of_pairs(problem.weight[pairs.point] * pairs.cost / cost_scale(problem))


def cost_scale(problem: PlacementProblem) -> float:
    """Return the weighted cost when everybody goes to the dearest candidate within the limit."""
    pairs = near_pairs(problem)
    dearest = np.zeros(problem.weight.size)
    np.maximum.at(dearest, pairs.point, pairs.cost)
    return float(problem.weight @ dearest) or 1.0


def broken_choices(problem: PlacementProblem, sites: Indices) -> list[str]:
    """Return which rules on the choice of sites the new sites break."""
    rules, opened = problem.rules, problem.open_with(sites)
    spent = math.fsum(rules.price[sites].tolist())
    faults = {
        "new": sites.size > problem.new or bool(np.isin(sites, rules.fixed).any()),
        "required": not opened[rules.required].all(),
        "banned": bool(opened[rules.banned].any()),
        "conflicts": bool(opened[binding_conflicts(rules)].all(axis=1).any()),
        "budget": spent > rules.budget + _KEPT * abs(rules.budget),
    }
    return [name for name, present in faults.items() if present]


def _shares(task: Task, opened: Flags, model: PlainModel, values: Floats) -> Sparse:
    """Return the shares, whole people where they are whole, within every capacity."""
    problem, pairs = task.problem, model.split
    first = model.sites + problem.weight.size
    weight = problem.weight[pairs.point]
    flow = weight * np.clip(values[first : first + pairs.point.size], 0.0, 1.0)
    whole = np.rint(flow)
    flow = np.where(np.abs(flow - whole) <= _WHOLE * weight, whole, flow)
    flow = _within(flow, pairs.point, problem.weight)
    flow = _within(flow, pairs.candidate, problem.rules.capacity[opened])
    heavy = flow > _WHOLE * weight
    idle = _weightless(problem, opened)
    candidate = np.flatnonzero(opened)[pairs.candidate[heavy]]
    part = np.concatenate([flow[heavy] / weight[heavy], np.ones(idle.point.size)])
    row = np.concatenate([candidate, idle.candidate])
    column = np.concatenate([pairs.point[heavy], idle.point])
    return csr_array(coo_array((part, (row, column)), shape=problem.cost.shape))


def _within(flow: Floats, group: Indices, most: Floats) -> Floats:
    """Return the flows cut in proportion so that no group carries more than its most."""
    load = np.bincount(group, weights=flow, minlength=most.size)
    over = load > most
    factor = np.ones(most.size)
    factor[over] = most[over] / load[over] * (1 - 1e-12)
    return np.asarray(flow * factor[group])


def _weightless(problem: PlacementProblem, opened: Flags) -> NearPairs:
    """Return the nearest open candidate of every point without weight that has one."""
    pairs = near_pairs(problem)
    free = opened[pairs.candidate] & (problem.weight[pairs.point] == 0)
    candidate, point, cost = pairs.candidate[free], pairs.point[free], pairs.cost[free]
    order = np.lexsort([candidate, cost, point])
    first = order[np.flatnonzero(np.diff(point[order], prepend=-1))]
    return NearPairs(candidate[first], point[first], cost[first])


def _objective(task: Task, sites: Indices, share: Sparse) -> float:
    if task.aim is Aim.SITES:
        return float(sites.size)
    table = share.tocoo()
    part = table.data * task.problem.weight[table.col]
    if task.aim is Aim.COST:
        part = part * _costs_at(task.problem, table.row, table.col)
    return math.fsum(part.tolist())


def _require_kept(task: Task, service: Service) -> None:
    """Raise unless everybody who must be is served, and no capacity, floor or gap is broken."""
    problem = task.problem
    served: Floats = np.asarray(service.share.sum(axis=0), dtype=np.float64)
    load = np.asarray(service.share @ problem.weight)
    faults = {
        "somebody who must be served is not": bool((served < task.least_served - _KEPT).any()),
        "somebody is served twice": bool((served > 1 + _KEPT).any()),
        "a capacity is exceeded": bool((load > problem.rules.capacity * (1 + 1e-9)).any()),
        "a region lies below its floor or too far apart": _unfair(task, served),
    }
    found = [fault for fault, present in faults.items() if present]
    if found:
        raise SolverError(f"HiGHS broke a rule of the placement: {'; '.join(found)}")


def _unfair(task: Task, served: Floats) -> bool:
    problem, rules = task.problem, task.regions
    share = region_shares(problem.region, problem.weight, served)
    floor = rules.least_share[: share.size]
    low = bool((share[: floor.size] < floor - _KEPT).any())
    known = share[np.isfinite(share)]
    return low or bool(known.size and np.ptp(known) > rules.most_gap + _KEPT)


def main_candidates(problem: PlacementProblem, share: Sparse) -> Indices:
    """Return the candidate that serves most of each point, (demand,), −1 where none does.

    Of equal parts the cheaper, then the earlier candidate is returned.
    """
    table = share.tocoo()
    cost = _costs_at(problem, table.row, table.col)
    part: Floats = np.round(table.data, 9)
    order = np.lexsort((table.row, cost, -part, table.col))
    first = order[np.flatnonzero(np.diff(table.col[order], prepend=-1))]
    assigned = np.full(problem.weight.size, -1, dtype=np.int32)
    assigned[table.col[first]] = table.row[first]
    return assigned


def _costs_at(problem: PlacementProblem, candidate: Indices, point: Indices) -> Floats:
    """Return the cost of each of these pairs, all of which are within the limit."""
    pairs, points = near_pairs(problem), problem.weight.size
    place = pairs.candidate.astype(np.int64) * points + pairs.point
    return pairs.cost[np.searchsorted(place, candidate.astype(np.int64) * points + point)]


def new_sites(problem: PlacementProblem, values: Floats) -> Indices:
    """Return the new sites of a point of the programme, ascending."""
    opened = values[: problem.cost.shape[0]] > 0.5
    return np.flatnonzero(opened & new_candidates(problem)).astype(np.int32)
