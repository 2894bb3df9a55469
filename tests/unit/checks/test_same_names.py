"""N01: identical names in the area of the law, and nothing else."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.checks.same_registers import at_metres, found, pairs, register

VILLAGE, OTHER_VILLAGE = "320402002211", "320402003200"


def test_two_villages_of_a_county_with_one_name_are_an_error_with_evidence_and_place():
    table = register(
        (VILLAGE, "勤丰村村委会"), (OTHER_VILLAGE, "勤丰村村委会"), **at_metres(0, 900)
    )
    (finding,) = found("N01", table)
    assert (finding.severity, finding.case) == ("error", "same")
    assert (finding.subject, finding.about) == (OTHER_VILLAGE, (VILLAGE,))
    assert finding.evidence["other_row"] == 1
    assert (finding.row, finding.evidence["name"]) == (2, "勤丰村村委会")
    assert finding.lon == round(table["lon"][1], 6)
    assert finding.lat == round(table["lat"][1], 6)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("320402002211", "勤丰村村委会"), ("320404003200", "勤丰村村委会")),  # another county
        (("", "红梅", "道路"), ("", "红梅", "住宅区")),  # a road and an estate
        (("320402001201", "朝阳", "村"), ("320402001001", "朝阳", "社区")),
        (("320402001201", "朝阳村村委会"), ("320402001001", "朝阳社区居委会")),
        (("320402003001", "丽华一村社区居委会"), ("320402003002", "丽华二村社区居委会")),
        (("320402006003", "工人新村第一社区"), ("320402006004", "工人新村第二社区")),
        (("320402001000", "红梅街道"), ("320402004006", "红梅社区居委会")),
        (("", "青龙苑（一期）"), ("", "青龙苑（二期）")),
        (("", "阳光花园（东区）"), ("", "阳光花园")),
        (("320402001201", "新村村民委员会"), ("320402001202", "新（土郎）村民委员会")),
    ],
)
def test_clean_pairs_give_nothing(first, second):
    assert found("N01", register(first, second)) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("320402003201", "丽华村村委会"), ("320402003001", "丽华村社区居委会")),
        (("320402003201", "丽华村委会"), ("320402004201", "丽华村村民委员会")),
        (("320402003001", "水岸社区"), ("320402004001", "水岸社区居委会")),
        (("320402109002", "东青社区居委会（含东青村村委）"), ("320402001002", "东青社区")),
        (("320402001201", "采菱村村委会含采菱社区居委会"), ("320402002202", "采菱村")),
        (("320402001", "红梅街道"), ("320404001", "红梅街道办事处")),
    ],
)
def test_names_that_differ_by_the_organ_alone_are_stripped_and_equal(first, second):
    (finding,) = found("N01", register(first, second))
    assert (finding.severity, finding.case) == ("error", "stripped")
    assert {finding.subject, *finding.about} == {first[0], second[0]}
    assert finding.subject > finding.about[0]


@pytest.mark.parametrize(
    ("kind", "code", "other", "errors"),
    [
        ("道路", "32040200000001", "32040200000002", 1),
        ("道路", "32040200000001", "32040400000002", 0),
        ("镇", "320402101", "320583101", 1),
        ("镇", "320402101", "330102101", 0),
        ("街道", "320402001", "320404001", 1),
        ("街道", "320402001", "320583001", 0),
    ],
)
def test_the_scope_is_the_county_for_roads_the_city_for_subdistricts_the_province_for_towns(
    kind, code, other, errors
):
    name = "永宁路" if kind == "道路" else f"永宁{kind}"
    assert len(found("N01", register((code, name, kind), (other, name, kind)))) == errors


def test_without_codes_the_register_is_the_area_and_the_name_the_subject():
    (finding,) = found("N01", register(("", "永宁花园"), ("", "永宁花园")))
    assert (finding.subject, finding.about) == ("永宁花园", ("永宁花园",))


@pytest.mark.parametrize("count", [2, 5])
@pytest.mark.parametrize("above", [{}, {"parent": "320402001"}, {"parent_name": "郑陆镇"}])
def test_a_road_in_parts_without_codes_is_one_road(count, above):
    rows = [("", "永宁路", "道路")] * count
    columns = {column: [value] * count for column, value in above.items()}
    assert found("N01", register(*rows, **columns)) == []
    assert found("N02", register(*rows, **columns)) == []


@pytest.mark.parametrize("column", ["parent", "parent_name"])
def test_one_road_name_under_several_towns_is_an_error_for_each_further_town(column):
    towns = {
        "parent": ["320402109", "320402110", "320402111", "320402112"],
        "parent_name": ["郑陆镇", "横山桥镇", "芙蓉镇", "焦溪镇"],
    }[column]
    above = [towns[0], towns[0], towns[1], towns[2], towns[2], towns[1]]
    rows = [("", "永宁路", "道路")] * len(above)
    findings = found("N01", register(*rows, **{column: above}))
    assert [(one.case, one.severity) for one in findings] == [("same", "error")] * 2
    assert sorted(one.about for one in findings) == sorted(
        [("永宁路", towns[1]), ("永宁路", towns[2])]
    )
    assert sorted(one.row for one in findings) == [3, 4]
    assert len({one.id for one in findings}) == 2


def test_a_row_without_a_town_is_no_second_road_but_roads_with_codes_are():
    rows = (("", "永宁路"), ("", "永宁路"), ("", "永宁路"))
    assert found("N01", register(*rows, parent_name=["郑陆镇", "", "郑陆镇"])) == []
    coded = (("32040200000001", "永宁路"), ("32040200000002", "永宁路"))
    assert pairs(found("N01", register(*coded))) == [("same", "32040200000002", "32040200000001")]


def test_a_near_name_of_a_road_in_parts_is_told_once():
    rows = [("", "新丰街")] * 3 + [("", "新风街")] * 2
    (finding,) = found("N02", register(*rows))
    assert (finding.case, finding.subject, finding.about) == ("homophone", "新风街", ("新丰街",))


def test_the_code_of_the_unit_above_tells_the_area_of_an_entry_without_code():
    rows = (("", "永宁花园"), ("", "永宁花园"))
    assert found("N01", register(*rows, parent=["320402001", "320404001"])) == []
    assert len(found("N01", register(*rows, parent=["320402001", "320402004"]))) == 1


def test_a_row_listed_twice_is_a_case_of_its_own():
    (finding,) = found("N01", register((VILLAGE, "勤丰村村委会"), (VILLAGE, "勤丰村村委会")))
    assert (finding.case, finding.severity) == ("repeated", "error")
    assert (finding.row, finding.about, finding.evidence["other_row"]) == (2, (), 1)


def test_one_place_in_two_systems_of_codes_is_no_duplicate():
    rows = (("320402003001", "水岸社区"), ("320402003101", "水岸社区"))
    assert found("N01", register(*rows, other_code=["320402003101", ""])) == []
    assert found("N01", register(*rows, other_code=["", "320402003001"])) == []
    assert len(found("N01", register(*rows, other_code=["", "320402003999"]))) == 1


def test_names_no_longer_in_use_are_left_out():
    rows = ((VILLAGE, "勤丰村村委会"), (OTHER_VILLAGE, "勤丰村村委会"))
    assert found("N01", register(*rows, status=["已撤销", "在用"])) == []
    assert len(found("N01", register(*rows, status=["拟更名", "在用"]))) == 1


@pytest.mark.parametrize(
    ("remark", "errors"),
    [
        ("(撤销)", 0),
        ("（已撤销）", 0),
        ("（2021年停用）", 0),
        ("（含已撤销的东青村）", 1),
        ("（东区）", 0),  # tells two apart
    ],
)
def test_a_remark_behind_the_name_may_say_that_it_is_no_longer_in_use(remark, errors):
    rows = ((VILLAGE, f"勤丰村村委会{remark}"), (OTHER_VILLAGE, "勤丰村村委会"))
    assert len(found("N01", register(*rows))) == errors


def test_each_later_one_of_three_equal_names_is_reported_against_the_first():
    rows = [(f"32040200{number}200", "勤丰村村委会") for number in (3, 1, 2)]
    assert pairs(found("N01", register(*rows))) == [
        ("same", "320402002200", "320402001200"),
        ("same", "320402003200", "320402001200"),
    ]


NAMES = st.sampled_from(
    ["红梅村村委会", "红梅村", "红梅社区", "红梅新村社区居委会", "丽华一村社区"]
)
ROWS = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 399), NAMES), min_size=2, max_size=12)


@settings(deadline=None, max_examples=60)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_id(rows, random):
    table = register(*((f"3204020{one:02d}{last:03d}", name) for one, last, name in rows))
    order = list(range(len(rows)))
    random.shuffle(order)
    shuffled = table.iloc[order].reset_index(drop=True)
    for rule in ("N01", "N02", "N07"):
        assert _ids(rule, table) == _ids(rule, shuffled)


@settings(deadline=None, max_examples=40)
@given(ROWS)
def test_a_second_copy_of_a_register_in_another_county_repeats_its_findings(rows):
    table = register(*((f"3204020{one:02d}{last:03d}", name) for one, last, name in rows))
    other = table.assign(code="320404" + table["code"].str[6:])
    both = pd.concat([table, other], ignore_index=True)
    assert len(found("N01", both)) == 2 * len(found("N01", table))


def _ids(rule, table):
    return sorted(finding.id for finding in found(rule, table))
