"""Writing proposed mends: a table or layer of its own, never the file that was checked."""

from __future__ import annotations

import datetime as dt
import io
import warnings
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import xlsxwriter

from geoplan.errors import ConfigError
from geoplan.io.artifacts import write_file
from geoplan.io.csv_text import csv_chunks
from geoplan.io.layers import fixed_clock
from geoplan.model.proposals import Proposal

_CREATED = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
"""Stands in the workbook instead of the clock: same input, same bytes."""
_MOST_LETTERS = 32_767
"""What Excel allows a cell."""
TABLE_ENDINGS, LAYER_ENDINGS = (".csv", ".xlsx"), (".gpkg", ".geojson")


def write_proposal(proposal: Proposal, path: Path) -> Path:
    """Write a proposal whole or not at all; the ending chooses the form.

    A table goes to ``.csv`` (the proposed table alone) or ``.xlsx`` (sheets ``proposal`` and
    ``changes``), a layer to ``.geojson`` (the proposed layer alone) or ``.gpkg`` (layers
    ``boundaries`` and ``changes``).

    Raises
    ------
    ConfigError
        The ending is none of those that the proposal can be written to.
    OutputError
        The disk refuses.
    """
    layered = isinstance(proposal.table, gpd.GeoDataFrame)
    endings = LAYER_ENDINGS if layered else TABLE_ENDINGS
    ending = path.suffix.lower()
    if ending not in endings:
        raise ConfigError(f"{path.name}: a proposal is written to {' or '.join(endings)}")
    return write_file(path, lambda fresh: _WRITERS[ending](proposal, fresh))


def _csv(proposal: Proposal, path: Path) -> None:
    with path.open("wb") as stream:
        stream.writelines(csv_chunks(proposal.table))


def _xlsx(proposal: Proposal, path: Path) -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": _CREATED})
        for name, table in (("proposal", proposal.table), ("changes", proposal.changes)):
            _sheet(book.add_worksheet(name), table)
    path.write_bytes(stream.getvalue())


def _sheet(page: xlsxwriter.worksheet.Worksheet, table: pd.DataFrame) -> None:
    for column, title in enumerate(table.columns):
        page.write_string(0, column, str(title))
        for row, cell in enumerate(table[title].tolist(), start=1):
            page.write_string(row, column, "" if pd.isna(cell) else str(cell)[:_MOST_LETTERS])


def _geojson(proposal: Proposal, path: Path) -> None:
    _layer(proposal.table, path, driver="GeoJSON")


def _gpkg(proposal: Proposal, path: Path) -> None:
    with fixed_clock():
        for name, table in (("boundaries", proposal.table), ("changes", proposal.changes)):
            if len(table):
                _layer(table, path, layer=name, driver="GPKG")


def _layer(table: pd.DataFrame, path: Path, **where: str) -> None:
    with warnings.catch_warnings():
        # a position that is no number stays as it was: the check has told of it
        warnings.filterwarnings("ignore", "Infinite or NaN coordinate", RuntimeWarning)
        pyogrio.write_dataframe(table, path, **where)


_WRITERS: dict[str, Callable[[Proposal, Path], None]] = {
    ".csv": _csv,
    ".xlsx": _xlsx,
    ".geojson": _geojson,
    ".gpkg": _gpkg,
}
