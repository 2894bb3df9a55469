"""Seats on a paper town: B08 territory, B09 moves, N18 names."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geoplan.domain.rules import changed_rulebook, rulebook
from geoplan.errors import CrsError, InputError, SchemaError
from geoplan.linting.lint import LintAsk, lint
from tests.unit.checks.ground_town import UNITS, cases, degrees, found, seat, seats, town

SAMPLE = Path("data/boundaries/tianning_boundaries.geojson")
BOTH = (seat(), seat("乙街道办事处", "320402002", (1500, 500)))


def b08(*rows, **more):
    return found("seats", seats(*rows), "B08", **{"units": town(), **more})


def b09(*rows, **more):
    return found("seats", seats(*rows), "B09", **{"units": town(), **more})


def n18(*rows):
    return found("seats", seats(*rows), "N18", units=town())


def test_seats_deep_inside_their_territory_give_nothing():
    rows = (*BOTH, seat("天宁区人民政府", "320402", (1500, 500)))
    assert lint("seats", seats(*rows), LintAsk(companions={"units": town()})).findings == ()


def test_a_seat_in_another_subdistrict_is_an_error_with_its_distance_and_host():
    (one,) = b08(seat(at=(1100, 500)), BOTH[1])
    assert (one.case, one.severity, one.subject) == ("outside", "error", "甲街道办事处")
    assert one.evidence["distance_m"] == pytest.approx(100.0, abs=0.01)
    assert one.evidence["stands_in"] == "乙街道"
    assert (one.lon, one.lat) == pytest.approx(degrees(1100, 500), abs=1e-6)
    assert one.row == 1
    assert one.about == ("320402001",)
    assert one.law == ("divisions-704", "divisions-65-2")


def test_a_seat_outside_every_unit_is_an_error_too():
    (one,) = b08(seat(at=(-100, 500)), BOTH[1])
    assert (one.case, one.severity) == ("beyond", "error")


@pytest.mark.parametrize(
    ("x", "case"),
    [
        (969, []),
        (970, ["near_line"]),
        (971, ["near_line"]),
        (1000, ["near_line"]),
        (1029, ["near_line"]),
        (1030, ["near_line"]),
        (1031, ["outside"]),
    ],
)
def test_within_thirty_metres_on_either_side_of_the_line_nothing_is_certain(x, case):
    findings = b08(seat(at=(x, 500)), BOTH[1])
    assert cases(findings) == case
    assert all(one.severity == ("error" if x > 1030 else "warning") for one in findings)


def test_the_thirty_metres_are_a_setting():
    book = changed_rulebook(rulebook(), {"B08": {"near_m": 5}}, where="test")
    assert cases(b08(seat(at=(1029, 500)), BOTH[1], book=book)) == ["outside"]


def test_a_second_seat_of_a_unit_is_reported_once_at_the_later_row():
    (one,) = b08(*BOTH, seat("甲街道办事处旧址", at=(250, 700)))
    assert (one.case, one.severity, one.subject) == ("several", "warning", "甲街道办事处旧址")
    assert (one.evidence["count"], one.evidence["first"]) == (2, "甲街道办事处")
    assert one.about == ("甲街道办事处",)


def test_a_unit_without_a_seat_is_noted_at_levels_that_have_seats():
    (one,) = b08(BOTH[0])
    assert (one.case, one.severity, one.subject) == ("none", "note", "320402002")
    assert one.lon is not None


def test_communities_need_no_seat_until_they_are_asked_for():
    community = seat("甲一社区居委会", "320402001001", (250, 500))
    assert b08(*BOTH, community) == []
    book = changed_rulebook(rulebook(), {"B08": {"add_seated_levels": ["community"]}}, where="test")
    missing = b08(*BOTH, community, book=book)
    assert [one.subject for one in missing] == ["320402001002", "320402001003", "320402002001"]


def test_an_unknown_unit_is_a_warning_and_a_code_may_have_filling_zeros():
    (one,) = b08(*BOTH, seat("丙街道办事处", "320402009"))
    assert (one.case, one.severity, one.evidence["code"]) == (
        "unknown_unit",
        "warning",
        "320402009",
    )
    assert b08(seat(code="320402001000"), BOTH[1]) == []


def test_without_a_code_the_name_of_a_governing_body_says_the_unit():
    assert cases(b08(seat(code="", at=(1500, 200)), BOTH[1])) == ["outside"]
    assert cases(b08(seat("天宁区甲街道办", "", (1500, 200)), BOTH[1])) == ["outside"]
    assert cases(b08(*BOTH, seat("甲一社区居民委员会", "", (700, 200)))) == ["outside"]
    assert cases(b08(*BOTH, seat("丁街道办事处", "", (700, 200)))) == ["unknown_unit"]
    assert b08(*BOTH, seat("甲街道社工站", "", (1500, 200))) == []


def test_a_seat_without_a_position_is_noted_and_not_judged():
    (one,) = b08(*BOTH, seat("天宁区人民政府", "320402", None))
    assert (one.case, one.severity, one.lon, one.row) == ("unplaced", "note", None, 3)


@pytest.mark.parametrize(("away", "case"), [(29, []), (30, []), (31, ["legal"])])
def test_the_actual_seat_is_held_against_the_approved_one(away, case):
    findings = b08(seat(legal=(250 + away, 250)), BOTH[1])
    assert cases(findings) == case
    assert all(one.evidence["distance_m"] == pytest.approx(away, abs=0.01) for one in findings)


def test_a_seat_on_a_corner_of_three_units_is_uncertain_and_of_the_lowest_code():
    corner = seat("甲二社区居委会", "320402001002", (500, 500))
    assert cases(b08(*BOTH, corner)) == ["near_line"]
    book = changed_rulebook(rulebook(), {"B08": {"near_m": -1}}, where="test")
    assert b08(*BOTH, corner, book=book) == []
    sharp = changed_rulebook(rulebook(), {"B09": {"near_m": -1}}, where="test")
    (one,) = b09(seat(at=(250, 250), old=(500, 500)), book=sharp)
    assert (one.case, one.evidence["new_units"]) == ("address_change", "甲一社区居委会")


def test_a_move_inside_one_community_is_a_change_of_address():
    (one,) = b09(seat(at=(250, 250), old=(250, 700)))
    assert (one.case, one.severity) == ("address_change", "note")
    assert one.evidence["moved_m"] == pytest.approx(450, abs=0.01)
    assert one.evidence["level"] == "community"
    assert one.law[0] == "divisions-65-2"
    assert one.shape is not None
    assert b08(seat(at=(250, 250), old=(250, 700)), BOTH[1]) == []


def test_a_move_to_another_community_is_a_relocation():
    (one,) = b09(seat(at=(750, 250), old=(250, 250)))
    assert (one.case, one.severity) == ("relocation", "warning")
    assert one.evidence["old_units"] == "甲一社区居委会"
    assert one.evidence["new_units"] == "甲二社区居委会"
    assert one.about == ("320402001001", "320402001002")


def test_a_move_out_of_the_territory_is_an_error_besides():
    rows = (seat(at=(1500, 250), old=(250, 250)), BOTH[1])
    assert cases(b09(*rows)) == ["relocation"]
    assert [(one.case, one.severity) for one in b08(*rows)] == [("outside", "error")]


def test_a_move_from_outside_is_noted_for_the_old_place():
    rows = (seat(at=(250, 250), old=(1500, 250)), BOTH[1])
    (one,) = b08(*rows)
    assert (one.case, one.severity) == ("was_outside", "warning")
    assert one.evidence["distance_m"] == pytest.approx(500, abs=0.01)


@pytest.mark.parametrize(
    ("x", "case"), [(469, "address_change"), (470, "uncertain"), (471, "uncertain")]
)
def test_within_thirty_metres_of_a_line_no_verdict_is_given(x, case):
    (one,) = b09(seat(at=(x, 250), old=(250, 250)))
    assert one.case == case
    if case == "uncertain":
        assert one.severity == "warning"
        assert one.evidence["new_units"] == "甲一社区居委会 / 甲二社区居委会"
        assert one.evidence["distance_m"] == pytest.approx(500 - x, abs=0.01)


def test_the_old_end_near_a_line_is_uncertain_too():
    (one,) = b09(seat(at=(250, 250), old=(510, 250)))
    assert (one.case, one.evidence["old_units"]) == (
        "uncertain",
        "甲一社区居委会 / 甲二社区居委会",
    )


def test_where_the_next_level_is_not_mapped_no_verdict_is_given():
    units = town([one for one in UNITS if one[0] != "320402001003"])
    (one,) = b09(seat(at=(750, 750), old=(250, 250)), units=units)
    assert (one.case, one.severity, one.evidence["new_units"]) == ("unmapped", "warning", "—")


def test_a_district_seat_is_judged_by_subdistricts():
    inside = seat("天宁区人民政府", "320402", (250, 250), old=(750, 750))
    across = seat("天宁区人民政府", "320402", (250, 250), old=(1500, 750))
    assert [(one.case, one.evidence["level"]) for one in b09(inside)] == [
        ("address_change", "subdistrict")
    ]
    assert cases(b09(across)) == ["relocation"]


def test_a_committee_has_no_level_below_and_gets_no_verdict():
    assert b09(seat("甲一社区居委会", "320402001001", (250, 250), old=(250, 900))) == []


@pytest.mark.parametrize(("moved", "count"), [(9, 0), (10, 0), (11, 1)])
def test_a_place_drawn_anew_is_no_move(moved, count):
    assert len(b09(seat(at=(250, 250), old=(250, 250 + moved)))) == count


def test_the_earlier_edition_says_where_a_seat_stood():
    earlier = seats(seat(id="S1", at=(750, 250)), seat("乙街道办事处", "320402002", (1500, 500)))
    now = (seat("甲街道办事处（新）", id="S1"), BOTH[1])
    assert cases(b09(*now, previous_seats=earlier)) == ["relocation"]
    by_name = (seat(at=(250, 250)), BOTH[1])
    assert cases(b09(*by_name, previous_seats=earlier)) == ["relocation"]
    other_id = (seat(id="S2"), BOTH[1])
    assert b09(*other_id, previous_seats=earlier) == []


def test_an_office_named_after_a_subdistrict_that_stands_elsewhere_is_noted():
    (one,) = n18(*BOTH, seat("甲街道社工站", "", (1500, 200)))
    assert (one.case, one.severity, one.subject) == ("office", "note", "甲街道社工站")
    assert (one.evidence["unit"], one.evidence["stands_in"]) == ("甲街道", "乙街道")
    assert one.evidence["distance_m"] == pytest.approx(500, abs=0.01)
    assert one.row == 3


def test_the_office_of_a_subdistrict_coded_to_another_is_an_error():
    rows = (BOTH[0], seat("甲街道办事处", "320402002", (1500, 500)))
    (one,) = n18(*rows)
    assert (one.case, one.severity) == ("authority", "error")
    assert cases(b08(*rows)) == []


def test_what_b08_judges_is_not_reported_twice():
    rows = (seat(at=(1500, 500)), BOTH[1])
    assert cases(b08(*rows)) == ["outside"]
    assert n18(*rows) == []


@pytest.mark.parametrize(("x", "count"), [(1029, 0), (1030, 0), (1031, 1), (900, 0)])
def test_an_office_near_the_line_of_its_subdistrict_is_not_noted(x, count):
    assert len(n18(seat("甲街道社工站", "", (x, 500)))) == count


def test_an_office_of_two_subdistricts_may_stand_in_either():
    assert n18(seat("甲街道乙街道联合服务中心", "", (1500, 500))) == []


def test_the_order_of_rows_changes_no_finding():
    rows = [
        seat(at=(1100, 500)),
        seat("乙街道办事处", "320402002", (1500, 500), old=(500, 500)),
        seat("甲街道社工站", "", (1500, 200)),
        seat("丙街道办事处", "320402009"),
    ]
    ask = LintAsk(companions={"units": town()})
    forth = lint("seats", seats(*rows), ask).findings
    back = lint("seats", seats(*rows[::-1]), ask).findings
    assert len(forth) > 3
    assert [one.id for one in forth] == [one.id for one in back]


def test_an_invalid_polygon_is_taken_as_what_it_encloses():
    bow = shapely.Polygon([(0, 0), (1000, 1000), (1000, 0), (0, 1000)])
    units = town(u320402001=bow)
    assert cases(b08(seat(at=(100, 500)), BOTH[1], units=units)) == []
    assert cases(b08(seat(at=(500, 100)), BOTH[1], units=units)) == ["beyond"]


def test_without_units_the_sentence_says_which_role_to_give():
    with pytest.raises(InputError, match="role units"):
        lint("seats", seats(*BOTH), LintAsk())


def test_positions_must_be_declared_and_on_earth():
    ask = LintAsk(companions={"units": town()})
    with pytest.raises(CrsError, match="no coordinate system"):
        lint("seats", seats(*BOTH).drop(columns="坐标系"), ask)
    with pytest.raises(SchemaError, match="swapped"):
        lint("seats", seats(*BOTH).rename(columns={"经度": "纬度", "纬度": "经度"}), ask)
    with pytest.raises(CrsError, match="projected system"):
        lint("seats", seats(*BOTH).assign(坐标系="EPSG:4549"), ask)


def test_a_file_of_seats_reads_like_a_table_and_like_a_layer(tmp_path):
    table = seats(seat(at=(1100, 500), old=(250, 250)), BOTH[1])
    table.to_csv(tmp_path / "seats.csv", index=False)
    points = gpd.GeoDataFrame(
        table.drop(columns=["经度", "纬度"]),
        geometry=gpd.points_from_xy(table["经度"], table["纬度"]),
        crs="EPSG:4490",
    ).to_crs("EPSG:4549")
    ids = [
        [one.id for one in lint("seats", given, LintAsk(companions={"units": town()})).findings]
        for given in (table, tmp_path / "seats.csv", points.drop(columns="坐标系"))
    ]
    assert ids[0]
    assert ids[0] == ids[1] == ids[2]


@pytest.fixture(scope="module")
def lanling():
    """The seat of 兰陵街道 in three places on the sample: two communities of its own, and 茶山."""
    units = gpd.read_file(SAMPLE).set_index("code").to_crs("EPSG:4549")
    own = units[units["parent_code"] == "320402006000"].geometry
    inner = own[own.buffer(-60).area > 0].buffer(-60)
    inner = inner[[shapely.area(one) > 20_000 for one in inner]]
    first, second = inner.iloc[0], inner.iloc[1]
    other = units.loc["320402003000"].geometry.buffer(-60)
    places = [
        first.representative_point(),
        shapely.Point(first.representative_point().x + 12, first.representative_point().y),
        second.representative_point(),
        other.representative_point(),
    ]
    return [(one.x, one.y) for one in gpd.GeoSeries(places, crs="EPSG:4549").to_crs("EPSG:4490")]


@pytest.mark.parametrize(
    ("new", "b09", "b08"),
    [(1, "address_change", []), (2, "relocation", []), (3, "relocation", ["outside"])],
)
def test_the_office_of_lanling_moved_on_the_sample(lanling, new, b09, b08):
    (old_lon, old_lat), (lon, lat) = lanling[0], lanling[new]
    table = pd.DataFrame(
        {
            "机关名称": ["兰陵街道办事处"],
            "治所所属区划": ["320402006"],
            "经度": [lon],
            "纬度": [lat],
            "原经度": [old_lon],
            "原纬度": [old_lat],
            "坐标系": ["EPSG:4490"],
        }
    )
    found_rules = lint("seats", table, LintAsk(companions={"units": SAMPLE})).findings
    assert [one.case for one in found_rules if one.rule == "B09"] == [b09]
    judged = [one for one in found_rules if one.rule == "B08" and one.case != "none"]
    assert [one.case for one in judged] == b08
    assert all(one.severity == "error" for one in judged)
