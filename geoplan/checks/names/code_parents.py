"""N15: the code of a unit begins with the code of the unit above that its row declares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from geoplan.checks.names.entry_codes import sound_codes
from geoplan.checks.names.entry_places import entry_place
from geoplan.domain.codes import level_of, parent_of, stem
from geoplan.domain.unit_names import unit_key
from geoplan.model.findings import Finding
from geoplan.model.gazetteer import Gazetteer
from geoplan.model.rules import Rule


def code_parents(names: Gazetteer, rule: Rule) -> Iterator[Finding]:
    """Report codes that do not lie below the declared unit above, by its code or by its name."""
    towns = _town_names(names, rule)
    codes = zip(sound_codes(names), sound_codes(names, "parent"), strict=True)
    for row, (code, parent) in enumerate(codes):
        if not code:
            continue
        evidence = {"name": str(names.name[row]), "above": parent_of(code)}
        if parent and not _lies_below(code, parent):
            evidence["parent"] = parent
            place = entry_place(names, row)
            yield rule.found(names.subject(row), evidence, case="parent", place=place)
            continue
        declared = names.text("parent_name", row)
        town = towns.get(parent_of(code), "")
        if town and declared and level_of(code) == "village" and unit_key(declared) != town:
            evidence |= {"parent_name": declared, "town": town}
            place = entry_place(names, row)
            yield rule.found(names.subject(row), evidence, case="parent_name", place=place)


def _lies_below(code: str, parent: str) -> bool:
    own, above = stem(code), stem(parent)
    return own != above and own.startswith(above)


def _town_names(names: Gazetteer, rule: Rule) -> dict[str, str]:
    """Return the name of each town by its code: that of its own row, else of most rows below it.

    Where fewer than ``agreeing_rows`` rows, or not more than ``agreeing_share`` of them, agree on
    the name, none is taken for granted.
    """
    named: dict[str, Counter[str]] = {}
    towns: dict[str, str] = {}
    for row, code in enumerate(sound_codes(names)):
        if not code:
            continue
        level = level_of(code)
        if level == "township":
            towns[stem(code)] = unit_key(str(names.name[row]))
        elif level == "village" and (declared := names.text("parent_name", row)):
            named.setdefault(parent_of(code), Counter())[unit_key(declared)] += 1
    for town, counts in named.items():
        name, rows = counts.most_common(1)[0]
        share = rows / counts.total()
        if rows >= rule.numbers["agreeing_rows"] and share > rule.numbers["agreeing_share"]:
            towns.setdefault(town, name)
    return towns
