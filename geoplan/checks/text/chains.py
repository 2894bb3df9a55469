"""Chains of divisions in running text: 陕西省旬阳县, and how far each is true.

A chain is read from the left, each time the longest name of the table; a name belongs to a chain
when it stands directly behind the one before, or behind one blank. What no table can tell, such as
two names of a list without a comma, begins a new chain: silence is preferred to a false alarm.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from geoplan.domain.divisions import MUNICIPALITIES, divisions
from geoplan.domain.word_search import words_pattern
from geoplan.model.divisions import Division
from geoplan.model.document import Document

_STREET = re.compile(
    r"(东|西|南|北|中|环|外|内|新|老|[一二三四五六七八九十])*"
    r"(路|街|大街|大道|道|巷|弄|胡同|立交|高架|高速|铁路|大桥|广场|大厦|新村|花园|公寓)"
)
"""What makes a short name before it that of a street or building: 北京东路, 南京路."""

_NO_END = {
    "区": re.compile("[域划位间块别片]"),
    "市": re.compile("[场民容貌价售面值况镇井长]"),
    "县": re.compile("[域级长]"),
}
"""Behind a name, the character that makes its last one part of another word: 东阳市场."""


@dataclass(frozen=True, slots=True)
class Token:
    """A name of the table as it stands in a line."""

    start: int
    end: int
    text: str
    full: bool
    """False for a short form such as 陕西, and for a name that may be a part of another word, such
    as 东阳市 of 东阳市场: such a name can be right in a chain, but never wrong."""
    units: tuple[Division, ...]
    """All units that are or were ever written so."""


@dataclass(frozen=True, slots=True)
class Link:
    """A name with the chain before it."""

    token: Token
    start: int
    """Where the chain begins."""
    units: tuple[Division, ...]
    """The units that it can be, given the chain."""
    above: tuple[Division, ...]
    """What it was held against, empty at the head of a chain."""
    wrong: bool
    """True when nothing above ever had such a unit."""


@lru_cache(maxsize=4)
def document_links(document: Document) -> tuple[tuple[Link, ...], ...]:
    """Return the links of every line, in the order of the text."""
    return tuple(tuple(line_links(line)) for line in document.lines)


def line_links(line: str) -> Iterator[Link]:
    """Give every name of the table in a line with the chain before it."""
    before: Link | None = None
    for token in line_tokens(line):
        link = _linked(before, token, line)
        yield link
        before = link


def line_tokens(line: str) -> Iterator[Token]:
    """Give the names of the table in a line, leftmost and longest, without names of streets."""
    table = divisions()
    for match in _surfaces().finditer(line):
        text, behind = match.group(), line[match.end() : match.end() + 8]
        full = text in table.full
        if not full and _STREET.match(behind):
            continue
        sure = full and not _is_part_of_word(text, behind)
        yield Token(match.start(), match.end(), text, sure, table.by_surface[text])


@cache
def _surfaces() -> re.Pattern[str]:
    return words_pattern(divisions().by_surface)


def _is_part_of_word(text: str, behind: str) -> bool:
    ending = _NO_END.get(text[-1])
    return bool(ending and ending.match(behind))


def _linked(before: Link | None, token: Token, line: str) -> Link:
    head = Link(token, token.start, token.units, (), wrong=False)
    if before is None or line[before.token.end : token.start] not in {"", " ", "\u3000"}:
        return head
    below = tuple(
        unit for unit in token.units if any(unit.lies_in(upper) for upper in before.units)
    )
    if below:
        return Link(token, before.start, below, before.units, wrong=False)
    if token.full and _could_be_below(token.units, before.units):
        return Link(token, before.start, token.units, before.units, wrong=True)
    return head


def _could_be_below(units: Iterable[Division], uppers: Iterable[Division]) -> bool:
    """Return whether the names claim to stand one below the other, and the table could tell."""
    parents = divisions().parents
    known = [upper for upper in uppers if upper.code in parents]
    return any(unit.rank > _deepest(upper, unit) for upper in known for unit in units) and len(
        known
    ) == len(list(uppers))


def _deepest(upper: Division, unit: Division) -> int:
    """Return the rank above that of the unit from which the two are no list.

    A municipality stands beside prefectures in lists, so only counties can be below it.
    """
    beside = upper.rank == 0 and upper.code[:2] in MUNICIPALITIES and unit.rank == 1
    return unit.rank if beside else upper.rank
