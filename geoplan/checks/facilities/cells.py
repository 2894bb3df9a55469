"""Rule F07: the cells of the table say something usable."""

from __future__ import annotations

from collections.abc import Iterable

from geoplan.checks.facilities.standing import place_of
from geoplan.domain.crs import GEOGRAPHIC
from geoplan.model.facility_dossier import FacilityDossier
from geoplan.model.facility_register import Doubt, FacilityRegister
from geoplan.model.findings import NOWHERE, WHOLE, Finding, Scalar
from geoplan.model.rules import Rule


def usable_cells(dossier: FacilityDossier, rule: Rule) -> Iterable[Finding]:
    """Report every doubt of the reader.

    One finding a cell, a missing column or an unusable coordinate system.
    """
    for doubt in dossier.register.doubts:
        yield _finding(dossier.register, doubt, rule)


def _finding(register: FacilityRegister, doubt: Doubt, rule: Rule) -> Finding:
    evidence: dict[str, Scalar] = {"column": doubt.column, "text": doubt.text}
    if doubt.position < 0 or doubt.case == "crs":
        subject, place = WHOLE, NOWHERE
        evidence["file"] = register.source.name
    else:
        subject, place = register.subject(doubt.position), place_of(register, doubt.position)
    if doubt.position >= 0:
        evidence["row"] = int(register.row[doubt.position])
    if doubt.case == "crs":
        evidence |= {"rows": doubt.rows, "code": GEOGRAPHIC}
        return rule.found(subject, evidence, case="crs", place=place, about=(doubt.text,))
    return rule.found(subject, evidence, case=doubt.case, place=place, about=(doubt.column,))
