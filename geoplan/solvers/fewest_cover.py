"""The cover that needs the fewest sites, and the first of those.

A cover falls into parts that have nothing to do with each other. In each of them a cover is found
greedily and by a search; prices of the rows bound the number of sites from below; candidates that
are in no cover as small go, those in every one are opened for good, and what is left is cut again.
Only then is HiGHS asked, part by part, the smallest first: how many sites it takes, and, when that
is known of all parts, which plan comes first.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from geoplan.errors import SolverError
from geoplan.model.arrays import Indices
from geoplan.solvers.binary import Question, Reply, asked, kept_by, relaxed_prices
from geoplan.solvers.cover_prices import ROUNDING, NumberBound, bound_of, number_bound
from geoplan.solvers.cover_search import improved_cover
from geoplan.solvers.first_best import SLACK, first_plan
from geoplan.solvers.set_cover import (
    RowCover,
    cover_parts,
    greedy_cover,
    kept_cover,
    kept_plan,
    opened_cover,
    reduced,
)

STEPS_PER_CANDIDATE, MOST_STEPS = 15, 60_000
"""Exchanges of the search for a cover with fewer sites."""


@dataclass(frozen=True, slots=True, eq=False)
class Fewest:
    """The best known cover and how far it is proven."""

    sites: Indices | None
    """New candidates, ascending, the required ones among them; None when no plan is known."""
    least: float
    """No cover opens fewer new candidates; inf when there is no cover."""
    canonical: bool
    """True when the plan is proven to have the fewest sites and to come first among those."""

    @property
    def proven(self) -> bool:
        """Whether there is no cover, or none with fewer sites."""
        return self.sites.size <= self.least if self.sites is not None else self.least == np.inf


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What is known of one part of a cover."""

    rest: RowCover
    """What the cuts have left; the first of the covers with the fewest sites is in it."""
    known: Indices | None
    """The best known cover of the part: candidates of the problem, ascending."""
    least: float = 0.0
    """No cover of the part opens fewer; inf when there is none."""
    canonical: bool = False
    """True when the known one is proven to come first."""

    @property
    def held(self) -> Indices:
        """Return the candidates that the cuts have opened for good."""
        return self.rest.opening.new

    @property
    def most(self) -> float:
        """How many more sites the best known cover has than are open for good."""
        return np.inf if self.known is None else float(self.known.size - self.held.size)


def fewest_cover(cover: RowCover, *, room: int | None, deadline: float) -> Fewest:
    """Return the cover with the fewest new sites that comes first, as far as time allows.

    After the deadline (monotonic seconds) nothing is asked of HiGHS: the plan is then the greedy
    one, improved as far as there was time, and the bound is that of the prices.

    Parameters
    ----------
    room
        How many new candidates may be opened, those that are required included; None for any
        number.

    Raises
    ------
    SolverError
        HiGHS gave up or contradicted itself; never because of the time limit.
    """
    small = reduced(cover, deadline=deadline)
    if not small.possible:
        return Fewest(sites=None, least=np.inf, canonical=False)
    parts = [_narrowed(part, deadline) for part in cover_parts(small)]
    parts = [_closed(part, deadline) for part in parts]
    parts = [_first(part, deadline) for part in parts]
    fewest = _joined(small.opening.new, parts)
    if room is None or fewest.sites is None or fewest.sites.size <= room:
        return fewest
    least = np.inf if fewest.least > room else fewest.least
    return Fewest(sites=None, least=least, canonical=False)


def quick_cover(cover: RowCover, *, deadline: float) -> Fewest:
    """Return a cover found without HiGHS, and a bound on the number of new sites.

    Greedy, then improved by a search; the bound is that of the prices, part by part. After the
    deadline (monotonic seconds) only the greedy cover and the first prices are looked at.
    """
    small = reduced(cover, deadline=deadline)
    if not small.possible:
        return Fewest(sites=None, least=np.inf, canonical=False)
    parts = [_narrowed(part, deadline) for part in cover_parts(small)]
    return _joined(small.opening.new, parts)


def relaxed_least(cover: RowCover, *, most: float, deadline: float) -> float:
    """Return how many new sites a cover needs at least, inf when there is none.

    The bound is summed over the parts, each rounded up by itself; the count ends where it is
    above ``most``. HiGHS prices the parts; after the deadline nothing more is added.
    """
    small = reduced(cover, deadline=deadline)
    if not small.possible:
        return np.inf
    least = float(small.opening.new.size)
    for part in cover_parts(small)[::-1]:
        proof = None if least > most else _relaxed(deadline)(Part(rest=part, known=None))
        least += 1.0 if proof is None else max(proof.least, 1.0)
    return least


def _joined(held: Indices, parts: list[Part]) -> Fewest:
    known = [part.known for part in parts if part.known is not None]
    whole = len(known) == len(parts)
    sites = np.unique(np.concatenate([held, *known])).astype(np.int32)
    return Fewest(
        sites=sites if whole else None,
        least=held.size + sum(part.least for part in parts),
        canonical=whole and all(part.canonical for part in parts),
    )


def _narrowed(cover: RowCover, deadline: float) -> Part:
    """Return the part with a quickly found cover, a bound, and what the two leave."""
    part = _cut(_started(cover, deadline), _priced(deadline))
    if part.known is None or not _open_question(part) or time.monotonic() > deadline:
        return part
    better = _searched(part, deadline)
    return part if better.most == part.most else _cut(better, _priced(deadline))


def _open_question(part: Part) -> bool:
    """Whether a cover with fewer sites than the known one is not ruled out."""
    return part.known is None or part.known.size > part.least


def _started(cover: RowCover, deadline: float) -> Part:
    plan = kept_plan(cover, cover.programme(room=None), deadline=deadline)
    return Part(rest=cover, known=None if plan is None else cover.opening.sites(plan))


def _searched(part: Part, deadline: float) -> Part:
    """Return the part with a cover of fewer sites, where the search finds one."""
    rest, opening = part.rest, part.rest.opening
    if opening.conflicts.size or opening.price.sum() > opening.money:
        return part
    plan = greedy_cover(rest, deadline=deadline)
    if plan is None:
        return part
    steps = min(STEPS_PER_CANDIDATE * opening.free.size, MOST_STEPS)
    enough = part.least - part.held.size
    plan = improved_cover(rest.serves, plan, enough=enough, steps=steps, deadline=deadline)
    return replace(part, known=opening.sites(plan)) if plan.size < part.most else part


def _priced(deadline: float) -> Callable[[Part], NumberBound | None]:
    return lambda part: number_bound(part.rest.serves, best=part.most, deadline=deadline)


def _relaxed(deadline: float) -> Callable[[Part], NumberBound | None]:
    """Return how HiGHS bounds a part: the prices are its, the sums are ours."""

    def bound(part: Part) -> NumberBound | None:
        rest = part.rest
        programme = replace(
            rest, opening=replace(rest.opening, conflicts=rest.opening.conflicts[:0])
        )
        every = programme.programme(room=None)
        seconds = deadline - time.monotonic()
        prices = relaxed_prices(every, np.ones(every.whole), seconds=seconds)
        if prices is None:
            return None
        return bound_of(rest.serves, np.maximum(prices[: rest.serves.shape[1]], 0.0))

    return bound


def _cut(part: Part, bounded: Callable[[Part], NumberBound | None]) -> Part:
    """Return the part without candidates in no cover as small as the known one, and with a bound.

    Raises
    ------
    SolverError
        The known cover does not keep its own bound.
    """
    rest = part.rest
    proof = bounded(part) if rest.serves.shape[1] else None
    if proof is None:
        return part
    part = replace(part, least=max(part.least, part.held.size + proof.least))
    most = part.most + ROUNDING
    must = proof.without_site > most
    kept = kept_cover(rest, (proof.with_site <= most) | must)
    small = reduced(opened_cover(kept, must[(proof.with_site <= most) | must]))
    if not small.possible and part.known is None:
        return replace(part, least=np.inf)
    if not small.possible:
        raise SolverError("a known cover breaks a bound on all covers; report the problem")
    return replace(part, rest=small)


def _closed(part: Part, deadline: float) -> Part:
    """Return the part with its number of sites proven by HiGHS, or as far as it comes in time.

    Raises
    ------
    SolverError
        HiGHS gave up or contradicted itself.
    """
    if part.rest.serves.shape[1] and time.monotonic() < deadline:
        part = _cut(part, _relaxed(deadline))
    if np.isinf(part.least):  # the cuts leave a row that no candidate may serve
        return part
    if not part.rest.serves.shape[1]:
        # Every cover as small has opened what is held, and that serves all rows.
        return replace(part, known=part.held, least=float(part.held.size), canonical=True)
    if not _open_question(part) or time.monotonic() > deadline:
        return part
    cost = np.ones(part.rest.opening.free.size)
    programme = part.rest.programme(room=None)
    if part.known is not None:
        programme = programme.with_row(cost, high=part.most - 1 + SLACK)
    reply = asked(programme, Question(cost=cost), seconds=deadline - time.monotonic())
    return _with(part, reply)


def _with(part: Part, reply: Reply) -> Part:
    """Return the part with what HiGHS says of covers with fewer sites than the known one.

    Raises
    ------
    SolverError
        Its bound is not that of its plan.
    """
    if reply.proven and reply.plan is None:
        return replace(part, least=np.inf if part.known is None else float(part.known.size))
    if reply.plan is not None and not kept_by(part.rest.programme(room=None), reply.plan):
        raise SolverError("HiGHS hands over a cover that leaves rows out; report the problem")
    number = min(part.most, np.inf if reply.plan is None else float(reply.plan.size))
    bound = max(float(np.ceil(reply.bound - ROUNDING)), 0.0)
    if reply.proven and bound < number:
        raise SolverError(f"HiGHS proves {bound} sites, but its cover has {number}; report it")
    known = part.known if reply.plan is None else part.rest.opening.sites(reply.plan)
    return replace(part, known=known, least=max(part.least, part.held.size + min(bound, number)))


def _first(part: Part, deadline: float) -> Part:
    """Return the part with the first of its covers with the fewest sites, if that can be shown."""
    late = time.monotonic() > deadline
    if part.canonical or part.known is None or _open_question(part) or late:
        return part
    rest = part.rest
    cost = np.ones(rest.opening.free.size)
    programme = rest.programme(room=None).with_row(cost, high=part.most + SLACK)
    plan = _known_plan(part)
    if plan is None:
        question = Question(cost=cost, target=part.most)
        plan = asked(programme, question, seconds=deadline - time.monotonic()).plan
    if plan is None or not kept_by(programme, plan):
        return part
    plan, canonical = first_plan(programme, plan, deadline=deadline)
    return replace(part, known=rest.opening.sites(plan), canonical=canonical)


def _known_plan(part: Part) -> Indices | None:
    """Return the known cover by its places in what is left, None where the cuts have changed it."""
    known, free = part.known, part.rest.opening.free
    if known is None or not np.isin(known, np.union1d(part.held, free)).all():
        return None
    return np.flatnonzero(np.isin(free, known)).astype(np.int32)
