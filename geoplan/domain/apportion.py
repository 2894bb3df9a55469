"""Sharing out whole people so that the parts sum to the total exactly."""

from __future__ import annotations

import numpy as np

from geoplan.model.arrays import Floats, Ints


def largest_remainder(weight: Floats, total: int, *, at_most: Ints | None = None) -> Ints:
    """Return whole numbers in proportion to the weights that sum to ``total`` exactly.

    Hamilton's method: everyone gets the whole part of their share; what is left goes to the
    largest remainders, ties to the first. With ``at_most`` no part exceeds its cap; what a cap
    turns away is shared out again among the others.

    Raises
    ------
    ValueError
        Weights are negative or all zero while ``total`` is positive, or the caps sum to less
        than the total.
    """
    cap = np.full(weight.shape, total, dtype=np.int64) if at_most is None else at_most
    if (weight < 0).any() or (total > 0 and not (weight > 0).any()):
        raise ValueError("weights must not be negative, and some must be positive")
    if int(cap.sum()) < total:
        raise ValueError(f"the caps sum to {int(cap.sum())}, less than the total {total}")
    parts = np.zeros(weight.shape, dtype=np.int64)
    while (left := total - int(parts.sum())) > 0:
        room = cap - parts
        open_weight = np.where(room > 0, weight, 0.0)
        if not (open_weight > 0).any():
            open_weight = (room > 0).astype(np.float64)
        parts += np.minimum(_hamilton(open_weight, left), room)
    return parts


def _hamilton(weight: Floats, total: int) -> Ints:
    share = weight / weight.sum() * total
    parts: Ints = np.floor(share).astype(np.int64)
    left = total - int(parts.sum())
    order = np.lexsort([np.arange(share.size), -(share - parts)])
    parts[order[:left]] += 1
    return parts
