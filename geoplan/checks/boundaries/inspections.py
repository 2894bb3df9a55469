"""B15: every line is inspected jointly in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely

from geoplan.checks.boundaries.shared_lines import SharedLines, inspected_level, shared_lines
from geoplan.checks.on_ground import Ground, ground_of
from geoplan.domain.calendar_days import last_day, years_later
from geoplan.model.arrays import Geometries
from geoplan.model.border_records import Inspections
from geoplan.model.boundary_dossier import BoundaryDossier
from geoplan.model.findings import WHOLE, Finding, Place, Scalar
from geoplan.model.rules import Rule


def inspections_in_time(dossier: BoundaryDossier, rule: Rule) -> Iterable[Finding]:
    """Report lines whose inspection is due or overdue, and lines without a record.

    One finding a line: of several records of one line the latest inspection counts. A line is due
    up to and on the day itself, overdue after it.
    """
    records = dossier.records.inspections
    if records is None:
        return
    ground = ground_of(dossier.layer)
    level = inspected_level(ground, rule.words["inspected_levels"])
    lines = shared_lines(ground, level, rule.numbers["shared_within_m"])
    pairs = [recorded_pair(ground, units) for units in records.units]
    yield from _unreadable(records, rule)
    yield from _untied(records, pairs, ground, rule)
    yield from _never(ground, lines, set(pairs), rule)
    if not dossier.date:
        yield rule.found(WHOLE, {"file": dossier.layer.source.name}, case="no_date")
        return
    latest = _latest(records, pairs)
    today = last_day(dossier.date)
    for record in latest if today else ():
        yield from _in_time(
            _Line(ground, records, record, rule.numbers["shared_within_m"]), today, rule
        )


def recorded_pair(ground: Ground, units: tuple[str, ...]) -> tuple[int, int] | None:
    """Return the two units of a record, the lower code first, None unless both are in the layer."""
    rows = sorted(ground.row_of(code) for code in units)
    if len(rows) != 2 or rows[0] < 0:
        return None
    return rows[0], rows[1]


def line_place(ground: Ground, line: shapely.Geometry, row: int | None = None) -> Place:
    """Return the middle of a line as the place of a finding, the line as its shape."""
    parts: Geometries = shapely.get_parts(line)
    longest = shapely.LineString(parts[int(shapely.length(parts).argmax())])
    middle = longest.interpolate(0.5, normalized=True)
    return ground.place(middle.x, middle.y, row=row, shape=line)


@dataclass(frozen=True, slots=True)
class _Record:
    row: int
    pair: tuple[int, int] | None
    last: dt.date


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """One recorded line as a finding shows it."""

    ground: Ground
    records: Inspections
    record: _Record
    within_m: float

    def subject(self) -> str:
        row = self.record.row
        if self.record.pair is None:
            return str(self.records.line[row]) or f"#{self.records.row[row]}"
        return self.ground.subject[self.record.pair[1]]

    def about(self) -> tuple[str, ...]:
        return () if self.record.pair is None else (self.ground.subject[self.record.pair[0]],)

    def drawn(self) -> shapely.Geometry | None:
        if self.record.pair is None:
            return None
        level = str(self.ground.level[self.record.pair[0]])
        lines = shared_lines(self.ground, level, self.within_m)
        row = lines.of.get(self.record.pair, -1)
        return lines.geometry[row] if row >= 0 else None

    def place(self) -> Place:
        row, line = int(self.records.row[self.record.row]), self.drawn()
        return Place(row=row) if line is None else line_place(self.ground, line, row)

    def evidence(self) -> dict[str, Scalar]:
        name = str(self.records.line[self.record.row])
        if self.record.pair is not None:
            name = name or self.ground.called(list(self.record.pair))
        length_km, line = float(self.records.length_km[self.record.row]), self.drawn()
        if np.isnan(length_km) and line is not None:
            length_km = float(shapely.length(line)) / 1000
        return {
            "line": name or self.subject(),
            "last": self.record.last.isoformat(),
            "length": "—" if np.isnan(length_km) else f"{length_km:,.2f}",
        }


def _in_time(line: _Line, today: dt.date | None, rule: Rule) -> Iterable[Finding]:
    due = years_later(line.record.last, int(rule.numbers["period_years"]))
    if today is None or today < years_later(due, -int(rule.numbers["notice_years"])):
        return
    evidence = {**line.evidence(), "due": due.isoformat(), "days": abs((due - today).days)}
    case = "overdue" if due < today else "due"
    yield rule.found(line.subject(), evidence, case=case, place=line.place(), about=line.about())


def _latest(records: Inspections, pairs: list[tuple[int, int] | None]) -> list[_Record]:
    """Return the latest dated record of each line: of a pair, else of a name, else of a row."""
    latest: dict[object, _Record] = {}
    for row, (pair, written) in enumerate(zip(pairs, records.last.tolist(), strict=True)):
        day = last_day(written)
        if day is None:
            continue
        key = pair or str(records.line[row]) or row
        if key not in latest or latest[key].last < day:
            latest[key] = _Record(row, pair, day)
    return list(latest.values())


def _unreadable(records: Inspections, rule: Rule) -> Iterable[Finding]:
    for row, written in enumerate(records.last.tolist()):
        if last_day(written) is None:
            name = str(records.line[row]) or " / ".join(records.units[row])
            number = int(records.row[row])
            evidence = {"line": name or f"#{number}", "written": written}
            subject = name or f"#{number}"
            yield rule.found(subject, evidence, case="undated", place=Place(row=number))


def _untied(
    records: Inspections,
    pairs: list[tuple[int, int] | None],
    ground: Ground,
    rule: Rule,
) -> Iterable[Finding]:
    """Report records that no line of the layer belongs to.

    A record with one unit outside the layer is of its outer line, and stands.
    """
    for row, pair in enumerate(pairs):
        known = any(ground.row_of(code) >= 0 for code in records.units[row])
        apart_m = 0.0 if pair is None else shapely.distance(*ground.geometry[list(pair)])
        if not known or apart_m > rule.numbers["shared_within_m"]:
            number = int(records.row[row])
            units = " / ".join(records.units[row])
            name = str(records.line[row]) or units or f"#{number}"
            evidence = {"line": name, "units": units or "—"}
            yield rule.found(name, evidence, case="untied", place=Place(row=number))


def _never(
    ground: Ground,
    lines: SharedLines,
    recorded: set[tuple[int, int] | None],
    rule: Rule,
) -> Iterable[Finding]:
    for pair, row in lines.of.items():
        if pair in recorded:
            continue
        lower, higher = pair
        evidence = {
            "unit_names": ground.called([lower, higher]),
            "length": f"{lines.length_m[row] / 1000:,.2f}",
        }
        place = line_place(ground, lines.geometry[row])
        about = (ground.subject[lower],)
        yield rule.found(ground.subject[higher], evidence, case="never", place=place, about=about)
