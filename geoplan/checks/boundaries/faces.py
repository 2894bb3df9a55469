"""Faces that lines enclose, whose they are, and how wide they are."""

from __future__ import annotations

import numpy as np
import shapely

from geoplan.model.arrays import Floats, Geometries, Ints

_NOISE_M2 = 1e-6
"""Smaller shares of a face are rounding of coordinates in metres."""


def faces_of(lines: Geometries) -> Geometries:
    """Return the faces that lines enclose once they are noded, largest outline included."""
    if not lines.size:
        return np.empty(0, dtype=object)
    noded = shapely.unary_union(lines)
    return shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))


def inner_points(faces: Geometries) -> Geometries:
    """Return a point inside each face that lies on no border that merely runs through it.

    ``point_on_surface`` prefers round positions, where borders of a grid run; the point is moved
    in an odd direction by less than it is away from the outline.
    """
    point = shapely.point_on_surface(faces)
    away = shapely.distance(point, shapely.boundary(faces))
    xy = shapely.get_coordinates(point)
    moved: Geometries = shapely.points(xy + 0.4 * away[:, None] * np.array([0.3307, 0.9437]))
    return moved


def holders(tree: shapely.STRtree, points: Geometries) -> tuple[Ints, Ints]:
    """Return which polygons of a tree hold which points, as two equally long arrays."""
    point, polygon = tree.query(points, predicate="intersects")
    return point.astype(np.int64), polygon.astype(np.int64)


def counts(of: Ints, total: int) -> Ints:
    """Return how often each of the numbers 0 … total - 1 occurs."""
    return np.bincount(of, minlength=total).astype(np.int64)


def shares(faces: Geometries, tree: shapely.STRtree) -> tuple[Ints, Ints, Geometries]:
    """Return every piece of a polygon of the tree in a face: face, polygon, piece."""
    face, polygon = tree.query(faces, predicate="intersects")
    piece = shapely.intersection(faces[face], tree.geometries[polygon])
    large = shapely.area(piece) > _NOISE_M2
    return face[large].astype(np.int64), polygon[large].astype(np.int64), piece[large]


def mean_width_m(pieces: Geometries) -> Floats:
    """Return twice the area by the perimeter: the width of a long strip."""
    around = shapely.length(pieces)
    width: Floats = np.divide(
        2 * shapely.area(pieces), around, out=np.zeros_like(around), where=around > 0
    )
    return width


def connected(pieces: Geometries) -> Geometries:
    """Return the connected parts, polygons only, of all pieces together."""
    together = pieces[0] if len(pieces) == 1 else shapely.union_all(pieces)
    parts = shapely.get_parts(together)
    if (shapely.get_type_id(parts) == shapely.GeometryType.GEOMETRYCOLLECTION).any():
        parts = shapely.get_parts(parts)
    polygons: Geometries = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return polygons
