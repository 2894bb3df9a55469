r"""Capacities: nobody is served beyond the limit, and no place is given twice.

The programme stands in ``solvers.plain_model``; all three models keep fixed, required and banned
candidates, conflicts, capacities (of fixed candidates, too), prices with a budget, and the number
of new sites. A point's weight may be split over the open candidates within the limit::

    mclp       maximise  Σ_i w_i s_i                         everybody may be served
    lscp       minimise  Σ_{j not fixed} y_j                 everybody must be served
    p_median   minimise  Σ_i Σ_{j in N_i} w_i d_ij x_ij      everybody must be served

With ``new`` equal to the number of candidates only the budget limits a plan.

Upgrades. To enlarge a fixed facility is a candidate of its own: the same row of costs as the
facility, the places *added* as its capacity, its own price. A facility that may reach further
(a shuttle, a second entrance) is a candidate with the pairs that are *added*. Alternative upgrades
of one facility are in conflict with each other; the facility itself stays fixed and is in conflict
with none. An upgrade counts as one new site; where that is not wanted, let the budget limit the
plan.

Current and Storbeck 1988, *Environment and Planning B* 15, 153-164; Pirkul and Schilling 1991,
*Management Science* 37, 233-248.
"""

from __future__ import annotations

from geoplan.model.placement import PlacementProblem
from geoplan.model.split_placement import RegionRules, SplitPlacement
from geoplan.solvers.plain_model import Aim, Task
from geoplan.solvers.quick_plain import solve_quickly


def solve_capacitated_mclp(problem: PlacementProblem, *, time_limit_s: float) -> SplitPlacement:
    """Return the first of the plans that serve most weight within limit and capacity.

    The objective is the weight served, by fixed candidates too. A point without weight is served
    when an open candidate is within the limit.

    Raises
    ------
    TimeLimitError
        No plan was known in time.
    SolverError
        HiGHS gave up, or its answer does not pass the checks.
    """
    task = Task(problem, Aim.SERVED, 0.0, RegionRules.free())
    return solve_quickly(task, time_limit_s=time_limit_s)


def solve_capacitated_lscp(problem: PlacementProblem, *, time_limit_s: float) -> SplitPlacement:
    """Return the first of the plans that serve everybody with the fewest new sites.

    The objective is the number of new sites; at most ``problem.new`` are opened.

    Raises
    ------
    TimeLimitError
        No plan was known in time.
    SolverError
        HiGHS gave up, or its answer does not pass the checks.
    """
    task = Task(problem, Aim.SITES, 1.0, RegionRules.free())
    return solve_quickly(task, time_limit_s=time_limit_s)


def solve_capacitated_p_median(problem: PlacementProblem, *, time_limit_s: float) -> SplitPlacement:
    """Return the first of the plans that serve everybody at the least weighted cost.

    The objective is the sum of weight times cost. Pairs beyond ``problem.limit`` cannot be.

    Raises
    ------
    TimeLimitError
        No plan was known in time.
    SolverError
        HiGHS gave up, or its answer does not pass the checks.
    """
    task = Task(problem, Aim.COST, 1.0, RegionRules.free())
    return solve_quickly(task, time_limit_s=time_limit_s)
