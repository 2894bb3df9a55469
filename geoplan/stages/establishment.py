"""Stage 6g: which units have one: establishment coverage (建制覆盖), by where facilities stand.

It says nothing about who can walk there; that is coverage.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoplan.domain.kinds import KINDS
from geoplan.model.arrays import Flags, Ints, Texts
from geoplan.model.facilities import Facilities
from geoplan.model.places import LEVELS, Boundaries
from geoplan.model.results import UnitIndex
from geoplan.model.schema import ESTABLISHMENT
from geoplan.stages.unit_rows import Rows, unit_rows
from geoplan.stages.units import parent_rows


@dataclass(frozen=True, slots=True, eq=False)
class _Subjects:
    """What units are asked for: every kind of facility, then every service."""

    counted_by: Texts
    """(s,) ``kind`` or ``service``."""
    id: Texts
    """(s,) id of the kind or the service; both may be called alike."""
    member: Flags
    """(facilities, s) True where the facility is of the kind, or gives the service."""


def establishment_table(
    boundaries: Boundaries, facilities: Facilities, facility_units: UnitIndex
) -> pd.DataFrame:
    """Return how many units have a facility of each kind and service, at every level.

    A row is one unit, one subject (``counted_by`` kind or service) and one level of units within
    it: ``units`` of ``child_level`` lie in the unit, ``units_with`` of them have at least one
    facility, and ``without`` holds the codes of the others, joined by ``;`` in code order. Where
    ``child_level`` is the unit's own level, it is the only one: 1 and 0 or 1. ``facilities``
    counts those that stand in the unit itself, in a lower unit or not. ``share`` is NaN where
    there are no units. Columns are ``model.schema.ESTABLISHMENT``, highest level first; levels
    that the boundaries do not have are left out.

    Parameters
    ----------
    facility_units
        Units that the facilities stand in, by geometry (``stages.units.locate``).
    """
    subjects = _subjects(facilities)
    levels = [
        (rows, rows.sums(subjects.member.astype(np.int64)))
        for rows in unit_rows(boundaries, facility_units)
    ]
    blocks = [
        _block(boundaries, subjects, (upper, standing), (lower, counts > 0))
        for place, (upper, standing) in enumerate(levels)
        for lower, counts in levels[place:]
    ]
    if not blocks:
        return pd.DataFrame(columns=list(ESTABLISHMENT))
    return pd.concat(blocks, ignore_index=True).loc[:, list(ESTABLISHMENT)]


def unit_above(boundaries: Boundaries, level: str) -> Ints:
    """Return the row of the unit of one level that each unit is or lies in, −1 where none is."""
    parents = np.append(parent_rows(boundaries), -1)
    above = np.arange(boundaries.code.size)
    for _ in LEVELS:
        climbing = (above >= 0) & (boundaries.level[above] != level)
        above = np.where(climbing, parents[above], above)
    return np.where((above >= 0) & (boundaries.level[above] == level), above, -1)


def units_within(boundaries: Boundaries, upper: str, lower: str) -> Ints:
    """Return for each unit of the lower level the place of the upper unit that it lies in.

    The place counts units of the upper level in code order; −1 where none is.
    """
    rows = boundaries.at(upper)
    place = np.full(boundaries.code.size + 1, -1, dtype=np.int64)
    place[rows] = np.arange(rows.size)
    return place[unit_above(boundaries, upper)[boundaries.at(lower)]]


def _subjects(facilities: Facilities) -> _Subjects:
    kinds = np.array(list(KINDS), dtype=np.str_)
    services = np.array(facilities.services, dtype=np.str_)
    return _Subjects(
        counted_by=np.repeat(["kind", "service"], [kinds.size, services.size]),
        id=np.concatenate([kinds, services]),
        member=np.column_stack([facilities.kind[:, None] == kinds, facilities.offers]),
    )


def _block(
    boundaries: Boundaries,
    subjects: _Subjects,
    upper: tuple[Rows, Ints],
    lower: tuple[Rows, Flags],
) -> pd.DataFrame:
    """Return the rows of one level of units and one level within, unit by unit."""
    (rows, standing), (children, has) = upper, lower
    within = units_within(boundaries, rows.level, children.level)
    belongs = Rows(rows.level, rows.code, rows.name, within)
    units = belongs.sums(np.ones((within.size, 1), dtype=np.int64))[:, 0]
    units_with = belongs.sums(has.astype(np.int64))
    count = subjects.id.size
    everywhere = np.repeat(units, count)
    table = pd.DataFrame(
        {
            "level": rows.level,
            "code": np.repeat(rows.code, count),
            "name": np.repeat(rows.name, count),
            "counted_by": np.tile(subjects.counted_by, rows.code.size),
            "subject": np.tile(subjects.id, rows.code.size),
            "child_level": children.level,
            "facilities": standing.ravel(),
            "units": everywhere,
            "units_with": units_with.ravel(),
            "without": _without(children.code, within, has, rows.code.size),
        }
    )
    share = units_with.ravel() / np.where(everywhere > 0, everywhere, np.nan)
    return table.assign(share=share.round(6))


def _without(codes: Texts, within: Ints, has: Flags, units: int) -> list[str]:
    """Return the codes of the units without, joined by ``;``: one text a unit and subject."""
    lacking: list[list[str]] = [[] for _ in range(units * has.shape[1])]
    # text of each cell has its own length, so the cells are filled one by one
    for child, subject in np.argwhere(~has & (within >= 0)[:, None]).tolist():
        lacking[within[child] * has.shape[1] + subject].append(str(codes[child]))
    return [";".join(one) for one in lacking]
