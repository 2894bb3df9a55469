"""A paper town in metres: a district of two subdistricts, the first of three communities.

::

    y 1000 +--------+--------+----------------+
           |        |  A3    |                |
       500 |  A1    +--------+       B1       |
           |        |  A2    |                |
         0 +--------+--------+----------------+
           0       500     1000             2000  x

A (320402001, 甲街道) is x < 1000, B (320402002, 乙街道) the rest; at (500, 500) A1, A2 and A3 meet.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from geoplan.linting.lint import LintAsk, lint
from geoplan.views.finding_words import finding_mend, finding_sentence

METRIC = "EPSG:4549"
EAST_M, NORTH_M = 498_000.0, 3_517_000.0
UNITS = [
    ("320402", "天宁区", "区县", "", (0, 0, 2000, 1000)),
    ("320402001", "甲街道", "镇街", "320402", (0, 0, 1000, 1000)),
    ("320402002", "乙街道", "镇街", "320402", (1000, 0, 2000, 1000)),
    ("320402001001", "甲一社区居委会", "社区", "320402001", (0, 0, 500, 1000)),
    ("320402001002", "甲二社区居委会", "社区", "320402001", (500, 0, 1000, 500)),
    ("320402001003", "甲三社区居委会", "社区", "320402001", (500, 500, 1000, 1000)),
    ("320402002001", "乙一社区居委会", "社区", "320402002", (1000, 0, 2000, 1000)),
]
_TO_DEGREES = pyproj.Transformer.from_crs(METRIC, "EPSG:4490", always_xy=True)


def degrees(x, y):
    """Return a place of the town in longitude and latitude."""
    return _TO_DEGREES.transform(EAST_M + x, NORTH_M + y)


def drawn(shape):
    """Return a shape of the town in EPSG:4549."""
    return shapely.transform(shape, lambda xy: xy + np.array([EAST_M, NORTH_M]))


def layer(columns, shapes):
    return gpd.GeoDataFrame(columns, geometry=[drawn(one) for one in shapes], crs=METRIC)


def town(units=UNITS, **changed):
    """Return the layer; ``changed`` gives a unit (``u`` and its code) another shape."""
    columns = {
        "代码": [one[0] for one in units],
        "名称": [one[1] for one in units],
        "级别": [one[2] for one in units],
        "上级代码": [one[3] for one in units],
    }
    shapes = [changed.get(f"u{one[0]}", shapely.box(*one[4])) for one in units]
    return layer(columns, shapes)


def found(kind, table, rule, *, date="", book=None, **companions):
    """Return the findings of one rule; each must have its sentences in both languages."""
    ask = LintAsk(companions=companions, date=date, **({"book": book} if book else {}))
    findings = [one for one in lint(kind, table, ask).findings if one.rule == rule]
    for one in findings:
        for lang in ("zh", "en"):
            assert finding_sentence(one, lang)
            assert finding_mend(one, lang)
    return findings


def cases(findings):
    return sorted(one.case for one in findings)


def seat(name="甲街道办事处", code="320402001", at=(250, 250), **more):
    """Return a row of a register of seats; ``old`` and ``legal`` are places too."""
    lon, lat = degrees(*at) if at else ("", "")
    row = {"编号": "", "机关名称": name, "区划代码": code, "经度": lon, "纬度": lat}
    for column, key in (("原", "old"), ("法定驻地", "legal")):
        if key in more:
            row[f"{column}经度"], row[f"{column}纬度"] = degrees(*more[key])
    return {**row, "编号": more.get("id", ""), "坐标系": "EPSG:4490"}


def seats(*rows):
    return pd.DataFrame(list(rows))
