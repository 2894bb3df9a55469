r"""The p-dispersion: the two sites that are nearest to each other are as far apart as can be.

Kuby 1987, *Geographical Analysis* 19, 315-329; solved by independent sets (Sayah and Irnich 2017,
*European Journal of Operational Research* 256, 62-67)::

    maximise    z
    subject to  Σ_{j in C} y_j ≤ 1           for every clique C of pairs with e_jk < z
                y_j = 0                      for every j with e_jk < z to an open candidate k
                y_j + y_k ≤ 1                for every pair (j, k) in conflict
                Σ_{j not fixed} y_j = p
                Σ_{j not fixed} f_j y_j ≤ B
                y_j = 1                      for every fixed or required j
                y_j = 0                      for every banned j that is not fixed
                y_j in {0, 1}

    j, k candidate
    e_jk distance between two candidates
    f_j  price of the candidate
    p    how many candidates are opened: neither more nor fewer
    B    budget
    y_j  1 when a site is open at j
    z    least distance between two open candidates of which at least one is new; one of the e_jk,
         or inf when there are no such two

The cliques are found greedily and together hold every pair that is too near. The distinct
distances are halved: by the plans that are found, and by the distances at which there is none. Of
the plans with the largest z the ascending list of candidates that comes first is returned.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from geoplan.model.arrays import Flags, Floats, Indices
from geoplan.model.placement import Placement, PlacementProblem
from geoplan.solvers.binary import Programme, Question, asked, empty_programme, kept_by
from geoplan.solvers.first_best import first_plan
from geoplan.solvers.opening import Opening, opening_of, placed


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """What is known of the largest least distance."""

    problem: PlacementProblem
    opening: Opening
    between: Floats
    """(free, free) distance of two free candidates, inf on the diagonal."""
    to_open: Floats
    """(free,) distance to the nearest candidate that is open already, inf when there is none."""
    count: int
    """How many free candidates are to be opened."""
    levels: Floats
    """The distances that the answer can be, rising; the last is no distance of free candidates,
    but that of those that are open already."""
    high: int
    """Every level after this one is proven too large."""
    low: int = -1
    """The level of the plan, −1 when none is known."""
    plan: Indices | None = None
    """Free candidates of the best known plan, ascending."""

    def programme(self, level: int) -> Programme:
        """Return the programme of the plans whose least distance is this level or more."""
        free, least = self.opening.free.size, float(self.levels[level])
        near = self.between < least
        pairs = self.opening.conflicts
        near[pairs[:, 0], pairs[:, 1]] = near[pairs[:, 1], pairs[:, 0]] = True
        groups = cliques(near)
        programme = empty_programme(free, free).with_rows(
            csr_array(groups.astype(np.float64)),
            np.full(groups.shape[0], -np.inf),
            np.ones(groups.shape[0]),
        )
        programme = self.opening.limited(programme, room=None)
        programme = programme.with_row(
            (self.to_open < least).astype(np.float64), low=-np.inf, high=0.0
        )
        return programme.with_row(np.ones(free), low=float(self.count), high=float(self.count))

    def value(self, plan: Indices) -> float:
        """Return the least distance of a plan."""
        inside = float(self.between[np.ix_(plan, plan)].min(initial=np.inf))
        outside = float(self.to_open[plan].min(initial=np.inf))
        return min(inside, outside, float(self.levels[-1]))

    def improved(self, plan: Indices) -> Spread:
        """Return the search with a plan at hand."""
        low = int(np.searchsorted(self.levels, self.value(plan)))
        return replace(self, low=low, plan=plan) if low > self.low else self


def solve_p_dispersion(
    problem: PlacementProblem, distance: Floats, *, time_limit_s: float
) -> Placement:
    """Return the first of the plans of exactly ``new`` sites that stand farthest apart.

    Costs, weights and the limit do not matter for the plan, only for who is assigned where.

    Parameters
    ----------
    distance
        (candidates, candidates) distance of every two candidates, in any unit: symmetric, ≥ 0, inf
        where there is no way. The diagonal is not read.

    Returns
    -------
    The objective is the least distance between two open candidates of which at least one is new,
    inf when there are no two. With the status ``infeasible`` it is −inf, and only the required
    sites are open: the rules do not leave ``new`` candidates that may be open together. It is
    −inf, too, with the status ``time_limit`` when no plan is known in time.

    Raises
    ------
    ValueError
        The distances are not as said, or a candidate has a limited capacity.
    SolverError
        HiGHS gave up; never because of the time limit.
    """
    deadline = time.monotonic() + time_limit_s
    _require_distances(distance, problem.cost.shape[0])
    opening = opening_of(problem)
    count = problem.new - opening.new.size
    if not opening.possible or count > opening.free.size:
        return _without_plan(problem, opening, bound=-np.inf, status="infeasible")
    spread = _closed(_greedy(_started(problem, opening, distance)), deadline)
    if spread.high < 0:
        return _without_plan(problem, opening, bound=-np.inf, status="infeasible")
    if spread.plan is None:
        bound = float(spread.levels[spread.high])
        return _without_plan(problem, opening, bound=bound, status="time_limit")
    return _answered(spread, spread.plan, deadline)


def cliques(near: Flags) -> Flags:
    """Return groups in which all are near each other and that hold every near pair between them.

    Parameters
    ----------
    near
        (n, n) symmetric; the diagonal is not read.

    Returns
    -------
    (groups, n) True for the members. Each group grows by the first candidate that is near to all
    of it, one whose pair with the first member is in no group yet before the others.
    """
    left = near.copy()
    np.fill_diagonal(left, val=False)
    whole = left.copy()
    found: list[Flags] = []
    for first in range(near.shape[0]):
        while left[first].any():
            members, allowed = [first], whole[first].copy()
            while allowed.any():
                wanted = allowed & left[first]
                member = int(np.argmax(wanted if wanted.any() else allowed))
                members.append(member)
                allowed &= whole[member]
            left[np.ix_(members, members)] = False
            group = np.zeros(near.shape[0], dtype=np.bool_)
            group[members] = True
            found.append(group)
    return np.array(found, dtype=np.bool_).reshape(len(found), near.shape[0])


def _require_distances(distance: Floats, candidates: int) -> None:
    if distance.shape != (candidates, candidates):
        raise ValueError(f"distance must be ({candidates}, {candidates}), is {distance.shape}")
    apart = distance.copy()
    np.fill_diagonal(apart, 0.0)
    if not (apart >= 0).all() or not (apart == apart.T).all():
        raise ValueError("distance must be symmetric and not negative")


def _started(problem: PlacementProblem, opening: Opening, distance: Floats) -> Spread:
    apart = distance.copy()
    np.fill_diagonal(apart, np.inf)
    between = apart[np.ix_(opening.free, opening.free)]
    to_open = apart[np.ix_(opening.free, opening.opened)].min(axis=1, initial=np.inf)
    settled = float(apart[np.ix_(opening.new, opening.opened)].min(initial=np.inf))
    levels = np.append(between.ravel(), to_open)
    levels = np.unique(np.append(levels[levels < settled], settled))
    count = problem.new - opening.new.size
    most = _most_apart(between, to_open, count)
    return Spread(
        problem=problem,
        opening=opening,
        between=between,
        to_open=to_open,
        count=count,
        levels=levels,
        high=int(np.searchsorted(levels, most, side="right")) - 1,
    )


def _most_apart(between: Floats, to_open: Floats, count: int) -> float:
    """Return a distance that no plan exceeds.

    Each of its sites needs ``count`` − 1 others at that distance, and ``count`` sites need it.
    """
    if count < 1:
        return np.inf
    others = np.where(np.eye(to_open.size, dtype=np.bool_), -1.0, between)
    reach = to_open if count == 1 else np.sort(others, axis=1)[:, -(count - 1)]
    return float(np.sort(np.minimum(reach, to_open))[-count])


def _greedy(spread: Spread) -> Spread:
    """Return the search with a plan that adds the farthest candidate each time, if there is one.

    Every free candidate is tried as the first one, all at once.
    """
    free, pairs = spread.opening.free.size, spread.opening.conflicts
    if not spread.count:
        return spread.improved(np.empty(0, dtype=np.int32))
    apart = spread.between.copy()
    apart[pairs[:, 0], pairs[:, 1]] = apart[pairs[:, 1], pairs[:, 0]] = -1.0
    np.fill_diagonal(apart, -1.0)
    plans = np.arange(free)[:, None]
    nearest = np.minimum(apart, spread.to_open)
    for _ in range(spread.count - 1):
        farthest = np.argmax(nearest, axis=1)
        plans = np.column_stack([plans, farthest])
        nearest = np.minimum(nearest, apart[farthest])
    whole = spread.programme(0)
    for plan in np.unique(np.sort(plans, axis=1), axis=0).astype(np.int32):
        if np.unique(plan).size == plan.size and kept_by(whole, plan):
            spread = spread.improved(plan)
    return spread


def _closed(spread: Spread, deadline: float) -> Spread:
    """Return the search closed by exact answers, or as far as it comes in time."""
    while spread.low < spread.high and time.monotonic() <= deadline:
        # Without a plan the least distance is asked first: there may be none.
        middle = (spread.low + spread.high + 1) // 2 if spread.plan is not None else 0
        programme = spread.programme(middle)
        question = Question(cost=np.zeros(programme.whole))
        reply = asked(programme, question, seconds=deadline - time.monotonic())
        if reply.plan is not None:
            spread = spread.improved(reply.plan)
        elif reply.proven:
            spread = replace(spread, high=middle - 1)
        else:
            break
    return spread


def _answered(spread: Spread, plan: Indices, deadline: float) -> Placement:
    proven, canonical = spread.low == spread.high, False
    if proven:
        plan, canonical = first_plan(spread.programme(spread.low), plan, deadline=deadline)
    value = spread.value(plan)
    return placed(
        spread.problem,
        spread.opening.sites(plan),
        worth=(value, value if proven else float(spread.levels[spread.high])),
        status="optimal" if proven else "time_limit",
        canonical=canonical,
    )


def _without_plan(
    problem: PlacementProblem, opening: Opening, *, bound: float, status: str
) -> Placement:
    return placed(problem, opening.new, worth=(-np.inf, bound), status=status, canonical=False)
