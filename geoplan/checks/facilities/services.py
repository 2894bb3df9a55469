"""Rule F05: facilities say which services they give."""

from __future__ import annotations

import re
from collections.abc import Iterable

from geoplan.checks.facilities.standing import place_of
from geoplan.domain.kinds import CARE_SERVICES, SERVICES
from geoplan.model.facility_dossier import FacilityDossier
from geoplan.model.facility_register import FacilityRegister
from geoplan.model.findings import WHOLE, Finding, Scalar
from geoplan.model.rules import Rule

_PARTED = re.compile(r"[;；、,，|]")
_SERVICE_OF = {service.zh: service.id for service in SERVICES.values()} | {
    service: service for service in SERVICES
}


def stated_services(dossier: FacilityDossier, rule: Rule) -> Iterable[Finding]:
    """Report facilities without services, care without a care service, and unknown words.

    One finding a facility and case, for unknown words one a word. A register without a column of
    services is reported once.
    """
    register = dossier.register
    if "services" not in register.columns:
        yield rule.found(WHOLE, {"file": register.source.name}, case="column")
        return
    for position, cell in enumerate(register.services.tolist()):  # text work, row by row
        words = [part.strip() for part in _PARTED.split(cell) if part.strip()]
        yield from _of_kind(register, position, words, rule)
        for word in dict.fromkeys(words):
            if word not in _SERVICE_OF:
                evidence: dict[str, Scalar] = {"called": register.called(position), "word": word}
                place, subject = place_of(register, position), register.subject(position)
                yield rule.found(subject, evidence, case="unknown", place=place, about=(word,))


def _of_kind(
    register: FacilityRegister, position: int, words: list[str], rule: Rule
) -> Iterable[Finding]:
    kind = str(register.kind[position])
    evidence: dict[str, Scalar] = {"called": register.called(position), "kind": kind}
    case = ""
    if not words and kind in rule.words["kinds_with_services"]:
        case = "missing"
    known = {_SERVICE_OF.get(word, "") for word in words}
    if words and kind in rule.words["kinds_with_care"] and not known & set(CARE_SERVICES):
        case, evidence = "no_care", {**evidence, "services": "、".join(words)}
    if case:
        place, subject = place_of(register, position), register.subject(position)
        yield rule.found(subject, evidence, case=case, place=place)
