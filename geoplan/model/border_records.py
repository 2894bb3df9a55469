"""What the bureau keeps about its borders: markers, inspections and what lies along the lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from geoplan.model.arrays import (
    Flags,
    Floats,
    Geometries,
    Ints,
    Texts,
    freeze_fields,
    require_lengths,
)
from geoplan.model.boundary_layer import BoundaryLayer

UnitCodes: TypeAlias = tuple[tuple[str, ...], ...]
"""One tuple of unit codes a row."""


@dataclass(frozen=True, slots=True, eq=False)
class Markers:
    """Boundary markers, one row each, in file order."""

    row: Ints
    """(n,) row of the file."""
    id: Texts
    """(n,) numbers as written, empty where there is none."""
    units: UnitCodes
    """(n,) the units that meet at the marker, empty where not stated."""
    letter: Texts
    """(n,) type as written."""
    surveyed: Flags
    """(n,) True where the position was surveyed, not read from a map."""
    xy: Floats
    """(n, 2) longitude and latitude (EPSG:4490), NaN where not known."""

    def __post_init__(self) -> None:
        require_lengths(
            "Markers",
            self.id.shape[0],
            row=self.row,
            letter=self.letter,
            surveyed=self.surveyed,
            xy=self.xy,
        )
        freeze_fields(self, "row", "id", "letter", "surveyed", "xy")

    def subject(self, row: int) -> str:
        """Return what a finding calls a marker: its number, else its row."""
        return str(self.id[row]) or f"#{self.row[row]}"


@dataclass(frozen=True, slots=True, eq=False)
class Inspections:
    """Joint inspections of lines, one row each, in file order."""

    row: Ints
    line: Texts
    """(n,) code or name of the line, empty where there is none."""
    units: UnitCodes
    """(n,) the units on both sides."""
    last: Texts
    """(n,) date of the last inspection as written: a day, a month or a year."""
    length_km: Floats
    """(n,) NaN where not stated."""
    follows: Texts
    """(n,) name of the river or road that the agreement lets the line follow, else empty."""

    def __post_init__(self) -> None:
        require_lengths(
            "Inspections",
            self.line.shape[0],
            row=self.row,
            last=self.last,
            length_km=self.length_km,
            follows=self.follows,
        )
        freeze_fields(self, "row", "line", "last", "length_km", "follows")


@dataclass(frozen=True, slots=True, eq=False)
class Centrelines:
    """Rivers and roads as they run today, one row each; one name may have several rows."""

    row: Ints
    name: Texts
    geometry: Geometries
    """(n,) lines in EPSG:4490."""

    def __post_init__(self) -> None:
        require_lengths("Centrelines", self.name.shape[0], row=self.row, geometry=self.geometry)
        freeze_fields(self, "row", "name", "geometry")


@dataclass(frozen=True, slots=True, eq=False)
class Footprints:
    """Buildings or estates, one row each."""

    row: Ints
    id: Texts
    name: Texts
    geometry: Geometries
    """(n,) as read, in EPSG:4490."""

    def __post_init__(self) -> None:
        require_lengths(
            "Footprints", self.id.shape[0], row=self.row, name=self.name, geometry=self.geometry
        )
        freeze_fields(self, "row", "id", "name", "geometry")

    def subject(self, row: int) -> str:
        """Return what a finding calls a building: its id, else its name, else its row."""
        return str(self.id[row]) or str(self.name[row]) or f"#{self.row[row]}"


@dataclass(frozen=True, slots=True, eq=False)
class ServiceAreas:
    """Which communities each service unit (大社区) serves, one row an entry of the table."""

    row: Ints
    communities: UnitCodes
    """(n,) codes or names of communities."""
    unit: Texts
    """(n,) code or name of the service unit, empty where not stated."""
    geometry: Geometries | None
    """(n,) polygons of the service units in EPSG:4490, None for a plain table."""

    def __post_init__(self) -> None:
        require_lengths("ServiceAreas", self.unit.shape[0], row=self.row)
        freeze_fields(self, "row", "unit")


@dataclass(frozen=True, slots=True, eq=False)
class BorderRecords:
    """Everything kept about the borders of a layer; what was not given is None."""

    markers: Markers | None = None
    inspections: Inspections | None = None
    centrelines: Centrelines | None = None
    buildings: Footprints | None = None
    second: BoundaryLayer | None = None
    """The same units from another source."""
    service_areas: ServiceAreas | None = None
