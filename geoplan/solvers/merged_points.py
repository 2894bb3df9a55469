"""Points that the same candidates serve count as one where walking does not count.

Two points of one region that the same candidates can serve are one point of their common weight:
whatever serves a part of the one can serve the same part of the other, and splitting a point is
allowed. A point that an open candidate with places for everybody serves in any case needs no
other candidate. Points that nobody can serve become one point of their region; they still count
in its weight.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
from scipy.sparse import coo_array, csr_array

from geoplan.model.arrays import Flags, Floats, Ints
from geoplan.model.placement import PlacementProblem
from geoplan.solvers.plain_model import NearPairs, Task, can_bind, near_pairs, new_candidates


def merged_task(task: Task) -> Task:
    """Return the task with the same plans, of the same worth, on as few points as can be.

    Only for the aims that count weight or sites: the costs that are kept are those of one of the
    merged points. The candidates stay as they are; points keep the order of their first members.
    """
    problem = task.problem
    pairs = _needed_pairs(task)
    group = _like_points(pairs, problem)
    _, first, member = np.unique(group, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    number = np.empty(order.size, dtype=np.int64)
    number[order] = np.arange(order.size)
    cost = csr_array(
        coo_array((pairs.cost, (pairs.candidate, pairs.point)), shape=problem.cost.shape)
    )
    merged = replace(problem, cost=cost).of_points(first[order])
    total = np.bincount(number[member], weights=problem.weight, minlength=order.size)
    weight: Floats = np.asarray(total, dtype=np.float64)
    return replace(task, problem=replace(merged, weight=weight))


def _needed_pairs(task: Task) -> NearPairs:
    """Return the pairs without those of points that are served in any case.

    Under a gap it matters to how many people a candidate that may be full is near: where a
    capacity binds then, every pair stays.
    """
    problem, pairs = task.problem, near_pairs(task.problem)
    capped = can_bind(problem)
    if np.isfinite(task.regions.most_gap) and capped.any():
        return pairs
    sure: Flags = ~new_candidates(problem) & ~capped
    served = np.zeros(problem.weight.size, dtype=np.bool_)
    served[pairs.point[sure[pairs.candidate]]] = True
    kept = ~served[pairs.point]
    host = np.flatnonzero(sure[pairs.candidate])
    _, one = np.unique(pairs.point[host], return_index=True)
    kept[host[one]] = True
    return NearPairs(pairs.candidate[kept], pairs.point[kept], pairs.cost[kept])


def _like_points(pairs: NearPairs, problem: PlacementProblem) -> Ints:
    """Return a number for each point, equal for points of one region with equal candidates.

    Candidate after candidate parts the points that it serves from the others of their group.
    """
    points = problem.weight.size
    group = np.zeros(points, dtype=np.int64)
    if problem.region.size:
        group = problem.region.astype(np.int64) + 1
    following = int(group.max(initial=0)) + 1
    starts = np.searchsorted(pairs.candidate, np.arange(problem.cost.shape[0] + 1))
    for start, stop in itertools.pairwise(starts):
        served = pairs.point[start:stop]
        _, parted = np.unique(group[served], return_inverse=True)
        group[served] = following + parted
        following += int(parted.max(initial=-1)) + 1
    return group
