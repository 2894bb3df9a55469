"""Proposed mends: the checked table as it would be, never the table itself."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """What a table or layer would be with the mends that need no judgement."""

    table: pd.DataFrame
    """The whole table with its mends under canonical headers, a GeoDataFrame for a layer; the
    column ``proposal`` holds the ids of the findings that a row mends, empty for an unchanged one.
    It reads as the original does, so checking it shows what is left."""
    changes: pd.DataFrame
    """One row a change: ``finding, subject, column, old, new``; for a layer a GeoDataFrame whose
    geometry is the piece that changes hands."""
