"""N12 below county level: subdistricts and communities against the project's own register."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from geoplan.checks.text.chains import Link
from geoplan.checks.text.contexts import line_place, tells_history, words_around
from geoplan.checks.text.local_names import LocalNames, local_names
from geoplan.domain.divisions import divisions
from geoplan.model.findings import Finding
from geoplan.model.rules import Rule
from geoplan.model.text_dossier import TextDossier

_TOWN = re.compile(r"[\u4e00-\u9fff]{2,4}?(?:街道|镇|乡)")
_TOWN_KIND = re.compile("(街道|镇|乡)$")


def local_faults(
    dossier: TextDossier, rule: Rule, position: int, links: Iterable[Link]
) -> Iterator[Finding]:
    """Give subdistricts below the wrong district, communities below the wrong subdistrict.

    A district of another city is not held against the register: a subdistrict there may bear the
    same name. A subdistrict that the register does not have is unknown, not wrong.
    """
    if dossier.names is None:
        return
    line, names = dossier.document.lines[position], local_names(dossier.names)
    counties = {link.token.end: link for link in links if link.token.full}
    spots: list[_Spot] = []
    for match in names.town_pattern.finditer(line):
        county = counties.get(match.start())
        if county is None or not _is_elsewhere(county, names, match.group()):
            spots += [*_district_spots(names, county, match), *_community_spots(names, match)]
    spots += [spot for county in counties.values() for spot in _unknown_spots(line, names, county)]
    for spot in spots:
        if not _is_silent(line, spot, rule):
            yield _finding(dossier, rule, position, spot)


@dataclass(frozen=True, slots=True)
class _Spot:
    """A pair of names in a line; ``registered`` says where the lower one belongs."""

    start: int
    end: int
    upper: str
    lower: str
    registered: tuple[str, ...]


def _is_elsewhere(county: Link, names: LocalNames, town: str) -> bool:
    cities = {code[:4] for code in names.towns[town]}
    return not any(unit.rank == 2 and unit.code[:4] in cities for unit in county.units)


def _district_spots(names: LocalNames, county: Link | None, town: re.Match[str]) -> Iterator[_Spot]:
    registered = names.towns[town.group()]
    if county is not None and not {unit.code for unit in county.units} & registered:
        districts = tuple(_district(code) for code in sorted(registered))
        start = county.token.start
        yield _Spot(start, town.end(), county.token.text, town.group(), districts)


def _district(code: str) -> str:
    rows = divisions().by_code[code]
    return next((row.name for row in rows if row.until is None), rows[-1].name)


def _community_spots(names: LocalNames, town: re.Match[str]) -> Iterator[_Spot]:
    match = names.community_pattern.match(town.string, town.end())
    if match is not None and town.group() not in names.communities[match.group()]:
        registered = tuple(sorted(names.communities[match.group()]))
        yield _Spot(town.start(), match.end(), town.group(), match.group(), registered)


def _unknown_spots(line: str, names: LocalNames, county: Link) -> Iterator[_Spot]:
    own = frozenset().union(*names.towns.values())
    match = _TOWN.match(line, county.token.end)
    if match and match.group() not in names.towns and own & {unit.code for unit in county.units}:
        yield _Spot(county.token.start, match.end(), county.token.text, match.group(), ())


def _is_silent(line: str, spot: _Spot, rule: Rule) -> bool:
    if tells_history(line, spot.start, spot.end, rule=rule):
        return True
    stem = _TOWN_KIND.sub("", spot.lower)
    return not spot.registered and any(word in stem for word in rule.words["no_name_words"])


def _finding(dossier: TextDossier, rule: Rule, position: int, spot: _Spot) -> Finding:
    line = dossier.document.lines[position]
    evidence: dict[str, str | int] = {
        "context": words_around(line, spot.start, spot.end, rule=rule),
        "column": spot.start + 1,
        "name": spot.lower,
        "parent": spot.upper,
    }
    if spot.registered:
        evidence["registered"] = "、".join(spot.registered)
    return rule.found(
        line[spot.start : spot.end],
        evidence,
        case="local" if spot.registered else "unknown_below",
        place=line_place(dossier.document, position),
    )
