"""Rule F03: beds, capacity, area and year can be true."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from geoplan.checks.facilities.standing import place_of
from geoplan.model.arrays import Flags, Floats
from geoplan.model.facility_dossier import FacilityDossier
from geoplan.model.facility_register import FacilityRegister
from geoplan.model.findings import Finding, Scalar
from geoplan.model.rules import Rule

_LIMITS = {"beds": "most_beds", "capacity": "most_capacity", "area_m2": "most_area_m2"}


def possible_amounts(dossier: FacilityDossier, rule: Rule) -> Iterable[Finding]:
    """Report numbers that cannot be true, one finding a facility and case (and column).

    A year lies in the future when it is after that of the dossier's date; without a date no year
    is too late.
    """
    register = dossier.register
    yield from _negative(register, rule)
    yield from _beds(register, rule)
    yield from _sizes(register, rule)
    yield from _area_per_bed(register, rule)
    yield from _years(register, dossier.date, rule)


def _column(register: FacilityRegister, name: str) -> Floats:
    """Return a column of numbers, NaN in every row when the register has none."""
    return register.numbers.get(name, np.full(len(register), np.nan))


def _of_kinds(register: FacilityRegister, kinds: tuple[str, ...]) -> Flags:
    flags: Flags = np.isin(register.kind, kinds)
    return flags


def _found(
    register: FacilityRegister,
    position: int,
    evidence: dict[str, Scalar],
    *,
    rule: Rule,
    case: str,
) -> Finding:
    column = evidence.get("column")
    return rule.found(
        register.subject(position),
        {"called": register.called(position), **evidence},
        case=case,
        place=place_of(register, position),
        about=(str(column),) if column else (),
    )


def _negative(register: FacilityRegister, rule: Rule) -> Iterable[Finding]:
    for name in sorted(register.numbers):
        values = register.numbers[name]
        for position in np.flatnonzero(values < 0).tolist():
            evidence: dict[str, Scalar] = {"column": name, "value": float(values[position])}
            yield _found(register, position, evidence, rule=rule, case="negative")


def _beds(register: FacilityRegister, rule: Rule) -> Iterable[Finding]:
    beds, nursing = _column(register, "beds"), _column(register, "nursing_beds")
    for position in np.flatnonzero(nursing > beds).tolist():
        both: dict[str, Scalar] = {
            "beds": float(beds[position]),
            "nursing_beds": float(nursing[position]),
        }
        yield _found(register, position, both, rule=rule, case="nursing_beds")
    without = ~_of_kinds(register, rule.words["kinds_with_beds"]) & (register.kind != "")
    for position in np.flatnonzero(without & (beds > 0)).tolist():
        evidence: dict[str, Scalar] = {
            "kind": str(register.kind[position]),
            "beds": float(beds[position]),
        }
        yield _found(register, position, evidence, rule=rule, case="beds_of_kind")


def _sizes(register: FacilityRegister, rule: Rule) -> Iterable[Finding]:
    for position in np.flatnonzero(_column(register, "capacity") == 0).tolist():
        yield _found(register, position, {}, rule=rule, case="no_capacity")
    for name, limit in _LIMITS.items():
        values = _column(register, name)
        for position in np.flatnonzero(values > rule.numbers[limit]).tolist():
            evidence: dict[str, Scalar] = {
                "column": name,
                "value": float(values[position]),
                "limit": rule.numbers[limit],
            }
            yield _found(register, position, evidence, rule=rule, case="too_large")


def _area_per_bed(register: FacilityRegister, rule: Rule) -> Iterable[Finding]:
    """Report areas per bed, of kinds with beds, that are too small, too large or below standard."""
    beds, area_m2 = _column(register, "beds"), _column(register, "area_m2")
    some = (beds > 0) & (area_m2 > 0) & _of_kinds(register, rule.words["kinds_with_beds"])
    per_bed_m2 = np.full(len(register), np.nan)
    per_bed_m2[some] = area_m2[some] / beds[some]
    least_m2 = rule.numbers["least_area_per_bed_m2"]
    most_m2 = rule.numbers["most_area_per_bed_m2"]
    standard_m2 = rule.numbers["standard_area_per_bed_m2"]
    below = _of_kinds(register, rule.words["kinds_of_standard"]) & (per_bed_m2 >= least_m2)
    for case, rows, limit_m2 in (
        ("small_area", per_bed_m2 < least_m2, least_m2),
        ("large_area", per_bed_m2 > most_m2, most_m2),
        ("standard_area", below & (per_bed_m2 < standard_m2), standard_m2),
    ):
        for position in np.flatnonzero(rows).tolist():
            evidence: dict[str, Scalar] = {
                "value": round(float(per_bed_m2[position]), 2),
                "limit": limit_m2,
            }
            yield _found(register, position, evidence, rule=rule, case=case)


def _years(register: FacilityRegister, date: str, rule: Rule) -> Iterable[Finding]:
    years, first = _column(register, "upgraded_year"), rule.numbers["first_year"]
    last = float(date[:4]) if date else float("inf")
    for position in np.flatnonzero((years >= 0) & ((years < first) | (years > last))).tolist():
        evidence: dict[str, Scalar] = {"value": float(years[position]), "first": first}
        case = "late_year" if years[position] > last else "early_year"
        if case == "late_year":
            evidence = {"value": float(years[position]), "last": last}
        yield _found(register, position, evidence, rule=rule, case=case)
