"""The first of the best plans of a plain programme, with its proof, as far as the time allows.

Goals are reached one after the other: the aim; then the fewest new sites; then the ascending list
of candidates that comes first, settled ``BLOCK`` candidates at a time: within a block the earlier
candidate is worth twice the next, sums that doubles hold exactly. Plans whose aim differs by less
than ``EQUAL`` of the largest conceivable value (the total weight; the cost when everybody goes to
the dearest candidate) count as equal.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np

from geoplan.errors import SolverError, TimeLimitError
from geoplan.model.arrays import Floats, Indices, Sparse
from geoplan.model.placement import Placement, PlacementProblem
from geoplan.model.split_placement import SplitPlacement
from geoplan.solvers.plain_greedy import greedy_sites
from geoplan.solvers.plain_model import (
    Aim,
    PlainModel,
    Task,
    near_pairs,
    new_candidates,
    plain_model,
)
from geoplan.solvers.plain_service import (
    Recipe,
    Service,
    best_service,
    cost_scale,
    least_cost_worth,
    main_candidates,
    new_sites,
)
from geoplan.solvers.programme import Goal, Programme, Reached, best_point, reached_goals

EQUAL = 1e-7
BLOCK = 16


class Method(Protocol):
    """How goals are reached: ``programme.reached_goals``, or another way to the same answer."""

    def __call__(
        self,
        programme: Programme,
        goals: Iterable[Goal],
        start: Floats | None,
        *,
        deadline: float,
    ) -> Reached:
        """Return the point at which the goals are reached."""


def aim_alone(model: PlainModel) -> tuple[Programme, Sequence[Goal]]:
    """Return the programme with the aim of its task as the only goal."""
    problem = model.task.problem
    if model.task.aim is Aim.SERVED:
        return model.programme, [served_goal(model)]
    if model.task.aim is Aim.COST:
        return model.programme, [Goal(-least_cost_worth(model), EQUAL)]
    return model.programme, [Goal(-model.worth_of_sites(_ones(problem)), 0.5)]


def served_goal(model: PlainModel) -> Goal:
    """Return the goal to serve most, in parts of the total weight."""
    weight = model.task.problem.weight
    return Goal(model.worth_of_served(weight / aim_scale(model.task)), EQUAL)


def aim_scale(task: Task) -> float:
    """Return what a goal of 1 is in the unit of the aim."""
    if task.aim is Aim.SERVED:
        return float(task.problem.weight.sum()) or 1.0
    return cost_scale(task.problem) if task.aim is Aim.COST else 1.0


def solve_plain(
    task: Task,
    *,
    recipe: Recipe = aim_alone,
    method: Method = reached_goals,
    time_limit_s: float,
) -> SplitPlacement:
    """Return the first of the best plans, or the best plan known in time, or ``infeasible``.

    ``method`` is how the goals are reached: on the whole programme if nothing else is said.
    Without a plan the objective and the bound are −inf (served) or inf (sites, cost). Who goes
    where is a linear programme of the open candidates, solved after the limit when it has passed.

    Raises
    ------
    TimeLimitError
        The time was over before any plan that keeps the rules was known.
    SolverError
        HiGHS gave up, or its answer does not pass the checks.
    """
    deadline = time.monotonic() + time_limit_s
    model = plain_model(task)
    programme, goals = recipe(model)
    greedy = greedy_sites(task)
    start = np.zeros(programme.lower.size)
    start[: model.sites] = task.problem.open_with(greedy)
    reached = method(programme, goals, start, deadline=deadline)
    if reached.answer.proven and reached.answer.values is None:
        return no_plan(task)
    if reached.count < len(goals):
        return _hurried(task, reached, recipe, greedy, last=reached.count == len(goals) - 1)
    values, canonical = _first(model, reached, deadline=deadline)
    service = best_service(task, new_sites(task.problem, values), recipe)
    if service is None:
        raise SolverError("HiGHS proposes sites that cannot keep the rules; report the problem")
    bound = _bound(task, reached.answer.bound)
    return placed_service(task, service, bound, "optimal", canonical=canonical)


def _hurried(
    task: Task, reached: Reached, recipe: Recipe, greedy: Indices, *, last: bool
) -> SplitPlacement:
    """Return the best plan known when the time is over; the bound is valid for all plans.

    ``last`` tells that the goal that was not proven is the aim itself.
    """
    bound = _bound(task, reached.answer.bound if last else np.inf)
    known = []
    if reached.answer.values is not None:
        sites = new_sites(task.problem, reached.answer.values)
        known.append(best_service(task, sites, recipe))
    if last or not known:
        known.append(best_service(task, greedy, recipe))
    found = [service for service in known if service is not None]
    if not found:
        raise TimeLimitError(
            "no plan that keeps every rule was found in time; give more time, or ask "
            "solvers.infeasible whether the rules contradict each other",
            best=float("nan"),
            bound=bound,
        )
    better = max if task.aim is Aim.SERVED else min
    best = better(found, key=lambda service: service.objective)
    return placed_service(task, best, bound, "time_limit", canonical=False)


def _first(model: PlainModel, reached: Reached, *, deadline: float) -> tuple[Floats, bool]:
    """Return the plan with fewest sites, then the first list; and whether that is proven."""
    problem, values = model.task.problem, reached.answer.values
    if values is None:
        raise SolverError("HiGHS proved a goal without a plan; report the problem")
    if model.task.aim is Aim.SITES:
        return _first_list(reached.programme, values, _ones(problem), deadline=deadline)
    worth = np.zeros(reached.programme.lower.size)
    worth[: model.sites] = -_ones(problem)
    fewest = reached_goals(reached.programme, [Goal(worth, 0.5)], values, deadline=deadline)
    if fewest.answer.values is not None and worth @ fewest.answer.values >= worth @ values:
        values = fewest.answer.values
    if not fewest.count:
        return values, False
    return _first_list(fewest.programme, values, _ones(problem), deadline=deadline)


def _first_list(
    programme: Programme, values: Floats, new: Floats, *, deadline: float
) -> tuple[Floats, bool]:
    """Return the plan whose ascending list comes first; block after block is settled."""
    lower, upper = programme.lower.copy(), programme.upper.copy()
    free = np.flatnonzero((new > 0) & (lower[: new.size] < upper[: new.size]))
    settled = Programme(
        programme.matrix, programme.row_lower, programme.row_upper, lower, upper, programme.whole
    )
    for begin in range(0, free.size, BLOCK):
        if not values[free[begin:]].any():
            break
        block = free[begin : begin + BLOCK]
        worth = np.zeros(lower.size)
        worth[block] = 2.0 ** np.arange(block.size - 1, -1, -1)
        if not _cannot_come_earlier(values[free[begin:]], block.size):
            answer = best_point(settled, worth, values, deadline=deadline)
            earlier = answer.values is not None and worth @ answer.values >= worth @ values
            values = answer.values if answer.values is not None and earlier else values
            if not answer.proven:
                return values, False
        lower[block] = upper[block] = values[block]
    return values, True


def _cannot_come_earlier(opened: Floats, size: int) -> bool:
    """Return whether the sites left stand at the very beginning of what is left."""
    sites = int(opened.sum())
    return bool(opened[: min(sites, size)].all())


def _bound(task: Task, goal_bound: float) -> float:
    """Return the bound in the unit of the aim, never worse than what the weights tell."""
    problem, pairs = task.problem, near_pairs(task.problem)
    proven = goal_bound * aim_scale(task)
    if task.aim is Aim.SERVED:
        reachable = float(problem.weight[np.unique(pairs.point)].sum())
        return min(proven, reachable, most_places(problem))
    if task.aim is Aim.SITES:
        return 0.0 + float(max(np.ceil(-proven - 1e-6), 0.0))
    nearest = np.full(problem.weight.size, np.inf)
    np.minimum.at(nearest, pairs.point, pairs.cost)
    least = problem.weight @ np.where(np.isfinite(nearest), nearest, 0.0)
    return max(-proven, float(least))


def most_places(problem: PlacementProblem) -> float:
    """Return what the fixed and the largest other candidates could serve if none shared a point."""
    pairs, new = near_pairs(problem), new_candidates(problem)
    near = np.bincount(pairs.candidate, problem.weight[pairs.point], minlength=new.size)
    places = np.minimum(near, problem.rules.capacity)
    largest = np.sort(places[new])[::-1][: problem.new]
    return float(places[~new].sum() + largest.sum())


def placed_service(
    task: Task, service: Service, bound: float, status: str, *, canonical: bool
) -> SplitPlacement:
    """Return the placement; raise when the bound does not bound it."""
    better = 1.0 if task.aim is Aim.SERVED else -1.0
    slack = 3 * EQUAL * aim_scale(task)
    if better * (service.objective - bound) > slack:
        raise SolverError(f"the bound {bound} is passed by the plan's {service.objective}")
    if abs(bound - service.objective) <= slack or better * (service.objective - bound) > 0:
        bound = service.objective
    placement = Placement(
        sites=service.sites,
        assigned=main_candidates(task.problem, service.share),
        objective=service.objective,
        bound=bound,
        status=status,
        canonical=canonical,
    )
    return SplitPlacement(placement=placement, share=service.share)


def no_plan(task: Task) -> SplitPlacement:
    """Return the answer to a task whose rules contradict each other."""
    nothing = -np.inf if task.aim is Aim.SERVED else np.inf
    demand = task.problem.weight.size
    placement = Placement(
        sites=np.empty(0, dtype=np.int32),
        assigned=np.full(demand, -1, dtype=np.int32),
        objective=nothing,
        bound=nothing,
        status="infeasible",
    )
    return SplitPlacement(placement=placement, share=_no_share(task.problem))


def _no_share(problem: PlacementProblem) -> Sparse:
    empty: Sparse = problem.cost.copy()
    empty.data = np.zeros(empty.nnz)
    empty.eliminate_zeros()
    return empty


def _ones(problem: PlacementProblem) -> Floats:
    return new_candidates(problem).astype(np.float64)
