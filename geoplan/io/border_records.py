"""Reading what is kept about borders: markers, inspections, rivers, buildings, service areas."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import shapely

from geoplan.domain.crs import GEOGRAPHIC, reproject
from geoplan.errors import SchemaError
from geoplan.io.boundary_layer import read_units
from geoplan.io.cells import code_of, number_of
from geoplan.io.given import Given, given_table
from geoplan.io.headers import Headers
from geoplan.io.points import declared_crs, geographic_positions
from geoplan.io.shape_positions import finite_shapes, refuse_not_finite
from geoplan.io.tables import Table
from geoplan.model.arrays import Geometries, Ints
from geoplan.model.border_records import (
    BorderRecords,
    Centrelines,
    Footprints,
    Inspections,
    Markers,
    ServiceAreas,
    UnitCodes,
)

_UNITS = {
    "units": ("相邻单元", "单元代码", "相邻单元代码", "两侧单元"),
    "unit_a": ("甲方代码", "单元甲", "代码1"),
    "unit_b": ("乙方代码", "单元乙", "代码2"),
    "unit_c": ("丙方代码", "单元丙", "代码3"),
}
MARKER_HEADERS: Headers = {
    "id": ("界桩号", "界桩编号", "编号"),
    "letter": ("类型", "界桩类型", "type"),
    "precision": ("精度", "定位方式", "测量方式"),
    "lon": ("经度", "longitude", "lng"),
    "lat": ("纬度", "latitude"),
    "crs": ("坐标系",),
    **_UNITS,
}
INSPECTION_HEADERS: Headers = {
    "line": ("界线编号", "界线代码", "界线名称", "界线"),
    "last": ("上次联检日期", "联检日期", "最近联检", "last_inspection", "date"),
    "length_km": ("长度(公里)", "长度公里", "界线长度", "长度km"),
    "follows": ("依据地物", "沿线地物", "走向依据"),
    **_UNITS,
}
CENTRELINE_HEADERS: Headers = {"name": ("名称", "河名", "路名"), "crs": ("坐标系",)}
BUILDING_HEADERS: Headers = {
    "id": ("编号", "建筑编号"),
    "name": ("名称", "楼名", "小区名称"),
    "crs": ("坐标系",),
}
SERVICE_HEADERS: Headers = {
    "communities": ("社区代码", "社区", "所辖社区", "community", "community_code"),
    "unit": ("大社区", "服务单元", "大社区代码", "服务单元代码", "service_unit"),
    "crs": ("坐标系",),
}
_SURVEYED = {"surveyed", "survey", "gnss", "rtk", "实测", "测量", "已测", "控制测量"}
_SURVEYED_TO_M = 1.0
_DIMENSIONS = {"lines": 1, "polygons": 2}
_PARTS = re.compile(r"[;；,，、/|\s—-]+")


def read_border_records(companions: Mapping[str, Given]) -> BorderRecords:
    """Return those records that are among the companions.

    Raises
    ------
    InputError, SchemaError, EmptyInputError, CrsError, DatumError
        A file cannot be read, lacks a column, or declares no usable coordinate system.
    """
    given = companions.get
    return BorderRecords(
        markers=None if (one := given("markers")) is None else read_markers(one),
        inspections=None if (one := given("inspections")) is None else read_inspections(one),
        centrelines=None if (one := given("centrelines")) is None else read_centrelines(one),
        buildings=None if (one := given("buildings")) is None else read_buildings(one),
        second=None if (one := given("second")) is None else read_units(one),
        service_areas=None if (one := given("service_areas")) is None else read_service_areas(one),
    )


def read_markers(given: Given) -> Markers:
    """Return boundary markers; a precision of at most 1 m counts as surveyed."""
    table = given_table(given, MARKER_HEADERS, required=("id",), layer="markers")
    return Markers(
        row=_rows(table),
        id=table.texts("id"),
        units=_units(table),
        letter=table.texts("letter"),
        surveyed=np.array([_surveyed(text) for text in table.texts("precision").tolist()]),
        xy=geographic_positions(table, declared_crs(table, None)),
    )


def read_inspections(given: Given) -> Inspections:
    """Return the records of joint inspections; dates stay as written."""
    table = given_table(given, INSPECTION_HEADERS, required=("last",), layer="inspections")
    return Inspections(
        row=_rows(table),
        line=table.texts("line"),
        units=_units(table),
        last=table.texts("last"),
        length_km=table.numbers("length_km"),
        follows=table.texts("follows"),
    )


def read_centrelines(given: Given) -> Centrelines:
    """Return rivers and roads with their lines."""
    table = given_table(given, CENTRELINE_HEADERS, required=("name",), layer="centrelines")
    return Centrelines(row=_rows(table), name=table.texts("name"), geometry=_shapes(table, "lines"))


def read_buildings(given: Given) -> Footprints:
    """Return buildings or estates with their polygons."""
    table = given_table(given, BUILDING_HEADERS, required=(), layer="buildings")
    return Footprints(
        row=_rows(table),
        id=table.texts("id"),
        name=table.texts("name"),
        geometry=_shapes(table, "polygons"),
    )


def read_service_areas(given: Given) -> ServiceAreas:
    """Return which communities each service unit serves; one cell may list several."""
    required = ("communities", "unit")
    table = given_table(given, SERVICE_HEADERS, required=required, layer="service areas")
    return ServiceAreas(
        row=_rows(table),
        communities=tuple(_codes(text) for text in table.texts("communities").tolist()),
        unit=table.texts("unit"),
        geometry=None if table.geometry is None else _shapes(table, "polygons"),
    )


def _rows(table: Table) -> Ints:
    return np.asarray(table.cells.index, dtype=np.int64)


def _shapes(table: Table, kind: str) -> Geometries:
    """Return the shapes in EPSG:4490; if any is there, one is of the kind."""
    if table.geometry is None:
        raise SchemaError(f"{table.path.name}: the table has no shapes; export a GIS layer")
    shapes: Geometries = np.array(table.geometry.to_numpy(), dtype=object)
    refuse_not_finite(shapes, table.where)
    dimensions = shapely.get_dimensions(shapes[finite_shapes(shapes)])
    if dimensions.size and not (dimensions == _DIMENSIONS[kind]).any():
        raise SchemaError(f"{table.path.name}: the layer has no {kind}; give one that has")
    return reproject(shapes, declared_crs(table, None), GEOGRAPHIC)


def _units(table: Table) -> UnitCodes:
    columns = [table.texts(name).tolist() for name in _UNITS]
    return tuple(_codes(";".join(texts)) for texts in zip(*columns, strict=True))


def _codes(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code_of(part) for part in _PARTS.split(text) if part))


def _surveyed(text: str) -> bool:
    metres = number_of(text) if text else None
    if metres is None:
        return text.lower() in _SURVEYED
    return metres <= _SURVEYED_TO_M
