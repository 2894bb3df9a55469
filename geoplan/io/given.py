"""What a check is given: a file, or a table that is already in memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import geopandas as gpd
import pandas as pd

from geoplan.errors import EmptyInputError
from geoplan.io.cells import cell_text
from geoplan.io.headers import Headers
from geoplan.io.tables import Table, canonical_columns, read_table, without_geometry

Given: TypeAlias = Path | pd.DataFrame
"""A file, or a table with a header as the file would have it."""


def given_table(given: Given, headers: Headers, *, required: Sequence[str], layer: str) -> Table:
    """Return a file or a table in memory with its columns under canonical names.

    Raises
    ------
    InputError, SchemaError, EmptyInputError
        As ``io.tables.read_table``.
    """
    if isinstance(given, Path):
        return read_table(given, headers, required=required, layer=layer)
    path = Path(f"{layer} table")
    if given.empty:
        raise EmptyInputError(f"{path.name}: the table has no rows; fill it in")
    spatial = isinstance(given, gpd.GeoDataFrame)
    fields = [str(name) for name in given.columns if not spatial or name != given.geometry.name]
    names = canonical_columns(path, fields, headers, required)
    columns = {
        name: [cell_text(value) for value in given[fields[position]].tolist()]
        for position, name in names.items()
    }
    cells = pd.DataFrame(columns, index=range(1, len(given) + 1))
    geometry = given.geometry.force_2d() if spatial else None
    return Table(
        path=path,
        cells=cells,
        geometry=geometry,
        original=lambda: without_geometry(given),
        headers={name: fields[position] for position, name in names.items()},
    )


def given_name(given: Given, layer: str) -> str:
    """Return what a finding or a source calls what was given."""
    return given.name if isinstance(given, Path) else f"{layer} table"
