"""The table of checks: one row each; ``run_checks`` is the only caller."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from geoplan.checks import inputs, network
from geoplan.model.findings import Finding
from geoplan.model.results import CheckedRun

CHECKS: dict[str, Callable[[CheckedRun], Iterable[Finding]]] = {
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
    """Return all findings, errors first, then by rule and subject."""
    found = [finding for check in CHECKS.values() for finding in check(run)]
    return tuple(sorted(found, key=lambda item: (_WEIGHT[item.severity], item.rule, item.subject)))
