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

ITERATIONS, PATIENCE, LAST_STEP = 600, 15, 1e-4


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


def dual_bound(cover: Cover, best: float, *, deadline: float) -> DualBound:
    """Return a tight bound: steps along the subgradient towards the best known value.

    The search starts at ``cover.price``. The number of steps is fixed; ``deadline`` (monotonic
    seconds) only cuts very large problems.
    """
    multipliers = kept = cover.price
    proof = bound_of(cover, kept)
    scale, stalled = 1.0, 0
    for _ in range(ITERATIONS):
        tried = bound_of(cover, multipliers)
        stalled = 0 if tried.value < proof.value * (1 - 1e-6) else stalled + 1
        if tried.value < proof.value:
            proof, kept = tried, multipliers
        if stalled >= PATIENCE:
            scale, stalled, multipliers, tried = scale / 2, 0, kept, proof
        if _finished(cover, proof, best, scale) or time.monotonic() > deadline:
            break
        multipliers = _stepped(cover, multipliers, tried, scale * (tried.value - best))
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


def _stepped(cover: Cover, multipliers: Floats, tried: DualBound, distance: float) -> Floats:
    """Return the next multipliers; steps go with the weights, as if no rows had been merged."""
    served = np.bincount(
        csr_array(cover.serves[tried.promising]).indices, minlength=multipliers.shape[0]
    )
    slope = served - 1.0
    slope[(multipliers <= 0) & (slope > 0)] = 0.0
    slope[(multipliers >= cover.weight) & (slope < 0)] = 0.0
    length = float(np.sum(cover.weight * slope**2))  # quicker than BLAS with many threads
    if length == 0.0:
        return multipliers
    step = (distance / length) * cover.weight * slope
    return np.clip(multipliers - step, 0.0, cover.weight)
