"""The entries of a register as their names are held against one another."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from geoplan.domain.generic_terms import (
    NameParts,
    compared_group,
    name_parts,
    place_kind,
    scope_of,
)
from geoplan.model.findings import Place
from geoplan.model.gazetteer import Gazetteer


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One entry of a register, its name taken apart."""

    position: int
    """Position in the register, from 0."""
    subject: str
    """What a finding calls the entry: its code, else its name."""
    code: str
    other_code: str
    parent: str
    """Code of the unit above as declared, else its name, else empty."""
    kind: str
    group: str
    """Kinds of one group are held against one another."""
    scope: str
    """Leading digits of the code: the area in which the name must be the only one."""
    parts: NameParts

    def shares_code(self, other: Entry) -> bool:
        """Return whether two entries are one place in one or two systems of codes."""
        ours, theirs = ({one.code, one.other_code} - {""} for one in (self, other))
        return not ours.isdisjoint(theirs)


@lru_cache(maxsize=1)
def entries_in_use(names: Gazetteer, withdrawn: tuple[str, ...]) -> tuple[Entry, ...]:
    """Return the entries in order of code, name and row, without those no longer in use.

    The area is told by the code, without one by the code of the unit above. A register is read
    once and looked at by several rules, so the last answer is kept.

    Parameters
    ----------
    withdrawn
        Words of the column ``status`` that say that a name is no longer in use.
    """
    empty = [""] * len(names)
    declared, other, status, above = (
        names.texts[column].tolist() if column in names.texts else empty
        for column in ("kind", "other_code", "status", "parent_name")
    )
    codes, parents, texts = names.code.tolist(), names.parent.tolist(), names.name.tolist()
    found = []
    for position, name in enumerate(texts):
        if not name or (status[position] and any(one in status[position] for one in withdrawn)):
            continue
        code = codes[position]
        kind = place_kind(name, code, declared[position])
        found.append(
            Entry(
                position=position,
                subject=code or name,
                code=code,
                other_code=other[position],
                parent=parents[position] or above[position],
                kind=kind,
                group=compared_group(kind),
                scope=scope_of(kind, code or parents[position]),
                parts=name_parts(name),
            )
        )
    return tuple(sorted(found, key=lambda one: (one.code, one.parts.full, one.position)))


def whole_roads(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries without the further rows of a road that is listed in parts.

    Rows without a code are one road when they have one name in one area and no two units above:
    of a road the first row of every unit above stands for all, and a row that names no such unit
    stands for a road only when none does.
    """
    entries = tuple(entries)
    parted = [one for one in entries if one.kind == "road" and not one.code]
    first: dict[tuple[str, str], dict[str, Entry]] = {}
    for one in parted:
        first.setdefault((one.scope, one.parts.full), {}).setdefault(one.parent, one)
    whole = {
        by_parent[parent].position
        for by_parent in first.values()
        for parent in (set(by_parent) - {""} or {""})
    }
    further = {one.position for one in parted} - whole
    return tuple(one for one in entries if one.position not in further)


def alike(keyed: Iterable[tuple[Hashable, Entry]]) -> Iterator[list[Entry]]:
    """Return the entries that share a key, two or more, in their order."""
    by_key: dict[Hashable, list[Entry]] = {}
    for key, entry in keyed:
        by_key.setdefault(key, []).append(entry)
    return (members for members in by_key.values() if len(members) > 1)


def place_of(names: Gazetteer, position: int) -> Place:
    """Return where an entry is: its row, and its position where the register has one."""
    row = int(names.row[position])
    lon, lat = names.xy[position].tolist()
    if not np.isfinite([lon, lat]).all():
        return Place(row=row)
    return Place(round(lon, 6), round(lat, 6), row)
