"""The table of checks of names: rule id → check."""

from __future__ import annotations

from geoplan.checks.names import characters, spelling, words
from geoplan.checks.table import Check
from geoplan.model.name_dossier import NameDossier

CHECKS: dict[str, Check[NameDossier]] = {
    **words.CHECKS,
    **characters.CHECKS,
    **spelling.CHECKS,
}
