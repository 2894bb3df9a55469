"""What is known of a p-median while it is being solved, and the cuts that narrow it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from geoplan.errors import SolverError
from geoplan.model.arrays import Floats, Indices
from geoplan.solvers.p_median_interchange import greedy_plan, improved_plan, without_conflicts
from geoplan.solvers.p_median_multipliers import Effort, bound_of, dual_bound, useful_pairs
from geoplan.solvers.p_median_pairs import Median

ROUNDS, STEPS = 20, 100
"""Rounds of bounding and cutting before the problem is split, and steps of each."""

ENOUGH = 0.97
"""A round that leaves more than this share of the pairs is the last."""


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """What is known: the candidates that can still matter, the best plan, and a bound."""

    median: Median
    """The whole problem."""
    rest: Median
    """What the cuts have left of it; every plan as good as the best known is in it."""
    chosen: Indices
    """The best plan: candidates of the placement problem, ascending."""
    value: float
    """What it costs, in quanta."""
    bound: float
    """No plan costs less, in quanta."""
    multipliers: Floats
    """(rows,) from which the next search for a bound starts."""

    @property
    def margin(self) -> float:
        """Least difference that a better plan would make.

        A plan with fewer sites can be as good only when every row is served as well as it can be,
        or when conflicts forbid the site that would help; else costs differ by a whole step.
        """
        full = self.chosen.size == self.median.sites and not self.median.conflicts.size
        least = self.median.row_costs(np.arange(self.median.candidate.size, dtype=np.int32))
        ideal = float(least.sum()) + self.median.opening * self.chosen.size
        strict = full and self.value > ideal + 0.5 * self.median.step
        return self.median.step if strict else self.median.opening

    @property
    def proven(self) -> bool:
        """Whether no plan can be better by a difference that counts."""
        return self.bound > self.value - 0.95 * self.margin

    @property
    def exhausted(self) -> bool:
        """Whether every plan in what is left is worse than the best known."""
        return self.bound > self.most

    @property
    def most(self) -> float:
        """A plan that costs more than this is worse than the best known."""
        return self.value + 0.5 * self.median.opening


def started(median: Median, deadline: float) -> Search:
    """Return the greedy plan improved by exchanges, and a first bound."""
    plan = improved_plan(median, greedy_plan(median), deadline=deadline)
    costs = median.row_costs(plan)
    proof = bound_of(median, costs)
    return Search(median, median, median.candidate[plan], median.value(plan), proof.value, costs)


def narrowed(search: Search, deadline: float) -> Search:
    """Return the search without what is proven to be in no best plan."""
    for _ in range(ROUNDS):
        if search.exhausted or time.monotonic() > deadline:
            break
        narrower = cut(search, deadline)
        fewer = narrower.rest.site.size < ENOUGH * search.rest.site.size
        better = narrower.value < search.value
        search = narrower
        if not (fewer or better):
            break
    return search


def cut(search: Search, deadline: float, *, steps: int = STEPS) -> Search:
    """Return the search after some steps towards a better bound and a better plan, cut anew."""
    rest = search.rest
    effort = Effort(search.most, steps, deadline)
    proof = dual_bound(rest, search.value, start=search.multipliers, effort=effort)
    relaxed = without_conflicts(rest, proof.relaxed, proof.without_site)
    rival = improved_plan(rest, relaxed, deadline=deadline)
    search = with_rival(search, rival)
    most = search.most
    flags = proof.with_site <= most
    served = rest.base - proof.multipliers <= most - proof.value
    kept = replace(rest, base=np.where(served, rest.base, rest.missing))
    kept = kept.only(flags, useful_pairs(rest, proof, most))
    every = rest.candidate[(proof.without_site > most) & flags]
    return replace(
        search,
        rest=kept.with_open(kept.places(every)),
        bound=max(search.bound, proof.value),
        multipliers=proof.multipliers,
    )


def with_rival(search: Search, rival: Indices) -> Search:
    """Return the search with the plan (of what is left) as its best, if it is better."""
    if not search.rest.keeps_distance(rival) or rival.size > search.rest.sites:
        raise SolverError("a plan breaks the rules of distance or number; report the problem")
    chosen = np.union1d(search.rest.held, search.rest.candidate[rival]).astype(np.int32)
    value = search.median.value(search.median.places(chosen))
    if value > search.value - 0.5 * search.median.opening:
        return search
    return replace(search, chosen=chosen, value=value)
