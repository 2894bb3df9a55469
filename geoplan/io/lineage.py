"""Reading a record of changes of units as it is: faults are for the checks to find."""

from __future__ import annotations

import re
import unicodedata

from geoplan.io.cells import code_of
from geoplan.io.given import Given, given_table
from geoplan.model.edition_changes import CHANGE_KINDS
from geoplan.model.lineage import Lineage, RecordedChange
from geoplan.model.source import Source

HEADERS = {
    "date": ("日期", "变更日期", "批准日期", "批复日期"),
    "document": ("文号", "批准文号", "批文", "批复文号", "文件号"),
    "kind": ("类型", "变更类型", "变更类别", "type"),
    "before": ("原代码", "变更前代码", "from_codes", "from"),
    "after": ("现代码", "变更后代码", "to_codes", "to"),
    "source": ("来源", "数据来源"),
}
"""Canonical column → other headers that mean it."""

_KINDS: tuple[str, ...] = tuple(kind for kind in CHANGE_KINDS if kind != "redraw")

KIND_NAMES: dict[str, str] = {
    **dict(zip(_KINDS, _KINDS, strict=True)),
    **dict.fromkeys(("析置", "析设", "分设", "拆分", "析出"), "split"),
    **dict.fromkeys(("合并", "并入"), "merge"),
    **dict.fromkeys(("更名", "改名"), "rename"),
    **dict.fromkeys(("改设", "村改居", "撤村建居", "撤乡设镇", "撤镇设街道"), "conversion"),
    **dict.fromkeys(("代码变更", "变更代码"), "recode"),
    **dict.fromkeys(("划归", "隶属变更", "变更隶属"), "transfer"),
    **dict.fromkeys(("区域调整", "部分划转", "界线变更", "行政区域界线变更"), "part"),
    **dict.fromkeys(("驻地迁移", "迁移驻地"), "moved_seat"),
    **dict.fromkeys(("设立", "新设", "增设"), "new"),
    **dict.fromkeys(("撤销", "撤消"), "abolished"),
}
"""Kind as people write it → kind of change."""

_SEPARATORS = re.compile(r"[;,、+/\s]+")


def read_lineage(given: Given) -> Lineage:
    """Return every row of a record of changes, in file order.

    Several codes of one cell are parted by ``; , 、 + /`` or blanks.

    Raises
    ------
    InputError, SchemaError, EmptyInputError
        The file cannot be read, or lacks the column of kinds, of codes before or of codes after.
    """
    table = given_table(given, HEADERS, required=("kind", "before", "after"), layer="lineage")
    columns = (
        table.cells.index.tolist(),
        *(table.texts(name).tolist() for name in ("date", "document", "kind", "before", "after")),
    )
    return Lineage(
        rows=tuple(
            RecordedChange(
                row=row,
                date=date,
                document=document,
                kind=KIND_NAMES.get(kind, ""),
                written_kind=kind,
                before=_codes(before),
                after=_codes(after),
            )
            for row, date, document, kind, before, after in zip(*columns, strict=True)
        ),
        source=Source(name=table.path.name, crs=""),
    )


def _codes(text: str) -> tuple[str, ...]:
    """Return the codes of a cell, each once."""
    parts = _SEPARATORS.split(unicodedata.normalize("NFKC", text))
    return tuple(dict.fromkeys(code_of(part) for part in parts if part))
