"""The table of checks of boundaries: rule id → check."""

from __future__ import annotations

from geoplan.checks.boundaries import lineage, records, roster, tiling_table
from geoplan.checks.table import Check
from geoplan.model.boundary_dossier import BoundaryDossier

CHECKS: dict[str, Check[BoundaryDossier]] = {
    **tiling_table.CHECKS,
    **roster.CHECKS,
    **records.CHECKS,
    **lineage.CHECKS,
}
