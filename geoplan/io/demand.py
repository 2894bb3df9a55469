"""Reading people at the places where they live."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from geoplan.domain.apportion import largest_remainder
from geoplan.domain.groups import EVERYONE, GROUPS, age_of, group_code
from geoplan.errors import SchemaError
from geoplan.io.points import positions
from geoplan.io.tables import Table, read_table, unique_ids
from geoplan.io.vectors import LAYER_ENDINGS
from geoplan.model.arrays import Floats, Ints, Texts
from geoplan.model.demand import Demand
from geoplan.model.source import Source

HEADERS = {
    "id": ("编号",),
    "name": ("名称",),
    "place": ("小区", "地点", "居住地"),
    "community_code": ("社区代码",),
    "lon": ("经度", "longitude", "lng"),
    "lat": ("纬度", "latitude"),
    "crs": ("坐标系",),
    "people": ("people_all", "总人口", "常住人口", "人口", "人数"),
    **{f"people_{group.id}": group.headers for group in GROUPS.values()},
    "made": ("示意",),
}
"""Canonical column → other headers that mean it; every ``people_<group>`` is a group."""

_MOST_PEOPLE = 10_000_000
"""No residential point has more: such a number is a slip."""


def read_demand(path: Path, *, crs: str | None = None) -> Demand:
    """Return the people of a table, sorted by id.

    Fractions are rounded to whole people by the largest remainder, so that each group keeps its
    total; the source then counts the rows.

    Raises
    ------
    InputError, SchemaError, DuplicateIdError, CrsError, DatumError
        The table cannot be used; the message names row, cell and mend.
    """
    layer = path.suffix.lower() in LAYER_ENDINGS
    required = ("id", "people") if layer else ("id", "people", "lon", "lat")
    table = read_table(path, HEADERS, required=required, layer="demand")
    ids = unique_ids(table)
    xy, system = positions(table, crs)
    columns = _group_columns(table)
    people, rounded = _people(table, columns)
    order = np.argsort(ids, kind="stable")
    made = table.flags("made")
    return Demand(
        id=ids[order],
        place=_places(table)[order],
        xy=xy[order],
        groups=(EVERYONE, *(_group(column) for column in columns)),
        people=people[order],
        community=table.codes("community_code")[order],
        crs=system,
        source=Source(path.name, system, synthetic=bool(made.any()), rounded_rows=rounded),
    )


def _places(table: Table) -> Texts:
    """Return the residential place of each row, its own name where none is given."""
    place, name = table.texts("place"), table.texts("name")
    return np.where(place == "", name, place)


def _group(column: str) -> str:
    return group_code(column.removeprefix("people_"))


def _group_columns(table: Table) -> list[str]:
    """Return the columns of groups: ages from the youngest, then the others by name."""
    columns = [str(one) for one in table.cells.columns if str(one).startswith("people_")]
    return sorted(columns, key=lambda one: (age_of(_group(one)) is None, len(one), one))


def _people(table: Table, columns: list[str]) -> tuple[Ints, int]:
    """Return whole people by row and group, and how many rows were rounded."""
    everyone = _amounts(table, "people")
    whole = _rounded(everyone, None)
    groups = [whole]
    fractional = everyone != np.floor(everyone)
    for column in columns:
        amounts = _amounts(table, column)
        above = np.flatnonzero(amounts > everyone)
        if above.size:
            row = int(above[0])
            raise SchemaError(
                f"{table.where(row)}: {column} is {amounts[row]:g}, more than people "
                f"({everyone[row]:g}); correct one of them"
            )
        fractional |= amounts != np.floor(amounts)
        groups.append(_rounded(amounts, whole))
    return np.column_stack(groups), int(fractional.sum())


def _rounded(amounts: Floats, at_most: Ints | None) -> Ints:
    if (amounts == np.floor(amounts)).all():
        return amounts.astype(np.int64)
    # half up, like every other total: Python's own round gives 2 for 2.5
    total = int(np.floor(round(float(amounts.sum()), 6) + 0.5))
    whole = np.floor(amounts).astype(np.int64)
    room = None if at_most is None else at_most - whole
    left = total - int(whole.sum())
    return whole + largest_remainder(amounts - whole, left, at_most=room)


def _amounts(table: Table, column: str) -> Floats:
    amounts = table.numbers(column)
    if np.isnan(amounts).any():
        row = int(np.flatnonzero(np.isnan(amounts))[0])
        raise SchemaError(f"{table.where(row)}: {column} is empty; write 0 where nobody lives")
    impossible = np.flatnonzero((amounts < 0) | (amounts > _MOST_PEOPLE))
    if impossible.size:
        row = int(impossible[0])
        raise SchemaError(
            f"{table.where(row)}: {column} is {amounts[row]:g}; it cannot be negative or above "
            f"{_MOST_PEOPLE}"
        )
    return amounts
