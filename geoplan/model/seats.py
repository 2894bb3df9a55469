"""Seats of governments and offices as a register lists them, and what they are held against."""

from __future__ import annotations

from dataclasses import dataclass

from geoplan.model.arrays import Floats, Ints, Texts, freeze_fields, require_lengths
from geoplan.model.boundary_layer import BoundaryLayer
from geoplan.model.source import Source


@dataclass(frozen=True, slots=True, eq=False)
class Seats:
    """Seats, one row each, in file order; places are longitude and latitude (EPSG:4490)."""

    row: Ints
    """(n,) row of the file as its reader sees it."""
    id: Texts
    """(n,) ids as written, empty where there is none."""
    name: Texts
    """(n,) names of the offices as written."""
    unit_code: Texts
    """(n,) code of the unit that the office governs, empty where not stated."""
    xy: Floats
    """(n, 2) where it stands, NaN where not known."""
    old_xy: Floats
    """(n, 2) where it moved from, NaN where it did not move."""
    legal_xy: Floats
    """(n, 2) the approved seat, NaN where none is stated."""
    moved: Texts
    """(n,) date or year of the move as written."""
    source: Source

    def __post_init__(self) -> None:
        require_lengths(
            "Seats",
            self.name.shape[0],
            row=self.row,
            id=self.id,
            unit_code=self.unit_code,
            xy=self.xy,
            old_xy=self.old_xy,
            legal_xy=self.legal_xy,
            moved=self.moved,
        )
        freeze_fields(self, "row", "id", "name", "unit_code", "xy", "old_xy", "legal_xy", "moved")

    def __len__(self) -> int:
        return int(self.name.shape[0])

    def subject(self, row: int) -> str:
        """Return what a finding calls a seat: its id, else its name, else its row."""
        return str(self.id[row]) or str(self.name[row]) or f"#{self.row[row]}"


@dataclass(frozen=True, slots=True, eq=False)
class SeatDossier:
    """A register of seats with everything that it is held against."""

    seats: Seats
    units: BoundaryLayer
    """Polygons of the units that the offices govern, and of those below them."""
    previous: Seats | None = None
    """An earlier edition of the same register."""
    date: str = ""
    """ISO date of the check, empty when none was given."""
