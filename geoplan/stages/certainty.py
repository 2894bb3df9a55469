"""Stage 6f: who is covered whatever is doubted, who probably is, and who only if all goes well.

What is doubted: the walker's speed, and streets that are mapped but may not be there for everybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from geoplan.domain.profiles import SPEED_UNCERTAINTY_M_S, Profile
from geoplan.model.arrays import Flags, Floats, Ints
from geoplan.model.demand import Demand
from geoplan.model.network import WalkNetwork
from geoplan.model.reach import EdgeCosts
from geoplan.model.schema import CERTAINTY
from geoplan.stages.network import walk_costs
from geoplan.stages.people_parts import people_parts
from geoplan.stages.reach import ROUNDING_S
from geoplan.stages.unit_rows import Rows
from geoplan.units import seconds

DOUBTFUL_CLASSES = ("bridleway", "corridor", "path", "track", "trail")
"""Kinds of way that are often seasonal, informal, locked or on private ground."""

_PARTS = ("certain", "likely", "only_if", "never")


def doubtful_streets(network: WalkNetwork) -> Flags:
    """Return the streets of ``DOUBTFUL_CLASSES``, and footbridges whose stairs are presumed."""
    doubtful: Flags = np.isin(network.streets.way_class, DOUBTFUL_CLASSES)
    return doubtful | (network.streets.overpass > 0)


def doubted_costs(network: WalkNetwork, walker: Profile) -> list[EdgeCosts]:
    """Return the costs of six walks: slow, typical and fast, with and without doubtful streets.

    Slow and fast are ``SPEED_UNCERTAINTY_M_S`` off the walker's speed; the walk as it is counted
    everywhere else (typical, with all streets) comes first.
    """
    doubtful = doubtful_streets(network)
    paces = (0.0, -SPEED_UNCERTAINTY_M_S, SPEED_UNCERTAINTY_M_S)
    whole = [walk_costs(network, walker.faster(change)) for change in paces]
    return [*whole, *(_without(costs, doubtful) for costs in whole)]


def certainty_table(
    rows: Sequence[Rows],
    demand: Demand,
    variants: Mapping[str, Sequence[Floats]],
    minutes: Sequence[int],
    *,
    profile: str,
) -> pd.DataFrame:
    """Return people who are covered in all variants, in most, in some, in none.

    ``certain``: in every variant; ``likely``: in more than half of them; ``only_if``: in at
    least one; ``never``: in none. The four sum to ``people``. Columns are
    ``model.schema.CERTAINTY``.

    Parameters
    ----------
    variants
        Service → seconds of each demand point to the nearest facility, one vector a variant.
    """
    blocks = []
    for service, times in variants.items():
        for limit in minutes:
            within = np.stack(times) <= seconds(limit) + ROUNDING_S
            part = _part(within.sum(axis=0), len(times))
            table = people_parts(rows, demand, part, _PARTS)
            blocks.append(table.assign(service=service, profile=profile, minutes=limit))
    return pd.concat(blocks, ignore_index=True).loc[:, list(CERTAINTY)]


def _part(covered: Ints, variants: int) -> Ints:
    """Return the position in ``_PARTS`` from the number of variants that cover a point."""
    return np.select(
        [covered == variants, 2 * covered > variants, covered > 0], [0, 1, 2], default=3
    ).astype(np.int64)


def _without(costs: EdgeCosts, streets: Flags) -> EdgeCosts:
    return replace(
        costs,
        forward_s=np.where(streets, np.inf, costs.forward_s),
        backward_s=np.where(streets, np.inf, costs.backward_s),
    )
