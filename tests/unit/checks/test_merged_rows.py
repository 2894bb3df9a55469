"""N20: one clean name a row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoplan.checks.names.merged_rows import one_name
from geoplan.domain.rules import changed_rulebook, rulebook
from geoplan.linting.lint import LintAsk, lint
from tests.unit.checks.registers import cases, found, register, report


@pytest.mark.parametrize(
    "name",
    [
        "朝阳村村委会",
        "中村村村委会",
        "丽华一村社区居委会",
        "工人新村第一社区居委会",
        "含山社区居委会",
        "MOMO PARK",
        "社区路",
    ],
)
def test_a_clean_name_gives_nothing(name):
    assert found("N20", register(("1", name))) == []


def test_a_row_without_a_name_is_an_error_at_its_row():
    one, other = found("N20", register(("1", "水岸社区"), ("2", ""), ("", " ")))
    assert [(each.case, each.severity) for each in (one, other)] == [("nameless", "error")] * 2
    assert sorted((each.subject, each.row) for each in (one, other)) == [("#3", 3), ("2", 2)]
    assert (one.evidence, other.evidence) in (
        ({"row": 2}, {"row": 3}),
        ({"row": 3}, {"row": 2}),
    )


@pytest.mark.parametrize(
    ("name", "main", "part"),
    [
        ("采菱村村委会含采菱社区居委会", "采菱村村委会", "采菱社区居委会"),
        ("东青社区居委会（含东青村村委）", "东青社区居委会", "东青村村委"),
        ("东青社区居委会(含东青村 村委）", "东青社区居委会", "东青村村委"),
    ],
)
def test_a_merged_row_is_one_warning_with_both_names(name, main, part):
    (one,) = found("N20", register(("1", "水岸社区"), ("2", name)))
    assert (one.case, one.severity, one.row) == ("merged", "warning", 2)
    assert one.evidence == {"name": name, "main": main, "part": part}


@pytest.mark.parametrize(
    ("name", "case", "mended"),
    [
        ("雕庄街道园区(管理区）", "brackets", "雕庄街道园区（管理区）"),
        ("乐荣村（十村)委会", "brackets", "乐荣村（十村）委会"),
        ("甲(一)园（二）", "brackets", "甲（一）园（二）"),
        ("朝阳 村村委会", "blanks", "朝阳村村委会"),
        ("朝阳\u3000村村委会", "blanks", "朝阳村村委会"),
        ("朝阳\u200b村村委会\ufeff", "blanks", "朝阳村村委会"),
        ("朝阳\u202e村\u00ad村委会\u2066", "blanks", "朝阳村村委会"),
        ("朝阳\x1b村\x07村委会", "blanks", "朝阳村村委会"),
        ("MOMO PARK 社区", "blanks", "MOMO PARK社区"),
    ],
)
def test_mixed_brackets_and_blanks_are_warnings_with_the_mended_name(name, case, mended):
    (one,) = found("N20", register(("1", name)))
    assert (one.case, one.severity, one.evidence["mended"]) == (case, "warning", mended)
    assert {case for _, case in cases("N20", register(("1", mended)))} <= {"bracketed"}


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("红旗乡（撤销）", "撤销"),
        ("雕庄街道园区(管理区)", "管理区"),
        ("四份村委会（含移民新区）", "含移民新区"),
        ("龙潭村民委员会（农村社区）", "农村社区"),
        ("阳光花园【东区】", "东区"),
        ("甲（一（二）三）园", "一（二）三"),
        ("甲（一）乙（二）园", "一"),
        ("红旗乡（）", ""),
    ],
)
def test_a_note_in_brackets_is_a_warning(name, note):
    (one,) = found("N20", register(("1", "水岸社区"), ("2", name)))
    assert (one.case, one.severity, one.row) == ("bracketed", "warning", 2)
    assert one.evidence == {"name": name, "note": note}


@pytest.mark.parametrize("name", ["甲）乙（", "甲（乙", "甲【乙）", "甲（一】园）", "甲（（一）"])
def test_brackets_that_do_not_pair_are_told_as_such(name):
    assert cases("N20", register(("1", name))) == [("1", "unbalanced")]


@pytest.mark.parametrize(
    "name", ["红旗乡（撤销）", "园区(管理区）", "园区（管理区", "阳光花园【东区】", "红《旗》乡"]
)
def test_brackets_are_told_by_this_rule_alone(name):
    findings = report(register(("1", name))).findings
    assert [one.rule for one in findings if one.rule in {"N05", "N06", "N20"}] == ["N20"]


def test_brackets_without_a_counterpart_and_doubled_words_are_warnings():
    assert cases("N20", register(("1", "虎山院社区居委会（筹备组））"))) == [("1", "unbalanced")]
    assert cases("N20", register(("1", "园区（管理区"))) == [("1", "unbalanced")]
    (one,) = found("N20", register(("1", "星岛社区社区居委会")))
    assert (one.case, one.evidence["word"]) == ("doubled", "社区社区")


def test_a_row_may_have_several_faults():
    assert cases("N20", register(("1", "星岛社区社区 园区(管理区）"))) == [
        ("1", "blanks"),
        ("1", "brackets"),
        ("1", "doubled"),
    ]


def test_the_list_of_doubled_words_is_the_users():
    for words, count in (([], 0), (["路路"], 1)):
        book = changed_rulebook(rulebook(), {"N20": {"doubled": words}}, where="rules")
        told = lint("names", register(("1", "解放路路")), LintAsk(book=book))
        assert len([one for one in told.findings if one.rule == "N20"]) == count


@given(st.text("村社区(（)） 　\u200bA甲含", max_size=12))
def test_a_mended_name_needs_no_mend(name):
    assert one_name(one_name(name)) == one_name(name)
