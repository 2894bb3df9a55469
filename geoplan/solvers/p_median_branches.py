"""A p-median split by opening or closing one candidate until the parts are small enough.

Branch and bound on the Lagrangian bound (Christofides and Beasley 1982, *European Journal of
Operational Research* 10, 196-211). In each part the bound is raised, cuts are made, and the relaxed
plan, improved, is tried. Small parts go to HiGHS. No part is left that could hold a plan as good as
the best, so the first of the best plans comes out.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from geoplan.errors import SolverError
from geoplan.model.arrays import Flags, Indices
from geoplan.solvers.p_median_first import first_plan
from geoplan.solvers.p_median_multipliers import bound_of
from geoplan.solvers.p_median_programme import Answer, least_cost
from geoplan.solvers.p_median_search import Search, cut, with_rival

STEPS = 40
"""Steps towards a better bound in each part."""

LEAF_PAIRS, LEAF_PAIRS_PER_SQUARE = 2000, 40
"""A part with no more pairs goes to HiGHS, the latter for each square of the sites left to open:
the more sites, the easier its relaxation."""


def branched(root: Search, deadline: float) -> tuple[Search, bool]:
    """Return the search closed, or as far as it comes in time, and if its plan is proven first."""
    best, first, parts = root, True, [root]
    while parts and time.monotonic() < deadline:
        part = _known_to(parts.pop(), best)
        if part is not root:
            part = cut(part, deadline, steps=STEPS)
            best = _known_to(best, part)
        if part.exhausted:
            continue
        if _is_small(part):
            part, settled = _settled(part, deadline)
            best, first = _known_to(best, part), first and settled
            if not settled:
                parts.append(part)
                break
        else:
            parts += _halves(part)
    bound = min((part.bound for part in parts), default=np.inf)
    return replace(best, bound=min(max(bound, root.bound), best.value)), first and not parts


def _known_to(search: Search, other: Search) -> Search:
    """Return the search with the other's best plan, when that is better or as good and first."""
    better = other.value < search.value - 0.5 * search.median.opening
    alike = other.value <= search.most
    earlier = other.chosen.tolist() < search.chosen.tolist()
    if better or (alike and earlier):
        return replace(search, chosen=other.chosen, value=other.value)
    return search


def _is_small(part: Search) -> bool:
    rest = part.rest
    most = LEAF_PAIRS + LEAF_PAIRS_PER_SQUARE * rest.sites**2
    return rest.site.size <= most or rest.sites == 0 or rest.candidate.size <= 1


def _holds_best(part: Search) -> bool:
    """Whether the best known plan is one of the part's."""
    inside = np.isin(part.chosen, np.union1d(part.rest.held, part.rest.candidate)).all()
    return bool(inside and np.isin(part.rest.held, part.chosen).all())


def _halves(part: Search) -> list[Search]:
    """Return the part without and with the candidate whose absence costs most."""
    rest = part.rest
    proof = bound_of(rest, np.minimum(part.multipliers, rest.base))
    candidate = int(np.argmax(proof.without_site))
    keep: Flags = np.ones(rest.candidate.size, dtype=np.bool_)
    keep[candidate] = False
    closed = rest.only(keep, np.ones(rest.site.size, dtype=np.bool_))
    opened = rest.with_open(np.array([candidate], dtype=np.int32))
    return [replace(part, rest=closed), replace(part, rest=opened)]


def _settled(part: Search, deadline: float) -> tuple[Search, bool]:
    """Return the part with its first best plan, if it has one as good as the best; and if it is."""
    rest = part.rest
    start = rest.places(np.setdiff1d(part.chosen, rest.held)) if _holds_best(part) else None
    if start is None or not part.proven:
        answer = _asked(part, start, deadline)
        part = replace(part, bound=max(part.bound, answer.bound))
        start = answer.plan
        if start is not None:
            part = with_rival(part, start)
        if not answer.proven or start is None or _value(part, start) > part.most:
            return part, answer.proven and _consistent(part)
    plan, first = first_plan(rest, start, part.multipliers, deadline=deadline)
    chosen = np.union1d(rest.held, rest.candidate[plan]).astype(np.int32)
    return replace(part, chosen=chosen, value=_value(part, plan)), first


def _asked(part: Search, start: Indices | None, deadline: float) -> Answer:
    """Return HiGHS's answer: a best plan if there is one as good as the best known, and the bound.

    A wide gap proves the value soonest. Where it leaves open whether a plan is as good, the least
    gap is asked for.
    """
    answer = Answer(plan=None, bound=-np.inf, proven=False)
    for least_gap in np.unique([0.5 * part.margin, 0.5 * part.rest.opening])[::-1]:
        seconds = deadline - time.monotonic()
        answer = least_cost(part.rest, start, least_gap=float(least_gap), seconds=seconds)
        found = answer.plan is not None and _value(part, answer.plan) <= part.most
        if found or not answer.proven or answer.bound > part.most:
            break
    return answer


def _value(part: Search, plan: Indices) -> float:
    """Return what a plan of the part costs in the whole problem."""
    chosen = np.union1d(part.rest.held, part.rest.candidate[plan])
    return part.median.value(part.median.places(chosen.astype(np.int32)))


def _consistent(part: Search) -> bool:
    """Whether HiGHS's proof leaves no room for a plan that it did not return.

    Raises
    ------
    SolverError
        It does: the bound lies below every known plan.
    """
    if not part.proven:
        raise SolverError(
            f"HiGHS reports {part.bound} as proven, but its plan costs more; the weights or costs "
            "may differ too much in size: give them in larger units"
        )
    return True
