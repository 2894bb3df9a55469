"""Inspections, rivers, buildings, a second source, service areas on a paper town."""

from __future__ import annotations

import pandas as pd
import pytest
import shapely

from geoplan.domain.rules import changed_rulebook, rulebook
from geoplan.errors import SchemaError
from tests.unit.checks.ground_town import UNITS, cases, degrees, found, layer, town

A, B = "320402001", "320402002"


def inspection(last="2022-06-30", *, line="甲乙线", units=f"{A};{B}", **more):
    return {"界线编号": line, "相邻单元": units, "上次联检日期": last, **more}


def b15(*rows, date="2024-01-01", **more):
    table = pd.DataFrame(list(rows))
    return found("boundaries", town(), "B15", inspections=table, date=date, **more)


def test_a_line_inspected_in_time_gives_nothing():
    assert b15(inspection()) == []
    assert found("boundaries", town(), "B15", date="2024-01-01") == []


@pytest.mark.parametrize(
    ("date", "case"),
    [
        ("2026-06-29", []),
        ("2026-06-30", ["due"]),
        ("2027-06-30", ["due"]),
        ("2027-07-01", ["overdue"]),
    ],
)
def test_due_within_a_year_and_overdue_after_the_day(date, case):
    findings = b15(inspection(), date=date)
    assert cases(findings) == case
    for one in findings:
        assert one.severity == ("warning" if one.case == "overdue" else "note")
        assert one.evidence["due"] == "2027-06-30"
        assert one.evidence["length"] == "1.00"
        assert (one.subject, one.about) == (B, (A,))
        assert (one.lon, one.lat) == pytest.approx(degrees(1000, 500), abs=2e-5)
        assert one.law == ("border-353-13",)


@pytest.mark.parametrize(
    ("written", "due"),
    [
        ("2018", "2023-12-31"),
        ("2018年", "2023-12-31"),
        ("2018-02", "2023-02-28"),
        ("2018年2月3日", "2023-02-03"),
        ("20180203", "2023-02-03"),
        ("2018/2/3", "2023-02-03"),
        ("2016-02-29", "2021-02-28"),
    ],
)
def test_a_year_or_month_counts_to_its_last_day(written, due):
    (one,) = b15(inspection(written))
    assert (one.case, one.evidence["due"]) == ("overdue", due)


def test_the_latest_of_several_inspections_counts():
    assert b15(inspection("2012-01-01"), inspection()) == []
    assert b15(inspection(), inspection("2012-01-01", units=f"{B};{A}")) == []


def test_a_shared_line_without_a_record_is_a_warning_with_its_length():
    (one,) = b15(inspection(units="320402;320411"))
    assert (one.case, one.severity, one.subject, one.about) == ("never", "warning", B, (A,))
    assert one.evidence["length"] == "1.00"
    assert one.shape.length > 0


def test_only_shared_lines_are_asked_for_not_corners():
    book = changed_rulebook(rulebook(), {"B15": {"inspected_levels": ["community"]}}, where="test")
    never = b15(inspection(), book=book)
    assert {(one.about[0][-4:], one.subject[-4:]) for one in never} == {
        ("1001", "1002"),
        ("1001", "1003"),
        ("1002", "1003"),
        ("1002", "2001"),
        ("1003", "2001"),
    }


def test_a_date_that_cannot_be_read_is_a_warning():
    (one,) = b15(inspection("去年春天"))
    assert (one.case, one.severity, one.row) == ("undated", "warning", 1)
    assert cases(b15(inspection("2021-02-30"))) == ["undated"]


def test_a_record_of_no_line_of_the_layer_is_noted():
    findings = b15(inspection(), inspection(line="丙线", units="999999001;999999002"))
    assert [(one.case, one.subject) for one in findings] == [("untied", "丙线")]


def test_without_a_date_of_the_check_one_note_says_so():
    (one,) = b15(inspection("1999-01-01"), date="")
    assert (one.case, one.severity) == ("no_date", "note")


def river(*lines, names=None):
    return layer({"名称": names or ["关河"] * len(lines)}, lines)


def b16(*lines, names=None, **more):
    return found("boundaries", town(), "B16", centrelines=river(*lines, names=names), **more)


MOVED = shapely.LineString(
    [(1000, -50), (1000, 400), (1040, 420), (1040, 600), (1000, 620), (1000, 1050)]
)


def test_a_line_on_its_river_gives_nothing():
    assert b16(shapely.LineString([(1000, -50), (1000, 1050)])) == []
    assert b16(shapely.LineString([(1019, -50), (1019, 1050)])) == []


def test_a_river_that_left_its_line_is_noted_with_the_stretch():
    (one,) = b16(MOVED)
    assert (one.severity, one.subject, one.about) == ("note", B, (A, "关河"))
    assert one.evidence["distance_m"] == pytest.approx(40, abs=0.1)
    # the slanting arms are 20 m away where they are 22.36 m along the line: 420-600 less 2.36 twice
    assert one.evidence["length_m"] == pytest.approx(175.3, abs=0.2)
    assert "border-353-7" in one.law
    assert one.shape.length > 0


def test_a_line_that_turns_away_from_a_river_for_good_is_no_finding():
    away = shapely.LineString([(1000, -50), (1000, 700), (1300, 1000)])
    assert b16(away) == []
    agreed = pd.DataFrame([inspection(依据地物="关河")])
    (one,) = b16(away, inspections=agreed)
    assert one.evidence["length_m"] > 200


def test_a_river_that_crosses_or_is_far_is_no_finding():
    assert b16(shapely.LineString([(0, 500), (2000, 500)])) == []
    assert b16(shapely.LineString([(1060, 0), (1060, 1000)])) == []


def test_an_agreement_names_the_only_river_that_a_line_follows():
    agreed = pd.DataFrame([inspection(依据地物="老河")])
    assert b16(MOVED, inspections=agreed) == []


def test_a_river_of_several_pieces_is_one():
    halves = [
        shapely.LineString([(1000, -50), (1000, 500)]),
        shapely.LineString([(1000, 500), (1000, 1050)]),
    ]
    assert b16(*halves) == []


def buildings(*boxes):
    ids = [f"b{number}" for number in range(len(boxes))]
    return layer({"编号": ids, "名称": ids}, [shapely.box(*one) for one in boxes])


def b17(*boxes, **more):
    return found("boundaries", town(), "B17", buildings=buildings(*boxes), **more)


def test_buildings_on_one_side_give_nothing():
    assert b17((100, 100, 150, 150), (450, 100, 500, 150), (500, 100, 550, 150)) == []


@pytest.mark.parametrize(
    ("across", "count"), [(9.9, 0), (10.0, 1), (50.0, 1), (90.0, 1), (90.1, 0)]
)
def test_a_building_with_ten_to_ninety_per_cent_on_each_side_is_noted(across, count):
    findings = b17((400 + across, 100, 500 + across, 150))
    assert len(findings) == count
    for one in findings:
        assert (one.case, one.severity, one.subject) == ("between", "note", "b0")
        assert one.evidence["second_share"] == pytest.approx(
            min(across, 100 - across) / 100, abs=1e-4
        )
        assert one.evidence["area_m2"] == pytest.approx(5000, abs=1)
        assert set(one.about) == {"320402001001", "320402001002"}
        assert one.row == 1


def test_a_building_on_a_corner_is_one_finding_and_one_on_the_rim_another_case():
    (corner,) = b17((460, 450, 560, 550))
    assert corner.case == "between"
    (rim,) = b17((-50, 100, 50, 150))
    assert (rim.case, rim.about) == ("edge", ("320402001001",))


def b19(second):
    return found("boundaries", town(), "B19", second=second)


def test_two_sources_that_agree_give_nothing():
    assert b19(town()) == []
    assert b19(town().to_crs("EPSG:4490")) == []


@pytest.mark.parametrize(("shift", "count"), [(9.9, 0), (10.1, 1)])
def test_a_unit_drawn_otherwise_on_average_is_noted(shift, count):
    moved = shapely.box(-shift, -shift, 500 + shift, 1000 + shift)
    findings = b19(town(u320402001001=moved))
    assert len(findings) == count
    for one in findings:
        assert (one.case, one.subject) == ("apart", "320402001001")
        assert one.evidence["mean_m"] == pytest.approx(shift, abs=0.3)
        assert one.evidence["hausdorff_m"] == pytest.approx(shift * 2**0.5, abs=0.1)


@pytest.mark.parametrize(("spike", "count"), [(49.9, 0), (50.1, 1)])
def test_a_unit_drawn_otherwise_at_one_place_is_noted(spike, count):
    shape = shapely.Polygon(
        [(0, 0), (500, 0), (500, 1000), (0, 1000), (0, 505), (-spike, 500), (0, 495)]
    )
    findings = b19(town(u320402001001=shape))
    assert len(findings) == count
    for one in findings:
        assert one.evidence["hausdorff_m"] == pytest.approx(spike, abs=0.1)
        assert one.evidence["mean_m"] < 10
        assert (one.lon, one.lat) == pytest.approx(degrees(-spike, 500), abs=1e-6)


def test_units_of_one_source_alone_are_noted():
    fewer = town([one for one in UNITS if one[0] != "320402002001"])
    assert [(one.case, one.subject) for one in b19(fewer)] == [("only_here", "320402002001")]
    more = town([*UNITS, ("320402002002", "乙二", "社区", B, (1500, 0, 2000, 100))])
    assert [(one.case, one.subject) for one in b19(more)] == [("only_there", "320402002002")]


def test_units_without_the_same_code_are_matched_by_name():
    other = [(f"9{one[0]}", *one[1:]) for one in UNITS]
    assert b19(town(other)) == []


COMMUNITIES = [one[0] for one in UNITS if one[2] == "社区"]


def served(*pairs):
    return pd.DataFrame(
        {"社区代码": [one[0] for one in pairs], "大社区": [one[1] for one in pairs]}
    )


FULL = [(code, "东片" if code < "320402002" else "西片") for code in COMMUNITIES]


def b20(table):
    return found("boundaries", town(), "B20", service_areas=table)


def test_a_complete_table_gives_nothing():
    assert b20(served(*FULL)) == []
    assert b20(served((";".join(COMMUNITIES), "全区"))) == []
    assert b20(served(*[(one[1], "全区") for one in UNITS if one[2] == "社区"])) == []


def test_a_community_without_a_unit_is_noted():
    (one,) = b20(served(*FULL[1:]))
    assert (one.case, one.severity, one.subject) == ("without", "note", FULL[0][0])
    (one,) = b20(served((FULL[0][0], ""), *FULL[1:]))
    assert one.case == "without"


def test_a_community_in_two_units_and_an_unknown_one_are_noted():
    (one,) = b20(served(*FULL, (FULL[0][0], "西片")))
    assert (one.case, one.subject, one.about) == ("twice", FULL[0][0], ("东片", "西片"))
    assert b20(served(*FULL, FULL[0])) == []
    (one,) = b20(served(*FULL, ("320402009001", "西片")))
    assert (one.case, one.subject, one.row) == ("unknown", "320402009001", 5)


@pytest.mark.parametrize(("width", "case"), [(1000, []), (991, []), (989, ["area"])])
def test_a_drawn_service_area_is_the_union_of_its_communities(width, case):
    table = layer(
        {"社区代码": [";".join(COMMUNITIES[:3]), COMMUNITIES[3]], "大社区": ["东片", "西片"]},
        [shapely.box(0, 0, width, 1000), shapely.box(1000, 0, 2000, 1000)],
    )
    findings = b20(table)
    assert cases(findings) == case
    for one in findings:
        assert one.evidence["share"] == pytest.approx(0.011, abs=1e-4)
        assert one.evidence["area_m2"] == pytest.approx(11_000, abs=5)


def test_layers_are_asked_for_where_shapes_are_needed():
    plain = pd.DataFrame({"名称": ["关河"]})
    with pytest.raises(SchemaError, match="export a GIS layer"):
        found("boundaries", town(), "B16", centrelines=plain)


def test_the_order_of_rows_changes_no_finding():
    rows = [inspection("2010"), inspection("x", line="丙线"), inspection(line="丁线", units="9;8")]
    forth, back = b15(*rows), b15(*rows[::-1])
    assert len(forth) == 3
    assert sorted(one.id for one in forth) == sorted(one.id for one in back)
    boxes = [(450, 100, 550, 150), (-50, 100, 50, 150)]
    assert len(b17(*boxes)) == len(b17(*boxes[::-1])) == 2
