"""Stage 6a3: the points that lie on a border of two units, and which of the two counts them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoplan.domain.crs import GEOGRAPHIC, reproject_xy
from geoplan.model.arrays import Floats, Ints, Texts
from geoplan.model.places import LEVELS, Boundaries
from geoplan.model.schema import BORDER_POINTS
from geoplan.stages.units import locate, shared_borders


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

    Such a point is counted once, in the unit ``counted_in`` that ``stages.units.locate`` gives it:
    the community with the lowest code and its parents. ``also_touches`` is the code of the other
    one. Columns are ``model.schema.BORDER_POINTS``.
    """
    blocks = []
    for points in kinds:
        units = locate(boundaries, points.xy)
        counted = dict(
            zip(LEVELS, (units.district, units.subdistrict, units.community), strict=True)
        )
        blocks += [_block(boundaries, points, level, counted[level]) for level in LEVELS]
    return pd.concat(blocks, ignore_index=True)


def _block(boundaries: Boundaries, points: NamedPoints, level: str, counted: Ints) -> pd.DataFrame:
    point, unit = shared_borders(boundaries, level, points.xy)
    further = unit != counted[point]
    point, unit = point[further], unit[further]
    lon_lat = reproject_xy(points.xy[point], boundaries.crs, GEOGRAPHIC).round(7)
    columns = (
        np.full(point.size, points.what, dtype=object),
        points.id[point].astype(object),
        points.name[point].astype(object),
        np.full(point.size, level, dtype=object),
        boundaries.code[counted[point]].astype(object),
        boundaries.code[unit].astype(object),
        lon_lat[:, 0],
        lon_lat[:, 1],
    )
    return pd.DataFrame(dict(zip(BORDER_POINTS, columns, strict=True)))
