"""Stage 6a2: the rows that people are counted in, and whole sums by row.

A row is a unit of one level, a named place inside a unit, or a road inside a subdistrict. Every
level splits the same people: the unnamed rest is a row of its own, so children sum to parents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from geoplan.model.arrays import Floats, Ints, Texts
from geoplan.model.demand import Demand
from geoplan.model.network import SnappedPoints, WalkNetwork
from geoplan.model.places import LEVELS, Boundaries
from geoplan.model.results import UnitIndex


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The units of one level, and the unit of each demand point."""

    level: str
    code: Texts
    name: Texts
    member: Ints
    """(demand,) position in ``code``, −1 where the point lies in no unit of the level."""

    def sums(self, amounts: Ints) -> Ints:
        """Return whole sums of the rows of ``amounts``, (demand, k) → (units, k), exact."""
        inside = np.flatnonzero(self.member >= 0)
        belongs = csr_array(
            (np.ones(inside.size, dtype=np.int64), (self.member[inside], inside)),
            shape=(self.code.size, self.member.size),
        )
        return np.asarray(belongs @ amounts, dtype=np.int64)


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
    return _named_rows(boundaries, "place", lowest_unit(units), demand.place)


def road_rows(
    boundaries: Boundaries, units: UnitIndex, network: WalkNetwork, homes: SnappedPoints
) -> Rows:
    """Return one row for each named road of each subdistrict (or district, without any).

    A home belongs to the road of its nearest street; those on unnamed streets, and those without
    a street, are one more row with an empty name, so roads sum to the subdistrict.
    """
    names = np.full(len(homes), "", dtype=object)
    reached = np.flatnonzero(homes.reached())
    nearest = homes.edge[homes.start[:-1][reached]]
    names[reached] = network.streets.names.take(nearest).texts()
    unit = np.where(units.subdistrict >= 0, units.subdistrict, units.district)
    return _named_rows(boundaries, "road", unit, names.astype(np.str_))


def lowest_unit(units: UnitIndex) -> Ints:
    """Return the row of the lowest unit of each point: community, subdistrict, district, or −1."""
    lowest = np.where(units.community >= 0, units.community, units.subdistrict)
    return np.where(lowest >= 0, lowest, units.district)


def weighted_means(rows: Rows, values: Floats, weight: Ints) -> Floats:
    """Return the weighted mean of (demand, k) values by row, (units, k), NaN without weight."""
    inside = np.flatnonzero(rows.member >= 0)
    belongs = csr_array(
        (weight[inside].astype(np.float64), (rows.member[inside], inside)),
        shape=(rows.code.size, rows.member.size),
    )
    total = rows.sums(weight[:, None])
    sums = np.asarray(belongs @ values, dtype=np.float64)
    return sums / np.where(total > 0, total, np.nan)


def _rows_of(boundaries: Boundaries, level: str, units: Ints) -> Rows:
    rows = boundaries.at(level)
    position = np.full(boundaries.code.size + 1, -1, dtype=np.int64)
    position[rows] = np.arange(rows.size)
    return Rows(level, boundaries.code[rows], boundaries.name[rows], position[units])


def _named_rows(boundaries: Boundaries, level: str, unit: Ints, names: Texts) -> Rows:
    """Return one row for each name inside each unit, in order of unit, then name."""
    inside = np.flatnonzero(unit >= 0)
    texts, text = np.unique(names[inside], return_inverse=True)
    keys, member = np.unique(np.column_stack([unit[inside], text]), axis=0, return_inverse=True)
    members = np.full(names.size, -1, dtype=np.int64)
    members[inside] = member.reshape(-1)
    return Rows(level, boundaries.code[keys[:, 0]], texts[keys[:, 1]], members)


def stacked(rows: Sequence[Rows], count: int) -> tuple[Texts, Texts, Texts]:
    """Return level, code and name of all rows, one behind the other, each ``count`` times."""
    level = np.concatenate([np.full(one.code.size, one.level, dtype=object) for one in rows])
    code = np.concatenate([one.code.astype(object) for one in rows])
    name = np.concatenate([one.name.astype(object) for one in rows])
    return np.repeat(level, count), np.repeat(code, count), np.repeat(name, count)
