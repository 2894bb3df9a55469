"""Stage 6a: in which community, subdistrict and district each point lies."""

from __future__ import annotations

import numpy as np

from geoplan.domain.borders import holding
from geoplan.model.arrays import Floats, Ints
from geoplan.model.places import Boundaries
from geoplan.model.results import UnitIndex


def locate(boundaries: Boundaries, xy: Floats) -> UnitIndex:
    """Return the row of the unit of each level that holds each point, −1 where none does.

    A point on a shared border (to ``domain.borders.BORDER_M``) belongs to the unit with the lowest
    code, so it is counted once.
    The lowest unit decides and its parents follow, so children always sum to their parents;
    where no community holds the point, the subdistrict is found by geometry, then the district.
    """
    community = unit_at(boundaries, "community", xy)
    subdistrict = _parent_or(boundaries, community, unit_at(boundaries, "subdistrict", xy))
    district = _parent_or(boundaries, subdistrict, unit_at(boundaries, "district", xy))
    return UnitIndex(community=community, subdistrict=subdistrict, district=district)


def unit_at(boundaries: Boundaries, level: str, xy: Floats) -> Ints:
    """Return the row of the unit of one level that holds each point, −1 where none does."""
    found = np.full(xy.shape[0], -1, dtype=np.int64)
    point, unit = _touched(boundaries, level, xy)
    first = np.unique(point, return_index=True)[1]
    found[point[first]] = unit[first]
    return found


def shared_borders(boundaries: Boundaries, level: str, xy: Floats) -> tuple[Ints, Ints]:
    """Return every unit of a level that each point touches, where it touches more than one.

    Two arrays, one entry for each such point and unit, by point, then code: the point, and the
    row of the unit.
    """
    point, unit = _touched(boundaries, level, xy)
    shared = np.bincount(point, minlength=xy.shape[0])[point] > 1
    return point[shared], unit[shared]


def parent_rows(boundaries: Boundaries) -> Ints:
    """Return the row of each unit's parent, −1 for a unit without one."""
    row_of = {code: row for row, code in enumerate(boundaries.code.tolist())}
    return np.array([row_of.get(code, -1) for code in boundaries.parent.tolist()], dtype=np.int64)


def _parent_or(boundaries: Boundaries, child: Ints, otherwise: Ints) -> Ints:
    parents = parent_rows(boundaries)
    return np.where(child >= 0, parents[child], otherwise)


def _touched(boundaries: Boundaries, level: str, xy: Floats) -> tuple[Ints, Ints]:
    """Return (point, unit row) of every unit of a level that holds a point, by point, then code."""
    rows = boundaries.at(level)
    point, unit = holding(boundaries.geometry[rows], xy, boundaries.crs)
    return point, rows[unit].astype(np.int64)
