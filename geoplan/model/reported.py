"""Figures that the bureau reports, as against those that are computed here."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geoplan.model.source import Source


@dataclass(frozen=True, slots=True, eq=False)
class ReportedFigures:
    """A table of reported figures; each is one number of one unit in one edition."""

    table: pd.DataFrame
    """Columns ``model.schema.REPORTED``, sorted by edition, level, code, indicator and group;
    ``value`` is in the unit of its indicator, ``date`` an ISO date or empty."""
    source: Source
