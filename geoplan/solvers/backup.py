r"""Backup coverage: as many people as can be are served once, then as many as can be twice.

BACOP of Hogan and ReVelle 1986, *Management Science* 32, 1434-1444, in lexicographic order::

    maximise    Σ_i w_i x_i,  and of the plans that do so
    maximise    Σ_i w_i z_i
    subject to  x_i + z_i ≤ Σ_{j in N_i} y_j      for every demand point i
                z_i ≤ x_i                         for every demand point i
                y_j + y_k ≤ 1                     for every pair (j, k) in conflict, not both fixed
                Σ_{j not fixed} y_j ≤ p
                Σ_{j not fixed} f_j y_j ≤ B
                y_j = 1                           for every fixed or required j
                y_j = 0                           for every banned j that is not fixed
                y_j in {0, 1},  0 ≤ x_i ≤ 1,  0 ≤ z_i ≤ 1

    i    demand point
    j, k candidate
    w_i  weight of the point
    d_ij cost from i to j
    S    limit
    N_i  {j : d_ij ≤ S}, the candidates within the limit, inclusive
    f_j  price of the candidate
    p    how many candidates may be opened
    B    budget
    y_j  1 when a site is open at j
    x_i  1 when the point is served
    z_i  1 when it is served at least twice (both are whole in a best plan whenever y is)

Points that the same candidates serve are one row. A point that one open candidate serves has
x_i = 1 already, one that two serve is settled.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, eye_array, hstack, vstack

from geoplan.model.arrays import Flags, Floats, Indices, Ints, Sparse
from geoplan.model.placement import Placement, PlacementProblem
from geoplan.solvers.binary import Programme, empty_programme
from geoplan.solvers.cover import in_quanta, merged_rows
from geoplan.solvers.first_best import Found, Goal, first_best, number_goal
from geoplan.solvers.opening import Opening, nearest_open, opening_of, serving


@dataclass(frozen=True, slots=True, eq=False)
class BackupPlacement(Placement):
    """A placement whose ``objective`` and ``bound`` are the weight that is served twice."""

    once: float = 0.0
    """Weight that is served at least once, the first aim."""
    once_bound: float = 0.0
    """No plan serves more weight once."""


@dataclass(frozen=True, slots=True, eq=False)
class TwoCovers:
    """Rows that nothing serves yet and rows that are served once; no two of a kind are alike."""

    opening: Opening
    unserved: Sparse
    """(free, rows) 1 where the candidate serves a row that nothing serves yet."""
    single: Sparse
    """(free, rows) 1 where it serves a row that one open candidate serves."""
    unserved_weight: Floats
    """(rows of ``unserved``,) in quanta."""
    single_weight: Floats
    """(rows of ``single``,) in quanta."""
    step: float
    """Least difference between two plans that counts."""
    quantum: float
    """Weight of one quantum in the units of the problem."""

    def once(self, plan: Indices) -> float:
        """Return the weight that the plan serves beyond what is served already, in quanta."""
        return float(self.unserved_weight[self.counts(plan)[0] >= 1].sum())

    def twice(self, plan: Indices) -> float:
        """Return the weight that the plan serves twice, but for what is settled, in quanta."""
        unserved, single = self.counts(plan)
        second = self.unserved_weight[unserved >= 2].sum() + self.single_weight[single >= 1].sum()
        return float(second)

    def counts(self, plan: Indices) -> tuple[Ints, Ints]:
        """Return how many sites of the plan serve each row of the two kinds."""
        return _times_served(self.unserved, plan), _times_served(self.single, plan)

    def programme(self) -> Programme:
        """Return the programme: columns y, then x of ``unserved``, then z of both."""
        free, none = self.unserved.shape
        one = self.single.shape[1]
        link = hstack([self.unserved.T, -eye_array(none), -eye_array(none), csr_array((none, one))])
        after = hstack(
            [csr_array((none, free)), eye_array(none), -eye_array(none), csr_array((none, one))]
        )
        second = hstack([self.single.T, csr_array((one, 2 * none)), -eye_array(one)])
        rows = csr_array(vstack([link, after, second], format="csr"))
        programme = empty_programme(rows.shape[1], free).with_rows(
            rows, np.zeros(rows.shape[0]), np.full(rows.shape[0], np.inf)
        )
        return self.opening.limited(programme, room=self.opening.room)

    def goals(self, programme: Programme) -> tuple[Goal, ...]:
        """Return the goals in their order; what is to be most has a negative cost."""
        free, none = self.unserved.shape
        first, second = np.zeros((2, programme.matrix.shape[1]))
        first[free : free + none] = -self.unserved_weight
        second[free + none :] = -np.concatenate([self.unserved_weight, self.single_weight])
        return (
            Goal(first, lambda plan: -self.once(plan), self.step),
            Goal(second, lambda plan: -self.twice(plan), self.step),
            number_goal(programme),
        )


def solve_backup(problem: PlacementProblem, *, time_limit_s: float) -> BackupPlacement:
    """Return the first of the plans that serve most once and then most twice.

    Among those plans the one with the fewest sites is returned, and among those the ascending list
    that comes first.

    Returns
    -------
    The status is ``optimal`` when both aims are proven. Without a proof of the first aim the bound
    of the second is all that can be served twice at all. The status is ``infeasible``, and both
    objectives are −inf, only when the rules leave no plan at all.

    Raises
    ------
    ValueError
        A candidate has a limited capacity.
    SolverError
        HiGHS gave up or contradicted itself; never because of the time limit.
    """
    deadline = time.monotonic() + time_limit_s
    opening = opening_of(problem)
    if not opening.possible:
        return _impossible(problem, opening)
    covers = _two_covers(problem, opening)
    programme = covers.programme()
    start = _greedy(covers)
    found = first_best(programme, covers.goals(programme), start=start, deadline=deadline)
    return _answered(problem, covers, found)


def _two_covers(problem: PlacementProblem, opening: Opening) -> TwoCovers:
    serves = serving(problem, problem.limit)
    weight, quantum, step = in_quanta(problem.weight)
    already = _times_served(serves, opening.opened)
    free = csr_array(serves[opening.free])
    unserved, unserved_weight = _rows(free, weight, (already == 0) & (weight > 0))
    single, single_weight = _rows(free, weight, (already == 1) & (weight > 0))
    return TwoCovers(
        opening=opening,
        unserved=unserved,
        single=single,
        unserved_weight=unserved_weight,
        single_weight=single_weight,
        step=step,
        quantum=quantum,
    )


def _rows(free: Sparse, weight: Floats, rows: Flags) -> tuple[Sparse, Floats]:
    serves, columns = merged_rows(csr_array(free[:, np.flatnonzero(rows)]), weight[rows, None])
    return serves, columns[:, 0]


def _times_served(serves: Sparse, sites: Indices) -> Ints:
    times: Ints = np.bincount(csr_array(serves[sites]).indices, minlength=serves.shape[1])
    return times


def _greedy(covers: TwoCovers) -> Indices:
    """Return a plan found by taking what serves most once, or else most twice, site after site."""
    opening = covers.opening
    allowed, money = np.ones(opening.free.size, dtype=np.bool_), opening.money
    plan = np.empty(0, dtype=np.int32)
    while plan.size < opening.room:
        unserved, single = covers.counts(plan)
        once = covers.unserved @ np.where(unserved == 0, covers.unserved_weight, 0.0)
        twice = covers.unserved @ np.where(unserved == 1, covers.unserved_weight, 0.0)
        twice = twice + covers.single @ np.where(single == 0, covers.single_weight, 0.0)
        allowed &= opening.price <= money
        order = np.lexsort([-twice, -once, ~(allowed & (once + twice > 0))])
        if not (allowed & (once + twice > 0)).any():
            break
        site = int(order[0])
        plan, money = np.append(plan, site).astype(np.int32), money - float(opening.price[site])
        allowed[site] = False
        allowed[opening.conflicts[(opening.conflicts == site).any(axis=1)].ravel()] = False
    return np.sort(plan)


def _answered(problem: PlacementProblem, covers: TwoCovers, found: Found) -> BackupPlacement:
    plan = np.empty(0, dtype=np.int32) if found.plan is None else found.plan
    sites = covers.opening.sites(plan)
    once, twice = weights_served(problem, sites)
    above_once = max(-found.bounds[0] - covers.once(plan), 0.0) * covers.quantum
    most_twice = _weight(problem, _times_open(problem, _usable(covers.opening)) >= 2)
    if found.proven >= 1:
        above = max(-found.bounds[1] - covers.twice(plan), 0.0) * covers.quantum
        most_twice = min(twice + above, most_twice) if found.proven == 1 else twice
    return BackupPlacement(
        sites=sites,
        assigned=nearest_open(problem, sites),
        objective=twice,
        bound=max(most_twice, twice),
        status="optimal" if found.proven >= 2 else "time_limit",
        canonical=found.canonical,
        once=once,
        once_bound=once if found.proven else once + min(above_once, float(problem.weight.sum())),
    )


def weights_served(problem: PlacementProblem, sites: Indices) -> tuple[float, float]:
    """Return the weight that the fixed candidates and the sites serve once, and twice."""
    times = _times_open(problem, np.flatnonzero(problem.open_with(sites)).astype(np.int32))
    return _weight(problem, times >= 1), _weight(problem, times >= 2)


def _times_open(problem: PlacementProblem, opened: Indices) -> Ints:
    return _times_served(serving(problem, problem.limit), opened)


def _weight(problem: PlacementProblem, points: Flags) -> float:
    return math.fsum(problem.weight[points].tolist())


def _usable(opening: Opening) -> Indices:
    return np.append(opening.opened, opening.free).astype(np.int32)


def _impossible(problem: PlacementProblem, opening: Opening) -> BackupPlacement:
    return BackupPlacement(
        sites=opening.new,
        assigned=nearest_open(problem, opening.new),
        objective=-np.inf,
        bound=-np.inf,
        status="infeasible",
        canonical=False,
        once=-np.inf,
        once_bound=-np.inf,
    )
