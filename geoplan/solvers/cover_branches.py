"""A cover split by opening or closing one candidate until the parts are small enough.

Branch and bound on the Lagrangian bound (Galvão and ReVelle 1996, *European Journal of Operational
Research* 88, 114-123, bound the plans so). In each branch the bound is lowered, candidates that no
good enough plan opens go, those that every such plan opens are opened for good, and the relaxed
plan, improved by exchanges, is tried. Small branches go to HiGHS. A branch is left when its bound
shows that it holds no plan better than the best known.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from geoplan.model.arrays import Flags, Floats, Indices
from geoplan.solvers.cover import Cover
from geoplan.solvers.covering_model import most_weight
from geoplan.solvers.greedy import greedy_plan, swapped_plan
from geoplan.solvers.multipliers import DualBound, bound_of, dual_bound

STEPS = 60
"""Steps towards a better bound in each branch."""

LEAF_PAIRS = 30_000
"""A branch with no more pairs of candidate and row goes to HiGHS."""


@dataclass(frozen=True, slots=True, eq=False)
class Best:
    """The best plan that is good enough, and a bound on all plans."""

    plan: Indices | None
    """Candidates of the cover, ascending; None when no plan of the wanted value is known."""
    bound: float
    """No plan serves more, in quanta; below the wanted value when there is no such plan."""


@dataclass(frozen=True, slots=True, eq=False)
class _Branch:
    rest: Cover
    """What is left to choose; its candidates are numbers of the whole cover."""
    held: Indices
    """Candidates of the whole cover that are open."""
    paid: float
    """What the held ones serve."""
    bound: float
    """No plan of the branch serves more."""


def branched_plan(cover: Cover, wanted: float, *, deadline: float) -> Best:
    """Return the plan that serves most, if that is ``wanted`` or more, as far as time allows.

    Raises
    ------
    SolverError
        HiGHS gave up or contradicted itself.
    """
    numbered = replace(cover, candidate=np.arange(cover.serves.shape[0], dtype=np.int32))
    best: Indices | None = None
    branches = [_Branch(numbered, np.empty(0, dtype=np.int32), 0.0, cover.total)]
    while branches and time.monotonic() < deadline:
        branch, plans = _narrowed(branches.pop(), wanted, deadline)
        small = branch.rest.serves.nnz <= LEAF_PAIRS
        if small and branch.rest.sites and branch.bound >= wanted - 0.5 * cover.step:
            branch, plans = _settled(branch, plans, deadline)
        for plan in plans:
            if cover.value(plan) > wanted - 0.5 * cover.step:
                best, wanted = plan, cover.value(plan) + cover.step
        if branch.bound >= wanted - 0.5 * cover.step and branch.rest.sites:
            branches += [branch] if small else _halves(branch)
    # Sums of whole quanta that are below a wanted one are a quantum below it.
    reached = wanted - float(np.floor(cover.step))
    bound = max((branch.bound for branch in branches), default=reached)
    return Best(plan=best, bound=max(bound, reached))


def _settled(
    branch: _Branch, plans: list[Indices], deadline: float
) -> tuple[_Branch, list[Indices]]:
    """Return the branch as HiGHS bounds it, and its plan beside the others."""
    start = greedy_plan(branch.rest)
    answer = most_weight(branch.rest, start, seconds=deadline - time.monotonic())
    bound = branch.paid + answer.bound
    if answer.plan is None:
        return replace(branch, bound=min(branch.bound, bound)), plans
    if answer.proven:
        bound = branch.paid + branch.rest.value(answer.plan)
    settled = replace(branch, bound=min(branch.bound, bound))
    return settled, [*plans, _whole(branch, answer.plan)]


def _whole(branch: _Branch, plan: Indices) -> Indices:
    found: Indices = np.sort(np.concatenate([branch.held, branch.rest.candidate[plan]]))
    return found.astype(np.int32)


def _narrowed(branch: _Branch, wanted: float, deadline: float) -> tuple[_Branch, list[Indices]]:
    """Return the branch with a better bound and fewer candidates, and plans in it."""
    rest, least = branch.rest, wanted - 0.5 * branch.rest.step - branch.paid
    proof = dual_bound(rest, wanted - rest.step - branch.paid, steps=STEPS, deadline=deadline)
    bound = min(branch.bound, branch.paid + proof.value)
    if proof.value < least:
        return replace(branch, bound=bound), []
    found = _whole(branch, swapped_plan(rest, proof.promising, deadline=deadline))
    keep = proof.with_site >= least
    must = keep & (without_site(rest, proof) < least)
    narrower = _opened(replace(branch, rest=_kept(rest, proof, keep)), must[keep])
    return replace(narrower, bound=bound), [found]


def without_site(cover: Cover, proof: DualBound) -> Floats:
    """Return the bound on the plans that leave each candidate closed."""
    worth = np.asarray(cover.serves @ proof.multipliers)
    ranked = np.append(np.sort(worth)[::-1], 0.0)
    chosen = np.zeros(worth.size, dtype=np.bool_)
    chosen[proof.promising] = True
    return np.where(chosen, proof.value - (worth - ranked[cover.sites]), proof.value)


def _kept(cover: Cover, proof: DualBound, keep: Flags) -> Cover:
    priced = replace(cover, price=proof.multipliers)
    every_row = np.ones(cover.weight.size, dtype=np.bool_)
    if keep.all():
        return priced
    return priced.only(np.flatnonzero(keep).astype(np.int32), every_row, cover.sites)


def _opened(branch: _Branch, chosen: Flags) -> _Branch:
    """Return the branch with these candidates open."""
    if not chosen.any():
        return branch
    rest, sites = branch.rest, np.flatnonzero(chosen).astype(np.int32)
    left = np.flatnonzero(~chosen).astype(np.int32)
    return replace(
        branch,
        rest=rest.only(left, ~rest.served(sites), rest.sites - sites.size),
        held=np.concatenate([branch.held, rest.candidate[sites]]),
        paid=branch.paid + rest.value(sites),
    )


def _halves(branch: _Branch) -> list[_Branch]:
    """Return the branch without and with the candidate whose absence costs most."""
    rest = branch.rest
    chosen = np.zeros(rest.serves.shape[0], dtype=np.bool_)
    chosen[np.argmin(without_site(rest, bound_of(rest, rest.price)))] = True
    closed = replace(branch, rest=_kept(rest, bound_of(rest, rest.price), ~chosen))
    return [closed, _opened(branch, chosen)]
