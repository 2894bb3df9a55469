"""N13: a text calls units as they are called at its date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from geoplan.checks.text.chains import Link, document_links
from geoplan.checks.text.contexts import (
    line_place,
    sentence_around,
    tells_history,
    words_around,
    year_spoken_of,
)
from geoplan.checks.text.local_names import LocalNames, community_stem, local_names
from geoplan.domain.divisions import divisions, full_name, present_heir, specific_part
from geoplan.domain.word_search import words_pattern
from geoplan.model.divisions import Division
from geoplan.model.findings import Finding
from geoplan.model.gazetteer import Gazetteer
from geoplan.model.rules import Rule
from geoplan.model.text_dossier import TextDossier


def outdated_names(dossier: TextDossier, rule: Rule) -> Iterable[Finding]:
    """Report names that had ended before the year of the text, one finding a line and place.

    A name that ended in the very year of the text is let pass, for the table holds no days. A
    text without a date is judged at the day of the table's newest list, and the finding says so.
    Nothing is said of a name that directly before or behind is told as history, or that a year
    in the same sentence places in its own time.
    """
    for position, links in enumerate(document_links(dossier.document)):
        for link in links:
            ended = _ended(link, _year(dossier))
            if ended and not _is_history(dossier, rule, position, link):
                yield _outdated(dossier, rule, position, link, ended)
    yield from _retired_names(dossier, rule)


def _year(dossier: TextDossier) -> int:
    return int((dossier.date or divisions().newest)[:4])


def _ended(link: Link, year: int) -> Division | None:
    """Return the unit that bore the name last, None while any unit bears it or may be meant."""
    name, table = link.token.text, divisions()
    if not link.token.full or link.wrong or len(specific_part(name)) < 2:
        return None
    units = [unit for unit in link.units if unit.name == name]
    if len(units) < len(link.units) or not units:
        return None
    if any(unit.until is None or unit.until >= year for unit in units):
        return None
    if not link.above and any(unit.until is None for unit in table.by_surface[name]):
        return None
    return max(units, key=lambda unit: unit.until or 0)


def _is_history(dossier: TextDossier, rule: Rule, position: int, link: Link) -> bool:
    line = dossier.document.lines[position]
    if link.token.text in rule.words["plain_words"] and not link.above:
        return True
    if any(
        tells_history(line, start, link.token.end, rule=rule)
        for start in (link.start, link.token.start)
    ):
        return True
    told = sentence_around(line, link.start)
    if any(word in told for word in rule.words["history_in_sentence"]):
        return True
    spoken = year_spoken_of(line, link.start)
    return spoken is not None and any(spoken <= (unit.until or 0) for unit in link.units)


def _outdated(
    dossier: TextDossier, rule: Rule, position: int, link: Link, ended: Division
) -> Finding:
    line, heir = dossier.document.lines[position], present_heir(ended)
    evidence: dict[str, str | int] = {
        "context": words_around(line, link.start, link.token.end, rule=rule),
        "column": link.start + 1,
        "name": link.token.text,
        "until": int(ended.until or 0),
        "judged_at": dossier.date or divisions().newest,
    }
    case = "dated" if dossier.date else "undated"
    if heir is None:
        case += "_gone"
    else:
        evidence["now"] = full_name(heir)
    subject = line[link.start : link.token.end]
    return rule.found(subject, evidence, case=case, place=line_place(dossier.document, position))


def _retired_names(dossier: TextDossier, rule: Rule) -> Iterator[Finding]:
    """Give names that the earlier edition has and the present one has not."""
    if dossier.names is None or dossier.earlier is None:
        return
    now, (retired, pattern) = local_names(dossier.names), _retired(dossier.names, dossier.earlier)
    for position, line in enumerate(dossier.document.lines):
        for match in pattern.finditer(line):
            name = match.group()
            if name in retired and not tells_history(line, *match.span(), rule=rule):
                heir = _local_heir(name, now)
                evidence: dict[str, str | int] = {
                    "context": words_around(line, *match.span(), rule=rule),
                    "column": match.start() + 1,
                }
                case = "local" if heir else "local_gone"
                if heir:
                    evidence["now"] = heir
                place = line_place(dossier.document, position)
                yield rule.found(name, evidence, case=case, place=place)


@lru_cache(maxsize=4)
def _retired(present: Gazetteer, earlier: Gazetteer) -> tuple[frozenset[str], re.Pattern[str]]:
    """Return retired ways of writing, and a pattern of all names, for the longest is meant."""
    now, before = local_names(present), local_names(earlier)
    known = {*now.standard, *now.aliases}
    retired = frozenset(one for one in before.standard if one not in known and len(one) > 2)
    return retired, words_pattern([*known, *retired])


def _local_heir(name: str, now: LocalNames) -> str:
    """Return the name of the present edition with the same specific part, else nothing."""
    stem = community_stem(name)
    stems = (stem, stem.removesuffix("村"), stem + "村")
    return next((now.stems[one] for one in stems if one in now.stems), "")
