"""The smallest changes that make a candidate part of a best plan, each proven by new plans.

"Part of a best plan" allows ties. Where sites are banned or added, it means a best plan with the
fewest sites, so that no candidate comes in as an idle site.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from geoplan.model.asked_plan import AskedPlan, PlanModel
from geoplan.model.placement import PlacementProblem
from geoplan.model.why_not import WayIn
from geoplan.stages.asked_plans import asked_plan, loss_between, narrowed, price_of

PRICE_STEP = 1e-5
"""Cuts of a price are told apart down to this part of the budget, ten times what solvers allow a
plan to miss the budget by."""


@dataclass(frozen=True, slots=True)
class Outsider:
    """A candidate outside the plan, and all that the ways in start from."""

    problem: PlacementProblem
    model: PlanModel
    best: AskedPlan
    """The model's best plan, in which the candidate is not."""
    candidate: int

    def enters(self, problem: PlacementProblem) -> tuple[bool, AskedPlan, bool]:
        """Return whether it is in a best plan with fewest sites; a best plan; whether proven."""
        best = asked_plan(problem, model=self.model)
        if not best.known or self.candidate in best.sites:
            return best.known, best, best.proven
        question = narrowed(problem, required=[self.candidate], new=len(best.sites))
        with_it = asked_plan(question, model=self.model)
        tied = self.model.loss(best.value, with_it.value) == 0
        return tied, best, best.proven and with_it.proven


def by_weight(outsider: Outsider, with_it: AskedPlan) -> WayIn:
    """Return how much weight would have to live where the candidate alone reaches it: the loss.

    Let v be the value of the best plan and u that of the best plan with the candidate. A new point
    of weight d that no other candidate reaches adds d to every plan with the candidate, if it has
    the places, and nothing to any other. So the best of the former is worth u + d and the best of
    the latter v, and the candidate is in a best plan if and only if d ≥ v - u. When its capacity is
    limited, plans with it gain at most d: then v - u is a lower bound, and ``amount`` is inf. When
    u is not known in time, its bound takes its place in ``least``.
    """
    model, best = outsider.model, outsider.best
    loss = loss_between(best, with_it, model=model)
    endless = math.isinf(outsider.problem.rules.capacity[outsider.candidate])
    return WayIn(
        kind="weight",
        amount=loss if endless else math.inf,
        least=loss if with_it.proven else max(model.loss(best.value, with_it.bound), 0.0),
        subject=-1,
        proven=best.proven and with_it.proven,
    )


def by_ban(outsider: Outsider) -> WayIn:
    """Return the single site of the plan whose loss is smallest of those that let it in.

    Every site of the plan that is not required is banned in turn and the problem solved again.
    """
    required = set(outsider.problem.rules.required.tolist())
    found, proven = [(math.inf, -1)], outsider.best.proven
    for site in sorted(set(outsider.best.sites) - required):
        enters, rival, sure = outsider.enters(narrowed(outsider.problem, banned=[site]))
        proven = proven and sure
        if enters:
            found.append((loss_between(outsider.best, rival, model=outsider.model), site))
    loss, site = min(found)
    return WayIn(kind="ban", amount=loss, least=loss, subject=site, proven=proven)


def by_number(outsider: Outsider, *, most_new: int) -> WayIn:
    """Return the smallest number of sites, ``problem.new`` or more, at which it is in a best plan.

    Where it is in none up to ``most_new``, ``amount`` is inf and ``least`` the number after it.
    """
    proven, number = True, outsider.problem.new
    while number <= most_new:
        enters, _, sure = outsider.enters(replace(outsider.problem, new=number))
        proven = proven and sure
        if enters:
            return WayIn("new", float(number), float(number), subject=-1, proven=proven)
        number += 1
    return WayIn("new", math.inf, float(number), subject=-1, proven=proven)


def by_price(outsider: Outsider) -> WayIn:
    """Return the smallest cut of its price that makes it part of a best plan.

    The best plan does not open the candidate, so its value v stays. With a cut of r the candidate
    is in a best plan if and only if a plan with it is worth v and costs at most budget + r at the
    old prices. The more is cut, the more such plans there are: so the cut is found by halving, and
    each plan found tells a cut that suffices, what it costs less the budget. ``amount`` and
    ``least`` are at most ``PRICE_STEP`` of the budget (of 1 when it is smaller) apart; ``amount``
    is what one plan needs to the last cent. inf when it would not be in a best plan for nothing.
    """
    rules = outsider.problem.rules
    step = PRICE_STEP * max(rules.budget, 1.0)
    low, high = 0.0, float(rules.price[outsider.candidate])
    proven = outsider.best.proven
    for cut in (low, high):
        need, sure = _need(outsider, cut)
        proven = proven and sure
        if need <= cut:
            break
    else:
        return WayIn("price", math.inf, math.inf, subject=-1, proven=proven)
    high = need
    while high - low > step:
        middle = (low + high) / 2
        need, sure = _need(outsider, middle)
        proven = proven and sure
        low, high = (low, need) if need <= middle else (middle, high)
    return WayIn("price", high, low, subject=-1, proven=proven)


def _need(outsider: Outsider, cut: float) -> tuple[float, bool]:
    """Return the cut that the best plan at this cut needs, inf when it is no best plan."""
    problem, candidate = outsider.problem, outsider.candidate
    price = problem.rules.price.copy()
    price[candidate] -= cut
    cheaper = replace(problem, rules=replace(problem.rules, price=price))
    found = asked_plan(narrowed(cheaper, required=[candidate]), model=outsider.model)
    if not found.known or outsider.model.loss(outsider.best.value, found.value) > 0:
        return math.inf, found.proven
    need = max(price_of(problem, found.sites) - problem.rules.budget, 0.0)
    return min(need, cut), found.proven
