"""What a finding says to people: the doubt, the mend and the law, in either language."""

from __future__ import annotations

from typing import Any

from geoplan.domain.indicators import INDICATORS
from geoplan.domain.kinds import KINDS
from geoplan.domain.rules import rulebook
from geoplan.model.findings import Finding
from geoplan.model.rules import Law
from geoplan.views.wording import Wording, shown, wording

PLACES = ("what", "unit", "level", "kind", "other_kind", "verdict", "missing", "column")
"""Places whose evidence is a key: its word stands in ``place_word.*`` of the wording."""


def finding_sentence(finding: Finding, lang: str) -> str:
    """Return what is doubtful and where.

    Raises
    ------
    KeyError
        The rule has no sentence, or the finding lacks a number that its sentence shows.
    """
    words = wording(lang)
    return words.text(
        _key("finding", finding), subject=finding.subject, **_evidence(finding, words)
    )


def finding_mend(finding: Finding, lang: str) -> str:
    """Return what to do about a finding, empty where its sentence says it already."""
    words = wording(lang)
    return words.text(_key("mend", finding), subject=finding.subject, **_evidence(finding, words))


def finding_laws(finding: Finding, lang: str) -> tuple[str, ...]:
    """Return the articles behind a finding, each with its date and whether it was verified."""
    return tuple(law_words(rulebook().laws[key], lang) for key in finding.law)


def rule_title(rule: str, lang: str) -> str:
    """Return what a rule asks for."""
    return rulebook().rules[rule].title[lang]


def law_words(law: Law, lang: str) -> str:
    """Return an article as it is cited, with its date and whether the text was verified."""
    words = wording(lang)
    verified = "check.verified" if law.verified else "check.unverified"
    space = " " if lang == "en" and law.article[lang] else ""
    return words.text(
        "check.law",
        title=law.title[lang],
        article=space + law.article[lang],
        date=law.in_force or words.text("check.undated"),
        verified=words.text(verified),
    )


def _key(section: str, finding: Finding) -> str:
    return f"{section}.{finding.rule}" + (f".{finding.case}" if finding.case else "")


def _evidence(finding: Finding, words: Wording) -> dict[str, Any]:
    evidence: dict[str, Any] = {key: shown(value) for key, value in finding.evidence.items()}
    if evidence.get("facility") == "":
        evidence["facility"] = finding.subject
    if words.has(f"input.{evidence.get('what')}"):
        evidence["what"] = words.text(f"input.{evidence['what']}")
    if evidence.get("indicator") in INDICATORS:
        evidence["indicator"] = getattr(INDICATORS[evidence["indicator"]], words.lang)
    if words.has(f"level.{evidence.get('level')}"):
        evidence["level"] = words.text(f"level.{evidence['level']}")
    for place in ("kind", "other_kind"):
        if evidence.get(place) in KINDS:
            evidence[place] = words.kind(evidence[place])
    for place in PLACES:
        if words.has(f"place_word.{evidence.get(place)}"):
            evidence[place] = words.text(f"place_word.{evidence[place]}")
    return evidence
