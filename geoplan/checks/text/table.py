"""The table of checks of text: rule id → check."""

from __future__ import annotations

from geoplan.checks.table import Check
from geoplan.checks.text.outdated import outdated_names
from geoplan.checks.text.spellings import other_spellings
from geoplan.checks.text.wrong_parents import wrong_parents
from geoplan.model.text_dossier import TextDossier

CHECKS: dict[str, Check[TextDossier]] = {
    "N11": other_spellings,
    "N12": wrong_parents,
    "N13": outdated_names,
}
