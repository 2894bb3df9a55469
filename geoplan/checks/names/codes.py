"""N15: codes of units are well formed, say what the names say, and mean one unit each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from geoplan.checks.names.code_history import code_history
from geoplan.checks.names.code_meanings import repeated_codes, two_systems
from geoplan.checks.names.code_parents import code_parents
from geoplan.checks.names.entry_codes import sound_codes
from geoplan.checks.names.entry_places import entry_place
from geoplan.domain.codes import (
    digits_of,
    is_full_width,
    is_shortened,
    is_well_formed,
    level_of,
    township_kind,
    village_kind,
)
from geoplan.domain.unit_names import (
    committee_of,
    is_unit_name,
    merged_names,
    plain_name,
    township_kind_said,
)
from geoplan.model.findings import Finding, Scalar
from geoplan.model.gazetteer import Gazetteer
from geoplan.model.name_dossier import NameDossier
from geoplan.model.rules import Rule

CODE_COLUMNS = ("code", "parent", "other_code")


def code_rule(dossier: NameDossier, rule: Rule) -> Iterable[Finding]:
    """Report codes that are malformed, contradict name or parent, or mean several units."""
    yield from code_forms(dossier.names, rule)
    yield from code_segments(dossier.names, rule)
    yield from code_parents(dossier.names, rule)
    yield from repeated_codes(dossier.names, rule)
    yield from two_systems(dossier.names, rule)
    if dossier.earlier is not None:
        yield from code_history(dossier.names, dossier.earlier, rule)


def code_forms(names: Gazetteer, rule: Rule) -> Iterator[Finding]:
    """Report malformed codes of units: one finding a cell, ``about`` the column but for ``code``.

    Entries that are no units (roads, estates) carry codes of other kinds and are left alone: a
    unit is one whose ``kind`` stands in ``unit_kinds`` or, without a kind, whose name ends as
    those of units do. A column in which not one of several codes is well formed holds codes of
    another system: one finding says so.
    """
    kinds = frozenset(rule.words["unit_kinds"])
    units = [row for row in range(len(names)) if _is_unit(names, row, kinds)]
    for column in (column for column in CODE_COLUMNS if column in names.cells):
        written = {row: text for row in units if (text := names.written(column, row))}
        broken = {row: case for row, text in written.items() if (case := _form_case(text))}
        if _of_other_system(list(broken.values()), len(written), rule):
            first = min(written.values())
            yield rule.found(column, {"codes": len(written), "written": first}, case="other_system")
            continue
        for row, case in broken.items():
            told: dict[str, Scalar] = {"name": str(names.name[row]), "written": written[row]}
            told["digits"] = digits_of(written[row])
            about = () if column == "code" else (column,)
            place = entry_place(names, row)
            yield rule.found(names.subject(row), told, case=case, place=place, about=about)


def _of_other_system(broken: list[str], written: int, rule: Rule) -> bool:
    enough = written >= rule.numbers["other_system_rows"]
    return enough and len(broken) == written and set(broken) == {"form"}


def code_segments(names: Gazetteer, rule: Rule) -> Iterator[Finding]:
    """Report codes whose segments say village and names that say community, or the like.

    Ranges that belong to neither (400 and above) and names that say both contradict nothing, and
    in provinces of ``area_offices`` neither does a town with the segment of a subdistrict.
    """
    offices = rule.words["area_offices"]
    codes = zip(sound_codes(names), names.name.tolist(), strict=True)
    for row, (code, name) in enumerate(codes):
        if not code:
            continue
        level = level_of(code)
        if level == "village" and (case := _village_case(code, name)):
            evidence = {"name": name, "segment": code[9:12]}
        elif level == "township" and (case := _township_case(code, name, offices)):
            evidence = {"name": name, "segment": code[6:9]}
        else:
            continue
        yield rule.found(names.subject(row), evidence, case=case, place=entry_place(names, row))


def _is_unit(names: Gazetteer, row: int, kinds: frozenset[str]) -> bool:
    kind = plain_name(names.text("kind", row))
    return kind in kinds if kind else is_unit_name(str(names.name[row]))


def _form_case(written: str) -> str:
    if not written or is_well_formed(written):
        return ""
    if is_full_width(written):
        return "full_width"
    if is_shortened(written):
        return "shortened"
    return "" if is_well_formed(digits_of(written)) else "form"


def _village_case(code: str, name: str) -> str:
    said = {committee_of(one) for one in merged_names(name) or (name,)}
    kind = village_kind(code)
    if kind == "other" or "" in said or kind in said:
        return ""
    return "segment_villagers" if kind == "villagers" else "segment_residents"


def _township_case(code: str, name: str, area_offices: tuple[str, ...]) -> str:
    said, kind = township_kind_said(name), township_kind(code)
    if said is None or kind in {said, "joint", "other"}:
        return ""
    if kind == "subdistrict" and code.startswith(area_offices):
        return ""
    return f"level_{kind}"
