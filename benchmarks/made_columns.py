"""A made register with every column and companion that a rule of names asks for.

``made_names.py`` makes codes, names, kinds and positions; here come spelling, sign, sizes, years,
states, marks and the unit above, an earlier edition, a layer of the towns and a list of red names,
with more faults, so that no rule is silent for want of something to look at.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
import shapely
from made_names import Register, made_register

from geoplan.domain.romanisation import usual_spelling
from geoplan.io.gazetteer import read_gazetteer
from geoplan.model.boundary_layer import BoundaryLayer
from geoplan.model.name_dossier import NameDossier
from geoplan.model.source import Source

TOWNS = 28
STRIP_DEGREES = 0.0046
PLANTED_SHARE = 0.001
"""Of each fault that is planted here, beside those of ``made_names.py``."""
DATE = "2026-01-01"

Row = dict[Hashable, Any]
Fault = Callable[[Row], dict[str, object]]

FAULTS: dict[tuple[str, str], tuple[tuple[str, ...], Fault]] = {
    ("N03", "grand"): (("住宅区",), lambda row: {"name": f"中华{row['name']}"}),
    ("N04", "latin"): (("住宅区",), lambda row: {"name": f"{row['name'][:2]}A{row['name'][2:]}"}),
    ("N05", "mixed"): (("住宅区",), lambda row: {"name": f"{row['name'][:2]}88花园"}),
    ("N06", "traditional_or_variant"): (
        ("住宅区",),
        lambda row: {"name": f"峯{row['name']}"},
    ),
    ("N08", "floors"): (("建筑物",), lambda row: {"name": f"{row['name'][:2]}大厦", "floors": 3}),
    ("N09", "company"): (("住宅区",), lambda row: {"name": f"万科{row['name']}"}),
    ("N14", "reading"): (
        ("道路",),
        lambda row: {"pinyin": usual_spelling("卯酉" + row["name"][2:])},
    ),
    ("N15", "parent"): (
        ("社区", "村"),
        lambda row: {"parent": f"{row['code'][:4]}98001", "parent_name": ""},
    ),
    ("N15", "reused"): (("社区", "村"), lambda _row: {}),
    ("N16", "geometry"): (("社区", "村"), lambda row: {"lon": row["lon"] + 2.5 * STRIP_DEGREES}),
    ("N17", "unprotected"): (("住宅区",), lambda _row: {"red": "是", "protected": ""}),
    ("N19", "vanishing"): (("道路",), lambda _row: {"since": 1950, "status": "拟撤销"}),
    ("N20", "blanks"): (
        ("社区", "村"),
        lambda row: {"name": f"{row['name'][:2]} {row['name'][2:]}"},
    ),
}
"""Rule and case → kinds of rows that can carry the fault, and the cells that it changes."""


@dataclass(frozen=True, eq=False)
class FullRegister:
    """A made register with its companions, and what was put wrong in it."""

    table: pd.DataFrame
    earlier: pd.DataFrame
    units: BoundaryLayer
    red: pd.DataFrame
    planted: list[tuple[str, str, str]]
    """Rule, case and the code of the row."""

    def dossier(self) -> NameDossier:
        """Return the register read, with all that it is held against."""
        return NameDossier(
            names=read_gazetteer(self.table),
            earlier=read_gazetteer(self.earlier),
            units=self.units,
            red=read_gazetteer(self.red),
            date=DATE,
        )


def full_register(size: int) -> FullRegister:
    """Return a register of so many names with all columns and companions."""
    rng = np.random.default_rng(size + 1)
    register = made_register(size)
    table = _with_columns(register, rng)
    planted = _plant(table, register, rng)
    changed = {code for rule, case, code in planted if (rule, case) == ("N15", "reused")}
    earlier = table[["code", "name", "kind"]].copy()
    earlier.loc[earlier.code.isin(changed), "name"] = "卯酉村村委会"
    red = table.loc[table.red == "是", ["code", "name"]]
    return FullRegister(table, earlier, _towns(table), red, planted)


def _with_columns(register: Register, rng: np.random.Generator) -> pd.DataFrame:
    table = register.table.copy()
    spelt = table.name.map(usual_spelling)
    is_unit = table.code.str.len() == 12
    town = table.code.str[6:9].astype(int)
    in_town = is_unit & (town <= TOWNS)
    west = table.code.str[2:6].astype(int) % 10 * 0.2 + 118.0
    strip = west + (town - 1) * STRIP_DEGREES + rng.uniform(0.1, 0.9, len(table)) * STRIP_DEGREES
    return table.assign(
        lon=table.lon.where(~in_town, strip.round(6)),
        parent=table.code.str[:9].where(is_unit, ""),
        parent_name=town.map(_town_name).where(in_town, ""),
        pinyin=spelt,
        sign=(table.name + " " + spelt.str.upper()).where(table.kind == "道路", ""),
        other_code=table.code.where(is_unit, ""),
        area_m2=rng.uniform(3e4, 9e4, len(table)).round(),
        floors=rng.integers(12, 40, len(table)),
        green_share=rng.uniform(0.36, 0.6, len(table)).round(2),
        since=rng.integers(1900, 2020, len(table)),
        status="在用",
        red=np.where((rng.random(len(table)) < 0.02) & ~_repeated(table), "是", ""),
        protected="是",
    )


def _repeated(table: pd.DataFrame) -> pd.Series:
    return table.name.duplicated(keep=False)


def _town_name(town: int) -> str:
    return f"子{'甲乙丙丁戊己庚辛壬癸寅卯辰巳午未申酉戌亥角亢氐房心尾箕斗'[(town - 1) % TOWNS]}街道"


def _plant(
    table: pd.DataFrame, register: Register, rng: np.random.Generator
) -> list[tuple[str, str, str]]:
    """Change cells of the table, each row at most once, and return all planted faults."""
    share = max(int(len(table) * PLANTED_SHARE), 1)
    planted = list(register.planted)
    barred = {code for _, _, code in planted} | register.sources
    free = ~table.code.isin(barred) & ~(_repeated(table) & (table.kind == "住宅区"))
    order = rng.permutation(np.flatnonzero(free & (table.red == ""))).tolist()
    rows = table.to_dict("records")
    for (rule, case), (kinds, change) in FAULTS.items():
        carriers = (at for at in order if _can_carry(rows[at], case, kinds))
        fitting = list(islice(carriers, share))
        for at in fitting:
            for column, value in _changed(rows[at], change).items():
                table.loc[at, column] = value
        planted += [(rule, case, str(table.code.iloc[at])) for at in fitting]
        gone = set(fitting)
        order = [at for at in order if at not in gone]
    return planted


def _can_carry(row: Row, case: str, kinds: tuple[str, ...]) -> bool:
    strip = int(row["code"][6:9]) if case == "geometry" else 1
    return row["kind"] in kinds and strip <= TOWNS - 4


def _changed(row: Row, change: Fault) -> dict[str, object]:
    """Return the cells that change; a new name goes without its old spelling and sign."""
    cells = change(row)
    return {"pinyin": "", "sign": "", **cells} if "name" in cells else cells


def _towns(table: pd.DataFrame) -> BoundaryLayer:
    """Return the towns of every county of the table as strips from south to north."""
    counties = sorted({str(code)[:6] for code in table.code})
    rows = [(county, town) for county in counties for town in range(1, TOWNS + 1)]
    west = np.array([118.0 + 0.2 * (int(county[2:]) % 10) for county, _ in rows])
    south = np.array([31.0 + 0.2 * (int(county[2:]) // 10) for county, _ in rows])
    west += (np.array([town for _, town in rows]) - 1) * STRIP_DEGREES
    polygons = shapely.box(west, south, west + STRIP_DEGREES, south + 0.11)
    total = len(rows)
    return BoundaryLayer(
        row=np.arange(1, total + 1),
        code=np.array([f"{county}{town:03d}" for county, town in rows]),
        name=np.array([_town_name(town) for _, town in rows]),
        level=np.full(total, "subdistrict"),
        parent=np.array([county for county, _ in rows]),
        geometry=np.asarray(polygons, dtype=object),
        published_km2=np.full(total, np.nan),
        made=np.ones(total, dtype=bool),
        crs="EPSG:4490",
        source=Source(name="made", crs="EPSG:4490", synthetic=True),
    )
