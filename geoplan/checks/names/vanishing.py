"""N19: old names are not lost unseen when a unit is dissolved, pulled down or merged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from geoplan.checks.names.entry_places import entry_place
from geoplan.domain.unit_names import all_names, is_variant, specific_part
from geoplan.model.findings import Finding, Scalar
from geoplan.model.gazetteer import Gazetteer
from geoplan.model.name_dossier import NameDossier
from geoplan.model.rules import Rule


def vanishing_rule(dossier: NameDossier, rule: Rule) -> Iterable[Finding]:
    """Report old names that are about to vanish or have vanished since the earlier edition."""
    year = int(dossier.date[:4]) if dossier.date else None
    yield from about_to_vanish(dossier.names, year, rule)
    if dossier.earlier is not None:
        yield from vanished(dossier.names, dossier.earlier, year, rule)


def about_to_vanish(names: Gazetteer, year: int | None, rule: Rule) -> Iterator[Finding]:
    """Report names whose status says that they go: old ones, and those of unknown age.

    A name is old when it has been used for more than ``years`` years at the date of the check.
    """
    if "status" not in names.texts:
        return
    going = _going(rule)
    for row, status in enumerate(names.texts["status"].tolist()):
        if going.search(status):
            evidence: dict[str, Scalar] = {"name": str(names.name[row]), "status": status}
            place = entry_place(names, row)
            aged = _aged(names, row, year, rule)
            if aged is not None:
                case = "vanishing" if aged else "vanishing_undated"
                evidence |= aged
                yield rule.found(names.subject(row), evidence, case=case, place=place)


def _going(rule: Rule) -> re.Pattern[str]:
    """Return the pattern of the words that say that a name goes, none of them negated."""
    never = "(?!)"
    words = "|".join(map(re.escape, rule.words["about_to_vanish"])) or never
    negations = "".join(f"(?<!{re.escape(word)})" for word in rule.words["negations"])
    return re.compile(rf"{negations}(?:{words})")


def vanished(
    names: Gazetteer, earlier: Gazetteer, year: int | None, rule: Rule
) -> Iterator[Finding]:
    """Report names of the earlier edition that are used no more: one finding a name.

    A name is still used when its specific part is that of any name, alias or unit above in the
    register, or is contained in the name that its code has now (聚博社区 in 聚博花园社区).
    ``about`` is the name; it has no row in the file.
    """
    in_use = _specific_parts_in_use(names)
    successors = _specific_parts_by_code(names)
    for row, name in enumerate(earlier.name.tolist()):
        aged = _aged(earlier, row, year, rule)
        for one in all_names(name):
            if aged is None or not one or (part := specific_part(one)) in in_use:
                continue
            if _contains(successors.get(str(earlier.code[row]), ()), part):
                continue
            evidence: dict[str, Scalar] = {"name": one, **aged}
            place = replace(entry_place(earlier, row), row=None)
            case = "gone" if aged else "gone_undated"
            yield rule.found(earlier.subject(row), evidence, case=case, place=place, about=(one,))


def _specific_parts_in_use(names: Gazetteer) -> set[str]:
    parts = {
        specific_part(one)
        for row, name in enumerate(names.name.tolist())
        for one in all_names(name, names.text("aliases", row))
    }
    above = names.texts["parent_name"].tolist() if "parent_name" in names.texts else []
    return parts | {specific_part(one) for one in dict.fromkeys(above) if one}


def _specific_parts_by_code(names: Gazetteer) -> dict[str, list[str]]:
    parts: dict[str, list[str]] = {}
    for code, name in zip(names.code.tolist(), names.name.tolist(), strict=True):
        if code:
            parts.setdefault(code, []).extend(specific_part(one) for one in all_names(name))
    return parts


def _contains(successors: Iterable[str], part: str) -> bool:
    return any(len(one) > len(part) and is_variant(one, part) for one in successors)


def _aged(names: Gazetteer, row: int, year: int | None, rule: Rule) -> dict[str, int] | None:
    """Return since when and how long a name is used, nothing where not known, None if not old."""
    since = float(names.numbers["since"][row]) if "since" in names.numbers else float("nan")
    if year is None or since != since:  # noqa: PLR0124  NaN
        return {}
    age = year - int(since)
    return {"since": int(since), "age": age} if age > rule.numbers["years"] else None
