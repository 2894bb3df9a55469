"""Facilities as a register lists them: nothing corrected, nothing left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from geoplan.model.arrays import Floats, Ints, Texts, freeze_fields, require_lengths
from geoplan.model.source import Source


@dataclass(frozen=True, slots=True)
class Doubt:
    """A cell, or a column, that does not say what it should."""

    case: str
    """Case of the rule of cells, such as ``cell`` or ``empty``."""
    column: str
    """Canonical name of the column."""
    text: str
    """What is written there."""
    position: int
    """Position of the (first) row in the register, −1 for a whole column."""
    rows: int = 1
    """So many rows are alike."""


@dataclass(frozen=True, slots=True, eq=False)
class FacilityRegister:
    """A table of facilities, one row each, in file order; ``Facilities`` are what a run uses."""

    row: Ints
    """(n,) row of the file as its reader sees it."""
    id: Texts
    """(n,) ids as written, full-width characters made half-width; may repeat or be empty."""
    name: Texts
    """(n,) names as written; never trusted as markup."""
    kind: Texts
    """(n,) kind ids of ``domain.kinds``, empty where not stated or not known."""
    subdistrict: Texts
    """(n,) declared subdistrict by code, else by name, empty where not declared."""
    community: Texts
    """(n,) declared community by code, else by name, empty where not declared."""
    address: Texts
    services: Texts
    """(n,) the cell of services as written."""
    xy: Floats
    """(n, 2) longitude and latitude (EPSG:4490), NaN where missing or unusable."""
    numbers: Mapping[str, Floats]
    """(n,) each of ``io.facilities.NUMBERS`` that the file has, NaN where empty or no number."""
    doubts: tuple[Doubt, ...]
    """Cells that say nothing usable, by row and column."""
    source: Source
    columns: frozenset[str] = field(default_factory=frozenset)
    """Canonical names of all columns that the file has."""

    def __post_init__(self) -> None:
        require_lengths(
            "FacilityRegister",
            self.name.shape[0],
            row=self.row,
            id=self.id,
            kind=self.kind,
            subdistrict=self.subdistrict,
            community=self.community,
            address=self.address,
            services=self.services,
            xy=self.xy,
            **dict(self.numbers),
        )
        freeze_fields(
            self, "row", "id", "name", "kind", "subdistrict", "community", "address", "xy"
        )

    def __len__(self) -> int:
        return int(self.name.shape[0])

    def subject(self, position: int) -> str:
        """Return what a finding calls a facility: its id, else its name, else its row."""
        return str(self.id[position]) or str(self.name[position]) or f"#{int(self.row[position])}"

    def called(self, position: int) -> str:
        """Return what a sentence calls a facility: its name, else its id, else its row."""
        return str(self.name[position]) or self.subject(position)
