"""Lagrangian bounds of a p-median: proofs that need no solver, only sums.

Relaxing "every row is served once" with multipliers 0 ≤ l ≤ base gives

    L(l) = Σ_i l_i + the sum of the p smallest min(r_j, 0),   r_j = f − Σ_i max(l_i − c_ij, 0),

and no plan of p sites costs less than L(l), whatever l is (Narula, Ogbu and Samuelsson 1977,
*Operations Research* 25, 709-713). f is the price of opening, c_ij the cost of a pair. A poor l
gives a weak bound, never a wrong one. Conflicts are not in the bound.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from geoplan.model.arrays import Flags, Floats, Indices
from geoplan.solvers.p_median_pairs import Median

PATIENCE, LAST_STEP, MEMORY = 12, 2e-3, 0.7


@dataclass(frozen=True, slots=True)
class Effort:
    """How far a search for a bound goes."""

    enough: float
    """A bound above this ends it."""
    steps: int
    deadline: float
    """Monotonic seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class DualBound:
    """A bound on every plan, and on the plans that open or leave out a given candidate."""

    value: float
    """No plan costs less, in quanta."""
    with_site: Floats
    """(candidates,) no plan that opens the candidate costs less."""
    without_site: Floats
    """(candidates,) no plan that leaves the candidate closed costs less."""
    relaxed: Indices
    """The candidates of the relaxed plan, ascending."""
    multipliers: Floats
    """(rows,) the l that prove it."""


def dual_bound(median: Median, best: float, *, start: Floats, effort: Effort) -> DualBound:
    """Return a tight bound: steps along averaged subgradients towards the best known value.

    It stops when the effort is spent or when steps have become short.
    """
    multipliers = np.minimum(start, median.base)
    proof, scale, stalled = bound_of(median, multipliers), 1.0, 0
    direction = np.zeros(multipliers.size)
    tried = proof
    for _ in range(effort.steps):
        over = time.monotonic() > effort.deadline
        if over or proof.value > effort.enough or scale < LAST_STEP:
            break
        if stalled >= PATIENCE:
            scale, stalled, tried = scale / 2, 0, proof
            direction = np.zeros(multipliers.size)
        direction = _slope(median, tried) + MEMORY * direction
        distance = max(best - tried.value, median.opening)
        multipliers = _stepped(median, tried.multipliers, direction, scale * distance)
        tried = bound_of(median, multipliers)
        stalled = 0 if tried.value > proof.value else stalled + 1
        proof = tried if tried.value > proof.value else proof
    return proof


def bound_of(median: Median, multipliers: Floats) -> DualBound:
    """Return the bound that the multipliers (each at most the row's base) prove."""
    relief = np.maximum(multipliers[median.row] - median.cost, 0.0)
    reduced = median.opening - np.bincount(
        median.site, weights=relief, minlength=median.candidate.size
    )
    order = np.argsort(reduced, kind="stable").astype(np.int32)
    ranked = np.minimum(np.append(reduced[order], [0.0, 0.0]), 0.0)
    chosen = order[: median.sites]
    chosen = np.sort(chosen[reduced[chosen] < 0])
    value = float(multipliers.sum() + reduced[chosen].sum()) + median.paid
    last = ranked[median.sites - 1] if median.sites else -np.inf
    is_chosen = median.flags(chosen)
    return DualBound(
        value=value,
        with_site=np.where(is_chosen, value, value + reduced - last),
        without_site=np.where(is_chosen, value - reduced + ranked[median.sites], value),
        relaxed=chosen,
        multipliers=multipliers,
    )


def useful_pairs(median: Median, proof: DualBound, most: float) -> Flags:
    """Return which pairs can serve their row in a plan that costs at most ``most``."""
    extra = np.maximum(median.cost - proof.multipliers[median.row], 0.0)
    flags: Flags = proof.with_site[median.site] + extra <= most
    return flags


def _slope(median: Median, tried: DualBound) -> Floats:
    serving = median.flags(tried.relaxed)[median.site]
    rows = median.row[serving]
    rows = rows[median.cost[serving] < tried.multipliers[rows]]
    counts = np.bincount(rows, minlength=median.base.size)
    slope: Floats = 1.0 - counts.astype(np.float64)
    slope[(tried.multipliers >= median.base) & (slope > 0)] = 0.0
    return slope


def _stepped(median: Median, multipliers: Floats, direction: Floats, distance: float) -> Floats:
    length = float(direction @ direction)
    if length == 0.0:
        return multipliers
    stepped: Floats = np.clip(multipliers + (distance / length) * direction, 0.0, median.base)
    return stepped
