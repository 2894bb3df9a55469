"""Reading facilities from a table or a layer."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from geoplan.domain.kinds import KINDS, SERVICES
from geoplan.errors import SchemaError
from geoplan.io.points import positions
from geoplan.io.tables import Table, read_table, unique_ids
from geoplan.io.vectors import LAYER_ENDINGS
from geoplan.model.arrays import Flags, Floats, Texts
from geoplan.model.facilities import Facilities
from geoplan.model.source import Source

HEADERS = {
    "id": ("编号",),
    "name": ("名称", "设施名称"),
    "kind": ("类型", "设施类型"),
    "subdistrict_code": ("镇街代码", "街道代码"),
    "community_code": ("社区代码",),
    "address": ("地址",),
    "lon": ("经度", "longitude", "lng"),
    "lat": ("纬度", "latitude"),
    "crs": ("坐标系",),
    "services": ("服务项目",),
    "status": ("提升改造状态", "状态"),
    "upgraded_year": ("提升改造年份",),
    "beds": ("床位",),
    "nursing_beds": ("护理型床位",),
    "capacity": ("容量", "可服务人数"),
    "area_m2": ("建筑面积㎡", "建筑面积"),
    "staff": ("工作人员",),
    "cost": ("费用", "费用(万元)", "改造费用", "改造费用(万元)"),
    "rating": ("等级", "评定等级", "机构等级", "养老机构等级"),
    "made": ("示意", "示意数据"),
    "source": ("数据来源",),
}
"""Canonical column → other headers that mean it."""

NUMBERS = ("upgraded_year", "beds", "nursing_beds", "capacity", "area_m2", "staff", "cost")
"""Columns of numbers that are 0 or more; ``cost`` is what opening the service there costs, 万元."""
RATING_WORDS = ("一级", "二级", "三级", "四级", "五级")
"""Grades of care institutions from the lowest, GB/T 37276-2018; the number is the position."""
_UNRATED = ("", "无", "未评", "未评定", "未评级")
STATUSES = {
    "": "",
    "upgraded": "upgraded",
    "已提升": "upgraded",
    "upgrade_planned": "upgrade_planned",
    "拟提升": "upgrade_planned",
    "model_site": "model_site",
    "示范": "model_site",
}


def read_facilities(path: Path, *, crs: str | None = None) -> Facilities:
    """Return the facilities of a table, sorted by id.

    A facility gives the services of its kind and those named in ``services``.

    Raises
    ------
    InputError, SchemaError, DuplicateIdError, CrsError, DatumError
        The table cannot be used; the message names row, cell and mend.
    """
    layer = path.suffix.lower() in LAYER_ENDINGS
    required = ("id", "name", "kind") if layer else ("id", "name", "kind", "lon", "lat")
    table = read_table(path, HEADERS, required=required, layer="facilities")
    ids, kinds = unique_ids(table), _kinds(table)
    xy, system = positions(table, crs)
    order = np.argsort(ids, kind="stable")
    made = table.flags("made")
    return Facilities(
        id=ids[order],
        name=table.texts("name")[order],
        kind=kinds[order],
        xy=xy[order],
        services=tuple(SERVICES),
        offers=_offers(table, kinds)[order],
        status=_statuses(table)[order],
        community=table.codes("community_code")[order],
        crs=system,
        source=Source(name=path.name, crs=system, synthetic=bool(made.any())),
        attributes={
            **{column: _amounts(table, column)[order] for column in NUMBERS},
            "rating": _ratings(table)[order],
        },
    )


def _kinds(table: Table) -> Texts:
    labels = {kind.zh: kind.id for kind in KINDS.values()} | {kind: kind for kind in KINDS}
    kinds = []
    for row, text in enumerate(table.texts("kind").tolist()):
        if text not in labels:
            raise SchemaError(
                f"{table.where(row)}: kind is {text!r}; write one of "
                f"{', '.join(f'{kind.id} ({kind.zh})' for kind in KINDS.values())}"
            )
        kinds.append(labels[text])
    return np.array(kinds, dtype=np.str_)


def _offers(table: Table, kinds: Texts) -> Flags:
    labels = {service.zh: service.id for service in SERVICES.values()} | {
        service: service for service in SERVICES
    }
    column = {service: position for position, service in enumerate(SERVICES)}
    offers = np.zeros((len(table), len(SERVICES)), dtype=np.bool_)
    cells = table.texts("services").tolist()
    for row, (kind, cell) in enumerate(zip(kinds.tolist(), cells, strict=True)):
        named = [part.strip() for part in re.split(r"[;；、,，|]", cell) if part.strip()]
        unknown = [part for part in named if part not in labels]
        if unknown:
            raise SchemaError(
                f"{table.where(row)}: services names {unknown[0]!r}; known are "
                f"{', '.join(f'{one.id} ({one.zh})' for one in SERVICES.values())}"
            )
        for service in (*KINDS[kind].services, *(labels[part] for part in named)):
            offers[row, column[service]] = True
    return offers


def _statuses(table: Table) -> Texts:
    for row, text in enumerate(table.texts("status").tolist()):
        if text not in STATUSES:
            raise SchemaError(
                f"{table.where(row)}: status is {text!r}; leave it empty or write one of "
                f"{', '.join(key for key in STATUSES if key)}"
            )
    return np.array([STATUSES[text] for text in table.texts("status").tolist()], dtype=np.str_)


def _ratings(table: Table) -> Floats:
    """Return the grade of each facility from 1 to 5, NaN where it has none or nobody says."""
    grades = dict.fromkeys(_UNRATED, float("nan"))
    for grade, word in enumerate(RATING_WORDS, start=1):
        grades |= dict.fromkeys((word, f"{grade}", f"{grade}级"), float(grade))
    texts = table.codes("rating").tolist()
    for row, text in enumerate(texts):
        if text not in grades:
            raise SchemaError(
                f"{table.where(row)}: rating is {text!r}; leave it empty or write 1 to 5 "
                f"({', '.join(RATING_WORDS)})"
            )
    return np.array([grades[text] for text in texts], dtype=np.float64)


def _amounts(table: Table, column: str) -> Floats:
    amounts = table.numbers(column)
    negative = np.flatnonzero(amounts < 0)
    if negative.size:
        row = int(negative[0])
        raise SchemaError(
            f"{table.where(row)}: {column} is {amounts[row]:g}; it cannot be negative"
        )
    return amounts
