"""N07 and N08: one generic term that fits."""

from __future__ import annotations

import pytest

from tests.unit.checks.same_registers import at_metres, found, register


def cases(rule, name, kind="", code="", **columns):
    return [one.case for one in found(rule, register((code, name, kind), **columns))]


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("红梅路", "道路", ""),
        ("红梅大道", "道路名称", ""),
        ("勤丰村村委会", "", "320402002211"),
        ("勤丰村委会", "", "320402002211"),
        ("中村村村委会", "", "320402001202"),
        ("花园村村委会", "", "320402109209"),
        ("新村村委会", "", "320402109210"),
        ("水岸社区居委会", "", "320402001002"),
        ("花园社区居委会", "", "320402001002"),
        ("花园居委会", "", "320402001002"),
        ("红梅街道", "", "320402004"),
        ("红梅街道办事处", "", "320402004"),
        ("新丰街街道", "", "320402004"),
        ("郑陆镇", "", "320402109000"),
        ("郑陆镇", "subdistrict", "320402109"),
        ("雕庄街道园区(管理区）", "", "320402001401"),
        ("天宁经济开发区", "街道", "320402010"),
        ("锦绣花园小区", "住宅区", ""),
        ("红梅新村小区", "住宅区", ""),
        ("国际贸易中心大厦", "建筑物", ""),
        ("红梅花园公寓", "住宅区", ""),
        ("香缇湾", "住宅区", ""),
        ("西苑花园", "住宅区", ""),
        ("马街路", "道路", ""),
        ("罕苏木苏木", "乡", ""),
        ("大桥", "自然村", ""),
        ("东村村委会", "", "320402109210"),
    ],
)
def test_sound_names_give_nothing(name, kind, code):
    assert cases("N07", name, kind, code) == []


@pytest.mark.parametrize(
    ("name", "kind", "code", "case"),
    [
        ("红梅", "道路", "", "missing"),
        ("盛世名门", "住宅区", "", "missing"),
        ("勤丰", "", "320402002211", "missing"),
        ("郑陆", "镇", "", "missing"),
        ("红梅", "", "320402004", "missing"),
        ("华润大厦广场", "建筑物", "", "doubled"),
        ("桃花苑公寓", "住宅区", "", "doubled"),
        ("锦绣花园花园", "住宅区", "", "doubled"),
        ("红梅大厦广场社区居委会", "", "320402004001", "doubled"),
        ("花园", "住宅区", "", "alone"),
        ("大道", "道路", "", "alone"),
        ("村", "村", "320402002211", "alone"),
        ("村委会", "", "320402002211", "alone"),
        ("社区居委会", "", "320402002011", "alone"),
        ("新村", "", "", "alone"),
    ],
)
def test_each_fault_of_grammar_is_a_warning(name, kind, code, case):
    (finding,) = found("N07", register((code, name, kind)))
    assert (finding.case, finding.severity) == (case, "warning")
    assert finding.evidence["name"] == name
    assert (finding.row, finding.subject) == (1, code or name)


def test_the_evidence_names_the_terms():
    (doubled,) = found("N07", register(("", "华润大厦广场", "建筑物")))
    assert doubled.evidence["term"] == "大厦广场"
    (missing,) = found("N07", register(("", "红梅", "道路"), **at_metres(0)))
    assert missing.evidence["kind"] == "road"
    assert "大道" in str(missing.evidence["term"])
    assert missing.lon == pytest.approx(119.97, abs=1e-6)


@pytest.mark.parametrize(("shortest", "doubled"), [(1, 3), (2, 2), (3, 1), (4, 0)])
def test_terms_are_muddled_behind_a_specific_part_long_enough(shortest, doubled):
    names = ("西苑花园", "红梅苑花园", "五星坊苑花园")
    table = register(*((f"L{number}", name, "住宅区") for number, name in enumerate(names)))
    assert len(found("N07", table, numbers={"shortest_specific": shortest})) == doubled


def test_words_of_the_rule_decide():
    table = register(("", "华润大厦广场", "建筑物"), ("", "红梅", "道路"))
    assert found("N07", table, words={"muddled": (), "kinds": ()}) == []
    assert len(found("N07", table)) == 2
    assert found("N07", table.assign(status="注销")) == []


def test_size_is_silent_without_its_columns():
    assert found("N08", register(("", "华润广场", "建筑物"))) == []


@pytest.mark.parametrize(
    ("name", "kind", "column", "least", "case"),
    [
        ("华润大厦", "建筑物", "floors", 10, "floors"),
        ("华润广场", "建筑物", "area_m2", 5000, "area"),
        ("锦绣花园", "住宅区", "area_m2", 10000, "area"),
        ("锦绣花苑", "住宅区", "green_share", 0.35, "green"),
        ("彩虹城", "住宅区", "area_m2", 100000, "area"),
        ("丽华小区", "住宅区", "area_m2", 20000, "area"),
    ],
)
def test_a_place_smaller_than_its_term_is_a_note(name, kind, column, least, case):
    (finding,) = found("N08", register(("", name, kind), **{column: [least * 0.999]}))
    assert (finding.case, finding.severity) == (case, "note")
    assert finding.evidence["least"] == least
    assert finding.evidence["size"] == pytest.approx(least * 0.999)
    for enough in (least, least * 1.001):
        assert cases("N08", name, kind, **{column: [enough]}) == []
    assert cases("N08", name, kind, **{column: [""]}) == []


def test_a_green_share_in_per_cent_is_understood():
    assert cases("N08", "锦绣花园", "住宅区", green_share=[35]) == []
    assert cases("N08", "锦绣花园", "住宅区", green_share=[34]) == ["green"]


def test_units_and_roads_have_no_size():
    assert cases("N08", "锦绣花园社区居委会", "", "320402004009", area_m2=[1]) == []
    assert cases("N08", "广场路", "道路", area_m2=[1]) == []


def test_a_changed_threshold_counts():
    table = register(("", "华润大厦", "建筑物"), floors=[12])
    assert found("N08", table) == []
    assert len(found("N08", table, numbers={"least_floors_tower": 13})) == 1
