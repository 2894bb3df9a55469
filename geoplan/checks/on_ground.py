"""Units of a layer on the ground: usable polygons in metres, their lines, and who holds a point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely

from geoplan.domain.borders import BORDER_M
from geoplan.domain.crs import GEOGRAPHIC, metric_crs, reproject, reproject_xy
from geoplan.domain.declared_units import level_of_code
from geoplan.model.arrays import Flags, Floats, Geometries, Indices, Ints, Texts
from geoplan.model.boundary_layer import BoundaryLayer
from geoplan.model.findings import Place

_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Units that have a polygon, one row each, by code: of two rows the first has the lower code.

    Features with one code are one unit; invalid polygons are taken as what they enclose.
    """

    code: Texts
    """(m,) codes without the zeros that fill them up, empty where there is none."""
    subject: tuple[str, ...]
    """What a finding calls each unit."""
    name: Texts
    level: Texts
    """(m,) as declared, else as long as the code says, else empty."""
    feature: Ints
    """(m,) row of the file."""
    geometry: Geometries
    """(m,) polygons in ``crs``."""
    outline: Geometries
    """(m,) their lines."""
    crs: str
    """A metric system that fits the place."""
    position: Mapping[str, int]
    """Code without filling zeros → row."""

    def at(self, level: str) -> Indices:
        """Return the rows of the units of one level, by code."""
        return np.flatnonzero(self.level == level).astype(np.int32)

    def row_of(self, code: str) -> int:
        """Return the row of the unit with a code, −1 when there is none."""
        return self.position.get(bare_code(code), -1) if code else -1

    def called(self, rows: list[int]) -> str:
        """Return the names of units as one text, a dash for none."""
        return " / ".join(str(self.name[row]) or self.subject[row] for row in rows) or "—"

    def metres(self, lon_lat: Floats) -> Floats:
        """Return longitudes and latitudes (n, 2) as metres, NaN where they are not known."""
        xy = np.full(lon_lat.shape, np.nan)
        known = np.isfinite(lon_lat).all(axis=1)
        xy[known] = reproject_xy(lon_lat[known], GEOGRAPHIC, self.crs)
        return xy

    def place(
        self,
        x: float,
        y: float,
        *,
        row: int | None = None,
        shape: shapely.Geometry | None = None,
    ) -> Place:
        """Return the place of a finding; ``x``, ``y`` and ``shape`` are in metres."""
        lon, lat = reproject_xy(np.array([[x, y]]), self.crs, GEOGRAPHIC)[0].round(6).tolist()
        drawn = None
        if shape is not None:
            one = np.empty(1, dtype=object)
            one[0] = shape
            drawn = reproject(one, self.crs, GEOGRAPHIC)[0]
        return Place(lon, lat, row, drawn)


@lru_cache(maxsize=4)
def ground_of(layer: BoundaryLayer) -> Ground:
    """Return the units of a layer that have a polygon, in metres.

    Cached by identity: the checks of one dossier share the work.
    """
    usable = np.flatnonzero(usable_polygons(layer.geometry))
    keys = [bare_code(str(layer.code[row])) or f"~{layer.subject(row)}" for row in usable.tolist()]
    first: dict[str, list[int]] = {}
    for key, row in zip(keys, usable.tolist(), strict=True):
        first.setdefault(key, []).append(row)
    order = sorted(first)
    crs = metric_crs_of(layer, usable)
    polygons = reproject(layer.geometry, layer.crs, crs)
    geometry = np.empty(len(order), dtype=object)
    geometry[:] = [_one(polygons[first[key]]) for key in order]
    rows = np.array([first[key][0] for key in order], dtype=np.int64)
    codes = ["" if key.startswith("~") else key for key in order]
    return Ground(
        code=np.array(codes, dtype=np.str_),
        subject=tuple(layer.subject(row) for row in rows.tolist()),
        name=layer.name[rows],
        level=_levels(layer.level[rows], codes),
        feature=layer.row[rows],
        geometry=geometry,
        outline=np.asarray(shapely.boundary(geometry), dtype=object),
        crs=crs,
        position={code: row for row, code in enumerate(codes) if code},
    )


def bare_code(code: str) -> str:
    """Return a code without the zeros that fill it up: ``320402001000`` is ``320402001``."""
    while len(code) > 6 and len(code) % 3 == 0 and code.endswith("000"):
        code = code[:-3]
    return code


def unit_at(ground: Ground, rows: Indices, xy: Floats) -> Ints:
    """Return which of some units holds each point (n, 2), −1 where none does.

    A point on a line (to ``BORDER_M``) belongs to the unit with the lowest code.
    """
    point, unit = touched(ground, rows, xy, BORDER_M)
    found = np.full(xy.shape[0], -1, dtype=np.int64)
    first = np.unique(point, return_index=True)[1]
    found[point[first]] = unit[first]
    return found


def touched(ground: Ground, rows: Indices, xy: Floats, within_m: float) -> tuple[Ints, Ints]:
    """Return (point, unit) of every unit of ``rows`` so near to a point, by point, then code."""
    return _near(ground.geometry[rows], rows, xy, within_m)


def lines_near(ground: Ground, rows: Indices, xy: Floats, within_m: float) -> tuple[Ints, Ints]:
    """Return (point, unit) of every unit of ``rows`` whose line is so near, by point, then code."""
    return _near(ground.outline[rows], rows, xy, within_m)


def within(shapes: Geometries, lines: Geometries, line: Ints, limit_m: float) -> Flags:
    """Return whether each shape is as near as the limit to the line that ``line`` gives it.

    One prepared line at a time, so a line of many vertices is searched and not walked along.
    """
    near = np.zeros(len(shapes), dtype=np.bool_)
    for row in np.unique(line).tolist():
        mine = np.flatnonzero(line == row)
        shapely.prepare(lines[row])
        near[mine] = shapely.dwithin(lines[row], shapes[mine], limit_m)
    return near


def _near(shapes: Geometries, rows: Indices, xy: Floats, within_m: float) -> tuple[Ints, Ints]:
    known = np.flatnonzero(np.isfinite(xy).all(axis=1))
    if known.size == 0 or rows.size == 0:
        nothing = np.empty(0, dtype=np.int64)
        return nothing, nothing
    points = np.asarray(shapely.points(xy[known]), dtype=object)
    unit, point = shapely.STRtree(points).query(shapes, predicate="dwithin", distance=within_m)
    order = np.lexsort([unit, point])
    return known[point[order]].astype(np.int64), rows[unit[order]].astype(np.int64)


def usable_polygons(geometry: Geometries) -> Flags:
    """Return which of some shapes are polygons, not empty and of finite positions."""
    polygon = np.isin(shapely.get_type_id(geometry), _POLYGONS) & ~shapely.is_empty(geometry)
    return polygon & np.isfinite(shapely.bounds(geometry)).all(axis=1)


def middle_of(layer: BoundaryLayer, rows: Ints) -> Floats:
    """Return the middle (1, 2) of the extent of some shapes, as the layer writes positions."""
    bounds = shapely.total_bounds(layer.geometry[rows])
    return np.array([(bounds[:2] + bounds[2:]) / 2])


def metric_crs_of(layer: BoundaryLayer, rows: Ints) -> str:
    """Return the metric system that fits the middle of some shapes; degrees when there are none."""
    if rows.size == 0:
        return GEOGRAPHIC
    lon, lat = reproject_xy(middle_of(layer, rows), layer.crs, GEOGRAPHIC)[0].tolist()
    return metric_crs(lon, lat)


def _one(parts: Geometries) -> shapely.Geometry:
    """Return features of one unit as one valid polygon."""
    valid = [part if shapely.is_valid(part) else _enclosed(part) for part in parts]
    return valid[0] if len(valid) == 1 else shapely.union_all(valid)


def _enclosed(polygon: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(polygon)))
    return shapely.union_all(parts[np.isin(shapely.get_type_id(parts), _POLYGONS)])


def _levels(declared: Texts, codes: list[str]) -> Texts:
    return np.array(
        [
            level or level_of_code(code)
            for level, code in zip(declared.tolist(), codes, strict=True)
        ],
        dtype=np.str_,
    )
