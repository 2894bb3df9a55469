"""B14 on a paper town: markers on their line, their numbers in order."""

from __future__ import annotations

import pandas as pd
import pytest

from geoplan.domain.rules import changed_rulebook, rulebook
from tests.unit.checks.ground_town import cases, degrees, found, town

LINE = "320402001001;320402001002"
CORNER = "320402001001;320402001002;320402001003"


def marker(number, at, *, units=LINE, precision="实测", kind=""):
    lon, lat = degrees(*at) if at else ("", "")
    return {
        "界桩号": number,
        "相邻单元": units,
        "类型": kind,
        "精度": precision,
        "经度": lon,
        "纬度": lat,
        "坐标系": "EPSG:4490",
    }


def b14(*rows, **more):
    return found("boundaries", town(), "B14", markers=pd.DataFrame(list(rows)), **more)


def test_numbered_markers_on_their_line_give_nothing():
    rows = [marker(f"0102{serial:03d}Q", (500, 500 - 100 * serial)) for serial in (1, 2, 3)]
    assert b14(*rows) == []


@pytest.mark.parametrize(
    ("precision", "away", "case"),
    [
        ("实测", 0.99, []),
        ("实测", 1.0, []),
        ("实测", 1.01, ["off_line"]),
        ("0.05", 1.01, ["off_line"]),
        ("图上量取", 9.9, []),
        ("图上量取", 10.0, []),
        ("图上量取", 10.1, ["off_line"]),
        ("", 10.1, ["off_line"]),
        ("5", 9.9, []),
    ],
)
def test_surveyed_markers_may_be_a_metre_off_and_others_ten(precision, away, case):
    assert cases(b14(marker("0102001Q", (500 + away, 250), precision=precision))) == case


def test_a_marker_off_its_line_has_distance_place_line_and_law():
    (one,) = b14(marker("0102001Q", (525, 250)))
    assert (one.case, one.severity, one.subject) == ("off_line", "warning", "0102001Q")
    assert one.evidence["distance_m"] == pytest.approx(25, abs=0.01)
    assert one.evidence["limit_m"] == 1
    assert (one.lon, one.lat) == pytest.approx(degrees(525, 250), abs=1e-6)
    assert one.row == 1
    assert one.about == ("320402001001", "320402001002")
    assert one.shape.length > 0
    assert "border-353-5" in one.law


def test_a_marker_on_the_line_of_one_unit_alone_is_off():
    (one,) = b14(marker("0102001Q", (250, 0)))
    assert one.evidence["unit"] == "甲二社区居委会"
    assert one.evidence["distance_m"] == pytest.approx(250, abs=0.01)


def test_a_corner_marker_touches_all_three_units():
    assert b14(marker("0102001Q", (500, 500), units=CORNER)) == []
    (one,) = b14(marker("0102001Q", (500, 480), units=CORNER))
    assert (one.case, one.severity) == ("corner", "warning")
    assert (one.evidence["unit"], one.evidence["distance_m"]) == (
        "甲三社区居委会",
        pytest.approx(20, abs=0.01),
    )


def test_an_outer_marker_is_held_against_the_unit_that_the_layer_has():
    assert b14(marker("0102001Q", (0, 500), units="320402;320411")) == []
    assert cases(b14(marker("0102001Q", (40, 500), units="320402;320411"))) == ["off_line"]


def test_a_marker_without_units_is_held_against_the_nearest_line():
    assert b14(marker("0102001Q", (500, 250), units="")) == []
    (one,) = b14(marker("0102001Q", (530, 250), units=""))
    assert one.evidence["distance_m"] == pytest.approx(30, abs=0.01)


def test_a_marker_of_unknown_units_and_one_without_a_place_are_reported():
    (one,) = b14(marker("0102001Q", (500, 250), units="999999001;999999002"))
    assert (one.case, one.severity) == ("unknown_unit", "warning")
    (one,) = b14(marker("0102001Q", None))
    assert (one.case, one.severity, one.lon, one.row) == ("unplaced", "note", None, 1)


def test_the_line_passes_between_two_bodies_of_one_number():
    assert b14(marker("0102001A", (480, 250)), marker("0102001B", (520, 250))) == []
    findings = b14(marker("0102001A", (510, 250)), marker("0102001B", (520, 250)))
    assert cases(findings) == ["off_line", "off_line"]
    assert findings[0].evidence["distance_m"] == pytest.approx(10, abs=0.01)


def test_the_corner_lies_among_three_bodies_of_one_number():
    places = [("C", (480, 480)), ("D", (540, 490)), ("E", (500, 530))]
    rows = [marker(f"0102001{letter}", at, units=CORNER) for letter, at in places]
    assert b14(*rows) == []
    away = [marker(f"0102001{one}", (x - 100, y), units=CORNER) for one, (x, y) in places]
    assert cases(b14(*away)) == ["corner"] * 3


def test_a_body_without_its_partner_is_noted_and_not_judged():
    (one,) = b14(marker("0102001A", (450, 250)))
    assert (one.case, one.severity, one.evidence["missing"]) == ("incomplete", "note", "B")


@pytest.mark.parametrize(
    ("number", "fine"),
    [
        ("0102001Q", True),
        ("0102001X", False),
        ("102001Q", False),
        ("01020001Q", False),
        ("0102001q", False),
        ("", False),
    ],
)
def test_a_number_is_line_serial_and_letter(number, fine):
    findings = b14(marker(number, (500, 250)))
    assert cases(findings) == ([] if fine else ["number"])
    assert all(one.severity == "warning" for one in findings)


def test_the_form_of_numbers_is_a_setting():
    book = changed_rulebook(rulebook(), {"B14": {"line_digits": 2}}, where="test")
    assert b14(marker("01001Q", (500, 250)), book=book) == []


def test_a_number_that_occurs_twice_is_reported_at_the_later_row():
    (one,) = b14(marker("0102001Q", (500, 250)), marker("0102001Q", (500, 200)))
    assert (one.case, one.row, one.evidence["earlier_row"]) == ("twice", 2, 1)


def test_missing_serials_are_one_note_a_line():
    rows = [marker(f"0102{serial:03d}Q", (500, 480 - serial)) for serial in (2, 3, 7)]
    (one,) = b14(*rows)
    assert (one.case, one.severity, one.subject) == ("serial", "note", "0102")
    assert (one.evidence["missing"], one.evidence["count"]) == ("001, 004-006", 4)


@pytest.mark.parametrize(
    ("last", "case"),
    [((600, 600), []), ((400, 400), []), ((600, 400), []), ((400, 600), ["order"])],
)
def test_numbers_run_east_or_south(last, case):
    book = changed_rulebook(rulebook(), {"B14": {"digitised_m": 1000}}, where="test")
    rows = (
        marker("0102001Q", (500, 500), precision=""),
        marker("0102002Q", last, precision=""),
    )
    assert cases(b14(*rows, book=book)) == case


def test_the_order_of_rows_changes_no_finding():
    rows = [
        marker("0102001Q", (525, 250)),
        marker("0102004Q", (500, 200)),
        marker("0102002A", (450, 240)),
        marker("x", (700, 250)),
    ]
    forth, back = b14(*rows), b14(*rows[::-1])
    assert len(forth) > 4
    assert sorted(one.id for one in forth) == sorted(one.id for one in back)
