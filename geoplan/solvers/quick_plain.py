"""The answer of the plain programme by a quicker way: like points as one, and priced candidates.

``solvers.plain_solve`` on ``solvers.plain_model`` is the reference; this is the way for real
districts. Points that count alike are merged (``solvers.merged_points``), goals are reached on
the candidates that prices leave (``solvers.priced``), and who goes where is settled for the
points as they came.
"""

from __future__ import annotations

import time

import numpy as np

from geoplan.errors import SolverError
from geoplan.model.split_placement import SplitPlacement
from geoplan.solvers.full_places import first_full_plan
from geoplan.solvers.merged_points import merged_task
from geoplan.solvers.plain_model import Aim, Task, near_pairs
from geoplan.solvers.plain_service import Recipe, best_service
from geoplan.solvers.plain_solve import aim_alone, most_places, no_plan, placed_service, solve_plain
from geoplan.solvers.priced import priced_goals


def solve_quickly(task: Task, *, recipe: Recipe = aim_alone, time_limit_s: float) -> SplitPlacement:
    """Return the plan, bound and proof of ``solve_plain``.

    Raises
    ------
    TimeLimitError
        The time was over before any plan that keeps the rules was known.
    SolverError
        HiGHS gave up, or its answer does not pass the checks.
    """
    if too_few_places(task):
        return no_plan(task)
    if task.aim is Aim.COST:
        return solve_plain(task, recipe=recipe, time_limit_s=time_limit_s)
    deadline = time.monotonic() + time_limit_s
    small = merged_task(task)
    full = _full(task, small, recipe, deadline)
    if full is not None:
        return full
    time_limit_s = max(deadline - time.monotonic(), 0.0)
    answer = solve_plain(small, recipe=recipe, method=priced_goals, time_limit_s=time_limit_s)
    found = answer.placement
    if found.status == "infeasible":
        return no_plan(task)
    service = best_service(task, found.sites, recipe)
    if service is None:
        raise SolverError("a plan for like points breaks a rule of the points; report the problem")
    return placed_service(task, service, found.bound, found.status, canonical=found.canonical)


def _full(task: Task, small: Task, recipe: Recipe, deadline: float) -> SplitPlacement | None:
    """Return the answer when capacities alone tell it, else None."""
    rules = task.regions
    owed = bool(rules.least_share.any()) or np.isfinite(rules.most_gap)
    limited = np.isfinite(task.problem.rules.capacity).any()
    if task.aim is not Aim.SERVED or recipe is not aim_alone or owed or not limited:
        return None
    sites = first_full_plan(small.problem, deadline=deadline)
    service = None if sites is None else best_service(task, sites, recipe)
    if service is None or service.objective < most_places(small.problem) - 1e-6:
        return None
    return placed_service(task, service, service.objective, "optimal", canonical=True)


def too_few_places(task: Task) -> bool:
    """Return whether some who must be served cannot be, whatever is opened.

    True when nobody is near a point, or when the fixed and the ``new`` largest other candidates
    have fewer places than there are people.
    """
    if task.least_served < 1.0:
        return False
    problem, pairs = task.problem, near_pairs(task.problem)
    reachable = np.zeros(problem.weight.size, dtype=np.bool_)
    reachable[pairs.point] = True
    if not reachable.all():
        return True
    return most_places(problem) < float(problem.weight.sum()) * (1 - 1e-9)
