"""Stage 9: every number of the walkers of a run, with its source."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from geoplan.domain.profiles import Profile
from geoplan.model.schema import WALKERS


def walkers_table(walkers: Sequence[Profile]) -> pd.DataFrame:
    """Return one row a number or rule of each walker; no source where the rule is neutral."""
    rows = [
        (walker.id, walker.zh, walker.en, *quantity)
        for walker in walkers
        for quantity in walker.quantities()
    ]
    return pd.DataFrame(rows, columns=list(WALKERS), dtype=object)
