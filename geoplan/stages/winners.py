"""Who gains and who loses when walks change: both are counted, never the difference alone.

A home gains within a limit when its nearest facility was farther than the limit before and is
within it (inclusive) afterwards; it loses the other way round.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geoplan.model.arrays import Flags, Floats, Ints, Texts
from geoplan.model.demand import Demand
from geoplan.model.places import Boundaries
from geoplan.model.results import UnitIndex
from geoplan.model.schema import CHANGED_WALKS, WINNERS, group_column
from geoplan.stages.reach import ROUNDING_S
from geoplan.stages.unit_rows import Rows
from geoplan.units import SECONDS_PER_MINUTE, seconds


def winners_table(
    rows: Sequence[Rows],
    demand: Demand,
    nearest_s: tuple[Floats, Floats],
    minutes: Sequence[int],
) -> pd.DataFrame:
    """Return the people covered before and after, gained and lost, by unit, limit and group.

    Columns are ``model.schema.WINNERS``; after − before = gained − lost in every row. Sorted by
    level, limit, unit and group, as ``coverage_table`` sorts the rows of one walker and service.

    Parameters
    ----------
    nearest_s
        (demand,) seconds to the nearest facility before and after, inf where none is known.
    """
    before, after = (_within(one_s, minutes) for one_s in nearest_s)
    counted = {"before": before, "after": after, "gained": after & ~before, "lost": before & ~after}
    blocks = [_block(level, demand, counted, minutes) for level in rows]
    return pd.concat(blocks, ignore_index=True).loc[:, list(WINNERS)]


def changed_walks(
    demand: Demand,
    boundaries: Boundaries,
    units: UnitIndex,
    nearest_s: tuple[Floats, Floats],
) -> pd.DataFrame:
    """Return the homes of the district whose walk to the nearest facility takes another time.

    Columns are ``model.schema.CHANGED_WALKS``, then ``people_<group>``, sorted by home; minutes
    are NaN where no facility is known to be near enough. Times that differ by no more than the
    rounding of sums are the same.
    """
    before_s, after_s = nearest_s
    same = np.isclose(before_s, after_s, rtol=0.0, atol=ROUNDING_S)
    changed = np.flatnonzero(~same & (units.district >= 0))
    table = pd.DataFrame(
        {
            "id": demand.id[changed],
            "place": demand.place[changed],
            "subdistrict": _codes(boundaries, units.subdistrict[changed]),
            "minutes_before": _shown_minutes(before_s[changed]),
            "minutes_after": _shown_minutes(after_s[changed]),
        },
        columns=list(CHANGED_WALKS),
    )
    people = {group_column("people", group): demand.of(group)[changed] for group in demand.groups}
    return table.assign(**people)


def _within(nearest_s: Floats, minutes: Sequence[int]) -> Flags:
    """Return for each home and limit whether a facility is within it."""
    limits_s = np.array([seconds(limit) for limit in minutes])
    flags: Flags = nearest_s[:, None] <= limits_s + ROUNDING_S
    return flags


def _block(
    rows: Rows, demand: Demand, counted: dict[str, Flags], minutes: Sequence[int]
) -> pd.DataFrame:
    groups, units, limits = len(demand.groups), rows.code.size, len(minutes)
    return pd.DataFrame(
        {
            "level": rows.level,
            "code": np.tile(np.repeat(rows.code, groups), limits),
            "name": np.tile(np.repeat(rows.name, groups), limits),
            "minutes": np.repeat(np.array(minutes), units * groups),
            "group": np.tile(np.array(demand.groups, dtype=object), units * limits),
            "people": np.tile(rows.sums(demand.people).ravel(), limits),
            **{name: _people(rows, demand, flags) for name, flags in counted.items()},
        }
    )


def _people(rows: Rows, demand: Demand, flags: Flags) -> Ints:
    """Return the people of the flagged homes in order of limit, unit and group."""
    homes, groups = demand.people.shape
    by_limit = flags[:, :, None] * demand.people[:, None, :]
    sums = rows.sums(by_limit.reshape(homes, -1)).reshape(rows.code.size, -1, groups)
    people: Ints = sums.transpose(1, 0, 2).ravel()
    return people


def _codes(boundaries: Boundaries, unit: Ints) -> Texts:
    """Return the code of each unit, empty for −1."""
    codes: Texts = np.where(unit >= 0, boundaries.code[unit], "")
    return codes


def _shown_minutes(nearest_s: Floats) -> Floats:
    known: Floats = np.where(np.isfinite(nearest_s), nearest_s, np.nan)
    return known / SECONDS_PER_MINUTE
