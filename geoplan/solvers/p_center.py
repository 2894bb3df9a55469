r"""The p-center: the longest walk that anyone is left with is as short as it can be.

Hakimi 1964, *Operations Research* 12, 450-459; solved after Minieka 1970, *SIAM Review* 12,
138-139, and Daskin 1995, *Network and Discrete Location*, chapter 5::

    minimise    z
    subject to  Σ_{j in N_i(z)} y_j ≥ 1   for every demand point i with w_i > 0
                y_j + y_k ≤ 1             for every pair (j, k) in conflict, not both fixed
                Σ_{j not fixed} y_j ≤ p
                Σ_{j not fixed} f_j y_j ≤ B
                y_j = 1                   for every fixed or required j
                y_j = 0                   for every banned j that is not fixed
                y_j in {0, 1}

    i      demand point
    j, k   candidate
    w_i    weight of the point; only whether it is above 0 matters
    d_ij   cost from i to j, only where d_ij ≤ S
    S      limit, inf when there is none
    N_i(z) {j : d_ij ≤ z}, the candidates at this cost or less, inclusive
    f_j    price of the candidate
    p      how many candidates may be opened
    B      budget
    y_j    1 when a site is open at j
    z      the largest cost; one of the d_ij

For a given z this is a set cover. The distinct costs are halved four times over: by covers found
greedily (an upper bound), by relaxed covers that need more than p sites (a lower bound), by covers
found by exchanges, and by exact ones for what is left. Of the plans with the least z the one with
the fewest sites, and among those the ascending list of candidates that comes first, is returned.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from geoplan.model.arrays import Flags, Floats, Indices
from geoplan.model.placement import Placement, PlacementProblem
from geoplan.solvers.binary import Question, asked
from geoplan.solvers.fewest_cover import fewest_cover, quick_cover, relaxed_least
from geoplan.solvers.first_best import number_goal
from geoplan.solvers.opening import Opening, flags_of, opening_of, placed
from geoplan.solvers.set_cover import RowCover, cover_within, kept_plan, reduced

SHARE = 0.4
"""Part of the time left that relaxed covers may take, and after them the exchanges."""


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """What is known of the least radius."""

    problem: PlacementProblem
    opening: Opening
    points: Flags
    """(demand,) the points that are to be served."""
    radii: Floats
    """The costs that the answer can be, rising."""
    deadline: float
    low: int = 0
    """Every radius before this one is proven too small."""
    high: int = 0
    """The radius of the plan; when there is none, the number of radii."""
    plan: Indices | None = None
    """New candidates of the best known plan."""

    @property
    def late(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() > self.deadline

    def cover(self, radius: int) -> RowCover:
        """Return the cover at the radius of this number."""
        limit = float(self.radii[radius])
        return cover_within(self.problem, self.opening, self.points, limit=limit)

    def improved(self, sites: Indices) -> Search:
        """Return the search with a plan at hand."""
        radius = _largest_cost(self.problem, sites, self.points)
        high = int(np.searchsorted(self.radii, radius))
        return replace(self, high=high, plan=sites) if high < self.high else self


def solve_p_center(problem: PlacementProblem, *, time_limit_s: float) -> Placement:
    """Return the first of the plans whose largest cost, of a point with a weight, is least.

    Returns
    -------
    The objective is the largest cost. It is inf with the status ``infeasible``:

    * Points that nothing may serve have a weight and assigned −1; the plan is the best one for all
      others.
    * When everyone can be served, but not with ``new`` sites, the plan is the one that serves all
      with the fewest sites, more than ``new``.
    * When the rules leave no plan at all, only the required sites are open.

    It is inf, too, with the status ``time_limit`` when no plan is known in time; the bound tells
    what is proven.

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
        return _hopeless(problem, opening.new, canonical=False)
    search, lost = _started(problem, opening, deadline)
    search = _closed(_by_search(_from_below(_from_above(search))))
    if search.plan is None and search.low == search.radii.size:
        fewest = fewest_cover(search.cover(search.radii.size - 1), room=None, deadline=deadline)
        sites = opening.new if fewest.sites is None else fewest.sites
        return _hopeless(problem, sites, canonical=fewest.canonical)
    return _answered(search, lost=lost)


def _started(problem: PlacementProblem, opening: Opening, deadline: float) -> tuple[Search, bool]:
    """Return the search before its first step, and whether some points cannot be served."""
    usable = np.append(opening.free, opening.opened)
    least = problem.least_cost(usable)
    heavy = problem.weight > 0
    points = heavy & (least <= problem.limit)
    floor = float(least[points].max(initial=0.0))
    pairs = problem.cost.tocoo()
    counted = flags_of(usable, problem.cost.shape[0])[pairs.row] & points[pairs.col]
    counted &= (pairs.data >= floor) & (pairs.data <= problem.limit)
    radii = np.unique(np.append(pairs.data[counted], floor))
    search = Search(problem, opening, points, radii, deadline, high=radii.size)
    return search, bool((heavy & ~points).any())


def _halved(search: Search, step: Callable[[Search, int], Search | None]) -> Search:
    """Return the search halved by a step that moves ``low`` or ``high``, None when it cannot.

    The time is not looked at before a plan is known: a poor one is better than none, and a step
    that HiGHS takes ends by itself.
    """
    while search.low < search.high and not (search.late and search.plan is not None):
        # Without a plan the largest radius is asked first: there may be none.
        middle = (search.low + search.high) // 2 if search.plan is not None else search.high - 1
        moved = step(search, middle)
        if moved is None:
            break
        search = moved
    return search


def _from_above(search: Search) -> Search:
    """Return the search with a plan found greedily, if there is one; ``low`` stays."""
    blind = _halved(search, _greedy_step)
    return replace(blind, low=search.low)


def _greedy_step(search: Search, middle: int) -> Search | None:
    # Cutting a cover in which everyone has hundreds of candidates takes longer than a greedy plan.
    cover = search.cover(middle)
    plan = None
    if cover.possible:
        plan = kept_plan(cover, cover.programme(room=cover.opening.room))
    if plan is not None:
        return search.improved(cover.opening.sites(plan))
    return None if search.plan is None else replace(search, low=middle + 1)


def _by_search(search: Search) -> Search:
    """Return the search with plans found by exchanges, where money and distances bind nothing."""
    opening = search.opening
    if search.plan is None or opening.conflicts.size or opening.price.sum() > opening.money:
        return search
    blind = _halved(_hurried(search), _searched_step)
    return replace(blind, low=search.low, deadline=search.deadline)


def _searched_step(search: Search, middle: int) -> Search:
    quick = quick_cover(search.cover(middle), deadline=search.deadline)
    if quick.sites is not None and quick.sites.size <= search.problem.new:
        return search.improved(quick.sites)
    return replace(search, low=middle + 1)


def _from_below(search: Search) -> Search:
    """Return the search without the radii at which even relaxed covers need too many sites."""
    blind = _halved(_hurried(search), _relaxed_step)
    return replace(search, low=blind.low)


def _hurried(search: Search) -> Search:
    """Return the search with a share of the time, so that plans and bounds both get theirs."""
    now = time.monotonic()
    return replace(search, deadline=now + SHARE * max(search.deadline - now, 0.0))


def _relaxed_step(search: Search, middle: int) -> Search | None:
    new = search.problem.new
    if relaxed_least(search.cover(middle), most=new, deadline=search.deadline) > new:
        return replace(search, low=middle + 1)
    return None if search.plan is None else replace(search, high=middle)


def _closed(search: Search) -> Search:
    """Return the search closed by exact covers, or as far as it comes in time."""
    return _halved(search, _exact_step)


def _exact_step(search: Search, middle: int) -> Search | None:
    small = reduced(search.cover(middle), deadline=search.deadline)
    if not small.possible:
        return replace(search, low=middle + 1)
    room = small.opening.room
    programme = small.programme(room=room)
    question = Question(cost=number_goal(programme).cost, target=float(room))
    reply = asked(programme, question, seconds=search.deadline - time.monotonic())
    if reply.plan is not None:
        return search.improved(small.opening.sites(reply.plan))
    return replace(search, low=middle + 1) if reply.proven else None


def _answered(search: Search, *, lost: bool) -> Placement:
    """Return the first of the plans at the least radius, or the best plan with its bound."""
    proven = search.plan is not None and search.low >= search.high
    sites, canonical = search.plan, False
    if proven:
        fewest = fewest_cover(
            search.cover(search.high), room=search.problem.new, deadline=search.deadline
        )
        sites = sites if fewest.sites is None else fewest.sites
        canonical = fewest.canonical
    known = search.opening.new if sites is None else sites
    radius = np.inf
    if sites is not None:
        radius = _largest_cost(search.problem, known, search.points)
    status = "optimal" if proven else "time_limit"
    bound = radius if proven else min(float(search.radii[search.low]), radius)
    return placed(
        search.problem,
        known,
        worth=(np.inf, np.inf) if lost else (radius, bound),
        status="infeasible" if lost else status,
        canonical=canonical,
    )


def _hopeless(problem: PlacementProblem, sites: Indices, *, canonical: bool) -> Placement:
    return placed(problem, sites, worth=(np.inf, np.inf), status="infeasible", canonical=canonical)


def _largest_cost(problem: PlacementProblem, sites: Indices, points: Flags) -> float:
    return float(problem.least_cost(sites)[points].max(initial=0.0))
