"""N15: what became of the codes and names of an earlier edition of the register."""

from __future__ import annotations

from collections.abc import Iterator

from geoplan.checks.names.entry_codes import sound_codes
from geoplan.checks.names.entry_places import entry_place
from geoplan.domain.codes import stem
from geoplan.domain.unit_names import all_names, is_variant, specific_part, unit_key
from geoplan.model.findings import Finding
from geoplan.model.gazetteer import Gazetteer
from geoplan.model.rules import Rule


def code_history(names: Gazetteer, earlier: Gazetteer, rule: Rule) -> Iterator[Finding]:
    """Report codes that stood for another name, and codes that are gone: one finding a code.

    Both names of a merged row and all aliases count as names of its code. A code that two rows
    carry in either edition is reported as repeated and not compared. ``about`` is the earlier
    name, or the new code of a name; a code that is withdrawn has no row in the file.
    """
    now, before = _row_by_code(names), _row_by_code(earlier)
    present = _codes(names)
    newly_coded = _newly_coded(names, now, before)
    for code, old in before.items():
        if code in now:
            yield from _changed(names, now[code], earlier, old, rule=rule)
        elif code not in present:
            yield _gone(names, newly_coded, earlier, old, rule=rule)


def _changed(
    names: Gazetteer, row: int, earlier: Gazetteer, old: int, *, rule: Rule
) -> Iterator[Finding]:
    if case := _renaming(_keys(earlier, old), _keys(names, row)):
        old_name = str(earlier.name[old])
        evidence = {"name": str(names.name[row]), "earlier_name": old_name}
        place = entry_place(names, row)
        yield rule.found(names.subject(row), evidence, case=case, place=place, about=(old_name,))


def _gone(
    names: Gazetteer, newly_coded: dict[str, int], earlier: Gazetteer, old: int, *, rule: Rule
) -> Finding:
    subject, old_name = earlier.subject(old), str(earlier.name[old])
    row = next((newly_coded[key] for key in _keys(earlier, old) if key in newly_coded), None)
    if row is None:
        evidence = {"earlier_name": old_name}
        return rule.found(subject, evidence, case="withdrawn", about=(old_name,))
    new_code = names.subject(row)
    evidence = {"earlier_name": old_name, "name": str(names.name[row]), "new_code": new_code}
    place = entry_place(names, row)
    return rule.found(subject, evidence, case="recoded", place=place, about=(new_code,))


def _renaming(before: list[str], now: list[str]) -> str:
    """Return how the names of a code differ: not at all, as variants of one name, or altogether."""
    if set(before) & set(now):
        return ""
    variants = any(
        is_variant(specific_part(one), specific_part(other)) for one in before for other in now
    )
    return "renamed" if variants else "reused"


def _keys(names: Gazetteer, row: int) -> list[str]:
    return [unit_key(one) for one in all_names(str(names.name[row]), names.text("aliases", row))]


def _codes(names: Gazetteer) -> set[str]:
    return {stem(code) for code in sound_codes(names) if code}


def _row_by_code(names: Gazetteer) -> dict[str, int]:
    """Return the row of every code that one row alone carries."""
    rows: dict[str, int] = {}
    repeated = set()
    for row, code in enumerate(sound_codes(names)):
        if code:
            if (own := stem(code)) in rows:
                repeated.add(own)
            rows[own] = row
    return {code: row for code, row in rows.items() if code not in repeated}


def _newly_coded(names: Gazetteer, now: dict[str, int], before: dict[str, int]) -> dict[str, int]:
    """Return the row of every name whose code is new to the register, the lowest code first.

    A code that the earlier edition had too (勤丰村 of another street) is another unit's.
    """
    rows: dict[str, int] = {}
    for code in sorted(now.keys() - before.keys()):
        for key in _keys(names, now[code]):
            rows.setdefault(key, now[code])
    return rows
