"""One goal after another, then the first of the plans that are best in all of them.

The goals are met in turn: each is made as small as it can be, and a row that keeps it so joins the
programme before the next one is asked. The plans that are left are equally good. Among those, site
after site of the known plan is asked whether an earlier candidate would do: the one that says "no"
every time is the ascending list that comes first.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from geoplan.errors import SolverError
from geoplan.model.arrays import Flags, Floats, Indices, Sparse
from geoplan.solvers.binary import Programme, Question, asked

SLACK = 0.2
"""Share of a step by which a goal that is met may be missed again: less than any real difference,
more than the rounding of HiGHS."""


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """Something that is to be least."""

    cost: Floats
    """(columns,) of the programme."""
    value: Callable[[Indices], float]
    """What a plan costs, summed without HiGHS."""
    step: float = 1.0
    """Least difference between two plans that counts."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The best known plan and how far it is proven."""

    plan: Indices | None
    """Candidates of the programme, ascending; None when none is known."""
    bounds: tuple[float, ...]
    """No plan that is best in the goals before costs less; one a goal that was asked."""
    proven: int
    """So many goals are proven."""
    canonical: bool
    """True when the plan is proven to come first."""
    impossible: bool = False
    """True when it is proven that there is no plan."""


def first_best(
    programme: Programme, goals: tuple[Goal, ...], *, start: Indices | None, deadline: float
) -> Found:
    """Return the plan that is best in goal after goal and comes first, as far as time allows.

    ``start`` is a plan of the programme that is known, None when there is none.

    Raises
    ------
    SolverError
        HiGHS gave up or contradicted itself; never because of the time limit.
    """
    plan = start
    bounds: tuple[float, ...] = ()
    for number, goal in enumerate(goals):
        plan, bound, proven = _met(programme, goal, plan, deadline)
        bounds = (*bounds, bound)
        if plan is None or not proven:
            return Found(plan, bounds, number, canonical=False, impossible=proven)
        programme = programme.with_row(goal.cost, high=goal.value(plan) + SLACK * goal.step)
    if plan is None:
        raise SolverError("a plan was asked for without a goal and without a known plan")
    plan, canonical = first_plan(programme, plan, deadline=deadline)
    return Found(plan, bounds, len(goals), canonical=canonical)


def number_goal(programme: Programme) -> Goal:
    """Return the goal to open few candidates."""
    cost = np.zeros(programme.matrix.shape[1])
    cost[: programme.whole] = 1.0
    return Goal(cost=cost, value=lambda plan: float(plan.size))


def _met(
    programme: Programme, goal: Goal, plan: Indices | None, deadline: float
) -> tuple[Indices | None, float, bool]:
    """Return the plan that meets the goal best, the bound, and whether the two have met.

    A plan of None is proven when there is no plan.
    """
    question = Question(cost=goal.cost, step=goal.step)
    reply = asked(programme, question, seconds=deadline - time.monotonic())
    if plan is not None and reply.proven and reply.plan is None:
        # The presolve of HiGHS 1.16 can call a row that keeps a goal of large weights unkeepable
        # although the known plan keeps it: tests/cross/test_covering_brute_force.py.
        question = replace(question, presolve="off")
        reply = asked(programme, question, seconds=deadline - time.monotonic())
    if plan is not None and reply.proven and reply.plan is None:
        raise SolverError(
            "HiGHS finds no plan although one is known; the weights or prices may differ too much "
            "in size: give them in larger units"
        )
    best = reply.plan if plan is None else plan
    if reply.plan is not None and best is not None and goal.value(reply.plan) < goal.value(best):
        best = reply.plan
    if best is None:
        return None, reply.bound, reply.proven
    value = goal.value(best)
    closed = reply.bound > value - 0.95 * goal.step
    if reply.proven and not closed:
        raise SolverError(
            f"HiGHS reports {reply.bound} as proven, but its plan costs {value}; the weights or "
            "prices may differ too much in size: give them in larger units"
        )
    return best, value if closed else reply.bound, closed


def first_plan(programme: Programme, plan: Indices, *, deadline: float) -> tuple[Indices, bool]:
    """Return the plan of the programme that comes first, and whether that is proven in the time.

    Raises
    ------
    SolverError
        HiGHS gave up; never because of the time limit.
    """
    by_site: Sparse = csr_array(programme.matrix.T)
    plan = earlier_plan(programme, by_site, plan)
    settled = 0
    while settled < plan.size:
        earlier, proven = _earlier_next(programme, plan, settled, deadline)
        if not proven:
            return plan, False
        if earlier is None:
            settled += 1
        else:
            plan = earlier_plan(programme, by_site, earlier)
    return plan, True


def earlier_plan(programme: Programme, by_site: Sparse, plan: Indices) -> Indices:
    """Return a plan of the programme in which no single site can move to an earlier candidate.

    Where there are columns beside those of the candidates the plan stays as it is: what they
    would have to be is not known here.
    """
    if programme.whole < programme.matrix.shape[1]:
        return plan
    seat = 0
    while seat < plan.size:
        better = np.flatnonzero(_movable(programme, by_site, plan, int(plan[seat])))
        if better.size:
            plan = np.sort(np.append(np.delete(plan, seat), better[0])).astype(np.int32)
            seat = 0
        else:
            seat += 1
    return plan


def _movable(programme: Programme, by_site: Sparse, plan: Indices, site: int) -> Flags:
    """Return which candidates before a site of the plan could take its place."""
    others = plan[plan != site]
    sums = np.asarray(by_site[others].sum(axis=0), dtype=np.float64)
    lacking, spare = programme.low - sums, programme.high - sums
    before = csr_array(by_site[:site])
    owner = np.repeat(np.arange(site), np.diff(before.indptr))
    slack = 1e-7
    helps = (before.data >= lacking[before.indices] - slack) & (lacking[before.indices] > slack)
    harms = before.data > spare[before.indices] + slack
    movable: Flags = np.bincount(owner[helps], minlength=site) == int((lacking > slack).sum())
    movable &= np.bincount(owner[harms], minlength=site) == 0
    movable &= bool((spare >= -slack).all())
    movable[plan[plan < site]] = False
    return movable


def _earlier_next(
    programme: Programme, plan: Indices, settled: int, deadline: float
) -> tuple[Indices | None, bool]:
    """Return a plan whose next site is earlier, None when there is none; and if that is proven."""
    last = int(plan[settled - 1]) if settled else -1
    doubtful = np.arange(last + 1, int(plan[settled]))
    if not doubtful.size:
        return None, True
    one_of_them = np.zeros(programme.matrix.shape[1])
    one_of_them[doubtful] = 1.0
    closed = np.setdiff1d(np.arange(last + 1), plan[:settled])
    question = Question(
        cost=np.zeros(one_of_them.size), opened=plan[:settled], closed=closed.astype(np.int32)
    )
    narrowed = programme.with_row(one_of_them, low=1.0, high=np.inf)
    reply = asked(narrowed, question, seconds=deadline - time.monotonic())
    return reply.plan, reply.proven
