"""Reading administrative units from a GIS layer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from geoplan.errors import SchemaError
from geoplan.io.points import declared_crs, refuse_out_of_range
from geoplan.io.signatures import require_file
from geoplan.io.tables import Table, read_table, require_unique
from geoplan.io.vectors import LAYER_ENDINGS
from geoplan.model.arrays import Geometries, Texts
from geoplan.model.places import LEVELS, Boundaries
from geoplan.model.source import Source

HEADERS = {
    "code": ("代码", "区划代码", "adcode"),
    "name": ("名称", "地名"),
    "level": ("级别", "层级"),
    "parent_code": ("上级代码", "parent", "parent_cod"),
    "made": ("示意",),
    "source": ("来源", "数据来源"),
}
"""Canonical column → other headers that mean it."""

LEVEL_NAMES = {
    "区": "district",
    "县": "district",
    "区县": "district",
    "镇街": "subdistrict",
    "街道": "subdistrict",
    "镇": "subdistrict",
    "社区": "community",
    "村": "community",
    "村社区": "community",
}


def read_boundaries(path: Path, *, crs: str | None = None) -> Boundaries:
    """Return the units of a layer, district first, then by code.

    Raises
    ------
    InputError
        The file is missing or not a GIS layer.
    SchemaError
        A column is missing, a level unknown, a parent not there, or a geometry not usable.
    DuplicateIdError
        Two units carry one code.
    CrsError
        The layer declares no coordinate system, or an unknown one.
    """
    require_file(path, LAYER_ENDINGS)
    required = ("code", "name", "level", "parent_code")
    table = read_table(path, HEADERS, required=required, layer="boundaries")
    system = declared_crs(table, crs)
    code = require_unique(table, table.codes("code"), "code")
    level, parent = _levels(table), table.codes("parent_code")
    _refuse_orphans(table, code, level, parent)
    made = table.flags("made")
    order = np.lexsort([code, np.array([LEVELS.index(one) for one in level.tolist()])])
    return Boundaries(
        code=code[order],
        name=table.texts("name")[order],
        level=level[order],
        parent=np.where(level == LEVELS[0], "", parent)[order],
        geometry=_polygons(table, code, system)[order],
        made=made[order],
        crs=system,
        source=Source(name=path.name, crs=system, synthetic=bool(made.any())),
    )


def _levels(table: Table) -> Texts:
    levels = [LEVEL_NAMES.get(text, text) for text in table.texts("level").tolist()]
    for row, level in enumerate(levels):
        if level not in LEVELS:
            raise SchemaError(
                f"{table.where(row)}: level is {level!r}; write one of {', '.join(LEVELS)} "
                "(区县, 镇街, 社区)"
            )
    return np.array(levels, dtype=np.str_)


def _refuse_orphans(table: Table, code: Texts, level: Texts, parent: Texts) -> None:
    """Refuse a unit whose parent is not the next level up in the same file."""
    level_of = dict(zip(code.tolist(), level.tolist(), strict=True))
    above = dict(zip(LEVELS[1:], LEVELS, strict=False))
    for row, (own, up) in enumerate(zip(level.tolist(), parent.tolist(), strict=True)):
        if own in above and level_of.get(up) != above[own]:
            raise SchemaError(
                f"{table.where(row)}: the parent_code of {code[row]} is {up!r}, which is no "
                f"{above[own]} of the file; correct it or add the unit"
            )


def _polygons(table: Table, code: Texts, system: str) -> Geometries:
    if table.geometry is None:
        raise SchemaError(f"{table.path.name}: the table has no polygons; export a GIS layer")
    shapes: Geometries = np.array(table.geometry.to_numpy(), dtype=object)
    kinds = shapely.get_type_id(shapes)
    wanted = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
    usable = np.isin(kinds, wanted) & ~shapely.is_empty(shapes) & shapely.is_valid(shapes)
    if not usable.all():
        row = int(np.flatnonzero(~usable)[0])
        polygon = kinds[row] in wanted
        why = shapely.is_valid_reason(shapes[row]) if polygon else "not a polygon"
        raise SchemaError(
            f"{table.where(row)}: the geometry of {code[row]} cannot be used "
            f"({why}); repair it in the GIS"
        )
    for corner in (shapely.bounds(shapes)[:, :2], shapely.bounds(shapes)[:, 2:]):
        refuse_out_of_range(table, corner, system)
    return shapes
