"""N16: a village or community lies in the town or subdistrict that its name and row point to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from geoplan.checks.names.entry_codes import sound_codes
from geoplan.checks.names.entry_places import entry_place
from geoplan.checks.names.parent_geometry import parents_on_the_ground
from geoplan.domain.codes import level_of, parent_of, stem
from geoplan.domain.unit_names import (
    all_names,
    is_unit_name,
    specific_part,
    township_kind_said,
    unit_key,
)
from geoplan.model.findings import Finding
from geoplan.model.gazetteer import Gazetteer
from geoplan.model.name_dossier import NameDossier
from geoplan.model.rules import Rule


def parent_rule(dossier: NameDossier, rule: Rule) -> Iterable[Finding]:
    """Report units called after another town than their own, and units that lie in another."""
    yield from names_elsewhere(dossier.names, rule)
    if dossier.units is not None:
        yield from parents_on_the_ground(dossier.names, dossier.units, rule)


def names_elsewhere(names: Gazetteer, rule: Rule) -> Iterator[Finding]:
    """Report villages and communities whose specific part is that of a town not their own.

    Towns are the rows of that level and every declared ``parent_name``, in one county. An entry
    whose own town is not known is left alone. ``about`` is the name of the town.
    """
    codes, parents = sound_codes(names), sound_codes(names, "parent")
    towns = _towns(names, codes)
    for row, name in enumerate(names.name.tolist()):
        code = codes[row]
        if not _is_village(code, name):
            continue
        own = _own_town(names.text("parent_name", row), code, parents[row], towns)
        for part in dict.fromkeys(specific_part(one) for one in all_names(name)) if own else ():
            others = towns.by_specific.get((code[:6], part), set())
            if not others or own in others:
                continue
            town = min(others)
            evidence = {"name": name, "own": own, "town": town}
            place = entry_place(names, row)
            yield rule.found(names.subject(row), evidence, case="name", place=place, about=(town,))


@dataclass(slots=True)
class _Towns:
    by_specific: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """County and specific part → names of the towns that have it."""
    by_code: dict[str, str] = field(default_factory=dict)
    """Stem of the code → name of the town."""


def _towns(names: Gazetteer, codes: Sequence[str]) -> _Towns:
    towns = _Towns()
    for code, name in zip(codes, names.name.tolist(), strict=True):
        if (level_of(code) == "township") if code else township_kind_said(name):
            key = unit_key(name)
            towns.by_specific.setdefault((code[:6], specific_part(name)), set()).add(key)
            if code:
                towns.by_code[stem(code)] = key
    for county, declared in _declared_towns(names, codes):
        place = (county, specific_part(declared))
        towns.by_specific.setdefault(place, set()).add(unit_key(declared))
    return towns


def _declared_towns(names: Gazetteer, codes: Sequence[str]) -> dict[tuple[str, str], None]:
    """Return county and name of every declared town, each once, in file order."""
    if "parent_name" not in names.texts:
        return {}
    declared = zip(codes, names.texts["parent_name"].tolist(), strict=True)
    pairs = dict.fromkeys((code[:6], name) for code, name in declared)
    return {pair: None for pair in pairs if township_kind_said(pair[1])}


def _is_village(code: str, name: str) -> bool:
    if code:
        return level_of(code) == "village"
    return is_unit_name(name) and not township_kind_said(name)


def _own_town(declared: str, code: str, parent: str, towns: _Towns) -> str:
    """Return the name of the town that a row declares, by name before code; empty if unknown."""
    if declared:
        return unit_key(declared)
    above = (stem(parent) if parent else "", parent_of(code) if code else "")
    return next((towns.by_code[one] for one in above if one in towns.by_code), "")
