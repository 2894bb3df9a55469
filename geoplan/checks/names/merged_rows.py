"""N20: one name a row, written without blanks, stray brackets or a word too many."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from geoplan.checks.names.entry_places import entry_place
from geoplan.domain.characters import character_kind
from geoplan.domain.unit_names import merged_names
from geoplan.model.findings import Finding
from geoplan.model.name_dossier import NameDossier
from geoplan.model.rules import Rule

_ZERO_WIDTH = r"\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
"""Characters that nobody sees: control, soft hyphen, zero width, marks of direction."""
_INNER_BLANK = re.compile(rf"[{_ZERO_WIDTH}]+|(?<![\x21-\x7e])\s+|\s+(?![\x21-\x7e])")
_CLOSING = {
    one[0]: one[1]
    for one in ("()", "[]", "{}", "【】", "〔〕", "〖〗", "「」", "『』", "《》", "〈〉")
}
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
    yield from _bracket_faults(name)
    if match := doubled.search(name):
        yield "doubled", {"word": match[0]}
    if _INNER_BLANK.search(name):
        yield "blanks", {"mended": one_name(name)}


def _bracket_faults(name: str) -> Iterable[tuple[str, dict[str, str]]]:
    """Report what brackets there are in a name: the first case that fits."""
    if not any(character_kind(one) == "bracket" for one in name if not one.isalnum()):
        return
    note = bracketed_note(name)
    if note is None:
        yield "unbalanced", {}
    elif _is_mixed(name):
        yield "brackets", {"mended": one_name(name)}
    else:
        yield "bracketed", {"note": note}


def bracketed_note(name: str) -> str | None:
    """Return what stands in the first brackets of a name, None where brackets do not pair.

    Full-width and half-width brackets close one another, those of other shapes do not.
    """
    expected: list[str] = []
    ends: list[int] = []
    for place, written in enumerate(name):
        if character_kind(written) != "bracket":
            continue
        one = unicodedata.normalize("NFKC", written)
        if one in _CLOSING:
            expected.append(_CLOSING[one])
        elif not expected or expected.pop() != one:
            return None
        if not expected or not ends:
            ends.append(place)
    return None if expected else name[ends[0] + 1 : ends[1]].strip()


def _is_mixed(name: str) -> bool:
    return bool({"(", ")"} & set(name) and {"（", "）"} & set(name))


def one_name(name: str) -> str:
    """Return a name without blanks beside Chinese characters, brackets all full-width if mixed."""
    return _INNER_BLANK.sub("", (name.translate(_FULL_WIDTH) if _is_mixed(name) else name).strip())
