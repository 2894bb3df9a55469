"""Grand, foreign, personal and company names: rules N03, N04 and N09."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from geoplan.checks.names.entries import NameEntry, any_of, entries_with, masked
from geoplan.checks.table import Check
from geoplan.model.findings import Finding
from geoplan.model.name_dossier import NameDossier
from geoplan.model.rules import Rule

_LATIN = re.compile(r"[A-Za-z\uff21-\uff3a\uff41-\uff5a][A-Za-z\uff21-\uff3a\uff41-\uff5a ]*")
_SHORT = 2
"""Characters of a word that may meet by chance inside a Chinese name."""


def grand_words(dossier: NameDossier, rule: Rule) -> Iterable[Finding]:
    """Report names with a grand word and no approval, one finding a name.

    Divisions are silent, because governments approved their names; communities and villages give
    a note. Soft words count for roads, estates and buildings and for communities that carry an
    estate's name: ``帝``, ``皇`` and ``御`` inside old names (三皇庙, 御桥) and ``第一`` as an
    ordinal (第一社区) are none. A grand word outranks a soft one.
    """
    grand, soft = any_of(rule.words["grand"]), _soft_pattern(rule)
    old, soft_old = any_of(rule.words["exceptions"]), any_of(rule.words["soft_exceptions"])
    for entry in entries_with(dossier.names, re.compile(f"{grand.pattern}|{soft.pattern}")):
        if entry.of_class == "division" or entry.text("approval"):
            continue
        if match := grand.search(masked(entry.bare, old)):
            yield entry.found(rule, "grand" if entry.built else "unit", {"word": match[0]})
        elif (match := soft.search(masked(entry.name, soft_old))) and (
            entry.built or entry.copies_estate
        ):
            yield entry.found(rule, "soft", {"word": match[0]})


def _soft_pattern(rule: Rule) -> re.Pattern[str]:
    """Return the soft words, ``第一`` only where no word follows that makes it an ordinal."""
    ordinal = any_of(rule.words["ordinal_before"]).pattern
    words = rule.words["soft"]
    return re.compile(
        "|".join(f"{word}(?!{ordinal})" if word.startswith("第") else word for word in words)
        or r"(?!)"
    )


def foreign_words(dossier: NameDossier, rule: Rule) -> Iterable[Finding]:
    """Report Latin letters, foreign names and transliterations, one finding a name.

    Letters count in every name. Foreign names and transliterations are not looked for in
    divisions and villages, whose names are transcribed from other languages of China (米兰镇), nor
    in red place names. A foreign name of two characters must begin the bare name, but for a word
    of ``before`` (新曼哈顿, 小巴黎); of three and more it counts anywhere. Communities give a note.
    """
    words = any_of((*rule.words["foreign"], *rule.words["transliterations"]))
    run = _sound_run(rule)
    wanted = re.compile(f"{_LATIN.pattern}|{words.pattern}|{run.pattern}")
    for entry in entries_with(dossier.names, wanted):
        if match := _LATIN.search(entry.name):
            yield entry.found(rule, "latin", {"word": match[0].strip()})
        elif (entry.built or entry.of_class == "community") and not entry.red:
            yield from _foreign_name(entry, rule, run)


def _foreign_name(entry: NameEntry, rule: Rule, run: re.Pattern[str]) -> Iterator[Finding]:
    bare = masked(entry.bare, any_of(rule.words["exceptions"]))
    if word := _leading_or_long(bare, rule.words["foreign"], rule.words["before"]):
        yield entry.found(rule, "foreign" if entry.built else "unit", {"word": word})
    elif not (entry.of_class == "estate" or entry.copies_estate or entry.of_class == "other"):
        return
    elif word := _leading_or_long(bare, rule.words["transliterations"], rule.words["before"]):
        yield entry.found(rule, "transliteration", {"word": word})
    elif entry.of_class != "other" and (match := run.search(bare)):
        yield entry.found(rule, "transliteration", {"word": match[0]})


def _leading_or_long(bare: str, words: Iterable[str], before: Iterable[str]) -> str:
    """Return the first word that begins the name, or is too long to be a chance; else empty."""
    for word in sorted(words, key=lambda word: (-len(word), word)):
        at = bare.find(word)
        if at == 0 or (at > 0 and (len(word) > _SHORT or bare[:at] in before)):
            return word
    return ""


def _sound_run(rule: Rule) -> re.Pattern[str]:
    least = int(rule.numbers["sounds_in_a_row_characters"])
    sounds = re.escape("".join(rule.words["sounds"]))
    return re.compile(f"[{sounds}]{{{least},}}" if sounds else r"(?!)")


def names_of_others(dossier: NameDossier, rule: Rule) -> Iterable[Finding]:
    """Report names of leaders, persons and companies, one finding a name and case.

    Red place names, memorials (故居, 纪念馆) and martyrs are exempt. Leaders of three characters
    count everywhere; those of two, other persons and companies not in divisions and villages,
    where the characters meet by chance (朱德庄村). Persons must begin the bare name. A company's
    name counts anywhere in it; one that is a common word only at the start of an estate's name.
    """
    lists = ("leaders", "persons", "foreign_persons", "companies", "common_companies")
    wanted = any_of(word for name in lists for word in rule.words[name])
    exempt = any_of((*rule.words["memorial"], *rule.words["martyrs"]))
    for entry in entries_with(dossier.names, wanted):
        if entry.red or exempt.search(entry.name):
            continue
        yield from _person(entry, rule)
        yield from _company(entry, rule)


def _person(entry: NameEntry, rule: Rule) -> Iterator[Finding]:
    apart = entry.built or entry.of_class == "community"
    bare = masked(entry.bare, any_of(rule.words["foreign_exceptions"]))
    for case, words in (("leader", "leaders"), ("person", "persons")):
        match = any_of(rule.words[words]).match(bare)
        if match and (entry.built or (case == "leader" and len(match[0]) > _SHORT)):
            yield entry.found(rule, case, {"word": match[0]})
            return
    match = any_of(rule.words["foreign_persons"]).match(bare)
    if match and apart and (entry.built or len(match[0]) > _SHORT):
        yield entry.found(rule, "foreign_person", {"word": match[0]})


def _company(entry: NameEntry, rule: Rule) -> Iterator[Finding]:
    if not (entry.built or entry.of_class == "community"):
        return
    bare = masked(entry.bare, any_of(rule.words["company_exceptions"]))
    match = any_of(rule.words["companies"]).search(bare)
    if match is None and (entry.of_class == "estate" or entry.copies_estate):
        match = any_of(rule.words["common_companies"]).match(bare)
    if match:
        yield entry.found(rule, "company" if entry.built else "company_unit", {"word": match[0]})


CHECKS: dict[str, Check[NameDossier]] = {
    "N03": grand_words,
    "N04": foreign_words,
    "N09": names_of_others,
}
