"""The rows of CSV files and workbooks as texts, before anyone knows what they mean."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import python_calamine

from geoplan.errors import EmptyInputError, InputError
from geoplan.io.cells import cell_text

Grid = list[list[str]]

_MOST_UNPACKED_BYTES = 1_000_000_000
"""A workbook that unpacks to more is refused: it is a fault or an attack."""


def csv_grid(path: Path) -> Grid:
    """Return every row of a CSV file, blank ones too: row n of Excel is entry n - 1.

    Raises
    ------
    InputError
        The text is neither UTF-8, UTF-16 with its mark, nor GB18030, or a quote is not closed.
    """
    text = decoded_text(path)
    first = text.lstrip().partition("\n")[0]
    delimiter = max(",\t;", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return [[cell_text(cell) for cell in row] for row in rows]
    except csv.Error as error:
        raise InputError(
            f"{path.name}: line {rows.line_num} is not CSV ({error}); "
            "look for a quote that is not closed"
        ) from error


def workbook_grids(path: Path) -> Iterator[Grid]:
    """Give the rows of each sheet; every cell of a merged range repeats its first one.

    Raises
    ------
    InputError
        The workbook is damaged, has a password, or unpacks to an absurd size.
    EmptyInputError
        It has no sheets.
    """
    _refuse_bomb(path)
    try:
        with python_calamine.load_workbook(path) as workbook:
            grids = [_sheet_grid(workbook, name) for name in workbook.sheet_names]
    except python_calamine.CalamineError as error:
        raise InputError(
            f"{path.name}: the workbook cannot be opened ({_plain(error)}); "
            "open it in Excel or WPS, take off any password and save it again"
        ) from error
    if not grids:
        raise EmptyInputError(f"{path.name}: the workbook has no sheets; fill in the template")
    yield from grids


def decoded_text(path: Path, *, save_as: str = "CSV UTF-8") -> str:
    """Return the text of a file; Excel in Chinese saves CSV as GB18030.

    Raises
    ------
    InputError
        The text is neither UTF-8, UTF-16 with its mark, nor GB18030; ``save_as`` says how to mend.
    """
    content = path.read_bytes()
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(
        f"{path.name}: the text is neither UTF-8 nor GB18030; save it as '{save_as}' again"
    )


def _sheet_grid(workbook: python_calamine.CalamineWorkbook, name: str) -> Grid:
    sheet = workbook.get_sheet_by_name(name)
    rows = [[cell_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top < len(rows) and left < len(rows[top]):
            for row in rows[top : bottom + 1]:
                row[left : right + 1] = [rows[top][left]] * len(row[left : right + 1])
    return rows


def _refuse_bomb(path: Path) -> None:
    if path.suffix.lower() != ".xlsx":
        return
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError(
            f"{path.name}: the workbook is damaged ({_plain(error)}); save it again"
        ) from error
    if unpacked > _MOST_UNPACKED_BYTES:
        raise InputError(
            f"{path.name}: the workbook unpacks to {unpacked / 1e9:.1f} GB; keep only the table"
        )


def _plain(error: Exception) -> str:
    return " ".join(str(error).split())[:160]
