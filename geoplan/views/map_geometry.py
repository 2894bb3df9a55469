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
    """Return a valid area without small holes, its edge at most ``AREA_TOLERANCE_M`` away.

    A part that is narrower than the tolerance both ways stays as it is.
    """
    parts = np.array(
        [_without_small_holes(part) for part in shapely.get_parts(area) if not part.is_empty],
        dtype=object,
    )
    # GEOS drops a ring's first corner after the others, measured on the lightened ring: the two
    # errors add up, so each may be half the tolerance.
    light = shapely.simplify(parts, AREA_TOLERANCE_M / 2.0)
    west, south, east, north = shapely.bounds(parts).T
    speck = np.maximum(east - west, north - south) < AREA_TOLERANCE_M
    united = shapely.union_all(np.where(speck, parts, light))
    return shapely.MultiPolygon(shapely.get_parts(united).tolist())


def nested_outlines(areas: Geometries) -> list[shapely.Geometry]:
    """Return the outlines of areas of rising limits, each within the next.

    What an outline leaves out of the one before it is put back. That lies within the tolerance of
    the smaller area, which the larger one contains: the bound of ``outline`` holds.
    """
    outlines: list[shapely.Geometry] = []
    inner: shapely.Geometry = shapely.MultiPolygon()
    for area in areas:
        joined = shapely.union(outline(area), inner)
        inner = shapely.MultiPolygon(shapely.get_parts(joined).tolist())
        outlines.append(inner)
    return outlines


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
