"""The linter of boundaries: ``geoplan check boundaries FILE``."""

from __future__ import annotations

from geoplan.checks.boundaries.boundary_proposals import propose
from geoplan.checks.boundaries.table import CHECKS
from geoplan.io.border_records import read_border_records
from geoplan.io.boundary_layer import read_boundary_layer, read_units
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
    earlier = None if previous is None else read_units(previous)
    return BoundaryDossier(
        layer=layer,
        roster=None if roster is None else read_gazetteer(roster),
        previous=earlier,
        lineage=None if lineage is None else read_lineage(lineage),
        changes=None if lineage is None else shown_changes(earlier, layer),
        date=date,
        records=read_border_records(companions),
    )


LINTER = Linter(
    kind="boundaries",
    read=read_dossier,
    checks=CHECKS,
    companions={
        "roster": {"zh": "单元名录", "en": "the register of units that there should be"},
        "previous": {"zh": "上一版界线图层", "en": "the edition of the layer before this one"},
        "lineage": {"zh": "变更沿革表", "en": "the record of changes of the units"},
        "markers": {"zh": "界桩表", "en": "boundary markers"},
        "inspections": {"zh": "界线联合检查记录", "en": "records of joint inspections"},
        "centrelines": {"zh": "河流、道路中心线", "en": "centrelines of rivers and roads"},
        "buildings": {"zh": "建筑物或小区轮廓", "en": "footprints of buildings or estates"},
        "second": {"zh": "另一来源的区划图层", "en": "the same units from another source"},
        "service_areas": {"zh": "大社区服务范围表", "en": "which unit serves which communities"},
    },
    propose=propose,
)
