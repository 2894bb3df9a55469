"""N12: every unit in a text stands below the unit that is written before it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from geoplan.checks.text.chains import Link, document_links
from geoplan.checks.text.contexts import line_place, words_around
from geoplan.checks.text.local_chains import local_faults
from geoplan.domain.divisions import divisions, full_name, nearest_children, real_places
from geoplan.model.divisions import Division
from geoplan.model.findings import Finding
from geoplan.model.rules import Rule
from geoplan.model.text_dossier import TextDossier

_UNKNOWN = re.compile(r"[ \u3000]?([\u4e00-\u9fff]{2,5}?(?:自治县|自治州|自治旗|县|旗|市|区))")
_KIND = re.compile("(自治县|自治州|自治旗|县|旗|市|区)$")
_SURE_KINDS = ("县", "旗", "自治州")
"""Kinds that a word of everyday language seldom ends in; 市 and 区 need a real name nearby."""

_NO_NAME_BEHIND = re.compile("[级域区市乡长]")
_MOST_PLACES = 3


def wrong_parents(dossier: TextDossier, rule: Rule) -> Iterable[Finding]:
    """Report units that the unit before them never had, one finding a line and place.

    ``nowhere`` is a name that no unit ever had and that stands directly behind a full name of a
    province or prefecture; ``local`` and ``unknown_below`` are about the project's own register.
    """
    for position, links in enumerate(document_links(dossier.document)):
        line = dossier.document.lines[position]
        for link in links:
            if link.wrong and not _is_plain_word(link, rule):
                yield _wrong(dossier, rule, position, link)
        starts = [link.token.start for link in links]
        for link, next_name in zip(links, [*starts[1:], len(line)][: len(links)], strict=True):
            yield from _nowhere(dossier, rule, (position, next_name), link)
        yield from local_faults(dossier, rule, position, links)


def _is_plain_word(link: Link, rule: Rule) -> bool:
    """Return whether 东城区 or 新区 is but a part of a city, not the name of a unit."""
    in_province = any(upper.rank == 0 for upper in link.above)
    return link.token.text in rule.words["plain_words"] and not in_province


def _wrong(dossier: TextDossier, rule: Rule, position: int, link: Link) -> Finding:
    near = nearest_children(
        link.token.text, _parents(link.above), least=rule.numbers["least_likeness"]
    )
    line = dossier.document.lines[position]
    evidence = {
        **_spot(line, link.start, link.token.end, rule),
        "name": link.token.text,
        "parent": _parents(link.above)[0].name,
        "elsewhere": "、".join(
            full_name(one) for one in real_places(link.token.text)[:_MOST_PLACES]
        ),
    }
    case = "near" if near else "far"
    if near:
        evidence["nearest"] = _joined(near, rule)
    subject = line[link.start : link.token.end]
    return rule.found(subject, evidence, case=case, place=line_place(dossier.document, position))


def _nowhere(
    dossier: TextDossier, rule: Rule, place: tuple[int, int], link: Link
) -> Iterator[Finding]:
    """Give the unknown name behind a link; ``place`` is its line and where the next name begins."""
    position, next_name = place
    line, end = dossier.document.lines[position], link.token.end
    match = _UNKNOWN.match(line, end)
    if match is None or match.end() > next_name or not _opens(link):
        return
    name = match[1]
    if name in divisions().by_surface:
        return
    if not _may_be_name(name, line[match.end() : match.end() + 1], rule):
        return
    near = nearest_children(name, link.units, least=rule.numbers["least_likeness_nowhere"])
    if not near and not name.endswith(_SURE_KINDS):
        return
    evidence = {
        **_spot(line, link.start, match.end(), rule),
        "name": name,
        "parent": link.units[0].name,
    }
    if near:
        evidence["nearest"] = _joined(near, rule)
    yield rule.found(
        line[link.start : match.end()],
        evidence,
        case="nowhere_near" if near else "nowhere",
        place=line_place(dossier.document, position),
    )


def _opens(link: Link) -> bool:
    """Return whether a full name of a province or prefecture, rightly placed, has no end yet."""
    above_county = all(unit.rank < 2 and unit.code in divisions().parents for unit in link.units)
    return link.token.full and not link.wrong and above_county


def _may_be_name(name: str, behind: str, rule: Rule) -> bool:
    """Return whether an unknown word has no character or ending of everyday language."""
    stem = _KIND.sub("", name)
    if any(word in stem for word in rule.words["no_name_words"]):
        return False
    return not _NO_NAME_BEHIND.match(behind)


def _parents(units: tuple[Division, ...]) -> list[Division]:
    """Return the units above, the ones in use if there are any."""
    present = [unit for unit in units if unit.until is None]
    return present or list(units)


def _joined(near: list[Division], rule: Rule) -> str:
    most = int(rule.numbers["most_suggestions"])
    return "、".join(full_name(one) for one in near[:most])


def _spot(line: str, start: int, end: int, rule: Rule) -> dict[str, str | int]:
    return {"context": words_around(line, start, end, rule=rule), "column": start + 1}
