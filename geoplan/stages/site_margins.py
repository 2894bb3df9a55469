"""What each site of a plan is worth to it: alone, and against the best plan without it."""

from __future__ import annotations

import math

from geoplan.model.asked_plan import AskedPlan, PlanModel
from geoplan.model.placement import Placement, PlacementProblem
from geoplan.model.why_not import SiteMargin
from geoplan.stages.asked_plans import asked_plan, loss_between, narrowed, told_plan, value_of


def site_margins(
    problem: PlacementProblem, *, plan: Placement, model: PlanModel
) -> tuple[SiteMargin, ...]:
    """Return the margin of each new site of the model's best plan, ascending by site.

    ``least_extra_weight`` is the margin. Let v be the value of the plan and u that of the best plan
    without the site. Weight of d, added to points old or new, lowers no plan's value and raises
    none by more than d, for a point is counted at most once. So every plan without the site is
    worth at most u + d and the plan at least v: as long as d < v - u, no plan without the site is
    best. More than that may be needed: weight beside a site that comes in helps plans that open
    both sites, too.

    Raises
    ------
    ValueError
        The placement is no plan.
    SolverError
        A plan without a site is better than the proven plan, or the model raises it.
    """
    best = told_plan(plan, model=model)
    if not best.known:
        raise ValueError("there is no plan whose sites could be weighed")
    return tuple(_margin(problem, best, site, model) for site in best.sites)


def _margin(problem: PlacementProblem, best: AskedPlan, site: int, model: PlanModel) -> SiteMargin:
    rival, margin = AskedPlan((), model.worst, model.worst, proven=True), math.inf
    if site not in problem.rules.required:
        rival = asked_plan(narrowed(problem, banned=[site]), model=model)
        margin = loss_between(best, rival, model=model)
    rest = [other for other in best.sites if other != site]
    return SiteMargin(
        site=site,
        lost_without=model.loss(best.value, value_of(problem, rest, model=model)),
        margin=margin,
        incoming=without(rival.sites, best.sites),
        outgoing=without(best.sites, rival.sites) if rival.known else (),
        least_extra_weight=margin if model.more_is_better else math.nan,
        proven=best.proven and rival.proven,
    )


def without(sites: tuple[int, ...], others: tuple[int, ...]) -> tuple[int, ...]:
    """Return the sites that are not among the others, in their order."""
    return tuple(site for site in sites if site not in others)
