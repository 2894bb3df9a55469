"""``geoplan site``: where the next sites should stand, with the reasons."""

from __future__ import annotations

import enum
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geoplan.cli import talk
from geoplan.cli.options import Debug, Lang, ProjectPath
from geoplan.domain.siting import LAYERED_MODELS, SITING_MODELS

if TYPE_CHECKING:
    from geoplan.model.site_study import SiteStudy


class Format(enum.StrEnum):
    """What stands on stdout."""

    csv = "csv"
    text = "text"
    json = "json"


_MODELS = ", ".join((*SITING_MODELS, *LAYERED_MODELS))

Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        help=f"选址模型,默认用项目的 · siting model: {_MODELS}",
        show_default=False,
    ),
]
New = Annotated[
    int | None,
    typer.Option("--new", min=0, help="新增站点数 · number of new sites", show_default=False),
]
Budget = Annotated[
    float | None,
    typer.Option("--budget", min=0, help="总预算(万元) · money in 10,000 yuan", show_default=False),
]
Stages = Annotated[
    str | None,
    typer.Option(
        "--stages",
        metavar="YEAR:NEW[:BUDGET],...",
        help="分期,如 2026:3,2027:3:500 · years with sites and money",
        show_default=False,
    ),
]
Require = Annotated[
    list[str] | None,
    typer.Option("--require", metavar="ID", help="必选点,可重复 · must open", show_default=False),
]
Ban = Annotated[
    list[str] | None,
    typer.Option("--ban", metavar="ID", help="禁选点,可重复 · must not open", show_default=False),
]
WhyNot = Annotated[
    list[str] | None,
    typer.Option(
        "--why-not",
        metavar="ID",
        help="说明某候选点为何未入选,可重复 · why a candidate is not chosen",
        show_default=False,
    ),
]
Best = Annotated[
    int,
    typer.Option("--best", min=0, max=100, help="列出前几个最优方案 · the k best plans"),
]
Stability = Annotated[
    int,
    typer.Option(
        "--stability",
        min=0,
        max=2_000,
        help="用多少组扰动检验稳定性 · number of perturbed variants",
    ),
]
Shown = Annotated[
    Format | None,
    typer.Option(
        "--format",
        help="输出格式;问到缘由时默认 text,否则 csv · text when reasons are asked for, else csv",
        show_default=False,
    ),
]
StudyOut = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        help="另写出全部表格与说明 · also write every table and the cards",
        show_default=False,
    ),
]

_STAGE = re.compile(r"(\d{4}):(\d+)(?::(\d+(?:\.\d+)?))?")
_ON_SCREEN = ("rank", "site_id", "name", "subdistrict", "lon", "lat", "kind", "cumulative_share")


def site(
    project: ProjectPath,
    model: Model = None,
    new: New = None,
    budget: Budget = None,
    stages: Stages = None,
    require: Require = None,
    ban: Ban = None,
    why_not: WhyNot = None,
    best: Best = 0,
    stability: Stability = 0,
    shown: Shown = None,
    out: StudyOut = None,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """建议选址:方案、理由、分期与比较 · Recommended sites: plan, reasons, stages, rivals."""
    del debug  # main() reads it
    if new is not None and stages is not None:
        raise typer.BadParameter("--new and --stages exclude each other: the stages have a number")
    wishes = {
        "model": model,
        "new": new,
        "budget": budget,
        "stages": None if stages is None else parse_stages(stages),
        "required": tuple(require or ()) or None,
        "banned": tuple(ban or ()) or None,
    }
    if model in LAYERED_MODELS:
        _refuse_for_layers(
            stages=stages,
            require=require,
            why_not=why_not,
            best=best,
            stability=stability,
            out=out,
        )
        asked = {key: wishes[key] for key in ("new", "budget", "banned")}
        _layers(project, model, asked, shown, lang)
        return
    form = shown or (Format.text if why_not or best or stability else Format.csv)
    from geoplan.jobs import open_project, site_project
    from geoplan.model.site_study import StudyRequest

    request = StudyRequest(
        margins=form is not Format.csv or out is not None,
        rivals=best,
        why_not=tuple(why_not or ()),
        variants=stability,
    )
    chosen = lang.value if lang else open_project(project).file.project.lang
    target = None if out is None else (out, chosen)
    with talk.progress(chosen) as progress:
        report = site_project(project, wishes, request, out=target, progress=progress)
    _print(report.study, form, chosen)


def _refuse_for_layers(**options: object) -> None:
    given = [name.replace("_", "-") for name, value in options.items() if value]
    if given:
        raise typer.BadParameter(
            f"--{given[0]} does not go with {' and '.join(LAYERED_MODELS)}; leave it out or choose "
            f"one of {', '.join(SITING_MODELS)}"
        )


def _layers(
    project: str, model: str, wishes: dict[str, Any], shown: Format | None, lang: Lang
) -> None:
    """Print a plan of levels or services: as text, CSV or JSON."""
    from geoplan.io.csv_text import harmless
    from geoplan.jobs import layered_json, layered_project, open_project
    from geoplan.views.layer_sentences import layer_lines

    chosen = lang.value if lang else open_project(project).file.project.lang
    with talk.progress(chosen) as progress:
        report = layered_project(project, model, wishes, progress=progress)
    if shown is Format.text:
        lines = layer_lines(report.siting, report.table, chosen, settings=report.settings)
        print("\n".join(lines))
    elif shown is Format.json:
        print(json.dumps(layered_json(report), ensure_ascii=False, indent=2))
    else:
        sys.stdout.write(report.table.map(harmless).to_csv(index=False, lineterminator="\n"))


def parse_stages(text: str) -> tuple[dict[str, Any], ...]:
    """Return the years of ``YEAR:NEW[:BUDGET],...`` as the project file has them."""
    parts = [part.strip() for part in re.split(r"[,，]", text.replace("：", ":"))]
    found = [_STAGE.fullmatch(part) for part in parts]
    if not all(found):
        wrong = parts[[match is None for match in found].index(True)]
        raise typer.BadParameter(
            f"--stages {wrong!r} is not YEAR:NEW or YEAR:NEW:BUDGET: write for example "
            "2026:3,2027:3:500"
        )
    return tuple(
        {
            "year": int(match[1]),
            "new": int(match[2]),
            "budget": None if match[3] is None else float(match[3]),
        }
        for match in found
        if match is not None
    )


def _print(study: SiteStudy, form: Format, lang: str) -> None:
    from geoplan.io.csv_text import harmless
    from geoplan.jobs.site import study_json
    from geoplan.views.site_cards import site_lines

    if form is Format.json:
        print(json.dumps(study_json(study), ensure_ascii=False, indent=2))
        return
    if form is Format.text:
        print("\n".join(site_lines(study, lang)))
        return
    sites = study.recommendations
    if sys.stderr.isatty():
        talk.say(sites[[name for name in _ON_SCREEN if name in sites]].to_string(index=False))
    sys.stdout.write(sites.map(harmless).to_csv(index=False, lineterminator="\n"))
