"""Two answers to one question are compared before any time is believed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from works import Answer, Sets, Work


class DisagreementError(ValueError):
    """Two engines answered differently."""


def largest_difference(mine: Answer, yardstick: Answer, work: Work, tolerance_s: float) -> float:
    """Return the largest difference in seconds, over all that both were asked.

    A pair or node that only one of them has must lie within the tolerance of the limit.

    Raises
    ------
    DisagreementError
        The difference is above the tolerance, or one has what the other lacks.
    """
    if isinstance(mine, Sets):
        if not isinstance(yardstick, Sets):
            raise DisagreementError("a table of pairs was compared with one of nodes")
        found, expected = _aligned(mine, yardstick, len(work.town.node_xy))
    else:
        found, expected = mine.seconds, yardstick.seconds
    both = np.isfinite(found) & np.isfinite(expected)
    alone = np.minimum(found, expected)[np.isfinite(found) != np.isfinite(expected)]
    if alone.size and not (np.abs(alone - work.limit_s) <= tolerance_s).all():
        raise DisagreementError(f"{alone.size} times are there in one answer only")
    largest = float(np.abs(found[both] - expected[both]).max(initial=0.0))
    if largest > tolerance_s:
        raise DisagreementError(f"times differ by up to {largest:.6g} s")
    return largest


def _aligned(
    mine: Sets, yardstick: Sets, nodes: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the seconds of the pairs of either, in one order, inf where a pair is missing."""
    asked = min(mine.asked, yardstick.asked)
    keys, seconds = zip(*(_keyed(each, nodes, asked) for each in (mine, yardstick)), strict=True)
    every = np.union1d(*keys)
    found, expected = (np.full(every.size, np.inf) for _ in keys)
    found[np.searchsorted(every, keys[0])] = seconds[0]
    expected[np.searchsorted(every, keys[1])] = seconds[1]
    return found, expected


def _keyed(sets: Sets, nodes: int, asked: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    kept = sets.source < asked
    key = sets.source[kept].astype(np.int64) * nodes + sets.node[kept]
    if np.unique(key).size != key.size:
        raise DisagreementError("a pair is there twice")
    return key, sets.seconds[kept]
