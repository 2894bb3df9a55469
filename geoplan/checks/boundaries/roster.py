"""Rules B11 and B12: a layer has the units of the register, each with its code, name and parent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
import shapely

from geoplan.checks.boundaries.roster_match import Listed, RosterMatch, drawn_units, match_roster
from geoplan.checks.table import Check
from geoplan.domain.crs import GEOGRAPHIC, metric_crs, reproject, reproject_xy
from geoplan.model.arrays import Flags, Floats, Geometries
from geoplan.model.boundary_dossier import BoundaryDossier
from geoplan.model.boundary_layer import BoundaryLayer
from geoplan.model.findings import NOWHERE, WHOLE, Finding, Place, Scalar
from geoplan.model.gazetteer import Gazetteer
from geoplan.model.places import LEVELS
from geoplan.model.rules import Rule


def agreeing_units(dossier: BoundaryDossier, rule: Rule) -> Iterable[Finding]:
    """Report features whose code, name, parent and polygon do not go together.

    Against the register: another name under the code, another code under the name, another unit
    above; one finding a feature and case. Within the layer, without a register too: a unit whose
    inner point lies farther than ``border_m`` outside the unit that it declares above it.
    """
    layer = dossier.layer
    if dossier.roster is not None:
        match = match_roster(layer, dossier.roster)
        for position, listed in match.same_code.items():
            yield from _other_name(layer, match.drawn[position], listed, dossier.roster, rule)
            yield from _other_parent(layer, match.drawn[position], listed, rule)
        for position, listed in match.same_name.items():
            yield _other_code(layer, position, listed, rule)
            yield from _other_parent(layer, match.drawn[position], listed, rule)
    yield from _outside_parent(layer, rule)


def complete_roster(dossier: BoundaryDossier, rule: Rule) -> Iterable[Finding]:
    """Report units that are missing, extra, repeated or without polygon, and a count per level.

    One finding a unit; a feature that bears the name of a missing unit under another code is left
    to rule B11. The count stands wherever one of these was found at its level. With
    ``expected_communities`` above 0 the layer must hold so many communities.
    """
    layer = dossier.layer
    yield from _repeated(layer, rule)
    yield from _unlike_expected(layer, rule)
    if dossier.roster is None:
        return
    match = match_roster(layer, dossier.roster)
    yield from _without_polygon(layer, match, rule)
    for unit in match.missing():
        evidence: dict[str, Scalar] = {
            "name": str(dossier.roster.name[unit.position]),
            "roster_row": int(dossier.roster.row[unit.position]),
        }
        subject = dossier.roster.subject(unit.position)
        yield rule.found(subject, evidence, case="missing")
    for unit in match.extra():
        name: dict[str, Scalar] = {"name": str(layer.name[unit.position])}
        place, subject = _place(layer, unit.position), layer.subject(unit.position)
        yield rule.found(subject, name, case="extra", place=place)
    yield from _counts(layer, match, rule)


CHECKS: dict[str, Check[BoundaryDossier]] = {"B11": agreeing_units, "B12": complete_roster}


def _other_name(
    layer: BoundaryLayer, drawn: Listed, listed: Listed, roster: Gazetteer, rule: Rule
) -> Iterable[Finding]:
    if drawn.name == listed.name or not (drawn.name and listed.name):
        return
    evidence: dict[str, Scalar] = {
        "name": str(layer.name[drawn.position]),
        "roster_name": str(roster.name[listed.position]),
    }
    place, subject = _place(layer, drawn.position), layer.subject(drawn.position)
    yield rule.found(subject, evidence, case="name", place=place)


def _other_code(layer: BoundaryLayer, position: int, listed: Listed, rule: Rule) -> Finding:
    evidence: dict[str, Scalar] = {
        "name": str(layer.name[position]),
        "code": str(layer.code[position]) or "–",
        "roster_code": listed.code or "–",
    }
    place, subject = _place(layer, position), layer.subject(position)
    return rule.found(subject, evidence, case="code", place=place, about=(listed.code,))


def _other_parent(
    layer: BoundaryLayer, drawn: Listed, listed: Listed, rule: Rule
) -> Iterable[Finding]:
    if drawn.parent == listed.parent or not (drawn.parent and listed.parent):
        return
    evidence: dict[str, Scalar] = {
        "name": str(layer.name[drawn.position]),
        "parent": drawn.parent,
        "roster_parent": listed.parent,
    }
    place, subject = _place(layer, drawn.position), layer.subject(drawn.position)
    yield rule.found(subject, evidence, case="parent", place=place, about=(listed.parent,))


def _outside_parent(layer: BoundaryLayer, rule: Rule) -> Iterable[Finding]:
    units = drawn_units(layer)
    above = {unit.code: unit.position for unit in units if unit.code}
    pairs = [(unit.position, above[unit.parent]) for unit in units if unit.parent in above]
    usable = _usable(layer)
    pairs = [(child, parent) for child, parent in pairs if usable[child] and usable[parent]]
    if not pairs:
        return
    children, parents = np.array(pairs, dtype=np.int64).T
    distance_m = _distances(layer, children, parents)
    for row in np.flatnonzero(distance_m > rule.numbers["border_m"]).tolist():
        child, parent = int(children[row]), int(parents[row])
        evidence: dict[str, Scalar] = {
            "name": str(layer.name[child]),
            "parent": str(layer.name[parent]) or str(layer.code[parent]),
            "distance_m": round(float(distance_m[row]), 1),
        }
        place, about = _place(layer, child), (layer.subject(parent),)
        yield rule.found(layer.subject(child), evidence, case="place", place=place, about=about)


def _distances(layer: BoundaryLayer, children: Geometries, parents: Geometries) -> Floats:
    """Return the metres from an inner point of each child to its parent, 0 inside it.

    Invalid polygons are made valid first (rule B01 reports them).
    """
    points = shapely.point_on_surface(shapely.make_valid(layer.geometry[children]))
    lon_lat = reproject_xy(shapely.get_coordinates(points), layer.crs, GEOGRAPHIC)
    system = metric_crs(*lon_lat.mean(axis=0).tolist())
    polygons = np.full(len(layer), None, dtype=object)
    used = np.unique(parents)
    polygons[used] = shapely.make_valid(reproject(layer.geometry[used], layer.crs, system))
    distances: Floats = shapely.distance(polygons[parents], reproject(points, layer.crs, system))
    return distances


def _usable(layer: BoundaryLayer) -> Flags:
    """Return which features have a polygon that is not empty."""
    drawn = ~(shapely.is_missing(layer.geometry) | shapely.is_empty(layer.geometry))
    flags: Flags = drawn & (shapely.get_dimensions(layer.geometry) == 2)
    return flags


def _place(layer: BoundaryLayer, position: int) -> Place:
    """Return an inner point of a feature, its row and its shape; the row alone without a shape."""
    row = int(layer.row[position])
    if not _usable(layer)[position]:
        return Place(row=row)
    shape = reproject(layer.geometry[position : position + 1], layer.crs, GEOGRAPHIC)
    point = shapely.point_on_surface(shapely.make_valid(shape))
    lon, lat = shapely.get_coordinates(point)[0].round(6).tolist()
    return Place(lon, lat, row, shape[0])


def _repeated(layer: BoundaryLayer, rule: Rule) -> Iterable[Finding]:
    first: dict[str, int] = {}
    for unit in drawn_units(layer):
        if not unit.code:
            continue
        earlier = first.setdefault(unit.code, unit.position)
        if earlier == unit.position:
            continue
        evidence: dict[str, Scalar] = {
            "name": str(layer.name[unit.position]),
            "first_name": str(layer.name[earlier]),
            "first_row": int(layer.row[earlier]),
            "row": int(layer.row[unit.position]),
        }
        place, subject = _place(layer, unit.position), layer.subject(unit.position)
        yield rule.found(subject, evidence, case="repeated", place=place)


def _unlike_expected(layer: BoundaryLayer, rule: Rule) -> Iterable[Finding]:
    expected = int(rule.numbers["expected_communities"])
    codes = [unit.code or unit.name for unit in drawn_units(layer) if unit.level == "community"]
    count = len(set(codes))
    if expected > 0 and count != expected:
        evidence: dict[str, Scalar] = {
            "count": count,
            "expected": expected,
            "file": layer.source.name,
        }
        yield rule.found(WHOLE, evidence, case="expected", about=("community",))


def _without_polygon(layer: BoundaryLayer, match: RosterMatch, rule: Rule) -> Iterable[Finding]:
    usable = _usable(layer)
    for position in sorted({*match.same_code, *match.same_name}):
        if not usable[position]:
            evidence: dict[str, Scalar] = {"name": str(layer.name[position])}
            place = Place(row=int(layer.row[position]))
            yield rule.found(layer.subject(position), evidence, case="no_polygon", place=place)


def _counts(layer: BoundaryLayer, match: RosterMatch, rule: Rule) -> Iterable[Finding]:
    """Return one finding for each level at which units are missing, extra or repeated."""
    missing = Counter(unit.level for unit in match.missing())
    extra = Counter(unit.level for unit in match.extra())
    listed = Counter(unit.level for unit in match.listed)
    drawn = Counter(unit.level for unit in match.drawn)
    codes = {(unit.level, unit.code or f"#{unit.position}") for unit in match.drawn}
    once = Counter(level for level, _ in codes)
    for level in LEVELS:
        repeated = drawn[level] - once[level]
        if level not in match.levels or not (missing[level] or extra[level] or repeated):
            continue
        evidence: dict[str, Scalar] = {
            "level": level,
            "listed": listed[level],
            "drawn": drawn[level],
            "missing": missing[level],
            "extra": extra[level],
            "repeated": repeated,
            "file": layer.source.name,
        }
        yield rule.found(WHOLE, evidence, case="count", place=NOWHERE, about=(level,))
