"""One sheet of the workbook: a table under printed headers, and how its cells are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geoplan.views.wording import MASKED, Wording

HEADER_ROW = 2

_WIDEST = 60


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One sheet: its name and a table with printed headers."""

    name: str
    table: pd.DataFrame
    percent: frozenset[str] = frozenset()
    """Printed headers whose numbers are shares."""


def printed_sheet(
    words: Wording,
    name: str,
    columns: Mapping[str, pd.Series[Any]],
    percent: tuple[str, ...] = (),
) -> Sheet:
    """Return the sheet of columns by their keys; ``percent`` are keys whose numbers are shares.

    A key is a name of ``column.*``; what stands behind a bar is the group that it is of.
    """
    table = {header(words, key): column.reset_index(drop=True) for key, column in columns.items()}
    shares = frozenset(header(words, key) for key in percent)
    return Sheet(words.text(f"sheet.{name}"), pd.DataFrame(table), shares)


def header(words: Wording, key: str) -> str:
    """Return the printed header of a column; ``gain|X`` is the gain of group X."""
    name, _, group = key.partition("|")
    printed = words.text(f"column.{name}")
    return words.text("column.of_group", column=printed, group=group) if group else printed


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as dictionaries by column name."""
    return [{str(key): cell for key, cell in row.items()} for row in table.to_dict("records")]


def joined_services(words: Wording, text: str) -> str:
    """Return service ids that are joined by ``;`` as the language lists names."""
    joint = words.text("popup.joint")
    return joint.join(words.service(service) for service in text.split(";") if service)


def write_sheet(book: Any, sheet: Sheet, band: str, formats: Mapping[str, Any]) -> None:  # noqa: ANN401  xlsxwriter has no types
    """Write a sheet: band on top, header row, cells, widths that fit, a filter."""
    page = book.add_worksheet(sheet.name)
    page.write_string(0, 0, band, formats["band"])
    page.freeze_panes(HEADER_ROW + 1, 0)
    for column, title in enumerate(sheet.table.columns):
        look = formats["percent" if title in sheet.percent else "plain"]
        series = sheet.table[title]
        cells = [_cell(cell, counts=str(series.dtype) == "Int64") for cell in series.tolist()]
        page.set_column(column, column, _width(title, cells), look)
        page.write_string(HEADER_ROW, column, title, formats["header"])
        for row, cell in enumerate(cells):
            _write_cell(page, HEADER_ROW + 1 + row, column, cell)
    last = max(len(sheet.table), 1)
    page.autofilter(HEADER_ROW, 0, HEADER_ROW + last, len(sheet.table.columns) - 1)


def sheet_formats(book: Any) -> dict[str, Any]:  # noqa: ANN401  xlsxwriter has no types
    """Return the looks of cells by name."""
    return {
        "band": book.add_format({"bold": True, "font_color": "#9c2a00"}),
        "header": book.add_format({"bold": True, "bg_color": "#e8eef4", "bottom": 1}),
        "percent": book.add_format({"num_format": "0.0%"}),
        "plain": book.add_format({}),
    }


def _cell(cell: object, *, counts: bool) -> object:
    """Return what is written: nothing for a missing value, a star for a count that is masked."""
    if cell is None or cell is pd.NA or (isinstance(cell, float) and pd.isna(cell)):
        return MASKED if counts else None
    return cell


def _write_cell(page: Any, row: int, column: int, cell: object) -> None:  # noqa: ANN401
    if cell is None:
        return
    if isinstance(cell, int | float):
        page.write_number(row, column, cell)
    else:
        page.write_string(row, column, str(cell))


def _width(title: str, cells: list[object]) -> float:
    """Return a column width that fits; a Chinese character counts for two."""
    texts = [title, *(str(cell) for cell in cells[:200] if cell is not None)]
    longest = max(sum(2 if ord(letter) > 0x2E80 else 1 for letter in text) for text in texts)
    return min(longest + 2, _WIDEST)
