"""Reading the areas where no site may open: polygons of a GIS layer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from geoplan.domain.crs import reproject
from geoplan.errors import SchemaError
from geoplan.io.points import declared_crs, refuse_out_of_range
from geoplan.io.signatures import require_file
from geoplan.io.tables import Table, read_table
from geoplan.io.vectors import LAYER_ENDINGS
from geoplan.model.arrays import Geometries

HEADERS = {"name": ("名称",), "crs": ("坐标系",)}
"""Canonical column → other headers that mean it; a layer needs none of them."""

_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def read_banned_areas(path: Path, *, crs: str) -> Geometries:
    """Return the polygons of a layer in a metric system, in file order.

    Raises
    ------
    InputError
        The file is missing or not a GIS layer.
    EmptyInputError
        The layer has no features.
    SchemaError
        A geometry is not a valid polygon.
    CrsError, DatumError
        The layer declares no coordinate system, or an unknown one.
    """
    require_file(path, LAYER_ENDINGS)
    table = read_table(path, HEADERS, required=(), layer="banned_areas")
    system = declared_crs(table, None)
    return reproject(_polygons(table, system), system, crs)


def _polygons(table: Table, system: str) -> Geometries:
    if table.geometry is None:
        raise SchemaError(f"{table.path.name}: the table has no polygons; export a GIS layer")
    shapes: Geometries = np.array(table.geometry.to_numpy(), dtype=object)
    polygon = np.isin(shapely.get_type_id(shapes), _POLYGONS) & ~shapely.is_empty(shapes)
    unusable = np.flatnonzero(~(polygon & shapely.is_valid(shapes)))
    if unusable.size:
        row = int(unusable[0])
        why = shapely.is_valid_reason(shapes[row]) if polygon[row] else "not a polygon"
        raise SchemaError(
            f"{table.where(row)}: a banned area must be a valid polygon ({why}); repair it in the "
            "GIS"
        )
    for corner in (shapely.bounds(shapes)[:, :2], shapely.bounds(shapes)[:, 2:]):
        refuse_out_of_range(table, corner, system)
    return shapes
