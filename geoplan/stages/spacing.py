"""Straight distances between sites: which places keep the least spacing, which pairs do not.

Two places keep the spacing when they are at least that far apart (≥).
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from geoplan.model.arrays import Flags, Floats, Ints

SAME_PLACE_M = 1.0
"""Positions at most this far apart are one address: a table rounds degrees to about 0.1 m."""

_ROUNDING = 1.0 + 1e-9
"""The tree asks a little farther, and what it finds is measured by one formula."""


def near_pairs(xy: Floats, spacing_m: float) -> Ints:
    """Return the pairs of places nearer to each other than the spacing.

    Parameters
    ----------
    xy
        (k, 2) positions, metres.

    Returns
    -------
    (n, 2) rows of ``xy``, the smaller first, ascending; none for a spacing of 0.
    """
    if xy.shape[0] < 2 or spacing_m <= 0:
        return np.empty((0, 2), dtype=np.int64)
    found = cKDTree(xy).query_pairs(spacing_m * _ROUNDING, output_type="ndarray")
    pairs = np.sort(found.reshape(-1, 2).astype(np.int64), axis=1)
    first, second = pairs.T
    pairs = pairs[np.hypot(*(xy[first] - xy[second]).T) < spacing_m]
    near: Ints = pairs[np.lexsort([pairs[:, 1], pairs[:, 0]])]
    return near


def far_from(xy: Floats, placed: Floats, spacing_m: float) -> Flags:
    """Return which places keep the spacing to everything that stands already.

    Parameters
    ----------
    xy, placed
        (k, 2) and (n, 2) positions, metres; with nothing placed every place keeps it.
    """
    if spacing_m <= 0:
        return np.ones(xy.shape[0], dtype=np.bool_)
    far: Flags = _nearest_m(xy, placed) >= spacing_m
    return far


def at_the_place_of(xy: Floats, placed: Floats) -> Flags:
    """Return which places are the address of something that stands already."""
    same: Flags = _nearest_m(xy, placed) <= SAME_PLACE_M
    return same


def _nearest_m(xy: Floats, placed: Floats) -> Floats:
    if not (xy.shape[0] and placed.shape[0]):
        return np.full(xy.shape[0], np.inf)
    _, nearest = cKDTree(placed).query(xy)
    distance: Floats = np.hypot(*(xy - placed[nearest]).T)
    return distance
