"""``geoplan check``: the linter of names, text, boundaries, seats, facilities and projects."""

from __future__ import annotations

import datetime as dt
import enum
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geoplan.cli import talk
from geoplan.cli.options import Debug, Lang, OutFile

if TYPE_CHECKING:
    from geoplan.model.lint import LintReport
    from geoplan.model.rules import Rulebook


class What(enum.StrEnum):
    """What is checked."""

    names = "names"
    text = "text"
    boundaries = "boundaries"
    seats = "seats"
    facilities = "facilities"
    project = "project"


class Format(enum.StrEnum):
    """In which form the findings leave."""

    text = "text"
    json = "json"
    sarif = "sarif"
    geojson = "geojson"
    xlsx = "xlsx"


Kind = Annotated[
    What,
    typer.Argument(
        metavar="KIND", help="核查什么 · what: " + ", ".join(What), case_sensitive=False
    ),
]
File = Annotated[
    Path, typer.Argument(metavar="FILE", help="被核查的文件或项目 · the file or project")
]
Beside = Annotated[
    list[str] | None,
    typer.Option(
        "--with",
        metavar="ROLE=FILE",
        help="一并使用的文件,可重复,如 roster=名录.csv · a further file by its role",
        show_default=False,
    ),
]
Form = Annotated[Format, typer.Option("--format", help="输出格式 · form of the findings")]
Rules = Annotated[
    Path | None,
    typer.Option(
        "--rules",
        metavar="FILE",
        help="规则文件:开关、级别、参数、词表 · switches, levels, thresholds, word lists",
        show_default=False,
    ),
]
Accept = Annotated[
    Path | None,
    typer.Option(
        "--accept",
        metavar="FILE",
        help="已接受的例外,附理由和日期 · accepted exceptions with reason and date",
        show_default=False,
    ),
]
Propose = Annotated[
    Path | None,
    typer.Option(
        "--propose",
        metavar="FILE",
        help="把建议的修改另写一个文件,原文件不动 · write proposed mends to a file of their own",
        show_default=False,
    ),
]
Day = Annotated[
    str | None,
    typer.Option(
        "--date",
        metavar="YYYY-MM-DD",
        help="核查日期或文本日期,默认今天 · day of the check or of the text, today by default",
        show_default=False,
    ),
]


def check(
    kind: Kind,
    file: File,
    beside: Beside = None,
    form: Form = Format.text,
    out: OutFile = None,
    rules: Rules = None,
    accept: Accept = None,
    propose: Propose = None,
    date: Day = None,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """核查地名、文本、界线、驻地、设施或整个项目 · Check names, boundaries and more."""
    del debug  # main() reads it
    if form is Format.xlsx and out is None:
        raise typer.BadParameter("--format xlsx needs --out FILE")
    chosen, day, companions = talk.language(lang), _day(date), _companions(beside)
    _require_own_places(kind, file, (rules, accept, *companions.values()), (out, propose))
    book, reports = _reports(kind, file, companions, rules, accept, propose, day)
    if propose is not None:
        _propose(reports, propose, chosen)
    _deliver(book, reports, form, out, chosen)
    if any(finding.severity == "error" for report in reports for finding in report.findings):
        raise typer.Exit(1)


def _require_own_places(
    kind: What, file: Path, further: tuple[Path | None, ...], outputs: tuple[Path | None, ...]
) -> None:
    from geoplan.io.artifacts import require_own_places
    from geoplan.jobs.check import project_inputs

    if not any(outputs):
        return
    inputs = project_inputs(file) if kind is What.project else (file,)
    require_own_places(filter(None, outputs), [*inputs, *filter(None, further)])


def _reports(
    kind: What,
    file: Path,
    companions: dict[str, Path],
    rules: Path | None,
    accept: Path | None,
    propose: Path | None,
    day: str,
) -> tuple[Rulebook, tuple[LintReport, ...]]:
    from geoplan.linting.files import read_acceptances, read_rules
    from geoplan.linting.lint import LintAsk, lint

    if kind is not What.project:
        book = read_rules(rules)
        ask = LintAsk(dict(companions), book, read_acceptances(accept), day)
        return book, (lint(kind.value, file, ask, propose=propose is not None),)
    from geoplan.jobs import open_project
    from geoplan.jobs.check import check_project, checking_rules

    if companions or propose is not None:
        raise typer.BadParameter(
            "a project names its further files in [check], and its inputs are mended one by one: "
            "leave out --with and --propose"
        )
    project = open_project(file)
    book = checking_rules(project) if rules is None else read_rules(rules)
    return book, check_project(project, book=book, accept=accept, date=day)


def _deliver(
    book: Rulebook, reports: tuple[LintReport, ...], form: Format, out: Path | None, lang: str
) -> None:
    from geoplan.io.artifacts import bytes_writer, write_file
    from geoplan.linting.formats import FORMATS
    from geoplan.views.check_words import count_line
    from geoplan.views.wording import wording

    content = FORMATS[form.value](reports, book, lang)
    if out is None:
        sys.stdout.write(content.decode("utf-8"))
        return
    write_file(out, bytes_writer(content))
    findings = [finding for report in reports for finding in report.findings]
    talk.say(wording(lang).text("check.written", path=out))
    talk.say(count_line(findings, sum(len(report.accepted) for report in reports), lang))


def _propose(reports: tuple[LintReport, ...], path: Path, lang: str) -> None:
    from geoplan.io.proposals import write_proposal
    from geoplan.views.wording import wording

    (report,) = reports
    if report.proposal is None:
        talk.say(wording(lang).text("check.nothing_to_propose"))
        return
    write_proposal(report.proposal, path)
    changes = len(report.proposal.changes)
    talk.say(wording(lang).text("check.proposed", changes=changes, path=path))


def _companions(texts: list[str] | None) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for text in texts or ():
        role, equals, path = text.partition("=")
        if not (role and equals and path):
            raise typer.BadParameter(f"--with {text!r} is not ROLE=FILE: write roster=names.csv")
        if role in found:
            raise typer.BadParameter(f"--with names the role {role!r} twice: keep one")
        found[role] = Path(path)
    return found


def _day(text: str | None) -> str:
    if text is None:
        return dt.datetime.now().astimezone().date().isoformat()
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise typer.BadParameter(f"--date {text!r} is not YYYY-MM-DD: write 2026-11-24") from None
