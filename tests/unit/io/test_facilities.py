"""Facilities: labels in two languages, numbers with units, positions, declared datum."""

from __future__ import annotations

import numpy as np
import pytest

from geoplan.errors import CrsError, DatumError, DuplicateIdError, SchemaError
from geoplan.io.facilities import read_facilities

COLUMNS = ("id", "name", "kind", "lon", "lat", "crs")
GOOD = {
    "id": "A1",
    "name": "站",
    "kind": "care_station",
    "lon": "119.97",
    "lat": "31.78",
    "crs": "EPSG:4490",
}


def table(folder, *rows):
    columns = list(dict.fromkeys([*COLUMNS, *(key for row in rows for key in row)]))
    lines = [",".join(columns)]
    for row in rows:
        cells = GOOD | row
        lines.append(",".join(f'"{cells.get(column, "")}"' for column in columns))
    path = folder / "facilities.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_chinese_table(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text(
        "编号,名称,类型,镇街,社区代码,地址,经度,纬度,坐标系,建筑面积㎡,床位,护理型床位,服务项目\n"
        'B2,乙,社区居家养老服务站,茶山,320402003001,路,119.97,31.78,CGCS2000,"1,200㎡",20张,１６,就餐；洗浴、维权\n'
        "A1,甲,图书馆,茶山,,路,119.98,31.79,CGCS2000,,,,\n",
        encoding="gb18030",
    )
    facilities = read_facilities(path)
    assert facilities.id.tolist() == ["A1", "B2"]
    assert facilities.kind.tolist() == ["library", "care_station"]
    assert facilities.community.tolist() == ["", "320402003001"]
    assert facilities.attributes["area_m2"][1] == 1200.0
    assert facilities.attributes["beds"][1] == 20.0
    assert facilities.attributes["nursing_beds"][1] == 16.0
    assert np.isnan(facilities.attributes["beds"][0])
    for service in ("elderly_care", "meals", "bathing", "rights"):
        assert facilities.giving(service).tolist() == [False, True]
    assert facilities.giving("library").tolist() == [True, False]
    assert not facilities.giving("activity").any()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"kind": "castle"}, "castle"),
        ({"kind": ""}, "kind"),
        ({"services": "meals;juggling"}, "juggling"),
        ({"status": "maybe"}, "maybe"),
        ({"beds": "约300"}, "约300"),
        ({"beds": "-3"}, "beds"),
        ({"cost": "-3"}, "cost"),
        ({"cost": "十万"}, "十万"),
        ({"lon": ""}, "lon"),
        ({"lon": "inf"}, "inf"),
        ({"lon": "31.78", "lat": "119.97"}, "swapped"),
        ({"lon": "497158", "lat": "3517458"}, "497158"),
        ({"lon": "119°58'"}, "119°58'"),
        ({"id": ""}, "id"),
    ],
)
def test_impossible_values_name_the_row(tmp_path, row, words):
    with pytest.raises(SchemaError, match=r"row 3\b") as caught:
        read_facilities(table(tmp_path, {}, {"id": "A2"} | row))
    assert words in str(caught.value)


def test_full_width_position(tmp_path):
    facilities = read_facilities(table(tmp_path, {"lon": "１１９．９７"}))
    assert facilities.xy[0, 0] == 119.97


def test_one_id_twice_names_both_rows(tmp_path):
    with pytest.raises(DuplicateIdError, match=r"2.*4"):
        read_facilities(table(tmp_path, {}, {"id": "A2"}, {}))


def test_a_missing_column_lists_missing_and_found(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text("id,name,lon,lat\n1,a,2,3\n", encoding="utf-8")
    with pytest.raises(SchemaError, match=r"kind.*found.*name, lon"):
        read_facilities(path)


@pytest.mark.parametrize("name", ["GCJ-02", "gcj02", "高德", "BD-09", "BD09", "百度"])
def test_a_shifted_datum_is_refused_and_said(tmp_path, name):
    with pytest.raises(DatumError, match="EPSG:4490"):
        read_facilities(table(tmp_path, {"crs": name}))
    with pytest.raises(DatumError):
        read_facilities(table(tmp_path, {}), crs=name)


def test_coordinate_systems(tmp_path):
    with pytest.raises(CrsError, match="crs"):
        read_facilities(table(tmp_path, {"crs": ""}))
    with pytest.raises(CrsError, match="EPSG:9"):
        read_facilities(table(tmp_path, {"crs": "EPSG:999999"}))
    with pytest.raises(CrsError):
        read_facilities(table(tmp_path, {}, {"id": "A2", "crs": "EPSG:4326"}))
    with pytest.raises(CrsError, match="EPSG:4549"):
        read_facilities(table(tmp_path, {"crs": "EPSG:4549"}))
    assert read_facilities(table(tmp_path, {"crs": "WGS84"})).crs == "EPSG:4326"
    assert read_facilities(table(tmp_path, {"crs": ""}), crs="EPSG:4490").crs == "EPSG:4490"


def test_made_rows_make_the_source_synthetic(tmp_path):
    assert read_facilities(table(tmp_path, {"made": "1"})).source.synthetic
    assert read_facilities(table(tmp_path, {"made": "是"})).source.synthetic
    assert not read_facilities(table(tmp_path, {"made": "否"})).source.synthetic


def test_codes_that_excel_spoilt(tmp_path):
    path = table(tmp_path, {"community_code": "320402003001.0"})
    assert read_facilities(path).community.tolist() == ["320402003001"]
    path = table(tmp_path, {"community_code": "3.20402003001e11"})
    assert read_facilities(path).community.tolist() == ["320402003001"]


def test_ratings_in_words_and_numbers(tmp_path):
    texts = ["1", "五级", "３级", "4.0", "", "未评定"]
    rows = [{"id": f"A{row}", "rating": text} for row, text in enumerate(texts)]
    rating = read_facilities(table(tmp_path, *rows)).attributes["rating"]
    np.testing.assert_array_equal(rating, [1, 5, 3, 4, np.nan, np.nan])


def test_a_table_without_ratings_knows_none(tmp_path):
    assert np.isnan(read_facilities(table(tmp_path, {})).attributes["rating"]).all()


@pytest.mark.parametrize("text", ["0", "6", "2.5", "AAA", "六级"])
def test_a_rating_that_does_not_exist_names_the_row(tmp_path, text):
    with pytest.raises(SchemaError, match=r"row 3: rating is .*1 to 5"):
        read_facilities(table(tmp_path, {}, {"id": "A2", "rating": text}))


@pytest.mark.parametrize("header", ["cost", "费用", "改造费用（万元）"])
def test_what_opening_a_service_costs_and_the_places_that_wait_for_one(tmp_path, header):
    path = tmp_path / "f.csv"
    path.write_text(
        f"编号,名称,类型,经度,纬度,坐标系,{header}\n"
        "A1,甲,党群服务中心,119.97,31.78,EPSG:4490,12.5\n"
        "A2,乙,闲置用房,119.98,31.78,EPSG:4490,0\n"
        "A3,丙,社区用房,119.99,31.78,EPSG:4490,\n",
        encoding="utf-8",
    )
    facilities = read_facilities(path)
    assert facilities.kind.tolist() == ["party_center", "idle_building", "public_room"]
    assert not facilities.offers.any()
    assert facilities.attributes["cost"][:2].tolist() == [12.5, 0.0]
    assert np.isnan(facilities.attributes["cost"][2])
