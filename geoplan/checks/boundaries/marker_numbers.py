"""Numbers of boundary markers: line code, serial and the letter of the body."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from geoplan.model.arrays import Floats
from geoplan.model.border_records import Markers
from geoplan.model.findings import Finding, Place, Scalar
from geoplan.model.rules import Rule


@dataclass(frozen=True, slots=True)
class MarkerNumber:
    """A number that has the form: eight characters, such as ``0102003Q``."""

    line: str
    serial: int
    letter: str

    def bodies(self, rule: Rule) -> str:
        """Return the letters that stand together under one serial, empty for a single marker."""
        return next((one for one in rule.words["together"] if self.letter in one), "")


def marker_numbers(markers: Markers, rule: Rule) -> list[MarkerNumber | None]:
    """Return each number taken apart, None where it does not have the form."""
    line, serial = int(rule.numbers["line_digits"]), int(rule.numbers["serial_digits"])
    letters = "".join((*rule.words["single"], *rule.words["together"]))
    form = re.compile(rf"(\d{{{line}}})(\d{{{serial}}})([{letters}])")
    found = [form.fullmatch(text) for text in markers.id.tolist()]
    return [one and MarkerNumber(one[1], int(one[2]), one[3]) for one in found]


def numbering(
    markers: Markers, numbers: list[MarkerNumber | None], xy: Floats, rule: Rule
) -> Iterable[Finding]:
    """Report malformed and repeated numbers and missing bodies; missing serials once a line."""
    yield from _malformed(markers, numbers, rule)
    yield from _repeated(markers, rule)
    yield from _incomplete(markers, numbers, rule)
    lines: dict[str, list[int]] = defaultdict(list)
    for row, number in enumerate(numbers):
        if number is not None:
            lines[number.line].append(row)
    for line, rows in lines.items():
        serials = {number.serial: row for row in rows if (number := numbers[row]) is not None}
        yield from _missing(line, set(serials), rule)
        first, last = serials[min(serials)], serials[max(serials)]
        place = marker_place(markers, first)
        # west to east or north to south: a line that runs north-west fails both
        east, north = (xy[last] - xy[first]).tolist()
        if east < 0 < north:
            evidence = {
                "line": line,
                "first": str(markers.id[first]),
                "last": str(markers.id[last]),
            }
            yield rule.found(line, evidence, case="order", place=place)


def spans(serials: Iterable[int]) -> str:
    """Return numbers as ranges: ``003, 005-007``."""
    runs: list[list[int]] = []
    for serial in sorted(serials):
        if runs and runs[-1][1] == serial - 1:
            runs[-1][1] = serial
        else:
            runs.append([serial, serial])
    return ", ".join(f"{a:03d}" if a == b else f"{a:03d}-{b:03d}" for a, b in runs)


def _malformed(
    markers: Markers, numbers: list[MarkerNumber | None], rule: Rule
) -> Iterable[Finding]:
    for row in [row for row, number in enumerate(numbers) if number is None]:
        evidence = {"marker": str(markers.id[row]) or "—"}
        yield rule.found(
            markers.subject(row), evidence, case="number", place=marker_place(markers, row)
        )


def _repeated(markers: Markers, rule: Rule) -> Iterable[Finding]:
    """Report each marker whose number an earlier row has, one finding a later row."""
    first: dict[str, int] = {}
    for row, text in enumerate(markers.id.tolist()):
        if text in first:
            earlier = int(markers.row[first[text]])
            evidence = {"marker": text, "earlier_row": earlier}
            yield rule.found(text, evidence, case="twice", place=marker_place(markers, row))
        elif text:
            first[text] = row


def _incomplete(
    markers: Markers, numbers: list[MarkerNumber | None], rule: Rule
) -> Iterable[Finding]:
    """Report, once a marker of several bodies, those that the table lacks."""
    groups: dict[tuple[str, int, str], list[int]] = defaultdict(list)
    for row, number in enumerate(numbers):
        if number is not None and (bodies := number.bodies(rule)):
            groups[number.line, number.serial, bodies].append(row)
    for (_, _, bodies), rows in groups.items():
        present = Counter(number.letter for row in rows if (number := numbers[row]) is not None)
        missing = [letter for letter in bodies if not present[letter]]
        if missing:
            row = rows[0]
            evidence = {"marker": str(markers.id[row]), "missing": ", ".join(missing)}
            place = marker_place(markers, row)
            yield rule.found(markers.subject(row), evidence, case="incomplete", place=place)


def _missing(line: str, serials: set[int], rule: Rule) -> Iterable[Finding]:
    missing = set(range(1, max(serials))) - serials
    if missing:
        evidence: dict[str, Scalar] = {
            "line": line,
            "missing": spans(missing),
            "count": len(missing),
        }
        yield rule.found(line, evidence, case="serial")


def marker_place(markers: Markers, row: int) -> Place:
    """Return the place of a marker, its row alone where no position is known."""
    number = int(markers.row[row])
    if not np.isfinite(markers.xy[row]).all():
        return Place(row=number)
    lon, lat = markers.xy[row].round(6).tolist()
    return Place(lon, lat, number)
