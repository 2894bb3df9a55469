"""SARIF 2.1.0: findings as other tools read them (OASIS standard of 2020-03-27)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from geoplan.model.findings import Finding
from geoplan.model.lint import LintReport
from geoplan.model.rules import Rule, Rulebook
from geoplan.views.finding_records import finding_record
from geoplan.views.finding_words import finding_mend, finding_sentence, law_words

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
FINGERPRINT = "geoplanFinding/v1"
_WEIGHT = {"off": 0, "note": 1, "warning": 2, "error": 3}


def sarif_log(
    reports: Sequence[LintReport], book: Rulebook, lang: str, *, version: str
) -> dict[str, Any]:
    """Return a SARIF log with one run: every rule that was looked at, every finding.

    Accepted findings are in it, suppressed; the row of the table or line of the text is the
    region's start line. Messages are in ``lang``, ids and property names in English.
    """
    kinds = {report.kind for report in reports} | {"accept"}
    broken = {one.rule for report in reports for one in (*report.findings, *report.accepted)}
    rules = [rule for rule in book.rules.values() if rule.kind in kinds or rule.id in broken]
    index = {rule.id: position for position, rule in enumerate(rules)}
    results = [
        _result(finding, report.source, index, lang) | more
        for report in reports
        for findings, more in ((report.findings, {}), (report.accepted, _ACCEPTED))
        for finding in findings
    ]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver(rules, book, lang, version)},
                "language": "zh-CN" if lang == "zh" else "en",
                "columnKind": "unicodeCodePoints",
                "results": results,
            }
        ],
    }


_ACCEPTED = {"suppressions": [{"kind": "external", "status": "accepted"}]}


def _driver(rules: Sequence[Rule], book: Rulebook, lang: str, version: str) -> dict[str, Any]:
    return {
        "name": "geoplan",
        "semanticVersion": version,
        "rules": [_descriptor(rule, book, lang) for rule in rules],
    }


def _descriptor(rule: Rule, book: Rulebook, lang: str) -> dict[str, Any]:
    levels = [case.level for case in rule.cases.values()]
    worst = max(levels, key=lambda level: _WEIGHT[level])
    laws = [law_words(book.laws[key], lang) for key in rule.laws]
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title[lang]},
        "help": {"text": "\n".join([rule.title[lang], *laws])},
        "defaultConfiguration": {
            "enabled": rule.on and worst != "off",
            "level": "none" if worst == "off" else worst,
        },
        "properties": {"kind": rule.kind, "laws": laws},
    }


def _result(finding: Finding, source: str, index: Mapping[str, int], lang: str) -> dict[str, Any]:
    mend = finding_mend(finding, lang)
    record = finding_record(finding)
    kept = ("case", "subject", "about", "evidence", "lon", "lat", "metric", "law")
    return {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "level": finding.severity,
        "message": {"text": " ".join(filter(None, (finding_sentence(finding, lang), mend)))},
        "locations": [_location(finding, source)],
        "partialFingerprints": {FINGERPRINT: finding.id},
        "properties": {key: record[key] for key in kept} | {"fix": mend or None},
    }


def _location(finding: Finding, source: str) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(source)}}
    if finding.row:
        physical["region"] = {"startLine": finding.row}
    return {
        "physicalLocation": physical,
        "logicalLocations": [{"name": finding.subject, "kind": "member"}],
    }
