"""The table of checks of names: rule id → check."""

from __future__ import annotations

from geoplan.checks.names import code_table
from geoplan.checks.table import Check
from geoplan.model.name_dossier import NameDossier

CHECKS: dict[str, Check[NameDossier]] = {
    **code_table.CHECKS,
}
