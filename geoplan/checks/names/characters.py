"""Odd numbers, marks, meanings and characters of names: rules N05 and N06."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from geoplan.checks.names.entries import Entry, entries_at, entries_with
from geoplan.checks.table import Check
from geoplan.domain.characters import (
    STANDARD_CHARACTERS,
    character_kind,
    character_shown,
    standard_form,
)
from geoplan.domain.generic_terms import split_generic, without_brackets
from geoplan.domain.word_search import masked, words_pattern
from geoplan.model.findings import Finding, Scalar
from geoplan.model.name_dossier import NameDossier
from geoplan.model.rules import Rule

_DIGITS = re.compile(r"[0-9\uff10-\uff19]+")
_NUMERALS = re.compile(r"[〇零一二三四五六七八九]+")
"""Figures one by one: a name with 十, 百 or 千 in it is a number that somebody counted."""
_TONED = re.compile(r"[A-Za-z]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][A-Za-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ' ]*")
_NO_LETTER = re.compile(r"[^\u4e00-\u9fff]")


def odd_names(dossier: NameDossier, rule: Rule) -> Iterable[Finding]:
    """Report digits, marks, pinyin with tones and bad meanings, one finding a name and case.

    What stands in brackets is not looked at. Arabic digits are ``digits`` when they are the whole
    proper part, ``numbering`` before a word that counts (号, 区, 期), else ``mixed``. Chinese
    figures are ``digits`` when two or more of them are the whole proper part of a road or an
    estate and no number of meaning (八一): 五角场, 三里村 and 一四一团 are none. Plain Latin
    letters belong to N04. Bad words are not looked for in divisions.
    """
    bad, exceptions = words_pattern(rule.words["bad"]), words_pattern(rule.words["bad_exceptions"])
    wanted = re.compile(
        f"{bad.pattern}|{_DIGITS.pattern}|{_NO_LETTER.pattern}|^{_NUMERALS.pattern}"
    )
    for entry in entries_with(dossier.names, wanted):
        plain = without_brackets(entry.name)
        yield from _numbers(entry, rule)
        yield from _signs(entry, plain, rule)
        match = bad.search(masked(plain, exceptions))
        if match and entry.of_class != "division":
            yield entry.found(rule, "meaning", {"word": match[0]})


def _numbers(entry: Entry, rule: Rule) -> Iterator[Finding]:
    proper, _ = split_generic(entry.bare)
    if match := _DIGITS.search(without_brackets(entry.name)):
        yield entry.found(rule, _digit_case(match, proper, rule), {"word": match[0]})
        return
    least = int(rule.numbers["shortest_numeral_characters"])
    meant = proper in rule.words["meaningful"] or len(proper) < least
    if _NUMERALS.fullmatch(proper) and not meant and entry.of_class in {"road", "estate"}:
        yield entry.found(rule, "digits", {"word": proper})


def _digit_case(match: re.Match[str], proper: str, rule: Rule) -> str:
    if unicodedata.normalize("NFKC", match[0]) == proper:
        return "digits"
    numbers = match.string[match.end() :].startswith(rule.words["numbering"])
    return "numbering" if numbers else "mixed"


def _signs(entry: Entry, plain: str, rule: Rule) -> Iterator[Finding]:
    if match := _TONED.search(plain):
        yield entry.found(rule, "pinyin", {"word": match[0].strip()})
    marks = [one for one in plain if not one.isalnum() and character_kind(one) == "mark"]
    if marks:
        yield entry.found(rule, "mark", {"word": "".join(dict.fromkeys(marks))})


def standard_characters(dossier: NameDossier, rule: Rule) -> Iterable[Finding]:
    """Report what is no standard character, one finding a name and case.

    Letters and digits belong to N04 and N05, marks to N05, brackets to N20. Blanks, control,
    private-use and replacement characters are no characters of a name.
    """
    texts = enumerate(dossier.names.name.tolist())
    odd = [position for position, name in texts if not STANDARD_CHARACTERS.issuperset(name)]
    for entry in entries_at(dossier.names, odd):
        yield from _strange(entry, rule)


def _strange(entry: Entry, rule: Rule) -> Iterator[Finding]:
    kinds = {one: character_kind(one) for one in entry.name}
    forms = "".join(one for one, kind in kinds.items() if kind == "form")
    rare = "".join(one for one, kind in kinds.items() if kind == "rare")
    foreign = [one for one, kind in kinds.items() if kind in {"blank", "invisible"}]
    if forms:
        standard = "".join(map(standard_form, forms))
        proposal = entry.name.translate(str.maketrans(forms, standard))
        evidence: dict[str, Scalar] = {
            "characters": forms,
            "standard": standard,
            "proposal": proposal,
        }
        yield entry.found(rule, "traditional_or_variant", evidence)
    if rare:
        yield entry.found(rule, "rare", {"characters": rare})
    if foreign:
        shown = "、".join(map(character_shown, foreign))
        yield entry.found(rule, "not_a_character", {"characters": shown})


CHECKS: dict[str, Check[NameDossier]] = {"N05": odd_names, "N06": standard_characters}
