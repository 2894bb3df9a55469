"""B10: the declared unit against the position."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from geoplan.domain.crs import GEOGRAPHIC, reproject_xy
from tests.facility_town import (
    FACILITIES,
    METRIC,
    NAMES,
    STREETS,
    UNITS,
    cases,
    facility,
    found,
    units,
)


def test_the_sample_is_clean():
    assert found(FACILITIES, units=UNITS, names=NAMES, streets=STREETS) == []


@pytest.mark.parametrize(
    ("subdistrict", "community"),
    [
        ("320402001000", "320402001001"),
        ("320402001", "320402001001"),
        ("柳园街道", "柳园社区居委会"),
        ("柳园", "柳园社区"),
        ("柳园街道", "柳园居委会"),
        ("", "柳园社区居民委员会"),
        ("柳园街道", ""),
        ("", ""),
    ],
)
def test_a_unit_may_be_declared_by_code_or_name(subdistrict, community):
    row = facility(subdistrict_code="", community_code="", address="")
    del row["subdistrict_code"], row["community_code"]
    row |= {"镇街": subdistrict, "社区": community}
    assert found([row], rule="B10", units=units()) == []


def test_another_community_of_the_subdistrict_and_another_subdistrict():
    village, street = found(
        [facility(500, 1400, id="F1"), facility(1700, 500, id="F2", name="乙站")],
        rule="B10",
        units=units(),
    )
    assert (village.case, village.severity, village.subject) == ("community", "warning", "F1")
    assert village.evidence["declared"] == "柳园社区"
    assert village.evidence["standing"] == "河东村"
    assert village.evidence["distance_m"] == pytest.approx(400, abs=0.1)
    assert village.row == 1
    assert (village.lon, village.lat) == pytest.approx(
        tuple(reproject_xy(np.array([[497_500.0, 3_518_400.0]]), METRIC, GEOGRAPHIC)[0]), abs=1e-6
    )
    assert (street.case, street.evidence["declared"]) == ("subdistrict", "柳园街道")
    assert street.evidence["standing"] == "桥头街道"


@pytest.mark.parametrize(
    ("beyond_m", "case"), [(0.001, "near_border"), (29.9, "near_border"), (30.1, "community")]
)
def test_a_contradiction_near_the_border_is_a_note(beyond_m, case):
    (finding,) = found([facility(500, 1000 + beyond_m + 0.02)], rule="B10", units=units())
    assert finding.case == case
    assert finding.severity == ("note" if case == "near_border" else "warning")


def test_a_point_on_a_shared_border_stands_in_the_unit_with_the_lower_code():
    on_line = facility(500, 1000)
    assert found([on_line], rule="B10", units=units()) == []
    (finding,) = found([on_line | {"community_code": "320402001200"}], rule="B10", units=units())
    assert finding.case == "near_border"


@pytest.mark.parametrize("declared", ["320402001001", ""])
@pytest.mark.parametrize("districts", [True, False])
def test_outside_every_unit(declared, districts):
    row = facility(-120, 500, community_code=declared, subdistrict_code="")
    (finding,) = found([row], rule="B10", units=units(districts=districts))
    assert (finding.case, finding.severity) == ("outside", "note")
    assert finding.evidence["distance_m"] == pytest.approx(120, abs=0.1)


def test_a_declared_unit_that_nobody_knows():
    row = facility(subdistrict_code="幸福街道", community_code="320402001009")
    first, second = found([row], rule="B10", units=units())
    assert {first.case, second.case} == {"unknown_unit"}
    assert {one.evidence["unit_text"] for one in (first, second)} == {"幸福街道", "320402001009"}
    assert first.id != second.id


def test_a_unit_of_the_names_register_that_has_no_polygon_is_known():
    names = pd.DataFrame(
        {"code": ["320402001009"], "name": ["新村社区居委会"], "上级代码": ["320402001000"]}
    )
    row = facility(community_code="新村社区")
    assert cases(found([row], rule="B10", units=units())) == [("B10", "unknown_unit")]
    assert found([row], rule="B10", units=units(), names=names) == []


def test_a_name_of_two_communities_means_that_of_the_declared_subdistrict():
    layer = units()
    layer.loc[layer["code"] == "320402002001", "name"] = "柳园社区居委会"
    row = facility(1500, 500, subdistrict_code="320402002000", community_code="柳园社区")
    assert found([row], rule="B10", units=layer) == []
    (finding,) = found([row | {"subdistrict_code": ""}], rule="B10", units=layer)
    assert (finding.case, finding.severity) == ("several_units", "note")


def test_a_community_declared_under_the_wrong_subdistrict():
    row = facility(subdistrict_code="320402002000", community_code="320402001001")
    findings = found([row], rule="B10", units=units())
    assert ("B10", "parent") in cases(findings)
    finding = next(one for one in findings if one.case == "parent")
    assert finding.evidence["parent"] == "柳园街道"
    assert finding.evidence["declared"] == "桥头街道"


def test_no_position_and_no_layer_say_nothing_of_places():
    assert found([facility(lon="", lat="")], rule="B10", units=units()) == []
    assert found([facility(5000, 5000)], rule="B10") == []


def test_row_order_changes_nothing_and_ids_stay_when_a_distance_changes():
    rows = [
        facility(500, 1400, id="F1"),
        facility(1700, 500, id="F2", name="乙站"),
        facility(300, 300, id="F3", name="丙站"),
    ]
    ids = {one.id for one in found(rows, rule="B10", units=units())}
    assert ids == {one.id for one in found(rows[::-1], rule="B10", units=units())}
    rows[0] = facility(500, 1600, id="F1")
    assert ids == {one.id for one in found(rows, rule="B10", units=units())}


# the public formula of GCJ-02 and of BD-09 on top of it
_A, _E2 = 6378245.0, 0.00669342162296594323


def _wave(x, *parts):
    return sum(size * math.sin(x * math.pi / period) for size, period in parts) * 2 / 3


def gcj02(lon, lat):
    x, y = lon - 105, lat - 35
    root = math.sqrt(abs(x))
    ripple = _wave(x, (20, 1 / 6), (20, 1 / 2))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple
    north += _wave(y, (20, 1), (40, 3)) + _wave(y, (160, 12), (320, 30))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple
    east += _wave(x, (20, 1), (40, 3)) + _wave(x, (150, 12), (300, 30))
    radian = math.radians(lat)
    bend = 1 - _E2 * math.sin(radian) ** 2
    north_radius = _A * (1 - _E2) / (bend * math.sqrt(bend))
    east_radius = _A / math.sqrt(bend) * math.cos(radian)
    return lon + math.degrees(east / east_radius), lat + math.degrees(north / north_radius)


def bd09(lon, lat):
    x, y = gcj02(lon, lat)
    size = math.hypot(x, y) + 2e-5 * math.sin(y * math.pi * 3000 / 180)
    angle = math.atan2(y, x) + 3e-6 * math.cos(x * math.pi * 3000 / 180)
    return size * math.cos(angle) + 0.0065, size * math.sin(angle) + 0.006


def sample():
    return pd.read_csv(FACILITIES, dtype=str, encoding="utf-8-sig").fillna("")


def moved(table, move):
    table = table.copy()
    points = [move(float(lon), float(lat)) for lon, lat in zip(table.lon, table.lat, strict=True)]
    table["lon"] = [f"{lon:.8f}" for lon, _ in points]
    table["lat"] = [f"{lat:.8f}" for _, lat in points]
    return table


def by_metres(east_m, north_m):
    return lambda lon, lat: (lon + east_m / 94_600, lat + north_m / 110_900)


@pytest.mark.parametrize(
    ("move", "verdict", "east_m", "north_m"),
    [
        (gcj02, "gcj02", 456, -217),
        (bd09, "bd09", 1076, 442),
        (by_metres(-300, 180), "other_shift", -300, 180),
        (by_metres(0, 110), "other_shift", 0, 110),
    ],
)
def test_one_displacement_of_all_positions_is_one_error(move, verdict, east_m, north_m):
    findings = found(moved(sample(), move), rule="B10", units=UNITS)
    assert cases(findings) == [("B10", "shift")]
    finding = findings[0]
    assert (finding.severity, finding.subject) == ("error", "*")
    assert finding.evidence["verdict"] == verdict
    assert finding.evidence["east_m"] == pytest.approx(east_m, abs=30)
    assert finding.evidence["north_m"] == pytest.approx(north_m, abs=30)
    assert finding.evidence["share_after"] > finding.evidence["share_before"]


@pytest.mark.parametrize("angle", range(0, 360, 45))
@pytest.mark.parametrize("length_m", [20, 49])
def test_a_displacement_below_50_m_is_none(angle, length_m):
    east_m = length_m * math.cos(math.radians(angle))
    north_m = length_m * math.sin(math.radians(angle))
    findings = found(moved(sample(), by_metres(east_m, north_m)), rule="B10", units=UNITS)
    assert "shift" not in {one.case for one in findings}


def test_gross_errors_beside_a_displacement_are_still_reported():
    table = sample()
    strays = table.index[::20]
    declared = table["community_code"].to_numpy()
    table = moved(table, gcj02)
    table.loc[strays, ["lon", "lat"]] = table.loc[strays[::-1], ["lon", "lat"]].to_numpy()
    findings = found(table, rule="B10", units=UNITS)
    assert cases(findings)[0] == ("B10", "shift")
    assert findings[0].evidence["verdict"] == "gcj02"
    reported = {one.subject for one in findings[1:]}
    exchanged = {
        table["id"][here]
        for here, there in zip(strays, strays[::-1], strict=True)
        if declared[here] != declared[there]
    }
    assert reported <= exchanged
    assert len(reported) >= 0.8 * len(exchanged)


@pytest.mark.parametrize(("count", "is_found"), [(15, True), (14, False)])
def test_fewer_than_15_positions_decide_nothing(count, is_found):
    table = moved(sample().sample(count, random_state=1), gcj02)
    findings = found(table, rule="B10", units=UNITS)
    assert ("shift" in {one.case for one in findings}) is is_found


@pytest.mark.parametrize("seed", range(6))
def test_wrong_declarations_of_many_kinds_are_no_displacement(seed):
    table = sample()
    chosen = table.sample(60, random_state=seed)
    exchanged = chosen.sample(30, random_state=seed).index
    chosen.loc[exchanged, ["lon", "lat"]] = chosen.loc[exchanged[::-1], ["lon", "lat"]].to_numpy()
    findings = found(chosen, rule="B10", units=UNITS)
    assert "shift" not in {one.case for one in findings}
    assert len(findings) > 20
