"""Options that several commands share, and what they may hold."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer


class Language(enum.StrEnum):
    """Languages that people read."""

    zh = "zh"
    en = "en"


def parse_place(text: str, *, option: str = "--at") -> tuple[float, float]:
    """Return longitude and latitude of ``LON,LAT``; a usage error says what is wrong with it."""
    parts = text.replace("，", ",").split(",")
    try:
        lon, lat = (float(part) for part in parts)
    except ValueError:
        raise typer.BadParameter(
            f"{option} {text!r} is not LON,LAT: write two numbers such as 119.97,31.78"
        ) from None
    if -90 <= lon <= 90 and 90 < abs(lat) <= 180:
        raise typer.BadParameter(
            f"{option} {text!r} has latitude first: write {parts[1]},{parts[0]}"
        )
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise typer.BadParameter(f"{option} {text!r} is not on the globe: write LON,LAT in degrees")
    return lon, lat


def parse_move(text: str) -> tuple[str, float, float]:
    """Return id, longitude and latitude of ``ID:LON,LAT``; the id itself may hold colons."""
    colon = max(text.rfind(":"), text.rfind("："))
    if colon < 1:
        raise typer.BadParameter(
            f"--move {text!r} is not ID:LON,LAT: write for example f12:119.97,31.78"
        )
    return (text[:colon], *parse_place(text[colon + 1 :], option="--move"))


OptionalProject = Annotated[
    str | None,
    typer.Argument(
        metavar="[PROJECT]",
        help="项目文件夹或 geoplan.toml;不写则用内置示例 · project folder or file; "
        "the embedded sample when left out",
        show_default=False,
    ),
]
ProjectPath = Annotated[
    str,
    typer.Argument(
        metavar="PROJECT", help="项目文件夹或 geoplan.toml · project folder or geoplan.toml"
    ),
]
Lang = Annotated[
    Language | None,
    typer.Option("--lang", help="阅读语言 · language that people read", show_default=False),
]
Debug = Annotated[
    bool, typer.Option("--debug", help="出错时显示调用栈 · show the traceback of an error")
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        help="成果文件夹,默认 outputs/<项目> · result folder",
        show_default=False,
    ),
]
OutFile = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="写入文件而不是标准输出 · write to a file instead of stdout",
        show_default=False,
    ),
]
