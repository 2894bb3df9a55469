"""Rule F06: the name of a facility suits its kind."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from geoplan.checks.facilities.standing import place_of
from geoplan.domain.kinds import KINDS
from geoplan.domain.word_search import words_pattern
from geoplan.model.facility_dossier import FacilityDossier
from geoplan.model.findings import Finding, Scalar
from geoplan.model.rules import Rule


def suitable_name(dossier: FacilityDossier, rule: Rule) -> Iterable[Finding]:
    """Report facilities without a name, and names whose last telling word is of other kinds.

    One finding a facility. The last word counts, the longest of those that end there, for what a
    place is stands last: 青龙养老院社工室 is a social-work room.
    """
    register = dossier.register
    kinds_of = _kinds_by_word(rule)
    telling = words_pattern(kinds_of)
    for position, name in enumerate(register.name.tolist()):  # text work, row by row
        place, subject = place_of(register, position), register.subject(position)
        if not name.strip():
            empty: dict[str, Scalar] = {"row": int(register.row[position])}
            yield rule.found(subject, empty, case="empty", place=place)
            continue
        kind = str(register.kind[position])
        words = telling.findall(unicodedata.normalize("NFKC", name)) if kind else []
        if not words or kind in kinds_of[words[-1]]:
            continue
        evidence: dict[str, Scalar] = {
            "called": name,
            "word": words[-1],
            "kind": kind,
            "other_kind": kinds_of[words[-1]][0],
        }
        yield rule.found(subject, evidence, case="kind_word", place=place)


def _kinds_by_word(rule: Rule) -> dict[str, tuple[str, ...]]:
    """Return the kinds that each word may name, in the order of the rule."""
    kinds: dict[str, tuple[str, ...]] = {}
    for kind in KINDS:
        for word in rule.words.get(kind, ()):
            kinds[word] = (*kinds.get(word, ()), kind)
    return kinds
