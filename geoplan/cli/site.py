"""``geoplan site``: where the next sites should stand."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from geoplan.cli import talk
from geoplan.cli.options import Debug, Lang, ProjectPath

Model = Annotated[str, typer.Option("--model", help="选址模型,如 mclp · siting model")]
New = Annotated[int, typer.Option("--new", min=0, help="新增站点数 · number of new sites")]

_SHOWN = ("rank", "site_id", "name", "subdistrict", "lon", "lat", "kind", "cumulative_share")


def site(
    project: ProjectPath,
    model: Model = "mclp",
    new: New = 5,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """建议选址(CSV) · Recommended sites, as CSV."""
    del debug  # main() reads it
    from geoplan.io.csv_text import harmless
    from geoplan.jobs import site_project

    with talk.progress(talk.language(lang)) as progress:
        sites = site_project(project, model=model, new=new, progress=progress)
    if sys.stderr.isatty():
        talk.say(sites[[name for name in _SHOWN if name in sites]].to_string(index=False))
    sys.stdout.write(sites.map(harmless).to_csv(index=False, lineterminator="\n"))
