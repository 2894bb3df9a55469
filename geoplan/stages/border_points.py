"""Stage 6a3: the points that lie on a border of two units, and which of the two counts them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoplan.domain.crs import GEOGRAPHIC, reproject_xy
from geoplan.model.arrays import Floats, Texts
from geoplan.model.places import LEVELS, Boundaries
from geoplan.model.schema import BORDER_POINTS
from geoplan.stages.units import shared_borders


@dataclass(frozen=True, slots=True, eq=False)
class NamedPoints:
    """Points of one kind, to be listed by id and name."""

    what: str
    """``demand`` or ``facility``."""
    id: Texts
    name: Texts
    xy: Floats
    """(n, 2) in the boundaries' crs."""


def border_points_table(boundaries: Boundaries, kinds: Sequence[NamedPoints]) -> pd.DataFrame:
    """Return one row for each point and level where it touches a further unit.

    The rule: such a point is counted once, in the unit with the lowest code (``counted_in``);
    ``also_touches`` is the code of the other one. Columns are ``model.schema.BORDER_POINTS``.
    """
    blocks = [_block(boundaries, points, level) for points in kinds for level in LEVELS]
    return pd.concat(blocks, ignore_index=True)


def _block(boundaries: Boundaries, points: NamedPoints, level: str) -> pd.DataFrame:
    point, counted, further = shared_borders(boundaries, level, points.xy)
    lon_lat = reproject_xy(points.xy[point], boundaries.crs, GEOGRAPHIC).round(7)
    columns = (
        np.full(point.size, points.what, dtype=object),
        points.id[point].astype(object),
        points.name[point].astype(object),
        np.full(point.size, level, dtype=object),
        boundaries.code[counted].astype(object),
        boundaries.code[further].astype(object),
        lon_lat[:, 0],
        lon_lat[:, 1],
    )
    return pd.DataFrame(dict(zip(BORDER_POINTS, columns, strict=True)))
