"""Readings of a place name: those of words and places that are listed, and of each character.

Sets, never one guessed reading; how a name is spelled with them is told by ``romanisation``.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib import import_module, resources
from itertools import product
from math import prod

from geoplan.domain.word_search import words_pattern

_TABLE = tomllib.loads(
    (resources.files("geoplan.domain") / "name_readings.toml").read_text(encoding="utf-8")
)
MOST_KEYS = 64
"""A name with more combinations of readings is compared by the first readings alone."""

_LOCAL = {word: tuple(ways) for kind in ("words", "places") for word, ways in _TABLE[kind].items()}
_LARGER_UNITS = "省市区县州盟旗"


_LISTED = re.compile(
    rf"{words_pattern(_TABLE['words']).pattern}"
    rf"|(?:^|(?<=[{_LARGER_UNITS}])){words_pattern(_TABLE['places']).pattern}"
)

_FIRST_CHARACTERS = frozenset(word[0] for word in _LOCAL)


def local_readings(text: str) -> dict[int, tuple[str, ...]]:
    """Return position → readings with tones, the usual one first, in the listed words of a text."""
    found: dict[int, tuple[str, ...]] = {}
    if _FIRST_CHARACTERS.isdisjoint(text):
        return found
    for match in _LISTED.finditer(text):
        ways = [way.split() for way in _LOCAL[match[0]]]
        for place, syllables in enumerate(zip(*ways, strict=True), start=match.start()):
            found[place] = tuple(dict.fromkeys(syllables))
    return found


@cache
def readings(character: str) -> tuple[str, ...]:
    """Return the readings of a character without tones, ü as v; itself where it has none.

    The usual ones in place names where ``name_readings.toml`` lists them, else those of the table
    of general standard characters, else all that are known.
    """
    if character in _TABLE["readings"]:
        return tuple(_TABLE["readings"][character])
    found = _standard().get(ord(character)) or _known().get(ord(character), character)
    return tuple(dict.fromkeys(_toneless(one) for one in found.split(",")))


def reading_keys(text: str) -> tuple[str, ...]:
    """Return every reading of a text, syllables parted by blanks.

    Two texts of one length share a key exactly when they have a common reading at every position,
    which is that of a listed word or place where there is one. Beyond ``MOST_KEYS`` combinations
    the first readings stand for all.
    """
    return _keys(_readings_of(text))


def merged_keys(text: str) -> tuple[str, ...]:
    """Return the keys of ``reading_keys`` with the sounds joined that Wu speakers do not part."""
    return _keys([tuple(dict.fromkeys(map(_merged, one))) for one in _readings_of(text)])


def _readings_of(text: str) -> list[tuple[str, ...]]:
    local = local_readings(text)
    return [
        tuple(dict.fromkeys(map(_toneless, local[place]))) if place in local else readings(one)
        for place, one in enumerate(text)
    ]


def _keys(choices: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    ways = prod(map(len, choices))
    if ways == 1 or ways > MOST_KEYS:
        return (" ".join([one[0] for one in choices]),)
    return tuple(map(" ".join, product(*choices)))


@cache
def _merged(syllable: str) -> str:
    syllable = _TABLE["merged"]["syllables"].get(syllable, syllable)
    initials, finals = _TABLE["merged"]["initials"], _TABLE["merged"]["finals"]
    if syllable[:2] in initials:
        syllable = initials[syllable[:2]] + syllable[2:]
    ending = next((one for one in finals if syllable.endswith(one)), "")
    return syllable.removesuffix(ending) + finals[ending] if ending else syllable


@cache
def _toneless(syllable: str) -> str:
    plain = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(one for one in plain if not unicodedata.combining(one))


@cache
def _standard() -> dict[int, str]:
    """Return the readings of the 8,105 characters of the table of 2013."""
    table: dict[int, str] = import_module("pypinyin_dict.pinyin_data.ktghz2013").pinyin_dict
    return table


@cache
def _known() -> dict[int, str]:
    """Return the readings of all characters that pypinyin knows."""
    table: dict[int, str] = import_module("pypinyin.constants").PINYIN_DICT
    return table
