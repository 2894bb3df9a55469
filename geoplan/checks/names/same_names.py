"""N01: a name is the only one of its kind in the area that the law names."""

from __future__ import annotations

from collections.abc import Iterable

from geoplan.checks.names.entries import Entry, alike, entries_in_use, whole_roads
from geoplan.checks.table import Check
from geoplan.model.findings import Finding, Scalar
from geoplan.model.gazetteer import Gazetteer
from geoplan.model.name_dossier import NameDossier
from geoplan.model.rules import Rule


def duplicate_names(dossier: NameDossier, rule: Rule) -> Iterable[Finding]:
    """Report names that are there twice, one finding for each later entry against the first.

    Cases: ``same``, the whole names are identical and the kinds too; ``stripped``, names of units
    of the lowest level (or of towns) are identical but for the organ behind them; ``repeated``,
    one entry, its code and name, stands in several rows. Entries that name one another's code in
    a second system are one place and no duplicates, and neither are the rows of a road that is
    listed in parts without codes; under two units above it is two roads, one finding each further
    unit.
    """
    names = dossier.names
    entries = whole_roads(entries_in_use(names, rule.words["withdrawn"]))
    for members in alike(((one.kind, one.scope, one.parts.full), one) for one in entries):
        yield from _same(names, rule, members)
    for members in alike(((one.group, one.scope, one.parts.body), one) for one in entries):
        yield from _stripped(names, rule, members)


def _same(names: Gazetteer, rule: Rule, members: list[Entry]) -> Iterable[Finding]:
    first, by_code = members[0], _by_code(members[:1])
    for later in members[1:]:
        known = by_code.get(later.code) or by_code.get(later.other_code)
        for code in _codes(later):
            by_code.setdefault(code, later)
        if known is None:
            yield _found(names, rule, "same", later, first)
        elif known.code == later.code:
            yield _found(names, rule, "repeated", later, known)


def _stripped(names: Gazetteer, rule: Rule, members: list[Entry]) -> Iterable[Finding]:
    first, by_code = members[0], _by_code(members[:1])
    for later in members[1:]:
        known = by_code.keys() & _codes(later)
        for code in _codes(later):
            by_code.setdefault(code, later)
        if later.parts.full != first.parts.full and not known:
            yield _found(names, rule, "stripped", later, first)


def _found(names: Gazetteer, rule: Rule, case: str, later: Entry, first: Entry) -> Finding:
    evidence: dict[str, Scalar] = {
        "name": later.parts.full,
        "other": first.parts.full,
        "other_subject": first.subject,
        "other_row": int(names.row[first.position]),
        "core": later.parts.body,
    }
    unit_above = (later.parent,) if later.parent and not later.code else ()
    about = () if case == "repeated" else (first.subject, *unit_above)
    return later.found(rule, case, evidence, about=about)


def _codes(entry: Entry) -> set[str]:
    return {entry.code, entry.other_code} - {""}


def _by_code(members: list[Entry]) -> dict[str, Entry]:
    return {code: one for one in members for code in _codes(one)}


CHECKS: dict[str, Check[NameDossier]] = {"N01": duplicate_names}
