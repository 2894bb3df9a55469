"""Running the linter of one kind: read, check, set accepted exceptions aside."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from geoplan.checks.table import findings_of, sorted_findings
from geoplan.domain.rules import rulebook
from geoplan.errors import ConfigError
from geoplan.io.given import Given, given_name
from geoplan.linting.kinds import linter_of
from geoplan.linting.linter import Linter
from geoplan.model.findings import Finding
from geoplan.model.lint import LintReport
from geoplan.model.rules import Acceptance, Rulebook


@dataclass(frozen=True, slots=True, eq=False)
class LintAsk:
    """How a check is to be run."""

    companions: Mapping[str, Given] = field(default_factory=dict)
    """Further files by their role."""
    book: Rulebook = field(default_factory=rulebook)
    acceptances: Sequence[Acceptance] = ()
    date: str = ""
    """ISO date of the check; rules that look at a calendar are silent without it."""


def lint(kind: str, given: Given, ask: LintAsk, *, propose: bool = False) -> LintReport:
    """Return what the rules of a kind find in a file or table.

    Raises
    ------
    ConfigError
        The kind or the role of a companion is unknown.
    InputError
        A file cannot be read.
    """
    linter = linter_of(kind)
    _refuse_unknown(linter, ask.companions)
    with _uncollected():
        dossier = linter.read(given, ask.companions, ask.date)
        found = findings_of(linter.checks, dossier, ask.book)
    standing, accepted = set_aside(found, ask.acceptances)
    stale = stale_exceptions(found, ask.acceptances, kind, ask.book)
    make = linter.propose if propose else None
    return LintReport(
        kind=kind,
        source=given_name(given, kind),
        findings=sorted_findings([*standing, *stale]),
        accepted=accepted,
        date=ask.date,
        proposal=make(dossier, standing, ask.book) if make else None,
    )


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let no garbage be collected meanwhile: rules make no circles of references.

    The collector would walk the entries of a large register again and again, a seventh of the time
    at 100,000 names.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def set_aside(
    findings: Sequence[Finding], acceptances: Sequence[Acceptance]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Return the findings that no exception covers, and those that one does."""
    covered = [any(one.covers(finding) for one in acceptances) for finding in findings]
    pairs = list(zip(findings, covered, strict=True))
    return (
        tuple(finding for finding, is_covered in pairs if not is_covered),
        tuple(finding for finding, is_covered in pairs if is_covered),
    )


def stale_exceptions(
    findings: Sequence[Finding], acceptances: Sequence[Acceptance], kind: str, book: Rulebook
) -> list[Finding]:
    """Return a finding for each exception without a finding, to a rule of this kind that is on."""
    rule = book.rules["A01"]
    if not rule.kept(rule.found("")):
        return []
    stale = []
    for one in acceptances:
        broken = one.rule or one.finding.partition("-")[0]
        of_kind = broken in book.rules and book.rules[broken].kind == kind and book.rules[broken].on
        if of_kind and not any(one.covers(finding) for finding in findings):
            entry = one.finding or f"{one.rule} {one.subject}"
            evidence = {"entry": entry, "where": one.where, "reason": one.reason}
            stale.append(rule.found(entry, evidence))
    return stale


def _refuse_unknown(linter: Linter, companions: Mapping[str, Any]) -> None:
    unknown = sorted(set(companions) - set(linter.companions))
    if unknown:
        known = ", ".join(linter.companions) or "none"
        raise ConfigError(
            f"the check of {linter.kind} takes no {unknown[0]!r} beside it; known roles: {known}"
        )
