"""How the polygons of two editions share the ground, in metres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geoplan.domain.crs import GEOGRAPHIC, metric_crs, reproject, reproject_xy
from geoplan.model.arrays import Flags, Floats, Geometries, Ints
from geoplan.model.boundary_layer import BoundaryLayer

_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_TO_SPARE_M = 0.0005
"""Half a millimetre: degrees that became metres are not wider or narrower for it."""


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """Polygons of both editions and the ground that an old and a new one share.

    Pairs of two units that both kept their polygon to the last digit are left out.
    """

    before: Geometries
    """(n,) valid, in ``crs``; empty where the layer has no polygon."""
    after: Geometries
    before_m2: Floats
    after_m2: Floats
    old: Ints
    """(k,) positions in ``before`` of the pairs that share ground, by old, then new."""
    new: Ints
    area_m2: Floats
    """(k,) ground that the pair shares."""
    kept: Flags
    """(k,) True where the two polygons of the pair are equal to the last digit."""
    crs: str
    repaired: int
    without_polygon: int

    def old_share(self) -> Floats:
        """Return the share of the old polygon that each pair has, (k,)."""
        return self.area_m2 / self.before_m2[self.old]

    def new_share(self) -> Floats:
        """Return the share of the new polygon that each pair has, (k,)."""
        return self.area_m2 / self.after_m2[self.new]

    def geographic(self, shape: shapely.Geometry) -> shapely.Geometry:
        """Return a geometry of ``crs`` in EPSG:4490."""
        moved: shapely.Geometry = reproject(np.array([shape], object), self.crs, GEOGRAPHIC)[0]
        return moved


def overlay_of(before: BoundaryLayer, after: BoundaryLayer) -> Overlay:
    """Return the overlay of two layers; units of one level are compared.

    Where the layers have no level in common, all are compared with all. The metric system is that
    of the middle of the earlier layer.
    """
    system = _metric_system(before)
    first, second = (_in_metres(layer, system) for layer in (before, after))
    levels = before.level, after.level
    if not set(levels[0].tolist()) & set(levels[1].tolist()):
        levels = np.full(len(before), ""), np.full(len(after), "")
    old, new = shapely.STRtree(second).query(first, predicate="intersects")
    alike = levels[0][old] == levels[1][new]
    old, new = old[alike], new[alike]
    kept = shapely.equals_exact(first[old], second[new])
    stays_old, stays_new = np.isin(old, old[kept]), np.isin(new, new[kept])
    wanted = kept | ~(stays_old & stays_new)
    old, new, kept = old[wanted], new[wanted], kept[wanted]
    area_m2 = shapely.area(first)[old]
    area_m2[~kept] = shapely.area(shapely.intersection(first[old[~kept]], second[new[~kept]]))
    order = np.lexsort([new, old])
    order = order[area_m2[order] > 0]
    return Overlay(
        before=first,
        after=second,
        before_m2=shapely.area(first),
        after_m2=shapely.area(second),
        old=old[order].astype(np.int64),
        new=new[order].astype(np.int64),
        area_m2=area_m2[order],
        kept=kept[order],
        crs=system,
        repaired=_repaired(before) + _repaired(after),
        without_polygon=int((shapely.area(first) == 0).sum() + (shapely.area(second) == 0).sum()),
    )


def polygons_of(shape: shapely.Geometry) -> Geometries:
    """Return the polygons of a geometry of any kind, lines and points left out."""
    parts = shapely.get_parts(shape)
    while (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():
        parts = shapely.get_parts(parts)
    found: Geometries = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return found


def wide_enough(polygons: Geometries, width_m: float) -> Flags:
    """Return where a circle of the diameter fits into each polygon, to a millimetre."""
    cores = shapely.buffer(polygons, _TO_SPARE_M - width_m / 2.0, quad_segs=1, join_style="mitre")
    wide: Flags = ~shapely.is_empty(cores)
    return wide


def largest_width_m(polygons: Geometries) -> float:
    """Return the diameter of the largest circle within one of the polygons, to a centimetre."""
    radii = shapely.length(shapely.maximum_inscribed_circle(polygons, tolerance=0.005))
    return 2.0 * float(radii.max())


def _metric_system(layer: BoundaryLayer) -> str:
    west, south, east, north = shapely.total_bounds(layer.geometry).tolist()
    middle = np.array([[(west + east) / 2.0, (south + north) / 2.0]])
    lon, lat = reproject_xy(middle, layer.crs, GEOGRAPHIC)[0].tolist()
    return metric_crs(lon, lat)


def _in_metres(layer: BoundaryLayer, system: str) -> Geometries:
    """Return valid polygons in the system; what is no polygon is an empty one."""
    shapes = reproject(_polygons(layer), layer.crs, system)
    broken = ~shapely.is_valid(shapes)
    for one in np.flatnonzero(broken).tolist():  # few, and each gives parts of its own
        shapes[one] = shapely.multipolygons(polygons_of(shapely.make_valid(shapes[one])))
    return shapes


def _polygons(layer: BoundaryLayer) -> Geometries:
    polygon = np.isin(shapely.get_type_id(layer.geometry), _POLYGONS)
    shapes = np.full(len(layer), shapely.Polygon(), dtype=object)
    shapes[polygon] = layer.geometry[polygon]
    return shapes


def _repaired(layer: BoundaryLayer) -> int:
    return int((~shapely.is_valid(_polygons(layer))).sum())
