"""Grand, foreign, personal and company names: rules N03, N04 and N09."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from geoplan.checks.names.entries import Entry, entries_with
from geoplan.checks.table import Check
from geoplan.domain.generic_terms import without_brackets
from geoplan.domain.word_search import masked, words_pattern
from geoplan.model.findings import Finding
from geoplan.model.name_dossier import NameDossier
from geoplan.model.rules import Rule

_LATIN = re.compile(r"[A-Za-z\uff21-\uff3a\uff41-\uff5a][A-Za-z\uff21-\uff3a\uff41-\uff5a ]*")


def grand_words(dossier: NameDossier, rule: Rule) -> Iterable[Finding]:
    """Report names with a grand word and no approval, one finding a name.

    Divisions are silent, because governments approved their names; communities and villages give
    a note. Soft words count for roads, estates and buildings and for communities that carry an
    estate's name, ``帝``, ``皇`` and ``御`` not for roads; old names (三皇庙, 御桥) and ``第一`` as
    an ordinal (第一社区) are none. A grand word outranks a soft one.
    """
    grand, soft, court = (
        words_pattern(rule.words["grand"]),
        _soft_pattern(rule),
        _court_pattern(rule),
    )
    old, soft_old = (
        words_pattern(rule.words["exceptions"]),
        words_pattern(rule.words["soft_exceptions"]),
    )
    wanted = re.compile("|".join(one.pattern for one in (grand, soft, court)))
    for entry in entries_with(dossier.names, wanted):
        if entry.of_class == "division" or entry.text("approval"):
            continue
        name = masked(without_brackets(entry.name), soft_old)
        if match := grand.search(masked(entry.bare, old)):
            yield entry.found(rule, "grand" if entry.built else "unit", {"word": match[0]})
        elif match := _soft_word(entry, name, soft, court):
            yield entry.found(rule, "soft", {"word": match[0]})


def _soft_word(
    entry: Entry, name: str, soft: re.Pattern[str], court: re.Pattern[str]
) -> re.Match[str] | None:
    if not (entry.built or entry.copies_estate):
        return None
    return soft.search(name) or (
        None if entry.of_class in {"road", "other"} else court.search(name)
    )


def _soft_pattern(rule: Rule) -> re.Pattern[str]:
    """Return the soft words, ``第一`` only where no word follows that makes it an ordinal."""
    ordinal = words_pattern(rule.words["ordinal_before"]).pattern
    words = rule.words["soft"]
    return re.compile(
        "|".join(f"{word}(?!{ordinal})" if word.startswith("第") else word for word in words)
        or r"(?!)"
    )


def _court_pattern(rule: Rule) -> re.Pattern[str]:
    court, before = (
        words_pattern(rule.words["court"]).pattern,
        words_pattern(rule.words["court_before"]).pattern,
    )
    return re.compile(f"^(?:{court})|(?:{court})(?=(?:{before}))")


def foreign_words(dossier: NameDossier, rule: Rule) -> Iterable[Finding]:
    """Report Latin letters, foreign names and transliterations, one finding a name.

    Letters count in every name. Foreign names and transliterations are not looked for in
    divisions and villages, whose names are transcribed from other languages of China (米兰镇), nor
    in red place names. Words of the lists ``…_at_start`` must begin the bare name, but for a word
    of ``before`` (新罗马, 小巴黎); the others count anywhere. Communities give a note.
    """
    lists = ("foreign", "foreign_at_start", "transliterations", "transliterations_at_start")
    words = words_pattern(word for name in lists for word in rule.words[name])
    patterns = (_words(rule, "foreign"), _words(rule, "transliterations"), _sound_run(rule))
    wanted = re.compile(f"{_LATIN.pattern}|{words.pattern}|{patterns[2].pattern}")
    exceptions = words_pattern(rule.words["exceptions"])
    for entry in entries_with(dossier.names, wanted):
        if match := _LATIN.search(entry.name):
            yield entry.found(rule, "latin", {"word": match[0].strip()})
        elif (entry.built or entry.of_class == "community") and not entry.red:
            yield from _foreign_name(entry, masked(entry.bare, exceptions), rule, patterns)


def _words(rule: Rule, name: str) -> re.Pattern[str]:
    """Return a pattern whose group ``word`` is a word of a list, or one of its ``_at_start``."""
    anywhere, start = (
        words_pattern(rule.words[name]).pattern,
        words_pattern(rule.words[f"{name}_at_start"]),
    )
    before = words_pattern(rule.words["before"]).pattern
    return re.compile(
        f"(?:^(?:{before})?(?={start.pattern})|(?={anywhere}))(?P<word>{start.pattern}|{anywhere})"
    )


def _foreign_name(
    entry: Entry, bare: str, rule: Rule, patterns: tuple[re.Pattern[str], ...]
) -> Iterator[Finding]:
    foreign, transliteration, run = patterns
    if match := foreign.search(bare):
        case = "foreign" if entry.built else "unit"
        yield entry.found(rule, case, {"word": match["word"]})
    elif match := transliteration.search(bare):
        yield entry.found(rule, "transliteration", {"word": match["word"]})
    elif (entry.is_estate or entry.copies_estate) and (match := run.search(bare)):
        yield entry.found(rule, "transliteration", {"word": match[0]})


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
    wanted = words_pattern(word for name in lists for word in rule.words[name])
    exempt = words_pattern((*rule.words["memorial"], *rule.words["martyrs"]))
    for entry in entries_with(dossier.names, wanted):
        if entry.red or exempt.search(entry.name):
            continue
        yield from _person(entry, rule)
        yield from _company(entry, rule)


def _person(entry: Entry, rule: Rule) -> Iterator[Finding]:
    apart = entry.built or entry.of_class == "community"
    chance = rule.numbers["chance_characters"]
    bare = masked(entry.bare, words_pattern(rule.words["foreign_exceptions"]))
    for case, words in (("leader", "leaders"), ("person", "persons")):
        match = words_pattern(rule.words[words]).match(bare)
        if match and (entry.built or (case == "leader" and len(match[0]) > chance)):
            yield entry.found(rule, case, {"word": match[0]})
            return
    match = words_pattern(rule.words["foreign_persons"]).match(bare)
    if match and apart and (entry.built or len(match[0]) > chance):
        yield entry.found(rule, "foreign_person", {"word": match[0]})


def _company(entry: Entry, rule: Rule) -> Iterator[Finding]:
    if not (entry.built or entry.of_class == "community"):
        return
    bare = masked(entry.bare, words_pattern(rule.words["company_exceptions"]))
    if match := words_pattern(rule.words["companies"]).search(bare):
        yield entry.found(rule, "company" if entry.built else "company_unit", {"word": match[0]})
    elif (entry.is_estate or entry.copies_estate) and (
        match := words_pattern(rule.words["common_companies"]).match(bare)
    ):
        yield entry.found(rule, "company_word", {"word": match[0]})


CHECKS: dict[str, Check[NameDossier]] = {
    "N03": grand_words,
    "N04": foreign_words,
    "N09": names_of_others,
}
