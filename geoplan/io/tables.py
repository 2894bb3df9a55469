"""Reading tables as planners have them: any encoding, Excel or GIS, Chinese or English headers.

Every fault is one sentence that names the file, the row as Excel shows it, and the mend.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geoplan.errors import DuplicateIdError, EmptyInputError, SchemaError
from geoplan.io.cells import cell_text, code_of, flag_of, half_width, number_of
from geoplan.io.grids import Grid, csv_grid, workbook_grids
from geoplan.io.headers import Headers, canonical_header
from geoplan.io.signatures import require_file
from geoplan.io.vectors import LAYER_ENDINGS, read_layer
from geoplan.model.arrays import Flags, Floats, Texts

TABLE_ENDINGS = (".csv", ".tsv", ".xlsx", ".xls")
_DELIMITED = (".csv", ".tsv")

_KNOWN_HEADERS = 2
"""So many known names make a row the header row: titles above it are passed over."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of text cells under canonical column names."""

    path: Path
    cells: pd.DataFrame
    """Text, stripped, empty for missing; the index is the row number as people see it: that of
    Excel, or that of the feature counted from 1."""
    geometry: gpd.GeoSeries | None
    """Geometry of a GIS layer, None for a plain table."""
    original: Callable[[], pd.DataFrame]
    """Gives every column of the file in its order, under its own header, without a geometry: text
    of a table, values of a layer; rows as in ``cells``."""
    headers: Mapping[str, str]
    """Canonical name → header in the file, of every column that is read."""

    def __len__(self) -> int:
        return len(self.cells)

    def where(self, row: int) -> str:
        """Return the place of a row (position from 0) as the reader of the file finds it."""
        return f"{self.path.name}, row {self.cells.index[row]}"

    def texts(self, column: str) -> Texts:
        """Return a column as text, empty strings when the column is not there."""
        if column not in self.cells:
            return np.full(len(self), "", dtype="<U1")
        return self.cells[column].to_numpy(dtype=np.str_)

    def codes(self, column: str) -> Texts:
        """Return a column of codes as digits, without what Excel makes of long numbers."""
        return np.array([code_of(text) for text in self.texts(column).tolist()], dtype=np.str_)

    def numbers(self, column: str) -> Floats:
        """Return a column as numbers, NaN where empty or not there.

        Raises
        ------
        SchemaError
            A cell is not a number; thousands separators, full-width digits and a unit behind the
            number are understood.
        """
        numbers = np.full(len(self), np.nan)
        for row, text in enumerate(self.texts(column).tolist()):
            if text and (number := number_of(text)) is None:
                raise SchemaError(
                    f"{self.where(row)}: {column} is {text!r}, not a number; correct the cell"
                )
            numbers[row] = number if text else np.nan
        return numbers

    def flags(self, column: str) -> Flags:
        """Return a column of yes and no; empty or not there is no.

        Raises
        ------
        SchemaError
            A cell is neither.
        """
        flags = [flag_of(text) for text in self.texts(column).tolist()]
        if None in flags:
            raise SchemaError(
                f"{self.where(flags.index(None))}: {column} is neither yes nor no; write 1 or 0"
            )
        return np.array(flags, dtype=np.bool_)


def read_table(path: Path, headers: Headers, *, required: Sequence[str], layer: str = "") -> Table:
    """Return the table with its columns under canonical names.

    In a workbook the first sheet with known headers is read, and titles above them are passed
    over; blank rows are left out.

    Parameters
    ----------
    headers
        Canonical name → the headers that mean it.
    required
        Canonical names that must be there.
    layer
        Layer to take where a GIS file holds several.

    Raises
    ------
    InputError
        The file is missing, damaged, or not what its ending says.
    SchemaError
        A required column is missing, two columns mean the same, or a row has too many cells.
    EmptyInputError
        The table has no rows.
    """
    ending = require_file(path, (*TABLE_ENDINGS, *LAYER_ENDINGS))
    if ending in LAYER_ENDINGS:
        return _layer_table(path, headers, required, layer)
    grid = csv_grid(path) if ending in _DELIMITED else _chosen_sheet(path, headers)
    if not any(any(row) for row in grid):
        raise EmptyInputError(f"{path.name}: the file has no text; fill it in")
    start = _header_row(grid, headers)
    found = grid[start]
    names = canonical_columns(path, found, headers, required)
    rows = {
        number: row for number, row in enumerate(grid[start + 1 :], start=start + 2) if any(row)
    }
    if not rows:
        raise EmptyInputError(f"{path.name}: the table has no rows; fill it in")
    columns = {name: _column(rows, position) for position, name in names.items()}
    _refuse_overlong(path, rows, len(found))
    return Table(
        path=path,
        cells=pd.DataFrame(columns, index=list(rows)),
        geometry=None,
        original=lambda: _all_columns(rows, found),
        headers={name: own_headers(found)[position] for position, name in names.items()},
    )


def unique_ids(table: Table, column: str = "id") -> Texts:
    """Return the ids of a table, full-width characters made half-width.

    Raises
    ------
    SchemaError
        An id is empty.
    DuplicateIdError
        Two rows carry one id.
    """
    ids = [half_width(text) for text in table.texts(column).tolist()]
    return require_unique(table, np.array(ids, dtype=np.str_), column)


def require_unique(table: Table, ids: Texts, column: str) -> Texts:
    """Return the ids as they are; raise as ``unique_ids`` when one is empty or occurs twice."""
    first: dict[str, int] = {}
    for row, value in enumerate(ids.tolist()):
        if not value:
            raise SchemaError(f"{table.where(row)}: {column} is empty; give every row its own")
        if value in first:
            earlier = table.cells.index[first[value]]
            raise DuplicateIdError(
                f"{table.path.name}: {column} {value!r} stands in row {earlier} and in row "
                f"{table.cells.index[row]}; give every row its own"
            )
        first[value] = row
    return ids


def _layer_table(path: Path, headers: Headers, required: Sequence[str], layer: str) -> Table:
    frame = read_layer(path, layer=layer)
    fields = [str(name) for name in frame.columns if name != frame.geometry.name]
    names = canonical_columns(path, fields, headers, required)
    columns = {
        name: [cell_text(value) for value in frame[fields[position]].tolist()]
        for position, name in names.items()
    }
    cells = pd.DataFrame(columns, index=range(1, len(frame) + 1))
    return Table(
        path=path,
        cells=cells,
        geometry=frame.geometry.force_2d(),
        original=lambda: without_geometry(frame),
        headers={name: fields[position] for position, name in names.items()},
    )


def _chosen_sheet(path: Path, headers: Headers) -> Grid:
    grids = list(workbook_grids(path))
    return next((grid for grid in grids if _known_rows(grid, headers)), grids[0])


def _header_row(grid: Grid, headers: Headers) -> int:
    known = _known_rows(grid, headers)
    return known[0] if known else next(row for row, cells in enumerate(grid) if any(cells))


def _known_rows(grid: Grid, headers: Headers) -> list[int]:
    return [
        number
        for number, row in enumerate(grid[:20])
        if len({canonical_header(text, headers) for text in row} - {None}) >= _KNOWN_HEADERS
    ]


def canonical_columns(
    path: Path, found: Sequence[str], headers: Headers, required: Sequence[str]
) -> dict[int, str]:
    """Return the canonical name by position of every column that is read.

    Raises
    ------
    SchemaError
        A required column is missing, or two columns mean the same.
    """
    names: dict[int, str] = {}
    for position, text in enumerate(found):
        name = canonical_header(text, headers)
        if name is None:
            continue
        if name in names.values():
            same = [found[other] for other, known in names.items() if known == name]
            raise SchemaError(
                f"{path.name}: the columns {same[0]} and {text} both mean {name}; keep one of them"
            )
        names[position] = name
    missing = [column for column in required if column not in names.values()]
    if missing:
        wanted = ", ".join("/".join((column, *headers.get(column, ()))) for column in missing)
        raise SchemaError(
            f"{path.name}: the column {wanted} is missing, found "
            f"{', '.join(filter(None, found)) or 'none'}; add it or rename the one that holds it"
        )
    return names


def without_geometry(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of a table in memory that are no geometry, rows counted from 1."""
    plain = frame.drop(columns=frame.geometry.name) if _is_spatial(frame) else frame
    plain = pd.DataFrame(plain).set_axis(range(1, len(frame) + 1))
    return plain.set_axis([str(name) for name in plain.columns], axis=1)


def _is_spatial(frame: pd.DataFrame) -> bool:
    return isinstance(frame, gpd.GeoDataFrame)


def own_headers(found: Sequence[str]) -> list[str]:
    """Return headers of which no two are alike and none is empty."""
    named = [text or f"column {place}" for place, text in enumerate(found, start=1)]
    return [
        text if text not in named[:place] else f"{text} {place + 1}"
        for place, text in enumerate(named)
    ]


def _all_columns(rows: dict[int, list[str]], found: Sequence[str]) -> pd.DataFrame:
    columns = {
        name: _column(rows, position)
        for position, (name, text) in enumerate(zip(own_headers(found), found, strict=True))
        if text or any(_column(rows, position))
    }
    return pd.DataFrame(columns, index=list(rows))


def _column(rows: dict[int, list[str]], position: int) -> list[str]:
    return [row[position] if position < len(row) else "" for row in rows.values()]


def _refuse_overlong(path: Path, rows: dict[int, list[str]], width: int) -> None:
    for number, row in rows.items():
        if any(row[width:]):
            raise SchemaError(
                f"{path.name}, row {number}: more cells than the header has columns; "
                'put a text that holds a comma in "quotes"'
            )
