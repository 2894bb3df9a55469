"""Findings as GeoJSON: one feature each, drawn where it is, in CGCS2000 longitude and latitude."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import shapely

from geoplan.model.findings import Finding
from geoplan.model.lint import LintReport
from geoplan.views.finding_records import finding_record
from geoplan.views.finding_words import finding_mend, finding_sentence

_CRS = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
_DEGREES_KEPT = 1e-7


def finding_collection(reports: Sequence[LintReport], lang: str) -> dict[str, Any]:
    """Return a feature collection; a finding without a place has a null geometry."""
    return {
        "type": "FeatureCollection",
        "crs": _CRS,
        "features": [
            _feature(finding, report.source, lang)
            for report in reports
            for finding in report.findings
        ],
    }


def _feature(finding: Finding, source: str, lang: str) -> dict[str, Any]:
    record = finding_record(finding)
    words = {"message": finding_sentence(finding, lang), "fix": finding_mend(finding, lang) or None}
    return {
        "type": "Feature",
        "id": finding.id,
        "geometry": _geometry(finding),
        "properties": {"source": source, **record, **words},
    }


def _geometry(finding: Finding) -> dict[str, Any] | None:
    if finding.shape is not None and not shapely.is_empty(finding.shape):
        rounded = shapely.set_precision(finding.shape, _DEGREES_KEPT, mode="pointwise")
        return dict(json.loads(shapely.to_geojson(rounded)))
    if finding.lon is None or finding.lat is None:
        return None
    return {"type": "Point", "coordinates": [finding.lon, finding.lat]}
