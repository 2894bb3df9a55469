"""A town of two subdistricts for the checks of facilities: squares of 1,000 m in EPSG:4549.

::

    y 2000 +-----------+-----------+
           | 河东村     | 桥头社区   |
      1000 +-----------+-----------+
           | 柳园社区   | 新街社区   |
         0 +-----------+-----------+
          x 0        1000        2000
           柳园街道 (west)  桥头街道 (east)
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geoplan.domain.crs import GEOGRAPHIC, reproject_xy
from geoplan.domain.rules import rulebook
from geoplan.linting.lint import LintAsk, lint
from geoplan.views.finding_words import finding_mend, finding_sentence

ORIGIN = (497_000.0, 3_517_000.0)
METRIC = "EPSG:4549"
DATA = Path(__file__).parents[1] / "data"
UNITS = DATA / "boundaries" / "tianning_boundaries.geojson"
NAMES = DATA / "boundaries" / "tianning_gazetteer.csv"
STREETS = DATA / "network" / "tianning_made.osm.pbf"
FACILITIES = DATA / "facilities" / "tianning_facilities.csv"


def lon_lat(x, y):
    point = np.array([[ORIGIN[0] + x, ORIGIN[1] + y]])
    lon, lat = reproject_xy(point, METRIC, GEOGRAPHIC)[0].tolist()
    return f"{lon:.9f}", f"{lat:.9f}"


def units(*, districts=True):
    rows = [
        ("320402", "天宁区", "district", "", (0, 0, 2000, 2000)),
        ("320402001000", "柳园街道", "subdistrict", "320402", (0, 0, 1000, 2000)),
        ("320402002000", "桥头街道", "subdistrict", "320402", (1000, 0, 2000, 2000)),
        ("320402001001", "柳园社区居委会", "community", "320402001000", (0, 0, 1000, 1000)),
        ("320402001200", "河东村村委会", "community", "320402001000", (0, 1000, 1000, 2000)),
        ("320402002001", "新街社区居委会", "community", "320402002000", (1000, 0, 2000, 1000)),
        ("320402002002", "桥头社区居委会", "community", "320402002000", (1000, 1000, 2000, 2000)),
    ]
    rows = rows if districts else rows[1:]
    boxes = [
        shapely.box(*(edge + ORIGIN[axis % 2] for axis, edge in enumerate(row[4]))) for row in rows
    ]
    columns = ["code", "name", "level", "parent_code"]
    layer = pd.DataFrame([row[:4] for row in rows], columns=columns)
    return gpd.GeoDataFrame(layer, geometry=boxes, crs=METRIC)


def facility(x=500, y=500, **changes):
    """Return one sound row of a register, at a place of the town."""
    lon, lat = lon_lat(x, y)
    row = {
        "id": "F1",
        "name": "柳园社区居家养老服务站",
        "kind": "care_station",
        "subdistrict_code": "320402001000",
        "community_code": "320402001001",
        "address": "天宁区柳园街道柳园社区",
        "lon": lon,
        "lat": lat,
        "crs": "EPSG:4490",
        "services": "activity;meals",
        "beds": "",
        "nursing_beds": "",
        "capacity": "50",
        "area_m2": "400",
        "status": "",
        "upgraded_year": "",
    }
    return {**row, **{key: str(value) for key, value in changes.items()}}


def found(rows, *, rule="", date="2026-06-30", book=None, **companions):
    """Return the findings of a table of rows, each with sentences that can be said."""
    table = rows if isinstance(rows, pd.DataFrame | Path) else pd.DataFrame(rows)
    ask = LintAsk(companions=companions, date=date, book=book or rulebook())
    findings = lint("facilities", table, ask).findings
    said(findings)
    return [one for one in findings if one.rule.startswith(rule)]


def said(findings):
    for finding in findings:
        for lang in ("zh", "en"):
            assert "{" not in finding_sentence(finding, lang)
            assert finding_mend(finding, lang)
        assert all(type(value) in {str, int, float} for value in finding.evidence.values())


def cases(findings):
    return [(one.rule, one.case) for one in findings]
