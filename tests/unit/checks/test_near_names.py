"""N02: names that are mistaken for one another in writing or sound."""

from __future__ import annotations

import pytest

from tests.unit.checks.same_registers import at_metres, found, register

COMMUNITY, VILLAGE = "320402004006", "320402003205"


def pair(first, second, **asked):
    """Return the one finding about two communities or villages of a county, None for none."""
    codes = ["320402003001", "320402004001"]
    findings = found("N02", register(*zip(codes, (first, second), strict=True)), **asked)
    assert len(findings) < 2
    return findings[0] if findings else None


@pytest.mark.parametrize(
    ("first", "second", "case", "severity"),
    [
        ("红梅村村委会", "红梅新村社区居委会", "modifier", "warning"),
        ("富强新村社区居委会", "富强村村委会", "modifier", "warning"),
        ("大红梅村村委会", "红梅村村委会", "modifier", "warning"),
        ("常州红梅花园社区", "红梅花园社区", "modifier", "warning"),
        ("天宁区红梅花园社区", "红梅花园社区", "modifier", "warning"),
        ("同济桥社区居委会", "通济桥社区居委会", "homophone", "warning"),
        ("锦绣花园社区", "锦绣花苑社区", "homophone", "warning"),
        ("查家湾村村委会", "渣家湾村村委会", "homophone", "warning"),
        ("长乐村村委会", "常乐村村委会", "homophone", "warning"),
        ("菱溪社区", "灵溪社区", "homophone", "warning"),
        ("勤丰村村委会", "青锋村村委会", "dialect", "note"),
        ("黄泥村村委会", "王泥村村委会", "dialect", "note"),
        ("竹山社区", "竹三社区", "dialect", "note"),
        ("未央社区", "末央社区", "shape", "note"),
    ],
)
def test_each_case_is_found_at_its_level(first, second, case, severity):
    finding = pair(first, second)
    assert (finding.case, finding.severity) == (case, severity)
    assert (finding.subject, finding.about) == ("320402004001", ("320402003001",))
    assert (finding.evidence["name"], finding.evidence["other"]) == (second, first)
    assert finding.row == 2


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("丽华一村社区居委会", "丽华二村社区居委会"),
        ("丽华四村社区居委会", "丽华十村社区居委会"),  # si and shi are one in Wu speech
        ("工人新村第一社区居委会", "工人新村第二社区居委会"),
        ("青龙苑南区社区居委会", "青龙苑北区社区居委会"),
        ("红梅东村社区居委会", "红梅新村社区居委会"),
        ("红梅东村社区居委会", "红梅西村社区居委会"),
        ("朝阳村村委会", "朝阳新村第一社区居委会"),
        ("丽华村村委会", "丽华一村社区居委会"),
        ("查家村村委会", "茶家村村委会"),  # the surname is Zha
        ("翟家村村委会", "迪家村村委会"),  # the surname is Zhai
        ("常青村村委会", "常春村村委会"),
        ("贾家营村村委会", "顾家营村村委会"),  # the surname is Jia
        ("万善村村委会", "磨善村村委会"),  # mo only in 万俟
        ("新丰街社区", "丰街社区"),  # one character is left
        ("红梅路社区", "红梅桥社区"),  # level L6, off
        ("红梅村村委会", "红梅村村委会"),  # identical: N01
        ("红梅村村委会", "红梅村社区"),
    ],
)
def test_names_that_nobody_mistakes_give_nothing(first, second):
    assert pair(first, second) is None


def test_another_county_and_another_kind_are_not_compared():
    assert found("N02", register((VILLAGE, "红梅村"), ("320404004006", "红梅新村社区"))) == []
    assert found("N02", register(("", "同济桥", "桥"), ("", "通济桥", "住宅区"))) == []
    assert len(found("N02", register(("", "同济桥", "桥"), ("", "通济桥", "桥")))) == 1


def test_the_readings_shown_are_those_that_the_names_share():
    finding = pair("长乐村村委会", "常乐村村委会")
    assert finding.evidence["pinyin"] == finding.evidence["other_pinyin"]
    assert str(finding.evidence["pinyin"]).startswith("chang ")
    heard = pair("勤丰村村委会", "青锋村村委会").evidence
    assert (heard["pinyin"], heard["other_pinyin"]) == ("qing feng cun", "qin feng cun")


def test_the_shortest_specific_part_counts():
    assert pair("丰路社区", "峰路社区") is None
    assert pair("丰路社区", "峰路社区", numbers={"shortest_specific": 1}).case == "homophone"
    assert pair("同济桥社区", "通济桥社区", numbers={"shortest_specific": 2}).case == "homophone"
    assert pair("同济桥社区", "通济桥社区", numbers={"shortest_specific": 3}) is None


def test_word_lists_are_the_rules_own():
    assert pair("苏州红梅花园社区", "红梅花园社区") is None
    asked = {"words": {"city_names": ("苏州",)}}
    assert pair("苏州红梅花园社区", "红梅花园社区", **asked).case == "modifier"
    assert pair("红梅村村委会", "红梅新村社区", words={"modifiers": ()}) is None


def test_the_same_specific_part_is_a_note_once_switched_on():
    finding = pair("朝阳村村委会", "朝阳花园社区", levels={"specific": "note"})
    assert (finding.case, finding.severity) == ("specific", "note")
    assert finding.evidence["specific"] == "朝阳"
    assert pair("丽华一村社区", "丽华二村社区", levels={"specific": "note"}) is None


def test_a_pair_is_reported_once_in_the_graver_case():
    every = {"specific": "note"}
    assert pair("红梅村村委会", "红梅新村社区", levels=every).case == "modifier"
    assert pair("锦绣花园社区", "锦绣花苑社区", levels=every).case == "homophone"


def test_one_place_under_one_code_and_withdrawn_names_are_left_out():
    rows = ((COMMUNITY, "同济桥社区"), ("320402004007", "通济桥社区"))
    assert found("N02", register(*rows, other_code=["320402004007", ""])) == []
    assert found("N02", register(*rows, status=["废止", ""])) == []
    assert len(found("N02", register(*rows))) == 1


def test_the_place_is_that_of_the_subject():
    table = register(("320402004007", "通济桥社区"), (COMMUNITY, "同济桥社区"), **at_metres(0, 500))
    (finding,) = found("N02", table)
    assert (finding.subject, finding.row) == ("320402004007", 1)
    assert (finding.lon, finding.lat) == (round(table["lon"][0], 6), round(table["lat"][0], 6))
