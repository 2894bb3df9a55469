"""N15: what became of the codes and names of an earlier edition of the register."""

from __future__ import annotations

from collections.abc import Iterator

from geoplan.checks.names.entry_places import entry_place
from geoplan.domain.codes import is_well_formed, stem
from geoplan.domain.unit_names import all_names, is_variant, specific_part, unit_key
from geoplan.model.findings import Finding
from geoplan.model.gazetteer import Gazetteer
from geoplan.model.rules import Rule


def code_history(names: Gazetteer, earlier: Gazetteer, rule: Rule) -> Iterator[Finding]:
    """Report codes that stood for another name, and codes that are gone: one finding a code.

    Both names of a merged row and all aliases count as names of its code. A code that two rows
    carry in either edition is reported as repeated and not compared. ``about`` is the earlier
    name; a code that is gone has no row in the file.
    """
    now, before = _row_by_code(names), _row_by_code(earlier)
    present = _codes(names)
    codes_by_key = _codes_by_key(names)
    for code, old in before.items():
        old_name = str(earlier.name[old])
        if code in now:
            if case := _renaming(_keys(earlier, old), _keys(names, now[code])):
                evidence = {"name": str(names.name[now[code]]), "earlier_name": old_name}
                place = entry_place(names, now[code])
                about = (old_name,)
                yield rule.found(
                    names.subject(now[code]), evidence, case=case, place=place, about=about
                )
        elif code not in present:
            subject = earlier.subject(old)
            evidence = {"earlier_name": old_name}
            if new_code := _new_code(_keys(earlier, old), codes_by_key, before):
                evidence["new_code"] = new_code
                yield rule.found(subject, evidence, case="recoded", about=(new_code,))
            else:
                yield rule.found(subject, evidence, case="withdrawn", about=(old_name,))


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
    return {stem(code) for code in names.code.tolist() if is_well_formed(code)}


def _row_by_code(names: Gazetteer) -> dict[str, int]:
    """Return the row of every code that one row alone carries."""
    rows: dict[str, int] = {}
    repeated = set()
    for row, code in enumerate(names.code.tolist()):
        if is_well_formed(code):
            if (own := stem(code)) in rows:
                repeated.add(own)
            rows[own] = row
    return {code: row for code, row in rows.items() if code not in repeated}


def _codes_by_key(names: Gazetteer) -> dict[str, list[str]]:
    codes: dict[str, list[str]] = {}
    for row, code in enumerate(names.code.tolist()):
        if is_well_formed(code):
            for key in _keys(names, row):
                codes.setdefault(key, []).append(stem(code))
    return codes


def _new_code(keys: list[str], codes: dict[str, list[str]], before: dict[str, int]) -> str:
    """Return the code that the edition gives to a name for the first time, empty if none.

    A code that the earlier edition had too (勤丰村 of another street) is another unit's.
    """
    new = {code for key in keys for code in codes.get(key, ()) if code not in before}
    return min(new, default="")
