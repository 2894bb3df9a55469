"""Lagrangian bounds of a cover: proofs that need no solver, only sums.

Relaxing "a row is served only when one of its candidates is open" with multipliers 0 ≤ l ≤ w gives

    L(l) = Σ_i (w_i − l_i) + the sum of the p largest c_j,   c_j = Σ_{i served by j} l_i,

and no plan of p sites serves more than L(l), whatever l is (Galvão and ReVelle 1996, European
Journal of Operational Research 88, 114-123). A poor l gives a weak bound, never a wrong one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from geoplan.model.arrays import Floats, Indices
from geoplan.solvers.cover import Cover

ITERATIONS, PATIENCE, LAST_STEP, MEMORY = 600, 15, 1e-4, 0.9


@dataclass(frozen=True, slots=True, eq=False)
class DualBound:
    """A bound on every plan, and one on the plans that open a given candidate."""

    value: float
    """No plan serves more, in quanta."""
    with_site: Floats
    """(candidates,) no plan that opens the candidate serves more."""
    promising: Indices
    """The candidates of the relaxed plan, ascending."""
    multipliers: Floats
    """(rows,) the l that prove it."""


def dual_bound(cover: Cover, best: float, *, steps: int = ITERATIONS, deadline: float) -> DualBound:
    """Return a tight bound: steps along averaged subgradients towards the best known value.

    The search starts at ``cover.price``. The number of steps is fixed; ``deadline`` (monotonic
    seconds) only cuts very large problems.
    """
    proof = tried = bound_of(cover, cover.price)
    scale, stalled = 1.0, 0
    direction: Floats = np.zeros(cover.weight.size)
    for _ in range(steps):
        if _finished(cover, proof, best, scale) or time.monotonic() > deadline:
            break
        if stalled >= PATIENCE:
            scale, stalled, tried = scale / 2, 0, proof
            direction = np.zeros(cover.weight.size)
        direction = _slope(cover, tried) + MEMORY * direction
        distance = max(tried.value - best, cover.step)
        tried = bound_of(cover, _stepped(cover, tried.multipliers, direction, scale * distance))
        stalled = 0 if tried.value < proof.value * (1 - 1e-6) else stalled + 1
        proof = tried if tried.value < proof.value else proof
    return proof


def bound_of(cover: Cover, multipliers: Floats) -> DualBound:
    """Return the bound that the multipliers prove."""
    worth: Floats = np.asarray(cover.serves @ multipliers)
    order = np.argsort(-worth, kind="stable")
    chosen = order[: cover.sites]
    value = float((cover.weight - multipliers).sum() + worth[chosen].sum())
    last = worth[chosen[-1]] if chosen.size else 0.0
    return DualBound(
        value=value,
        with_site=value - np.maximum(last - worth, 0.0),
        promising=np.sort(chosen).astype(np.int32),
        multipliers=multipliers,
    )


def _finished(cover: Cover, proof: DualBound, best: float, scale: float) -> bool:
    return proof.value < best + 0.9 * cover.step or scale < LAST_STEP


def _slope(cover: Cover, tried: DualBound) -> Floats:
    """Return how often the relaxed plan serves each row beyond once; 0 where a limit is reached."""
    served = np.bincount(
        csr_array(cover.serves[tried.promising]).indices, minlength=cover.weight.size
    )
    slope: Floats = served.astype(np.float64) - 1.0
    slope[(tried.multipliers <= 0) & (slope > 0)] = 0.0
    slope[(tried.multipliers >= cover.weight) & (slope < 0)] = 0.0
    return slope


def _stepped(cover: Cover, multipliers: Floats, direction: Floats, distance: float) -> Floats:
    """Return the next multipliers; steps go with the weights, as if no rows had been merged."""
    length = float(np.sum(cover.weight * direction**2))  # quicker than BLAS with many threads
    if length == 0.0:
        return multipliers
    step = (distance / length) * cover.weight * direction
    return np.clip(multipliers - step, 0.0, cover.weight)
