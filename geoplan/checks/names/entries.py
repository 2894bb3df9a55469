"""The entries of a register as their names are held against one another."""

from __future__ import annotations

import re
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

_IN_BRACKETS = re.compile(r"[(（]([^()（）]*)[)）]")
_SINCE_WHEN = re.compile(r"[已于0-9年月日.-]")


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One entry of a register, its name taken apart."""

    position: int
    """Position in the register, from 0."""
    subject: str
    """What a finding calls the entry: its code, else its name."""
    code: str
    other_code: str
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
        Words that say that a name is no longer in use: in the column ``status``, or alone in
        brackets behind the name, as in 朝阳乡（已撤销）.
    """
    empty = [""] * len(names)
    declared, other, status = (
        names.texts[column].tolist() if column in names.texts else empty
        for column in ("kind", "other_code", "status")
    )
    codes, parents, texts = names.code.tolist(), names.parent.tolist(), names.name.tolist()
    found = []
    for position, name in enumerate(texts):
        if not name or _says_one_of(withdrawn, status[position], name):
            continue
        code = codes[position]
        kind = place_kind(name, code, declared[position])
        found.append(
            Entry(
                position=position,
                subject=code or name,
                code=code,
                other_code=other[position],
                kind=kind,
                group=compared_group(kind),
                scope=scope_of(kind, code or parents[position]),
                parts=name_parts(name),
            )
        )
    return tuple(sorted(found, key=lambda one: (one.code, one.parts.full, one.position)))


def _says_one_of(withdrawn: tuple[str, ...], status: str, name: str) -> bool:
    if status and any(word in status for word in withdrawn):
        return True
    return any(_SINCE_WHEN.sub("", one) in withdrawn for one in _IN_BRACKETS.findall(name))


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
