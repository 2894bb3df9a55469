"""One entry of a register as the rules of words and spelling look at it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from geoplan.domain.name_parts import NameClass, bare_name, carries_estate_name, name_class
from geoplan.model.findings import Finding, Place, Scalar
from geoplan.model.gazetteer import Gazetteer
from geoplan.model.rules import Rule

_MASK = "\x00"


@dataclass(frozen=True, slots=True)
class NameEntry:
    """A name that a rule has something to say about."""

    names: Gazetteer
    position: int

    @property
    def name(self) -> str:
        """The name as written."""
        return str(self.names.name[self.position])

    @property
    def bare(self) -> str:
        """The name without brackets, committee and ``社区``."""
        return bare_name(self.name)

    @property
    def of_class(self) -> NameClass:
        """What kind of place the name is of."""
        return name_class(self.name, self.text("kind"))

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
        return self.of_class == "community" and carries_estate_name(self.bare)

    @property
    def red(self) -> bool:
        """Whether the register marks a red place name."""
        return bool(self.names.red[self.position])

    def text(self, column: str) -> str:
        """Return a text of the entry, empty where the register has none."""
        texts = self.names.texts.get(column)
        return "" if texts is None else str(texts[self.position])

    def found(self, rule: Rule, case: str, evidence: dict[str, Scalar]) -> Finding:
        """Return a finding about the entry; its name is part of the evidence."""
        return rule.found(
            self.names.subject(self.position),
            {"name": self.name, **evidence},
            case=case,
            place=place_of(self.names, self.position),
        )


def place_of(names: Gazetteer, position: int) -> Place:
    """Return row and, where it is known, longitude and latitude (EPSG:4490) of an entry."""
    lon, lat = names.xy[position].round(6).tolist()
    known = bool(np.isfinite([lon, lat]).all())
    return Place(lon if known else None, lat if known else None, int(names.row[position]))


def entries_with(names: Gazetteer, pattern: re.Pattern[str]) -> Iterator[NameEntry]:
    """Yield the entries whose name the pattern finds something in, in file order.

    One search a name, so that a rule looks closer at few of them.
    """
    for position, name in enumerate(names.name.tolist()):
        if pattern.search(name):
            yield NameEntry(names, position)


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern of any of the words, longer ones first; no word, no match."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")


def masked(text: str, exceptions: re.Pattern[str]) -> str:
    """Return the text with every exception replaced, of the same length."""
    return exceptions.sub(lambda match: _MASK * len(match[0]), text)
