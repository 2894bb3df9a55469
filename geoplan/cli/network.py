"""``geoplan network``: streets built once into one file for many runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geoplan.cli import talk
from geoplan.cli.options import Debug, Lang

StreetFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="路网文件:.osm.pbf、.graphml、.gpkg 等 · streets: .osm.pbf, .graphml, .gpkg …",
    ),
]
WalkFile = Annotated[
    Path,
    typer.Option("--out", metavar="FILE.walk", help="要写的路网文件 · the network file to write"),
]
Crs = Annotated[
    str | None,
    typer.Option(
        "--crs",
        help="米制坐标系,如 EPSG:4549;不写则按位置选 · metric system; by place when left out",
        show_default=False,
    ),
]


def network(
    file: StreetFile,
    out: WalkFile,
    crs: Crs = None,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """把路网建成一个文件,供多次运行使用 · Build the streets once into one file for many runs."""
    del debug  # main() reads it
    from geoplan.jobs import store_network

    with talk.progress(talk.language(lang)) as progress:
        path = store_network(file, out, crs=crs, progress=progress)
    print(path)
