"""The checks of what is kept about borders: rule id → check."""

from __future__ import annotations

from geoplan.checks.boundaries.centrelines import line_follows
from geoplan.checks.boundaries.cut_buildings import buildings_cut
from geoplan.checks.boundaries.inspections import inspections_in_time
from geoplan.checks.boundaries.markers import markers_on_line
from geoplan.checks.boundaries.second_source import sources_agree
from geoplan.checks.boundaries.service_areas import service_areas_complete
from geoplan.checks.table import Check
from geoplan.model.boundary_dossier import BoundaryDossier

CHECKS: dict[str, Check[BoundaryDossier]] = {
    "B14": markers_on_line,
    "B15": inspections_in_time,
    "B16": line_follows,
    "B17": buildings_cut,
    "B19": sources_agree,
    "B20": service_areas_complete,
}
