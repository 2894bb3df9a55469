"""The table of checks of facilities: rule id → check."""

from __future__ import annotations

from geoplan.checks.facilities import (
    addresses,
    amounts,
    cells,
    declared,
    duplicates,
    names,
    services,
    streets,
)
from geoplan.checks.table import Check
from geoplan.model.facility_dossier import FacilityDossier

CHECKS: dict[str, Check[FacilityDossier]] = {
    "B10": declared.declared_unit,
    "F01": addresses.address_unit,
    "F02": duplicates.listed_once,
    "F03": amounts.possible_amounts,
    "F04": streets.near_street,
    "F05": services.stated_services,
    "F06": names.suitable_name,
    "F07": cells.usable_cells,
}
