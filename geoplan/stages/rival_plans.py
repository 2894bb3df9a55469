"""The best plans in order, by partition: what comes second, third, and which sites they share.

Murty 1968, *Operations Research* 16, 682-687; Lawler 1972, *Management Science* 18, 401-405. A part
is all plans that open its ``required`` and none of its ``banned`` sites. Let P = {s_1, ..., s_m} be
the best plan of a part, its required sites left out of the list. The rest of the part falls into

* for each i: the plans that open s_1, ..., s_{i-1} and not s_i;
* the true supersets of P.

Every other plan of the part is in exactly one of them: either it lacks a first site of P, or none.

A plan is told only when every site of it matters: without any one of them that is not required, the
others kept, it is worse. No true superset S of P is such a plan. S is not better than P. Take from
S a site outside P: what is left lies between P and S and is, in the models that ``PlanModel``
admits, no worse than the worse of the two, hence no worse than S. So the supersets are dropped
unsolved, which spares the plans that differ only by sites of no worth.

A part's best plan may contain an idle site that the part requires: it is not told, but divided like
the others. What is left of it without the idle sites is no worse, opens fewer and so comes first.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from geoplan.model.asked_plan import AskedPlan, PlanModel
from geoplan.model.placement import PlacementProblem
from geoplan.model.rivals import RivalPlan, RivalPlans
from geoplan.stages.asked_plans import asked_plan, narrowed, value_of

_Rank: TypeAlias = tuple[float, int, tuple[int, ...]]
"""Value (the better the smaller), number of sites, sites; no two parts have the same plan."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Plans that open some sites and not others, and the best of them."""

    required: tuple[int, ...]
    banned: tuple[int, ...]
    best: AskedPlan


def rival_plans(problem: PlacementProblem, *, model: PlanModel, count: int) -> RivalPlans:
    """Return the ``count`` best plans in which every site matters, best first.

    About ``count`` times ``problem.new`` plans are solved. ``proven`` is False when one of them
    was not solved in time; the plans told are then the best ones known.

    Raises
    ------
    ValueError
        ``count`` is less than 1.
    SolverError
        The model's plan breaks a rule, or the model raises it.
    """
    if count < 1:
        raise ValueError(f"count must be 1 or more, not {count}")
    whole = _Part((), (), asked_plan(problem, model=model))
    proven, plans = whole.best.proven, list[AskedPlan]()
    waiting = [(_rank(whole.best, model), whole)] if whole.best.known else []
    while waiting and len(plans) < count:
        _, part = heapq.heappop(waiting)
        if _every_site_matters(problem, part.best, model):
            plans.append(part.best)
        if len(plans) == count:
            break
        for child in _parts_without_best(problem, part, model):
            proven &= child.best.proven
            if child.best.known:
                heapq.heappush(waiting, (_rank(child.best, model), child))
    return RivalPlans(plans=_ranked(plans, model), proven=proven)


def _parts_without_best(
    problem: PlacementProblem, part: _Part, model: PlanModel
) -> Iterator[_Part]:
    """Yield the parts of which every plan lacks a site of the part's best plan."""
    held = {*part.required, *problem.rules.required.tolist()}
    kept = part.required
    for site in part.best.sites:
        if site in held:
            continue
        banned = (*part.banned, site)
        question = narrowed(problem, required=kept, banned=banned)
        yield _Part(kept, banned, asked_plan(question, model=model))
        kept = (*kept, site)


def _every_site_matters(problem: PlacementProblem, plan: AskedPlan, model: PlanModel) -> bool:
    free = set(plan.sites) - set(problem.rules.required.tolist())
    rests = ([other for other in plan.sites if other != site] for site in sorted(free))
    return all(model.loss(plan.value, value_of(problem, rest, model=model)) > 0 for rest in rests)


def _ranked(plans: list[AskedPlan], model: PlanModel) -> tuple[RivalPlan, ...]:
    """Return the plans with their losses; unproven ones may have come in another order."""
    order = sorted(plans, key=lambda plan: _rank(plan, model))
    return tuple(
        RivalPlan(plan.sites, plan.value, model.loss(order[0].value, plan.value)) for plan in order
    )


def _rank(plan: AskedPlan, model: PlanModel) -> _Rank:
    """Return what sorts plans, the first smallest."""
    value = -plan.value if model.more_is_better else plan.value
    return value, len(plan.sites), plan.sites
