"""Reading barriers from a GIS layer: walls, railways and water beside those of the street file."""

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
from geoplan.model.arrays import Geometries, Indices, Texts
from geoplan.model.network import Barriers

HEADERS = {"kind": ("类型", "类别", "barrier"), "name": ("名称",), "crs": ("坐标系",)}
"""Canonical column → other headers that mean it."""

KINDS = {
    "wall": "wall",
    "围墙": "wall",
    "围栏": "wall",
    "rail": "rail",
    "铁路": "rail",
    "water": "water",
    "河道": "water",
    "水面": "water",
}
"""What a barrier may be called → its kind."""


def read_barriers(path: Path, *, crs: str) -> Barriers:
    """Return the barriers of a layer as lines in a metric system; polygons give their rims.

    Raises
    ------
    InputError
        The file is missing or not a GIS layer.
    SchemaError
        The column ``kind`` is missing or says something else than wall, rail or water, or a
        geometry is neither a line nor a polygon.
    CrsError, DatumError
        The layer declares no coordinate system, or an unknown one.
    """
    require_file(path, LAYER_ENDINGS)
    table = read_table(path, HEADERS, required=("kind",), layer="barriers")
    system = declared_crs(table, None)
    kind, name = _kinds(table), table.texts("name")
    lines, row = _lines(table, system)
    return Barriers(geometry=reproject(lines, system, crs), kind=kind[row], name=name[row])


def with_barriers(first: Barriers, second: Barriers) -> Barriers:
    """Return the barriers of both, one behind the other."""
    return Barriers(
        geometry=np.concatenate([first.geometry, second.geometry]),
        kind=np.concatenate([first.kind, second.kind]),
        name=np.concatenate([first.name, second.name]),
    )


def _kinds(table: Table) -> Texts:
    texts = table.texts("kind").tolist()
    for row, text in enumerate(texts):
        if text not in KINDS:
            raise SchemaError(
                f"{table.where(row)}: kind is {text!r}; write one of {', '.join(KINDS)}"
            )
    return np.array([KINDS[text] for text in texts], dtype=np.str_)


def _lines(table: Table, system: str) -> tuple[Geometries, Indices]:
    """Return single lines and the row that each comes from."""
    if table.geometry is None:
        raise SchemaError(f"{table.path.name}: the table has no lines; export a GIS layer")
    shapes: Geometries = np.array(table.geometry.to_numpy(), dtype=object)
    dimension = shapely.get_dimensions(shapes)
    unusable = np.flatnonzero((dimension < 1) | shapely.is_empty(shapes))
    if unusable.size:
        raise SchemaError(
            f"{table.where(int(unusable[0]))}: a barrier must be a line or a polygon; "
            "correct the geometry in the GIS"
        )
    for corner in (shapely.bounds(shapes)[:, :2], shapely.bounds(shapes)[:, 2:]):
        refuse_out_of_range(table, corner, system)
    rims = np.where(dimension == 2, shapely.boundary(shapes), shapes)
    parts, row = shapely.get_parts(rims, return_index=True)
    return parts, row.astype(np.int32)
