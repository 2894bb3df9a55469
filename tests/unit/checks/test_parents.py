"""N16: names that point to another town, and positions that lie in another."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, Polygon, box

from geoplan.domain.crs import reproject_xy
from tests.unit.checks.registers import cases, found, register

STREETS = register(
    ("320402001", "雕庄街道", "320402"),
    ("320402003", "茶山街道", "320402"),
    ("320402004", "红梅街道", "320402"),
    ("320402006", "兰陵街道", "320402"),
    columns="code name parent",
)
VILLAGES = register(
    ("320402006200", "茶山村村委会", "320402006"),
    ("320402003205", "红梅村村委会", "320402003"),
    ("320402004006", "红梅新村社区居委会", "320402004"),
    ("320402004020", "红梅社区居委会", "320402004"),
    ("320402003001", "丽华一村社区居委会", "320402003"),
    ("320402003002", "丽华二村社区居委会", "320402003"),
    columns="code name parent",
)
REGISTER = pd.concat([STREETS, VILLAGES], ignore_index=True)


def test_a_village_called_after_another_street_is_a_note_on_its_row():
    hongmei, chashan = found("N16", REGISTER)
    assert (hongmei.subject, hongmei.about, hongmei.row) == ("320402003205", ("红梅街道",), 6)
    assert (chashan.subject, chashan.about, chashan.row) == ("320402006200", ("茶山街道",), 5)
    assert {one.severity for one in (hongmei, chashan)} == {"note"}
    assert chashan.evidence == {"name": "茶山村村委会", "own": "兰陵街道", "town": "茶山街道"}


def test_a_village_called_after_its_own_street_is_right():
    assert found("N16", REGISTER.drop(index=[4, 5])) == []


def test_streets_that_are_only_declared_count_too_with_the_same_id():
    named = VILLAGES.drop(columns="parent").assign(
        street=["兰陵街道", "茶山街道", "红梅街道", "红梅街道", "茶山街道", "茶山街道"]
    )
    assert {one.id for one in found("N16", named)} == {one.id for one in found("N16", REGISTER)}


def test_a_street_of_another_county_confuses_nobody():
    elsewhere = STREETS.replace({"320402003": "320412003", "320402004": "320412004"})
    known = pd.concat([elsewhere, VILLAGES.iloc[:1]], ignore_index=True)
    assert found("N16", known) == []


def test_an_entry_whose_own_street_is_not_known_is_left_alone():
    alone = pd.concat([STREETS.iloc[1:2], VILLAGES.iloc[:1]], ignore_index=True)
    assert found("N16", alone) == []


def test_an_entry_without_code_is_placed_by_the_name_of_its_street():
    given_rows = register(
        ("", "茶山村", "兰陵街道"),
        ("", "茶山路", "兰陵街道"),
        ("", "浦南社区", "茶山街道"),
        columns="code name street",
    )
    assert cases("N16", given_rows) == [("茶山村", "name")]


def test_a_merged_row_is_judged_by_both_its_names():
    given_rows = register(
        ("320402006200", "浦南社区居委会（含茶山村村委）", "兰陵街道"),
        ("320402003001", "丽华社区", "茶山街道"),
        columns="code name street",
    )
    assert cases("N16", given_rows) == [("320402006200", "name")]


@settings(max_examples=15)
@given(st.permutations(range(len(REGISTER))))
def test_the_order_of_rows_changes_no_finding(order):
    straight = {one.id for one in found("N16", REGISTER)}
    assert {one.id for one in found("N16", REGISTER.iloc[order])} == straight


EAST, NORTH = 500_000.0, 3_515_000.0


def towns(*, level="subdistrict", shapes=None):
    """Return two streets of one square kilometre side by side, and a gap east of them."""
    shapes = shapes or [
        box(EAST, NORTH, EAST + 1000, NORTH + 1000),
        box(EAST + 1000, NORTH, EAST + 2000, NORTH + 1000),
    ]
    columns = {"code": ["320402003", "320402006"], "name": ["茶山街道", "兰陵街道"], "level": level}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4549")


def standing(east_m, *, parent="320402003", north_m=500.0, **columns):
    xy = np.array([[EAST + east_m, NORTH + north_m]])
    (lon, lat) = reproject_xy(xy, "EPSG:4549", "EPSG:4490")[0]
    row = {"code": "320402003001", "name": "丽华一村社区", "parent": parent, **columns}
    return pd.DataFrame([{**row, "lon": str(lon), "lat": str(lat), "crs": "EPSG:4490"}])


@pytest.mark.parametrize(
    ("east_m", "case"),
    [
        (500, None),
        (999.99, None),
        (1000.01, "near_border"),
        (1029.99, "near_border"),
        (1030.01, "geometry"),
        (1500, "geometry"),
        (-29.99, "near_border"),
        (-30.01, "outside"),
        (2500, "outside"),
    ],
)
def test_a_position_stands_in_the_declared_street(east_m, case):
    findings = found("N16", standing(east_m), units=towns())
    assert [one.case for one in findings] == ([] if case is None else [case])


def test_a_position_in_another_street_is_told_with_the_way_back():
    (one,) = found("N16", standing(1500), units=towns())
    assert (one.severity, one.about, one.row) == ("warning", ("320402006",), 1)
    assert (one.evidence["declared"], one.evidence["actual"]) == ("茶山街道", "兰陵街道")
    assert one.evidence["distance_m"] == pytest.approx(500, abs=0.1)
    drawn = gpd.GeoSeries([one.shape], crs="EPSG:4490").to_crs("EPSG:4549").iloc[0]
    assert drawn.length == pytest.approx(500, abs=0.1)
    assert Point(drawn.coords[0]).distance(Point(EAST + 1500, NORTH + 500)) < 0.01
    assert (one.lon, one.lat) == (round(one.lon, 6), round(one.lat, 6))


def test_a_position_near_the_border_is_a_note_and_one_outside_all_streets_a_warning():
    (near,) = found("N16", standing(1010), units=towns())
    assert (near.severity, near.evidence["distance_m"]) == ("note", pytest.approx(10, abs=0.1))
    (outside,) = found("N16", standing(-500), units=towns())
    assert (outside.severity, outside.about) == ("warning", ())


def test_the_street_is_known_by_its_name_or_by_the_own_code_of_the_entry():
    units = towns()
    by_name = standing(1500, parent="", parent_name="茶山街道办事处", code="")
    assert [one.case for one in found("N16", by_name, units=units)] == ["geometry"]
    by_code = standing(1500, parent="320402")
    assert [one.case for one in found("N16", by_code, units=units)] == ["geometry"]
    unknown = standing(1500, parent="", parent_name="红梅街道", code="")
    assert found("N16", unknown, units=units) == []


def test_streets_without_a_level_are_known_by_their_codes_and_broken_ones_are_repaired():
    assert [one.case for one in found("N16", standing(1500), units=towns(level=""))] == ["geometry"]
    bow = Polygon(
        [(EAST, NORTH), (EAST + 900, NORTH + 900), (EAST + 900, NORTH), (EAST, NORTH + 900)]
    )
    broken = towns(shapes=[bow, None])
    assert found("N16", standing(200, north_m=450.0), units=broken) == []
    assert [one.case for one in found("N16", standing(1500), units=broken)] == ["outside"]


def test_entries_without_a_position_are_left_alone():
    assert [one.case for one in found("N16", REGISTER, units=towns())] == ["name", "name"]
