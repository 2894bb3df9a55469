"""The checks of the tiling: rule id → check."""

from __future__ import annotations

from geoplan.checks.boundaries import areas, edges, gaps, hierarchy, overlaps, parts, validity
from geoplan.checks.table import Check
from geoplan.model.boundary_dossier import BoundaryDossier

CHECKS: dict[str, Check[BoundaryDossier]] = {
    "B01": validity.valid_geometry,
    "B02": overlaps.overlaps,
    "B03": gaps.gaps,
    "B04": edges.unmatched_edges,
    "B05": hierarchy.children_and_parents,
    "B06": areas.published_areas,
    "B07": parts.scattered_units,
    "B13": overlaps.same_polygons,
}
