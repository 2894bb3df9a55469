"""Why a candidate is not in the plan, and the cheapest changes that would bring it in."""

from __future__ import annotations

import math

import numpy as np

from geoplan.model.asked_plan import AskedPlan, PlanModel
from geoplan.model.placement import Placement, PlacementProblem
from geoplan.model.why_not import WayIn, WhyNot
from geoplan.stages.asked_plans import (
    asked_plan,
    loss_between,
    narrowed,
    price_of,
    told_plan,
    value_of,
    within_budget,
)
from geoplan.stages.site_margins import without
from geoplan.stages.ways_in import Outsider, by_ban, by_number, by_price, by_weight


def why_not(
    problem: PlacementProblem,
    *,
    plan: Placement,
    candidate: int,
    model: PlanModel,
    most_new: int,
) -> WhyNot:
    """Return the card of one candidate: the rule that forbids it, or its loss and the ways in.

    Parameters
    ----------
    plan
        The model's best plan of the problem.
    most_new
        The number of sites is raised at most to this.

    Notes
    -----
    ``weight`` and ``price`` are told by models of served weight, ``price`` under a budget. A
    candidate that the budget forbids has ``price``, one that the number forbids has ``new``; one
    that another rule forbids has no way in.

    Raises
    ------
    ValueError
        The placement is no plan, or there is no such candidate.
    SolverError
        The plan with the candidate is better than the proven plan, or the model raises it.
    """
    best = told_plan(plan, model=model)
    if not best.known:
        raise ValueError("there is no plan that could lack the candidate")
    if not 0 <= candidate < problem.cost.shape[0]:
        raise ValueError(f"there is no candidate {candidate}")
    rule = "planned" if candidate in best.sites else forbidding_rule(problem, candidate)
    with_it = AskedPlan(sites=(), value=model.worst, bound=model.worst, proven=True)
    if not rule:
        with_it = asked_plan(narrowed(problem, required=[candidate]), model=model)
        rule = "no_plan" if with_it.proven and not with_it.known else ""
    return WhyNot(
        candidate=candidate,
        forbidden_by=rule,
        forbidding=_near(problem, candidate) if rule == "conflict" else (),
        sites=with_it.sites,
        value=with_it.value,
        loss=math.inf if rule else loss_between(best, with_it, model=model),
        idle=with_it.known and _idle(problem, with_it, candidate, model),
        pushed_out=without(best.sites, with_it.sites) if with_it.known else (),
        joined=without(with_it.sites, best.sites),
        proven=best.proven and with_it.proven,
        ways_in=_ways_in(Outsider(problem, model, best, candidate), with_it, rule, most_new),
    )


def _idle(problem: PlacementProblem, with_it: AskedPlan, candidate: int, model: PlanModel) -> bool:
    rest = without(with_it.sites, (candidate,))
    return model.loss(with_it.value, value_of(problem, rest, model=model)) <= 0


def _ways_in(outsider: Outsider, with_it: AskedPlan, rule: str, most_new: int) -> tuple[WayIn, ...]:
    ways: list[WayIn] = []
    if not rule and outsider.model.more_is_better:
        ways.append(by_weight(outsider, with_it))
    if not rule:
        ways.append(by_ban(outsider))
    if rule in {"", "new"}:
        ways.append(by_number(outsider, most_new=most_new))
    priced = outsider.model.more_is_better and math.isfinite(outsider.problem.rules.budget)
    if priced and rule in {"", "budget"}:
        ways.append(by_price(outsider))
    return tuple(ways)


def forbidding_rule(problem: PlacementProblem, candidate: int) -> str:
    """Return the first rule that alone keeps the candidate closed, empty when none does.

    The rules are those of ``WhyNot.forbidden_by`` but ``planned`` and ``no_plan``.
    """
    rules = problem.rules
    required = np.setdiff1d(rules.required, rules.fixed)
    wanted = np.union1d(required, [candidate]).astype(np.int64).tolist()
    faults = {
        "fixed": candidate in rules.fixed,
        "banned": candidate in rules.banned,
        "conflict": bool(_near(problem, candidate)),
        "new": len(wanted) > problem.new,
        "budget": not within_budget(price_of(problem, wanted), rules.budget),
    }
    return next((name for name, present in faults.items() if present), "")


def _near(problem: PlacementProblem, candidate: int) -> tuple[int, ...]:
    """Return the fixed and required candidates that may not be open beside the candidate."""
    rules = problem.rules
    one, two = rules.conflicts.T
    others = np.concatenate([two[one == candidate], one[two == candidate]])
    kept = np.intersect1d(others, np.concatenate([rules.fixed, rules.required]))
    return tuple(kept[kept != candidate].tolist())
