"""Spelling of place names in pinyin: what is right for a name, and what is wrong with a spelling.

Source: the spelling rules for Chinese place names in pinyin (1984), as recalled; copies contradict
each other, so wherever they differ (Xi Liaohe, Xiliao He) either is right here.
Readings of words and places belong to ``name_readings``, generic terms to ``generic_terms``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal, TypeAlias

from pypinyin import Style, lazy_pinyin, pinyin

from geoplan.domain.character_readings import (
    plain_readings_at,
    readings,
    readings_at,
    usual_syllable,
    without_tones,
)
from geoplan.domain.generic_terms import split_generic, without_brackets
from geoplan.domain.name_readings import local_readings
from geoplan.domain.syllables import first_cut

SpellingFault: TypeAlias = Literal[
    "reading", "spacing", "apostrophe", "umlaut", "capitals", "tones"
]
Words: TypeAlias = tuple[str, ...]
"""A name as the characters of its written words: ``("丽华", "一村")``."""

_MODIFIERS = frozenset("东南西北中前后上下内外左右大小新老旧正支环马一二三四五六七八九十")
"""Syllables that join the generic term or the proper part beside them (Houjie, Xincun)."""
_DIRECTIONS = frozenset("东南西北")
_FEATURES = frozenset("江河湖山岛岭峰")
"""Natural features, before whose whole name a direction may stand apart (Xi Liaohe)."""
_NATURAL = frozenset("村庄屯店寨堡铺集埠圩浜塘湾庙桥荡沟溪岗闸")
"""Generic terms that are written together with the proper part in names of natural villages."""
_NUMERALS = "零一二三四五六七八九"
_GAP = re.compile(r"[ '-]+")
_UNTIDY = re.compile(r"^\s|\s$|\s\s|[\t\n\r\f\v`]|[uU]:")
_CAPITALS = re.compile(r"[A-Z][a-z']*(?:[ -][A-Z][a-z']*)*")
_PARTING = frozenset({" ", "-"})
_VOWELS = frozenset("aoe")
_PLAIN_WORDS = re.compile(r"[A-Z][a-z]*(?: [A-Z][a-z]*)*")
_DIGIT = re.compile(r"\d")
_ORDINAL = re.compile(r"第[一二三四五六七八九十]+$")


@dataclass(frozen=True, slots=True)
class Parse:
    """A spelling cut into the syllables of a name."""

    syllables: tuple[str, ...]
    """One a character, as written but in small letters with ``ü`` and the tones that it has."""
    gaps: tuple[str, ...]
    """What stands between a syllable and the next: nothing, a blank, an apostrophe, a hyphen."""
    umlaut_missing: bool
    """True when a ``v`` or ``u:`` is written for ``ü``."""


def parsed(name: str, written: str) -> Parse | None:
    """Return the spelling cut into one reading of each character, None where it is none.

    Blanks, apostrophes and hyphens may stand between syllables only; Arabic digits stand for the
    numerals of the name (``3 Huan Lu``). Capitals and tones do not matter.
    """
    text = _with_numerals(name, _tidy(written).lower())
    stream, gaps = _parted(text)
    plain = without_tones(stream)
    missing = "v" in plain or "u:" in stream
    cut = first_cut(plain_readings_at(name), plain.replace("v", "ü"), frozenset(gaps))
    if cut is None or len(plain) != len(stream):
        return None
    ends = list(accumulate(cut))
    starts = [0, *ends[:-1]]
    return Parse(
        syllables=tuple(stream[start:end] for start, end in zip(starts, ends, strict=True)),
        gaps=tuple(gaps.get(end, "") for end in ends[:-1]),
        umlaut_missing=missing,
    )


def _parted(text: str) -> tuple[str, dict[int, str]]:
    """Return the letters, and what stands between them by the number of letters before it."""
    gaps: dict[int, str] = {}
    between = 0
    for gap in _GAP.finditer(text):
        gaps[gap.start() - between] = gap[0]
        between += len(gap[0])
    return "".join(_GAP.split(text)) if gaps else text, gaps


def _tidy(written: str) -> str:
    """Return a spelling with plain apostrophes and single blanks, composed characters."""
    if written.isascii() and not _UNTIDY.search(written):
        return written
    text = unicodedata.normalize("NFC", written).replace("u:", "v").replace("U:", "V")
    return re.sub(r"\s+", " ", re.sub("[\u2019\u2018\u02bc`\u00b4]", "'", text)).strip()


def _with_numerals(name: str, text: str) -> str:
    """Return the spelling with Arabic digits spelled, when the name has numerals."""
    if not _DIGIT.search(text) or not any(one in name for one in _NUMERALS + "十"):
        return text
    return re.sub(r"\d{1,2}", lambda match: _spelled(int(match[0])), text)


def _spelled(number: int) -> str:
    tens, ones = divmod(number, 10)
    lead = (_NUMERALS[tens] if tens > 1 else "") + ("十" if tens else "")
    return _word(lazy_pinyin(lead + (_NUMERALS[ones] if ones or not tens else ""))).lower()


def fault_of(name: str, written: str) -> SpellingFault | None:
    """Return what is first wrong with a spelling of a name, None when it is right.

    In this order: reading, ``ü``, spacing, apostrophe, capitals, tones. A spelling without tones
    is right.
    """
    return None if is_plainly_right(name, written) else searched_fault(name, written)


def is_plainly_right(name: str, written: str) -> bool:
    """Return True for most right spellings at little cost; False says nothing.

    It knows the usual reading of every character, in words with capitals, without a tone and
    without an apostrophe.
    """
    if not _PLAIN_WORDS.fullmatch(written):
        return False
    syllables = [usual_syllable(one) for one in name]
    words, at = [], 0
    for word in written.lower().split(" "):
        first, letters = at, ""
        while at < len(name) and len(letters) < len(word):
            syllable = syllables[at]
            if not syllable or (letters and syllable[0] in _VOWELS):
                return False
            letters += syllable
            at += 1
        if letters != word:
            return False
        words.append(name[first:at])
    return at == len(name) and spaced_rightly(tuple(words))


def searched_fault(name: str, written: str) -> SpellingFault | None:
    """Return what ``fault_of`` returns, all readings and ways to cut the letters considered."""
    parse = parsed(name, written)
    if parse is None:
        return "reading"
    if parse.umlaut_missing:
        return "umlaut"
    hyphened = any(gap == "-" and one != "第" for gap, one in zip(parse.gaps, name, strict=False))
    if hyphened or not _spacing_right(name, written, parse):
        return "spacing"
    if not _apostrophes_right(parse):
        return "apostrophe"
    if not _capitals_right(_tidy(written)):
        return "capitals"
    return None if _tones_right(name, parse) else "tones"


def _spacing_right(name: str, written: str, parse: Parse) -> bool:
    """Return whether the words part the name rightly; a number in digits may stand apart."""
    joined = parsed(name, re.sub(r"(\d) ", r"\1", written)) if _DIGIT.search(written) else None
    return spaced_rightly(_words_of(name, parse.gaps)) or (
        joined is not None and spaced_rightly(_words_of(name, joined.gaps))
    )


def _apostrophes_right(parse: Parse) -> bool:
    """Return whether apostrophes stand before vowels inside words, and nowhere else."""
    for gap, syllable in zip(parse.gaps, parse.syllables[1:], strict=True):
        if gap not in _PARTING and gap != ("'" if begins_with_vowel(syllable) else ""):
            return False
    return True


def begins_with_vowel(syllable: str) -> bool:
    """Return whether an apostrophe stands before the syllable inside a word."""
    return without_tones(syllable[:1]) in _VOWELS


def _words_of(name: str, gaps: Sequence[str]) -> Words:
    marked = name[0] + "".join(
        (" " if " " in gap else "") + one for gap, one in zip(gaps, name[1:], strict=True)
    )
    return tuple(marked.split(" "))


def _capitals_right(written: str) -> bool:
    if _CAPITALS.fullmatch(written):
        return True
    words = [word for word in re.split(r"[ -]", written) if not word.isdigit()]
    title = all(word[:1].isupper() and word[1:] == word[1:].lower() for word in words)
    return title or written == written.upper()


def _tones_right(name: str, parse: Parse) -> bool:
    """Return whether the syllables have no tone at all, or each one a tone of its character."""
    written = "".join(parse.syllables)
    if written == without_tones(written):
        return True
    return all(
        one in known or _plain_again(character, one)
        for character, known, one in zip(name, readings_at(name), parse.syllables, strict=True)
    )


def _plain_again(character: str, syllable: str) -> bool:
    """Return whether a letter or figure of the name is written as it stands."""
    return not readings(character) and syllable == without_tones(syllable)


def spaced_rightly(words: Words) -> bool:
    """Return whether the words part a name as the rules allow.

    The generic term stands apart in a word of its own, with a one-syllable modifier before it or
    without (``Zhongshan Donglu``, ``Zhongshandong Lu``); the proper part is one word or several of
    two and more syllables. Names of natural villages may be one word (Zhoukoudian), and a proper
    part of one syllable may join its generic term (Shexian).
    """
    rest, inner = words, False
    while True:
        if inner and (_plain(rest) or len(rest[0]) < 2):
            return _plain(rest)
        head, generic = split_generic("".join(rest))
        if not generic:
            return _plain(rest)
        before = rest[:-1]
        if rest[0] in _DIRECTIONS and generic in _FEATURES and before:
            if len(rest[1]) < 2:
                return False
            rest, inner = rest[1:], False
        elif not before:
            return len(head) == 1 or generic in _NATURAL
        elif _ends_a_name(rest[-1], generic):
            rest, inner = before, True
        else:
            return generic in _NATURAL and _plain(rest)


def _ends_a_name(word: str, generic: str) -> bool:
    """Return whether a word is the generic term, with modifiers before it or without."""
    return word.endswith(generic) and set(word.removesuffix(generic)) <= _MODIFIERS | {"第"}


def _plain(words: Words) -> bool:
    """Return whether the words of a proper part have two syllables and more, or it has only one."""
    alone = len(words) == 1
    return all(len(word) > 1 or alone for word in words)


def usual_words(name: str) -> Words:
    """Return a name as it is usually parted into words: generic terms apart, inner ones too."""
    rest, found = name, _last_words(name)
    behind: list[str] = []
    while found is not None:
        rest, ending = found
        behind += reversed(ending)
        found = _last_words(rest)
        if found is not None and len(found[1][-1]) == 1:
            found = None
    return (rest, *reversed(behind))


def _last_words(name: str) -> tuple[str, Words] | None:
    """Return the proper part and the words behind it, None where no generic term ends a name."""
    head, generic = split_generic(name)
    if not generic or len(head) == 1:
        return None
    at = len(head)
    while at > 2 and head[at - 1] in _MODIFIERS and len(generic) == 1:
        at -= 1
    ordinal = _ORDINAL.search(head[:at])
    if ordinal and ordinal.start():
        return head[: ordinal.start()], (ordinal[0], head[at:] + generic)
    return head[:at], (head[at:] + generic,)


def spelled(words: Words, syllables: Sequence[str]) -> str:
    """Return the words written with the syllables, one a character: capitals and apostrophes."""
    each = iter(syllables)
    return " ".join(_word([next(each) for _ in word]) for word in words)


def _word(syllables: Sequence[str]) -> str:
    joined = syllables[0] + "".join(
        ("'" if begins_with_vowel(one) else "") + one for one in syllables[1:]
    )
    return joined[:1].upper() + joined[1:]


def usual_spelling(name: str, *, tones: Literal["marked", "bare"] = "bare") -> str:
    """Return the usual spelling of a name: usual words, readings in their context.

    Characters without a reading stay as they are.
    """
    plain = without_brackets(name)
    usual = iter(pinyin(plain, style=Style.TONE, errors="ignore"))
    syllables = [next(usual, [one])[0] if readings(one) else one for one in plain]
    for place, ways in local_readings(plain).items():
        syllables[place] = ways[0]
    return spelled(
        usual_words(plain), syllables if tones == "marked" else [*map(without_tones, syllables)]
    )
