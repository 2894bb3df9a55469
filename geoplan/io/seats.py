"""Reading a register of seats as it is: faults are for the checks to find."""

from __future__ import annotations

import numpy as np

from geoplan.domain.crs import GEOGRAPHIC
from geoplan.io.given import Given, given_table
from geoplan.io.points import declared_crs, geographic_positions
from geoplan.model.seats import Seats
from geoplan.model.source import Source

HEADERS = {
    "id": ("编号", "机关编号", "序号"),
    "name": ("机关名称", "名称", "单位名称", "驻地名称"),
    "unit_code": ("治所所属区划", "所属区划代码", "区划代码", "单位代码", "代码", "code"),
    "lon": ("经度", "longitude", "lng"),
    "lat": ("纬度", "latitude"),
    "old_lon": ("原经度", "迁移前经度", "原驻地经度"),
    "old_lat": ("原纬度", "迁移前纬度", "原驻地纬度"),
    "legal_lon": ("法定驻地经度", "批准经度", "法定经度"),
    "legal_lat": ("法定驻地纬度", "批准纬度", "法定纬度"),
    "moved": ("迁移日期", "迁移年份", "迁移时间", "date", "year", "日期", "年份"),
    "crs": ("坐标系",),
    "made": ("示意", "示意数据"),
}
"""Canonical column → other headers that mean it."""


def read_seats(given: Given) -> Seats:
    """Return every row of a register of seats, in file order.

    Raises
    ------
    InputError, SchemaError, EmptyInputError
        The file cannot be read, has no column of names, or a position is no place on earth.
    CrsError, DatumError
        It declares no usable coordinate system.
    """
    table = given_table(given, HEADERS, required=("name",), layer="seats")
    system = declared_crs(table, None)
    made = table.flags("made")
    return Seats(
        row=np.asarray(table.cells.index, dtype=np.int64),
        id=table.texts("id"),
        name=table.texts("name"),
        unit_code=table.codes("unit_code"),
        xy=geographic_positions(table, system),
        old_xy=geographic_positions(table, system, columns=("old_lon", "old_lat")),
        legal_xy=geographic_positions(table, system, columns=("legal_lon", "legal_lat")),
        moved=table.texts("moved"),
        source=Source(name=table.path.name, crs=GEOGRAPHIC, synthetic=bool(made.any())),
    )
