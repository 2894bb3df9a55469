"""A plan in yearly stages that stays good when a later year is never paid.

A stage has a number of sites and a budget; they take the place of ``problem.new`` and of the
problem's own budget. The yardstick of a stage is the best plan for all means given up to it,
without regard to stages; before the last stage it need not hold the required sites, for they may
be built later.

``early``        the first stage is the best plan for its own means; each later one is the best plan
                 that keeps what is built. Required sites are all built in the first.
``final_worst``  the best plan for all means, in the order whose worst stage regret is least; among
                 those, whose total regret is least.
``final_total``  the best plan for all means, in the order whose total stage regret is least.

Of orders with the same regrets the one that builds more earlier is taken, then the first list. The
orders of the final plan are searched by dynamic programming over its subsets: the regret of a stage
depends on what is built, not on the order in which it was built (``stages.stage_orders``).

Early stages nest: with the same means a year, a plan of three stages is the beginning of one of
five.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from geoplan.errors import InfeasibleError, SolverError
from geoplan.model.arrays import Floats, Indices
from geoplan.model.asked_plan import AskedPlan, PlanModel
from geoplan.model.placement import PlacementProblem
from geoplan.model.split_placement import region_shares
from geoplan.model.staging import PlanStage, StagedPlan, StageMeans
from geoplan.stages.asked_plans import asked_plan, index_array, narrowed, price_of, value_of
from geoplan.stages.stage_orders import Sites, StagedOrders, Unspent, least_regret_order

Order: TypeAlias = Literal["early", "final_worst", "final_total"]


@dataclass(frozen=True, slots=True)
class _Staging:
    """The problem, what may be spent when, and the yardstick of each stage."""

    problem: PlacementProblem
    means: tuple[StageMeans, ...]
    unspent: Unspent
    model: PlanModel
    best: tuple[AskedPlan, ...]


def staged_plan(
    problem: PlacementProblem,
    *,
    stages: Sequence[StageMeans],
    model: PlanModel,
    order: Order = "early",
    unspent: Unspent = "carried",
) -> StagedPlan:
    """Return the plan in stages, each with its regret; no region's share ever falls.

    Parameters
    ----------
    unspent
        ``carried``: sites and money that a stage leaves go to the next. ``lost``: they do not;
        the yardsticks may spend them all the same.

    Raises
    ------
    ValueError
        There is no stage.
    InfeasibleError
        A stage has no plan (``early``), or the best plan cannot be divided into the stages.
    ConfigError
        The final plan has more sites than orders can be searched for.
    SolverError
        The share of a region falls, or a model's plan breaks a rule.
    """
    if not stages:
        raise ValueError("a staged plan needs at least one stage")
    best = _yardsticks(problem, stages, model)
    staging = _Staging(problem, tuple(stages), unspent, model, best)
    built, proven = _built_early(staging) if order == "early" else _built_final(staging, order)
    return _told(staging, built, proven=proven and all(answer.proven for answer in best))


def _yardsticks(
    problem: PlacementProblem, stages: Sequence[StageMeans], model: PlanModel
) -> tuple[AskedPlan, ...]:
    """Return the best plan for all means given up to each stage."""
    free = replace(problem, rules=replace(problem.rules, required=problem.rules.required[:0]))
    given = [_sum_of(stages[: stage + 1]) for stage in range(len(stages))]
    asked = [free] * (len(stages) - 1) + [problem]
    return tuple(
        asked_plan(_with_means(one, means), model=model)
        for one, means in zip(asked, given, strict=True)
    )


def _sum_of(stages: Sequence[StageMeans]) -> StageMeans:
    return StageMeans(
        new=sum(stage.new for stage in stages),
        budget=math.fsum(stage.budget for stage in stages),
    )


def _with_means(problem: PlacementProblem, means: StageMeans) -> PlacementProblem:
    return replace(problem, rules=replace(problem.rules, budget=means.budget), new=means.new)


def _built_early(staging: _Staging) -> tuple[list[Sites], bool]:
    """Return what is built after each stage, each the best that keeps what was built before."""
    built: list[Sites] = []
    proven, before = True, Sites()
    for stage in range(len(staging.means)):
        problem = narrowed(
            _with_means(staging.problem, _allowed(staging, stage, before)), required=before
        )
        answer = asked_plan(problem, model=staging.model)
        if not answer.known:
            raise InfeasibleError(
                f"stage {stage + 1} has no plan; give it more sites or money, or let fixed "
                "facilities serve those who must be served"
            )
        proven, before = proven and answer.proven, answer.sites
        built.append(answer.sites)
    return built, proven


def _allowed(staging: _Staging, stage: int, built: Sites) -> StageMeans:
    """Return how much may be built in all when this stage is over."""
    if staging.unspent == "carried":
        return _sum_of(staging.means[: stage + 1])
    spent = StageMeans(new=len(built), budget=price_of(staging.problem, built))
    return _sum_of([spent, staging.means[stage]])


def _built_final(staging: _Staging, order: Order) -> tuple[list[Sites], bool]:
    """Return what is built after each stage on the way to the best plan for all means."""
    whole = staging.best[-1]
    if not whole.known:
        raise InfeasibleError("there is no plan for the means of all stages together")
    orders = StagedOrders(
        sites=whole.sites,
        prices=tuple(staging.problem.rules.price[index_array(whole.sites)].tolist()),
        means=staging.means,
        unspent=staging.unspent,
        regret=lambda stage, built: _regret(staging, stage, built),
    )
    return least_regret_order(orders, worst_first=order == "final_worst"), whole.proven


def _regret(staging: _Staging, stage: int, built: Sites) -> float:
    value = value_of(staging.problem, built, model=staging.model)
    return max(staging.model.loss(staging.best[stage].value, value), 0.0)


def _told(staging: _Staging, built: Sequence[Sites], *, proven: bool) -> StagedPlan:
    told: list[PlanStage] = []
    before = Sites()
    share = _region_share(staging.problem, index_array(()))
    for best, after in zip(staging.best, built, strict=True):
        now = _region_share(staging.problem, index_array(after))
        _require_grown(before, after, share, now)
        told.append(_stage(staging, best, before, after, now))
        before, share = after, now
    return StagedPlan(stages=tuple(told), proven=proven)


def _stage(
    staging: _Staging, best: AskedPlan, before: Sites, after: Sites, share: Floats
) -> PlanStage:
    value = value_of(staging.problem, after, model=staging.model)
    return PlanStage(
        opened=tuple(site for site in after if site not in before),
        built=after,
        spent=price_of(staging.problem, after),
        value=value,
        best=best.value,
        best_bound=best.bound,
        regret=max(staging.model.loss(best.value, value), 0.0),
        region_share=share,
    )


def _region_share(problem: PlacementProblem, sites: Indices) -> Floats:
    reached = (problem.least_cost(sites) <= problem.limit).astype(np.float64)
    reached[~np.isfinite(problem.least_cost(sites))] = 0.0
    return region_shares(problem.region, problem.weight, reached)


def _require_grown(before: Sites, after: Sites, share: Floats, now: Floats) -> None:
    """Raise unless what was built stays, and no region lost share."""
    if not set(before) <= set(after) or (now < share - 1e-12).any():
        raise SolverError("a stage closes a site that an earlier one opened; report the problem")
