"""The linter of boundaries: ``geoplan check boundaries FILE``."""

from __future__ import annotations

from geoplan.checks.boundaries.boundary_proposals import propose
from geoplan.checks.boundaries.table import CHECKS
from geoplan.io.boundary_layer import read_boundary_layer
from geoplan.io.gazetteer import read_gazetteer
from geoplan.io.given import Given
from geoplan.linting.linter import Companions, Linter
from geoplan.model.boundary_dossier import BoundaryDossier


def read_dossier(given: Given, companions: Companions, date: str) -> BoundaryDossier:
    """Return the layer with the files that it is held against."""
    roster = companions.get("roster")
    return BoundaryDossier(
        layer=read_boundary_layer(given),
        roster=None if roster is None else read_gazetteer(roster),
        date=date,
    )


LINTER = Linter(
    kind="boundaries",
    read=read_dossier,
    checks=CHECKS,
    companions={"roster": {"zh": "单元名录", "en": "the register of units that there should be"}},
    propose=propose,
)
