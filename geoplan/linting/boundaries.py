"""The linter of boundaries: ``geoplan check boundaries FILE``."""

from __future__ import annotations

from geoplan.checks.boundaries.boundary_proposals import propose
from geoplan.checks.boundaries.table import CHECKS
from geoplan.io.boundary_layer import read_boundary_layer
from geoplan.io.gazetteer import read_gazetteer
from geoplan.io.given import Given
from geoplan.io.lineage import read_lineage
from geoplan.linting.diff import shown_changes
from geoplan.linting.linter import Companions, Linter
from geoplan.model.boundary_dossier import BoundaryDossier


def read_dossier(given: Given, companions: Companions, date: str) -> BoundaryDossier:
    """Return the layer with the files that it is held against."""
    roster = companions.get("roster")
    previous, lineage = (companions.get(role) for role in ("previous", "lineage"))
    layer = read_boundary_layer(given)
    earlier = None if previous is None else read_boundary_layer(previous)
    return BoundaryDossier(
        layer=layer,
        roster=None if roster is None else read_gazetteer(roster),
        previous=earlier,
        lineage=None if lineage is None else read_lineage(lineage),
        changes=None if lineage is None else shown_changes(earlier, layer),
        date=date,
    )


LINTER = Linter(
    kind="boundaries",
    read=read_dossier,
    checks=CHECKS,
    companions={
        "roster": {"zh": "单元名录", "en": "the register of units that there should be"},
        "previous": {"zh": "上一版界线图层", "en": "the edition of the layer before this one"},
        "lineage": {"zh": "变更沿革表", "en": "the record of changes of the units"},
    },
    propose=propose,
)
