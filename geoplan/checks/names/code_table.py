"""Checks of codes, units above, red names, vanishing names and merged rows: rule id → check."""

from __future__ import annotations

from geoplan.checks.names.codes import code_rule
from geoplan.checks.names.merged_rows import row_rule
from geoplan.checks.names.parents import parent_rule
from geoplan.checks.names.red_names import red_rule
from geoplan.checks.names.vanishing import vanishing_rule
from geoplan.checks.table import Check
from geoplan.model.name_dossier import NameDossier

CHECKS: dict[str, Check[NameDossier]] = {
    "N15": code_rule,
    "N16": parent_rule,
    "N17": red_rule,
    "N19": vanishing_rule,
    "N20": row_rule,
}
