"""What any set of sites is worth in each model: the measure behind ranks, losses and runners-up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.sparse import csr_array

from geoplan.model.arrays import Flags, Floats, Indices
from geoplan.model.placement import PlacementProblem


class PlanWorth(Protocol):
    """What sites are worth, always finite, and what every further candidate would make of it."""

    def of(self, sites: Indices) -> float:
        """Return what the fixed facilities and these sites are worth."""
        ...

    def with_each(self, sites: Indices) -> Floats:
        """Return what they are worth with each candidate beside them, (candidates,)."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class CoverWorth:
    """Weight times the number of open candidates within the limit, counted up to ``times``."""

    problem: PlacementProblem
    times: int = 1

    def of(self, sites: Indices) -> float:
        """Return the weight served, twice what is served twice when ``times`` is 2."""
        counted = np.minimum(self._count(sites), self.times)
        return float((self.problem.weight * counted).sum())

    def with_each(self, sites: Indices) -> Floats:
        """Return the same with each candidate; one that is open already counts no more."""
        count = self._count(sites)
        left = np.where(count < self.times, self.problem.weight, 0.0)
        usable = self.problem.cost.data <= self.problem.limit
        arrival = _row_sums(self.problem, np.where(usable, left[self.problem.cost.indices], 0.0))
        arrival[self.problem.open_with(sites)] = 0.0
        worth: Floats = self.of(sites) + arrival
        return worth

    def _count(self, sites: Indices) -> Indices:
        return times_served(self.problem, sites)


@dataclass(frozen=True, slots=True, eq=False)
class CostWorth:
    """The sum of weight times cost; a point that nothing serves has the largest cost there is."""

    problem: PlacementProblem

    def of(self, sites: Indices) -> float:
        """Return the weighted cost."""
        return float((self.problem.weight * capped_cost(self.problem, sites)).sum())

    def with_each(self, sites: Indices) -> Floats:
        """Return the weighted cost with each candidate."""
        near, point = capped_cost(self.problem, sites), self.problem.cost.indices
        saved = self.problem.weight[point] * np.maximum(near[point] - _usable(self.problem), 0.0)
        worth: Floats = self.of(sites) - _row_sums(self.problem, saved)
        return worth


@dataclass(frozen=True, slots=True, eq=False)
class RadiusWorth:
    """The largest cost of a point with a weight; capped as in ``CostWorth``."""

    problem: PlacementProblem

    def of(self, sites: Indices) -> float:
        """Return the largest cost."""
        near = capped_cost(self.problem, sites)
        return float(near[self.problem.weight > 0].max(initial=0.0))

    def with_each(self, sites: Indices) -> Floats:
        """Return the largest cost with each candidate.

        A candidate lowers the costs of its own points alone: the largest is either one of these or
        the first of the others in falling order.
        """
        near = np.where(self.problem.weight > 0, capped_cost(self.problem, sites), 0.0)
        worth = np.empty(self.problem.cost.shape[0])
        falling = np.argsort(-near, kind="stable").astype(np.int32)
        cost = _usable(self.problem)
        for candidate in range(worth.size):
            own = slice(*self.problem.cost.indptr[candidate : candidate + 2])
            points = self.problem.cost.indices[own]
            lowered = np.minimum(near[points], cost[own])
            worth[candidate] = max(lowered.max(initial=0.0), _first_other(near, falling, points))
        return worth


@dataclass(frozen=True, slots=True, eq=False)
class SpreadWorth:
    """The least distance between two open candidates, the largest distance when there are none."""

    problem: PlacementProblem

    def of(self, sites: Indices) -> float:
        """Return the least distance between two open candidates, one of them new."""
        opened = np.flatnonzero(self.problem.open_with(sites))
        fixed = np.isin(opened, self.problem.rules.fixed)
        apart = self.problem.distance[np.ix_(opened, opened)].copy()
        np.fill_diagonal(apart, np.inf)
        apart[np.ix_(fixed, fixed)] = np.inf
        return min(float(apart.min(initial=np.inf)), self._widest())

    def with_each(self, sites: Indices) -> Floats:
        """Return the least distance with each candidate."""
        opened = np.flatnonzero(self.problem.open_with(sites))
        apart = self.problem.distance[:, opened].copy()
        apart[opened, np.arange(opened.size)] = np.inf
        worth: Floats = np.minimum(apart.min(axis=1, initial=np.inf), self.of(sites))
        return worth

    def _widest(self) -> float:
        known = self.problem.distance[np.isfinite(self.problem.distance)]
        return float(known.max(initial=0.0))


def times_served(problem: PlacementProblem, sites: Indices) -> Indices:
    """Return how many open candidates are within the limit of each point, (demand,)."""
    usable = np.repeat(problem.open_with(sites), np.diff(problem.cost.indptr))
    usable &= problem.cost.data <= problem.limit
    count = np.bincount(problem.cost.indices[usable], minlength=problem.cost.shape[1])
    return count.astype(np.int32)


def capped_cost(problem: PlacementProblem, sites: Indices) -> Floats:
    """Return the cost of each point to its nearest open candidate, the largest there is for none.

    Pairs beyond the limit do not count.
    """
    cost = _usable(problem)
    finite = cost[np.isfinite(cost)]
    opened = np.repeat(problem.open_with(sites), np.diff(problem.cost.indptr))
    nearest = np.full(problem.cost.shape[1], float(finite.max(initial=0.0)))
    np.minimum.at(nearest, problem.cost.indices[opened], cost[opened])
    return nearest


def _usable(problem: PlacementProblem) -> Floats:
    """Return the stored costs, inf beyond the limit."""
    usable: Floats = np.where(problem.cost.data <= problem.limit, problem.cost.data, np.inf)
    return usable


def _row_sums(problem: PlacementProblem, values: Floats) -> Floats:
    """Return the sum of one value a stored pair by candidate."""
    table = csr_array((values, problem.cost.indices, problem.cost.indptr), shape=problem.cost.shape)
    sums: Floats = np.asarray(table.sum(axis=1), dtype=np.float64)
    return sums


def _first_other(near: Floats, falling: Indices, points: Indices) -> float:
    """Return the largest value of a point that is not among these."""
    own: Flags = np.zeros(near.size, dtype=np.bool_)
    own[points] = True
    begin, width = 0, 64
    while begin < falling.size:
        ahead = falling[begin : begin + width]
        others = np.flatnonzero(~own[ahead])
        if others.size:
            return float(near[ahead[others[0]]])
        begin, width = begin + width, width * 4
    return 0.0
