"""Positions in tables: declared, finite, in range, the right way round."""

from __future__ import annotations

import numpy as np
import shapely

from geoplan.domain.crs import GEOGRAPHIC, is_metric, known_crs, reproject_xy
from geoplan.errors import CrsError, DatumError, SchemaError
from geoplan.io.shape_positions import inner_points, refuse_off_globe
from geoplan.io.tables import Table
from geoplan.model.arrays import Floats

_ENCRYPTED = {"gcj02", "gcj-02", "火星坐标", "高德", "腾讯", "bd09", "bd-09", "百度"}
_NAMES = {"cgcs2000": GEOGRAPHIC, "wgs84": "EPSG:4326", "wgs-84": "EPSG:4326"}


def positions(table: Table, crs: str | None) -> tuple[Floats, str]:
    """Return x and y of each row, shape (n, 2), and their coordinate system.

    The system is the argument, else the table's ``crs`` column (one value in all rows), else that
    of the layer. Numbers of a geographic system are longitude and latitude.

    Raises
    ------
    CrsError
        No system is declared, several are, or it is not known.
    DatumError
        GCJ-02 or BD-09 is declared: such positions are about 500 m or 1,150 m off.
    SchemaError
        A position is missing, out of range, or longitude and latitude are swapped.
    """
    system = declared_crs(table, crs)
    _refuse_projected_table(table, system)
    xy = _xy(table)
    empty = np.flatnonzero(~np.isfinite(xy).all(axis=1))
    if empty.size:
        raise SchemaError(f"{table.where(int(empty[0]))}: lon or lat is empty; fill in both")
    refuse_out_of_range(table, xy, system)
    return xy, system


def declared_crs(table: Table, crs: str | None) -> str:
    """Return the coordinate system of a table: stated by the caller, its rows or its layer.

    Raises
    ------
    CrsError, DatumError
        As ``positions``.
    """
    stated = sorted(set(table.texts("crs").tolist()) - {""})
    if crs is None and len(stated) > 1:
        raise CrsError(
            f"{table.path.name}: the crs column names {', '.join(stated)}; "
            "one table has one coordinate system, so split it"
        )
    text = crs or (stated[0] if stated else "") or layer_crs(table)
    if not text:
        raise CrsError(
            f"{table.path.name}: no coordinate system is declared; add a crs column such as "
            f"{GEOGRAPHIC}, or name crs in geoplan.toml"
        )
    if text.lower() in _ENCRYPTED:
        raise DatumError(
            f"{table.path.name}: {text} is declared, whose positions are 500-1,200 m off; "
            f"geoplan does not convert it yet, so export the points in {GEOGRAPHIC} (CGCS2000)"
        )
    return known_crs(_NAMES.get(text.lower(), text), where=table.path.name)


def geographic_positions(
    table: Table, system: str, *, columns: tuple[str, str] = ("lon", "lat")
) -> Floats:
    """Return longitude and latitude (EPSG:4490) of each row, shape (n, 2), NaN where unknown.

    A layer's own geometry goes before its columns ``lon`` and ``lat``; columns are degrees
    always, also beside the geometry of a projected layer.

    Raises
    ------
    CrsError
        A plain table declares a projected system, or the numbers of a layer cannot be of its own.
    SchemaError
        A cell is no number, or a position is no place on earth.
    """
    if table.geometry is not None and columns == ("lon", "lat"):
        refuse_off_globe(table, system)
        xy = inner_points(np.array(table.geometry.to_numpy(), dtype=object))
    else:
        _refuse_projected_table(table, system)
        xy = np.column_stack([table.numbers(column) for column in columns])
        system = GEOGRAPHIC if is_metric(system) else system
    refuse_out_of_range(table, xy, system)
    known = np.isfinite(xy).all(axis=1)
    moved = np.full(xy.shape, np.nan)
    moved[known] = reproject_xy(xy[known], system, GEOGRAPHIC)
    return moved


def layer_crs(table: Table) -> str:
    """Return the coordinate system of a layer, empty for a plain table or an unset one."""
    if table.geometry is None or table.geometry.crs is None:
        return ""
    code = table.geometry.crs.to_epsg()
    return f"EPSG:{code}" if code else str(table.geometry.crs.to_wkt())


def _refuse_projected_table(table: Table, system: str) -> None:
    if table.geometry is None and is_metric(system):
        raise CrsError(
            f"{table.path.name}: lon and lat are degrees but {system} is a projected system; "
            f"declare {GEOGRAPHIC}, or export the table as a GeoPackage"
        )


def _xy(table: Table) -> Floats:
    if table.geometry is None:
        return np.column_stack([table.numbers("lon"), table.numbers("lat")])
    shapes = table.geometry.to_numpy()
    bad = np.flatnonzero(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if bad.size:
        raise SchemaError(f"{table.where(int(bad[0]))}: the geometry is empty; draw the place")
    return shapely.get_coordinates(shapely.point_on_surface(shapes))


def refuse_out_of_range(table: Table, xy: Floats, system: str) -> None:
    """Raise ``SchemaError`` for the first row whose degrees lie on no globe; planes may pass."""
    if is_metric(system):
        return
    lon, lat = xy[:, 0], xy[:, 1]
    bad = np.flatnonzero((np.abs(lon) > 180) | (np.abs(lat) > 90))
    if bad.size == 0:
        return
    row = int(bad[0])
    swapped = abs(lat[row]) <= 180 and abs(lon[row]) <= 90
    mend = "they look swapped: exchange the two columns" if swapped else "correct the position"
    raise SchemaError(
        f"{table.where(row)}: lon {lon[row]:g}, lat {lat[row]:g} is no place on earth; {mend}"
    )
