"""The rulebook as people and machines read it: lines, records, and a rules file to start from."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from geoplan.model.rules import Rule, Rulebook
from geoplan.views.finding_words import law_words
from geoplan.views.wording import wording


def rule_lines(book: Rulebook, rules: Iterable[Rule], lang: str) -> tuple[str, ...]:
    """Return the lines of rules: id, switch, levels, what it asks for, laws, numbers and words."""
    return tuple(line for rule in rules for line in _lines(book, rule, lang))


def _lines(book: Rulebook, rule: Rule, lang: str) -> list[str]:
    words = wording(lang)
    colon = words.text("check.colon")
    levels = words.text("check.joint").join(
        (f"{case.id}{colon}" if case.id else "") + words.text(f"check.{case.level}")
        for case in rule.cases.values()
    )
    switch = words.text("check.on" if rule.on else "check.off")
    title = rule.title[lang]
    lines = [words.text("check.rule_line", id=rule.id, on=switch, levels=levels, title=title)]
    lines += [words.text("check.basis", text=law_words(book.laws[key], lang)) for key in rule.laws]
    if rule.numbers:
        numbers = [f"{key} = {one:g}" for key, one in rule.numbers.items()]
        text = words.text("check.joint").join(numbers)
        lines.append(words.text("check.rule_numbers", text=text))
    if rule.words:
        text = words.text("check.joint").join(
            f"{key} ({len(listed)})" for key, listed in rule.words.items()
        )
        lines.append(words.text("check.rule_words", text=text))
    return lines


def rule_records(book: Rulebook, rules: Iterable[Rule]) -> list[dict[str, Any]]:
    """Return rules as machines read them, with both languages and every law."""
    return [
        {
            "id": rule.id,
            "kind": rule.kind,
            "on": rule.on,
            "title": dict(rule.title),
            "laws": [
                {
                    "title": dict(law.title),
                    "article": dict(law.article),
                    "in_force": law.in_force,
                    "verified": law.verified,
                    "source": law.source,
                }
                for law in (book.laws[key] for key in rule.laws)
            ],
            "cases": [
                {
                    "id": case.id,
                    "level": case.level,
                    "message": dict(case.message),
                    "mend": dict(case.mend),
                }
                for case in rule.cases.values()
            ],
            "numbers": dict(rule.numbers),
            "words": {name: list(listed) for name, listed in rule.words.items()},
        }
        for rule in rules
    ]


def rules_file_text(rules: Iterable[Rule], lang: str) -> str:
    """Return a rules file that changes nothing yet: every switch, level, number and word list."""
    return "\n".join(_entry(rule, lang) for rule in rules)


def _entry(rule: Rule, lang: str) -> str:
    levels = ", ".join(
        f"{case.id} = {json.dumps(case.level)}" for case in rule.cases.values() if case.id
    )
    level = f"levels = {{ {levels} }}" if levels else f'level = "{rule.cases[""].level}"'
    lines = [f"# {rule.title[lang]}", f"[{rule.id}]", f"on = {json.dumps(rule.on)}", level]
    lines += [f"{name} = {number:g}" for name, number in rule.numbers.items()]
    lines += [
        f"{name} = {json.dumps(list(listed), ensure_ascii=False)}"
        for name, listed in rule.words.items()
    ]
    return "\n".join([*lines, ""])
