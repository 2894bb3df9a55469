"""The first of the best plans of layers, with its proof and reasons, as far as the time allows.

A greedy plan is improved by exchanging one pair at a time; Lagrangian bounds cut off the pairs that
no plan as good as it opens; the goals are reached one after the other in what is left.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from geoplan.errors import SolverError, TimeLimitError
from geoplan.model.arrays import Flags, Floats, Indices, Ints
from geoplan.model.layered import NO_PAIRS, LayeredPlan
from geoplan.solvers.binary import Programme
from geoplan.solvers.first_best import Found, Goal, first_best
from geoplan.solvers.layer_bound import PairBound, PairLimits, pair_bound
from geoplan.solvers.layer_cover import PairCover

BOUND_SHARE = 0.3
"""Part of the time that the bounds without a solver may take."""

EXCHANGES = 8
"""So many of the best replacements of one pair, in its layer, are held against the rules."""

START_SHARE = 0.1
"""Part of the time that the search for a first plan may take."""


class Layered(Protocol):
    """A problem whose plans are pairs of a candidate and a layer."""

    @property
    def weight(self) -> Floats:
        """(layers, demand)."""

    def served(self, openings: Ints) -> Flags:
        """Return who gets each layer's service, (layers, demand)."""

    def value(self, openings: Ints) -> float:
        """Return the worth of everybody served."""


@dataclass(frozen=True, slots=True, eq=False)
class LayerModel:
    """A problem as pairs that may be opened, and what its plans must keep."""

    problem: Layered
    cover: PairCover
    required: Ints
    """(k, 2) pairs that every plan opens, ascending, each once."""
    limits: PairLimits
    """The rules that the bounds know; prices of the pairs of the cover."""
    side: Callable[[Ints], Programme]
    """The rules as rows over some of the pairs, (pairs, 2), and further columns."""
    fewest: Callable[[Ints, Programme], tuple[Goal, ...]]
    """The goals after the first, for some of the pairs in their programme."""
    broken: Callable[[Ints], list[str]]
    """Which rules the openings break, told without HiGHS."""

    @property
    def possible(self) -> bool:
        """False when a required pair may not be opened: then there is no plan."""
        return not (_positions(self.cover.pairs, self.required) < 0).any()


def solved_layers(model: LayerModel, *, time_limit_s: float) -> LayeredPlan:
    """Return the first of the best plans, or the best one known when the time is over.

    Raises
    ------
    TimeLimitError
        The time was over before any plan that keeps the rules was known.
    SolverError
        HiGHS gave up, or its plan breaks a rule.
    """
    deadline = time.monotonic() + time_limit_s
    if not model.possible:
        return _impossible(model)
    start = _start(model, time.monotonic() + START_SHARE * time_limit_s)
    cover, proof = model.cover, np.inf
    if start is not None:
        bound_by = min(deadline, time.monotonic() + BOUND_SHARE * time_limit_s)
        bound = pair_bound(cover, model.limits, cover.value(start), deadline=bound_by)
        proof = bound.value
        keep = _worth_keeping(model, bound, start)
        start = np.flatnonzero(np.isin(np.flatnonzero(keep), start)).astype(np.int32)
        cover = cover.only(keep)
    found = _searched(model, cover, start, deadline)
    if found.impossible:
        return _impossible(model)
    return _answered(model, cover, found, proof)


def _worth_keeping(model: LayerModel, bound: PairBound, start: Indices) -> Flags:
    """Return which pairs a plan as good as the start can open; the required ones stay."""
    cover = model.cover
    keep: Flags = bound.with_pair >= cover.value(start) - cover.quanta.step
    keep[start] = True
    keep[_positions(cover.pairs, model.required)] = True
    return keep


def _searched(model: LayerModel, cover: PairCover, start: Indices | None, deadline: float) -> Found:
    programme = cover.programme(model.side(cover.pairs))
    goals = (cover.goal(programme), *model.fewest(cover.pairs, programme))
    return first_best(programme, goals, start=start, deadline=deadline)


def _start(model: LayerModel, deadline: float) -> Indices | None:
    """Return a good plan that keeps every rule, None when none is at hand."""
    required = _positions(model.cover.pairs, model.required).astype(np.int32)
    if model.broken(model.cover.pairs[required]):
        return None
    price = model.limits.price
    usual = float(price.mean()) if price.size else 0.0
    plan = _greedy(model, required, np.ones(price.size), deadline)
    if price.sum() > model.limits.budget:
        thrifty = _greedy(model, required, price + 1e-3 * usual, deadline)
        plan = max(plan, thrifty, key=model.cover.value)
    return _exchanged(model, plan, deadline)


def _greedy(model: LayerModel, plan: Indices, price: Floats, deadline: float) -> Indices:
    """Return the plan with the most helpful pair for its price added while the rules allow.

    Pairs that a rule forbade are tried again when all are tried and others have been opened since:
    they may be the centre that the station needs.
    """
    cover = model.cover
    refused, opened = np.zeros(cover.pairs.shape[0], dtype=np.bool_), -1
    while time.monotonic() < deadline:
        gain = np.asarray(cover.meets @ np.where(cover.met(plan), 0.0, cover.credit)) / price
        order = np.argsort(-gain, kind="stable")
        for pair in order[(gain[order] > 0) & ~refused[order]]:
            added = np.sort(np.append(plan, pair)).astype(np.int32)
            refused[pair] = True
            if not model.broken(cover.pairs[added]):
                plan = added
                break
        else:
            if opened == plan.size:
                break
            refused[:], opened = False, plan.size
    return plan


def _exchanged(model: LayerModel, plan: Indices, deadline: float) -> Indices:
    """Return a plan in which no exchange of one pair that was tried serves more."""
    required = _positions(model.cover.pairs, model.required)
    seat = 0
    while seat < plan.size and time.monotonic() < deadline:
        better = None if plan[seat] in required else _better(model, plan, seat)
        plan, seat = (plan, seat + 1) if better is None else (better, 0)
    return plan


def _better(model: LayerModel, plan: Indices, seat: int) -> Indices | None:
    """Return the plan with another pair in this seat that serves more, None when there is none."""
    cover = model.cover
    rest = np.delete(plan, seat)
    gain = np.asarray(cover.meets @ np.where(cover.met(rest), 0.0, cover.credit))
    value = cover.value(plan)
    gain[cover.pairs[:, 1] != cover.pairs[plan[seat], 1]] = 0.0
    gain[plan] = 0.0
    order = np.argsort(-gain, kind="stable")[:EXCHANGES]
    for pair in order[gain[order] > 0]:
        changed = np.sort(np.append(rest, pair)).astype(np.int32)
        gained = cover.value(changed) > value + 0.5 * cover.quanta.step
        if gained and not model.broken(cover.pairs[changed]):
            return changed
    return None


def _positions(pairs: Ints, wanted: Ints) -> Ints:
    """Return where the wanted pairs stand among ascending pairs, −1 where they do not."""
    if not pairs.shape[0]:
        return np.full(wanted.shape[0], -1, dtype=np.int64)
    layers = int(max(pairs[:, 1].max(), wanted[:, 1].max(initial=0))) + 1
    key, sought = pairs @ [layers, 1], wanted @ [layers, 1]
    at = np.minimum(np.searchsorted(key, sought), key.size - 1)
    found: Ints = np.where(key[at] == sought, at, -1).astype(np.int64)
    return found


def _answered(model: LayerModel, cover: PairCover, found: Found, proof: float) -> LayeredPlan:
    """Return the plan with its worth and reasons recomputed.

    Raises
    ------
    TimeLimitError
        There is no plan.
    SolverError
        The plan breaks a rule, or is not worth what the programme says.
    """
    problem, quantum = model.problem, cover.quanta.quantum
    baseline = problem.value(NO_PAIRS)
    ceiling = baseline + min(cover.total - found.bounds[0], proof, model.cover.total) * quantum
    if found.plan is None:
        raise TimeLimitError(
            "no plan that keeps every rule was found in time; give more time",
            best=float("nan"),
            bound=ceiling,
        )
    openings = cover.pairs[found.plan]
    _require_kept(model, openings)
    objective = problem.value(openings)
    within = baseline + cover.value(found.plan) * quantum
    if abs(objective - within) > 1e-6 * max(abs(objective), 1.0):
        raise SolverError(f"a plan worth {objective} was counted as {within}; report the problem")
    lost, by_layer = _losses(problem, openings)
    return LayeredPlan(
        openings=openings,
        served=problem.served(openings),
        objective=objective,
        baseline=baseline,
        bound=objective if found.proven else max(ceiling, objective),
        status="optimal" if found.proven else "time_limit",
        canonical=found.canonical,
        lost_without=lost,
        lost_by_layer=by_layer,
    )


def _require_kept(model: LayerModel, openings: Ints) -> None:
    broken = model.broken(openings)
    if broken:
        raise SolverError(f"HiGHS broke a rule of the plan: {', '.join(broken)}")


def _losses(problem: Layered, openings: Ints) -> tuple[Floats, Floats]:
    """Return what is lost without each opening: the worth, and the weight in each layer."""
    value, served = problem.value(openings), problem.served(openings)
    lost, by_layer = np.zeros(openings.shape[0]), np.zeros((openings.shape[0], served.shape[0]))
    for row in range(openings.shape[0]):
        others = np.delete(openings, row, axis=0)
        lost[row] = max(value - problem.value(others), 0.0)
        by_layer[row] = (problem.weight * (served & ~problem.served(others))).sum(axis=1)
    return lost, by_layer


def _impossible(model: LayerModel) -> LayeredPlan:
    problem = model.problem
    served = problem.served(NO_PAIRS)
    return LayeredPlan(
        openings=NO_PAIRS,
        served=served,
        objective=-np.inf,
        baseline=problem.value(NO_PAIRS),
        bound=-np.inf,
        status="infeasible",
        canonical=True,
        lost_without=np.empty(0),
        lost_by_layer=np.empty((0, served.shape[0])),
    )
