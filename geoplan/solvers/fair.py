r"""Fairness among regions: floors, a cap on the gap, the worst first, and what they cost.

All maximise the weight served, Σ_i w_i s_i, under every rule of ``solvers.plain_model``; floors
and the gap are rows of it. The worst first (lexicographic maximin; Ogryczak, Pióro and Tomaszewski
2005, *Journal of Telecommunications and Information Technology* 3, 22-32) reaches the goals
θ_1, θ_2, ... one after the other, and the weight served last::

    θ_k = maximise  k t_k − Σ_r d_kr
          subject to  d_kr ≥ t_k − u_r,  d_kr ≥ 0,  0 ≤ t_k ≤ 1
                      k' t_k' − Σ_r d_k'r ≥ θ_k'   for every k' < k

    u_r  share of region r, Σ_{i in r} w_i s_i / W_r
    θ_k  sum of the k smallest shares
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from geoplan.model.arrays import Sparse
from geoplan.model.placement import PlacementProblem
from geoplan.model.split_placement import RegionRules, SplitPlacement
from geoplan.solvers.plain_model import Aim, PlainModel, Task, region_rows
from geoplan.solvers.plain_solve import EQUAL, served_goal
from geoplan.solvers.programme import Goal, Programme
from geoplan.solvers.quick_plain import solve_quickly


@dataclass(frozen=True, slots=True, eq=False)
class FairnessPrice:
    """The best plan with and without the region rules."""

    free: SplitPlacement
    fair: SplitPlacement

    @property
    def lost(self) -> float:
        """Weight that the rules cost; inf when no plan keeps them."""
        return self.free.placement.objective - self.fair.placement.objective

    @property
    def lost_between(self) -> tuple[float, float]:
        """Least and most that the rules can cost; both are ``lost`` when both plans are proven."""
        least = self.free.placement.objective - self.fair.placement.bound
        most = self.free.placement.bound - self.fair.placement.objective
        return max(least, 0.0), most


def solve_fair_mclp(
    problem: PlacementProblem, *, regions: RegionRules, time_limit_s: float
) -> SplitPlacement:
    """Return the first of the plans that serve most while every region gets its share.

    Raises
    ------
    ValueError
        The problem has no regions, or more than the rules know.
    TimeLimitError
        No plan was known in time.
    SolverError
        HiGHS gave up, or its answer does not pass the checks.
    """
    task = Task(problem, Aim.SERVED, 0.0, regions)
    return solve_quickly(task, time_limit_s=time_limit_s)


def solve_worst_first(problem: PlacementProblem, *, time_limit_s: float) -> SplitPlacement:
    """Return the plan whose worst region has most, then the second worst, then all together.

    Shares that differ by less than 1e-7 count as equal. The objective is the weight served; when
    the time is over before all shares are settled the bound is that of all plans, fair or not.

    Raises
    ------
    ValueError
        The problem has no regions.
    TimeLimitError
        No plan was known in time.
    SolverError
        HiGHS gave up, or its answer does not pass the checks.
    """
    if not problem.region.size and problem.weight.size:
        raise ValueError("the worst region first needs PlacementProblem.region")
    task = Task(problem, Aim.SERVED, 0.0, RegionRules.free())
    return solve_quickly(task, recipe=worst_first, time_limit_s=time_limit_s)


def fairness_price(
    problem: PlacementProblem, *, regions: RegionRules, time_limit_s: float
) -> FairnessPrice:
    """Return both plans, each with half of the time: what is lost is what fairness costs."""
    half_s = time_limit_s / 2
    return FairnessPrice(
        free=solve_fair_mclp(problem, regions=RegionRules.free(), time_limit_s=half_s),
        fair=solve_fair_mclp(problem, regions=regions, time_limit_s=half_s),
    )


def worst_first(model: PlainModel) -> tuple[Programme, Sequence[Goal]]:
    """Return the programme with t and d beside its columns, and the goals θ_1, θ_2, ..., served."""
    shares, weighed = region_rows(model)
    regions = weighed.size
    programme, first = model.programme, model.programme.lower.size
    added = regions * (regions + 1)
    programme = programme.with_columns(np.zeros(added), np.ones(added))
    goals = []
    for k in range(regions):
        at = first + k * (regions + 1)
        rows = _shortfalls(shares, at, programme.lower.size)
        programme = programme.with_rows(rows, np.zeros(regions), np.full(regions, np.inf))
        worth = np.zeros(programme.lower.size)
        worth[at] = k + 1.0
        worth[at + 1 : at + 1 + regions] = -1.0
        goals.append(Goal(worth, EQUAL))
    most = served_goal(model)
    goals.append(Goal(np.append(most.worth, np.zeros(added)), most.equal))
    return programme, goals


def _shortfalls(shares: Sparse, at: int, columns: int) -> Sparse:
    """Return the rows u_r − t + d_r ≥ 0; t stands at the column given, d behind it."""
    regions = shares.shape[0]
    row = np.arange(regions)
    wide = csr_array((shares.data, shares.indices, shares.indptr), shape=(regions, columns))
    short = coo_array((np.ones(regions), (row, at + 1 + row)), shape=(regions, columns))
    level = coo_array((np.ones(regions), (row, np.full(regions, at))), shape=(regions, columns))
    return csr_array(wide + csr_array(short) - csr_array(level))
