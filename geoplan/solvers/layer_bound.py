"""Lagrangian bounds of a cover by pairs: proofs that need no solver, only sums.

Relaxing "a row is served only when each of its needs is met" with multipliers l ≥ 0 gives

    L(l, m) = Σ_r max(w_r − Σ_{n of r} l_n, 0) + m B
              + Σ_g the sum of the p_g largest c_q of group g, none of them below 0,
    c_q     = Σ_{n met by q} l_n − m f_q,

where a group is a level or a service, of which p_g may be opened, f_q is the least that a pair
costs, B the budget and m ≥ 0 the price of money. All other rules are left out, so no plan is worth
more than L(l, m), whatever l and m are (for one need a row, one group and no budget: Galvão and
ReVelle 1996, European Journal of Operational Research 88, 114-123). Poor multipliers give a weak
bound, never a wrong one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from geoplan.model.arrays import Floats, Indices, Ints
from geoplan.solvers.layer_cover import PairCover

ITERATIONS, PATIENCE, LAST_STEP = 600, 15, 1e-4

MONEY_STEPS = 24
"""Halvings of the range in which the price of money lies."""


@dataclass(frozen=True, slots=True, eq=False)
class PairLimits:
    """The rules that the bounds know."""

    most: Ints
    """(layers,) how many pairs of each layer may be opened."""
    price: Floats
    """(pairs,) the pairs of a plan cost at least so much together."""
    budget: float
    """What they may cost together."""


@dataclass(frozen=True, slots=True, eq=False)
class PairBound:
    """A bound on every plan, and one on the plans that open a given pair."""

    value: float
    """No plan serves more, in quanta."""
    with_pair: Floats
    """(pairs,) no plan that opens the pair serves more."""
    promising: Indices
    """The pairs of the relaxed plan, ascending."""
    multipliers: Floats
    """(needs,) the l that prove it."""


def pair_bound(cover: PairCover, limits: PairLimits, best: float, *, deadline: float) -> PairBound:
    """Return a tight bound: steps along the subgradient towards the best known value.

    The number of steps is fixed; ``deadline`` (monotonic seconds) only cuts very large problems.
    """
    times = np.bincount(cover.meets.indices, minlength=cover.owner.size)
    multipliers = kept = cover.credit / np.maximum(times, 1)
    proof = bound_of(cover, limits, kept)
    scale, stalled = 1.0, 0
    for _ in range(ITERATIONS):
        tried = bound_of(cover, limits, multipliers)
        stalled = 0 if tried.value < proof.value * (1 - 1e-6) else stalled + 1
        if tried.value < proof.value:
            proof, kept = tried, multipliers
        if stalled >= PATIENCE:
            scale, stalled, multipliers, tried = scale / 2, 0, kept, proof
        closed = proof.value < best + 0.9 * cover.quanta.step
        if closed or scale < LAST_STEP or time.monotonic() > deadline:
            break
        multipliers = _stepped(cover, multipliers, tried, scale * (tried.value - best))
    return proof


def bound_of(cover: PairCover, limits: PairLimits, multipliers: Floats) -> PairBound:
    """Return the bound that the multipliers prove, with the price of money that suits them."""
    worth: Floats = np.asarray(cover.meets @ multipliers)
    money = _price_of_money(cover, limits, worth)
    worth = worth - money * limits.price
    spare = cover.weight - _of_rows(cover, multipliers)
    paid = money * limits.budget if money else 0.0
    chosen, last = _largest(cover, limits, worth)
    value = float(np.maximum(spare, 0.0).sum() + paid + worth[chosen].sum())
    return PairBound(
        value=value,
        with_pair=value - np.maximum(last - worth, 0.0),
        promising=chosen,
        multipliers=multipliers,
    )


def _largest(cover: PairCover, limits: PairLimits, worth: Floats) -> tuple[Indices, Floats]:
    """Return the pairs of the relaxed plan, and what each pair would push out of it."""
    last, chosen = np.zeros(worth.size), []
    for layer, number in enumerate(limits.most):
        group = np.flatnonzero(cover.pairs[:, 1] == layer)
        best = group[np.argsort(-worth[group], kind="stable")][:number]
        # with room for all of its layer a pair pushes no other one out
        if 0 < best.size < group.size:
            last[group] = max(float(worth[best[-1]]), 0.0)
        chosen.append(best[worth[best] > 0])
    return np.sort(np.concatenate(chosen)).astype(np.int32), last


def _price_of_money(cover: PairCover, limits: PairLimits, worth: Floats) -> float:
    """Return the price at which the bound is about least: the bound is convex in it."""
    costly = limits.price > 0
    if not limits.price.sum() > limits.budget or not (worth[costly] > 0).any():
        return 0.0

    def spent(money: float) -> float:
        chosen, _ = _largest(cover, limits, worth - money * limits.price)
        return float(limits.price[chosen].sum())

    low, high = 0.0, float((worth[costly] / limits.price[costly]).max())
    if spent(low) <= limits.budget:
        return 0.0
    for _ in range(MONEY_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if spent(middle) > limits.budget else (low, middle)
    return high


def _of_rows(cover: PairCover, of_needs: Floats) -> Floats:
    total = np.bincount(cover.owner, weights=of_needs, minlength=cover.weight.size)
    return np.asarray(total, dtype=np.float64)


def _stepped(cover: PairCover, multipliers: Floats, tried: PairBound, distance: float) -> Floats:
    """Return the next multipliers; steps go with the weights, as if no rows had been merged."""
    chosen = csr_array(cover.meets[tried.promising])
    times = np.bincount(chosen.indices, minlength=multipliers.size)
    kept = cover.weight > _of_rows(cover, multipliers)
    slope = times - kept[cover.owner].astype(np.float64)
    slope[(multipliers <= 0) & (slope > 0)] = 0.0
    weight = cover.weight[cover.owner]
    length = float(weight @ slope**2)
    if length == 0.0:
        return multipliers
    step = (distance / length) * weight * slope
    return np.clip(multipliers - step, 0.0, weight)
