r"""Goals reached on the few candidates that prices leave: the same answer as on all of them.

For a programme "maximise c x, l ≤ A x ≤ u, a ≤ x ≤ b, some x whole" any prices π of the rows
prove that no point is worth more than::

    L(π) = Σ_r max(π_r l_r, π_r u_r) + Σ_j max(d_j a_j, d_j b_j),     d = c − π A

and that no point with x_j = 1 is worth more than L + min(d_j, 0), none with x_j = 0 more than
L − max(d_j, 0), for every x_j in {0, 1}. The prices are those of the relaxation. The programme is
first solved on the candidates of the largest d_j alone; with the value v of that point all
candidates whose bound is less than v go. When none of those left was missing, v is the best of
all; otherwise those left are asked anew.

    c  worth of the columns       A, l, u  rows and their bounds     a, b  bounds of the columns
    π_r  price of a row, 0 where the side it needs is infinite       d_j  worth less what it uses

Reduced-cost fixing; Balas and Martin 1980, *Management Science* 26, 86-96 (a good point first).
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from geoplan.model.arrays import Flags, Floats
from geoplan.solvers.programme import (
    Answer,
    Goal,
    Programme,
    Reached,
    best_point,
    relaxed_prices,
)

FIRST_ASKED = 60
"""So many candidates are asked first, or twice those that the relaxation opens."""

WIDER = 4
"""So many times more are asked when those have no plan."""

ROUNDING = 1e-9
"""Sums of prices may be wrong by this much: goals are in parts of the largest conceivable value."""


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """What the prices of a relaxation prove."""

    bound: float
    """No point is worth more."""
    worth: Floats
    """(columns,) worth of one unit less the prices of what it uses."""

    def possible(self, value: float) -> Flags:
        """Return which columns may be at their upper bound when a point is worth so much."""
        return np.asarray(self.bound + np.minimum(self.worth, 0.0) >= value - ROUNDING)

    def needed(self, value: float) -> Flags:
        """Return which columns cannot be at their lower bound when a point is worth so much."""
        return np.asarray(self.bound - np.maximum(self.worth, 0.0) < value - ROUNDING)


def priced_goals(
    programme: Programme, goals: Iterable[Goal], start: Floats | None, *, deadline: float
) -> Reached:
    """Return what ``programme.reached_goals`` returns, on fewer and fewer columns.

    In the programme returned every whole column that no point with these goals can choose is
    closed, and every one that each must choose is settled.
    """
    answer, count = Answer(values=start, bound=np.inf, proven=True), 0
    for goal in goals:
        known = answer.values if count else None
        answer, programme = _priced(programme, goal, deadline)
        if answer.values is None and not answer.proven:
            answer = replace(answer, values=known)
        if not answer.proven or answer.values is None:
            break
        count += 1
    return Reached(programme, answer, count)


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """A programme, what is wanted of it, and what the prices prove."""

    programme: Programme
    worth: Floats
    prices: Prices
    free: Flags
    """(columns,) the whole columns that are not settled."""

    def only(self, asked: Flags) -> Programme:
        """Return the programme in which the free columns that are not asked are closed."""
        shut = self.free & ~asked
        return replace(self.programme, upper=np.where(shut, 0.0, self.programme.upper))

    def promising(self, count: int) -> Flags:
        """Return the free columns that are worth most, so many of them."""
        order = np.argsort(-np.where(self.free, self.prices.worth, -np.inf), kind="stable")
        asked = np.zeros(self.free.size, dtype=np.bool_)
        asked[order[:count]] = True
        return asked & self.free

    def missing(self, answer: Answer, asked: Flags) -> Flags:
        """Return the free columns, not asked yet, that a better point than this may choose."""
        if answer.values is None:
            return self.promising(WIDER * int(asked.sum())) & ~asked
        return self.prices.possible(float(self.worth @ answer.values)) & self.free & ~asked

    def kept(self, value: float) -> Programme:
        """Return the programme of the points that are worth so much, with fewer free columns."""
        shut = self.free & ~self.prices.possible(value)
        sure = self.free & self.prices.needed(value) & ~shut
        narrowed = replace(
            self.programme,
            lower=np.where(sure, 1.0, self.programme.lower),
            upper=np.where(shut, 0.0, self.programme.upper),
        )
        return narrowed.at_least(self.worth, value)


def _priced(programme: Programme, goal: Goal, deadline: float) -> tuple[Answer, Programme]:
    """Return the best point of a goal, and the programme of the points that are as good."""
    worth = np.zeros(programme.lower.size)
    worth[: goal.worth.size] = goal.worth
    if programme.contradicts_itself or not programme.matrix.nnz or time.monotonic() >= deadline:
        answer = best_point(programme, worth, None, deadline=deadline)
        return answer, _reached_alone(programme, worth, answer, goal)
    duals, relaxed = relaxed_prices(programme, worth, deadline=deadline)
    free = programme.whole & (programme.lower < programme.upper)
    search = _Search(programme, worth, _proven(programme, worth, duals), free)
    opened = int((relaxed[free] > ROUNDING).sum())
    answer = _widened(search, search.promising(max(FIRST_ASKED, 2 * opened)), deadline)
    if not answer.proven or answer.values is None:
        return answer, programme
    return answer, search.kept(float(worth @ answer.values) - goal.equal)


def _reached_alone(programme: Programme, worth: Floats, answer: Answer, goal: Goal) -> Programme:
    if answer.values is None or not answer.proven:
        return programme
    return programme.at_least(worth, float(worth @ answer.values) - goal.equal)


def _widened(search: _Search, asked: Flags, deadline: float) -> Answer:
    """Return the best point of all, asked on more columns until none that could matter is left.

    The bound holds for all columns: a point with one that is missing is worth less than the best
    known, or no more than the prices tell.
    """
    known: Answer | None = None
    while True:
        start = known.values if known else None
        answer = best_point(search.only(asked), search.worth, start, deadline=deadline)
        if answer.values is None and start is not None:
            answer = replace(answer, values=start, proven=False)
        missing = search.missing(answer, asked)
        if not answer.proven or not missing.any():
            break
        asked, known = asked | missing, answer
    if answer.values is None and answer.proven:
        return answer
    bound = search.prices.bound if missing.any() else min(answer.bound, search.prices.bound)
    return replace(answer, bound=max(bound, _value(answer, search.worth)))


def _value(answer: Answer, worth: Floats) -> float:
    return -np.inf if answer.values is None else float(worth @ answer.values)


def _proven(programme: Programme, worth: Floats, duals: Floats) -> Prices:
    """Return what the prices prove; where they need a side that is infinite they are 0."""
    duals = np.where(np.isfinite(programme.row_upper), duals, np.minimum(duals, 0.0))
    duals = np.where(np.isfinite(programme.row_lower), duals, np.maximum(duals, 0.0))
    side = np.where(duals > 0, programme.row_upper, programme.row_lower)
    used = np.flatnonzero(duals)
    reduced = np.asarray(worth - programme.matrix.T @ duals, dtype=np.float64)
    most = np.maximum(reduced * programme.lower, reduced * programme.upper)
    return Prices(bound=float(duals[used] @ side[used]) + float(most.sum()), worth=reduced)
