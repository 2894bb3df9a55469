"""Whole numbers that add up exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def apportioned(total: int, weights: Floats, most: Integers | None = None) -> Integers:
    """Whole numbers in proportion to the weights that sum to the total (largest remainder).

    With ``most`` no number passes its own upper bound; what it would have had goes to the others.
    Ties go to the earlier place.
    """
    limit = np.full(len(weights), total) if most is None else most
    if int(limit.sum()) < total:
        raise ValueError(f"the bounds hold {int(limit.sum())}, fewer than {total}")
    result = np.zeros(len(weights), dtype=np.int64)
    while (left := total - int(result.sum())) > 0:
        open_weights = np.where(result < limit, np.maximum(weights, 1e-12), 0.0)
        share = left * open_weights / open_weights.sum()
        whole = np.minimum(np.floor(share).astype(np.int64), limit - result)
        if whole.sum() == 0:
            ranked = np.lexsort((np.arange(len(share)), -share))
            able = ranked[(result < limit)[ranked]]
            whole[able[:left]] = 1
        elif whole.sum() + (share - np.floor(share)).sum() > left - 0.5 and most is None:
            rest = left - int(whole.sum())
            ranked = np.lexsort((np.arange(len(share)), -(share - np.floor(share))))
            whole[ranked[:rest]] += 1
        result += whole
    return result
