r"""The plain programme that carries every rule of a placement.

Columns::

    y_j in {0, 1}    1 when candidate j is open (fixed ones are)
    0 ≤ s_i ≤ 1      served part of point i; s_i = 1 where everybody must be served
    0 ≤ x_ij ≤ 1     part of point i that candidate j serves, for j in T alone

Rows::

    s_i ≤ Σ_{j in N_i, not in T} y_j + Σ_{j in N_i and T} x_ij   for every point i (= when all in T)
    x_ij ≤ y_j                              for every pair of T
    Σ_i w_i x_ij ≤ c_j y_j                  for every j whose capacity can bind
    Σ_{j not fixed} y_j ≤ p
    Σ_{j not fixed} e_j y_j ≤ B
    y_j + y_k ≤ 1                           for every conflict (j, k), not both fixed
    Σ_{i in r} w_i s_i ≥ f_r W_r            for every region r with W_r > 0
    l ≤ Σ_{i in r} w_i s_i / W_r ≤ h        for every region r with W_r > 0, when there is a gap
    h − l ≤ g
    s_i ≥ y_j                               for every pair whose capacity cannot bind, when there
                                            is a gap: nobody is turned away to make regions equal

    i    demand point           w_i  its weight            d_ij  its cost to candidate j
    S    limit                  N_i  {j : d_ij ≤ S}        c_j   capacity of j, fixed ones too
    T    candidates whose service is split: all whose capacity can bind, and, where walking
         counts, all; the capacity can bind when it is below the weight within the limit
    p    number of new sites    e_j  price                 B     budget
    W_r  weight of region r     f_r  least share           g     largest gap

Where a capacity binds, a plan under a gap may leave places empty: that is a rule on who gets them.
Current and Storbeck 1988, *Environment and Planning B* 15, 153-164 (capacities and limit both
hold); budget rows as in Church and Davis 1992, *Papers in Regional Science* 71, 199-209.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from scipy.sparse import coo_array, csr_array, eye_array, hstack

from geoplan.model.arrays import Flags, Floats, Indices, Ints, Sparse
from geoplan.model.placement import PlacementProblem, PlacementRules
from geoplan.model.split_placement import RegionRules, region_weights
from geoplan.solvers.programme import Programme

INCLUSIVE = 1e-9
"""Budgets, floors and gaps are kept up to this part of themselves: 0.1 + 0.2 is within 0.3."""


class Aim(Enum):
    """What makes a plan better."""

    SERVED = "served"
    """More weight served."""
    SITES = "sites"
    """Fewer new sites."""
    COST = "cost"
    """Less weighted cost."""


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """A placement problem, what is wanted, and what every plan owes."""

    problem: PlacementProblem
    aim: Aim
    least_served: float
    """Least served part of every point: 1 when everybody must be served, else 0."""
    regions: RegionRules

    def __post_init__(self) -> None:
        known, region = self.regions.least_share.size, self.problem.region
        if not _region_bound(self.regions):
            return
        if int(region.max(initial=-1)) >= known:
            raise ValueError(
                f"RegionRules know {known} regions, but the problem has region {int(region.max())}"
            )
        if not region.size and self.problem.weight.size:
            raise ValueError("region rules need PlacementProblem.region")


@dataclass(frozen=True, slots=True, eq=False)
class NearPairs:
    """The pairs within the limit, by candidate, then point."""

    candidate: Indices
    point: Indices
    cost: Floats


@dataclass(frozen=True, slots=True, eq=False)
class PlainModel:
    """The programme and where its columns stand: y first, then s, then x."""

    programme: Programme
    task: Task
    split: NearPairs
    """The pairs that have a column."""

    @property
    def sites(self) -> int:
        """How many columns y there are."""
        return int(self.task.problem.cost.shape[0])

    def worth_of_served(self, part: Floats) -> Floats:
        """Return a row that weighs every s, (columns,)."""
        worth = np.zeros(self.programme.lower.size)
        worth[self.sites : self.sites + part.size] = part
        return worth

    def worth_of_pairs(self, part: Floats) -> Floats:
        """Return a row that weighs every x, (columns,)."""
        worth = np.zeros(self.programme.lower.size)
        first = self.sites + self.task.problem.weight.size
        worth[first : first + part.size] = part
        return worth

    def worth_of_sites(self, part: Floats) -> Floats:
        """Return a row that weighs every y, (columns,)."""
        worth = np.zeros(self.programme.lower.size)
        worth[: self.sites] = part
        return worth


def near_pairs(problem: PlacementProblem) -> NearPairs:
    """Return the stored pairs at the limit or nearer."""
    cost = problem.cost.copy()
    cost.sort_indices()
    candidate = np.repeat(np.arange(cost.shape[0]), np.diff(cost.indptr)).astype(np.int32)
    near = (cost.data <= problem.limit) & np.isfinite(cost.data)
    return NearPairs(candidate[near], cost.indices[near].astype(np.int32), cost.data[near])


def can_bind(problem: PlacementProblem) -> Flags:
    """Return which candidates have a capacity below the weight within the limit."""
    pairs = near_pairs(problem)
    candidates = problem.cost.shape[0]
    reach = np.bincount(pairs.candidate, weights=problem.weight[pairs.point], minlength=candidates)
    return np.asarray(problem.rules.capacity < reach)


def new_candidates(problem: PlacementProblem) -> Flags:
    """Return which candidates would be new if open: all but the fixed ones."""
    new = np.ones(problem.cost.shape[0], dtype=np.bool_)
    new[problem.rules.fixed] = False
    return new


def plain_model(task: Task) -> PlainModel:
    """Return the programme of the module's docstring."""
    problem = task.problem
    capped = can_bind(problem)
    everywhere = np.ones_like(capped)
    return _assembled(task, everywhere if task.aim is Aim.COST else capped, capped)


def serving_model(task: Task, opened: Flags) -> PlainModel:
    """Return the programme of who serves whom when these candidates and no others are open.

    Its candidates are the open ones, in order, all of them fixed and all in T.
    """
    problem = task.problem
    rules = PlacementRules.free(int(opened.sum()))
    rules = replace(
        rules,
        fixed=np.arange(rules.capacity.size, dtype=np.int32),
        capacity=problem.rules.capacity[opened],
    )
    cost = csr_array(problem.cost[np.flatnonzero(opened)])
    alone = replace(problem, cost=cost, new=0, rules=rules, distance=np.empty((0, 0)))
    inner = replace(task, problem=alone)
    capped = can_bind(inner.problem)
    return _assembled(inner, np.ones_like(capped), capped)


def _assembled(task: Task, split: Flags, capped: Flags) -> PlainModel:
    pairs = near_pairs(task.problem)
    with_column = split[pairs.candidate]
    columns = NearPairs(
        pairs.candidate[with_column], pairs.point[with_column], pairs.cost[with_column]
    )
    model = PlainModel(_columns(task, columns), task, columns)
    model = _with_service(model, pairs, split)
    model = _with_capacity(model, capped)
    model = _with_counts(model)
    return _with_regions(model, pairs, capped)


def _columns(task: Task, split: NearPairs) -> Programme:
    problem, rules = task.problem, task.problem.rules
    opened, closed = np.zeros(problem.cost.shape[0]), np.ones(problem.cost.shape[0])
    opened[rules.fixed] = 1.0
    opened[rules.required] = 1.0
    closed[rules.banned] = 0.0
    parts = problem.weight.size + split.point.size
    served = np.full(problem.weight.size, task.least_served)
    return Programme.of_columns(
        np.concatenate([opened, served, np.zeros(split.point.size)]),
        np.concatenate([closed, np.ones(parts)]),
        np.concatenate([np.ones(opened.size, np.bool_), np.zeros(parts, np.bool_)]),
    )


def _with_service(model: PlainModel, pairs: NearPairs, split: Flags) -> PlainModel:
    """Return the model in which service comes from open candidates alone."""
    points, sites = model.task.problem.weight.size, model.sites
    whole, number = ~split[pairs.candidate], np.arange(model.split.point.size)
    from_sites = _table(pairs.point[whole], pairs.candidate[whole], (points, sites))
    from_pairs = _table(model.split.point, number, (points, number.size))
    service = hstack([-from_sites, eye_array(points), -from_pairs], format="csr")
    least = np.full(points, 0.0 if split.all() else -np.inf)
    programme = model.programme.with_rows(csr_array(service), least, np.zeros(points))
    opened = _table(number, model.split.candidate, (number.size, sites))
    nothing = csr_array((number.size, points), dtype=np.float64)
    linked = hstack([-opened, nothing, eye_array(number.size)], format="csr")
    none = np.full(number.size, -np.inf)
    programme = programme.with_rows(csr_array(linked), none, np.zeros(number.size))
    return replace(model, programme=programme)


def _with_capacity(model: PlainModel, capped: Flags) -> PlainModel:
    """Return the model in which no capacity is exceeded; rows are divided by their largest part."""
    problem, pairs = model.task.problem, model.split
    limited = np.flatnonzero(capped)
    row = np.cumsum(capped) - 1
    used = np.flatnonzero(capped[pairs.candidate])
    heaviest = float(problem.weight.max(initial=0.0))
    scale = np.maximum(problem.rules.capacity[limited], heaviest)
    load = problem.weight[pairs.point[used]] / scale[row[pairs.candidate[used]]]
    first = model.sites + problem.weight.size
    rows = np.concatenate([row[pairs.candidate[used]], np.arange(limited.size)])
    columns = np.concatenate([first + used, limited])
    room = -problem.rules.capacity[limited] / scale
    shape = (limited.size, model.programme.lower.size)
    matrix = csr_array(coo_array((np.concatenate([load, room]), (rows, columns)), shape=shape))
    none = np.full(limited.size, -np.inf)
    programme = model.programme.with_rows(matrix, none, np.zeros(limited.size))
    return replace(model, programme=programme)


def _with_counts(model: PlainModel) -> PlainModel:
    """Return the model within its number, budget and conflicts."""
    problem, rules = model.task.problem, model.task.problem.rules
    new = new_candidates(problem).astype(np.float64)
    price = new * rules.price
    most = float(price.max(initial=0.0))
    programme = model.programme.at_least(-model.worth_of_sites(new), -float(problem.new))
    if np.isfinite(rules.budget):
        scale = most if most > 0 else 1.0
        allowed = rules.budget / scale * (1 + INCLUSIVE)
        programme = programme.at_least(-model.worth_of_sites(price / scale), -allowed)
    pairs = binding_conflicts(rules)
    number = np.repeat(np.arange(pairs.shape[0]), 2)
    together = _table(number, pairs.ravel(), (number.size // 2, programme.lower.size))
    none = np.full(together.shape[0], -np.inf)
    programme = programme.with_rows(together, none, np.ones(together.shape[0]))
    return replace(model, programme=programme)


def binding_conflicts(rules: PlacementRules) -> Ints:
    """Return the pairs that may not both be open, without those of two fixed candidates."""
    settled = np.isin(rules.conflicts, rules.fixed).all(axis=1)
    pairs: Ints = rules.conflicts[~settled]
    return pairs


def _with_regions(model: PlainModel, pairs: NearPairs, capped: Flags) -> PlainModel:
    """Return the model that keeps the floors and the gap."""
    rules = model.task.regions
    if not _region_bound(rules):
        return model
    shares, weighed = region_rows(model)
    floors = rules.least_share[weighed] - INCLUSIVE
    programme = model.programme.with_rows(shares, floors, np.full(weighed.size, np.inf))
    if np.isfinite(rules.most_gap):
        programme = _within_gap(programme, shares, rules.most_gap)
        programme = _nobody_turned_away(model, programme, pairs, capped)
    return replace(model, programme=programme)


def region_rows(model: PlainModel) -> tuple[Sparse, Ints]:
    """Return one row a region with weight that gives its share, and which regions these are."""
    problem = model.task.problem
    regions = max(model.task.regions.least_share.size, int(problem.region.max(initial=-1)) + 1)
    total = region_weights(problem.region, problem.weight, regions)
    weighed = np.flatnonzero(total > 0)
    region = problem.region if problem.region.size else np.full(problem.weight.size, -1)
    inside = np.flatnonzero((region >= 0) & (problem.weight > 0))
    row = np.searchsorted(weighed, region[inside])
    part = problem.weight[inside] / total[region[inside]]
    shape = (weighed.size, model.programme.lower.size)
    return csr_array(coo_array((part, (row, model.sites + inside)), shape=shape)), weighed


def _within_gap(programme: Programme, shares: Sparse, most_gap: float) -> Programme:
    """Return the programme in which all shares lie between two columns that are not far apart."""
    rows, last = shares.shape[0], programme.lower.size
    wider = programme.with_columns(np.zeros(2), np.ones(2))
    wide = csr_array((shares.data, shares.indices, shares.indptr), shape=(rows, last + 2))
    number, open_end = np.arange(rows), np.full(rows, np.inf)
    lowest = _table(number, np.full(rows, last), wide.shape)
    highest = _table(number, np.full(rows, last + 1), wide.shape)
    wider = wider.with_rows(csr_array(wide - lowest), np.zeros(rows), open_end)
    wider = wider.with_rows(csr_array(highest - wide), np.zeros(rows), open_end)
    apart = np.zeros(last + 2)
    apart[last:] = 1.0, -1.0
    return wider.at_least(apart, -most_gap - INCLUSIVE)


def _nobody_turned_away(
    model: PlainModel, programme: Programme, pairs: NearPairs, capped: Flags
) -> Programme:
    free = ~capped[pairs.candidate]
    number, columns = np.arange(int(free.sum())), programme.lower.size
    served = _table(number, model.sites + pairs.point[free], (number.size, columns))
    opened = _table(number, pairs.candidate[free], (number.size, columns))
    rows = csr_array(served - opened)
    return programme.with_rows(rows, np.zeros(number.size), np.full(number.size, np.inf))


def _region_bound(rules: RegionRules) -> bool:
    return bool((rules.least_share > 0).any() or np.isfinite(rules.most_gap))


def _table(row: Ints | Indices, column: Ints | Indices, shape: tuple[int, int]) -> Sparse:
    """Return a table with a 1 at each of the places given."""
    return csr_array(coo_array((np.ones(row.size), (row, column)), shape=shape))
