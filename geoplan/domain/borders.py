"""Which polygons hold a point: a point on a border that several share lies in all of them."""

from __future__ import annotations

import numpy as np
import shapely

from geoplan.domain.crs import is_metric
from geoplan.model.arrays import Floats, Geometries, Ints

_METRES_PER_DEGREE = 111_320.0
"""Of longitude at the equator: elsewhere a degree is shorter, so the border is at most as wide."""

BORDER_M = 0.01
"""A point nearer to a border than this lies on it: degrees are written to a centimetre."""


def border_width(crs: str) -> float:
    """Return ``BORDER_M`` in the unit of a coordinate system."""
    return BORDER_M if is_metric(crs) else BORDER_M / _METRES_PER_DEGREE


def holding(polygons: Geometries, xy: Floats, crs: str) -> tuple[Ints, Ints]:
    """Return (point, polygon) of every polygon that holds a point, by point, then polygon.

    Empty or missing polygons hold nothing, points with NaN lie nowhere.
    """
    known = np.flatnonzero(np.isfinite(xy).all(axis=1))
    if known.size == 0 or polygons.shape[0] == 0:
        nothing = np.empty(0, dtype=np.int64)
        return nothing, nothing
    points = np.asarray(shapely.points(xy[known]), dtype=object)
    polygon, point = shapely.STRtree(points).query(
        polygons, predicate="dwithin", distance=border_width(crs)
    )
    order = np.lexsort([polygon, point])
    return known[point[order]], polygon[order].astype(np.int64)


def first_holding(polygons: Geometries, xy: Floats, crs: str) -> Ints:
    """Return the first polygon that holds each point, −1 where none does."""
    found = np.full(xy.shape[0], -1, dtype=np.int64)
    point, polygon = holding(polygons, xy, crs)
    first = np.unique(point, return_index=True)[1]
    found[point[first]] = polygon[first]
    return found
