"""Reading targets: one TOML file a source, each number against the table of indicators."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from math import isfinite
from pathlib import Path
from typing import Any

from geoplan.domain.indicators import INDICATORS
from geoplan.domain.kinds import SERVICES
from geoplan.errors import TargetError
from geoplan.io.paths import resolve_source, sample_project
from geoplan.model.places import LEVELS
from geoplan.model.targets import COMPARISONS, CONFIDENCES, Target, TargetSet

_SET_KEYS = ("id", "zh", "en", "source", "edition", "confidence")
_INHERITED = ("source", "edition", "confidence")
"""Keys of a target that are those of its set where it does not say."""

_TEXT_KEYS = ("id", "indicator", "text_zh", "text_en", "unit", "comparison", "level")
_FURTHER_TEXT_KEYS = ("page", "deadline", "group", "service", "profile", *_INHERITED)
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    **dict.fromkeys((*_TEXT_KEYS, *_FURTHER_TEXT_KEYS), str),
    "number": (int, float),
    "minutes": int,
    "decimals": int,
    "by_child_ceiling": bool,
}
"""Key of a target → what it holds."""


def target_sets() -> tuple[str, ...]:
    """Return the names of the target sets that ship with geoplan, sorted."""
    return tuple(sorted(path.stem for path in (sample_project() / "targets").glob("*.toml")))


def target_file(text: str, folder: Path) -> Path:
    """Return the file of a named set (``gb50180``, ``changzhou-15min``), or a project's own file.

    A text that ends in ``.toml`` is a path from the project folder, or ``package:…``.

    Raises
    ------
    InputError, TargetError
        There is no such file; there is no set of that name.
    """
    if text.endswith(".toml"):
        return resolve_source(text, folder)
    name = text.replace("-", "_")
    if name not in target_sets():
        raise TargetError(
            f"there is no set of targets {text!r}; choose one of {', '.join(target_sets())}, "
            "or name a .toml file of the project"
        )
    return sample_project() / "targets" / f"{name}.toml"


def read_targets(path: Path) -> TargetSet:
    """Return the targets of a file, in its order; their ids begin with the id of the set.

    Raises
    ------
    TargetError
        The file is missing or not TOML, a key is unknown or missing, an indicator is unknown, the
        unit is not that of the indicator, or a value is impossible; the message names the target.
    """
    head, entries = _parts(path)
    targets = tuple(
        _target(head, entry, where=f"{path.name}, target {number}")
        for number, entry in enumerate(entries, start=1)
    )
    seen: set[str] = set()
    for target in targets:
        if target.id in seen:
            raise TargetError(
                f"{path.name}: two targets are named {target.id!r}; give every one its own id"
            )
        seen.add(target.id)
    return TargetSet(id=head["id"], zh=head["zh"], en=head["en"], targets=targets)


def _parts(path: Path) -> tuple[dict[str, str], Sequence[Mapping[str, Any]]]:
    """Return the head of the set and the entries of its targets."""
    if not path.is_file():
        raise TargetError(f"{path}: there is no such file; correct the path")
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TargetError(
            f"{path.name}: not a TOML file in UTF-8 ({error}); correct the place that it names"
        ) from error
    _refuse_unknown(values, ("set", "target"), path.name)
    head, entries = values.get("set"), values.get("target")
    if not isinstance(head, dict):
        raise TargetError(f"{path.name}: [set] is missing; add id, zh, en, source and confidence")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise TargetError(f"{path.name}: there is no [[target]]; add one")
    _refuse_unknown(head, _SET_KEYS, f"{path.name}, [set]")
    for key in ("id", "zh", "en"):
        _require_text(head, key, f"{path.name}, [set]")
    for key, value in head.items():
        if not isinstance(value, str):
            raise TargetError(f"{path.name}, [set]: {key} is {value!r}; write text in quotes")
    return head, entries


def _target(head: Mapping[str, str], entry: Mapping[str, Any], *, where: str) -> Target:
    if isinstance(entry.get("id"), str):
        where = f"{where} ({entry['id']})"
    _refuse_unknown(entry, tuple(_TYPES), where)
    inherited = {key: head[key] for key in _INHERITED if key in head}
    values: dict[str, Any] = {"page": "", **inherited, **entry}
    for key in (*_TEXT_KEYS, "source", "confidence"):
        _require_text(values, key, where)
    _require_types(values, where)
    _require_known(values, where)
    _require_possible(values, where)
    number = float(values.pop("number"))
    return Target(**{**values, "id": f"{head['id']}.{values['id']}", "number": number})


def _refuse_unknown(values: Mapping[str, Any], known: Sequence[str], where: str) -> None:
    for key in values:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            mend = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
            raise TargetError(f"{where}: unknown key {key!r}; {mend}")


def _require_text(values: Mapping[str, Any], key: str, where: str) -> None:
    if not values.get(key):
        raise TargetError(f"{where}: {key} is missing; add it")


def _require_types(values: Mapping[str, Any], where: str) -> None:
    """Raise for a value of the wrong type; TOML's true is no number, though Python says so."""
    if "number" not in values:
        raise TargetError(f"{where}: number is missing; add it")
    for key, value in values.items():
        wanted = _TYPES[key]
        wrong = isinstance(value, bool) and wanted is not bool
        if wrong or not isinstance(value, wanted):
            words = {str: "text in quotes", int: "a whole number", bool: "true or false"}
            kind = words[wanted] if isinstance(wanted, type) else "a number"
            raise TargetError(f"{where}: {key} is {value!r}; write {kind}")


def _require_known(values: Mapping[str, Any], where: str) -> None:
    for key, known in (
        ("indicator", tuple(INDICATORS)),
        ("comparison", COMPARISONS),
        ("level", LEVELS),
        ("confidence", CONFIDENCES),
        ("service", ("", *SERVICES)),
    ):
        if (value := values.get(key, "")) not in known:
            near = get_close_matches(value, known, n=1)
            mend = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
            raise TargetError(f"{where}: {key} {value!r} is not known; {mend}")
    unit = INDICATORS[values["indicator"]].unit
    if values["unit"] != unit:
        raise TargetError(
            f"{where}: the unit is {values['unit']!r}, but {values['indicator']} is counted in "
            f"{unit!r}; convert the number and write that unit"
        )


def _require_possible(values: Mapping[str, Any], where: str) -> None:
    number = values["number"]
    if not isfinite(number) or number < 0:
        raise TargetError(f"{where}: number is {number}; it cannot be negative or without end")
    if values["unit"] == "share" and number > 1:
        raise TargetError(
            f"{where}: number is {number}; a share is at most 1, so write 0.8 for 80 %"
        )
    for key in ("minutes", "decimals"):
        if values.get(key, 0) < 0:
            raise TargetError(f"{where}: {key} is {values[key]}; it cannot be negative")
    if values.get("by_child_ceiling") and values["level"] == LEVELS[-1]:
        raise TargetError(f"{where}: a {LEVELS[-1]} has no units below it; drop by_child_ceiling")
    require_date(values.get("deadline", ""), f"{where}: deadline")


def require_date(text: str, where: str) -> None:
    """Raise ``TargetError`` when a text is neither empty nor an ISO date."""
    try:
        valid = not text or dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        valid = False
    if not valid:
        raise TargetError(
            f"{where} is {text!r}; write a date such as 2022-10-31, or leave it empty"
        )
