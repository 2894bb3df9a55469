"""Stage 6: people within reach, by district, subdistrict, community and place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoplan.model.arrays import Flags, Floats, Ints, Texts
from geoplan.model.demand import Demand
from geoplan.model.places import LEVELS, Boundaries
from geoplan.model.results import UnitIndex
from geoplan.model.schema import COVERAGE
from geoplan.stages.reach import ROUNDING_S
from geoplan.units import seconds

NearestTimes = Mapping[tuple[str, str], Floats]
"""(profile, service) → seconds of each demand point to the nearest facility."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The units of one level, and the unit of each demand point."""

    level: str
    code: Texts
    name: Texts
    member: Ints
    """(demand,) position in ``code``, −1 where the point lies in no unit of the level."""


def unit_rows(boundaries: Boundaries, units: UnitIndex) -> list[Rows]:
    """Return the rows of every level that the boundaries have, district first."""
    members = dict(zip(LEVELS, (units.district, units.subdistrict, units.community), strict=True))
    return [
        _rows_of(boundaries, level, members[level]) for level in LEVELS if boundaries.at(level).size
    ]


def place_rows(boundaries: Boundaries, units: UnitIndex, demand: Demand) -> Rows:
    """Return one row for each named place of each community (or of the lowest unit there is).

    The unnamed rest of a community is one more row with an empty name, so places sum to it.
    """
    lowest = np.where(units.community >= 0, units.community, units.subdistrict)
    lowest = np.where(lowest >= 0, lowest, units.district)
    inside = np.flatnonzero(lowest >= 0)
    places, place = np.unique(demand.place[inside], return_inverse=True)
    keys, member = np.unique(np.column_stack([lowest[inside], place]), axis=0, return_inverse=True)
    members = np.full(len(demand.id), -1, dtype=np.int64)
    members[inside] = member.reshape(-1)
    return Rows("place", boundaries.code[keys[:, 0]], places[keys[:, 1]], members)


def coverage_table(
    rows: Sequence[Rows], demand: Demand, nearest_s: NearestTimes, minutes: Sequence[int]
) -> pd.DataFrame:
    """Return people and covered people for every unit, service, profile, limit and group.

    A point is covered when its time is less than or equal to the limit. Columns are
    ``model.schema.COVERAGE``; ``share`` is NaN where nobody of the group lives.
    """
    blocks = [
        _block(level, demand, times <= seconds(limit) + ROUNDING_S).assign(
            service=service, profile=profile, minutes=limit
        )
        for level in rows
        for (profile, service), times in nearest_s.items()
        for limit in minutes
    ]
    table = pd.concat(blocks, ignore_index=True)
    table["share"] = (table["covered"] / table["people"].where(table["people"] > 0)).round(6)
    return table.loc[:, list(COVERAGE)]


def _rows_of(boundaries: Boundaries, level: str, units: Ints) -> Rows:
    rows = boundaries.at(level)
    position = np.full(boundaries.code.size + 1, -1, dtype=np.int64)
    position[rows] = np.arange(rows.size)
    return Rows(level, boundaries.code[rows], boundaries.name[rows], position[units])


def _block(rows: Rows, demand: Demand, served: Flags) -> pd.DataFrame:
    people = _sums(rows, demand.people)
    covered = _sums(rows, demand.people * served[:, None])
    units, groups = people.shape
    return pd.DataFrame(
        {
            "level": rows.level,
            "code": np.repeat(rows.code, groups),
            "name": np.repeat(rows.name, groups),
            "group": np.tile(np.array(demand.groups), units),
            "people": people.ravel(),
            "covered": covered.ravel(),
        }
    )


def _sums(rows: Rows, people: Ints) -> Ints:
    """Return whole people by unit and group, exact."""
    inside = rows.member >= 0
    sums = np.zeros((rows.code.size, people.shape[1]), dtype=np.int64)
    np.add.at(sums, rows.member[inside], people[inside])
    return sums
