"""How much of a walker's speed a grade leaves."""

from __future__ import annotations

import numpy as np

from geoplan.domain.profiles import SLOPE
from geoplan.model.arrays import Floats


def slope_factor(grade: Floats) -> Floats:
    """Return the speed on a grade as a share of the speed on level ground, at most 1.

    Tobler's function, v = 6 exp(-3.5 |s + 0.05|) km/h, relative to level, for older walkers: a
    gentle descent makes nobody faster, and one steeper than 5 % slows as much as the climb. An
    unknown grade (NaN) counts as level.
    """
    decay, best = SLOPE["slope_decay"], SLOPE["slope_best_grade"]
    known = np.nan_to_num(grade, nan=0.0)
    felt = np.where(known < best, -known, known)
    factor: Floats = np.minimum(np.exp(-decay * (np.abs(felt - best) + best)), 1.0)
    return factor
