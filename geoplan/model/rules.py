"""Rules of the linter as values: level, law, thresholds, word lists and sentences of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from geoplan.model.findings import NOWHERE, Finding, Place, Scalar, Severity

Level: TypeAlias = Severity | Literal["off"]
Kind: TypeAlias = Literal["names", "text", "boundaries", "seats", "facilities", "run", "accept"]
"""What a rule looks at; ``run`` is how the inputs of a run meet the streets, ``accept`` the file
of accepted exceptions."""


@dataclass(frozen=True, slots=True)
class Law:
    """An article that a rule rests on."""

    id: str
    title: Mapping[str, str]
    """By language: the name of the law or standard."""
    article: Mapping[str, str]
    """By language: which article; empty when it is the whole text."""
    in_force: str
    """ISO date, or a year."""
    verified: bool
    """True when the article was read in the official text; False when it is recalled or taken
    from a copy."""
    source: str
    """Where the wording was read."""


@dataclass(frozen=True, slots=True)
class Case:
    """One way to break a rule."""

    id: str
    """Empty for a rule with one case."""
    level: Level
    message: Mapping[str, str]
    """By language: a sentence with places that the evidence fills."""
    mend: Mapping[str, str]
    """By language: what to do, with places of the same evidence."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the linter."""

    id: str
    kind: Kind
    title: Mapping[str, str]
    """By language: what the rule asks for."""
    on: bool
    laws: tuple[str, ...]
    """Keys of the articles behind it, empty when it rests on no law."""
    cases: Mapping[str, Case]
    numbers: Mapping[str, float] = field(default_factory=dict)
    """Thresholds by name, the unit in the name."""
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Word lists by name."""

    def found(
        self,
        subject: str,
        evidence: Mapping[str, Scalar] | None = None,
        *,
        case: str = "",
        place: Place = NOWHERE,
        about: tuple[str, ...] = (),
    ) -> Finding:
        """Return a finding of one case of the rule.

        A case whose level is ``off`` is found at level ``note``; ``kept`` says whether it is shown.
        """
        level = self.cases[case].level
        return Finding(
            rule=self.id,
            severity="note" if level == "off" else level,
            subject=subject,
            evidence=dict(evidence or {}),
            lon=place.lon,
            lat=place.lat,
            law=self.laws,
            case=case,
            about=about,
            row=place.row,
            shape=place.shape,
        )

    def kept(self, finding: Finding) -> bool:
        """Return whether a finding of the rule is shown."""
        return self.on and self.cases[finding.case].level != "off"


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules and the laws behind them."""

    rules: Mapping[str, Rule]
    laws: Mapping[str, Law]

    def of(self, kind: Kind) -> dict[str, Rule]:
        """Return the rules of one kind, in the order of the book."""
        return {name: rule for name, rule in self.rules.items() if rule.kind == kind}


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A finding that somebody has looked at and lets stand."""

    reason: str
    date: str
    """ISO date on which it was accepted."""
    finding: str = ""
    """Id of the finding; empty when rule and subject say which."""
    rule: str = ""
    subject: str = ""
    """Code, id or name; with ``rule`` it accepts every finding of the two."""
    where: str = ""
    """File and entry, for the sentence about an exception that matches nothing."""

    def covers(self, finding: Finding) -> bool:
        """Return whether the exception is about the finding."""
        if self.finding:
            return finding.id == self.finding
        return (finding.rule, finding.subject) == (self.rule, self.subject)
