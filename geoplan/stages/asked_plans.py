"""Questions to a model: the same problem with a few rules more, its answer held to them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from geoplan.errors import SolverError, TimeLimitError
from geoplan.model.arrays import Indices
from geoplan.model.asked_plan import TIE, AskedPlan, PlanModel
from geoplan.model.placement import Placement, PlacementProblem, PlacementRules


def asked_plan(problem: PlacementProblem, *, model: PlanModel) -> AskedPlan:
    """Return the model's best plan; without a plan in time its value is the worst, not proven.

    Raises
    ------
    SolverError
        The model's plan breaks a rule on the choice of sites, or passes its own bound.
    """
    try:
        placement = model.solve(problem)
    except TimeLimitError as late:
        bound = -model.worst if math.isnan(late.bound) else late.bound
        return AskedPlan(sites=(), value=model.worst, bound=bound, proven=False)
    answer = told_plan(placement, model=model)
    if answer.known:
        _require_kept(problem, answer, model)
    return answer


def told_plan(placement: Placement, *, model: PlanModel) -> AskedPlan:
    """Return a placement as an answer of the model; ``infeasible`` is a proven lack of plans."""
    if placement.status == "infeasible":
        return AskedPlan(sites=(), value=model.worst, bound=model.worst, proven=True)
    return AskedPlan(
        sites=tuple(placement.sites.tolist()) if math.isfinite(placement.objective) else (),
        value=placement.objective,
        bound=placement.bound,
        proven=placement.status == "optimal",
    )


def _require_kept(problem: PlacementProblem, answer: AskedPlan, model: PlanModel) -> None:
    rules, sites = problem.rules, index_array(answer.sites)
    required = np.setdiff1d(rules.required, rules.fixed)
    faults = {
        f"it opens {sites.size} sites, more than {problem.new}": sites.size > problem.new,
        "it leaves a required site closed": not np.isin(required, sites).all(),
        "it opens a banned or fixed candidate": bool(
            np.isin(sites, np.concatenate([rules.banned, rules.fixed])).any()
        ),
        f"its value {answer.value} passes its bound {answer.bound}": (
            model.loss(answer.value, answer.bound) > 1e-6 * max(abs(answer.value), 1.0)
        ),
    }
    found = [fault for fault, present in faults.items() if present]
    if found:
        raise SolverError(f"the model's plan was refused: {'; '.join(found)}")


def narrowed(
    problem: PlacementProblem,
    *,
    required: Iterable[int] = (),
    banned: Iterable[int] = (),
    new: int | None = None,
) -> PlacementProblem:
    """Return the problem with these sites required and banned, too, and another ``new``."""
    rules = replace(
        problem.rules,
        required=_joined(problem.rules.required, required),
        banned=_joined(problem.rules.banned, banned),
    )
    return replace(problem, rules=rules, new=problem.new if new is None else new)


def value_of(problem: PlacementProblem, sites: Sequence[int], *, model: PlanModel) -> float:
    """Return what exactly these new sites are worth, the fixed ones open beside them.

    Spacing, budget and required sites are not looked at: they rule the choice, not the worth.
    """
    opened = index_array(sites)
    shut = np.ones(problem.cost.shape[0], dtype=np.bool_)
    shut[opened] = False
    shut[problem.rules.fixed] = False
    rules: PlacementRules = replace(
        problem.rules,
        required=opened,
        banned=np.flatnonzero(shut).astype(np.int32),
        conflicts=problem.rules.conflicts[:0],
        budget=math.inf,
    )
    return asked_plan(replace(problem, rules=rules, new=opened.size), model=model).value


def loss_between(best: AskedPlan, other: AskedPlan, *, model: PlanModel) -> float:
    """Return how much worse a plan under more rules is than the best; below 0 only unproven.

    Raises
    ------
    SolverError
        Both are proven, yet more rules gave a better plan.
    """
    loss = model.loss(best.value, other.value)
    if best.proven and other.proven and loss < -1e-6 * max(abs(best.value), 1.0):
        raise SolverError(
            f"a plan of {other.value} under more rules is better than the proven {best.value}"
        )
    return max(loss, 0.0) if best.proven else loss


def price_of(problem: PlacementProblem, sites: Sequence[int]) -> float:
    """Return what the sites cost together; the sum does not depend on their order."""
    return math.fsum(problem.rules.price[index_array(sites)].tolist())


def within_budget(spent: float, budget: float) -> bool:
    """Return whether the money suffices, inclusive; sums may miss by a billionth of the budget."""
    return spent <= budget or math.isclose(spent, budget, rel_tol=TIE, abs_tol=0.0)


def index_array(sites: Iterable[int]) -> Indices:
    """Return the sites as an array, (sites,) int32, in the order given."""
    return np.array(tuple(sites), dtype=np.int32)


def _joined(sites: Indices, more: Iterable[int]) -> Indices:
    return np.union1d(sites, index_array(more)).astype(np.int32)
