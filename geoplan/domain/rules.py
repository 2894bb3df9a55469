"""The rulebook: every rule of the linter as data, and how a user's file changes it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from difflib import SequenceMatcher, get_close_matches
from functools import cache
from importlib import resources
from typing import Any, cast, get_args

from geoplan.errors import ConfigError
from geoplan.model.rules import Case, Kind, Law, Level, Rule, Rulebook

LANGUAGES = ("zh", "en")
KINDS: tuple[Kind, ...] = get_args(Kind)
LEVELS = ("error", "warning", "note", "off")
_SWITCHES = frozenset({"on", "level", "levels"})
"""Keys of a rules file that no number and no word list may be called by."""


@cache
def rulebook() -> Rulebook:
    """Return the rules that ship with geoplan, by kind and id.

    The rules of a kind stand in ``rulebook/KIND.toml`` or in several ``rulebook/KIND_PART.toml``.
    """
    rules = {
        name: _rule(name, kind, entry)
        for kind in KINDS
        for name, entry in sorted(_entries(kind).items())
    }
    laws = {name: _law(name, entry) for name, entry in _entries("laws").items()}
    return Rulebook(rules=rules, laws=laws)


def changed_rulebook(book: Rulebook, changes: Mapping[str, Any], *, where: str) -> Rulebook:
    """Return the book with a user's switches, levels, thresholds and words.

    Parameters
    ----------
    changes
        Rule id → ``False`` or ``True`` (the switch), a level for every case, or a table with
        ``on``, ``level``, ``levels`` (case → level), and any threshold or word list of the rule
        by its name. A word list replaces the rule's own; ``add_NAME`` and ``drop_NAME`` change it.

    Raises
    ------
    ConfigError
        A rule, key or case is unknown, or a value impossible; the message names file and key.
    """
    rules = dict(book.rules)
    for name, change in changes.items():
        if name not in rules:
            raise ConfigError(f"{where}: unknown rule {name!r}; {nearest(name, rules)}")
        rules[name] = _changed(rules[name], change, where=f"{where}: {name}")
    return replace(book, rules=rules)


def _changed(rule: Rule, change: Any, *, where: str) -> Rule:  # noqa: ANN401  TOML holds anything
    if isinstance(change, bool):
        return replace(rule, on=change)
    if isinstance(change, str):
        return _levelled(rule, dict.fromkeys(rule.cases, change), where=where)
    if not isinstance(change, Mapping):
        raise ConfigError(f"{where}: write true, false, a level or a table, not {change!r}")
    for key, value in change.items():
        rule = _with_key(rule, key, value, where=f"{where}.{key}")
    return rule


def _with_key(rule: Rule, key: str, value: Any, *, where: str) -> Rule:  # noqa: ANN401
    if key == "on" and isinstance(value, bool):
        return replace(rule, on=value)
    if key == "level":
        return _levelled(rule, dict.fromkeys(rule.cases, value), where=where)
    if key == "levels" and isinstance(value, Mapping):
        return _levelled(rule, value, where=where)
    if key in rule.numbers:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ConfigError(f"{where} must be a number, not {value!r}")
        return replace(rule, numbers={**rule.numbers, key: float(value)})
    name = key.removeprefix("add_").removeprefix("drop_")
    if name in rule.words:
        return replace(rule, words={**rule.words, name: _words(rule, key, value, where=where)})
    known = ("on", "level", "levels", *rule.numbers, *rule.words)
    raise ConfigError(f"{where}: unknown key or impossible value; {nearest(key, known)}")


def _words(rule: Rule, key: str, value: Any, *, where: str) -> tuple[str, ...]:  # noqa: ANN401
    if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
        raise ConfigError(f"{where} must be a list of words, not {value!r}")
    name = key.removeprefix("add_").removeprefix("drop_")
    old = rule.words[name]
    if key.startswith("add_"):
        return tuple(dict.fromkeys((*old, *value)))
    if key.startswith("drop_"):
        return tuple(word for word in old if word not in value)
    return tuple(value)


def _levelled(rule: Rule, levels: Mapping[str, Any], *, where: str) -> Rule:
    cases = dict(rule.cases)
    for case, level in levels.items():
        if case not in cases:
            raise ConfigError(f"{where}: unknown case {case!r}; {nearest(case, cases)}")
        if level not in LEVELS:
            raise ConfigError(f"{where}: unknown level {level!r}; write one of {', '.join(LEVELS)}")
        cases[case] = replace(cases[case], level=cast("Level", level))
    return replace(rule, cases=cases)


def nearest(word: str, known: Any) -> str:  # noqa: ANN401  any iterable of names
    """Return the second half of a sentence about an unknown word: what may have been meant."""
    names = [name for name in known if name]
    near = get_close_matches(word, names, n=len(names) or 1)
    if near:
        return f"did you mean {max(sorted(near), key=lambda name: _likeness(word, name))!r}?"
    return f"known are {', '.join(names)}" if len(names) < 30 else "see geoplan rules"


def _likeness(word: str, name: str) -> tuple[float, int]:
    """Return how alike two words are: their common letters, then those in the same place."""
    return SequenceMatcher(None, word, name).ratio(), sum(map(str.__eq__, name, word))


def _entries(stem: str) -> dict[str, Any]:
    """Return the entries of ``STEM.toml`` and of every ``STEM_PART.toml`` of the rulebook."""
    folder = resources.files("geoplan.domain") / "rulebook"
    entries: dict[str, Any] = {}
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if re.fullmatch(rf"{stem}(_[a-z]+)?\.toml", file.name):
            entries |= tomllib.loads(file.read_text(encoding="utf-8"))
    return entries


def _rule(name: str, kind: Kind, entry: Mapping[str, Any]) -> Rule:
    cases = entry.get("cases", {"": entry})
    taken = _SWITCHES & {*entry.get("numbers", {}), *entry.get("words", {})}
    if taken:
        raise ValueError(f"{name} calls a number or word list {min(taken)!r}, the word of a switch")
    return Rule(
        id=name,
        kind=kind,
        title=_both(entry, "title"),
        on=entry.get("on", True),
        laws=tuple(entry.get("laws", ())),
        cases={one: _case(one, case) for one, case in cases.items()},
        numbers={name: float(number) for name, number in entry.get("numbers", {}).items()},
        words={name: tuple(words) for name, words in entry.get("words", {}).items()},
    )


def _case(name: str, entry: Mapping[str, Any]) -> Case:
    if entry["level"] not in LEVELS:
        raise ValueError(f"case {name!r} of the rulebook has level {entry['level']!r}")
    return Case(
        id=name, level=entry["level"], message=_both(entry, "message"), mend=_both(entry, "mend")
    )


def _law(name: str, entry: Mapping[str, Any]) -> Law:
    return Law(
        id=name,
        title=_both(entry, "title"),
        article=_both(entry, "article"),
        in_force=str(entry["in_force"]),
        verified=entry["verified"],
        source=entry["source"],
    )


def _both(entry: Mapping[str, Any], name: str) -> dict[str, str]:
    return {lang: str(entry.get(f"{name}_{lang}", "")) for lang in LANGUAGES}
