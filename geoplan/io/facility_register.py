"""Reading a register of facilities as it is: faults are for the checks to find."""

from __future__ import annotations

import numpy as np

from geoplan.domain.crs import GEOGRAPHIC, is_metric, reproject_xy
from geoplan.domain.kinds import KINDS
from geoplan.errors import CrsError, DatumError, SchemaError
from geoplan.io.cells import half_width, number_of
from geoplan.io.facilities import HEADERS as RUN_HEADERS
from geoplan.io.facilities import NUMBERS, STATUSES
from geoplan.io.given import Given, given_table
from geoplan.io.points import declared_crs, layer_crs
from geoplan.io.shape_positions import inner_points
from geoplan.io.tables import Table
from geoplan.model.arrays import Flags, Floats, Texts
from geoplan.model.facility_register import Doubt, FacilityRegister
from geoplan.model.source import Source

HEADERS = {
    **RUN_HEADERS,
    "subdistrict": ("镇街", "街道", "乡镇", "镇街名称", "所属镇街", "所在镇街", "所属街道"),
    "community": ("社区", "村社区", "社区名称", "所属社区", "所在社区", "村居"),
}
"""Canonical column → other headers that mean it."""

_ALWAYS = ("id", "name", "kind")
"""Columns that the reader of a run asks for."""
_KIND_LABELS = {kind.zh: kind.id for kind in KINDS.values()} | {kind: kind for kind in KINDS}


def read_facility_register(given: Given) -> FacilityRegister:
    """Return every row of a table of facilities, in file order, with what its cells lack.

    Raises
    ------
    InputError, SchemaError, EmptyInputError
        The file cannot be read, or has neither ids nor names.
    CrsError
        The table has positions and no row and no layer says in which coordinate system.
    """
    table = given_table(given, HEADERS, required=(), layer="facilities")
    if not {"id", "name"} & set(table.cells.columns):
        raise SchemaError(
            f"{table.path.name}: the table has neither an id nor a name column; add one"
        )
    xy, misplaced = _positions(table)
    numbers = {name: _numbers(table, name) for name in NUMBERS if name in table.cells}
    doubts = [*_missing_columns(table), *_word_doubts(table), *misplaced]
    doubts += [doubt for name in numbers for doubt in _number_doubts(table, name)]
    return FacilityRegister(
        row=np.asarray(table.cells.index, dtype=np.int64),
        id=np.array([half_width(text) for text in table.texts("id").tolist()], dtype=np.str_),
        name=table.texts("name"),
        kind=_kinds(table),
        subdistrict=_declared(table, "subdistrict"),
        community=_declared(table, "community"),
        address=table.texts("address"),
        services=table.texts("services"),
        xy=xy,
        numbers=numbers,
        doubts=tuple(sorted(doubts, key=lambda doubt: (doubt.position, doubt.column))),
        source=Source(name=table.path.name, crs=GEOGRAPHIC),
        columns=frozenset(str(name) for name in table.cells.columns),
    )


def _declared(table: Table, unit: str) -> Texts:
    """Return the code of the declared unit, where there is none its name."""
    code, name = table.codes(f"{unit}_code"), table.texts(unit)
    return np.where(code == "", name, code)


def _kinds(table: Table) -> Texts:
    kinds = [_KIND_LABELS.get(text, "") for text in table.texts("kind").tolist()]
    return np.array(kinds, dtype=np.str_)


def _numbers(table: Table, column: str) -> Floats:
    found = [_number(text) for text in table.texts(column).tolist()]
    return np.array(found, dtype=np.float64)


def _number(text: str) -> float:
    """Return the number of a cell, NaN where it is empty, no number or beyond all numbers."""
    found = number_of(text) if text else None
    return found if found is not None and np.isfinite(found) else float("nan")


def _number_doubts(table: Table, column: str) -> list[Doubt]:
    return [
        Doubt("cell", column, text, position)
        for position, text in enumerate(table.texts(column).tolist())
        if text and not np.isfinite(_number(text))
    ]


def _missing_columns(table: Table) -> list[Doubt]:
    wanted = _ALWAYS if table.geometry is not None else (*_ALWAYS, "lon", "lat")
    return [Doubt("column", name, "", -1) for name in wanted if name not in table.cells]


def _word_doubts(table: Table) -> list[Doubt]:
    """Return the empty ids and kinds, and the kinds and states that are no word of the run's."""
    doubts = []
    for column, known in (("id", None), ("kind", _KIND_LABELS), ("status", STATUSES)):
        if column not in table.cells:
            continue
        for position, text in enumerate(table.texts(column).tolist()):
            if not text and column != "status":
                doubts.append(Doubt("empty", column, "", position))
            elif known is not None and text not in known:
                doubts.append(Doubt("cell", column, text, position))
    return doubts


def _positions(table: Table) -> tuple[Floats, list[Doubt]]:
    """Return longitudes and latitudes, NaN where unusable, and what is wrong with the others."""
    placed = table.geometry is not None or {"lon", "lat"} <= set(table.cells.columns)
    if not placed:
        return np.full((len(table), 2), np.nan), []
    if table.geometry is None:
        xy = np.column_stack([_numbers(table, "lon"), _numbers(table, "lat")])
        doubts = _lon_lat_doubts(table, xy)
    else:
        xy = inner_points(np.array(table.geometry.to_numpy(), dtype=object))
        empty = np.flatnonzero(~np.isfinite(xy).all(axis=1))
        doubts = [Doubt("empty", "geometry", "", int(position)) for position in empty]
    moved, systems = _moved(table, xy)
    off_globe = np.isfinite(moved).all(axis=1) & ~_on_globe(moved)
    doubts += [_off_globe(xy, int(position)) for position in np.flatnonzero(off_globe)]
    moved[off_globe] = np.nan
    return moved, doubts + systems


def _lon_lat_doubts(table: Table, xy: Floats) -> list[Doubt]:
    doubts = []
    for axis, column in enumerate(("lon", "lat")):
        texts = table.texts(column).tolist()
        for position in np.flatnonzero(~np.isfinite(xy[:, axis])).tolist():
            text = texts[position]
            doubts.append(Doubt("cell" if text else "empty", column, text, position))
    return doubts


def _moved(table: Table, xy: Floats) -> tuple[Floats, list[Doubt]]:
    """Return positions in EPSG:4490, each row by the system that it states.

    A row that states none has that of the other rows if they agree, else that of the layer.
    """
    stated = np.array([half_width(text) for text in table.texts("crs").tolist()], dtype=np.str_)
    different = sorted(set(stated.tolist()) - {""})
    if len(different) == 1:
        stated = np.full(len(table), different[0])
    elif not different:
        stated = np.full(len(table), layer_crs(table) or declared_crs(table, None))
    moved, doubts = np.full(xy.shape, np.nan), []
    known = np.isfinite(xy).all(axis=1)
    for text in sorted(set(stated.tolist())):
        rows: Flags = stated == text
        system = _usable_system(table, text)
        if system:
            moved[rows & known] = reproject_xy(xy[rows & known], system, GEOGRAPHIC)
        else:
            first = int(np.flatnonzero(rows)[0])
            doubts.append(Doubt("crs", "crs", text, first, rows=int(rows.sum())))
    return moved, doubts


def _usable_system(table: Table, text: str) -> str:
    """Return the coordinate system that a row states, empty for one that cannot be used."""
    if not text:
        return ""
    try:
        system = declared_crs(table, text)
    except (CrsError, DatumError):
        return ""
    return "" if table.geometry is None and is_metric(system) else system


def _on_globe(lon_lat: Floats) -> Flags:
    on_globe: Flags = (np.abs(lon_lat[:, 0]) <= 180) & (np.abs(lon_lat[:, 1]) <= 90)
    return on_globe


def _off_globe(xy: Floats, position: int) -> Doubt:
    lon, lat = xy[position].tolist()
    swapped = abs(lat) <= 180 and abs(lon) <= 90
    return Doubt("swapped" if swapped else "range", "lon", f"{lon:g}, {lat:g}", position)
