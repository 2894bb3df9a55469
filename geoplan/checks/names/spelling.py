"""Spelling in pinyin, in the register and on signs: rule N14."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from geoplan.checks.names.entries import Entry, entries_at
from geoplan.checks.table import Check
from geoplan.domain.character_readings import plain_readings, without_tones
from geoplan.domain.generic_terms import without_brackets
from geoplan.domain.romanisation import (
    SpellingFault,
    fault_of,
    parsed,
    spelled,
    usual_spelling,
    usual_words,
)
from geoplan.model.findings import Finding, Scalar
from geoplan.model.name_dossier import NameDossier
from geoplan.model.rules import Rule

_ORDER = (None, "tones", "capitals", "apostrophe", "umlaut", "spacing", "reading")
_LATIN_TEXT = re.compile(r"(?:[0-9]{1,2} ?)?[A-Za-zÀ-ɏ](?:[A-Za-zÀ-ɏ0-9'’ :-]*[A-Za-zÀ-ɏ])?")
_HOUSE_NUMBER = re.compile(r"^[0-9]+ ?")
_NUMERAL = re.compile(r"[一二三四五六七八九十0-9]")
_COMMITTEE = re.compile(r"(?:社区)?(?:居民委员会|居委会?|村民委员会|村委会?)$|(?<=街道)办事处$")


@dataclass(frozen=True, slots=True)
class _Judged:
    """What is wrong with a spelling, held against the nearest form of the name."""

    written: str
    form: str
    case: str


def spelling(dossier: NameDossier, rule: Rule) -> Iterable[Finding]:
    """Report spellings that break the rules, one finding a name, column and case.

    The pinyin column is held against the name with its committee, without it and without
    ``社区``: the nearest of the three decides. Of a sign only the Latin letters are looked at,
    with a number before them when the name has one, and it carries no tones. Every reading of a
    character is right; a name with a character that no source reads, or with nothing outside its
    brackets, is not judged.
    """
    names = dossier.names.name.tolist()
    for column in ("pinyin", "sign"):
        if column not in dossier.names.texts:
            continue
        faults: dict[int, _Judged] = {}
        for position, text in enumerate(dossier.names.texts[column].tolist()):
            if text and (judged := _judged(names[position], text, column)) is not None:
                faults[position] = judged
        for entry in entries_at(dossier.names, faults):
            yield _found(entry, faults[entry.position], rule)


def _letters(sign: str, name: str) -> str:
    """Return the Latin letters of a sign, without a house number before them."""
    match = _LATIN_TEXT.search(sign)
    written = match[0] if match else ""
    return written if _NUMERAL.search(name) else _HOUSE_NUMBER.sub("", written)


def _readable(name: str) -> bool:
    letters = [one for one in without_brackets(name) if one.isalnum()]
    return bool(letters) and all(map(plain_readings, letters))


def _judged(name: str, text: str, column: str) -> _Judged | None:
    """Return what is wrong with what a column writes, None when it is right or not readable."""
    written = text.strip() if column == "pinyin" else _letters(text, name)
    if not (written and without_brackets(name)):
        return None
    fault, form = _nearest(name, written)
    if fault is not None and not _readable(name):
        return None
    toned = column == "sign" and written != without_tones(written)
    case = "sign_tones" if toned and fault in {None, "tones"} else fault
    return None if case is None else _Judged(written, form, case)


def _found(entry: Entry, judged: _Judged, rule: Rule) -> Finding:
    written = judged.written
    right = _right(judged.form, written, judged.case)
    shown = right.upper() if written == written.upper() else right
    evidence: dict[str, Scalar] = {"written": written, "right": shown}
    word = _english_word(written, rule) if judged.case == "reading" else ""
    if word:
        return entry.found(rule, "english", {**evidence, "word": word})
    return entry.found(rule, judged.case, evidence)


def _nearest(name: str, written: str) -> tuple[SpellingFault | None, str]:
    """Return the least fault that a form of the name has, and the first form that has it."""
    judged: list[tuple[SpellingFault | None, str]] = []
    for form in _forms(name):
        judged.append((fault_of(form, written), form))
        if judged[-1][0] is None:
            break
    return min(judged, key=lambda one: _ORDER.index(one[0]))


def _forms(name: str) -> Iterator[str]:
    """Yield what a spelling may be of: the name, without committee, without ``社区``."""
    plain = "".join(filter(str.isalnum, without_brackets(name)))
    yield plain
    short = _COMMITTEE.sub("", plain)
    parent = f"{short}社区" if plain.endswith(f"{short}社区居委会") else short
    forms = dict.fromkeys((parent, short, short.removesuffix("社区")))
    yield from (form for form in forms if form and form != plain)


def _right(form: str, written: str, case: str) -> str:
    """Return the right spelling with the readings that were written, the usual one if none fit."""
    parse = parsed(form, written)
    if parse is None or case in {"reading", "english"}:
        return usual_spelling(form)
    if case == "tones":
        return usual_spelling(form, tones="marked")
    syllables = [one.replace("v", "ü") for one in parse.syllables]
    if case == "sign_tones":
        syllables = [without_tones(one) for one in syllables]
    return spelled(usual_words(form), syllables)


def _english_word(written: str, rule: Rule) -> str:
    english = set(rule.words["english"])
    return next((word for word in re.findall(r"[A-Za-z]+", written) if word.lower() in english), "")


CHECKS: dict[str, Check[NameDossier]] = {"N14": spelling}
