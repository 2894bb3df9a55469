"""What any plan is worth in every model, by sets and loops alone."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, combinations
from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog

from geoplan.model.placement import PlacementProblem
from geoplan.model.split_placement import RegionRules
from tests.placement_cases import cost_table, nearest, plans, times_covered


class Case(NamedTuple):
    """A problem and what its regions are owed."""

    problem: PlacementProblem
    regions: RegionRules


class Worth(NamedTuple):
    """What a plan is worth: the smaller key is the better plan."""

    key: tuple[float, ...]
    value: float


@dataclass(frozen=True)
class Near:
    """Who is within the limit of whom, as sets."""

    weight: tuple[float, ...]
    capacity: tuple[float, ...]
    points: tuple[frozenset[int], ...]

    @property
    def inhabited(self) -> frozenset[int]:
        return frozenset(point for point, people in enumerate(self.weight) if people > 0)


def best_by_looking(model: str, case: Case) -> tuple[float, tuple[int, ...]] | None:
    """Return the value and the sites of the first of the best plans, None when there is none."""
    found = []
    for sites in plans(case.problem):
        known = worth(model, case, sites)
        if known is not None:
            found.append((known.key, len(sites), sites, known.value))
    if not found:
        return None
    _, _, sites, value = min(found)
    return value, sites


def worth(model: str, case: Case, sites: tuple[int, ...]) -> Worth | None:
    """Return what a plan is worth, None when it cannot do what the model asks for."""
    return WORTHS[model](case, sites)


def near_of(problem: PlacementProblem) -> Near:
    """Return the sets of a problem."""
    table = within(problem)
    return Near(
        tuple(problem.weight.tolist()),
        tuple(problem.rules.capacity.tolist()),
        tuple(frozenset(np.flatnonzero(np.isfinite(row)).tolist()) for row in table),
    )


def within(problem):
    """Return the costs as a table, inf where there is no pair and beyond the limit."""
    table = cost_table(problem)
    return np.where(table <= problem.limit, table, np.inf)


@lru_cache(maxsize=4096)
def most_served(near: Near, opened: frozenset[int], points: frozenset[int]) -> float:
    """Return the most weight of these points that the open candidates can serve: the least cut.

    For any set of full candidates nobody serves more than their places, and what the others reach.
    """
    limited = [site for site in opened if math.isfinite(near.capacity[site])]
    cuts = []
    for full in _subsets(limited):
        reached = frozenset().union(*(near.points[site] for site in opened - set(full)))
        cuts.append(
            math.fsum(
                chain(
                    (near.capacity[site] for site in full),
                    (near.weight[point] for point in reached & points),
                )
            )
        )
    return min(cuts)


def _subsets(members):
    return chain.from_iterable(combinations(members, size) for size in range(len(members) + 1))


def opened_with(case, sites):
    return frozenset(sites) | frozenset(case.problem.rules.fixed.tolist())


def _everybody(case, sites):
    """Return whether everybody with a weight can be served within limit and capacity."""
    near = near_of(case.problem)
    most = most_served(near, opened_with(case, sites), near.inhabited)
    return most >= math.fsum(near.weight) * (1 - 1e-9)


def _fewest(case, sites):
    if not _everybody(case, sites):
        return None
    rules = case.problem.rules
    if rules.price.any() and not np.isfinite(rules.capacity).any():
        value = math.fsum(rules.price[list(sites)].tolist())
        return Worth((round(value, 9),), value)
    return Worth((len(sites),), float(len(sites)))


def _most(case, sites):
    near, opened = near_of(case.problem), opened_with(case, sites)
    if not _keeps_floors(case, near, opened) or not _keeps_gap(case, near, opened):
        return None
    value = most_served(near, opened, near.inhabited)
    return Worth((-round(value, 8),), value)


def _twice(case, sites):
    times = times_covered(case.problem, sites)
    once, twice = (math.fsum(case.problem.weight[times >= least]) for least in (1, 2))
    return Worth((-round(once, 9), -round(twice, 9)), twice)


def _fair_shares(case, sites):
    near, opened = near_of(case.problem), opened_with(case, sites)
    value = most_served(near, opened, near.inhabited)
    worst_up = sorted(lexicographic_shares(case, near, opened).values())
    return Worth((*(-round(share, 7) for share in worst_up), -round(value, 8)), value)


def _walked(case, sites):
    problem = case.problem
    if not _everybody(case, sites):
        return None
    if np.isfinite(problem.rules.capacity).any():
        value = _least_shared_cost(problem, sorted(opened_with(case, sites)))
    else:
        heavy = np.flatnonzero(problem.weight > 0)
        value = math.fsum(problem.weight[heavy] * nearest(problem, sites)[heavy])
    return Worth((round(value, 7),), value)


def _least_shared_cost(problem, opened):
    """Return the least weighted cost at which the open candidates serve everybody."""
    table, points = within(problem)[opened], np.flatnonzero(problem.weight > 0)
    pairs = [
        (row, column)
        for row in range(len(opened))
        for column in range(points.size)
        if math.isfinite(table[row, points[column]])
    ]
    if not pairs:
        return 0.0
    row, column = np.array(pairs).T
    weight = problem.weight[points]
    capacity = problem.rules.capacity[opened]
    load = (row == np.arange(len(opened))[:, None])[np.isfinite(capacity)].astype(float)
    answer = linprog(
        table[row, points[column]],
        A_ub=load,
        b_ub=capacity[np.isfinite(capacity)] * (1 + 1e-12),
        A_eq=(column == np.arange(points.size)[:, None]).astype(float),
        b_eq=weight,
        method="highs",
    )
    assert answer.status == 0, answer.message
    return float(answer.fun)


def _farthest(case, sites):
    if not _everybody(case, sites):
        return None
    heavy = case.problem.weight > 0
    value = float(nearest(case.problem, sites)[heavy].max(initial=0.0))
    return Worth((value,), value)


def _apart(case, sites):
    if len(sites) != case.problem.new:
        return None
    opened, distance = opened_with(case, sites), case.problem.distance
    value = min((distance[one, two] for one in sites for two in opened if one != two), default=NO)
    return Worth((-value,), float(value))


NO = math.inf

WORTHS: dict[str, Callable[[Case, tuple[int, ...]], Worth | None]] = {
    "lscp": _fewest,
    "mclp": _most,
    "backup": _twice,
    "worst-first": _fair_shares,
    "p-median": _walked,
    "p-center": _farthest,
    "p-dispersion": _apart,
}


def region_points(case, near):
    """Return the points of each region that has a weight."""
    found = {}
    for point, region in enumerate(case.problem.region.tolist()):
        if region >= 0 and near.weight[point] > 0:
            found[region] = found.get(region, frozenset()) | {point}
    return found


def weight_of(near, points):
    return math.fsum(near.weight[point] for point in points)


def _keeps_floors(case, near, opened):
    """Return whether all floors can be kept at once: any regions together must have enough."""
    members, floors = region_points(case, near), case.regions.least_share
    for some in _subsets(members):
        owed = math.fsum(floors[region] * weight_of(near, members[region]) for region in some)
        points = frozenset().union(*(members[region] for region in some))
        if owed > most_served(near, opened, points) + 1e-9:
            return False
    return True


def _keeps_gap(case, near, opened):
    """Return whether the shares lie near enough together; without capacities the sites tell."""
    if math.isinf(case.regions.most_gap):
        return True
    assert not np.isfinite(case.problem.rules.capacity).any()
    shares = lexicographic_shares(case, near, opened).values()
    return not shares or max(shares) - min(shares) <= case.regions.most_gap + 1e-9


def lexicographic_shares(case, near, opened) -> dict[int, float]:
    """Return the shares of the regions of which the worst is best, then the second worst, ...

    What regions can be given is a polymatroid: those that together can have least are settled
    first, all at one share (Fujishige 1980, *Mathematics of Operations Research* 5, 186-196).
    """
    members, shares, settled = region_points(case, near), {}, frozenset()
    while len(shares) < len(members):
        left = [region for region in members if region not in shares]
        levels = {}
        for some in _subsets(left):
            if some:
                points = frozenset().union(*(members[region] for region in some))
                more = most_served(near, opened, settled | points)
                more -= most_served(near, opened, settled)
                levels[some] = more / weight_of(near, points)
        least = min(levels.values())
        tight = {
            region for some, level in levels.items() if level <= least + 1e-9 for region in some
        }
        shares |= dict.fromkeys(tight, least)
        settled |= frozenset().union(*(members[region] for region in tight))
    return shares
