"""Geometries with the type that the rest of the code relies on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry


def whole_polygon(geometry: BaseGeometry) -> Polygon:
    """The geometry itself, known to be one polygon.

    Raises
    ------
    ValueError
        It is something else: a unit of the sample has fallen apart.
    """
    if not isinstance(geometry, Polygon):
        raise ValueError(f"wanted one polygon, found a {geometry.geom_type}; change the seed")  # noqa: TRY004
    return geometry


def joined(parts: Sequence[Polygon]) -> Polygon:
    """The one polygon that parts of a coverage make together."""
    return whole_polygon(shapely.coverage_union_all(parts))


def spots_at(points: NDArray[np.float64]) -> NDArray[np.object_]:
    """The points as geometries, shape (n,)."""
    return np.asarray(shapely.points(points), dtype=np.object_)


def lengths(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """The length of each vector, shape (n,)."""
    return np.asarray(np.hypot(vectors[:, 0], vectors[:, 1]), dtype=np.float64)
