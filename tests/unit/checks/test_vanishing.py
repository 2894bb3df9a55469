"""N19: old names that are about to vanish or have vanished between two editions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.checks.registers import DATE, cases, found, register

COLUMNS = "code name status since"


def entry(status, since="1950", name="优胜村村委会"):
    return register(("320402001200", name, status, since), columns=COLUMNS)


@pytest.mark.parametrize(
    "status", ["待注销", "拟撤销（2025年）", "列入拆迁范围", "村庄撤并", "to be removed"]
)
def test_an_old_name_whose_status_says_that_it_goes_is_a_note(status):
    (one,) = found("N19", entry(status))
    assert (one.case, one.severity, one.row) == ("vanishing", "note", 1)
    assert one.evidence == {
        "name": "优胜村村委会",
        "status": status,
        "since": 1950,
        "age": int(DATE[:4]) - 1950,
    }


@pytest.mark.parametrize("status", ["在用", "", "不拆迁", "未撤并", "in use", "not to be removed"])
def test_a_name_that_stays_is_no_finding(status):
    assert found("N19", entry(status)) == []


@pytest.mark.parametrize(("since", "old"), [("1975", True), ("1976", False), ("1977", False)])
def test_a_name_is_old_after_more_than_fifty_years(since, old):
    assert [one.case for one in found("N19", entry("待注销", since))] == ["vanishing"] * old
    before = register(("320402001200", "优胜村村委会", since), columns="code name since")
    now = register(("320402001204", "朝阳村村委会"))
    assert [one.case for one in found("N19", now, earlier=before)] == ["gone"] * old


def test_without_year_or_date_no_age_is_claimed():
    (one,) = found("N19", entry("待注销", ""))
    assert (one.case, one.evidence) == (
        "vanishing_undated",
        {"name": "优胜村村委会", "status": "待注销"},
    )
    assert [f.case for f in found("N19", entry("待注销"), date="")] == ["vanishing_undated"]
    before = register(("320402001200", "优胜村村委会", "1950"), columns="code name since")
    now = register(("320402001204", "朝阳村村委会"))
    assert [f.case for f in found("N19", now, date="", earlier=before)] == ["gone_undated"]


EARLIER = register(
    ("320402001200", "优胜村村委会"),
    ("320402001201", "采菱村村委会含采菱社区居委会"),
    ("320402001203", "雕庄村村委会"),
    ("320402002211", "勤丰村村委会"),
    ("320402003001", "丽华一村社区居委会"),
    ("320402004016", "聚博社区居委会"),
    ("320402109223", "查家湾村村委会"),
    ("320402109002", "东青社区居委会（含东青村村委）"),
)
NOW = register(
    ("320402001004", "采菱社区居委会", "雕庄街道"),
    ("320402003200", "勤丰村村委会", "茶山街道"),
    ("320402003001", "丽华一村社区居委会", "茶山街道"),
    ("320402004016", "聚博花园社区居委会", "红梅街道"),
    ("320402109223", "查家村村委会", "郑陆镇"),
    ("320402109002", "东青社区居委会", "郑陆镇"),
    columns="code name street",
)
GONE = [("320402001200", "gone_undated"), ("320402109223", "gone_undated")]


def test_a_name_is_gone_when_not_even_its_specific_part_is_in_use():
    assert cases("N19", NOW, earlier=EARLIER) == GONE
    (youth, bay) = found("N19", NOW, earlier=EARLIER)
    assert (youth.about, youth.row, youth.severity) == (("优胜村村委会",), None, "note")
    assert bay.evidence == {"name": "查家湾村村委会"}
    assert found("N19", EARLIER, earlier=EARLIER) == []


def test_a_name_that_is_recorded_as_a_former_one_is_not_lost():
    recorded = NOW.assign(aliases=["", "", "", "", "查家湾村", "优胜村"])
    assert cases("N19", recorded, earlier=EARLIER) == []


def test_a_merged_row_that_is_gone_loses_two_names():
    before = register(("320402001201", "采菱村村委会含菱溪社区居委会"))
    now = register(("320402001204", "朝阳村村委会"))
    findings = found("N19", now, earlier=before)
    assert {one.about for one in findings} == {("采菱村村委会",), ("菱溪社区居委会",)}
    assert len({one.id for one in findings}) == 2


@settings(max_examples=15)
@given(st.permutations(range(len(NOW))), st.permutations(range(len(EARLIER))))
def test_the_order_of_rows_changes_no_finding(now, before):
    straight = {one.id for one in found("N19", NOW, earlier=EARLIER)}
    shuffled = found("N19", NOW.iloc[now], earlier=EARLIER.iloc[before])
    assert {one.id for one in shuffled} == straight
