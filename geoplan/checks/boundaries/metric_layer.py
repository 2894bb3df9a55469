"""A layer of units in metres: what every check of the tiling measures on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely

from geoplan.checks.on_ground import metric_crs_of, middle_of, usable_polygons
from geoplan.domain.crs import GEOGRAPHIC, reproject, reproject_xy
from geoplan.domain.declared_units import level_of_code
from geoplan.model.arrays import Flags, Floats, Geometries, Indices, Texts
from geoplan.model.boundary_layer import BoundaryLayer
from geoplan.model.findings import NOWHERE, Place
from geoplan.model.places import LEVELS

_CHINA = (73.0, 3.0, 136.0, 54.0)


@dataclass(frozen=True, slots=True, eq=False)
class MetricLayer:
    """Units of a layer in one metric system, in file order."""

    layer: BoundaryLayer
    polygon: Geometries
    """(n,) polygons in metres, None where there is none to measure; an invalid one is mended
    here, so that no gap seems to be where it lies."""
    sound: Flags
    """(n,) True where the polygon is valid as read; findings about others are B01's alone."""
    level: Texts
    """(n,) as stated, else as the length of the code says, else empty."""
    parent: Indices
    """(n,) position of the declared unit above, -1 where it is not in the layer."""
    crs: str

    def at(self, level: str) -> Indices:
        """Return the positions of the units of one level that have a polygon."""
        there = ~shapely.is_missing(self.polygon)
        return np.flatnonzero((self.level == level) & there).astype(np.int32)

    def levels(self) -> list[str]:
        """Return the levels that the layer has, from above, units of no known level last."""
        return [level for level in (*LEVELS, "") if (self.level == level).any()]

    def name(self, position: int) -> str:
        """Return what a sentence calls a unit: its name, else as ``subject``."""
        return str(self.layer.name[position]) or self.layer.subject(position)

    def subjects(self, positions: Indices | list[int]) -> tuple[str, ...]:
        """Return the subjects of several units, sorted."""
        return tuple(sorted({self.layer.subject(int(one)) for one in positions}))

    def place(self, shape: shapely.Geometry, position: int | None = None) -> Place:
        """Return where something in metres is: a point inside it, the unit's row, its shape."""
        if shapely.is_empty(shape):
            return NOWHERE
        row = None if position is None else int(self.layer.row[position])
        inner = shapely.get_coordinates(shapely.point_on_surface(shape))
        lon, lat = reproject_xy(inner, self.crs, GEOGRAPHIC)[0].tolist()
        drawn = reproject(np.array([shape], dtype=object), self.crs, GEOGRAPHIC)[0]
        return Place(round(lon, 6), round(lat, 6), row, drawn)


@lru_cache(maxsize=1)
def metric_layer(layer: BoundaryLayer) -> MetricLayer:
    """Return the layer in the metric system of its middle."""
    polygonal = usable(layer)
    if axes_swapped(layer):
        polygonal = np.zeros_like(polygonal)
    sound = polygonal.copy()
    sound[polygonal] = shapely.is_valid(layer.geometry[polygonal])
    crs, polygon = GEOGRAPHIC, np.full(len(layer), None, dtype=object)
    if polygonal.any():
        crs = metric_crs_of(layer, np.flatnonzero(polygonal))
        polygon[polygonal] = reproject(layer.geometry[polygonal], layer.crs, crs)
    broken = polygonal & ~sound
    polygon[broken] = shapely.make_valid(polygon[broken], method="structure", keep_collapsed=False)
    return MetricLayer(
        layer=layer,
        polygon=polygon,
        sound=sound,
        level=_levels(layer),
        parent=_parents(layer),
        crs=crs,
    )


def usable(layer: BoundaryLayer) -> Flags:
    """Return which units have a polygon that is not empty and of finite positions."""
    return usable_polygons(layer.geometry)


def axes_swapped(layer: BoundaryLayer) -> bool:
    """Return whether the middle of the layer is in China only with x and y exchanged."""
    there = np.flatnonzero(usable(layer))
    if not there.size:
        return False
    middle = middle_of(layer, there)
    return not _in_china(middle, layer.crs) and _in_china(middle[:, ::-1], layer.crs)


def _in_china(xy: Floats, crs: str) -> bool:
    lon, lat = reproject_xy(np.ascontiguousarray(xy), crs, GEOGRAPHIC)[0].tolist()
    west, south, east, north = _CHINA
    return bool(west <= lon <= east and south <= lat <= north)


def _levels(layer: BoundaryLayer) -> Texts:
    """Return the levels, of a unit that declares none that of its code."""
    found = layer.level.astype("<U16")
    for position in np.flatnonzero(found == "").tolist():
        found[position] = level_of_code(str(layer.code[position]))
    return found


def _parents(layer: BoundaryLayer) -> Indices:
    """Return the first unit with the declared code; a unit is never its own parent."""
    position_of: dict[str, int] = {}
    for position, code in enumerate(layer.code.tolist()):
        position_of.setdefault(code, position)
    position_of.pop("", None)
    found = np.array([position_of.get(code, -1) for code in layer.parent.tolist()], dtype=np.int32)
    own = found == np.arange(len(layer))
    return np.where(own, -1, found).astype(np.int32)
