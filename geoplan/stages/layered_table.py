"""A plan of levels or services as a table, one row an opening."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geoplan.domain.crs import GEOGRAPHIC, reproject_xy
from geoplan.model.layered_siting import LayeredSiting
from geoplan.model.places import Boundaries
from geoplan.model.site_schema import LAYERED
from geoplan.stages.units import locate


def layered_table(siting: LayeredSiting, boundaries: Boundaries, crs: str) -> pd.DataFrame:
    """Return one row an opening in rank order.

    Columns ``LAYERED``, then ``gain_<layer>`` for every layer: the people of the main group whom
    the opening brings within that layer's limit, for a level also those of the levels below.
    """
    solution, rows = siting.solution, siting.place
    units = locate(boundaries, siting.candidates.xy[rows])
    names = np.append(boundaries.name, "")
    lon_lat = reproject_xy(siting.candidates.xy[rows], crs, GEOGRAPHIC).round(6)
    layer = [solution.layers.index(name) for _, name in solution.openings]
    table = pd.DataFrame(
        {
            "rank": np.arange(1, rows.size + 1),
            "site_id": siting.candidates.id[rows],
            "name": siting.candidates.name[rows],
            "subdistrict": names[units.subdistrict],
            "community": names[units.community],
            "lon": lon_lat[:, 0],
            "lat": lon_lat[:, 1],
            "layer": [name for _, name in solution.openings],
            "kind": [reason.kind for reason in solution.reasons],
            "gain": siting.gains[np.arange(rows.size), np.array(layer, dtype=np.int64)],
            "worth": [reason.gain for reason in solution.reasons],
            "lost_without": [reason.lost_without for reason in solution.reasons],
        }
    )
    gains = [f"gain_{name}" for name in solution.layers]
    table[gains] = siting.gains
    return table.loc[:, [*LAYERED, *gains]]
