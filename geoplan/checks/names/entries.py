"""The entries of a register, their names taken apart."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from geoplan.checks.names.entry_places import entry_place
from geoplan.domain.generic_terms import (
    NameClass,
    NameParts,
    carries_estate_name,
    compared_group,
    name_class,
    name_parts,
    place_kind,
    scope_of,
    without_brackets,
)
from geoplan.model.findings import Finding, Scalar
from geoplan.model.gazetteer import Gazetteer
from geoplan.model.rules import Rule

_IN_BRACKETS = re.compile(r"[(（]([^()（）]*)[)）]")
_SINCE_WHEN = re.compile(r"[已于0-9年月日.-]")


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One entry of a register, its name taken apart."""

    names: Gazetteer
    position: int
    """Position in the register, from 0."""
    name: str
    """The name as written."""
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

    @property
    def subject(self) -> str:
        """What a finding calls the entry: its code, else its name."""
        return self.code or self.name

    @property
    def bare(self) -> str:
        """The name without brackets and organ; the whole name where that is all."""
        return without_brackets(self.parts.body) or self.parts.full

    @property
    def of_class(self) -> NameClass:
        """Who chose the name."""
        return name_class(self.kind, self.parts)

    @property
    def built(self) -> bool:
        """Whether the name was chosen for a road, an estate or a building, or does not tell."""
        return self.of_class in {"road", "estate", "other"}

    @property
    def is_estate(self) -> bool:
        """Whether the name is of an estate or a building."""
        return self.of_class == "estate"

    @property
    def copies_estate(self) -> bool:
        """Whether the name is of a community and ends as the name of an estate does."""
        return self.of_class == "community" and carries_estate_name(self.parts)

    @property
    def red(self) -> bool:
        """Whether the register marks a red place name."""
        return bool(self.names.red[self.position])

    def shares_code(self, other: Entry) -> bool:
        """Return whether two entries are one place in one or two systems of codes."""
        ours, theirs = ({one.code, one.other_code} - {""} for one in (self, other))
        return not ours.isdisjoint(theirs)

    def text(self, column: str) -> str:
        """Return a text of the entry, empty where the register has none."""
        return self.names.text(column, self.position)

    def found(
        self, rule: Rule, case: str, evidence: Mapping[str, Scalar], about: tuple[str, ...] = ()
    ) -> Finding:
        """Return a finding about the entry; unless told otherwise its name is as written."""
        place = entry_place(self.names, self.position)
        told: dict[str, Scalar] = {"name": self.name, **evidence}
        return rule.found(self.subject, told, case=case, place=place, about=about)


def entries_at(names: Gazetteer, positions: Iterable[int]) -> Iterator[Entry]:
    """Yield the entries at some positions; the area is told by the code, else by that above."""
    empty = [""] * len(names)
    declared, other, above = (
        names.texts[column].tolist() if column in names.texts else empty
        for column in ("kind", "other_code", "parent_name")
    )
    texts, codes, parents = names.name.tolist(), names.code.tolist(), names.parent.tolist()
    for position in positions:
        name, code, parent = texts[position], codes[position], parents[position]
        kind = place_kind(name, code, declared[position])
        yield Entry(
            names=names,
            position=position,
            name=name,
            code=code,
            other_code=other[position],
            parent=parent or above[position],
            kind=kind,
            group=compared_group(kind),
            scope=scope_of(kind, code or parent),
            parts=name_parts(name),
        )


def entries_with(names: Gazetteer, pattern: re.Pattern[str]) -> Iterator[Entry]:
    """Yield the entries whose name the pattern finds something in, in file order.

    One search a name, so that a rule looks closer at few of them.
    """
    texts = enumerate(names.name.tolist())
    return entries_at(names, [position for position, name in texts if pattern.search(name)])


@lru_cache(maxsize=1)
def entries_in_use(names: Gazetteer, withdrawn: tuple[str, ...]) -> tuple[Entry, ...]:
    """Return the entries in order of code, name and row, without those no longer in use.

    A register is read once and looked at by several rules, so the last answer is kept.

    Parameters
    ----------
    withdrawn
        Words that say that a name is no longer in use: in the column ``status``, or alone in
        brackets behind the name, as in 朝阳乡（已撤销）.
    """
    status = names.texts["status"].tolist() if "status" in names.texts else [""] * len(names)
    used = [
        position
        for position, (name, state) in enumerate(zip(names.name.tolist(), status, strict=True))
        if name and not _says_one_of(withdrawn, state, name)
    ]
    entries = entries_at(names, used)
    return tuple(sorted(entries, key=lambda one: (one.code, one.parts.full, one.position)))


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
