"""The forms in which a report leaves: for a terminal, for machines, for a GIS, for a meeting."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from importlib.metadata import version

from geoplan.model.lint import LintReport
from geoplan.model.rules import Rulebook
from geoplan.views.check_words import count_line, finding_lines, visible
from geoplan.views.finding_features import finding_collection
from geoplan.views.finding_records import finding_records
from geoplan.views.review_sheet import render_review
from geoplan.views.sarif import sarif_log
from geoplan.views.wording import wording

Reports = Sequence[LintReport]


def text(reports: Reports, _book: Rulebook, lang: str) -> bytes:
    """Return the report as lines for people."""
    lines: list[str] = []
    for report in reports:
        if not report.findings:
            lines.append(wording(lang).text("check.clean", source=report.source))
        for finding in report.findings:
            lines += finding_lines(finding, report.source, lang)
    findings = [finding for report in reports for finding in report.findings]
    accepted = sum(len(report.accepted) for report in reports)
    return "\n".join([*map(visible, lines), count_line(findings, accepted, lang), ""]).encode()


def as_json(reports: Reports, _book: Rulebook, _lang: str) -> bytes:
    """Return the report as JSON: one entry a checked file, English."""
    return _json(
        [
            {
                "kind": report.kind,
                "source": report.source,
                "date": report.date or None,
                "synthetic": report.synthetic,
                "findings": finding_records(report.findings),
                "accepted": finding_records(report.accepted),
            }
            for report in reports
        ]
    )


def sarif(reports: Reports, book: Rulebook, lang: str) -> bytes:
    """Return the report as SARIF 2.1.0."""
    return _json(sarif_log(reports, book, lang, version=version("geoplan")))


def geojson(reports: Reports, _book: Rulebook, lang: str) -> bytes:
    """Return the report as a GeoJSON layer."""
    return _json(finding_collection(reports, lang))


def xlsx(reports: Reports, _book: Rulebook, lang: str) -> bytes:
    """Return the report as a review sheet."""
    return render_review(reports, lang)


FORMATS: dict[str, Callable[[Reports, Rulebook, str], bytes]] = {
    "text": text,
    "json": as_json,
    "sarif": sarif,
    "geojson": geojson,
    "xlsx": xlsx,
}
"""Format → its renderer: (reports, rulebook, language) → bytes."""


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()
