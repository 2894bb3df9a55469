"""The checks of a run, one row each, and the one way in which every check is run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias, TypeVar

from geoplan.checks import inputs, network
from geoplan.domain.rules import rulebook
from geoplan.model.findings import Finding
from geoplan.model.results import CheckedRun
from geoplan.model.rules import Rule, Rulebook

Subject = TypeVar("Subject")
Check: TypeAlias = Callable[[Subject, Rule], Iterable[Finding]]
"""A check looks at one value and yields findings of its rule; it reads no other rule."""

CHECKS: dict[str, Check[CheckedRun]] = {
    "made-data": inputs.made_data,
    "boundaries-made": inputs.boundaries_made,
    "facility-outside-area": inputs.facility_outside_area,
    "demand-rounded": inputs.demand_rounded,
    "demand-outside-units": inputs.demand_outside_units,
    "unnamed-facility": inputs.unnamed_facility,
    "facility-no-people": inputs.facility_no_people,
    "border-points": inputs.border_points,
    "figure-without-unit": inputs.figure_without_unit,
    "facility-not-snapped": network.facility_not_snapped,
    "demand-not-snapped": network.demand_not_snapped,
    "network-components": network.components,
    "network-smaller-than-halo": network.network_cut_off,
    "edge-effect": network.edge_effect,
    "closed-gates": network.closed_gates,
}

_WEIGHT = {"error": 0, "warning": 1, "note": 2}


def run_checks(run: CheckedRun) -> tuple[Finding, ...]:
    """Return what the checks of a run find, sorted as ``findings_of`` sorts."""
    return findings_of(CHECKS, run, rulebook())


def findings_of(
    checks: Mapping[str, Check[Subject]], subject: Subject, book: Rulebook
) -> tuple[Finding, ...]:
    """Return all findings of the rules that are on: errors first, then by rule and subject.

    Parameters
    ----------
    checks
        Rule id → the check that finds where it is broken.
    """
    found = [
        finding
        for name, check in checks.items()
        if (rule := book.rules[name]).on
        for finding in check(subject, rule)
        if rule.kept(finding)
    ]
    return sorted_findings(found)


def sorted_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings errors first, then by rule, subject and place; every id is unique."""
    seen: Counter[str] = Counter()
    ordered = sorted(findings, key=_order)
    unique = []
    for finding in ordered:
        alike = replace(finding, occurrence=1).id if finding.occurrence > 1 else finding.id
        seen[alike] += 1
        unique.append(replace(finding, occurrence=seen[alike]))
    return tuple(unique)


def _order(finding: Finding) -> tuple[int, str, str, tuple[str, ...], str, int, float, float]:
    return (
        _WEIGHT[finding.severity],
        finding.rule,
        finding.subject,
        finding.about,
        finding.case,
        finding.row or 0,
        finding.lon or 0.0,
        finding.lat or 0.0,
    )
