"""``geoplan run``: the main job."""

from __future__ import annotations

from typing import Annotated

import typer

from geoplan.cli import talk
from geoplan.cli.options import Debug, Lang, OptionalProject, Out

Offline = Annotated[
    bool,
    typer.Option("--offline", help="不联网(run 从不联网) · stay offline; run always does"),
]

Public = Annotated[
    bool,
    typer.Option(
        "--public",
        help="公开版:少于5人的数字及可推算出它们的数字不予公布 · mask small counts for publication",
    ),
]


def run(
    project: OptionalProject = None,
    out: Out = None,
    lang: Lang = None,
    offline: Offline = False,
    public: Public = False,
    debug: Debug = False,
) -> None:
    """运行主要分析并写出成果 · Plan a project and write its result folder."""
    del offline, debug  # nothing but fetch goes online; main() reads --debug
    from geoplan.jobs import open_project, run_project
    from geoplan.pipeline import Audience
    from geoplan.views.sentences import summary_lines
    from geoplan.views.wording import wording

    chosen = lang.value if lang else open_project(project).file.project.lang
    with talk.progress(chosen) as progress:
        audience: Audience = "public" if public else "internal"
        report = run_project(project, out=out, lang=chosen, progress=progress, audience=audience)
    for line in summary_lines(report.summary, report.findings, chosen):
        print(line)
    print(wording(chosen).text("run.done", folder=report.folder))
    if any(finding.severity == "error" for finding in report.findings):
        raise typer.Exit(1)
