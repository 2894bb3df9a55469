"""Spelling in the register and on signs: each fault with the right spelling."""

from __future__ import annotations

import pandas as pd
import pytest

from geoplan.linting.lint import LintAsk, lint
from tests.unit.checks.naming import found


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("丽华一村社区居委会", "Lihua Yicun Shequ Juweihui"),
        ("丽华一村社区居委会", "Lihua Yicun Shequ"),
        ("丽华一村社区居委会", "Lìhuá Yīcūn"),
        ("三里村村委会", "Sanli Cun"),
        ("三河口社区居委会（含三河口村村委）", "Sanhekou Shequ"),
        ("郑陆镇", "ZHENGLU ZHEN"),
        ("郑陆镇", ""),
        ("舣舟亭社区居委会", "Yizhouting Shequ"),
        ("查家村村委会", "Zhajia Cun"),
        ("雕庄街道办事处", "Diaozhuang Jiedao"),
        ("88小区", "88 Xiaoqu"),
        ("天 宁路", "Tianning Lu"),  # the blank is another rule's
        ("乐亭路", "Laoting Lu"),
        ("乐亭路", "Leting Lu"),
        ("大埔路", "Dabu Lu"),
        ("（撤销）", "Chexiao"),  # nothing but a note
        ("𰝟渡镇", "Mao Du"),  # no source reads the first character
    ],
)
def test_right_spellings_with_and_without_the_committee_give_nothing(name, written):
    assert found("N14", name, pinyin=[written]) == []


@pytest.mark.parametrize(
    ("name", "written", "case", "right"),
    [
        ("西安路", "Dongan Lu", "reading", "Xi'an Lu"),
        ("西安路", "Xianlu", "spacing", "Xi'an Lu"),
        ("西安路", "Xian Lu", "apostrophe", "Xi'an Lu"),
        ("西安路", "XIAN LU", "apostrophe", "XI'AN LU"),
        ("西安路", "xi'an lu", "capitals", "Xi'an Lu"),
        ("吕墅路", "Lvshu Lu", "umlaut", "Lüshu Lu"),
        ("朝阳路", "ZhaoyangLu", "spacing", "Zhaoyang Lu"),  # the reading that was written stays
    ],
)
def test_each_fault_is_found_with_the_right_spelling(name, written, case, right):
    (finding,) = found("N14", "青果巷", name, pinyin=["Qingguo Xiang", written])
    assert (finding.case, finding.severity, finding.row) == (case, "warning", 2)
    assert finding.evidence == {"name": name, "written": written, "right": right}


ABSURD = ["村" * 900, "一村" * 450, "长乐" * 450, "第一区" * 300, "村 " * 400]


@pytest.mark.parametrize("name", ABSURD)
def test_an_absurd_cell_is_judged_and_stops_no_other(name):
    written = {"pinyin": ["Cun" * 900, "Xian Lu"], "sign": ["CUN " * 900, ""]}
    told = {(one.subject, one.case) for one in found("N14", name, "西安路", **written)}
    assert told >= {(name.strip(), "spacing" if set(name) == {"村"} else "reading")}
    assert ("西安路", "apostrophe") in told


@pytest.mark.parametrize(
    ("written", "word"),
    [("Zhongshan Road", "Road"), ("Zhongshan Lu East", "East"), ("ZHONGSHAN RD", "RD")],
)
def test_english_generic_words_are_found(written, word):
    (finding,) = found("N14", "中山路", pinyin=[written])
    assert (finding.case, finding.severity) == ("english", "warning")
    assert finding.evidence["word"] == word
    assert str(finding.evidence["right"]).lower() == "zhongshan lu"


def test_letters_that_are_an_english_word_by_chance_give_nothing():
    assert found("N14", "拉呢路", pinyin=["Lane Lu"]) == []


def test_wrong_tones_are_a_note_and_no_tones_are_right():
    (finding,) = found("N14", "朝阳路", "朝阳路", pinyin=["Chǎoyáng Lù", "Chaoyang Lu"])
    assert (finding.case, finding.severity, finding.row) == ("tones", "note", 1)
    assert finding.evidence["right"] == "Cháoyáng Lù"


def test_only_the_letters_of_a_sign_are_looked_at_and_they_carry_no_tones():
    names = ["中山路"] * 5
    signs = [
        "中山路 ZHONGSHAN LU",
        "中山路",
        "中山路 Zhongshan Road",
        "Zhōngshān Lù",
        "中山路ZHONGSHANLU",
    ]
    findings = found("N14", *names, sign=signs)
    assert {(one.row, one.case) for one in findings} == {
        (3, "english"),
        (4, "sign_tones"),
        (5, "spacing"),
    }
    assert {one.row: one.evidence["right"] for one in findings}[4] == "Zhongshan Lu"


def test_a_register_without_spellings_gives_nothing_and_both_columns_are_read():
    assert found("N14", "中山路") == []
    both = found("N14", "中山路", pinyin=["Zhongshanlu"], sign=["ZHONGSHAN ROAD"])
    assert [one.case for one in both] == ["english", "spacing"]
    assert len({one.id for one in both}) == 2


def test_a_number_on_a_sign_is_the_house_number_unless_the_name_has_one():
    assert found("N14", "中山路", sign=["88 ZHONGSHAN LU"]) == []
    assert found("N14", "三环路", sign=["3 HUANLU"]) == []


@pytest.mark.parametrize("name", ["{", "%", "＋－", "(())", "😀"])
def test_a_name_of_marks_alone_is_not_spelled_out(name):
    table = pd.DataFrame({"代码": ["1"], "名称": [name], "拼音": ["Duan"]})
    assert [one for one in lint("names", table, LintAsk()).findings if one.rule == "N14"] == []
