"""Readings of characters in pinyin by both sources, and at every position of a name."""

from __future__ import annotations

import unicodedata
from functools import cache

from pypinyin import Style, pinyin

from geoplan.domain.characters import LISTED_READINGS
from geoplan.domain.name_readings import local_readings


@cache
def readings(character: str) -> tuple[str, ...]:
    """Return every reading of a character with its tone, the most usual first.

    Those of pypinyin and of 通用规范汉字表; empty when neither has one.
    """
    usual = pinyin(character, style=Style.TONE, heteronym=True, errors="ignore")
    listed = LISTED_READINGS.get(ord(character), "").replace(" ", "").split(",")
    both = dict.fromkeys([*(usual[0] if usual else ()), *listed])
    return tuple(one for one in both if one)


@cache
def plain_readings(character: str) -> frozenset[str]:
    """Return the readings of a character without tones, ``ü`` kept.

    A letter or figure is read as it stands; empty for a character that no source reads.
    """
    plain = unicodedata.normalize("NFKC", character).lower()
    if plain.isascii() and plain.isalnum():
        return frozenset({plain})
    return frozenset(without_tones(one) for one in readings(character))


def readings_at(name: str) -> list[tuple[str, ...]]:
    """Return the readings with tones at every position: local ones first, then all others."""
    local = local_readings(name)
    return [
        tuple(dict.fromkeys((*local.get(at, ()), *readings(one)))) for at, one in enumerate(name)
    ]


def plain_readings_at(name: str) -> list[frozenset[str]]:
    """Return the readings without tones at every position, the local ones among them."""
    local = local_readings(name)
    if not local:
        return [plain_readings(one) for one in name]
    return [
        plain_readings(one) | {without_tones(way) for way in local.get(at, ())}
        for at, one in enumerate(name)
    ]


def without_tones(text: str) -> str:
    """Return pinyin without tone marks, the two dots of ``ü`` kept."""
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFD", text)
    bare = "".join(one for one in parts if not unicodedata.combining(one) or one == "\u0308")
    return unicodedata.normalize("NFC", bare)


@cache
def usual_syllable(character: str) -> str:
    """Return the usual reading of a character without its tone, empty where nobody reads it."""
    usual = readings(character)
    return without_tones(usual[0]) if usual else ""
