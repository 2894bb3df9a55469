"""A locality-preserving order of points: neighbours on the ground become neighbours in memory."""

from __future__ import annotations

import numpy as np

from geoplan.model.arrays import Floats, Ints

_BITS = 16


def hilbert_rank(xy: Floats) -> Ints:
    """Return the position of each point along a Hilbert curve over the points' extent.

    Points in one cell of the 65,536 × 65,536 grid keep the order of x, then y. The curve is that
    of Hilbert (1891), computed by the usual quadrant rotation, one bit a step for all points.
    """
    low = xy.min(axis=0)
    span = max(float((xy.max(axis=0) - low).max()), 1e-9)
    cells = ((xy - low) / span * (2**_BITS - 1)).astype(np.int64)
    x, y = cells[:, 0].copy(), cells[:, 1].copy()
    distance = np.zeros(len(xy), dtype=np.int64)
    for bit in range(_BITS - 1, -1, -1):
        size = 1 << bit
        right, upper = (x & size) > 0, (y & size) > 0
        distance += size * size * ((3 * right) ^ upper)
        x, y = _rotated(x, y, right, upper)
    rank = np.empty(len(xy), dtype=np.int64)
    rank[np.lexsort([xy[:, 1], xy[:, 0], distance])] = np.arange(len(xy))
    return rank


def _rotated(x: Ints, y: Ints, right: Ints, upper: Ints) -> tuple[Ints, Ints]:
    full = 2**_BITS - 1
    flip = ~upper & right
    x, y = np.where(flip, full - x, x), np.where(flip, full - y, y)
    return np.where(upper, x, y), np.where(upper, y, x)
