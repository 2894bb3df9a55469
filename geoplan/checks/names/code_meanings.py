"""N15: a code stands for one unit, within its system and beside another system."""

from __future__ import annotations

from collections.abc import Iterator

from geoplan.checks.names.entry_codes import sound_codes
from geoplan.checks.names.entry_places import entry_place
from geoplan.domain.codes import stem
from geoplan.domain.unit_names import unit_key
from geoplan.model.findings import WHOLE, Finding, Scalar
from geoplan.model.gazetteer import Gazetteer
from geoplan.model.rules import Rule


def repeated_codes(names: Gazetteer, rule: Rule) -> Iterator[Finding]:
    """Report codes of two or more names: one finding a code, ``about`` the names.

    The long and the short form of one name (朝阳村村委会, 朝阳村) are one name. The place is that
    of the second name in the file.
    """
    rows = _rows_of(names, "code")
    for members in rows.values():
        first_rows: dict[str, int] = {}
        for row in members:
            first_rows.setdefault(unit_key(str(names.name[row])), row)
        if len(first_rows) < 2:
            continue
        alike = sorted(str(names.name[row]) for row in first_rows.values())
        evidence: dict[str, Scalar] = {"names": "、".join(alike), "count": len(alike)}
        place = entry_place(names, sorted(first_rows.values())[1])
        subject = min(names.subject(row) for row in members)
        yield rule.found(subject, evidence, case="repeated", place=place, about=tuple(alike))


def two_systems(names: Gazetteer, rule: Rule) -> Iterator[Finding]:
    """Report values that stand for one unit in the first system and for another in the second.

    One finding a value, ``about`` the unit of the second system, and one for the register.
    """
    if "other_code" not in names.texts:
        return
    first, second = _rows_of(names, "code"), _rows_of(names, "other_code")
    shared = 0
    for value in sorted(set(first) & set(second)):
        one, other = first[value][0], second[value][0]
        if unit_key(str(names.name[one])) == unit_key(str(names.name[other])):
            continue
        shared += 1
        evidence = {"name": str(names.name[one]), "other_name": str(names.name[other])}
        place = entry_place(names, one)
        about = (names.subject(other),)
        yield rule.found(value, evidence, case="two_systems", place=place, about=about)
    if shared:
        yield rule.found(WHOLE, {"count": shared, "file": names.source.name}, case="never_join")


def _rows_of(names: Gazetteer, column: str) -> dict[str, list[int]]:
    """Return the rows of every well-formed code of a column, by its stem, in file order."""
    rows: dict[str, list[int]] = {}
    for row, code in enumerate(sound_codes(names, column)):
        if code:
            rows.setdefault(stem(code), []).append(row)
    return rows
