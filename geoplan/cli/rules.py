"""``geoplan rules``: every check with its level, law, article and switch."""

from __future__ import annotations

import enum
import json
from pathlib import Path
from typing import Annotated

import typer

from geoplan.cli import talk
from geoplan.cli.options import Debug, Lang


class Format(enum.StrEnum):
    """In which form the rules are printed."""

    text = "text"
    json = "json"
    toml = "toml"


Form = Annotated[
    Format,
    typer.Option("--format", help="输出格式;toml 可作规则文件的起点 · toml starts a rules file"),
]
Kind = Annotated[
    str | None,
    typer.Option("--kind", help="只列一类,如 names · one kind only", show_default=False),
]
Rules = Annotated[
    Path | None,
    typer.Option(
        "--rules",
        metavar="FILE",
        help="按规则文件改动后列出 · as a rules file changes them",
        show_default=False,
    ),
]


def rules(
    form: Form = Format.text,
    kind: Kind = None,
    rules_file: Rules = None,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """列出全部规则:级别、法条、开关、参数 · Every check with its level, law, article and switch."""
    del debug  # main() reads it
    from geoplan.domain.rules import KINDS
    from geoplan.linting.files import read_rules
    from geoplan.views.rule_words import rule_lines, rule_records, rules_file_text

    if kind is not None and kind not in KINDS:
        raise typer.BadParameter(f"--kind {kind!r} is unknown: write one of {', '.join(KINDS)}")
    book, chosen = read_rules(rules_file), talk.language(lang)
    listed = [rule for rule in book.rules.values() if kind in {None, rule.kind}]
    if form is Format.json:
        print(json.dumps(rule_records(book, listed), ensure_ascii=False, indent=2))
    elif form is Format.toml:
        print(rules_file_text(listed, chosen))
    else:
        for line in rule_lines(book, listed, chosen):
            print(line)
