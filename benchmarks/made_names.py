"""A made register of names: the same size is the same register everywhere.

Counties of 5,000 names each: units of the lowest level, roads, estates, buildings, with codes,
kinds and positions. No two specific parts of a county sound alike, even in Wu speech, so that what
the rules on same and near names find beyond the planted faults is a false alarm. Series of estates
(一村, 二村), numbered communities and roads with directions stand among them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from geoplan.domain.name_readings import merged_keys

COUNTY_NAMES = 5_000
PLANTED_SHARE = 0.01
_CHARACTERS = (
    "红梅青龙茶山丰天宁兰陵雕庄郑陆和平朝阳胜利光明团结方常春富强群力永安解放复兴武城舜"
    "横沟徐家董墅施羌竹林卫星菱优塘洋福成业水晶彩虹紫云丽华浦前国泰名都世纪凯旋锦绣"
    "怡康博爱椿桂果文笔通济斜桥聚百鹅湖同德仁义礼智信忠孝廉月日雪霜雨露松柏桃李杏荷莲菊"
)
_ALIKE = {
    "homophone": dict(zip("梅青阳丰华兰平", "媒清洋峰滑蓝坪", strict=True)),
    "dialect": dict(zip("山林金成", "伞灵京岑", strict=True)),
}
_ENDS = {
    "社区": ("社区居委会", "花园社区居委会", "苑社区居委会", "新村社区居委会"),
    "村": ("村村委会",),
    "道路": ("路", "街", "巷", "大道"),
    "住宅区": ("花园", "花苑", "苑", "小区", "公寓"),
    "建筑物": ("大厦", "广场", "大楼"),
}
_SHARES = {"社区": 0.3, "村": 0.2, "道路": 0.2, "住宅区": 0.2, "建筑物": 0.1}
_SERIES = ("一村", "二村", "三村", "四村", "十村", "东村", "西村")
_NUMBERS = ("新村第一", "新村第二", "新村第三")


@dataclass(frozen=True, eq=False)
class Register:
    """A made register, and what was put wrong in it."""

    table: pd.DataFrame
    planted: list[tuple[str, str, str]]
    """Rule, case and the code of the row."""
    sources: frozenset[str]
    """Codes of the sound rows that the faulty ones were made of; without them no fault is one."""


def made_register(size: int) -> Register:
    """Return a register of so many names with one fault in a hundred."""
    rng = np.random.default_rng(size)
    counties = -(-size // COUNTY_NAMES)
    rows: list[dict[str, object]] = []
    for county in range(counties):
        room = min(COUNTY_NAMES, size - county * COUNTY_NAMES)
        rows += _county(f"32{county + 1:04d}", room - int(room * PLANTED_SHARE), rng)
    planted, sources = _plant(rows, size - len(rows), rng)
    return Register(pd.DataFrame(rows).fillna(""), planted, sources)


def _specifics(rng: np.random.Generator) -> list[str]:
    """Return pairs of characters of which no two sound alike, in random order."""
    kept: dict[str, str] = {}
    for one in dict.fromkeys(_CHARACTERS):
        if len(merged_keys(one)) == 1:
            kept.setdefault(merged_keys(one)[0], one)
    pairs = ["".join(pair) for pair in product(kept.values(), repeat=2)]
    return [pairs[at] for at in rng.permutation(len(pairs)).tolist()]


def _county(prefix: str, room: int, rng: np.random.Generator) -> list[dict[str, object]]:
    specifics = iter(_specifics(rng))
    number = int(prefix[2:])
    west, south = 118.0 + 0.2 * (number % 10), 31.0 + 0.2 * (number // 10)
    names: list[tuple[str, str]] = []
    while len(names) < room:
        kind = str(rng.choice(list(_SHARES), p=list(_SHARES.values())))
        specific = next(specifics)
        if kind == "社区" and rng.random() < 0.1:
            parts = _SERIES if rng.random() < 0.5 else _NUMBERS
            names += [(kind, f"{specific}{part}社区居委会") for part in parts]
        elif kind == "道路" and rng.random() < 0.2:
            names += [(kind, f"{specific}{way}路") for way in "东中西"]
        else:
            names.append((kind, specific + str(rng.choice(_ENDS[kind]))))
    lon_lat = rng.uniform([west, south], [west + 0.13, south + 0.11], (room, 2)).round(6)
    return [
        {
            "code": _code(prefix, kind, serial),
            "name": name,
            "kind": kind,
            "lon": lon,
            "lat": lat,
            "crs": "EPSG:4490",
        }
        for serial, ((kind, name), (lon, lat)) in enumerate(
            zip(names[:room], lon_lat.tolist(), strict=True)
        )
    ]


def _code(prefix: str, kind: str, serial: int) -> str:
    """Return 12 digits for units of the lowest level, 14 for all else."""
    if kind in ("社区", "村"):
        last = serial % 190 + (1 if kind == "社区" else 200)
        return f"{prefix}{serial // 190 + 1:03d}{last:03d}"
    return f"{prefix}{serial:08d}"


def _plant(
    rows: list[dict[str, object]], count: int, rng: np.random.Generator
) -> tuple[list[tuple[str, str, str]], frozenset[str]]:
    """Add faulty rows made of sound ones; return what was planted, and the codes of those rows."""
    sound = [dict(row) for row in rows]
    sources: set[str] = set()
    planted: list[tuple[str, str, str]] = []
    order = iter(rng.permutation(len(sound)).tolist())
    faults = (
        *(("N01", case) for case in ("same", "stripped", "repeated")),
        *(("N02", case) for case in ("modifier", "homophone", "dialect")),
        *(("N07", case) for case in ("missing", "doubled", "alone")),
        ("N10", "alias_taken"),
    )
    while len(planted) < count:
        rule, case = faults[len(planted) % len(faults)]
        faulty = next(found for at in order if (found := _faulty(sound[at], case)))
        sources.add(str(faulty["code"]))
        if case != "repeated":
            faulty["code"] = _planted_code(str(faulty["code"]), str(faulty["kind"]), len(planted))
        planted.append((rule, case, str(faulty["code"])))
        rows.append(faulty)
    return planted, frozenset(sources)


def _planted_code(code: str, kind: str, serial: int) -> str:
    """Return a code that no sound row has, in the same county."""
    if kind in ("社区", "村"):
        last = serial % 190 + (1 if kind == "社区" else 200)
        return f"{code[:6]}{900 + serial // 190:03d}{last:03d}"
    return f"{code[:6]}99{serial:06d}"


def _faulty(row: dict[str, object], case: str) -> dict[str, object] | None:
    """Return a row with one fault, None when this row cannot carry it."""
    far = {**row, "lon": float(str(row["lon"])) + 0.01}
    if case in ("same", "repeated"):
        return far
    kind, name = str(row["kind"]), str(row["name"])
    if case in _ALIKE:
        other = next((one for one in name[:2] if one in _ALIKE[case]), "")
        return {**far, "name": name.replace(other, _ALIKE[case][other], 1)} if other else None
    asked, end, change = _CHANGES[case]
    return far | change(name) if kind == asked and name.endswith(end) else None


_CHANGES: dict[str, tuple[str, str, Callable[[str], dict[str, str]]]] = {
    "stripped": ("社区", "社区居委会", lambda name: {"name": name.removesuffix("居委会")}),
    "modifier": ("住宅区", "", lambda name: {"name": f"新{name}"}),
    "missing": ("道路", "", lambda name: {"name": f"{name[:2]}卯酉"}),
    "doubled": ("住宅区", "苑", lambda name: {"name": f"卯酉{name[:2]}苑公寓"}),
    "alone": ("道路", "", lambda _name: {"name": "大道"}),
    "alias_taken": (
        "社区",
        "社区居委会",
        lambda name: {"name": f"卯酉{name[:2]}社区居委会", "aliases": name},
    ),
}
"""Case → kind and end of the names that can carry it, and how the row changes."""
