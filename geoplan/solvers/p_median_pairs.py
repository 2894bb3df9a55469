"""A p-median cut down to what matters, counted in quanta; the cuts keep every best plan."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from geoplan.model.arrays import Flags, Floats, Indices, Ints
from geoplan.model.placement import PlacementProblem

DECIMALS = 6
"""Weighted costs with at most this many decimals are counted in whole quanta, hence exactly."""

MOST_QUANTA = 2.0**40
"""More quanta than this in one sum leave too little of a double for the proof."""

REAL_TOTAL, REAL_STEP = 1e6, 1e-2
"""Other costs are scaled to this total; plans closer than a hundred-millionth of it are equal."""


@dataclass(frozen=True, slots=True, eq=False)
class Median:
    """At most ``sites`` candidates are opened so that the rows cost least.

    Every opened candidate costs ``opening``, so little that all of them together cost less than
    ``step``: of plans that cost the same, the one with the fewest sites is the cheapest.
    """

    site: Indices
    """(pairs,) candidate of each pair, ascending."""
    row: Indices
    """(pairs,) row of each pair."""
    cost: Floats
    """(pairs,) weight times cost in quanta, less than ``base`` of the row."""
    base: Floats
    """(rows,) what the row costs while no candidate serves it: by a facility that is open in every
    plan, or ``missing``."""
    missing: float
    """What a row costs that nobody serves: more than any plan that serves all rows."""
    candidate: Indices
    """(candidates,) indices in the placement problem, ascending."""
    conflicts: Ints
    """(k, 2) candidates that may not both open."""
    held: Indices
    """Candidates of the placement problem that the cuts have opened for good, ascending."""
    sites: int
    """How many candidates may be opened, at most the number of candidates."""
    opening: float
    step: float
    """Least difference between the costs of two plans that counts, without ``opening``."""
    quantum: float
    """Cost of one quantum in the units of the placement problem."""

    @property
    def paid(self) -> float:
        """What the candidates that are open for good cost to open."""
        return self.opening * self.held.size

    def row_costs(self, plan: Indices) -> Floats:
        """Return what each row costs when the candidates of the plan are open."""
        opened = self.flags(plan)[self.site]
        costs = self.base.copy()
        np.minimum.at(costs, self.row[opened], self.cost[opened])
        return costs

    def value(self, plan: Indices) -> float:
        """Return what the plan costs, in quanta, all openings included."""
        return float(self.row_costs(plan).sum()) + self.opening * plan.size + self.paid

    def flags(self, plan: Indices) -> Flags:
        """Return which candidates are in the plan."""
        chosen = np.zeros(self.candidate.size, dtype=np.bool_)
        chosen[plan] = True
        return chosen

    def places(self, chosen: Indices) -> Indices:
        """Return where candidates of the placement problem, all of them here, stand in this one."""
        return np.searchsorted(self.candidate, chosen).astype(np.int32)

    def keeps_distance(self, plan: Indices) -> bool:
        """Whether no two candidates of the plan are in conflict."""
        return not self.flags(plan)[self.conflicts].all(axis=1).any()

    def only(self, keep: Flags, pairs: Flags) -> Median:
        """Return the median of some candidates and some pairs."""
        number = np.cumsum(keep) - 1
        kept = pairs & keep[self.site]
        return replace(
            self,
            site=number[self.site[kept]].astype(np.int32),
            row=self.row[kept],
            cost=self.cost[kept],
            candidate=self.candidate[keep],
            conflicts=number[self.conflicts[keep[self.conflicts].all(axis=1)]],
            sites=min(self.sites, int(keep.sum())),
        )

    def with_open(self, plan: Indices) -> Median:
        """Return the median in which the candidates of the plan are open for good."""
        if not plan.size:
            return self
        base = self.row_costs(plan)
        opened = self.flags(plan)
        partner = np.concatenate([self.conflicts, self.conflicts[:, ::-1]])
        barred = opened.copy()
        barred[partner[opened[partner[:, 0]], 1]] = True
        rest = replace(
            self,
            base=base,
            held=np.sort(np.append(self.held, self.candidate[plan])).astype(np.int32),
            sites=self.sites - plan.size,
        )
        return rest.only(~barred, self.cost < base[self.row])


def reduced_median(problem: PlacementProblem) -> Median:
    """Return the median without rows, pairs and candidates that cannot matter.

    Dropped are points that weigh nothing or that no allowed candidate can serve; candidates that
    are open in every plan (fixed, required), banned, in conflict with an open one, or that serve
    nobody better than the open ones do; and pairs that cost no less than an open candidate.
    """
    rules = problem.rules
    held = np.union1d(rules.fixed, rules.required).astype(np.int32)
    free = allowed(problem)
    free[held] = False
    base = _open_costs(problem, held)
    rows = (problem.weight > 0) & (np.isfinite(base) | _reached(problem, free))
    site, row, cost = _pairs(problem, free)
    useful = rows[row] & (cost < base[row])
    site, row, cost = site[useful], (np.cumsum(rows) - 1)[row[useful]], cost[useful]
    cost, base, quantum, step = _in_quanta(cost, base[rows])
    highest = np.where(np.isfinite(base), base, 0.0)
    np.maximum.at(highest, row, cost)
    missing = float(highest.sum()) + 2.0 * step
    room = max(problem.new - np.setdiff1d(rules.required, rules.fixed).size, 0)
    whole = Median(
        site=site,
        row=row.astype(np.int32),
        cost=cost,
        base=np.where(np.isfinite(base), base, missing),
        missing=missing,
        candidate=np.arange(free.size, dtype=np.int32),
        conflicts=rules.conflicts[rules.conflicts[:, 0] != rules.conflicts[:, 1]],
        held=held[:0],
        sites=room,
        opening=step / (room + 1),
        step=step,
        quantum=quantum,
    )
    keep = np.bincount(site, minlength=free.size) > 0
    return whole.only(keep, np.ones(site.size, dtype=np.bool_))


def allowed(problem: PlacementProblem) -> Flags:
    """Return which candidates may be open: not banned, in conflict with none that must be open."""
    rules = problem.rules
    held = problem.open_with(rules.required)
    pairs = rules.conflicts[rules.conflicts[:, 0] != rules.conflicts[:, 1]]
    partner = np.concatenate([pairs, pairs[:, ::-1]])
    free: Flags = np.ones(held.size, dtype=np.bool_)
    free[partner[held[partner[:, 0]], 1]] = False
    free[rules.banned] = False
    free[held] = True
    return free


def _reached(problem: PlacementProblem, free: Flags) -> Flags:
    """Return which points have a pair with one of the candidates."""
    reached: Flags = np.zeros(problem.cost.shape[1], dtype=np.bool_)
    reached[problem.cost.indices[np.repeat(free, np.diff(problem.cost.indptr))]] = True
    return reached


def _open_costs(problem: PlacementProblem, held: Indices) -> Floats:
    cost = problem.least_cost(held)
    return np.where(
        np.isfinite(cost), problem.weight * np.where(np.isfinite(cost), cost, 0), np.inf
    )


def _pairs(problem: PlacementProblem, free: Flags) -> tuple[Indices, Indices, Floats]:
    """Return candidate, point and weighted cost of the pairs of the candidates."""
    counts = np.diff(problem.cost.indptr)
    site = np.repeat(np.arange(counts.size, dtype=np.int32), counts)
    chosen = free[site] & np.isfinite(problem.cost.data)
    row = problem.cost.indices[chosen]
    return site[chosen], row, problem.weight[row] * problem.cost.data[chosen]


def _in_quanta(cost: Floats, base: Floats) -> tuple[Floats, Floats, float, float]:
    """Return both as multiples of a quantum, the quantum, and the least step that counts."""
    finite = np.isfinite(base)
    every = np.concatenate([cost, base[finite]])
    highest = float(every.max(initial=0.0)) * base.size
    for decimals in range(DECIMALS + 1):
        scaled = every * 10.0**decimals
        whole = np.rint(scaled)
        if highest * 10.0**decimals >= MOST_QUANTA:
            break
        if np.allclose(scaled, whole, rtol=1e-12, atol=1e-9):
            divisor = max(int(np.gcd.reduce(whole.astype(np.int64))), 1) if whole.size else 1
            quantum = divisor / 10.0**decimals
            return (
                np.rint(cost / quantum),
                np.where(finite, np.rint(base / quantum), base),
                quantum,
                1.0,
            )
    quantum = _mean_cost(cost, base) * base.size / REAL_TOTAL
    return cost / quantum, base / quantum, quantum, REAL_STEP


def _mean_cost(cost: Floats, base: Floats) -> float:
    every = np.concatenate([cost, base[np.isfinite(base)]])
    return float(every.mean())
