"""``geoplan init``: a new project to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geoplan.cli.options import Debug, Lang

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="新文件夹 · a new or empty folder")]


def init(folder: Folder, lang: Lang = None, debug: Debug = False) -> None:
    """新建项目和带下拉列表的表格 · A new project: settings and templates with drop-downs."""
    del lang, debug  # the files are bilingual; main() reads --debug
    from geoplan.io.templates import write_project

    for path in write_project(folder):
        print(path)
