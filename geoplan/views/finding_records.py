"""A finding as machines read it: English, with its evidence, place and articles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from geoplan.domain.crs import GEOGRAPHIC, metric_crs, reproject_xy
from geoplan.errors import CrsError
from geoplan.model.findings import Finding
from geoplan.views.finding_words import finding_laws, finding_mend, finding_sentence


def finding_record(finding: Finding) -> dict[str, Any]:
    """Return one finding with everything that it says."""
    return {
        "id": finding.id,
        "rule": finding.rule,
        "case": finding.case,
        "severity": finding.severity,
        "subject": finding.subject,
        "about": list(finding.about),
        "message": finding_sentence(finding, "en"),
        "evidence": dict(finding.evidence),
        "row": finding.row,
        "lon": finding.lon,
        "lat": finding.lat,
        "metric": metric_place(finding),
        "law": "; ".join(finding_laws(finding, "en")),
        "fix": finding_mend(finding, "en") or None,
    }


def finding_records(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return findings as records, in their order."""
    return [finding_record(finding) for finding in findings]


def metric_place(finding: Finding) -> dict[str, Any] | None:
    """Return the place in metres: ``crs, east_m, north_m``, None for a finding without a place.

    In Changzhou the system is EPSG:4549, elsewhere the zone of the place.
    """
    if finding.lon is None or finding.lat is None:
        return None
    try:
        system = metric_crs(finding.lon, finding.lat)
    except CrsError:
        return None
    place = np.array([[finding.lon, finding.lat]], dtype=np.float64)
    east, north = reproject_xy(place, GEOGRAPHIC, system)[0].round(2).tolist()
    return {"crs": system, "east_m": east, "north_m": north}
