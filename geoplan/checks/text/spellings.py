"""N11: a text writes the names of the project's register as the register does."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from geoplan.checks.text.contexts import line_place, tells_history, words_around
from geoplan.checks.text.local_names import LocalNames, community_stem, local_names
from geoplan.domain.lookalikes import shape_share, sound_alike
from geoplan.domain.word_search import words_pattern
from geoplan.model.findings import Finding
from geoplan.model.gazetteer import Gazetteer
from geoplan.model.rules import Rule
from geoplan.model.text_dossier import TextDossier

_KIND = re.compile(r"社区|居委会|居民委员会|村委会|村民委员会|街道|镇")
_STREET = re.compile(r"(东|西|南|北|中)?(路|街|大街|大道|巷|弄|里|桥)")


@dataclass(frozen=True, slots=True)
class _Use:
    """A non-standard way in which a name is written."""

    start: int
    end: int
    standard: str
    case: str


def other_spellings(dossier: TextDossier, rule: Rule) -> Iterable[Finding]:
    """Report other names and near spellings of registered names, one finding a line and place.

    A near spelling differs in one character of the specific part that sounds or looks alike; the
    specific part must be long enough, and neither character may count or point somewhere, so that
    丽华一村 and 丽华二村 are two names. A name of the register or of its earlier edition is none.
    """
    if dossier.names is None:
        return
    names = local_names(dossier.names)
    earlier = local_names(dossier.earlier).stems if dossier.earlier else {}
    for position, line in enumerate(dossier.document.lines):
        uses = [*_alias_uses(line, names), *_near_uses(line, (dossier.names, earlier), rule)]
        for use in uses:
            if not tells_history(line, use.start, use.end, rule=rule):
                yield _finding(dossier, rule, position, use)


def _finding(dossier: TextDossier, rule: Rule, position: int, use: _Use) -> Finding:
    line = dossier.document.lines[position]
    evidence: dict[str, str | int] = {
        "context": words_around(line, use.start, use.end, rule=rule),
        "column": use.start + 1,
        "standard": use.standard,
    }
    return rule.found(
        line[use.start : use.end],
        evidence,
        case=use.case,
        place=line_place(dossier.document, position),
    )


def _alias_uses(line: str, names: LocalNames) -> Iterator[_Use]:
    if not names.aliases:
        return
    for match in _known_words(names).finditer(line):
        standard = names.aliases.get(match.group())
        if standard and not _STREET.match(line, match.end()):
            yield _Use(*match.span(), standard, "alias")


@lru_cache(maxsize=4)
def _known_words(names: LocalNames) -> re.Pattern[str]:
    return words_pattern([*names.standard, *names.aliases])


def _near_uses(
    line: str, registers: tuple[Gazetteer, Mapping[str, str]], rule: Rule
) -> Iterator[_Use]:
    register, earlier = registers
    names = local_names(register)
    masked = _masked_stems(register, int(rule.numbers["least_characters"]))
    lengths = sorted({len(stem) for stem, _ in masked}, reverse=True)
    for kind in _KIND.finditer(line):
        for length in lengths:
            start = kind.start() - length
            written = line[start : kind.start()] if start >= 0 else ""
            if not written:
                continue
            if written in names.stems or written in earlier or written in names.aliases:
                break
            found = _near_stem(written, masked, rule)
            if found:
                yield _Use(start, kind.end(), names.stems[found], "near")
                break


def _near_stem(written: str, masked: Mapping[tuple[str, int], tuple[str, ...]], rule: Rule) -> str:
    """Return the registered specific part that a written one nearly spells, else nothing."""
    for place, character in enumerate(written):
        key = (written[:place] + "_" + written[place + 1 :], place)
        for stem in masked.get(key, ()):
            if _is_slip(character, stem[place], rule):
                return stem
    return ""


def _is_slip(written: str, meant: str, rule: Rule) -> bool:
    counting = rule.words["telling_characters"]
    if written == meant or written in counting or meant in counting:
        return False
    alike = shape_share(written, meant) >= rule.numbers["least_shape_share"]
    return alike or sound_alike(written, meant)


@lru_cache(maxsize=4)
def _masked_stems(
    register: Gazetteer, least_characters: int
) -> Mapping[tuple[str, int], tuple[str, ...]]:
    """Return registered specific parts by themselves with one character hidden, and its place."""
    masked: dict[tuple[str, int], list[str]] = defaultdict(list)
    for stem in sorted({community_stem(str(name)) for name in register.name.tolist()}):
        if len(stem) >= least_characters:
            for place in range(len(stem)):
                masked[stem[:place] + "_" + stem[place + 1 :], place].append(stem)
    return {key: tuple(stems) for key, stems in masked.items()}
