"""Stage 6d: how long people walk to the nearest facility: mean, median, ninth decile, longest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geoplan.model.arrays import Flags, Floats, Ints
from geoplan.model.demand import Demand
from geoplan.model.schema import WALKING_TIMES
from geoplan.stages.coverage import NearestTimes
from geoplan.stages.unit_rows import Rows, stacked
from geoplan.units import SECONDS_PER_MINUTE

_QUANTILES = {"median_min": 0.5, "p90_min": 0.9}
_DECIMALS = 2


def walking_times_table(
    rows: Sequence[Rows], demand: Demand, nearest_s: NearestTimes
) -> pd.DataFrame:
    """Return the people-weighted walking times of every unit, service, profile and group.

    ``mean_min`` and ``max_min`` are of the people who have a way at all; ``no_way`` counts the
    others. ``median_min`` and ``p90_min`` are of all people of the group: the least time within
    which at least half (nine tenths) of them arrive, NaN when those have no way. All are NaN
    where nobody of the group lives. Columns are ``model.schema.WALKING_TIMES``.

    Parameters
    ----------
    nearest_s
        (profile, service) → seconds to the nearest facility however far it is, inf without a way.
    """
    blocks = [
        _block(rows, demand, times).assign(service=service, profile=profile)
        for (profile, service), times in nearest_s.items()
    ]
    return pd.concat(blocks, ignore_index=True).loc[:, list(WALKING_TIMES)]


def _block(rows: Sequence[Rows], demand: Demand, times: Floats) -> pd.DataFrame:
    """Return the statistics of all levels for one vector of times."""
    order = np.argsort(times, kind="stable")
    level, code, name = stacked(rows, len(demand.groups))
    parts = [_statistics(one, order, demand.people, times) for one in rows]
    columns = {key: np.concatenate([part[key].ravel() for part in parts]) for key in parts[0]}
    units = level.size // len(demand.groups)
    group = np.tile(np.array(demand.groups, dtype=object), units)
    return pd.DataFrame({"level": level, "code": code, "name": name, "group": group, **columns})


def _statistics(rows: Rows, order: Ints, people: Ints, times: Floats) -> dict[str, Floats | Ints]:
    """Return each statistic of the units of one level, (units, groups).

    ``order`` sorts all points by time; a stable sort by unit then lines up each unit's points.
    """
    member = rows.member[order]
    inside = order[np.argsort(member, kind="stable")][(member < 0).sum() :]
    unit, weight, seconds = rows.member[inside], people[inside], times[inside]
    has_way = np.isfinite(seconds)
    total = rows.sums(people)
    walked = rows.sums(people * np.isfinite(times)[:, None])
    walks = np.zeros(total.shape)
    np.add.at(walks, unit[has_way], seconds[has_way, None] * weight[has_way])
    running = np.cumsum(weight, axis=0) - _before(rows, unit, weight)
    found: dict[str, Floats | Ints] = {
        "people": total,
        "no_way": total - walked,
        "mean_min": _minutes(walks / np.where(walked > 0, walked, np.nan)),
    }
    for key, share in _QUANTILES.items():
        found[key] = _minutes(
            _quantile(unit, running, seconds, np.multiply(share, total), total > 0)
        )
    someone = (weight > 0) & has_way[:, None]
    longest = np.full(total.shape, -np.inf)
    np.maximum.at(longest, unit, np.where(someone, seconds[:, None], -np.inf))
    found["max_min"] = _minutes(longest)
    return found


def _before(rows: Rows, unit: Ints, weight: Ints) -> Ints:
    """Return the people of all units before that of each point, (points, groups)."""
    first = np.searchsorted(unit, np.arange(rows.code.size))
    ahead = np.concatenate([np.zeros((1, weight.shape[1]), np.int64), np.cumsum(weight, axis=0)])
    before: Ints = ahead[first][unit]
    return before


def _quantile(
    unit: Ints, running: Ints, seconds: Floats, wanted: Floats, inhabited: Flags
) -> Floats:
    """Return the time of the first point of each unit and group at which ``wanted`` is reached."""
    enough = running >= wanted[unit]
    value = np.full(wanted.shape, np.inf)
    np.minimum.at(value, unit, np.where(enough, seconds[:, None], np.inf))
    return np.where(inhabited, value, np.inf)


def _minutes(seconds: Floats) -> Floats:
    """Return minutes to two decimals, NaN where the value is not finite."""
    finite = np.where(np.isfinite(seconds), seconds, np.nan)
    rounded: Floats = np.round(finite / SECONDS_PER_MINUTE, _DECIMALS)
    return rounded
