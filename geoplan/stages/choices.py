"""Stage 6e: how much people can choose: bundles of services, and how many places of one service.

A person counts once in each row: ``none``, ``one``, ``two`` … sum to ``people``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from geoplan.domain.kinds import BUNDLE, CARE_SERVICES
from geoplan.model.arrays import Flags, Floats
from geoplan.model.demand import Demand
from geoplan.model.reach import WalkTimes
from geoplan.model.schema import BUNDLES, CHOICES
from geoplan.stages.coverage import NearestTimes
from geoplan.stages.people_parts import people_parts
from geoplan.stages.reach import ROUNDING_S
from geoplan.stages.unit_rows import Rows, stacked
from geoplan.units import seconds

_BUNDLE_PARTS = ("none", "one", "two", "three")
_CHOICE_PARTS = ("none", "one", "two", "more")


def bundles_table(
    rows: Sequence[Rows], demand: Demand, nearest_s: NearestTimes, minutes: Sequence[int]
) -> pd.DataFrame:
    """Return people by how many of elderly care, social work and community centre they reach.

    Columns are ``model.schema.BUNDLES``. A service that no facility gives is reached by nobody.
    """
    profiles = list(dict.fromkeys(profile for profile, _ in nearest_s))
    nobody = np.full(len(demand.id), np.inf)
    blocks = []
    for profile in profiles:
        times = [nearest_s.get((profile, service), nobody) for service in BUNDLE]
        for limit in minutes:
            within = np.stack(times) <= seconds(limit) + ROUNDING_S
            count = within.sum(axis=0)
            table = people_parts(rows, demand, count, _BUNDLE_PARTS)
            blocks.append(table.assign(profile=profile, minutes=limit))
    return pd.concat(blocks, ignore_index=True).loc[:, list(BUNDLES)]


def choices_table(
    rows: Sequence[Rows],
    demand: Demand,
    pairs: Mapping[str, WalkTimes],
    giving: Mapping[str, Flags],
    minutes: Sequence[int],
) -> pd.DataFrame:
    """Return people by how many facilities of a service they reach: none, one, two or more.

    ``one`` are the people who lose the service when their facility closes (redundancy). Columns
    are ``model.schema.CHOICES``.

    Parameters
    ----------
    pairs
        Profile → walking times up to the longest limit.
    giving
        Service → which facilities give it.
    """
    blocks = []
    for profile, times in pairs.items():
        pair = times.seconds.tocoo()
        for service, gives in giving.items():
            for limit in minutes:
                near = gives[pair.row] & (pair.data <= seconds(limit) + ROUNDING_S)
                count = np.bincount(pair.col[near], minlength=len(demand.id))
                table = people_parts(rows, demand, np.minimum(count, 3), _CHOICE_PARTS)
                blocks.append(table.assign(service=service, profile=profile, minutes=limit))
    return pd.concat(blocks, ignore_index=True).loc[:, list(CHOICES)]


def service_matrix(
    rows: Sequence[Rows],
    demand: Demand,
    nearest_s: Mapping[str, Floats],
    group: str,
    *,
    limit_s: float,
) -> pd.DataFrame:
    """Return for every unit and place the people of a group who reach each of the five services.

    ``missing`` names the services that less than half of the group reach, ``partly`` those that
    half or more but not all do, both joined by ``;`` in the order of the five. A place where
    nobody of the group lives misses nothing. Columns: ``level, code, name, group, people``, then
    ``covered_<service>`` for each of the five, then ``missing, partly``.

    Parameters
    ----------
    nearest_s
        Service → seconds to the nearest facility; a service that is not there is reached by nobody.
    """
    nobody = np.full(len(demand.id), np.inf)
    within = np.column_stack(
        [nearest_s.get(service, nobody) <= limit_s + ROUNDING_S for service in CARE_SERVICES]
    )
    amounts = demand.of(group)[:, None]
    counted = np.concatenate(
        [one.sums(np.column_stack([amounts, amounts * within])) for one in rows]
    )
    people, covered = counted[:, 0], counted[:, 1:]
    level, code, name = stacked(rows, 1)
    table = pd.DataFrame(
        {"level": level, "code": code, "name": name, "group": group, "people": people}
    )
    for column, service in enumerate(CARE_SERVICES):
        table[f"covered_{service}"] = covered[:, column]
    lacking = 2 * covered < people[:, None]
    table["missing"] = _named(lacking)
    table["partly"] = _named(~lacking & (covered < people[:, None]))
    return table


def _named(flags: Flags) -> list[str]:
    names = np.array(CARE_SERVICES, dtype=object)
    return [";".join(names[row]) for row in flags]
