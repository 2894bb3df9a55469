"""N20: one name a row, written without blanks, stray brackets or a word too many."""

from __future__ import annotations

import re
from collections.abc import Iterable

from geoplan.checks.names.entry_places import entry_place
from geoplan.domain.unit_names import merged_names
from geoplan.model.findings import Finding
from geoplan.model.name_dossier import NameDossier
from geoplan.model.rules import Rule

_ZERO_WIDTH = r"\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
"""Characters that nobody sees: control, soft hyphen, zero width, marks of direction."""
_INNER_BLANK = re.compile(rf"[{_ZERO_WIDTH}]+|(?<![\x21-\x7e])\s+|\s+(?![\x21-\x7e])")
_OPENING, _CLOSING = re.compile(r"[(（]"), re.compile(r"[)）]")
_FULL_WIDTH = str.maketrans("()", "（）")


def row_rule(dossier: NameDossier, rule: Rule) -> Iterable[Finding]:
    """Report names that are not one clean name: at most one finding a row and case.

    A row of two names is not reported for its brackets or blanks as well: parting it removes
    them.
    """
    names = dossier.names
    doubled = re.compile("|".join(map(re.escape, rule.words["doubled"])) or r"(?!)")
    for row, name in enumerate(names.name.tolist()):
        if not name:
            at = int(names.row[row])
            place = entry_place(names, row)
            yield rule.found(names.subject(row), {"row": at}, case="nameless", place=place)
        for case, evidence in _faults(name, doubled):
            place = entry_place(names, row)
            yield rule.found(names.subject(row), {"name": name, **evidence}, case=case, place=place)


def _faults(name: str, doubled: re.Pattern[str]) -> Iterable[tuple[str, dict[str, str]]]:
    if parts := merged_names(name):
        yield "merged", {"main": one_name(parts[0]), "part": one_name(parts[1])}
        return
    opening, closing = _OPENING.findall(name), _CLOSING.findall(name)
    if len(opening) != len(closing):
        yield "unbalanced", {}
    elif len({"(（".index(one) for one in opening} | {")）".index(one) for one in closing}) > 1:
        yield "brackets", {"mended": one_name(name)}
    if match := doubled.search(name):
        yield "doubled", {"word": match[0]}
    if _INNER_BLANK.search(name):
        yield "blanks", {"mended": one_name(name)}


def one_name(name: str) -> str:
    """Return a name without blanks beside Chinese characters, brackets all full-width if mixed."""
    mixed = {"(", ")"} & set(name) and {"（", "）"} & set(name)
    return _INNER_BLANK.sub("", (name.translate(_FULL_WIDTH) if mixed else name).strip())
