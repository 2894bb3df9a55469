"""Tables as CSV text, quickly: every different value of a column is written once, then placed.

A table of coverage has a million cells and a few thousand different ones.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pandas as pd

from geoplan.model.arrays import Ints

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_ROWS_AT_ONCE = 50_000
"""So many rows are text at one time: memory stays flat however long the table is."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_chunks(table: pd.DataFrame) -> Iterator[bytes]:
    """Yield a table as CSV, piece by piece: UTF-8 with BOM, dot decimals, empty for missing.

    Text that a spreadsheet would take for a formula gets a leading apostrophe. Byte for byte what
    ``DataFrame.to_csv`` writes of the guarded table without its index, lines ending in CR LF.
    """
    head = table.iloc[:0] if len(table.columns) else table
    yield _BYTE_ORDER_MARK + head.to_csv(index=False, lineterminator="\r\n").encode()
    columns = [_cells(column, lone=table.shape[1] == 1) for _, column in table.items()]
    for start in range(0, len(table) if columns else 0, _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        cells = (texts[code[rows]].tolist() for texts, code in columns)
        yield b"\r\n".join(map(b",".join, zip(*cells, strict=True))) + b"\r\n"


def harmless(value: object) -> object:
    """Return the value; text that would start a formula gets a leading apostrophe."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value


def _cells(column: pd.Series, *, lone: bool) -> tuple[np.ndarray, Ints]:
    """Return the different cells of a column as written, the empty one last, and that of each row.

    In a table of one column an empty cell is written ``""``, lest the line look like none.
    """
    values, code = _distinct(column)
    texts = [*_written(values), ""]
    if lone:
        texts = [text or '""' for text in texts]
    return np.array([text.encode() for text in texts], dtype=np.object_), code


def _distinct(column: pd.Series) -> tuple[pd.Series, Ints]:
    """Return the different values of a column and the position of each row's, −1 for missing.

    Only values that are written alike are taken for one: 0.0 and −0.0 are two, and a column of
    mixed objects, where 1 equals True, is left as it is.
    """
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return pd.Series(dtype.categories), np.asarray(column.cat.codes, dtype=np.int64)
    if isinstance(dtype, np.dtype) and dtype.kind == "f" and dtype.itemsize <= 8:
        code, bits = pd.factorize(column.to_numpy().view(f"i{dtype.itemsize}"))
        return pd.Series(bits.view(dtype)), np.asarray(code, dtype=np.int64)
    if (
        _all_text(column)
        or pd.api.types.is_integer_dtype(dtype)
        or pd.api.types.is_bool_dtype(dtype)
    ):
        code, values = pd.factorize(column)
        return pd.Series(values), np.asarray(code, dtype=np.int64)
    return column.reset_index(drop=True), np.arange(len(column), dtype=np.int64)


def _all_text(column: pd.Series) -> bool:
    """Return whether a column holds text and missing values alone."""
    if column.dtype == object:
        return pd.api.types.infer_dtype(column, skipna=True) == "string"
    return pd.api.types.is_string_dtype(column.dtype)


def _written(values: pd.Series) -> list[str]:
    """Return the text of each value, guarded, and quoted where it must be."""
    if values.dtype == object or pd.api.types.is_string_dtype(values.dtype):
        values = values.map(harmless)
    lines = _Lines()
    # a second, empty column: pandas quotes the empty cells of a table of one
    values.to_frame("cell").assign(end="").to_csv(
        lines, header=False, index=False, lineterminator="\r\n"
    )
    return [line.removesuffix(",\r\n") for line in lines.found]


class _Lines(io.StringIO):
    """A text file that keeps each line as it was handed over, line breaks within cells and all."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def write(self, line: str, /) -> int:
        self.found.append(line)
        return len(line)
