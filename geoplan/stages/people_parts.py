"""Stage 6e: people split by one property of the point where they live, by unit and group.

A person counts once in each row, so the parts sum to ``people`` and children to their parents.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geoplan.model.arrays import Ints
from geoplan.model.demand import Demand
from geoplan.stages.unit_rows import Rows, stacked


def people_parts(
    rows: Sequence[Rows], demand: Demand, part: Ints, names: Sequence[str]
) -> pd.DataFrame:
    """Return ``level, code, name, group, people`` and one column of people for each part.

    Parameters
    ----------
    part
        (demand,) position in ``names`` of the part that the point belongs to.
    """
    homes, groups = demand.people.shape
    split = demand.people[:, :, None] * (part[:, None, None] == np.arange(len(names)))
    sums = np.concatenate([one.sums(split.reshape(homes, -1)) for one in rows])
    sums = sums.reshape(-1, len(names))
    level, code, name = stacked(rows, groups)
    table = pd.DataFrame(
        {
            "level": level,
            "code": code,
            "name": name,
            "group": np.tile(np.array(demand.groups, dtype=object), level.size // groups),
            "people": sums.sum(axis=1),
        }
    )
    return table.assign(**dict(zip(names, sums.T, strict=True)))
