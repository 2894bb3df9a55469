"""``geoplan fetch``: the only command that goes online."""

from __future__ import annotations

from geoplan.cli import talk
from geoplan.cli.options import Debug, Lang, ProjectPath


def fetch(project: ProjectPath, lang: Lang = None, debug: Debug = False) -> None:
    """下载研究范围的步行路网 · Download the walking network of study area and halo."""
    del debug  # main() reads it
    from geoplan.jobs import fetch_project

    with talk.progress(talk.language(lang)) as progress:
        path = fetch_project(project, progress=progress)
    print(path)
