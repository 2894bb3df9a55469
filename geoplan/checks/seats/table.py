"""The table of checks of seats: rule id → check."""

from __future__ import annotations

from geoplan.checks.seats.moves import seat_moves
from geoplan.checks.seats.named import office_in_named_unit
from geoplan.checks.seats.territory import seat_in_territory
from geoplan.checks.table import Check
from geoplan.model.seats import SeatDossier

CHECKS: dict[str, Check[SeatDossier]] = {
    "B08": seat_in_territory,
    "B09": seat_moves,
    "N18": office_in_named_unit,
}
