"""F01 to F07: what single rows and pairs of rows of a register say."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geoplan.domain.kinds import KINDS
from geoplan.domain.rules import changed_rulebook, rulebook
from geoplan.errors import ConfigError, CrsError, SchemaError
from geoplan.io.facility_register import read_facility_register
from tests.facility_town import METRIC, ORIGIN, cases, facility, found, lon_lat, units


def test_a_sound_row_gives_nothing():
    assert found([facility()], units=units()) == []


# F01 addresses


@pytest.mark.parametrize(
    ("address", "case", "written", "expected"),
    [
        ("天宁区桥头街道", "subdistrict", "桥头街道", "柳园街道"),
        ("天宁区柳园街道河东村", "community", "河东村", "柳园社区"),
        ("常州市武进区湖塘镇", "district", "武进区", "天宁区"),
        ("天宁区湖塘镇", "subdistrict", "湖塘镇", "柳园街道"),
    ],
)
def test_an_address_against_the_declared_unit(address, case, written, expected):
    (finding,) = found([facility(address=address)], rule="F01", units=units())
    assert (finding.case, finding.severity) == (case, "warning")
    assert finding.evidence["written"] == written
    assert finding.evidence["expected"] == expected
    assert finding.evidence["address"] == address
    assert finding.lon is not None
    assert finding.row == 1


@pytest.mark.parametrize(
    ("x", "expected"), [(500, "subdistrict"), (969, "subdistrict"), (971, ""), (1500, "")]
)
def test_an_address_against_the_position_when_nothing_is_declared(x, expected):
    row = facility(x, 500, subdistrict_code="", community_code="", address="天宁区桥头街道")
    findings = found([row], rule="F01", units=units())
    assert [one.case for one in findings] == ([expected] if expected else [])
    if expected:
        assert findings[0].evidence["what"] == "located"


def test_an_address_that_contradicts_itself():
    row = facility(lon="", lat="", subdistrict_code="", community_code="")
    row["address"] = "天宁区桥头街道河东村"
    (finding,) = found([row], rule="F01", units=units())
    assert (finding.case, finding.evidence["expected"]) == ("within", "柳园街道")


def test_a_retired_subdistrict_is_a_note_and_the_word_list_can_grow():
    row = facility(address="天宁区清凉街道12号")
    (finding,) = found([row], rule="F01", units=units())
    assert (finding.case, finding.severity) == ("retired", "note")
    row = facility(address="天宁区旧桥街道")
    assert cases(found([row], rule="F01", units=units())) == [("F01", "subdistrict")]
    book = changed_rulebook(
        rulebook(), {"F01": {"add_retired_subdistricts": ["旧桥"]}}, where="rules"
    )
    assert cases(found([row], rule="F01", units=units(), book=book)) == [("F01", "retired")]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "桥头路5号",
        "天宁区桥头路5号",
        "广东路1号",
        "天宁区河东村路2号",
        "柳园新村3幢",
        "武进大厦",
    ],
)
def test_addresses_that_contradict_nothing(address):
    assert found([facility(address=address)], rule="F01", units=units()) == []


def test_an_address_is_read_with_the_register_of_names_alone():
    names = pd.DataFrame(
        {"code": ["320402001000", "320402002000"], "name": ["柳园街道", "桥头街道"]}
    )
    row = facility(address="桥头街道8号", community_code="")
    assert cases(found([row], rule="F01", names=names)) == [("F01", "subdistrict")]
    assert found([row], rule="F01") == []


# F02 duplicates


def test_the_same_id_is_an_error_for_every_later_row():
    rows = [facility(100 * n, 100, id="F1", name=f"第{n}站") for n in (1, 2, 3)]
    findings = found(rows, rule="F02", units=units())
    assert cases(findings) == [("F02", "id")] * 2
    assert [(one.evidence["row"], one.evidence["first_row"]) for one in findings] == [
        (2, 1),
        (3, 1),
    ]
    assert len({one.id for one in findings}) == 2


def test_the_same_name_in_one_subdistrict():
    rows = [facility(id="F1"), facility(200, 200, id="F2", name=" 柳园社区·居家养老服务站")]
    (finding,) = found(rows, rule="F02", units=units())
    assert (finding.case, finding.severity, finding.about) == ("name", "warning", ("F1",))
    rows[1]["kind"] = "public_room"
    (finding,) = found(rows, rule="F02", units=units())
    assert (finding.case, finding.severity) == ("name_kinds", "note")
    rows[1] |= {"subdistrict_code": "320402002000", "community_code": ""}
    assert found(rows, rule="F02", units=units()) == []


def test_ordinal_names_are_no_duplicates():
    names = ["丽华一村社工室", "丽华二村社工室", "工人新村第一社区社工室", "工人新村第二社区社工室"]
    rows = [
        facility(100 * n, 100, id=f"F{n}", name=name, kind="social_work_room")
        for n, name in enumerate(names, start=1)
    ]
    assert found(rows, units=units()) == []


@pytest.mark.parametrize(("apart_m", "count"), [(0, 1), (4.9, 1), (5.1, 0)])
def test_the_same_place_for_one_kind(apart_m, count):
    rows = [facility(id="F1", name="甲站"), facility(500 + apart_m, 500, id="F2", name="乙站")]
    findings = found(rows, rule="F02", units=units())
    assert cases(findings) == [("F02", "place")] * count
    for finding in findings:
        assert finding.evidence["distance_m"] == pytest.approx(apart_m, abs=0.02)
        assert (finding.subject, finding.about) == ("F2", ("F1",))
    rows[1]["kind"] = "social_work_room"
    assert found(rows, rule="F02", units=units()) == []


def test_places_agree_with_brute_force():
    random = np.random.default_rng(7)
    spots = random.uniform(0, 60, (80, 2)).round(1)
    spots[40:50] = spots[:10]
    rows = [
        facility(x, y, id=f"F{n:03d}", name=f"第{n}站") for n, (x, y) in enumerate(spots.tolist())
    ]
    findings = found(rows, rule="F02", units=units())
    apart = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1))
    later = {f"F{n:03d}" for n in range(80) if (apart[n, :n] < 4.99).any()}
    assert {one.subject for one in findings if one.case == "place"} == later
    assert later


# F03 amounts


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"beds": 10, "nursing_beds": 10, "area_m2": 400}, []),
        ({"beds": 10, "nursing_beds": 11, "area_m2": 400}, ["nursing_beds"]),
        ({"beds": "", "nursing_beds": 11}, []),
        ({"kind": "library", "name": "图书馆", "beds": 1}, ["beds_of_kind"]),
        ({"kind": "library", "name": "图书馆", "beds": 0}, []),
        ({"capacity": 0}, ["no_capacity"]),
        ({"capacity": 1}, []),
        ({"capacity": 20000}, []),
        ({"capacity": 20001}, ["too_large"]),
        ({"area_m2": 200001}, ["too_large"]),
        ({"beds": 2001, "area_m2": 100000}, ["too_large"]),
        ({"beds": 100, "area_m2": 499.9}, ["small_area"]),
        ({"beds": 100, "area_m2": 500}, []),
        ({"beds": 100, "area_m2": 50000}, []),
        ({"beds": 100, "area_m2": 50001}, ["large_area"]),
        (
            {"kind": "care_institution", "name": "养老院", "beds": 10, "area_m2": 349},
            ["standard_area"],
        ),
        ({"kind": "care_institution", "name": "养老院", "beds": 10, "area_m2": 350}, []),
        ({"capacity": -1}, ["negative"]),
        ({"upgraded_year": 1948}, ["early_year"]),
        ({"upgraded_year": 1949}, []),
        ({"upgraded_year": 2026}, []),
        ({"upgraded_year": 2027}, ["late_year"]),
    ],
)
def test_amounts_that_cannot_be_true(changes, expected):
    findings = found([facility(**changes)], rule="F03", units=units())
    assert [one.case for one in findings] == expected
    levels = {"nursing_beds": "error", "negative": "error", "standard_area": "note"}
    levels |= {"early_year": "error", "late_year": "error"}
    assert all(one.severity == levels.get(one.case, "warning") for one in findings)


def test_no_year_is_too_late_without_a_date():
    assert found([facility(upgraded_year=2099)], rule="F03", date="") == []


# F04 streets


@pytest.mark.parametrize(
    ("away_m", "case"), [(99.5, ""), (100.5, "far"), (249.5, "far"), (250.5, "too_far")]
)
def test_the_distance_to_the_nearest_street(away_m, case):
    west, south = ORIGIN
    line = shapely.LineString([(west, south), (west + 2000, south)])
    streets = gpd.GeoDataFrame({"highway": ["residential"]}, geometry=[line], crs=METRIC)
    findings = found([facility(500, away_m)], rule="F04", streets=streets)
    assert [one.case for one in findings] == ([case] if case else [])
    for finding in findings:
        assert finding.severity == {"far": "warning", "too_far": "error"}[case]
        assert finding.evidence["distance_m"] == pytest.approx(away_m, abs=0.1)


def test_streets_in_memory_need_lines():
    with pytest.raises(SchemaError, match="no lines"):
        found([facility()], streets=pd.DataFrame({"name": ["a"]}))


# F05 services


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"services": "就餐、活动"}, []),
        ({"services": ""}, ["missing"]),
        ({"services": "elderly_care"}, ["no_care"]),
        ({"services": "meals；按摩"}, ["unknown"]),
        ({"services": "", "kind": "public_room", "name": "社区用房"}, []),
        ({"services": "理发;按摩"}, ["unknown", "unknown", "no_care"]),
    ],
)
def test_services(changes, expected):
    findings = found([facility(**changes)], rule="F05", units=units())
    assert [one.case for one in findings] == expected
    assert len({one.id for one in findings}) == len(findings)
    assert all((one.case == "unknown") == (one.severity == "error") for one in findings)


def test_a_register_without_services_is_reported_once():
    rows = [facility(id="F1"), facility(100, 100, id="F2", name="乙站")]
    table = pd.DataFrame(rows).drop(columns="services")
    assert cases(found(table, rule="F05")) == [("F05", "column")]


# F06 names


@pytest.mark.parametrize(
    ("name", "kind", "other"),
    [
        ("青龙养老院", "care_institution", ""),
        ("青龙养老院", "social_work_station", "care_institution"),
        ("青龙养老院社工室", "social_work_room", ""),
        ("青龙养老院社工室", "care_institution", "social_work_room"),
        ("和平社区党群服务中心", "community_center", ""),
        ("和平社区党群服务中心", "party_center", ""),
        ("和平社区党群服务中心", "library", "community_center"),
        ("和平社区居家养老服务站", "care_center", "care_station"),
        ("红梅街道综合养老服务中心", "care_center", ""),
        ("红梅街道综合养老服务中心", "care_station", "care_center"),
        ("红梅驿站", "library", ""),
    ],
)
def test_the_last_telling_word_of_a_name_suits_the_kind(name, kind, other):
    findings = found([facility(name=name, kind=kind)], rule="F06")
    assert [one.evidence["other_kind"] for one in findings] == ([other] if other else [])
    assert all((one.case, one.severity) == ("kind_word", "warning") for one in findings)


def test_the_words_of_the_rule_are_of_known_kinds():
    assert set(rulebook().rules["F06"].words) <= set(KINDS)


def test_a_facility_without_a_name():
    (finding,) = found([facility(name=" ")], rule="F06")
    assert (finding.case, finding.subject, finding.evidence["row"]) == ("empty", "F1", 1)


# F07 cells


@pytest.mark.parametrize(
    ("changes", "case", "column", "text"),
    [
        ({"kind": "敬老所"}, "cell", "kind", "敬老所"),
        ({"kind": ""}, "empty", "kind", ""),
        ({"id": ""}, "empty", "id", ""),
        ({"lon": ""}, "empty", "lon", ""),
        ({"lat": "东经"}, "cell", "lat", "东经"),
        ({"beds": "约300"}, "cell", "beds", "约300"),
        ({"area_m2": "1e999"}, "cell", "area_m2", "1e999"),
        ({"status": "在建"}, "cell", "status", "在建"),
        ({"lon": "31.78", "lat": "119.97"}, "swapped", "lon", "31.78, 119.97"),
        ({"lon": "497158", "lat": "3517458"}, "range", "lon", "497158, 3.51746e+06"),
    ],
)
def test_a_bad_cell_is_an_error_and_never_a_refusal(changes, case, column, text):
    (finding,) = found([facility(**changes)], rule="F07")
    assert (finding.case, finding.severity) == (case, "error")
    assert (finding.evidence["column"], finding.evidence["text"]) == (column, text)
    assert finding.evidence["row"] == finding.row == 1


def test_every_bad_cell_of_a_row_is_told_apart():
    findings = found([facility(lon="", lat="", kind="x", beds="y")], rule="F07")
    assert sorted(one.evidence["column"] for one in findings) == ["beds", "kind", "lat", "lon"]
    assert len({one.id for one in findings}) == 4


@pytest.mark.parametrize("text", ["GCJ-02", "EPSG:99999", "EPSG:4549"])
def test_rows_in_an_unusable_system_have_no_position(text):
    rows = [facility(id="F1"), facility(900, 900, id="F2", name="乙站", crs=text)]
    (finding,) = found(rows, rule="F07")
    assert (finding.case, finding.evidence["text"], finding.evidence["rows"]) == ("crs", text, 1)
    register = read_facility_register(pd.DataFrame(rows))
    assert np.isfinite(register.xy).all(axis=1).tolist() == [True, False]


def test_a_row_without_a_system_follows_the_others_when_they_agree():
    rows = [facility(id="F1"), facility(900, 900, id="F2", name="乙站", crs="")]
    assert found(rows, rule="F07") == []
    rows.append(facility(100, 100, id="F3", name="丙站", crs="EPSG:4326"))
    (finding,) = found(rows, rule="F07")
    assert (finding.case, finding.evidence["text"], finding.evidence["row"]) == ("crs", "", 2)


def test_missing_columns_are_findings_and_no_system_at_all_is_refused():
    table = pd.DataFrame([facility()]).drop(columns=["kind", "lon", "lat"])
    assert [one.evidence["column"] for one in found(table, rule="F07")] == ["kind", "lat", "lon"]
    with pytest.raises(CrsError, match="no coordinate system"):
        found([facility(crs="")])
    with pytest.raises(SchemaError, match="neither an id nor a name"):
        found(pd.DataFrame({"kind": ["library"]}))
    with pytest.raises(ConfigError, match="takes no 'roster'"):
        found([facility()], roster=units())


def test_a_layer_of_points_needs_no_columns_of_positions():
    row = {key: value for key, value in facility().items() if key not in {"lon", "lat", "crs"}}
    other = row | {"id": "F2", "name": "乙站"}
    lon, lat = (float(text) for text in lon_lat(500, 500))
    points = [shapely.Point(lon, lat), None]
    layer = gpd.GeoDataFrame([row, other], geometry=points, crs="EPSG:4490")
    (finding,) = found(layer, units=units())
    assert (finding.rule, finding.case, finding.subject) == ("F07", "empty", "F2")


def test_row_order_changes_no_finding():
    rows = [
        facility(id="F1", beds="x", address="天宁区桥头街道"),
        facility(1500, 900, id="F2", name="乙养老院", services="按摩"),
        facility(lon="", id="F3", name="丙站", capacity=0),
    ]
    ids = {one.id for one in found(rows, units=units())}
    assert ids == {one.id for one in found(rows[::-1], units=units())}
    assert len(ids) >= 6
