r"""Maximal covering: open a few sites so that as many people as possible are within reach.

Church and ReVelle 1974, *Papers of the Regional Science Association* 32, 101-118::

    maximise    Σ_i w_i x_i
    subject to  Σ_{j in N_i} y_j ≥ x_i     for every demand point i
                Σ_j y_j ≤ p
                y_j in {0, 1},  0 ≤ x_i ≤ 1

    i    demand point that nothing serves yet
    j    candidate that is neither banned nor open already
    w_i  weight of the point (people)
    d_ij walking cost from i to j
    S    limit
    N_i  {j : d_ij ≤ S}, the candidates within the limit, inclusive
    p    number of sites that may be opened
    y_j  1 when a site opens at j
    x_i  1 when the point is served (x is whole whenever y is)

The plan is the first of the best ones: it serves the most; among those, it opens the fewest sites;
among those, its ascending list of candidates comes first in the canonical order. How this is
proven stands in ``docs/adr/0003-siting-proof.md``.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from geoplan.errors import SolverError
from geoplan.model.arrays import Indices
from geoplan.model.placement import Placement, PlacementProblem
from geoplan.solvers.cover import Cover, reduced_cover
from geoplan.solvers.cover_shares import shared_plan
from geoplan.solvers.covering_model import most_weight, relaxed_prices
from geoplan.solvers.fewest_cover import fewest_cover
from geoplan.solvers.first_plan import first_plan
from geoplan.solvers.greedy import greedy_plan, searched_plan, swapped_plan
from geoplan.solvers.multipliers import ITERATIONS, DualBound, bound_of, dual_bound
from geoplan.solvers.opening import Opening, opening_of, placed
from geoplan.solvers.set_cover import RowCover

ROUNDS = 8
"""Rounds of bounding and cutting before HiGHS is asked."""

LATE_STEPS = 60
"""Steps towards a bound when the time is over before the first."""

RELAXED = 0.3
"""Share of the time that the relaxation may take."""

MOST_STEPS, WALK = 2_000, 200_000_000
"""Steps of the walk for a better plan, and steps times pairs of candidate and row."""


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """What is known: the candidates that can still matter, the best plan, and a bound."""

    cover: Cover
    plan: Indices
    """Candidates of the cover, ascending."""
    bound: float
    """No plan serves more, in quanta of the reduced problem."""

    @property
    def value(self) -> float:
        """What the best known plan serves, in quanta."""
        return self.cover.value(self.plan)

    @property
    def proven(self) -> bool:
        """Whether no plan can be better by a difference that counts."""
        return self.bound < self.value + 0.95 * self.cover.step


def solve_mclp(problem: PlacementProblem, *, time_limit_s: float) -> Placement:
    """Return the first of the plans that serve most, with the proof, or the best plan in time.

    Returns
    -------
    The objective is the weight served, by fixed candidates too. Status and objective are
    ``infeasible`` and −inf only when the required sites alone break a rule.

    Raises
    ------
    ValueError
        A capacity, a conflict or a budget binds: take the plain programme, which knows them.
    SolverError
        HiGHS gave up or contradicted itself; never because of the time limit.
    """
    deadline = time.monotonic() + time_limit_s
    opening = opening_of(problem)
    if binding_rules(opening):
        raise ValueError("this method knows no conflicts and no budget between candidates")
    if not opening.possible:
        worth = (-np.inf, -np.inf)
        return placed(problem, opening.new, worth=worth, status="infeasible", canonical=False)
    cover = reduced_cover(problem)
    search = _narrowed(_started(cover, deadline), deadline)
    search = _proven(_by_parts(_relaxed(search, deadline), deadline), deadline)
    canonical = False
    if search.proven:
        search, canonical = _first(cover, search, deadline)
    sites = np.union1d(opening.new, search.cover.candidate[search.plan]).astype(np.int32)
    objective = problem.served_weight(sites)
    above = 0.0 if search.proven else max(search.bound - search.value, 0.0)
    return placed(
        problem,
        sites,
        worth=(objective, objective + above * cover.quantum),
        status="optimal" if search.proven else "time_limit",
        canonical=canonical,
    )


def binding_rules(opening: Opening) -> bool:
    """Return whether conflicts or a budget bind the candidates that are free."""
    return bool(opening.conflicts.size or opening.price.sum() > opening.money)


def _started(cover: Cover, deadline: float) -> Search:
    plan = swapped_plan(cover, greedy_plan(cover), deadline=deadline)
    return Search(cover=cover, plan=plan, bound=cover.total)


def _narrowed(search: Search, deadline: float) -> Search:
    """Return the search without the candidates that are proven to be in no best plan."""
    for turn in range(ROUNDS):
        # Even when the time is short the plan gets a bound that is of use.
        if search.proven or (turn and time.monotonic() > deadline):
            break
        narrower = _cut(search, deadline)
        fewer = narrower.cover.serves.shape[0] < search.cover.serves.shape[0]
        better = narrower.value > search.value
        search = narrower
        if not (fewer or better):
            break
    return search


def _cut(search: Search, deadline: float) -> Search:
    late = time.monotonic() > deadline
    steps, end = (LATE_STEPS, np.inf) if late else (ITERATIONS, deadline)
    proof = dual_bound(search.cover, search.value, steps=steps, deadline=end)
    rival = swapped_plan(search.cover, proof.promising, deadline=deadline)
    return _without_lost(_with_rival(search, rival), proof)


def _with_rival(search: Search, rival: Indices) -> Search:
    """Return the search with the rival as its plan, when that serves more."""
    better = search.cover.value(rival) > search.value + 0.5 * search.cover.step
    return replace(search, plan=rival) if better else search


def _without_lost(search: Search, proof: DualBound) -> Search:
    """Return the search without the candidates that the bound shows to be in no best plan."""
    cover, plan = search.cover, search.plan
    keep = proof.with_site >= cover.value(plan) - 0.5 * cover.step
    keep[plan] = True
    kept = np.flatnonzero(keep).astype(np.int32)
    every_row = np.ones(cover.weight.shape[0], dtype=np.bool_)
    return Search(
        cover=replace(cover, price=proof.multipliers).only(kept, every_row, cover.sites),
        plan=np.searchsorted(kept, plan).astype(np.int32),
        bound=min(search.bound, proof.value),
    )


def _relaxed(search: Search, deadline: float) -> Search:
    """Return the search cut by the prices of the relaxation, with a plan found on a long walk."""
    if search.proven or time.monotonic() > deadline:
        return search
    prices = relaxed_prices(search.cover, seconds=RELAXED * (deadline - time.monotonic()))
    proof = bound_of(search.cover, search.cover.price)
    relaxed = proof if prices is None else bound_of(search.cover, prices)
    search = _without_lost(search, relaxed if relaxed.value < proof.value else proof)
    steps = min(MOST_STEPS, WALK // max(search.cover.serves.nnz, 1))
    walked = searched_plan(search.cover, search.plan, steps=steps, deadline=deadline)
    return _without_lost(_with_rival(search, walked), bound_of(search.cover, search.cover.price))


def _by_parts(search: Search, deadline: float) -> Search:
    """Return the search with what its parts show."""
    if search.proven or time.monotonic() > deadline:
        return search
    shared = shared_plan(search.cover, search.plan, deadline=deadline)
    return replace(search, plan=shared.plan, bound=min(search.bound, shared.bound))


def _proven(search: Search, deadline: float) -> Search:
    """Return the search closed by HiGHS, or as far as it comes in time."""
    if search.proven:
        return search
    seconds = deadline - time.monotonic()
    answer = most_weight(search.cover, search.plan, seconds=seconds)
    plan = search.plan
    if answer.plan is not None and search.cover.value(answer.plan) > search.value:
        plan = answer.plan
    closed = Search(cover=search.cover, plan=plan, bound=min(search.bound, answer.bound))
    if answer.proven and not closed.proven:
        raise SolverError(
            f"HiGHS reports {answer.bound} as proven, but its plan serves {closed.value}; "
            "the weights may differ too much in size: give them in larger units"
        )
    return closed


def _first(cover: Cover, search: Search, deadline: float) -> tuple[Search, bool]:
    """Return the search at the first best plan, and whether it is proven to be the first."""
    if search.value > cover.total - 0.5 * cover.step:
        return _with_fewest_sites(cover, search, deadline)
    search = _cut(search, deadline)
    plan, first = first_plan(search.cover, search.plan, deadline=deadline)
    return Search(cover=search.cover, plan=plan, bound=search.bound), first


def _with_fewest_sites(cover: Cover, search: Search, deadline: float) -> tuple[Search, bool]:
    """Return the first of the plans that serve every row with the fewest sites, and its proof.

    Only a plan that serves everything can do with fewer sites: otherwise one more site would
    serve more. Then it is a set cover. The cuts of the search are undone, they know nothing of the
    number of sites.
    """
    plan = _without_idle(cover, np.searchsorted(cover.candidate, _chosen(search)).astype(np.int32))
    fewest = fewest_cover(_set_cover(cover), room=None, deadline=deadline)
    known = fewest.sites
    if known is not None and (known.size < plan.size or fewest.canonical):
        plan = known
    return Search(cover, plan, cover.total), fewest.canonical


def _set_cover(cover: Cover) -> RowCover:
    """Return the cover in which every row must be served, by any number of candidates."""
    candidates = cover.serves.shape[0]
    nobody = np.empty(0, dtype=np.int32)
    opening = Opening(
        opened=nobody,
        new=nobody,
        free=np.arange(candidates, dtype=np.int32),
        conflicts=np.empty((0, 2), dtype=np.int64),
        price=np.zeros(candidates),
        room=candidates,
        money=np.inf,
        possible=True,
    )
    return RowCover(serves=cover.serves, opening=opening)


def _chosen(search: Search) -> Indices:
    return search.cover.candidate[search.plan]


def _without_idle(cover: Cover, plan: Indices) -> Indices:
    """Return the plan without sites that the others make idle, the latest first."""
    for site in plan[::-1]:
        others = plan[plan != site]
        if cover.value(others) > cover.value(plan) - 0.5 * cover.step:
            plan = others
    return plan
