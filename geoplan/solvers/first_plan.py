"""The first of all best plans in the canonical order, found exactly.

Site after site: can the next site of the plan be an earlier candidate while the plan stays as
good? Lagrangian bounds answer "no" for most candidates at once; HiGHS is asked only about those
that the bounds leave open, on the rows that the sites settled so far do not serve.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from geoplan.model.arrays import Indices
from geoplan.solvers.cover import Cover
from geoplan.solvers.covering_model import most_weight
from geoplan.solvers.greedy import earlier_plan
from geoplan.solvers.multipliers import dual_bound


def first_plan(cover: Cover, plan: Indices, *, deadline: float) -> tuple[Indices, bool]:
    """Return the best plan that comes first, and whether that is proven within the time.

    ``plan`` must be a best plan, and no plan with fewer sites may be as good.
    """
    plan = earlier_plan(cover, plan)
    settled = 0
    while settled < plan.size:
        earlier, proven = _earlier_next(cover, plan, settled, deadline)
        if not proven:
            return plan, False
        if earlier is None:
            settled += 1
        else:
            plan = earlier_plan(cover, earlier)
    return plan, True


def _earlier_next(
    cover: Cover, plan: Indices, settled: int, deadline: float
) -> tuple[Indices | None, bool]:
    """Return a best plan whose next site is earlier, None when there is none; and if proven."""
    last = int(plan[settled - 1]) if settled else -1
    if plan[settled] == last + 1:
        return None, True
    after = np.arange(last + 1, cover.serves.shape[0], dtype=np.int32)
    rest = cover.only(after, ~cover.served(plan[:settled]), plan.size - settled)
    tail = plan[settled:] - (last + 1)
    goal = rest.value(tail) - 0.5 * cover.step
    proof = dual_bound(rest, goal, deadline=deadline)
    rest = replace(rest, price=proof.multipliers)
    possible = np.flatnonzero(proof.with_site >= goal).astype(np.int32)
    open_to_doubt = possible[possible < tail[0]]
    if not open_to_doubt.size:
        return None, True
    return _asked(cover, (plan[:settled], rest), (open_to_doubt, possible, tail), deadline)


def _asked(
    cover: Cover,
    fixed: tuple[Indices, Cover],
    doubt: tuple[Indices, Indices, Indices],
    deadline: float,
) -> tuple[Indices | None, bool]:
    """Return HiGHS's answer: a best plan that opens one of the doubtful candidates, or none."""
    (settled, rest), (doubtful, possible, tail) = fixed, doubt
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        return None, False
    every_row = np.ones(rest.weight.shape[0], dtype=np.bool_)
    small = rest.only(possible, every_row, rest.sites)
    one_of = np.searchsorted(possible, doubtful).astype(np.int32)
    # Completing a start of one site takes HiGHS many seconds beyond its time limit.
    answer = most_weight(small, None, one_of=one_of, seconds=seconds)
    if answer.plan is not None:
        found = possible[answer.plan]
        if rest.value(found) > rest.value(tail) - 0.5 * cover.step:
            offset = int(settled[-1]) + 1 if settled.size else 0
            return np.concatenate([settled, found + offset]).astype(np.int32), True
    return None, answer.proven
