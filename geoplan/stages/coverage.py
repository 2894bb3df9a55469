"""Stage 6: people within reach, by district, subdistrict, community, place and road."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from geoplan.model.arrays import Flags, Floats
from geoplan.model.demand import Demand
from geoplan.model.schema import COVERAGE
from geoplan.stages.reach import ROUNDING_S
from geoplan.stages.unit_rows import Rows
from geoplan.units import seconds

NearestTimes = Mapping[tuple[str, str], Floats]
"""(profile, service) → seconds of each demand point to the nearest facility."""


def coverage_table(
    rows: Sequence[Rows],
    demand: Demand,
    nearest_s: NearestTimes,
    minutes: Sequence[int],
    *,
    limit_of: Callable[[int], float] = seconds,
) -> pd.DataFrame:
    """Return people and covered people for every unit, service, profile, limit and group.

    A point is covered when its time is less than or equal to the limit. Columns are
    ``model.schema.COVERAGE``; ``share`` is NaN where nobody of the group lives.

    Parameters
    ----------
    limit_of
        Minutes → the limit in the unit of ``nearest_s``: seconds, or metres where the standard
        states a distance for so many minutes.
    """
    slices = [(profile, service, limit) for profile, service in nearest_s for limit in minutes]
    served = np.column_stack(
        [
            nearest_s[profile, service] <= limit_of(limit) + ROUNDING_S
            for profile, service, limit in slices
        ]
    )
    table = pd.concat([_block(level, demand, served, slices) for level in rows], ignore_index=True)
    table["share"] = covered_shares(table)
    return table.loc[:, list(COVERAGE)]


def covered_shares(table: pd.DataFrame) -> pd.Series:
    """Return the covered share of the people of each row, NaN where there are none."""
    return (table["covered"] / table["people"].where(table["people"] > 0)).round(6)


def _block(
    rows: Rows, demand: Demand, served: Flags, slices: Sequence[tuple[str, str, int]]
) -> pd.DataFrame:
    """Return the table of one level, in order of slice, unit and group."""
    homes, groups, units = *demand.people.shape, rows.code.size
    by_slice = served[:, :, None] * demand.people[:, None, :]
    covered = rows.sums(by_slice.reshape(homes, -1)).reshape(units, len(slices), groups)
    people = rows.sums(demand.people)
    profile, service, limit = zip(*slices, strict=True)
    each = units * groups
    return pd.DataFrame(
        {
            "level": rows.level,
            "code": np.tile(np.repeat(rows.code, groups), len(slices)),
            "name": np.tile(np.repeat(rows.name, groups), len(slices)),
            "service": np.repeat(np.array(service, dtype=object), each),
            "profile": np.repeat(np.array(profile, dtype=object), each),
            "minutes": np.repeat(np.array(limit), each),
            "group": np.tile(np.array(demand.groups, dtype=object), units * len(slices)),
            "people": np.tile(people.ravel(), len(slices)),
            "covered": covered.transpose(1, 0, 2).ravel(),
        }
    )
