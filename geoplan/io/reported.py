"""Reading the figures that a bureau reports, in as many editions as are given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from geoplan.domain.indicators import INDICATORS, UNITS
from geoplan.errors import DuplicateIdError, SchemaError, TargetError
from geoplan.io.cells import half_width
from geoplan.io.tables import Table, read_table
from geoplan.io.targets import require_date
from geoplan.model.arrays import Floats
from geoplan.model.places import LEVELS
from geoplan.model.reported import ReportedFigures
from geoplan.model.schema import REPORTED
from geoplan.model.source import Source

HEADERS = {
    "edition": ("版次", "年度", "年份"),
    "level": ("层级", "级别"),
    "code": ("代码", "单位代码", "行政区划代码"),
    "indicator": ("指标",),
    "group": ("人群",),
    "value": ("数值", "上报数"),
    "unit": ("单位", "计量单位"),
    "date": ("日期", "时点", "数据时点"),
    "source": ("来源", "数据来源"),
    "made": ("示意", "示意数据"),
}
"""Canonical column → other headers that mean it."""

_LEVEL_WORDS = {
    **dict.fromkeys(("区", "县", "区县"), "district"),
    **dict.fromkeys(("镇", "街道", "镇街", "镇(街道)"), "subdistrict"),
    **dict.fromkeys(("村", "社区", "村社区", "村(社区)"), "community"),
    **{level: level for level in LEVELS},
}
_KEY = ("edition", "level", "code", "indicator", "group")
"""What two rows may not share."""


def read_reported(path: Path) -> ReportedFigures:
    """Return the reported figures of a table, sorted by edition, unit, indicator and group.

    An indicator and its unit may be written as id or by their Chinese names.

    Raises
    ------
    SchemaError, InputError, EmptyInputError
        The table cannot be used, or a cell is empty, not a number or impossible.
    TargetError
        An indicator is unknown or computed only, or the unit is not that of the indicator.
    DuplicateIdError
        Two rows give one figure twice.
    """
    required = ("edition", "level", "code", "indicator", "value", "unit")
    table = read_table(path, HEADERS, required=required)
    figures = pd.DataFrame(
        {
            "edition": _filled(table, "edition"),
            "level": _levels(table),
            "code": _codes(table),
            "indicator": _indicators(table),
            "group": table.texts("group"),
            "value": table.numbers("value"),
            "unit": _units(table),
            "date": _dates(table),
            "source": table.texts("source"),
            "made": table.flags("made"),
        },
        columns=list(REPORTED),
    )
    _require_possible(table, figures["value"].to_numpy(dtype=np.float64), figures["unit"])
    _refuse_second(table, figures)
    made = bool(figures["made"].any())
    ordered = figures.sort_values(list(_KEY), kind="stable", ignore_index=True)
    return ReportedFigures(ordered, Source(path.name, crs="", synthetic=made))


def _filled(table: Table, column: str) -> list[str]:
    texts = [str(text) for text in table.texts(column).tolist()]
    for row, text in enumerate(texts):
        if not text:
            raise SchemaError(f"{table.where(row)}: {column} is empty; fill it in")
    return texts


def _codes(table: Table) -> list[str]:
    _filled(table, "code")
    return [str(code) for code in table.codes("code").tolist()]


def _levels(table: Table) -> list[str]:
    texts = [half_width(text) for text in _filled(table, "level")]
    for row, text in enumerate(texts):
        if text not in _LEVEL_WORDS:
            raise SchemaError(
                f"{table.where(row)}: level is {text!r}; write one of {', '.join(LEVELS)}"
            )
    return [_LEVEL_WORDS[text] for text in texts]


def _indicators(table: Table) -> list[str]:
    """Return the indicator of each row; a computed one is refused, for it is not reported."""
    words = {row.zh: row.id for row in INDICATORS.values()} | {name: name for name in INDICATORS}
    texts = _filled(table, "indicator")
    for row, text in enumerate(texts):
        if text not in words:
            raise TargetError(
                f"{table.where(row)}: indicator {text!r} is not known; write an id or a Chinese "
                "name of the table of indicators"
            )
        if INDICATORS[words[text]].kind == "computed":
            raise TargetError(
                f"{table.where(row)}: {words[text]} is computed from the inputs and not reported; "
                "drop the row"
            )
    return [words[text] for text in texts]


def _units(table: Table) -> list[str]:
    words = {unit.zh: unit.id for unit in UNITS.values()} | {name: name for name in UNITS}
    found = [words.get(text, text) for text in _filled(table, "unit")]
    for row, (unit, indicator) in enumerate(zip(found, _indicators(table), strict=True)):
        wanted = INDICATORS[indicator].unit
        if unit != wanted:
            raise TargetError(
                f"{table.where(row)}: the unit is {unit!r}, but {indicator} is counted in "
                f"{wanted!r}; convert the value and write that unit"
            )
    return found


def _dates(table: Table) -> list[str]:
    """Return the date of each row; Excel's midnight is dropped."""
    dates = [text.removesuffix("T00:00:00") for text in table.texts("date").tolist()]
    for row, text in enumerate(dates):
        require_date(text, f"{table.where(row)}: date")
    return dates


def _require_possible(table: Table, values: Floats, unit: pd.Series[str]) -> None:
    for row, (value, name) in enumerate(zip(values.tolist(), unit.tolist(), strict=True)):
        if np.isnan(value):
            raise SchemaError(
                f"{table.where(row)}: value is empty; drop the row while the figure is not known"
            )
        if value < 0:
            raise SchemaError(f"{table.where(row)}: value is {value:g}; it cannot be negative")
        if name == "share" and value > 1:
            raise SchemaError(
                f"{table.where(row)}: value is {value:g}; a share is at most 1, so 80 % is 0.8"
            )
        if UNITS[name].whole and value != np.floor(value):
            raise SchemaError(
                f"{table.where(row)}: value is {value:g}; {UNITS[name].en} come in whole numbers"
            )


def _refuse_second(table: Table, figures: pd.DataFrame) -> None:
    first: dict[tuple[str, ...], int] = {}
    for row, key in enumerate(figures[list(_KEY)].itertuples(index=False, name=None)):
        if key in first:
            _, _, code, indicator, _ = key
            raise DuplicateIdError(
                f"{table.where(row)}: {indicator} of {code} stands already in row "
                f"{table.cells.index[first[key]]} for the same edition and group; keep one of them"
            )
        first[key] = row
