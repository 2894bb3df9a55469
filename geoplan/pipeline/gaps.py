"""Who is left out: the gaps of a run."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geoplan.model.arrays import Ints
from geoplan.pipeline.ground import Ground
from geoplan.pipeline.walks import Walks
from geoplan.stages.gaps import Uncovered, gap_labels, gaps_table, ranked
from geoplan.stages.reach import ROUNDING_S


def find_gaps(ground: Ground, walks: Walks) -> tuple[Ints, pd.DataFrame]:
    """Return the gap of each home and the table of gaps, main service and profile."""
    inputs, settings = ground.inputs, ground.settings
    nearest_s = walks.nearest_s[settings.profile, settings.service]
    home_beyond = (nearest_s > ground.limit_s + ROUNDING_S) & inputs.demand.some("all")
    node_beyond = walks.node_s[settings.service] > ground.limit_s + ROUNDING_S
    labels = gap_labels(
        inputs.network,
        inputs.boundaries,
        ground.units,
        ground.homes,
        (home_beyond, node_beyond),
    )
    labels = ranked(labels, inputs.demand.of("all"))
    points = np.flatnonzero(home_beyond)
    uncovered = Uncovered(
        points=points,
        seconds=nearest_s[points],
        facility=walks.nearest[settings.service][points],
    )
    table = gaps_table(
        inputs.demand, inputs.facilities, inputs.boundaries, ground.units, (labels, uncovered)
    )
    return labels, table.assign(service=settings.service, profile=settings.profile)
