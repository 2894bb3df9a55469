"""The first of all best plans of a p-median in the canonical order, found exactly.

Site after site: can the next site of the plan be an earlier candidate while the plan stays as
good? Lagrangian bounds answer "no" for most candidates at once; HiGHS is asked about the rest.
"""

from __future__ import annotations

import time

import numpy as np

from geoplan.model.arrays import Flags, Floats, Indices
from geoplan.solvers.p_median_multipliers import DualBound, Effort, dual_bound, useful_pairs
from geoplan.solvers.p_median_pairs import Median
from geoplan.solvers.p_median_programme import least_cost

STEPS = 60
"""Steps towards a better bound before HiGHS is asked."""


def first_plan(
    median: Median, plan: Indices, multipliers: Floats, *, deadline: float
) -> tuple[Indices, bool]:
    """Return the best plan that comes first, and whether that is proven within the time.

    ``plan`` must be a best plan; the price of opening sees to it that no best plan has fewer
    sites. All best plans have as many, so the one that comes first has the first lists.
    """
    settled = 0
    while settled < plan.size:
        earlier, proven = _earlier_next(median, (plan, settled), multipliers, deadline)
        if not proven:
            return plan, False
        if earlier is None:
            settled += 1
        else:
            plan = earlier
    return plan, True


def _earlier_next(
    median: Median, state: tuple[Indices, int], multipliers: Floats, deadline: float
) -> tuple[Indices | None, bool]:
    """Return a best plan whose next site is earlier, None when there is none; and if proven."""
    plan, settled = state
    last = int(plan[settled - 1]) if settled else -1
    if plan[settled] == last + 1:
        return None, True
    if time.monotonic() > deadline:
        return None, False
    rest = _after(median, plan[:settled], last)
    tail = rest.places(median.candidate[plan[settled:]])
    value = rest.value(tail)
    most = value + 0.5 * median.opening
    for steps in (0, STEPS):
        proof = dual_bound(rest, value, start=multipliers, effort=Effort(most, steps, deadline))
        possible = proof.with_site <= most
        if not possible[: tail[0]].any():
            return None, True
    found, proven = _asked(rest, tail, (proof, possible, most), deadline)
    if found is None:
        return None, proven
    later = np.searchsorted(median.candidate, rest.candidate[found])
    return np.concatenate([plan[:settled], later]).astype(np.int32), True


def _after(median: Median, settled: Indices, last: int) -> Median:
    """Return the median with the settled sites open and none but later candidates left."""
    keep = median.flags(settled)
    keep[last + 1 :] = True
    rest = median.only(keep, np.ones(median.site.size, dtype=np.bool_))
    return rest.with_open(rest.places(median.candidate[settled]))


def _asked(
    rest: Median, tail: Indices, doubt: tuple[DualBound, Flags, float], deadline: float
) -> tuple[Indices | None, bool]:
    """Return HiGHS's answer: a best plan that opens one of the doubtful candidates, or none."""
    proof, possible, most = doubt
    small = rest.only(possible, useful_pairs(rest, proof, most))
    numbers = np.flatnonzero(possible)
    doubtful = np.arange(int((numbers < tail[0]).sum()), dtype=np.int32)
    answer = least_cost(
        small,
        None,
        one_of=doubtful,
        least_gap=0.25 * rest.opening,
        seconds=deadline - time.monotonic(),
    )
    if answer.plan is not None:
        found = numbers[answer.plan].astype(np.int32)
        if rest.keeps_distance(found) and rest.value(found) <= most:
            return found, True
    return None, answer.proven
