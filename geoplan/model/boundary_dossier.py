"""What the checks of boundaries look at: the layer and what it is held against."""

from __future__ import annotations

from dataclasses import dataclass, field

from geoplan.model.border_records import BorderRecords
from geoplan.model.boundary_layer import BoundaryLayer
from geoplan.model.edition_changes import EditionChanges
from geoplan.model.gazetteer import Gazetteer
from geoplan.model.lineage import Lineage


@dataclass(frozen=True, slots=True, eq=False)
class BoundaryDossier:
    """A layer of units with everything that may be held against it."""

    layer: BoundaryLayer
    roster: Gazetteer | None = None
    """The register of the units that there should be."""
    previous: BoundaryLayer | None = None
    """The edition of the layer before this one."""
    lineage: Lineage | None = None
    """The record of changes of the units."""
    changes: EditionChanges | None = None
    """What the polygons of ``previous`` and ``layer`` show, None when one of them has none."""
    date: str = ""
    """ISO date of the check, empty when none was given."""
    records: BorderRecords = field(default_factory=BorderRecords)
    """What is kept about the borders."""
