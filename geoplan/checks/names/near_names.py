"""N02: names of one area are not so alike in writing or sound that they are mistaken."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator

from geoplan.checks.names.entries import Entry, alike, entries_in_use, whole_roads
from geoplan.checks.table import Check
from geoplan.domain.name_readings import merged_keys, reading_keys
from geoplan.model.findings import Finding
from geoplan.model.name_dossier import NameDossier
from geoplan.model.rules import Rule

Keys = Callable[[Entry], Iterable[Hashable]]
"""Keys of an entry; entries that share one are alike."""


def near_names(dossier: NameDossier, rule: Rule) -> Iterable[Finding]:
    """Report pairs of names that are nearly the same, in the first case that fits.

    Only names of one group of kinds in one area are compared, with the same ordinals (丽华一村 and
    丽华二村 are never alike) and specific parts of ``shortest_specific`` characters or more.
    Cases: ``modifier``, equal without 新, 大 or the name of city or district; ``homophone``, a
    common reading without tones at every position; ``dialect``, the same with the sounds joined
    that Wu speakers do not part; ``shape``, equal but for characters of the list ``look_alike``;
    ``specific``, the same specific part with another generic term. Of names that are alike every
    later one is reported against the first; a road in parts counts once.
    """
    entries = [
        one
        for one in whole_roads(entries_in_use(dossier.names, rule.words["withdrawn"]))
        if len(one.parts.specific) >= rule.numbers["shortest_specific"]
    ]
    seen: set[tuple[int, int]] = set()
    for case, keys in _cases(rule).items():
        if rule.cases[case].level == "off":
            continue
        for first, later in _pairs(entries, keys):
            if (pair := (first.position, later.position)) not in seen:
                seen.add(pair)
                yield _found(rule, case, (first, later))


def _cases(rule: Rule) -> dict[str, Keys]:
    """Return case → the keys by which it is found, the graver case first."""
    prefixes = tuple(sorted(rule.words["city_names"], key=len, reverse=True))
    modifiers = rule.words["modifiers"]
    shortest = int(rule.numbers["shortest_specific"])
    first_look = str.maketrans(
        {one: group[0] for group in rule.words["look_alike"] for one in group}
    )
    return {
        "modifier": lambda one: _plain(one, prefixes, modifiers, shortest),
        "homophone": lambda one: reading_keys(_specific_generic(one)),
        "dialect": lambda one: merged_keys(_specific_generic(one)),
        "shape": lambda one: (one.parts.body.translate(first_look),),
        "specific": lambda one: (one.parts.specific,),
    }


def _pairs(entries: Iterable[Entry], keys: Keys) -> Iterator[tuple[Entry, Entry]]:
    keyed = (
        ((one.group, one.scope, one.parts.ordinal, key), one)
        for one in entries
        for key in keys(one)
    )
    for members in alike(keyed):
        first = members[0]
        for later in members[1:]:
            if later.parts.body != first.parts.body and not later.shares_code(first):
                yield first, later


def _specific_generic(entry: Entry) -> str:
    return entry.parts.specific + entry.parts.generic


def _plain(
    entry: Entry, prefixes: tuple[str, ...], modifiers: tuple[str, ...], shortest: int
) -> tuple[str, ...]:
    """Return the name without city and modifiers, as far as the specific part stays long enough."""
    specific, generic = entry.parts.specific, entry.parts.generic
    for words in (prefixes, modifiers):
        word = next((one for one in words if specific.startswith(one)), "")
        if len(specific) - len(word) >= shortest:
            specific = specific[len(word) :]
    word = next((one for one in modifiers if generic.startswith(one) and generic != one), "")
    return (f"{specific}/{generic[len(word) :]}",)


def _found(rule: Rule, case: str, pair: tuple[Entry, Entry]) -> Finding:
    first, later = pair
    evidence = {
        "name": later.parts.full,
        "other": first.parts.full,
        "other_subject": first.subject,
        "specific": later.parts.specific,
    }
    if case in ("homophone", "dialect"):
        evidence["pinyin"], evidence["other_pinyin"] = _shown_readings(later, first)
    return later.found(rule, case, evidence, about=(first.subject,))


def _shown_readings(one: Entry, other: Entry) -> tuple[str, str]:
    """Return the readings of two names: the one that they share, else the first of each."""
    ours, theirs = (reading_keys(_specific_generic(entry)) for entry in (one, other))
    common = next((key for key in ours if key in theirs), "")
    return common or ours[0], common or theirs[0]


CHECKS: dict[str, Check[NameDossier]] = {"N02": near_names}
