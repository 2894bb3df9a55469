"""Odd numbers, marks and meanings, and characters that are not standard."""

from __future__ import annotations

import pytest

from tests.unit.checks.naming import cases, found


@pytest.mark.parametrize(
    ("name", "word", "expected"),
    [
        ("88小区", "88", ("digits", "warning")),
        ("１２３路", "１２３", ("digits", "warning")),
        ("一二三路", "一二三", ("digits", "warning")),
        ("六六花园", "六六", ("digits", "warning")),
        ("阳光100国际", "100", ("mixed", "warning")),
        ("新城2期", "2", ("numbering", "note")),
        ("丽华3村社区居委会", "3", ("numbering", "note")),
        ("阳光·水岸", "·", ("mark", "warning")),
        ("滨江－花园", "－", ("mark", "warning")),
        ("滨江-水岸-花园", "-", ("mark", "warning")),
        ("阳光“水岸”", "“”", ("mark", "warning")),
        ("Zhōngshān路", "Zhōngshān", ("pinyin", "warning")),
        ("哑巴路", "哑巴", ("meaning", "warning")),
        ("黄泉路", "黄泉", ("meaning", "warning")),
    ],
)
def test_odd_names_are_found(name, word, expected):
    (finding,) = found("N05", "青果巷", name)
    assert (finding.case, finding.severity, finding.row) == (*expected, 2)
    assert finding.evidence == {"name": name, "word": word}


@pytest.mark.parametrize(
    "name",
    [
        "丽华一村",
        "清凉新村第三社区居委会",
        "五角场社区居委会",
        "三里村村委会",
        "三河口社区居委会（含三河口村村委）",
        "八一路",
        "五四广场",
        "一四一团",
        "九洲新世界社区居委会",
        "百丈镇",
        "千灯镇",
        "十五路",  # a number that somebody counted
        "五路",  # one figure is an ordinal
        "二〇四社区居委会",
        "黑瞎子岛村",
        "哑巴镇",  # a division
        "青龙（1区）",  # what stands in brackets is another rule's
    ],
)
def test_real_numbers_ordinals_and_old_names_give_nothing(name):
    assert found("N05", name) == []


def test_figures_count_from_two_on():
    assert cases("N05", "三路") == []
    assert cases("N05", "三四路") == [("digits", "warning")]


def test_a_traditional_character_is_found_with_its_standard_form():
    (finding,) = found("N06", "雕庄村", "雕莊東村")
    assert (finding.case, finding.severity, finding.row) == ("traditional_or_variant", "warning", 2)
    assert finding.evidence == {
        "name": "雕莊東村",
        "characters": "莊東",
        "standard": "庄东",
        "proposal": "雕庄东村",
    }


@pytest.mark.parametrize(
    ("name", "case", "characters"),
    [
        ("㙟村", "rare", "㙟"),
        ("天 宁路", "not_a_character", "U+0020"),
        ("天\u3000宁路", "not_a_character", "U+3000"),
        ("天\u200b宁路", "not_a_character", "U+200B"),
        ("天\ue000路", "not_a_character", "U+E000"),
        ("天\ufffd路", "not_a_character", "U+FFFD"),
    ],
)
def test_what_is_no_standard_character_is_found(name, case, characters):
    (finding,) = found("N06", name)
    assert (finding.case, finding.severity) == (case, "warning")
    assert finding.evidence == {"name": name, "characters": characters}


def test_one_name_may_break_the_rule_in_three_ways():
    assert {one.case for one in found("N06", "㙟 莊")} == {
        "rare",
        "traditional_or_variant",
        "not_a_character",
    }


@pytest.mark.parametrize(
    "name",
    [
        "二〇四社区",
        "舣舟亭",
        "旮旯村",
        "东陞路",
        "堃苑",
        "88小区",
        "MOMO公园",
        "红旗乡（撤销）",
        "甲【乙）",
    ],
)
def test_standard_characters_letters_and_digits_are_not_of_this_rule(name):
    assert found("N06", name) == []
