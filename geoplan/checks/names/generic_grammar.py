"""N07 and N08: a name ends in one generic term, and the place is of the size that the term says."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from geoplan.checks.names.entries import Entry, entries_in_use
from geoplan.checks.table import Check
from geoplan.domain.generic_terms import NameParts, demanded_terms, shown_terms
from geoplan.model.findings import Finding, Scalar
from geoplan.model.name_dossier import NameDossier
from geoplan.model.rules import Rule


def generic_terms(dossier: NameDossier, rule: Rule) -> Iterable[Finding]:
    """Report names without the generic term of their kind, with muddled ones, or with nothing else.

    Cases: ``alone``, ``doubled``, ``missing``; an entry is reported in the first that fits.
    """
    for one in entries_in_use(dossier.names, rule.words["withdrawn"]):
        parts = one.parts
        evidence = {"name": parts.full, "term": parts.generic}
        if _is_alone(one):
            case, evidence["term"] = "alone", parts.full
        elif terms := _doubled(parts, rule):
            case, evidence["term"] = "doubled", terms
        elif _lacks_term(one, rule):
            case, evidence["term"] = "missing", shown_terms(one.kind)
            evidence["kind"] = one.kind
        else:
            continue
        yield one.found(rule, case, evidence)


def _is_alone(entry: Entry) -> bool:
    """Return whether a name is nothing but its generic term or organ.

    花园社区 and 花园村 are not: there 花园 is the specific part. 新村村委会 is 新 and 村.
    Hamlets are called 大桥 or 花园 as they please, and a unit may be 开发区 alone.
    """
    parts = entry.parts
    if not parts.body:
        return True
    if entry.kind in ("community", "village", "hamlet"):
        return parts.body == "村"
    return not (parts.specific or parts.ordinal or entry.kind in ("unit", "other"))


def _doubled(parts: NameParts, rule: Rule) -> str:
    """Return the muddled terms at the end of a name, such as 大厦广场, else nothing.

    Only behind ``shortest_specific`` characters: 西苑 in 西苑花园, 马街 in 马街路 and 罕苏木 in
    罕苏木苏木 are specific parts themselves.
    """
    whole = parts.specific + parts.generic
    twice = (parts.generic * 2,) if len(parts.generic) > 1 else ()
    terms = next((one for one in (*twice, *rule.words["muddled"]) if whole.endswith(one)), "")
    return terms if len(whole) - len(terms) >= rule.numbers["shortest_specific"] else ""


def _lacks_term(entry: Entry, rule: Rule) -> bool:
    terms = demanded_terms(entry.kind)
    if not terms or entry.kind not in rule.words["kinds"]:
        return False
    parts = entry.parts
    spoken_for = (*terms, *rule.words["other_terms"])
    return parts.generic not in terms and not parts.body.endswith(spoken_for)


_SIZES = {"area": "area_m2", "floors": "floors", "green": "green_share"}
"""Case of N08 → column of the register."""


def generic_term_size(dossier: NameDossier, rule: Rule) -> Iterable[Finding]:
    """Report places smaller than their generic term says; silent without figures of size.

    Thresholds are ``least_area_m2_WORD``, ``least_floors_WORD`` and ``least_green_share_WORD``,
    the terms of each WORD its word list; a figure equal to the threshold is enough. A green share
    above 1 is taken as per cent. Units and roads have no such figures and are passed over.
    """
    names = dossier.names
    columns = {case: column for case, column in _SIZES.items() if column in names.numbers}
    if not columns:
        return
    classes = _classes(rule)
    for one in entries_in_use(names, rule.words["withdrawn"]):
        word = classes.get(one.parts.generic)
        if word is None or one.kind not in rule.words["kinds"]:
            continue
        for case, column in columns.items():
            least = rule.numbers.get(f"least_{column}_{word}", -np.inf)
            size = float(names.numbers[column][one.position])
            size = size / 100.0 if case == "green" and size > 1.0 else size
            if size < least:
                evidence: dict[str, Scalar] = {
                    "name": one.parts.full,
                    "term": one.parts.generic,
                    "size": size,
                    "least": least,
                }
                yield one.found(rule, case, evidence)


def _classes(rule: Rule) -> dict[str, str]:
    """Return generic term → word list of the rule that has a threshold."""
    limited = {name.rpartition("_")[2] for name in rule.numbers}
    return {term: word for word, terms in rule.words.items() if word in limited for term in terms}


CHECKS: dict[str, Check[NameDossier]] = {"N07": generic_terms, "N08": generic_term_size}
