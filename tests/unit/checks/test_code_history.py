"""N15: codes that stand for several names, in one edition, two systems or two editions."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.checks.registers import cases, found, register


def test_one_code_for_two_names_is_one_error_at_the_second():
    (one,) = found(
        "N15",
        register(
            ("320402003002", "丽华二村社区居委会"),
            ("320402003001", "丽华一村社区居委会"),
            ("320402003001", "朝阳新村第一社区居委会"),
        ),
    )
    assert (one.subject, one.case, one.severity, one.row) == (
        "320402003001",
        "repeated",
        "error",
        3,
    )
    assert one.evidence["count"] == 2
    assert set(one.about) == {"丽华一村社区居委会", "朝阳新村第一社区居委会"}


@pytest.mark.parametrize(
    ("code", "one", "other"),
    [
        ("320402001204", "朝阳村村委会", "朝阳村"),
        ("320402001002", "水岸社区居委会", "水岸社区居民委员会"),
    ],
)
def test_the_long_and_the_short_form_of_a_name_are_one_name(code, one, other):
    assert found("N15", register((code, one), (code, other))) == []


def test_a_town_with_nine_and_with_twelve_digits_has_one_code():
    given_rows = register(("320402001", "雕庄街道"), ("320402001000", "青龙街道"))
    (one,) = found("N15", given_rows)
    assert (one.subject, one.case) == ("320402001", "repeated")


STREETS = register(
    ("320402001", "320402008000", "雕庄街道"),
    ("320402005", "320402001000", "天宁街道"),
    ("320402006", "320402006000", "兰陵街道"),
    columns="code other_code name",
)


def test_a_code_that_means_two_units_in_two_systems_is_told_and_never_to_be_joined_on():
    summary, one = found("N15", STREETS)
    assert (one.subject, one.case, one.severity, one.row) == (
        "320402001",
        "two_systems",
        "warning",
        1,
    )
    assert (one.evidence["name"], one.evidence["other_name"]) == ("雕庄街道", "天宁街道")
    assert (summary.case, summary.severity, summary.evidence["count"]) == (
        "never_join",
        "warning",
        1,
    )


def test_systems_that_share_no_code_of_different_units_give_nothing():
    assert found("N15", STREETS.drop(index=1)) == []


EARLIER = register(
    ("320402002009", "水晶城社区居委会"),
    ("320402004016", "聚博社区居委会"),
    ("320402109223", "查家湾村村委会"),
    ("320402001201", "采菱村村委会含采菱社区居委会"),
    ("320402001202", "中村村村委会"),
    ("320402002211", "勤丰村村委会"),
    ("320402003200", "勤丰村村委会"),
    ("320402109002", "东青社区居委会（含东青村村委）"),
    ("320402001204", "朝阳村村委会"),
)
NOW = register(
    ("320402002009", "横塘社区居委会"),
    ("320402004016", "聚博花园社区居委会"),
    ("320402109223", "查家村村委会"),
    ("320402001004", "采菱社区居委会"),
    ("320402003200", "勤丰村村委会"),
    ("320402109002", "东青社区居委会"),
    ("320402001204", "朝阳村民委员会"),
)
HISTORY = {
    ("320402002009", "reused", "warning", 1),
    ("320402004016", "renamed", "note", 2),
    ("320402109223", "renamed", "note", 3),
    ("320402001201", "recoded", "note", 4),
    ("320402001202", "withdrawn", "note", None),
    ("320402002211", "withdrawn", "note", None),
}


def told(findings):
    return {(one.subject, one.case, one.severity, one.row) for one in findings}


def test_two_editions_are_compared_code_by_code():
    assert told(found("N15", NOW, earlier=EARLIER)) == HISTORY


def test_the_evidence_of_a_change_names_both_editions():
    by_case = {one.case: one for one in found("N15", NOW, earlier=EARLIER)}
    assert by_case["reused"].evidence == {
        "name": "横塘社区居委会",
        "earlier_name": "水晶城社区居委会",
    }
    assert by_case["recoded"].evidence["new_code"] == "320402001004"
    assert by_case["recoded"].evidence["name"] == "采菱社区居委会"
    assert by_case["recoded"].about == ("320402001004",)


def test_a_former_name_recorded_as_alias_settles_the_change():
    aliased = NOW.assign(aliases=["", "聚博社区", "查家湾村", "", "", "", ""])
    settled = {"320402004016", "320402109223"}
    assert told(found("N15", aliased, earlier=EARLIER)) == {
        one for one in HISTORY if one[0] not in settled
    }


def test_an_ordinal_makes_another_name():
    before, now = register(("320402003001", "丽华一村")), register(("320402003001", "丽华二村"))
    assert cases("N15", now, earlier=before) == [("320402003001", "reused")]


def test_a_code_that_two_rows_carry_is_repeated_and_not_compared():
    doubled = pd.concat([NOW, register(("320402002009", "水晶城社区居委会"))])
    findings = told(found("N15", doubled, earlier=EARLIER))
    assert ("320402002009", "repeated", "error", 8) in findings
    assert not any(one[1] == "reused" for one in findings)


@settings(max_examples=15)
@given(st.permutations(range(len(NOW))), st.permutations(range(len(EARLIER))))
def test_the_order_of_rows_changes_no_finding(now, before):
    straight = {one.id for one in found("N15", NOW, earlier=EARLIER)}
    shuffled = found("N15", NOW.iloc[now], earlier=EARLIER.iloc[before])
    assert {one.id for one in shuffled} == straight


@settings(max_examples=15)
@given(st.permutations(range(4)))
def test_the_id_of_a_repeated_code_does_not_hang_on_the_order_of_rows(order):
    rows = register(
        ("320402003001", "甲社区"), ("320402003001", "乙社区"), ("320402003001", "丙社区"),
        ("320402003002", "丁社区"),
    )  # fmt: skip
    (straight,), (shuffled,) = found("N15", rows), found("N15", rows.iloc[order])
    assert (shuffled.id, shuffled.evidence) == (straight.id, straight.evidence)


def test_the_ids_of_a_change_do_not_hang_on_the_words_around_it():
    (one,) = (f for f in found("N15", NOW, earlier=EARLIER) if f.case == "reused")
    alone = found("N15", NOW.iloc[:1], earlier=EARLIER.iloc[:1])
    assert [f.id for f in alone] == [one.id]
