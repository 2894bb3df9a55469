"""What the name of an office says: whether it governs the unit that it names."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources


@cache
def authority_endings() -> tuple[str, ...]:
    """Return the endings of bodies that govern a unit, longest first."""
    text = (resources.files("geoplan.domain") / "seat_names.toml").read_text(encoding="utf-8")
    return tuple(sorted(tomllib.loads(text)["authority"], key=lambda word: (-len(word), word)))


def territory_name(unit: str) -> str:
    """Return the name of a unit without its governing body: ``丽华社区`` for 丽华社区居委会."""
    ending = next((one for one in authority_endings() if unit.endswith(one)), "")
    return unit[: len(unit) - len(ending)] or unit


def governs(office: str, unit: str) -> bool:
    """Return whether an office is the body that governs the unit of that name.

    ``兰陵街道办事处`` governs ``兰陵街道``; ``兰陵街道社工站`` and ``兰陵街道丽华社区居委会``
    do not.
    """
    if not unit or unit not in office:
        return False
    after = office[office.rindex(unit) + len(unit) :]
    # the last character of the unit may open the ending: 兰陵街道办 is 兰陵街道 and 街道办
    return any(
        after == ending or ((unit + after).endswith(ending) and len(after) < len(ending))
        for ending in (*authority_endings(), "")
    )
