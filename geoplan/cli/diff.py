"""``geoplan diff``: two editions of boundaries or names, in words."""

from __future__ import annotations

import enum
import sys
from pathlib import Path
from typing import Annotated

import typer

from geoplan.cli import talk
from geoplan.cli.options import Debug, Lang, OutFile


class DiffFormat(enum.StrEnum):
    """In which form the changes leave."""

    text = "text"
    json = "json"
    geojson = "geojson"
    csv = "csv"


Old = Annotated[Path, typer.Argument(metavar="OLD", help="旧版图层或名录 · the earlier edition")]
New = Annotated[Path, typer.Argument(metavar="NEW", help="新版图层或名录 · the later edition")]
People = Annotated[
    Path | None,
    typer.Option(
        "--people",
        metavar="FILE",
        help="居民点人口表,用于统计涉及人数 · homes with people: counts those who are concerned",
        show_default=False,
    ),
]
Seats = Annotated[
    tuple[Path, Path] | None,
    typer.Option(
        "--seats",
        metavar="OLD NEW",
        help="两版驻地表(代码、名称、经纬度) · seats of either edition: code, name, lon, lat",
        show_default=False,
    ),
]
Form = Annotated[DiffFormat, typer.Option("--format", help="输出格式 · form of the changes")]


def diff(
    old: Old,
    new: New,
    people: People = None,
    seats: Seats = None,
    form: Form = DiffFormat.text,
    out: OutFile = None,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """两版界线或名录的变更:析、并、更名、划归等 · What changed between two editions."""
    del debug  # main() reads it
    from geoplan.io.artifacts import bytes_writer, require_own_places, write_file
    from geoplan.linting.diff import Beside, rendered
    from geoplan.linting.diff import diff as compare
    from geoplan.views.wording import wording

    chosen = talk.language(lang)
    inputs = (old, new, *filter(None, (people,)), *(seats or ()))
    require_own_places(filter(None, (out,)), inputs)
    found = compare(old, new, Beside(people, seats))
    content = rendered(found, form.value, chosen)
    if out is None:
        # the console makes its own line ends, and a mark of byte order would be read as a letter
        sys.stdout.write(content.decode("utf-8-sig").replace("\r\n", "\n"))
        return
    write_file(out, bytes_writer(content))
    counts = {"changes": len(found.changes), "unchanged": found.unchanged}
    talk.say(wording(chosen).text("check.written", path=out))
    talk.say(wording(chosen).text("change.count", **counts))
