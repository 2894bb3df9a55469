"""Who gains and who loses when walks change: both are counted, never the difference alone.

A home gains within a limit when its nearest facility was farther than the limit before and is
within it (inclusive) afterwards; it loses the other way round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from geoplan.model.arrays import Flags, Floats, Ints, Texts
from geoplan.model.demand import Demand
from geoplan.model.places import Boundaries
from geoplan.model.results import UnitIndex
from geoplan.model.schema import CHANGED_WALKS, WINNERS, group_column
from geoplan.stages.coverage import covered_shares
from geoplan.stages.reach import ROUNDING_S
from geoplan.stages.unit_rows import Rows
from geoplan.units import SECONDS_PER_MINUTE, seconds


def winners_table(
    coverage: pd.DataFrame,
    rows: Sequence[Rows],
    demand: Demand,
    nearest_s: tuple[Floats, Floats],
    minutes: Sequence[int],
) -> pd.DataFrame:
    """Return the people covered before and after, gained and lost, by unit, limit and group.

    Columns are ``model.schema.WINNERS``, rows those of ``coverage``; after − before = gained −
    lost in every row.

    Parameters
    ----------
    coverage
        What ``coverage_table`` gives of these rows before the change, for one walker and service.
    nearest_s
        (demand,) seconds to the nearest facility before and after, inf where none is known.
    """
    before, after = (_within(one_s, minutes) for one_s in nearest_s)
    table = coverage.rename(columns={"covered": "before"})
    table["gained"] = np.concatenate([_people(one, demand, after & ~before) for one in rows])
    table["lost"] = np.concatenate([_people(one, demand, before & ~after) for one in rows])
    table["after"] = table["before"] + table["gained"] - table["lost"]
    return table.loc[:, list(WINNERS)]


def coverage_after(coverage: pd.DataFrame, winners: pd.DataFrame) -> pd.DataFrame:
    """Return the coverage after the change: what ``coverage_table`` gives of the times then."""
    table = coverage.assign(covered=winners["after"])
    return table.assign(share=covered_shares(table))


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


def _people(rows: Rows, demand: Demand, flags: Flags) -> Ints:
    """Return the people of the flagged homes in order of limit, unit and group."""
    homes = np.flatnonzero(flags.any(axis=1))
    by_limit = flags[homes][:, :, None] * demand.people[homes][:, None, :]
    few = replace(rows, member=rows.member[homes])
    sums = few.sums(by_limit.reshape(homes.size, flags.shape[1] * len(demand.groups)))
    shaped = sums.reshape(rows.code.size, flags.shape[1], len(demand.groups))
    people: Ints = shaped.transpose(1, 0, 2).ravel()
    return people


def _codes(boundaries: Boundaries, unit: Ints) -> Texts:
    """Return the code of each unit, empty for −1."""
    codes: Texts = np.where(unit >= 0, boundaries.code[unit], "")
    return codes


def _shown_minutes(nearest_s: Floats) -> Floats:
    known: Floats = np.where(np.isfinite(nearest_s), nearest_s, np.nan)
    return known / SECONDS_PER_MINUTE
