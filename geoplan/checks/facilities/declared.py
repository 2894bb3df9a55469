"""Rule B10: a facility stands in the subdistrict and community that its register declares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from geoplan.checks.facilities.directory import Directory, directory_of
from geoplan.checks.facilities.shift import Shift, common_shift
from geoplan.checks.facilities.standing import (
    SEVERAL,
    UNKNOWN,
    Declared,
    Standing,
    declared_units,
    place_of,
    standing_of,
)
from geoplan.model.arrays import Flags, Floats, Geometries, Ints
from geoplan.model.facility_dossier import FacilityDossier
from geoplan.model.facility_register import FacilityRegister
from geoplan.model.findings import WHOLE, Finding, Scalar
from geoplan.model.rules import Rule


@dataclass(frozen=True, slots=True, eq=False)
class _Compared:
    """Everything that declared and real units are compared by."""

    register: FacilityRegister
    directory: Directory
    declared: Declared
    standing: Standing


@dataclass(frozen=True, slots=True, eq=False)
class _Contradiction:
    """Declared against real units, all (n,)."""

    wrong: Flags
    polygon: Geometries
    """Of the declared unit, None where there is none or no position."""
    higher: Flags
    """The contradiction is one of subdistricts."""
    declared: Ints
    standing: Ints
    """Real unit of the same level as ``declared``, −1 for none."""


def declared_unit(dossier: FacilityDossier, rule: Rule) -> Iterable[Finding]:
    """Report facilities that stand elsewhere than declared, one finding each.

    Declared names are held against the layer and the register of names; the geometry is looked at
    when there is a layer. A point on a shared border stands in the unit with the lower code.
    Where one common shift explains most of the contradictions, one finding says so in place of
    those that it explains.
    """
    if dossier.units is None and dossier.names is None:
        return
    directory = directory_of(dossier)
    register = dossier.register
    compared = _Compared(
        register,
        directory,
        declared_units(register, directory),
        standing_of(register, directory),
    )
    yield from _unknown_units(compared, rule)
    yield from _contradicting_parents(compared, rule)
    if dossier.units is not None:
        yield from _misplaced(compared, rule)


def _unknown_units(compared: _Compared, rule: Rule) -> Iterable[Finding]:
    register, declared = compared.register, compared.declared
    for level, texts, found in (
        ("subdistrict", register.subdistrict, declared.stated_subdistrict),
        ("community", register.community, declared.community),
    ):
        if not any(unit.level == level for unit in compared.directory.units):
            continue  # nothing is known of this level
        for position in np.flatnonzero((found == UNKNOWN) | (found == SEVERAL)).tolist():
            case = "unknown_unit" if found[position] == UNKNOWN else "several_units"
            evidence: dict[str, Scalar] = {
                "called": register.called(position),
                "level": level,
                "unit_text": str(texts[position]),
            }
            place, subject = place_of(register, position), register.subject(position)
            yield rule.found(subject, evidence, case=case, place=place, about=(level,))


def _contradicting_parents(compared: _Compared, rule: Rule) -> Iterable[Finding]:
    """Report communities that are declared together with the subdistrict of others."""
    register, declared, directory = compared.register, compared.declared, compared.directory
    parents = np.array(
        [*(directory.parent(unit, "subdistrict") for unit in range(len(directory.units))), -1]
    )
    above = parents[np.maximum(declared.community, -1)]
    stated = declared.stated_subdistrict
    wrong = (stated >= 0) & (declared.community >= 0) & (above >= 0) & (above != stated)
    for position in np.flatnonzero(wrong).tolist():
        evidence: dict[str, Scalar] = {
            "called": register.called(position),
            "community": directory.called(int(declared.community[position])),
            "declared": directory.called(int(stated[position])),
            "parent": directory.called(int(above[position])),
        }
        place, subject = place_of(register, position), register.subject(position)
        yield rule.found(subject, evidence, case="parent", place=place)


def _misplaced(compared: _Compared, rule: Rule) -> Iterable[Finding]:
    found = _contradicted(compared)
    shift, explained = _explained(compared, found.polygon, rule.numbers)
    if shift is not None:
        yield _shift_finding(compared.register, shift, rule)
    outside = (compared.standing.inside() < 0) & ~explained
    outside[~np.isfinite(compared.standing.xy).all(axis=1)] = False
    wrong = found.wrong & ~explained
    near = np.zeros(len(compared.register), dtype=np.bool_)
    distance_m = _distances(compared.standing.xy, found.polygon, wrong)
    near[wrong] = distance_m[wrong] <= rule.numbers["near_m"]
    yield from _elsewhere(compared, found, distance_m, wrong & (near | ~outside), rule)
    yield from _outside(compared, outside & ~near, rule)


def _contradicted(compared: _Compared) -> _Contradiction:
    """Return which facilities stand elsewhere than declared.

    The community counts where it is known and drawn, else the subdistrict. When the subdistricts
    differ too, the contradiction is one of subdistricts.
    """
    directory, declared, standing = compared.directory, compared.declared, compared.standing
    drawn = np.array([*(polygon is not None for polygon in directory.polygons), False])
    community, subdistrict = np.maximum([declared.community, declared.subdistrict], -1)
    subdistrict = np.where(drawn[subdistrict], subdistrict, -1)
    by_community = drawn[community]
    unit = np.where(by_community, community, subdistrict)
    real = np.where(by_community, standing.community, standing.subdistrict)
    placed = np.isfinite(standing.xy).all(axis=1)
    higher = ~by_community | ((subdistrict >= 0) & (subdistrict != standing.subdistrict))
    polygons = np.array([*directory.polygons.tolist(), None], dtype=object)
    return _Contradiction(
        wrong=placed & (unit >= 0) & (unit != real),
        polygon=polygons[np.where(placed, unit, -1)],
        higher=higher,
        declared=np.where(higher & (subdistrict >= 0), subdistrict, unit),
        standing=np.where(higher, standing.subdistrict, standing.community),
    )


def _explained(
    compared: _Compared, polygon: Geometries, numbers: Mapping[str, float]
) -> tuple[Shift | None, Flags]:
    """Return the common shift, if there is one, and the facilities that it brings home.

    An encrypted system shifts by a few dozen metres more here and less there: so near is home.
    """
    tested = ~shapely.is_missing(polygon)
    explained = np.zeros(len(compared.register), dtype=np.bool_)
    xy = compared.standing.xy[tested]
    shift = common_shift(xy, polygon[tested], numbers)
    if shift is not None:
        home = np.asarray(shapely.points(xy - [shift.east_m, shift.north_m]), dtype=object)
        explained[tested] = shapely.dwithin(polygon[tested], home, numbers["fit_margin_m"])
    return shift, explained


def _shift_finding(register: FacilityRegister, shift: Shift, rule: Rule) -> Finding:
    evidence: dict[str, Scalar] = {
        "points": shift.points,
        "share_before": round(shift.share_before, 4),
        "share_after": round(shift.share_after, 4),
        "east_m": round(shift.east_m),
        "north_m": round(shift.north_m),
        "distance_m": round(shift.distance_m),
        "file": register.source.name,
        "verdict": _datum(shift, rule.numbers),
    }
    return rule.found(WHOLE, evidence, case="shift")


def _datum(shift: Shift, numbers: Mapping[str, float]) -> str:
    """Return the datum whose known shift fits: ``gcj02``, ``bd09`` or ``other_shift``."""
    margin_m = numbers["fit_margin_m"]
    for name in ("gcj02", "bd09"):
        fits = [
            numbers[f"{name}_{axis}_least_m"] - margin_m
            <= value_m
            <= numbers[f"{name}_{axis}_most_m"] + margin_m
            for axis, value_m in (("east", shift.east_m), ("north", shift.north_m))
        ]
        if all(fits):
            return name
    return "other_shift"


def _distances(xy: Floats, polygon: Geometries, rows: Flags) -> Floats:
    distance_m = np.full(xy.shape[0], np.nan)
    points = np.asarray(shapely.points(xy[rows]), dtype=object)
    distance_m[rows] = shapely.distance(polygon[rows], points)
    return distance_m


def _elsewhere(
    compared: _Compared, found: _Contradiction, distance_m: Floats, rows: Flags, rule: Rule
) -> Iterable[Finding]:
    register, directory = compared.register, compared.directory
    lowest = compared.standing.inside()
    for position in np.flatnonzero(rows).tolist():
        level = "subdistrict" if found.higher[position] else "community"
        near = distance_m[position] <= rule.numbers["near_m"]
        real = int(found.standing[position])
        real = real if real >= 0 else int(lowest[position])
        evidence: dict[str, Scalar] = {
            "called": register.called(position),
            "declared": directory.called(int(found.declared[position])),
            "standing": directory.called(real) if real >= 0 else "–",
            "distance_m": round(float(distance_m[position]), 1),
        }
        place, subject = place_of(register, position), register.subject(position)
        yield rule.found(subject, evidence, case="near_border" if near else level, place=place)


def _outside(compared: _Compared, rows: Flags, rule: Rule) -> Iterable[Finding]:
    register, directory = compared.register, compared.directory
    drawn = directory.polygons[~shapely.is_missing(directory.polygons)]
    positions = np.flatnonzero(rows)
    if not (positions.size and drawn.size):
        return
    points = np.asarray(shapely.points(compared.standing.xy[positions]), dtype=object)
    nearest = shapely.STRtree(drawn).nearest(points)
    distance_m = shapely.distance(drawn[nearest], points)
    for position, one_m in zip(positions.tolist(), distance_m.tolist(), strict=True):
        evidence: dict[str, Scalar] = {
            "called": register.called(position),
            "distance_m": round(one_m, 1),
        }
        place, subject = place_of(register, position), register.subject(position)
        yield rule.found(subject, evidence, case="outside", place=place)
