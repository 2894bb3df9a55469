"""The table of checks of names: rule id → check."""

from __future__ import annotations

from geoplan.checks.names import code_table, generic_grammar, near_names, one_place, same_names
from geoplan.checks.table import Check
from geoplan.model.name_dossier import NameDossier

CHECKS: dict[str, Check[NameDossier]] = {
    **same_names.CHECKS,
    **near_names.CHECKS,
    **generic_grammar.CHECKS,
    **one_place.CHECKS,
    **code_table.CHECKS,
}
