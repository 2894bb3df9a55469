"""B08: a seat stands inside the territory that it governs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely

from geoplan.checks.on_ground import Ground, ground_of, unit_at
from geoplan.checks.seats.governed import governed_units, old_places
from geoplan.domain.seat_names import authority_endings
from geoplan.model.arrays import Floats, Ints
from geoplan.model.findings import Finding, Place, Scalar
from geoplan.model.rules import Rule
from geoplan.model.seats import SeatDossier, Seats


def seat_in_territory(dossier: SeatDossier, rule: Rule) -> Iterable[Finding]:
    """Report seats outside their territory, near its line, doubled, missing or without a unit.

    One finding a seat; for several seats of a unit one for each after the first.
    """
    ground = ground_of(dossier.units)
    place = _Seated(
        seats=dossier.seats,
        ground=ground,
        unit=governed_units(dossier.seats, ground),
        xy=ground.metres(dossier.seats.xy),
    )
    yield from _unjudged(place, rule)
    yield from _misplaced(place, rule)
    yield from _once_outside(place, ground.metres(old_places(dossier)), rule)
    yield from _several(place, rule)
    yield from _unseated(place, rule)
    yield from _not_as_approved(place, rule)


@dataclass(frozen=True, slots=True, eq=False)
class _Seated:
    seats: Seats
    ground: Ground
    unit: Ints
    xy: Floats

    def about(self, row: int) -> tuple[str, dict[str, Scalar]]:
        unit = int(self.unit[row])
        return self.ground.subject[unit], {
            "name": str(self.seats.name[row]),
            "unit": self.ground.called([unit]),
        }

    def place(self, row: int, xy: Floats | None = None) -> Place:
        x, y = (self.xy if xy is None else xy)[row].tolist()
        if not np.isfinite([x, y]).all():
            return Place(row=int(self.seats.row[row]))
        return self.ground.place(x, y, row=int(self.seats.row[row]))


def distances_m(ground: Ground, unit: Ints, xy: Floats) -> tuple[Floats, Floats]:
    """Return how far each point is outside its unit (0 inside), and from its line; NaN unknown.

    To the centimetre, so that a place written in degrees is at a threshold when it is meant to be.
    """
    outside, line = np.full(len(xy), np.nan), np.full(len(xy), np.nan)
    rows = np.flatnonzero((unit >= 0) & np.isfinite(xy).all(axis=1))
    points = shapely.points(xy[rows])
    outside[rows] = shapely.distance(points, ground.geometry[unit[rows]]).round(2)
    line[rows] = shapely.distance(points, ground.outline[unit[rows]]).round(2)
    return outside, line


def _unjudged(seated: _Seated, rule: Rule) -> Iterable[Finding]:
    seats = seated.seats
    for row in np.flatnonzero(~np.isfinite(seated.xy).all(axis=1)).tolist():
        place = Place(row=int(seats.row[row]))
        evidence = {"name": str(seats.name[row])}
        yield rule.found(seats.subject(row), evidence, case="unplaced", place=place)
    for row in np.flatnonzero(seated.unit < 0).tolist():
        code, name = str(seats.unit_code[row]), str(seats.name[row])
        if code or name.endswith(authority_endings()):
            evidence = {"name": name, "code": code}
            place = seated.place(row)
            yield rule.found(seats.subject(row), evidence, case="unknown_unit", place=place)


def _misplaced(seated: _Seated, rule: Rule) -> Iterable[Finding]:
    ground, near_m = seated.ground, rule.numbers["near_m"]
    outside_m, line_m = distances_m(ground, seated.unit, seated.xy)
    for row in np.flatnonzero((line_m <= near_m) | (outside_m > 0)).tolist():
        unit, evidence = seated.about(row)
        subject, place = seated.seats.subject(row), seated.place(row)
        if line_m[row] <= near_m:
            numbers: dict[str, Scalar] = {"distance_m": float(line_m[row]), "near_m": near_m}
            yield rule.found(
                subject, evidence | numbers, case="near_line", place=place, about=(unit,)
            )
            continue
        alike = ground.at(str(ground.level[seated.unit[row]]))
        host = int(unit_at(ground, alike, seated.xy[[row]])[0])
        found: dict[str, Scalar] = {**evidence, "distance_m": float(outside_m[row])}
        if host >= 0:
            found["stands_in"] = ground.called([host])
        case = "outside" if host >= 0 else "beyond"
        yield rule.found(subject, found, case=case, place=place, about=(unit,))


def _once_outside(seated: _Seated, old: Floats, rule: Rule) -> Iterable[Finding]:
    outside_m, line_m = distances_m(seated.ground, seated.unit, old)
    far = (outside_m > 0) & (line_m > rule.numbers["near_m"])
    moved = np.hypot(*(old - seated.xy).T) > rule.numbers["moved_m"]
    for row in np.flatnonzero(far & moved).tolist():
        unit, evidence = seated.about(row)
        yield rule.found(
            seated.seats.subject(row),
            {**evidence, "distance_m": float(outside_m[row])},
            case="was_outside",
            place=seated.place(row, old),
            about=(unit,),
        )


def _several(seated: _Seated, rule: Rule) -> Iterable[Finding]:
    seats = seated.seats
    for unit in np.flatnonzero(np.bincount(seated.unit[seated.unit >= 0]) > 1).tolist():
        first, *later = np.flatnonzero(seated.unit == unit).tolist()
        for row in later:
            _, evidence = seated.about(row)
            counted: dict[str, Scalar] = {"first": str(seats.name[first]), "count": len(later) + 1}
            yield rule.found(
                seats.subject(row),
                evidence | counted,
                case="several",
                place=seated.place(row),
                about=(seats.subject(first),),
            )


def _unseated(seated: _Seated, rule: Rule) -> Iterable[Finding]:
    """Report units without a seat, of those levels that the file has any seat of."""
    ground = seated.ground
    seated_rows = set(seated.unit[seated.unit >= 0].tolist())
    for level in rule.words["seated_levels"]:
        rows = ground.at(level).tolist()
        missing = [row for row in rows if row not in seated_rows]
        for row in missing if len(missing) < len(rows) else ():
            inside = shapely.point_on_surface(ground.geometry[row])
            place = ground.place(inside.x, inside.y)
            evidence = {"unit": ground.called([row])}
            yield rule.found(ground.subject[row], evidence, case="none", place=place)


def _not_as_approved(seated: _Seated, rule: Rule) -> Iterable[Finding]:
    legal = seated.ground.metres(seated.seats.legal_xy)
    apart_m = np.hypot(*(legal - seated.xy).T).round(2)
    for row in np.flatnonzero(apart_m > rule.numbers["legal_m"]).tolist():
        evidence: dict[str, Scalar] = {
            "name": str(seated.seats.name[row]),
            "distance_m": float(apart_m[row]),
            "legal_m": rule.numbers["legal_m"],
        }
        subject, place = seated.seats.subject(row), seated.place(row)
        yield rule.found(subject, evidence, case="legal", place=place)
