"""``geoplan reach``: who reaches one place on foot."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from geoplan.cli import talk
from geoplan.cli.options import Debug, Lang, ProjectPath, parse_place

Facility = Annotated[
    str | None,
    typer.Option("--facility", metavar="ID", help="设施编号 · facility id", show_default=False),
]
At = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="LON,LAT",
        help="经度,纬度 · any place, in degrees",
        show_default=False,
    ),
]
Minutes = Annotated[int, typer.Option("--minutes", min=1, max=60, help="步行分钟 · time limit")]
ProfileName = Annotated[
    str | None,
    typer.Option("--profile", help="步行人群,如 elder60 · walking profile", show_default=False),
]


def reach(
    project: ProjectPath,
    facility: Facility = None,
    at: At = None,
    minutes: Minutes = 15,
    profile: ProfileName = None,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """一处设施或地点的服务范围(GeoJSON) · The service area of one place, as GeoJSON."""
    del debug  # main() reads it
    if (facility is None) == (at is None):
        raise typer.BadParameter("give either --facility ID or --at LON,LAT")
    place = None if at is None else parse_place(at)
    from geoplan.jobs import reach_project

    with talk.progress(talk.language(lang)) as progress:
        found = reach_project(
            project,
            facility=facility,
            at=place,
            minutes=minutes,
            profile=profile,
            progress=progress,
        )
    print(json.dumps(found, ensure_ascii=False))
