"""What the checks of names look at: the register and what it is held against."""

from __future__ import annotations

from dataclasses import dataclass

from geoplan.model.boundary_layer import BoundaryLayer
from geoplan.model.gazetteer import Gazetteer


@dataclass(frozen=True, slots=True, eq=False)
class NameDossier:
    """A register of names with everything that may be held against it."""

    names: Gazetteer
    earlier: Gazetteer | None = None
    """An earlier edition of the same register."""
    units: BoundaryLayer | None = None
    """Polygons of the units that the register names."""
    red: Gazetteer | None = None
    """The official list of red place names."""
    date: str = ""
    """ISO date of the check, empty when none was given."""
