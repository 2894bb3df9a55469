"""A new project: its commented project file, and tables to fill in with drop-downs."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter

from geoplan.errors import OutputError
from geoplan.io.csv_text import harmless
from geoplan.io.sheets import DEMAND, FACILITIES, NOTES, Sheet, project_text

_CREATED = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
"""Same input, same bytes: a workbook carries no clock."""
_ROWS_WITH_LISTS = 5_000


def write_project(folder: Path) -> tuple[Path, ...]:
    """Write a new project into a folder that is new or empty; return the files, all or none.

    Raises
    ------
    OutputError
        The folder holds something, or cannot be written; nothing was left in it.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputError(f"{folder}: the folder is not empty; name a new one")
    return _write_all(folder, project_contents(folder.resolve().name))


def project_contents(name: str) -> dict[str, bytes]:
    """Return every file of a new project by name; the same name gives the same bytes."""
    identity = re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-_")[:40] or "project"
    return {
        "geoplan.toml": project_text(identity).encode("utf-8"),
        **{f"{sheet.name}.xlsx": workbook_bytes(sheet) for sheet in (FACILITIES, DEMAND)},
        **{f"{sheet.name}.csv": _csv_bytes(sheet) for sheet in (FACILITIES, DEMAND)},
    }


def workbook_bytes(sheet: Sheet) -> bytes:
    """Return a workbook with the table, its notes (说明) and the lists of its drop-downs."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as workbook:
        workbook.set_properties({"title": sheet.title, "created": _CREATED})
        table = workbook.add_worksheet(sheet.title)
        notes, lists = workbook.add_worksheet("说明"), workbook.add_worksheet("选项")
        head = workbook.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        _write_table(table, sheet, head)
        _write_lists(table, lists, sheet)
        for row, text in enumerate((*NOTES, *sheet.notes)):
            notes.write_string(row, 0, text)
        notes.set_column(0, 0, 100)
        lists.hide()
    return stream.getvalue()


def _write_table(table: xlsxwriter.worksheet.Worksheet, sheet: Sheet, head: object) -> None:
    for column, field in enumerate(sheet.fields):
        table.write_string(0, column, field.header, head)
        if field.note:
            table.write_comment(0, column, field.note)
        if isinstance(field.example, str):
            table.write_string(1, column, field.example)
        else:
            table.write_number(1, column, field.example)
        table.set_column(column, column, max(10, 2 * len(field.header) + 2))
    table.freeze_panes(1, 1)


def _write_lists(
    table: xlsxwriter.worksheet.Worksheet, lists: xlsxwriter.worksheet.Worksheet, sheet: Sheet
) -> None:
    """Write each list on its own hidden column: a list inside a rule may hold 255 letters only."""
    for column, field in enumerate(sheet.fields):
        if not field.choices:
            continue
        for row, choice in enumerate(field.choices):
            lists.write_string(row, column, choice)
        letter = xlsxwriter.utility.xl_col_to_name(column)
        rule: Mapping[str, object] = {
            "validate": "list",
            "source": f"='选项'!${letter}$1:${letter}${len(field.choices)}",
            "error_type": "information" if field.several else "stop",
            "error_title": field.header,
            "error_message": "多项请用;分隔" if field.several else "请从下拉列表中选择",
        }
        table.data_validation(1, column, _ROWS_WITH_LISTS, column, rule)


def _csv_bytes(sheet: Sheet) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow([field.header for field in sheet.fields])
    writer.writerow([_csv_cell(field.example) for field in sheet.fields])
    return stream.getvalue().encode("utf-8-sig")


def _csv_cell(value: str | float) -> str:
    return str(harmless(value)) if isinstance(value, str) else f"{value:g}"


def _write_all(folder: Path, contents: Mapping[str, bytes]) -> tuple[Path, ...]:
    made_folder = not folder.exists()
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            path = folder / name
            with path.open("xb") as stream:
                written.append(path)
                stream.write(content)
    except OSError as error:
        _take_back(written, folder if made_folder else None)
        raise OutputError(
            f"{folder}: the project could not be written ({error.strerror}); choose another folder"
        ) from error
    return tuple(written)


def _take_back(written: Sequence[Path], folder: Path | None) -> None:
    for path in written:
        path.unlink(missing_ok=True)
    if folder is not None and folder.is_dir():
        folder.rmdir()
