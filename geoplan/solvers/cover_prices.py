r"""Bounds on the number of sites of a cover: proofs that need no solver, only sums.

Relaxing "every row is served" with prices u_i ≥ 0 gives

    L(u) = Σ_i u_i + Σ_j min(r_j, 0),   r_j = 1 − Σ_{i served by j} u_i,

and no cover opens fewer than L(u) candidates, whatever u is (Beasley 1990, *Naval Research
Logistics* 37, 151-164). A cover with a candidate j of r_j > 0 opens at least L(u) + r_j of them,
one without a candidate of r_j < 0 at least L(u) − r_j. Conflicts are not in the bound.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from geoplan.model.arrays import Floats, Sparse

STEPS, PATIENCE, LAST_STEP, MEMORY = 800, 15, 1e-3, 0.7

ROUNDING = 1e-6
"""A bound this little above a whole number may be that number."""


@dataclass(frozen=True, slots=True, eq=False)
class NumberBound:
    """A bound on every cover, and on the covers that open or leave out a given candidate."""

    value: float
    """No cover opens fewer candidates."""
    with_site: Floats
    """(candidates,) no cover that opens the candidate opens fewer."""
    without_site: Floats
    """(candidates,) no cover that leaves the candidate closed opens fewer."""
    prices: Floats
    """(rows,) the u that prove it."""

    @property
    def least(self) -> float:
        """The bound as a whole number."""
        return max(float(np.ceil(self.value - ROUNDING)), 0.0)


def bound_of(serves: Sparse, prices: Floats) -> NumberBound:
    """Return the bound that the prices (not negative) prove; ``serves`` is (candidates, rows)."""
    reduced: Floats = 1.0 - np.asarray(serves @ prices)
    value = float(prices.sum() + np.minimum(reduced, 0.0).sum())
    return NumberBound(
        value=value,
        with_site=value + np.maximum(reduced, 0.0),
        without_site=value + np.maximum(-reduced, 0.0),
        prices=prices,
    )


def number_bound(serves: Sparse, *, best: float, deadline: float) -> NumberBound:
    """Return a tight bound: steps along averaged subgradients towards the number of a known cover.

    The number of steps is fixed; ``deadline`` (monotonic seconds) only cuts large problems.
    """
    by_row = csr_array(serves.T)
    proof = bound_of(serves, _fair_prices(serves))
    tried, scale, stalled = proof, 1.0, 0
    direction = np.zeros(serves.shape[1])
    goal = min(best, float(serves.shape[0]))  # no plan may be known at all
    for _ in range(STEPS):
        late = time.monotonic() > deadline
        if late or scale < LAST_STEP or proof.value > best - 1 + ROUNDING:
            break
        if stalled >= PATIENCE:
            scale, stalled, tried = scale / 2, 0, proof
            direction = np.zeros(direction.size)
        direction = _slope(by_row, tried) + MEMORY * direction
        prices = _stepped(tried.prices, direction, scale * max(goal - tried.value, 1.0))
        tried = bound_of(serves, prices)
        stalled = 0 if tried.value > proof.value + ROUNDING else stalled + 1
        proof = tried if tried.value > proof.value else proof
    return proof


def _fair_prices(serves: Sparse) -> Floats:
    """Return prices at which no candidate is worth more than it costs: 1 / rows of the largest."""
    sizes = np.diff(serves.indptr)
    largest = np.zeros(serves.shape[1])
    np.maximum.at(largest, serves.indices, np.repeat(sizes, sizes).astype(np.float64))
    return np.where(largest > 0, 1.0 / np.maximum(largest, 1.0), 0.0)


def _slope(by_row: Sparse, tried: NumberBound) -> Floats:
    opened = (tried.without_site > tried.value).astype(np.float64)
    slope: Floats = 1.0 - np.asarray(by_row @ opened)
    slope[(tried.prices <= 0) & (slope < 0)] = 0.0
    return slope


def _stepped(prices: Floats, direction: Floats, distance: float) -> Floats:
    """Return the next prices; none is worth more than the one site that it would pay."""
    length = float(np.sum(direction**2))
    if length == 0.0:
        return prices
    stepped: Floats = np.clip(prices + (distance / length) * direction, 0.0, 1.0)
    return stepped
