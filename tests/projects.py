"""A small whole project on disk: a town of 1.2 km with streets, units, stations and people."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geoplan.domain.crs import reproject, reproject_xy

METRIC = "EPSG:4549"
CORNER = (500_000.0, 3_517_000.0)
SIDE, STEP = 1200.0, 100.0

PROJECT = """
[project]
id = "town"
name = "小镇"
[area]
boundaries = "units.geojson"
metric_crs = "EPSG:4549"
[network]
path = "streets.geojson"
snap_m = 100
[facilities]
path = "facilities.csv"
[demand]
path = "people.csv"
crs = "EPSG:4490"
[walk]
profiles = ["adult", "elder60", "elder80"]
minutes = [3, 6, 9]
[siting]
new = 2
"""


def lon_lat(xy):
    return reproject_xy(np.asarray(xy, float) + CORNER, METRIC, "EPSG:4490")


def write_town(folder: Path, *, stations=((150, 150), (650, 950)), seed=1, shuffle=None) -> Path:
    """Write the project; ``shuffle`` is a seed that reorders every table's rows."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "geoplan.toml").write_text(PROJECT, encoding="utf-8")
    order = None if shuffle is None else np.random.default_rng(shuffle)
    _write_layer(folder / "streets.geojson", _streets(), order)
    _write_layer(folder / "units.geojson", _units(), order)
    _write_table(folder / "facilities.csv", _facilities(stations), order)
    _write_table(folder / "people.csv", _people(seed), order)
    return folder


def _streets():
    ticks = np.arange(0.0, SIDE + 1, STEP)
    lines, names = [], []
    for row in ticks:
        for left in ticks[:-1]:
            lines += [
                shapely.LineString([(left, row), (left + STEP, row)]),
                shapely.LineString([(row, left), (row, left + STEP)]),
            ]
            names += [f"East {int(row)}", f"North {int(row)}"]
    shapes = reproject(np.array([shift(line) for line in lines]), METRIC, "EPSG:4490")
    return gpd.GeoDataFrame({"name": names}, geometry=shapes, crs="EPSG:4490")


def shift(shape):
    return shapely.transform(shape, lambda xy: xy + CORNER)


def _units():
    half = SIDE / 2
    boxes = {
        ("9", "区", "district", ""): (0, 0, SIDE, SIDE),
        ("91", "西街道", "subdistrict", "9"): (0, 0, half, SIDE),
        ("92", "东街道", "subdistrict", "9"): (half, 0, SIDE, SIDE),
        ("911", "西南社区", "community", "91"): (0, 0, half, half),
        ("912", "西北社区", "community", "91"): (0, half, half, SIDE),
        ("921", "东南社区", "community", "92"): (half, 0, SIDE, half),
        ("922", "东北社区", "community", "92"): (half, half, SIDE, SIDE),
    }
    rows = [dict(zip(("code", "name", "level", "parent_code"), key, strict=True)) for key in boxes]
    shapes = np.array([shift(shapely.box(*box)) for box in boxes.values()])
    return gpd.GeoDataFrame(rows, geometry=reproject(shapes, METRIC, "EPSG:4490"), crs="EPSG:4490")


def _facilities(stations):
    places = lon_lat([*stations, (1050, 150), (350, 350)])
    kinds = ["care_station"] * len(stations) + ["public_room", "social_work_room"]
    return pd.DataFrame(
        {
            "id": [f"f{row}" for row in range(len(kinds))],
            "name": [f"设施{row}" for row in range(len(kinds))],
            "kind": kinds,
            "lon": places[:, 0],
            "lat": places[:, 1],
            "crs": "EPSG:4490",
            "services": "",
        }
    )


def _people(seed):
    rng = np.random.default_rng(seed)
    xy = rng.uniform(20, SIDE - 20, (80, 2))
    everyone = rng.integers(5, 60, 80)
    older = rng.integers(0, everyone + 1)
    places = lon_lat(xy)
    return pd.DataFrame(
        {
            "id": [f"h{row:03d}" for row in range(80)],
            "name": "",
            "place": [f"小区{row % 7}" for row in range(80)],
            "lon": places[:, 0],
            "lat": places[:, 1],
            "people": everyone,
            "people_60": older,
            "people_80": rng.integers(0, older + 1),
        }
    )


def _write_layer(path, layer, order):
    rows = np.arange(len(layer)) if order is None else order.permutation(len(layer))
    layer.iloc[rows].reset_index(drop=True).to_file(path, driver="GeoJSON")


def _write_table(path, table, order):
    rows = np.arange(len(table)) if order is None else order.permutation(len(table))
    table.iloc[rows].to_csv(path, index=False, encoding="utf-8-sig")
