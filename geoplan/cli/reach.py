"""``geoplan reach``: who reaches one place on foot, and by which way."""

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
To = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="LON,LAT",
        help="从这一住处(经度,纬度)走到设施的路线 · show the way: the quickest walk from this "
        "home to the facility, street by street",
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
    to: To = None,
    minutes: Minutes = 15,
    profile: ProfileName = None,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """一处设施或地点的服务范围,或去那里的路线 · The service area of one place, or the way to it."""
    del debug  # main() reads it
    if (facility is None) == (at is None):
        raise typer.BadParameter("give either --facility ID or --at LON,LAT")
    place = None if at is None else parse_place(at)
    spoken = talk.language(lang)
    if to is not None:
        home = parse_place(to, option="--to")
        _show_way(project, (facility, place), home, (minutes, profile), spoken)
        return
    from geoplan.jobs import reach_project

    with talk.progress(spoken) as progress:
        found = reach_project(
            project,
            facility=facility,
            at=place,
            minutes=minutes,
            profile=profile,
            progress=progress,
        )
    print(json.dumps(found, ensure_ascii=False))


def _show_way(
    project: str,
    target: tuple[str | None, tuple[float, float] | None],
    home: tuple[float, float],
    walker: tuple[int, str | None],
    lang: str,
) -> None:
    """Print the way as GeoJSON on stdout and as directions on stderr."""
    from geoplan.jobs import way_project
    from geoplan.views.sentences import way_lines

    with talk.progress(lang) as progress:
        found = way_project(project, target, home, walker, progress=progress)
    for line in way_lines(found.way, found.streets, lang, facility=found.facility):
        talk.say(line)
    print(json.dumps(found.geojson, ensure_ascii=False))
