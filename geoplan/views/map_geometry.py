"""Shapes as they are drawn: lighter than the ones that people are counted on, and in degrees."""

from __future__ import annotations

import numpy as np
import shapely

from geoplan.domain.crs import GEOGRAPHIC, reproject
from geoplan.model.arrays import Floats, Geometries, Indices
from geoplan.model.network import WalkNetwork

STREET_TOLERANCE_M = 2.0
"""A drawn street lies within this distance of the real one."""

AREA_TOLERANCE_M = 3.0
"""The outline of a drawn area lies within this distance of the real one."""

HOLE_M2 = 400.0
"""Smaller holes of an area (backyards between two bands) are not drawn."""

HOME_M = 45.0
"""Half width of the patch drawn around each home of a gap: about half a block."""

DECIMALS = 6


def drawn(geometry: shapely.Geometry, crs: str) -> shapely.Geometry:
    """Return the geometry in longitude and latitude with six decimals."""
    shape: shapely.Geometry = drawn_all(np.array([geometry], dtype=object), crs)[0]
    return shape


def drawn_all(geometries: Geometries, crs: str) -> Geometries:
    """Return geometries in longitude and latitude with six decimals, in their order."""
    moved = reproject(geometries, crs, GEOGRAPHIC)
    rounded: Geometries = shapely.transform(moved, lambda xy: xy.round(DECIMALS))
    return rounded


def street_lines(network: WalkNetwork, edges: Indices) -> shapely.Geometry:
    """Return the streets as one MultiLineString: joined end to end, then lightened."""
    merged = shapely.line_merge(shapely.multilinestrings(network.geometry[edges]))
    parts = shapely.simplify(shapely.get_parts(merged), STREET_TOLERANCE_M)
    return shapely.MultiLineString(parts.tolist())


def outline(area: shapely.Geometry) -> shapely.Geometry:
    """Return a valid area lightened and without small holes; one that would vanish stays."""
    # Ring by ring is ten times as quick as keeping topology; GEOS mends what crosses itself.
    light = shapely.simplify(area, AREA_TOLERANCE_M, preserve_topology=False)
    kept = area if shapely.is_empty(light) else light
    return shapely.MultiPolygon([_without_small_holes(part) for part in shapely.get_parts(kept)])


def unit_outlines(areas: Geometries) -> Geometries:
    """Return the outlines of units that share borders, each at most the tolerance away."""
    light: Geometries = shapely.simplify(areas, AREA_TOLERANCE_M)
    return light


def patches(xy: Floats) -> shapely.Geometry:
    """Return the area around homes: a disc for each, near ones grown together."""
    discs = shapely.buffer(shapely.points(xy), 2 * HOME_M, quad_segs=3)
    joined = shapely.buffer(shapely.union_all(discs), -HOME_M, quad_segs=3)
    return outline(joined)


def _without_small_holes(polygon: shapely.Polygon) -> shapely.Polygon:
    kept = [ring for ring in polygon.interiors if shapely.Polygon(ring).area >= HOLE_M2]
    return shapely.Polygon(polygon.exterior, kept)
