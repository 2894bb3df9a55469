"""``geoplan whatif``: who gains and who loses when facilities or gates change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geoplan.cli import talk
from geoplan.cli.options import Debug, Lang, ProjectPath, parse_move, parse_place

if TYPE_CHECKING:
    from geoplan.jobs import WhatIfReport

Add = Annotated[
    list[str] | None,
    typer.Option(
        "--add",
        metavar="LON,LAT",
        help="新增一处设施(经度,纬度),可重复 · a facility that opens; may be repeated",
        show_default=False,
    ),
]
Close = Annotated[
    list[str] | None,
    typer.Option(
        "--close",
        metavar="ID",
        help="关闭的设施编号,可重复 · a facility that closes; may be repeated",
        show_default=False,
    ),
]
Moves = Annotated[
    list[str] | None,
    typer.Option(
        "--move",
        metavar="ID:LON,LAT",
        help="迁移的设施及新位置,可重复 · a facility that moves; may be repeated",
        show_default=False,
    ),
]
Gates = Annotated[
    list[str] | None,
    typer.Option(
        "--open-gate",
        metavar="LON,LAT",
        help="开放的大门(30米内),可重复 · a locked gate that opens, to 30 m; may be repeated",
        show_default=False,
    ),
]
ChangedOut = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        help="另写出变化后的全部成果 · also write the whole result after the change",
        show_default=False,
    ),
]


def whatif(
    project: ProjectPath,
    add: Add = None,
    close: Close = None,
    move: Moves = None,
    open_gate: Gates = None,
    out: ChangedOut = None,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """新增、关闭、迁移设施或开放大门后谁受益、谁受损 · Who gains and who loses by a change."""
    del debug  # main() reads it
    added = [parse_place(text, option="--add") for text in add or ()]
    moved = [parse_move(text) for text in move or ()]
    gates = [parse_place(text, option="--open-gate") for text in open_gate or ()]
    if not (added or close or moved or gates):
        raise typer.BadParameter("give at least one of --add, --close, --move and --open-gate")
    from geoplan.jobs import open_project, whatif_project
    from geoplan.model.changes import Changes, Move, NewFacility

    changes = Changes(
        add=tuple(NewFacility(*place) for place in added),
        close=tuple(close or ()),
        move=tuple(Move(*one) for one in moved),
        open_gates=tuple(gates),
    )
    chosen = lang.value if lang else open_project(project).file.project.lang
    with talk.progress(chosen) as progress:
        report = whatif_project(project, changes, out=out, lang=chosen, progress=progress)
    _print(report, chosen)


def _print(report: WhatIfReport, lang: str) -> None:
    """Print winners and losers, and where the changed result stands."""
    from geoplan.views.whatif_sentences import whatif_lines
    from geoplan.views.wording import wording

    answer = report.whatif
    for line in whatif_lines(
        answer.changes,
        (answer.people, answer.homes),
        lang,
        opened=answer.opened,
        settings=answer.session.settings,
    ):
        print(line)
    if report.run is None:
        return
    print(wording(lang).text("run.done", folder=report.run.folder))
    if any(finding.severity == "error" for finding in report.run.findings):
        raise typer.Exit(1)
