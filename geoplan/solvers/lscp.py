r"""Location set covering: everyone within reach with the fewest sites, or for the least money.

Toregas, Swain, ReVelle and Bergman 1971, *Operations Research* 19, 1363-1373::

    minimise    Σ_j c_j y_j
    subject to  Σ_{j in N_i} y_j ≥ 1      for every demand point i with w_i > 0
                y_j + y_k ≤ 1             for every pair (j, k) in conflict, not both fixed
                Σ_{j not fixed} y_j ≤ p
                Σ_{j not fixed} f_j y_j ≤ B
                y_j = 1                   for every fixed or required j
                y_j = 0                   for every banned j that is not fixed
                y_j in {0, 1}

    i    demand point
    j, k candidate
    w_i  weight of the point
    d_ij cost from i to j
    S    limit
    N_i  {j : d_ij ≤ S}, the candidates within the limit, inclusive
    f_j  price of the candidate; 0 where it is fixed
    c_j  f_j, or 1 when every price is 0; 0 where it is fixed
    p    how many candidates may be opened
    B    budget
    y_j  1 when a site is open at j

The plan is the first of the best ones: cheapest; among those, the fewest sites; among those, its
ascending list of candidates comes first. Rows and candidates that cannot matter are cut off first
(``solvers.set_cover``).
"""

from __future__ import annotations

import math
import time

import numpy as np
from scipy.sparse import csr_array

from geoplan.model.arrays import Flags
from geoplan.model.placement import Placement, PlacementProblem
from geoplan.solvers.cover import in_quanta
from geoplan.solvers.fewest_cover import fewest_cover
from geoplan.solvers.first_best import Found, Goal, first_best, number_goal
from geoplan.solvers.opening import opening_of, placed
from geoplan.solvers.set_cover import RowCover, cover_within, kept_plan, reduced


def solve_lscp(problem: PlacementProblem, *, time_limit_s: float) -> Placement:
    """Return the first of the cheapest plans that serve every point with a weight.

    Returns
    -------
    The objective is the price of the new sites, or their number when every price is 0. With the
    status ``infeasible`` it is the number of sites that it takes, and the bound the least number:

    * Points that nothing may serve have a weight and assigned −1; the plan serves all others with
      the fewest sites, even more than ``new``.
    * When everyone can be served, but not with ``new`` sites, the plan is the one with the fewest.
    * When the rules leave no plan at all, only the required sites are open and the objective is
      inf.

    With the status ``time_limit`` and no plan known in time it is the same as in the last case,
    but the bound tells what is proven.

    Raises
    ------
    ValueError
        A candidate has a limited capacity.
    SolverError
        HiGHS gave up or contradicted itself; never because of the time limit.
    """
    deadline = time.monotonic() + time_limit_s
    opening = opening_of(problem)
    cover = cover_within(problem, opening, problem.weight > 0, limit=problem.limit)
    servable = _servable(cover)
    if not servable.all():
        rest = RowCover(serves=csr_array(cover.serves[:, servable]), opening=opening)
        return _by_number(problem, rest, lost=True, deadline=deadline)
    if not opening.possible or not problem.rules.price.any():
        return _by_number(problem, cover, lost=False, deadline=deadline)
    return _by_price(problem, cover, deadline=deadline)


def _servable(cover: RowCover) -> Flags:
    served: Flags = np.bincount(cover.serves.indices, minlength=cover.serves.shape[1]) > 0
    return served


def _by_number(
    problem: PlacementProblem, cover: RowCover, *, lost: bool, deadline: float
) -> Placement:
    """Return the plan with the fewest sites; ``lost`` tells that others cannot be served."""
    fewest = fewest_cover(cover, room=None, deadline=deadline)
    infeasible = lost or fewest.least > problem.new
    known = fewest.sites
    if known is None or (known.size > problem.new and not infeasible):
        known = None
    sites = cover.opening.new if known is None else known
    status = "optimal" if fewest.proven else "time_limit"
    return placed(
        problem,
        sites,
        worth=(np.inf if known is None else float(sites.size), fewest.least),
        status="infeasible" if infeasible else status,
        canonical=fewest.canonical,
    )


def _by_price(problem: PlacementProblem, cover: RowCover, *, deadline: float) -> Placement:
    small = reduced(cover)
    if not small.possible:
        return _by_number(problem, cover, lost=False, deadline=deadline)
    price, quantum, step = in_quanta(small.opening.price)
    programme = small.programme(room=small.opening.room)
    goal = Goal(cost=price, value=lambda plan: math.fsum(price[plan].tolist()), step=step)
    found = first_best(
        programme,
        (goal, number_goal(programme)),
        start=kept_plan(small, programme),
        deadline=deadline,
    )
    if found.impossible:
        return _by_number(problem, cover, lost=False, deadline=deadline)
    return _priced(problem, small, found, quantum=quantum)


def _priced(
    problem: PlacementProblem, small: RowCover, found: Found, *, quantum: float
) -> Placement:
    nothing = small.opening.new
    sites = nothing if found.plan is None else small.opening.sites(found.plan)
    objective = math.fsum(problem.rules.price[sites].tolist())
    held = math.fsum(problem.rules.price[nothing].tolist())
    proven = found.proven > 0
    return placed(
        problem,
        sites,
        worth=(
            np.inf if found.plan is None else objective,
            objective if proven else min(held + max(found.bounds[0], 0.0) * quantum, objective),
        ),
        status="optimal" if proven else "time_limit",
        canonical=found.canonical,
    )
