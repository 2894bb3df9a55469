"""What the checks of boundaries look at: the layer and what it is held against."""

from __future__ import annotations

from dataclasses import dataclass, field

from geoplan.model.border_records import BorderRecords
from geoplan.model.boundary_layer import BoundaryLayer
from geoplan.model.gazetteer import Gazetteer


@dataclass(frozen=True, slots=True, eq=False)
class BoundaryDossier:
    """A layer of units with everything that may be held against it."""

    layer: BoundaryLayer
    roster: Gazetteer | None = None
    """The register of the units that there should be."""
    date: str = ""
    """ISO date of the check, empty when none was given."""
    records: BorderRecords = field(default_factory=BorderRecords)
    """What is kept about the borders."""
