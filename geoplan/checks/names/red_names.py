"""N17: every red place name of the official list is in the register, once, marked, protected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geoplan.checks.names.entry_places import entry_place
from geoplan.domain.unit_names import is_near_spelling, listed_names, plain_name
from geoplan.model.findings import Finding, Scalar
from geoplan.model.gazetteer import Gazetteer
from geoplan.model.name_dossier import NameDossier
from geoplan.model.rules import Rule


def red_rule(dossier: NameDossier, rule: Rule) -> Iterable[Finding]:
    """Report red place names that are missing, renamed, duplicated, unmarked or unprotected."""
    names, listed = dossier.names, dossier.red
    rows_by_name = _rows_by_name(names)
    matched: set[int] = set()
    if listed is not None:
        for entry in range(len(listed)):
            matched |= _rows_of(listed, entry, rows_by_name)
        yield from _listed_names(names, listed, rows_by_name, rule)
        yield from _unmarked(names, matched, rule)
    red = sorted({row for row in range(len(names)) if names.red[row]} | matched)
    yield from _duplicated(names, listed, red, rule)
    yield from _unprotected(names, rule)


def _listed_names(
    names: Gazetteer, listed: Gazetteer, rows_by_name: dict[str, list[int]], rule: Rule
) -> Iterator[Finding]:
    """Report entries of the list that the register lacks or has under another name.

    The subject is the entry of the list: one finding an entry, ``about`` what the register has.
    """
    standard = {plain_name(name) for name in names.name.tolist()}
    near = _near_rows(listed, rows_by_name, rule)
    for entry, name in enumerate(listed.name.tolist()):
        if plain_name(name) in standard or not name:
            continue
        subject = listed.subject(entry)
        rows = _rows_of(listed, entry, rows_by_name)
        row = min(rows) if rows else near.get(entry)
        if row is None:
            yield rule.found(subject, {"name": name}, case="missing")
            continue
        evidence = {"name": name, "present": str(names.name[row])}
        place, about = entry_place(names, row), (names.subject(row),)
        yield rule.found(subject, evidence, case="renamed", place=place, about=about)


def _unmarked(names: Gazetteer, matched: set[int], rule: Rule) -> Iterator[Finding]:
    """Report entries that are on the list and not marked red, if the register marks red names."""
    if "red" not in names.columns:
        return
    for row in sorted(matched):
        if not names.red[row]:
            evidence = {"name": str(names.name[row])}
            place = entry_place(names, row)
            yield rule.found(names.subject(row), evidence, case="unmarked", place=place)


def _unprotected(names: Gazetteer, rule: Rule) -> Iterator[Finding]:
    """Report red names without a mark of protection, if the register notes protection."""
    if "protected" not in names.columns:
        return
    for row in (names.red & ~names.protected).nonzero()[0].tolist():
        evidence = {"name": str(names.name[row])}
        place = entry_place(names, row)
        yield rule.found(names.subject(row), evidence, case="unprotected", place=place)


def _duplicated(
    names: Gazetteer, listed: Gazetteer | None, red: list[int], rule: Rule
) -> Iterator[Finding]:
    """Report memorials with several entries: one finding a memorial, ``about`` all its entries.

    Entries are of one memorial when they share a name or alias, or when names of theirs are
    those of one entry of the list. The place is that of the second entry in the file.
    """
    for rows in _memorials(names, listed, red):
        if len(rows) > 1:
            subjects = sorted(names.subject(row) for row in rows)
            alike = "、".join(sorted(str(names.name[row]) for row in rows))
            evidence: dict[str, Scalar] = {"names": alike, "count": len(rows)}
            place, about = entry_place(names, rows[1]), tuple(subjects[:-1])
            yield rule.found(subjects[-1], evidence, case="duplicated", place=place, about=about)


def _memorials(names: Gazetteer, listed: Gazetteer | None, red: list[int]) -> list[list[int]]:
    """Return the rows of each memorial, in file order: those that a chain of names joins."""
    standard = _standard_names(listed)
    number_of: dict[str, int] = {}
    ends: list[tuple[int, int]] = []
    for position, row in enumerate(red):
        for plain in _plain_names(names, row):
            number = number_of.setdefault(standard.get(plain, plain), len(red) + len(number_of))
            ends.append((position, number))
    if not ends:
        return []
    start, end = np.array(ends, dtype=np.int64).T
    size = len(red) + len(number_of)
    links = coo_array((np.ones(len(ends)), (start, end)), shape=(size, size))
    _, label = connected_components(links, directed=False)
    memorials: dict[int, list[int]] = {}
    for row, one in zip(red, label[: len(red)].tolist(), strict=True):
        memorials.setdefault(one, []).append(row)
    return list(memorials.values())


def _standard_names(listed: Gazetteer | None) -> dict[str, str]:
    """Return the standard name of every name of the list, each as names are compared."""
    if listed is None:
        return {}
    return {
        plain: own[0]
        for entry in range(len(listed))
        if (own := _plain_names(listed, entry))
        for plain in own
    }


def _rows_by_name(names: Gazetteer) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for row in range(len(names)):
        for plain in _plain_names(names, row):
            rows.setdefault(plain, []).append(row)
    return rows


def _plain_names(names: Gazetteer, row: int) -> list[str]:
    written = [str(names.name[row]), *listed_names(names.text("aliases", row))]
    return [plain for one in dict.fromkeys(written) if (plain := plain_name(one))]


def _rows_of(listed: Gazetteer, entry: int, rows_by_name: dict[str, list[int]]) -> set[int]:
    return {row for plain in _plain_names(listed, entry) for row in rows_by_name.get(plain, ())}


def _near_rows(listed: Gazetteer, rows_by_name: dict[str, list[int]], rule: Rule) -> dict[int, int]:
    """Return the first row whose name is spelt nearly like each entry of the list.

    Names that are equal but for one character are equal with it left out, so only names that
    share such a remainder are compared. Names shorter than ``near_characters`` are not.
    """
    wanted: dict[str, list[tuple[int, str]]] = {}
    for entry in range(len(listed)):
        plain = plain_name(str(listed.name[entry]))
        if len(plain) >= rule.numbers["near_characters"] and plain not in rows_by_name:
            for remainder in _remainders(plain):
                wanted.setdefault(remainder, []).append((entry, plain))
    near: dict[int, int] = {}
    for plain, rows in rows_by_name.items() if wanted else ():
        for remainder in _remainders(plain):
            for entry, name in wanted.get(remainder, ()):
                if is_near_spelling(plain, name):
                    near[entry] = min(near.get(entry, rows[0]), rows[0])
    return near


def _remainders(plain: str) -> set[str]:
    return {plain, *(plain[:place] + plain[place + 1 :] for place in range(len(plain)))}
