"""What the checks of facilities look at: the register and what it is held against."""

from __future__ import annotations

from dataclasses import dataclass

from geoplan.model.boundary_layer import BoundaryLayer
from geoplan.model.facility_register import FacilityRegister
from geoplan.model.gazetteer import Gazetteer
from geoplan.model.network import WalkNetwork


@dataclass(frozen=True, slots=True, eq=False)
class FacilityDossier:
    """A register of facilities with everything that may be held against it."""

    register: FacilityRegister
    units: BoundaryLayer | None = None
    """Polygons of the units that the register names."""
    names: Gazetteer | None = None
    """The register of the units' names."""
    streets: WalkNetwork | None = None
    date: str = ""
    """ISO date of the check, empty when none was given."""
