"""Parts of a Chinese place name, and what kind of place it names.

A name is read from its end: organ (社区居委会), ordinal or direction behind (第一, 南区), generic
term 通名 (新村, 路), ordinal or direction before it (一村, 东路), specific part 专名. The words
stand in ``generic_terms.toml``. The full and short names of units, and two names in one row, belong
to ``unit_names``.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Literal, TypeAlias

NameClass: TypeAlias = Literal["division", "village", "community", "road", "estate", "other"]
"""``division``: province to town and street office, parks and zones; ``estate``: estates and
buildings, which are named by their builders; ``other``: whatever the name does not tell."""

_TABLE = tomllib.loads(
    (resources.files("geoplan.domain") / "generic_terms.toml").read_text(encoding="utf-8")
)


def _kind_by_word(table: dict[str, list[str]]) -> dict[str, str]:
    """Return word → kind; the first kind that lists a word has it."""
    return {word: kind for kind, words in reversed(table.items()) for word in words}


TERM_KIND = _kind_by_word(_TABLE["terms"])
"""Generic term → kind of place that it means."""
KINDS = tuple(dict.fromkeys((*_TABLE["kinds"], "unit", "other")))
"""Kinds of places; ``unit`` is a unit of the lowest level that is neither community nor village
(开发区, 园区), ``other`` what neither register, code nor name tells."""
SHOWN_TERMS = 4
"""So many generic terms of a kind are shown as examples."""

_ORGANS = tuple(sorted(_TABLE["organs"], key=len, reverse=True))
_VILLAGE_ORGANS = frozenset(_TABLE["village_organs"])
_COMMUNITY_ORGANS = frozenset(_TABLE["community_organs"])
_DEMANDED = {
    kind: frozenset(term for one in kinds for term in _TABLE["terms"][one])
    for kind, kinds in _TABLE["demanded"].items()
}
_KIND_WORDS = _kind_by_word(_TABLE["kinds"])
_GROUPS = _kind_by_word(_TABLE["groups"])
_OF_NATURE = frozenset({"natural", "other"})
_COUNTY_DIGITS = 6
_BEHIND_TWO = frozenset(_TABLE["behind_two"])
_LONGEST_TERM = max(map(len, TERM_KIND))
_CLASSES: dict[str, NameClass] = _kind_by_word(_TABLE["classes"])  # type: ignore[assignment]
_ESTATE_ENDINGS = tuple(_TABLE["estate_endings"])
_WRITTEN_APART = frozenset((*TERM_KIND, *_TABLE["organ_words"]))
_LONGEST_APART = max(map(len, _WRITTEN_APART))

_BRACKETS = re.compile(r"[(（\[【〔][^)）\]】〕]*(?:[)）\]】〕]|$)")
_OPENED, _CLOSED, _PLAIN = r"[(\[【〔]", r"[)\]】〕]", r"[^()\[\]【】〔〕]"
_REMARK = re.compile(
    rf"(?<=.)(?:{_OPENED}(?:{_PLAIN}|{_OPENED}{_PLAIN}*{_CLOSED})*(?:{_CLOSED}|$))+$"
    r"|(?<=委会)含.*$|(?<=社区)含.*$"
)
"""What a register adds behind a name: (含东青村村委), (管理区). Brackets inside a name are part of
it: 珠海(揭阳)工业园, 新(土郎)村."""
_MERGED = re.compile(r"(?<=委会)含.*$|(?<=社区)含.*$", re.DOTALL)
_NUMBER = "0-9〇零一二三四五六七八九十"
_NUMBER_SIGNS = frozenset("0123456789〇零一二三四五六七八九十")
_BEHIND = re.compile(rf"(?<=.)((?:第?[{_NUMBER}]+[区期组]|第[{_NUMBER}]+|[东西南北中]区)+)$")
_NUMBER_BEFORE = re.compile(rf"(?<=[^{_NUMBER}第])(第?[{_NUMBER}]+)$")
_NUMBERED_REMARK = re.compile(rf"(?<=.)\(((?:第?[{_NUMBER}]+[区期组村]?|[东西南北中]区?)+)\)$")
"""A remark that is part of the name: 青龙苑(一期) is another estate than 青龙苑(二期)."""
_DIRECTION_BEFORE = re.compile(r"(?<=..)([东西南北中])$")
_LAST_OF_KIND = re.compile(r"(?<=.)(?:名称|地名|名|类)$")
_SEVERAL_KINDS = re.compile(r"[、,;/()]")


@dataclass(frozen=True, slots=True)
class NameParts:
    """A place name taken apart; ``body`` is specific part, ordinals and generic term."""

    full: str
    """The whole name half-width and without blanks, remarks in brackets included."""
    organ: str
    """社区居委会, 村委会, 办事处 …, empty where there is none."""
    body: str
    """The name without organ and remark; 勤丰村委会 and 勤丰村村委会 are both 勤丰村."""
    specific: str
    """专名, empty for a name that is nothing but a generic term."""
    ordinal: str
    """第一, 一, 东, 南区 …, that before and that behind the generic term joined by ``/``."""
    generic: str
    """通名, the longest that fits; empty where there is none."""


@lru_cache(maxsize=1 << 17)
def name_parts(name: str) -> NameParts:
    """Return a name taken apart.

    A direction before the generic term is an ordinal only behind two characters or more
    (清凉东村, but 江南村), a number behind one that is no number itself (丽华一村, but 五一村).
    新村 is a generic term behind two characters or more (红梅新村, but 亚新村 is 亚新 and 村). A
    remark that only numbers is read as part of the name: 青龙苑（一期）. In the name of a community
    a term of nature belongs to the specific part (横塘社区), and so does a term that stands alone
    (花园社区).
    """
    full = "".join(unicodedata.normalize("NFKC", name).split())
    bare = _REMARK.sub("", _NUMBERED_REMARK.sub(r"\1", full))
    bare = re.sub("街道办$", "街道办事处", bare)
    organ = next((one for one in _ORGANS if bare.endswith(one)), "")
    body = bare[: len(bare) - len(organ)] if organ else bare
    if organ in _VILLAGE_ORGANS and body and not body.endswith("村"):
        body += "村"
    behind = _BEHIND.search(body)
    rest = body[: behind.start()] if behind else body
    generic = _last_term(rest)
    if organ in _COMMUNITY_ORGANS and (rest == generic or TERM_KIND.get(generic) in _OF_NATURE):
        generic = ""
    rest = rest[: len(rest) - len(generic)]
    before = (_NUMBER_BEFORE.search(rest) or _DIRECTION_BEFORE.search(rest)) if generic else None
    specific = rest[: before.start()] if before else rest
    ordinal = "/".join(found[0] for found in (before, behind) if found)
    return NameParts(full, organ, body, specific, ordinal, generic)


def place_kind(name: str, code: str = "", declared: str = "") -> str:
    """Return what kind of place a name is: the first of these that tells.

    The register's own word, the organ behind the name, the segment of the code (GB/T 10114 and the
    12-digit statistical code), the generic term; ``other`` where none does.
    """
    parts = name_parts(name)
    return (
        _declared_kind(declared)
        or _kind_of_organ(parts)
        or _kind_of_code(code)
        or _kind_of_part(_kind_of_term(parts), code)
    )


def name_class(kind: str, parts: NameParts) -> NameClass:
    """Return who chose a name: by the kind of place, else as it ends.

    A unit of its own number is a park or a zone, unless its name is that of an estate or a road.
    """
    term = _kind_of_term(parts) if kind == "unit" else ""
    told = _CLASSES.get(term if term in ("estate", "building", "road") else kind, "other")
    return "estate" if told == "other" and parts.body.endswith(_ESTATE_ENDINGS) else told


def carries_estate_name(parts: NameParts) -> bool:
    """Return whether a name without its organ ends as the names of estates and buildings do."""
    kind = _kind_of_term(parts)
    return kind in ("estate", "building") or parts.body.endswith(_ESTATE_ENDINGS)


def without_brackets(name: str) -> str:
    """Return a name without what stands in brackets and without merged units (``含…``)."""
    return _MERGED.sub("", _BRACKETS.sub("", name)).strip()


def split_generic(name: str) -> tuple[str, str]:
    """Return a name as what stands before its last generic term or organ, and that word.

    The word is empty when none ends the name; the first part is never empty. Words are those that
    stand apart in pinyin, so ``社区居委会`` is two.
    """
    for length in range(min(_LONGEST_APART, len(name) - 1), 0, -1):
        if name[-length:] in _WRITTEN_APART:
            return name[:-length], name[-length:]
    return name, ""


def compared_group(kind: str) -> str:
    """Return the group of kinds whose names are held against one another."""
    return _GROUPS.get(kind, kind)


def scope_of(kind: str, code: str) -> str:
    """Return the part of a code inside which a name of the kind must be the only one.

    Empty without a code: then the register itself is the area.
    """
    return code[: _TABLE["scope_digits"].get(kind, _COUNTY_DIGITS)]


def demanded_terms(kind: str) -> frozenset[str]:
    """Return the generic terms of which a name of the kind must have one; empty: it needs none."""
    return _DEMANDED.get(kind, frozenset())


def shown_terms(kind: str) -> str:
    """Return the usual generic terms of a kind, for a sentence."""
    return "、".join(_TABLE["terms"].get(kind, ())[:SHOWN_TERMS])


def _last_term(text: str) -> str:
    lengths = range(min(_LONGEST_TERM, len(text)), 0, -1)
    term = next((text[-length:] for length in lengths if text[-length:] in TERM_KIND), "")
    if len(text) == 2 and term in _BEHIND_TWO:
        return ""
    return "村" if term == "新村" and len(text) == len("亚新村") else term


@lru_cache(maxsize=1024)
def _declared_kind(declared: str) -> str:
    plain = "".join(unicodedata.normalize("NFKC", declared).split()).lower()
    words = (plain, _LAST_OF_KIND.sub("", plain), *_SEVERAL_KINDS.split(plain))
    return next((_KIND_WORDS[word] for word in words if word in _KIND_WORDS), "")


def _kind_of_organ(parts: NameParts) -> str:
    if parts.organ in _VILLAGE_ORGANS:
        return "village"
    return "community" if parts.organ in _COMMUNITY_ORGANS else ""


def _kind_of_term(parts: NameParts) -> str:
    """Return the kind that the generic term tells; a numbered 村 or 区 is one of estates."""
    before = parts.body[len(parts.specific) :].partition(parts.generic)[0] if parts.generic else ""
    if parts.generic == "村" and before and before[-1] in _NUMBER_SIGNS:
        return "estate"
    if not parts.generic and parts.ordinal.endswith(("区", "期")):
        return "estate"
    return TERM_KIND.get(parts.generic, "other")


def _kind_of_part(kind: str, code: str) -> str:
    """Return the kind, no district where the code is longer than that of one: 高新区."""
    return "unit" if kind == "district" and len(code) > _COUNTY_DIGITS else kind


def _kind_of_code(code: str) -> str:
    """Return the kind that a code of 9 or 12 digits tells, empty for any other."""
    if len(code) not in (9, 12) or not code.isdecimal():
        return ""
    if len(code) == 12 and code[9:] != "000":
        number = int(code[9:])
        return "community" if number < 200 else "village" if number < 400 else "unit"
    number = int(code[6:9])
    if number == 0 or number >= 400:
        return "district" if number == 0 else ""
    return "subdistrict" if number < 100 else "town" if number < 200 else "township"
