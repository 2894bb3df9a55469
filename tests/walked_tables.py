"""Made tables of walking times, with whoever lives and whatever stands at their ends."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array, csr_array

from geoplan.model.facilities import Facilities
from geoplan.model.reach import WalkTimes
from tests.towns import CRS, SOURCE


def times_of(table, limit_s=900.0) -> WalkTimes:
    """Return the walking times of a (facilities, homes) table; inf is out of reach."""
    table = np.asarray(table, dtype=float)
    row, column = np.nonzero(table <= limit_s)
    cells = coo_array((table[row, column], (row, column)), shape=table.shape)
    return WalkTimes(seconds=csr_array(cells), limit_s=limit_s)


def random_table(seed, *, facilities=5, homes=9, whole=False):
    """Return times up to 1200 s, some 0, some at the borders of zones, some out of reach."""
    rng = np.random.default_rng(seed)
    table = rng.uniform(0, 1200, (facilities, homes))
    odd = rng.random(table.shape)
    table[odd < 0.25] = rng.choice([0.0, 300.0, 600.0, 900.0], table.shape)[odd < 0.25]
    table[odd > 0.8] = np.inf
    table[rng.integers(facilities)] = np.inf
    table[:, rng.integers(homes)] = np.inf
    return np.round(table) if whole else table


def facilities_with(capacity, *, gives=None, service="elderly_care") -> Facilities:
    """Return facilities of one service with these capacities (NaN: not stated)."""
    capacity = np.asarray(capacity, dtype=float)
    count = capacity.size
    gives = np.ones(count, bool) if gives is None else np.asarray(gives, bool)
    return Facilities(
        id=np.array([f"f{row:02d}" for row in range(count)]),
        name=np.array([f"Station {row}" for row in range(count)]),
        kind=np.array(["care_station"] * count),
        xy=np.zeros((count, 2)),
        services=(service,),
        offers=gives[:, None],
        status=np.array([""] * count),
        community=np.array([""] * count),
        crs=CRS,
        source=SOURCE,
        attributes={"capacity": capacity},
    )
