"""Reading a layer of administrative units as it is: faults are for the checks to find."""

from __future__ import annotations

import numpy as np

from geoplan.errors import SchemaError
from geoplan.io.boundaries import HEADERS as RUN_HEADERS
from geoplan.io.boundaries import LEVEL_NAMES
from geoplan.io.given import Given, given_table
from geoplan.io.points import declared_crs
from geoplan.io.shape_positions import (
    finite_shapes,
    refuse_exchanged,
    refuse_not_finite,
    refuse_off_globe,
)
from geoplan.io.tables import Table
from geoplan.model.boundary_layer import BoundaryLayer
from geoplan.model.places import LEVELS
from geoplan.model.source import Source

HEADERS = {
    **RUN_HEADERS,
    "published_km2": ("公布面积", "面积km2", "面积(平方公里)", "area_km2"),
    "crs": ("坐标系",),
}
"""Canonical column → other headers that mean it."""


def read_boundary_layer(given: Given, *, crs: str | None = None) -> BoundaryLayer:
    """Return every feature of a layer of units, in file order, invalid ones too.

    Raises
    ------
    InputError, EmptyInputError
        The file cannot be read, or has no features.
    SchemaError
        It is no GIS layer, or has neither codes nor names.
    CrsError, DatumError
        No coordinate system is declared, it is not known or cannot be that of the numbers, or its
        positions are shifted.
    """
    return _layer(_layer_table(given), crs)


def read_units(given: Given) -> BoundaryLayer:
    """Return a layer that others are held against: its shapes are polygons.

    Raises
    ------
    InputError, EmptyInputError, CrsError, DatumError
        As ``read_boundary_layer``.
    SchemaError
        As there; or there are shapes and none is a polygon, or a position is no number.
    """
    layer = read_boundary_layer(given)
    if finite_shapes(layer.geometry).any() and not layer.polygonal().any():
        raise SchemaError(
            f"{layer.source.name}: none of the {len(layer)} features is a polygon; "
            "give the layer with the areas of the units"
        )
    return measurable(layer)


def measurable(layer: BoundaryLayer) -> BoundaryLayer:
    """Return the layer as it is, with positions that can be measured.

    Raises
    ------
    SchemaError
        A position is no number, or longitude and latitude are exchanged.
    """
    refuse_exchanged(layer.geometry, layer.crs, layer.source.name)
    refuse_not_finite(layer.geometry, lambda one: f"{layer.source.name}, row {layer.row[one]}")
    return layer


def _layer_table(given: Given) -> Table:
    """Return a layer with its codes or names; raise ``SchemaError`` where it is none."""
    table = given_table(given, HEADERS, required=(), layer="boundaries")
    if table.geometry is None:
        raise SchemaError(f"{table.path.name}: the table has no polygons; export a GIS layer")
    if not {"code", "name"} & set(table.cells.columns):
        raise SchemaError(
            f"{table.path.name}: the layer has neither a code nor a name column; add one"
        )
    return table


def _layer(table: Table, crs: str | None) -> BoundaryLayer:
    if table.geometry is None:
        raise SchemaError(f"{table.path.name}: the table has no polygons; export a GIS layer")
    system = declared_crs(table, crs)
    refuse_off_globe(table, system)
    levels = [LEVEL_NAMES.get(text, text) for text in table.texts("level").tolist()]
    made = table.flags("made")
    return BoundaryLayer(
        row=np.asarray(table.cells.index, dtype=np.int64),
        code=table.codes("code"),
        name=table.texts("name"),
        level=np.array([level if level in LEVELS else "" for level in levels], dtype=np.str_),
        parent=table.codes("parent_code"),
        geometry=np.array(table.geometry.to_numpy(), dtype=object),
        published_km2=table.numbers("published_km2"),
        made=made,
        crs=system,
        source=Source(name=table.path.name, crs=system, synthetic=bool(made.any())),
        original=table.original(),
    )
