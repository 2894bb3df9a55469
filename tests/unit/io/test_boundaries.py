"""Boundaries: codes as digits, levels in two languages, parents, valid polygons."""

from __future__ import annotations

import json

import geopandas as gpd
import pytest
import shapely

from geoplan.errors import CrsError, DatumError, DuplicateIdError, EmptyInputError, SchemaError
from geoplan.io.boundaries import read_boundaries

BOX = shapely.box(119.9, 31.7, 120.0, 31.8)
UNITS = [
    {"code": "320402003001", "name": "丽华", "level": "community", "parent_code": "320402003"},
    {"code": "320402003", "name": "茶山", "level": "subdistrict", "parent_code": "320402"},
    {"code": "320402", "name": "天宁区", "level": "district", "parent_code": ""},
]


def geojson(folder, *, units=UNITS, shapes=None):
    features = [
        {"type": "Feature", "properties": unit, "geometry": shapely.geometry.mapping(shape)}
        for unit, shape in zip(units, shapes or [BOX] * len(units), strict=True)
    ]
    path = folder / "units.geojson"
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    return path


def changed(row, **values):
    return [unit | (values if number == row else {}) for number, unit in enumerate(UNITS)]


def test_sorted_by_level_then_code(tmp_path):
    units = read_boundaries(geojson(tmp_path))
    assert units.level.tolist() == ["district", "subdistrict", "community"]
    assert units.code.tolist() == ["320402", "320402003", "320402003001"]
    assert units.parent.tolist() == ["", "320402", "320402003"]
    assert not units.source.synthetic


def test_codes_written_as_numbers(tmp_path):
    units = [
        UNITS[0] | {"code": "3.20402003001e11", "parent_code": "320402003.0"},
        UNITS[1] | {"code": "320402003", "parent_code": "320402"},
        UNITS[2] | {"code": 320402},
    ]
    read = read_boundaries(geojson(tmp_path, units=units))
    assert read.code.tolist() == ["320402", "320402003", "320402003001"]
    assert read.parent.tolist() == ["", "320402", "320402003"]


def test_codes_stored_as_numbers(tmp_path):
    units = [unit | {"code": float(unit["code"])} for unit in UNITS]
    read = read_boundaries(geojson(tmp_path, units=units))
    assert read.code.tolist() == ["320402", "320402003", "320402003001"]


def test_chinese_headers_and_levels(tmp_path):
    words = {"district": "区县", "subdistrict": "镇街", "community": "社区"}
    units = [
        {
            "代码": unit["code"],
            "名称": unit["name"],
            "级别": words[unit["level"]],
            "上级代码": unit["parent_code"],
            "made": 1,
        }
        for unit in UNITS
    ]
    read = read_boundaries(geojson(tmp_path, units=units))
    assert read.level.tolist() == ["district", "subdistrict", "community"]
    assert read.made.all()
    assert read.source.synthetic


@pytest.mark.parametrize(
    ("units", "words"),
    [
        (changed(0, level="galaxy"), "galaxy"),
        (changed(0, parent_code="999"), "999"),
        (changed(0, parent_code="320402"), "320402"),
        (changed(1, parent_code=""), "320402003"),
        (changed(0, code=""), "code"),
        ([{key: unit[key] for key in ("code", "name", "level")} for unit in UNITS], "parent_code"),
    ],
)
def test_impossible_units(tmp_path, units, words):
    with pytest.raises(SchemaError) as caught:
        read_boundaries(geojson(tmp_path, units=units))
    assert words in str(caught.value)


def test_one_code_twice(tmp_path):
    with pytest.raises(DuplicateIdError, match="320402003001"):
        read_boundaries(geojson(tmp_path, units=[*UNITS, UNITS[0]]))


@pytest.mark.parametrize(
    "shape",
    [
        shapely.Polygon([(119.9, 31.7), (120.0, 31.8), (120.0, 31.7), (119.9, 31.8)]),
        shapely.Polygon(),
        shapely.LineString([(119.9, 31.7), (120.0, 31.8)]),
    ],
    ids=["bow tie", "empty", "line"],
)
def test_impossible_geometry_names_the_unit(tmp_path, shape):
    with pytest.raises(SchemaError, match="320402003001"):
        read_boundaries(geojson(tmp_path, shapes=[shape, BOX, BOX]))


def test_coordinate_systems(tmp_path):
    frame = gpd.GeoDataFrame(UNITS, geometry=[BOX] * 3, crs="EPSG:4490")
    frame.rename(columns={"parent_code": "parent_cod"}).to_file(tmp_path / "units.shp")
    assert read_boundaries(tmp_path / "units.shp").crs == "EPSG:4490"
    (tmp_path / "units.prj").unlink()
    with pytest.raises(CrsError, match=r"no coordinate system"):
        read_boundaries(tmp_path / "units.shp")
    assert read_boundaries(tmp_path / "units.shp", crs="EPSG:4490").crs == "EPSG:4490"
    with pytest.raises(DatumError):
        read_boundaries(tmp_path / "units.shp", crs="GCJ-02")


def test_metres_that_are_called_degrees(tmp_path):
    far = shapely.box(490_000, 3_510_000, 500_000, 3_520_000)
    with pytest.raises((SchemaError, CrsError)):
        read_boundaries(geojson(tmp_path, shapes=[far] * 3))


def test_a_projected_layer_stays_as_it_is(tmp_path):
    box = shapely.box(490_000, 3_510_000, 500_000, 3_520_000)
    gpd.GeoDataFrame(UNITS, geometry=[box] * 3, crs="EPSG:4549").to_file(tmp_path / "u.gpkg")
    read = read_boundaries(tmp_path / "u.gpkg")
    assert read.crs == "EPSG:4549"
    assert shapely.equals(read.geometry, box).all()


def test_no_features(tmp_path):
    with pytest.raises(EmptyInputError):
        read_boundaries(geojson(tmp_path, units=[]))
