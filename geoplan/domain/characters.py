"""Characters of place names: which are standard, and what a character outside the table is."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import import_module, resources
from typing import Literal, TypeAlias

CharacterKind: TypeAlias = Literal[
    "standard", "form", "rare", "latin", "digit", "mark", "bracket", "blank", "invisible"
]
"""``form``: traditional or variant with a known standard form; ``mark``: punctuation, quotes and
symbols, but no brackets; ``invisible``: control, format, private-use, unassigned, replacement."""

LISTED_READINGS: Mapping[int, str] = import_module(
    "pypinyin_dict.pinyin_data.ktghz2013"
).pinyin_dict
"""Code point → readings of the 8,105 characters of 通用规范汉字表 (2013), parted by commas."""

STANDARD_CHARACTERS = frozenset(map(chr, LISTED_READINGS)) | {"〇"}
"""The characters of the table, and the numeral 〇, which is none of it."""

_IDEOGRAPHS = ("CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH", "CJK RADICAL", "KANGXI RADICAL")
_IDEOGRAPHIC_PLANES = range(0x20000, 0x3FFFE)
"""Unicode keeps planes 2 and 3 for ideographs; Python names those of its own edition alone."""
_BY_CATEGORY: dict[str, CharacterKind] = {
    "Nd": "digit",
    "No": "digit",
    "Nl": "digit",
    "Ps": "bracket",
    "Pe": "bracket",
    "Zs": "blank",
    "Zl": "blank",
    "Zp": "blank",
    "Cc": "invisible",
    "Cf": "invisible",
    "Co": "invisible",
    "Cn": "invisible",
    "Cs": "invisible",
}


@cache
def standard_forms() -> dict[str, str]:
    """Return traditional or variant character → standard character, from ``characters.toml``.

    No key is a standard character itself.
    """
    file = resources.files("geoplan.domain") / "characters.toml"
    groups = tomllib.loads(file.read_text(encoding="utf-8"))["forms"].split()
    return {
        form: group[0] for group in groups for form in group[1:] if form not in STANDARD_CHARACTERS
    }


def standard_form(character: str) -> str:
    """Return the standard character that a form stands for, empty when none is known.

    Compatibility ideographs and radicals stand for what Unicode (NFKC) makes of them.
    """
    known = standard_forms().get(character, "")
    folded = unicodedata.normalize("NFKC", character)
    return known or (folded if folded != character and folded in STANDARD_CHARACTERS else "")


@cache
def character_kind(character: str) -> CharacterKind:
    """Return what one character of a name is."""
    if character in STANDARD_CHARACTERS:
        return "standard"
    name = unicodedata.name(character, "")
    if name.startswith(_IDEOGRAPHS) or ord(character) in _IDEOGRAPHIC_PLANES:
        return "form" if standard_form(character) else "rare"
    if "LATIN" in name:
        return "latin"
    if character == "\ufffd":
        return "invisible"
    category = unicodedata.category(character)
    return _BY_CATEGORY.get(category, "mark" if category[0] in "PSM" else "rare")


def character_shown(character: str) -> str:
    """Return a character as a person can read it: itself in ``“ ”``, or its code point."""
    if character_kind(character) in {"blank", "invisible"}:
        return f"U+{ord(character):04X}"
    return f"“{character}”"
