"""Names of administrative units: the name behind its committee, and two names in one row.

The generic terms of all other places, ordinals and kinds belong to ``generic_terms``.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import lru_cache
from importlib import resources
from typing import Any, Literal, TypeAlias

from geoplan.domain.codes import TownshipKind

Committee: TypeAlias = Literal["residents", "villagers", ""]


def _read() -> dict[str, Any]:
    file = resources.files("geoplan.domain") / "unit_names.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _longest_first(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_WORDS = _read()
DISTINGUISHING = frozenset(_WORDS["distinguishing"])
_TOWNSHIP_KINDS: dict[str, TownshipKind] = _WORDS["township_kinds"]
_BLANKS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_RESIDENTS = re.compile(rf"(.+?)(?:{_longest_first(_WORDS['residents'])})$")
_VILLAGERS = re.compile(rf"(.+?)(?:{_longest_first(_WORDS['villagers'])})$")
_OFFICE = re.compile(rf"(.+?)(?:{_longest_first(_WORDS['offices'])})$")
_GENERIC = re.compile(rf"(.+?)(?:{_longest_first(_WORDS['generics'])})$")
_UNIT = "|".join(
    _longest_first(_WORDS[name]) for name in ("residents", "villagers", "offices", "generics")
)
_UNIT_NAME = re.compile(rf".+(?:{_UNIT})")
_COMMITTEE = "|".join(_longest_first(_WORDS[name]) for name in ("residents", "villagers"))
_JOINING_WORDS = _longest_first(_WORDS["joining_words"])
_BRACKETED = re.compile(
    rf"(?P<main>[^()]+(?:{_COMMITTEE}|社区|村))\("
    rf"(?P<part>(?:{_JOINING_WORDS})[^()]+(?:{_UNIT})|[^()]+(?:{_COMMITTEE}|社区|村))\s*\)"
)
_JOINED = re.compile(
    rf"(?P<main>.+?(?:{_COMMITTEE}|社区))(?:{_JOINING_WORDS}|\s+)(?P<part>.+(?:{_UNIT}))"
)
_LISTED = re.compile(
    rf"(?P<main>.+?(?:{_COMMITTEE}|社区|村))(?:{_longest_first(_WORDS['joining_signs'])})"
    rf"(?P<part>.+(?:{_UNIT}))"
)
_MAY_HOLD_TWO = re.compile(
    rf"[(\s]|{_JOINING_WORDS}|{_longest_first(_WORDS['joining_signs'])}|[^\u3400-\u9fff\w]"
)
"""Stands in every name that holds two: one search spares most names the slow patterns."""
_LEADING_JOINER = re.compile(rf"^(?:{_JOINING_WORDS})")
_KINDS_IN_BRACKETS = frozenset(_WORDS["kinds_in_brackets"])
_VILLAGE_WORDS = tuple(_WORDS["village_words"])
_REMEMBERED = 1 << 18
"""Names whose answers are kept: several rules ask about every name of a register."""
_ALIAS_BREAK = re.compile(r"[;,、/|\n]")


@lru_cache(_REMEMBERED)
def plain_name(name: str) -> str:
    """Return a name as names are compared: half-width, without blanks of any kind."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", name))


def is_unit_name(name: str) -> bool:
    """Return whether a name ends as those of units and committees do."""
    return _UNIT_NAME.fullmatch(plain_name(name)) is not None


def committee_of(name: str) -> Committee:
    """Return whose committee a name says, empty where it says none or both.

    ``社区村民委员会`` and ``村居民委员会`` say both and are no committee of either: a village that
    has become a community often keeps one of the two words. A name that ends in 社区 is one of
    residents, unless it is called after a village (嘎查社区, 农村社区).
    """
    plain = plain_name(name)
    if match := _RESIDENTS.fullmatch(plain):
        return "" if match[1].endswith("村") or _VILLAGERS.fullmatch(match[1]) else "residents"
    if match := _VILLAGERS.fullmatch(plain):
        return "" if match[1].endswith("社区") or _RESIDENTS.fullmatch(match[1]) else "villagers"
    rest = plain.removesuffix("社区")
    village = rest == plain or rest.endswith(_VILLAGE_WORDS) or _VILLAGERS.fullmatch(rest)
    return "" if village else "residents"


def township_kind_said(name: str) -> TownshipKind | None:
    """Return which kind of town or subdistrict a name says, None where it says none."""
    key = unit_key(name)
    return next((kind for end, kind in _TOWNSHIP_KINDS.items() if key.endswith(end)), None)


@lru_cache(_REMEMBERED)
def unit_key(name: str) -> str:
    """Return the name of the unit behind a committee or office; equal for its long and short form.

    ``朝阳村村委会``, ``朝阳村民委员会`` and ``朝阳村`` are 朝阳村; ``水岸社区居委会`` and
    ``水岸居委会`` are 水岸社区; ``中村村村委会`` is 中村村.
    """
    plain = plain_name(name)
    if match := _RESIDENTS.fullmatch(plain):
        return match[1].removesuffix("社区") + "社区"
    if match := _VILLAGERS.fullmatch(plain):
        return match[1] if match[1].endswith("村") else match[1] + "村"
    match = _OFFICE.fullmatch(plain)
    return match[1] if match else plain


def parted_organ(name: str) -> tuple[str, Committee | TownshipKind]:
    """Return a name without committee, office and generic word, and which kind these say.

    Of a villagers' committee the last 村 goes too (徐家村村委会 is 徐家), without an organ it stays
    (丽华一村). The kind is empty where the name does not tell; the first part never is.
    """
    plain = plain_name(name)
    if match := _RESIDENTS.fullmatch(plain):
        return match[1].removesuffix("社区") or match[1], "residents"
    if match := _VILLAGERS.fullmatch(plain):
        return match[1].removesuffix("村") or match[1], "villagers"
    match = _OFFICE.fullmatch(plain)
    unit = match[1] if match else plain
    kinds: dict[str, Committee | TownshipKind] = {"社区": "residents", **_TOWNSHIP_KINDS}
    for end, kind in kinds.items():
        if unit.endswith(end) and unit != end:
            return unit.removesuffix(end), kind
    return unit, ""


def specific_part(name: str) -> str:
    """Return what is left of the key without its generic word: 茶山村 and 茶山街道 are 茶山."""
    key = unit_key(name)
    match = _GENERIC.fullmatch(key)
    return match[1] if match else key


@lru_cache(_REMEMBERED)
def merged_names(name: str) -> tuple[str, str] | None:
    """Return the two names that one row holds, None where it holds one.

    Both must end as units do: ``东青社区居委会（含东青村村委）`` holds two; ``含山社区居委会``,
    ``四份村委会（含移民新区）``, ``郑陆镇 和平村村委会`` and ``茶山村（兰陵街道）`` hold one.
    """
    if not _MAY_HOLD_TWO.search(unicodedata.normalize("NFKC", name)):
        return None
    folded = "".join(_half_width(character) for character in name)
    match = _BRACKETED.fullmatch(folded) or _JOINED.fullmatch(folded) or _LISTED.fullmatch(folded)
    if match is None:
        return None
    main, part = (name[match.start(group) : match.end(group)].strip() for group in ("main", "part"))
    part = _LEADING_JOINER.sub("", part)
    single = part in _KINDS_IN_BRACKETS or not is_unit_name(part)
    return None if single else (main, part)


def listed_names(aliases: str) -> list[str]:
    """Return the other names of an entry, parted by ``;``, a comma or ``、`` of either width."""
    parts = _ALIAS_BREAK.split(unicodedata.normalize("NFKC", aliases))
    return [part.strip() for part in parts if part.strip()]


def all_names(name: str, aliases: str = "") -> list[str]:
    """Return every name that an entry carries: one, or both of a merged row, and its aliases."""
    return [*(merged_names(name) or (name,)), *listed_names(aliases)]


def is_variant(one: str, other: str) -> bool:
    """Return whether two specific parts are one name, with characters added or left out.

    聚博 and 聚博花园 are, 翠竹北区 and 翠竹新村北区 too; 红梅 and 红梅东 are not, for ordinals and
    directions make another name.
    """
    short, long = sorted((one, other), key=len)
    if len(short) < 2:
        return short == long
    added = []
    position = 0
    for character in long:
        if position < len(short) and character == short[position]:
            position += 1
        else:
            added.append(character)
    return position == len(short) and not _distinguish("".join(added).replace("新村", ""))


def is_near_spelling(one: str, other: str) -> bool:
    """Return whether two names differ by one character more, less or another, or by two swapped.

    Two names that differ by an ordinal or a direction are not near.
    """
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    mine, theirs = one[start : len(one) - end], other[start : len(other) - end]
    swapped = len(mine) == 2 and mine == theirs[::-1]
    return (max(len(mine), len(theirs)) == 1 or swapped) and not _distinguish(mine + theirs)


def _half_width(character: str) -> str:
    """Return a character as a half-width one where that is one character, so places stay equal."""
    half = unicodedata.normalize("NFKC", character)
    return half if len(half) == 1 else character


def _distinguish(characters: str) -> bool:
    return not DISTINGUISHING.isdisjoint(characters)
