"""The table of checks of names: rule id → check."""

from __future__ import annotations

from geoplan.checks.names import (
    characters,
    code_table,
    generic_grammar,
    near_names,
    one_place,
    same_names,
    spelling,
    words,
)
from geoplan.checks.table import Check
from geoplan.model.name_dossier import NameDossier

CHECKS: dict[str, Check[NameDossier]] = {
    **same_names.CHECKS,
    **near_names.CHECKS,
    **words.CHECKS,
    **characters.CHECKS,
    **generic_grammar.CHECKS,
    **one_place.CHECKS,
    **spelling.CHECKS,
    **code_table.CHECKS,
}
