"""Words of every view: one table of sentences a language, asked by key."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import pandas as pd

from geoplan.domain.gap_classes import GAP_CLASSES
from geoplan.domain.groups import EVERYONE, GROUPS, age_of
from geoplan.domain.kinds import KINDS, SERVICES
from geoplan.domain.profiles import MEASURING_WALKER, PROFILES, SCENARIOS
from geoplan.domain.rules import rulebook

LANGUAGES = ("zh", "en")
MASKED = "*"
"""Stands where a count is not published."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A number that is not published: a star in every sentence, whatever its format."""

    def __format__(self, _spec: str) -> str:
        return MASKED

    def __str__(self) -> str:
        return MASKED


def shown(number: Any) -> Any:  # noqa: ANN401  whatever the number is
    """Return the number, or what stands in its place in a sentence when it is not published."""
    return Hidden() if number is None or pd.isna(number) else number


def shown_count(count: Any) -> int | Hidden:  # noqa: ANN401  whatever a table holds
    """Return a count as a whole number, or what stands in its place when it is not published."""
    known = shown(count)
    return known if isinstance(known, Hidden) else int(known)


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences of one language by dotted key, such as ``finding.made-data``."""

    lang: str
    sentences: Mapping[str, str]

    def text(self, key: str, **params: object) -> str:
        """Return the sentence with its places filled.

        Raises
        ------
        KeyError
            The key is not in the table, or a place of the sentence has no value: a fault of
            the program, never of the data.
        """
        return self.sentences[key].format(**params)

    def has(self, key: str) -> bool:
        """Return whether the table has the key."""
        return key in self.sentences

    def places(self, key: str) -> frozenset[str]:
        """Return the names of the places that the sentence wants filled."""
        parts = string.Formatter().parse(self.sentences[key])
        return frozenset(name for _, name, _, _ in parts if name)

    def service(self, service: str) -> str:
        """Return the name of a service, the id itself when it is not in ``domain.kinds``."""
        return str(getattr(SERVICES.get(service), self.lang, service))

    def kind(self, kind: str) -> str:
        """Return the name of a facility kind, the id itself when it is not known."""
        return str(getattr(KINDS.get(kind), self.lang, kind))

    def profile(self, profile: str) -> str:
        """Return the name of a walker, the id itself for a walker of the project's own."""
        known = {**PROFILES, MEASURING_WALKER.id: MEASURING_WALKER}
        return str(getattr(known.get(profile), self.lang, profile))

    def scenario(self, scenario: str) -> str:
        """Return the name of a scenario, empty for ordinary weather."""
        return str(getattr(SCENARIOS[scenario], self.lang)) if scenario else ""

    def weather(self, scenario: str) -> str:
        """Return the words that name a scenario beside a speed, empty for ordinary weather."""
        if not scenario:
            return ""
        factor = SCENARIOS[scenario].speed_factor
        return self.text("walker.weather", scenario=self.scenario(scenario), factor=factor)

    def gap_class(self, letter: str) -> str:
        """Return the name of a class of gaps, such as ``A 空间盲区``."""
        return f"{letter} {getattr(GAP_CLASSES[letter], self.lang)}"

    def group(self, group: str) -> str:
        """Return the name of a group: everybody, an age, a need, or a code that is not known."""
        if group == EVERYONE:
            return self.text("group.all")
        if (age := age_of(group)) is not None:
            return self.text("group.aged", age=age)
        return str(getattr(GROUPS.get(group), self.lang, group))

    def definition(self, group: str) -> str:
        """Return who belongs to a need group, empty for a group whose name says it."""
        return str(getattr(GROUPS.get(group), f"definition_{self.lang}", ""))

    def minutes(self, minutes: tuple[int, ...]) -> str:
        """Return limits as they are printed: ``5/10/15``."""
        return "/".join(str(limit) for limit in minutes)


@cache
def wording(lang: str) -> Wording:
    """Return the words of a language, ``zh`` or ``en``.

    Raises
    ------
    ValueError
        There is no table for the language.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"no wording for language {lang!r}; choose one of {', '.join(LANGUAGES)}")
    folder = resources.files("geoplan.views") / "wording"
    tables = [folder / f"{name}{lang}.toml" for name in ("", "check_", "diff_")]
    sentences: dict[str, str] = {}
    for table in tables:
        sentences |= _flat(tomllib.loads(table.read_text(encoding="utf-8")))
    return Wording(lang=lang, sentences={**sentences, **_rule_sentences(lang)})


def _rule_sentences(lang: str) -> dict[str, str]:
    """Return the sentences of the rulebook: ``finding.RULE[.CASE]`` and ``mend.RULE[.CASE]``."""
    sentences = {}
    for rule in rulebook().rules.values():
        for case in rule.cases.values():
            key = f"{rule.id}.{case.id}" if case.id else rule.id
            sentences[f"finding.{key}"] = case.message[lang]
            sentences[f"mend.{key}"] = case.mend[lang]
    return sentences


def _flat(table: Mapping[str, Any]) -> dict[str, str]:
    return {
        f"{section}.{key}": sentence
        for section, sentences in table.items()
        for key, sentence in sentences.items()
    }
