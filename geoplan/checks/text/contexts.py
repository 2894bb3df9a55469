"""What stands around a name in a line: the words shown, history that is told, the place."""

from __future__ import annotations

import re

from geoplan.model.document import Document
from geoplan.model.findings import Place
from geoplan.model.rules import Rule

_JOINTS = "[“\"‘'「（(《【的是为名叫称属做作之系：:]*"
_YEAR = re.compile(r"(1[89]\d\d|20\d\d)\s*年?")
_SENTENCE_END = "。；;！？!?"


def words_around(line: str, start: int, end: int, *, rule: Rule) -> str:
    """Return a name with some characters on both sides, an ellipsis where the line goes on."""
    width = int(rule.numbers["context_characters"])
    left, right = max(0, start - width), min(len(line), end + width)
    shown = line[left:right].replace("\t", " ").strip()
    return ("…" if left else "") + shown + ("…" if right < len(line) else "")


def line_place(document: Document, position: int) -> Place:
    """Return the place of a line, as the reader counts it."""
    return Place(row=document.numbers[position])


def tells_history(line: str, start: int, end: int, *, rule: Rule) -> bool:
    """Return whether the words directly before or behind a name speak of the past."""
    before = "|".join(map(re.escape, rule.words["history_before"]))
    behind = "|".join(map(re.escape, rule.words["history_behind"]))
    return bool(
        re.search(f"(?:{before}){_JOINTS}$", line[max(0, start - 12) : start])
        or re.match(
            f"[”\"’'」》】]*(?:于|在)?(?:{_YEAR.pattern})?(?:{behind})", line[end : end + 14]
        )
    )


def sentence_around(line: str, start: int) -> str:
    """Return the sentence of a line that a place lies in."""
    before = re.split(f"[{_SENTENCE_END}]", line[:start])[-1]
    return before + re.split(f"[{_SENTENCE_END}]", line[start:])[0]


def year_spoken_of(line: str, start: int) -> int | None:
    """Return the last year that is written before a place in the same sentence, None without."""
    sentence = re.split(f"[{_SENTENCE_END}]", line[:start])[-1]
    years = _YEAR.findall(sentence)
    return int(years[-1]) if years else None
