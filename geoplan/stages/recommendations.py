"""Stage 8b: the ranked sites as a table that a planner can read line by line."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geoplan.domain.crs import GEOGRAPHIC, reproject_xy
from geoplan.model.arrays import Ints
from geoplan.model.demand import Demand
from geoplan.model.places import Boundaries
from geoplan.model.schema import RECOMMENDATIONS, RECOMMENDATIONS_TAIL, group_column
from geoplan.model.siting import Siting
from geoplan.stages.units import locate

REASON_CODES = {
    "lscp": "serves_all",
    "mclp": "most_people",
    "backup": "served_twice",
    "worst-first": "worst_first",
    "p-median": "least_walk",
    "p-center": "longest_walk",
    "p-dispersion": "spread",
}
"""What each model looks for, when the runner-up is no tie."""


def recommendations_table(
    siting: Siting, boundaries: Boundaries, demand: Demand, *, service: str, group: str
) -> pd.DataFrame:
    """Return one row a site, in rank order, with the people it adds by group.

    ``cumulative_share`` is the covered share of the main group once this and all earlier sites
    are open. ``margin`` is the weight that the plan loses when the runner-up takes the site's
    place; ``reason_code`` is ``tie`` when it loses nothing, else what the model looks for.
    """
    candidates, reasons = siting.candidates, siting.solution.reasons
    rows, asked = siting.asked.rows(siting.solution.sites), siting.asked
    aim = REASON_CODES[siting.solution.model]
    units = locate(boundaries, candidates.xy[rows])
    names = np.append(boundaries.name, "")
    lon_lat = reproject_xy(candidates.xy[rows], demand.crs, GEOGRAPHIC).round(6)
    main = demand.groups.index(group)
    before = int(asked.people[asked.covered, main].sum())
    covered = before + np.cumsum(siting.gains[:, main])
    table = pd.DataFrame(
        {
            "stage": _stages(siting),
            "rank": np.arange(1, rows.size + 1),
            "site_id": candidates.id[rows],
            "name": candidates.name[rows],
            "subdistrict": names[units.subdistrict],
            "community": names[units.community],
            "lon": lon_lat[:, 0],
            "lat": lon_lat[:, 1],
            "service": service,
            "kind": np.where(candidates.origin[rows] == "upgrade", "upgrade", "new"),
            "cumulative_share": (covered / max(int(asked.people[:, main].sum()), 1)).round(6),
            "reason_code": ["tie" if why.margin == 0 else aim for why in reasons],
            "runner_up": [str(why.runner_up or "") for why in reasons],
            "margin": [why.margin for why in reasons],
            "origin": candidates.origin[rows],
        }
    )
    gains = [group_column("gain", name) for name in demand.groups]
    table[gains] = siting.gains
    return table.loc[:, [*RECOMMENDATIONS, *gains, *RECOMMENDATIONS_TAIL]]


def _stages(siting: Siting) -> Ints:
    """Return the stage of each site in rank order, from 1; all 1 without stages."""
    rows = siting.asked.rows(siting.solution.sites)
    if siting.staged is None:
        return np.ones(rows.size, dtype=np.int64)
    turn = {site: turn for turn, one in enumerate(siting.staged.stages, 1) for site in one.opened}
    return np.array([turn[site] for site in rows.tolist()], dtype=np.int64)
