"""N15: form, segments and units above of codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.checks.registers import cases, found, register

GOOD = register(
    ("320402001000", "雕庄街道", "320402"),
    ("320402109", "郑陆镇", "320402"),
    ("320402001001", "朝阳花园社区居委会", "320402001000"),
    ("320402001204", "朝阳村村委会", "320402001"),
    ("320402001401", "雕庄街道园区（管理区）", "320402001"),
    ("320402003001", "丽华一村社区居委会", "320402003"),
    ("320402003002", "丽华二村社区居委会", "320402003"),
    ("", "工人新村第一社区居委会", ""),
    columns="code name parent",
)


def test_a_register_with_right_codes_gives_nothing():
    assert found("N15", GOOD) == []
    assert found("N15", GOOD, earlier=GOOD) == []


@pytest.mark.parametrize(
    ("written", "case"),
    [
        ("32040200100", "form"),
        ("3204020010011", "form"),
        ("32040200100A", "form"),
        ("3204-0200-1001", "form"),
        ("992402001001", "form"),
        ("3.20402E+11", "shortened"),
        ("３２０４０２００１００１", "full_width"),
    ],
)
def test_a_malformed_code_is_an_error_that_shows_what_is_written(written, case):
    (one,) = found("N15", register(("320402001002", "水岸社区"), (written, "菱溪社区居委会")))
    assert (one.case, one.severity, one.row) == (case, "error", 2)
    assert one.evidence["written"] == written
    assert one.evidence["name"] == "菱溪社区居委会"


@pytest.mark.parametrize(
    "written", ["320402001003.0", "3.20402001003E+11", " 320402001003", "3.20402001003e11"]
)
def test_a_code_that_a_spreadsheet_wrote_with_all_its_digits_is_right(written):
    assert found("N15", register((written, "菱溪社区居委会"))) == []


def test_the_code_of_a_csv_file_is_judged_as_the_file_writes_it(tmp_path):
    path = Path(tmp_path) / "register.csv"
    path.write_text("代码,名称\n3.20402E+11,水岸社区\n320402001003,菱溪社区\n", encoding="utf-8")
    (one,) = found("N15", path)
    assert (one.case, one.row, one.evidence["written"]) == ("shortened", 2, "3.20402E+11")


def test_every_code_cut_off_is_told_and_none_of_them_is_called_repeated():
    rows = [("3.20402E+11", name) for name in ("水岸社区", "菱溪社区", "采菱社区")]
    assert [one.case for one in found("N15", register(*rows))] == ["shortened"] * 3


def test_codes_of_the_unit_above_and_of_the_second_system_are_judged_too():
    given = register(
        ("320402001003", "菱溪社区", "3204020", "32040200800"),
        columns="code name parent other_code",
    )
    findings = found("N15", given)
    assert [(one.case, one.about) for one in findings] == [
        ("form", ("other_code",)),
        ("form", ("parent",)),
    ]
    assert len({one.id for one in findings}) == 2


def test_roads_and_estates_have_codes_of_other_kinds():
    given = register(
        ("R-17", "解放路", ""), ("A001", "丽华新村", "住宅区"), columns="code name kind"
    )
    assert found("N15", given) == []
    assert cases("N15", register(("A001", "丽华村", "村"), columns="code name kind")) == [
        ("A001", "form")
    ]


@pytest.mark.parametrize(
    ("code", "name", "case"),
    [
        ("320402109202", "天安河滨社区居委会", "segment_villagers"),
        ("320402109200", "天安河滨社区", "segment_villagers"),
        ("320402109199", "天安河滨社区居委会", None),
        ("320402109001", "施家巷村村委会", "segment_residents"),
        ("320402109199", "施家巷村民委员会", "segment_residents"),
        ("320402109200", "施家巷村村委会", None),
        ("320402109399", "天安河滨社区居委会", "segment_villagers"),
        ("320402109400", "天安河滨社区居委会", None),
        ("320402109001", "翟家营社区村民委员会", None),
        ("320402001201", "采菱村村委会含采菱社区居委会", None),
        ("320402109002", "东青社区居委会（含东青村村委）", None),
        ("320402001", "雕庄镇", "level_subdistrict"),
        ("320402099000", "雕庄乡", "level_subdistrict"),
        ("320402109", "郑陆街道", "level_town"),
        ("320402199000", "郑陆乡", "level_town"),
        ("320402200", "郑陆镇", "level_township"),
        ("320402399", "郑陆街道办事处", "level_township"),
        ("320402400", "开发区街道", None),
        ("320402109", "郑陆镇人民政府", None),
        ("320402001", "雕庄地区", None),
        ("110108026000", "温泉镇", None),
        ("110105021", "南磨房乡", None),
        ("110108101000", "温泉街道", "level_town"),
        ("120108026000", "温泉镇", "level_subdistrict"),
    ],
)
def test_segment_and_name_say_the_same_kind_of_unit(code, name, case):
    expected = [] if case is None else [(code, case)]
    assert cases("N15", register((code, name))) == expected


def test_a_wrong_segment_is_an_error_that_shows_the_segment():
    (one,) = found("N15", register(("320402109202", "天安河滨社区居委会")))
    assert (one.severity, one.evidence["segment"], one.row) == ("error", "202", 1)
    (town,) = found("N15", register(("320402109000", "郑陆街道")))
    assert (town.severity, town.evidence["segment"]) == ("error", "109")


@pytest.mark.parametrize(
    ("code", "parent", "wrong"),
    [
        ("320402001001", "320402001", False),
        ("320402001001", "320402001000", False),
        ("320402001001", "320402", False),
        ("320402001001", "320402002", True),
        ("320402001001", "320402008000", True),
        ("320402001001", "320402001001", True),
        ("320402001000", "320402001", True),
        ("320402001001", "", False),
    ],
)
def test_a_code_begins_with_the_code_of_the_unit_above(code, parent, wrong):
    given = register((code, "园区", parent), columns="code name parent")
    assert cases("N15", given) == ([(code, "parent")] if wrong else [])


def test_a_wrong_unit_above_is_told_with_the_right_one():
    given = register(("320402001001", "水岸社区", "320402002"), columns="code name parent")
    (one,) = found("N15", given)
    assert (one.severity, one.evidence["parent"]) == ("error", "320402002")
    assert one.evidence["above"] == "320402001"


def under(*streets):
    rows = [
        (f"32040200100{place}", f"{name}社区", street)
        for place, (name, street) in enumerate(zip("甲乙丙丁戊己", streets, strict=False), 1)
    ]
    return register(*rows, columns="code name street")


def test_a_street_that_most_rows_of_its_code_contradict_is_a_warning():
    given = under("雕庄街道", "雕庄街道", "雕庄街道办事处", "青龙街道")
    (one,) = found("N15", given)
    assert (one.subject, one.case, one.severity) == ("320402001004", "parent_name", "warning")
    assert (one.evidence["town"], one.evidence["parent_name"]) == ("雕庄街道", "青龙街道")


@pytest.mark.parametrize(
    "streets",
    [
        ("雕庄街道", "雕庄街道", "青龙街道"),
        ("雕庄街道", "雕庄街道", "雕庄街道", "青龙街道", "青龙街道", "青龙街道"),
    ],
)
def test_without_enough_rows_that_agree_no_street_is_called_wrong(streets):
    assert found("N15", under(*streets)) == []


def test_the_row_of_the_street_itself_settles_its_name():
    given = register(
        ("320402001", "雕庄街道", "天宁区"),
        ("320402001001", "水岸社区", "青龙街道"),
        columns="code name street",
    )
    assert cases("N15", given) == [("320402001001", "parent_name")]


def test_positions_go_with_the_finding_in_six_digits():
    given = register(
        ("32040", "水岸社区", "120.0000001", "31.76543219", "EPSG:4490"),
        columns="code name lon lat crs",
    )
    (one,) = found("N15", given)
    assert (one.lon, one.lat) == (120.0, 31.765432)


def test_a_register_in_another_system_of_codes_is_told_once():
    rows = [("9", "东街道"), ("91", "西街道"), ("911", "西南社区")]
    (finding,) = found("N15", register(*rows))
    assert (finding.case, finding.severity, finding.subject) == ("other_system", "note", "code")
    assert finding.evidence == {"codes": 3, "written": "9"}


def test_one_sound_code_makes_the_others_faults():
    rows = [("9", "东街道"), ("91", "西街道"), ("320402001", "雕庄街道")]
    assert cases("N15", register(*rows)) == [("9", "form"), ("91", "form")]
    assert cases("N15", register(("9", "东街道"), ("91", "西街道"))) == [
        ("9", "form"),
        ("91", "form"),
    ]
