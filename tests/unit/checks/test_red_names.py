"""N17: the register held against the official list of red place names."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.checks.registers import cases, found, register

COLUMNS = "code name aliases red protected"
LISTED = register(
    ("R1", "瞿秋白故居", ""),
    ("R2", "张太雷故居", "张太雷纪念馆"),
    ("R3", "第一支部旧址", ""),
    columns="code name aliases",
)
CLEAN = register(
    ("1", "瞿秋白故居", "", "是", "是"),
    ("2", "张太雷故居", "", "是", "是"),
    ("3", "第一支部 旧址", "", "是", "是"),
    ("4", "丽华一村", "", "否", "否"),
    ("5", "丽华二村", "", "否", "否"),
    columns=COLUMNS,
)


def test_a_register_with_every_listed_name_marked_and_protected_gives_nothing():
    assert found("N17", CLEAN, red=LISTED) == []
    assert found("N17", CLEAN) == []


def planted(row, **cells):
    changed = CLEAN.copy()
    for column, text in cells.items():
        changed.loc[row, column] = text
    return changed


def test_a_listed_name_that_is_not_in_the_register_is_missing():
    (one,) = found("N17", CLEAN.drop(index=0), red=LISTED)
    assert (one.subject, one.case, one.severity, one.row) == ("R1", "missing", "warning", None)
    assert one.evidence == {"name": "瞿秋白故居"}


@pytest.mark.parametrize(
    ("name", "aliases"),
    [
        ("瞿秋白旧居", ""),
        ("瞿秋白的故居", ""),
        ("瞿秋故居", ""),
        ("瞿白秋故居", ""),
        ("瞿氏宗祠", "城西祠堂；瞿秋白故居"),
    ],
)
def test_a_listed_name_that_is_only_an_alias_or_nearly_spelt_is_renamed(name, aliases):
    (one,) = found("N17", planted(0, name=name, aliases=aliases), red=LISTED)
    assert (one.subject, one.case, one.about, one.row) == ("R1", "renamed", ("1",), 1)
    assert one.evidence == {"name": "瞿秋白故居", "present": name}


def test_a_listed_alias_that_is_the_name_in_the_register_is_renamed():
    assert cases("N17", planted(1, name="张太雷纪念馆"), red=LISTED) == [("R2", "renamed")]


def test_an_ordinal_is_no_spelling():
    assert cases("N17", planted(2, name="第二支部旧址"), red=LISTED) == [("R3", "missing")]


@pytest.mark.parametrize(("listed", "case"), [("天宁寺", "missing"), ("天宁寺塔", "renamed")])
def test_names_of_fewer_than_four_characters_are_never_nearly_spelt(listed, case):
    given_rows = register(("1", listed.replace("宁", "凝")))
    assert cases("N17", given_rows, red=register(("R9", listed))) == [("R9", case)]


def test_two_entries_of_one_memorial_are_one_finding_at_the_second():
    doubled = planted(3, name="张太雷纪念馆", red="是", protected="是")
    (one,) = found("N17", doubled, red=LISTED)
    assert (one.subject, one.case, one.about, one.row) == ("4", "duplicated", ("2",), 4)
    assert one.evidence == {"names": "张太雷故居、张太雷纪念馆", "count": 2}


def test_a_chain_of_aliases_is_one_memorial_without_any_list():
    chained = register(
        ("1", "甲烈士墓", "乙烈士墓", "1", "1"),
        ("2", "丙烈士墓", "", "1", "1"),
        ("3", "乙烈士墓", "丙烈士墓", "1", "1"),
        ("4", "丁烈士墓", "", "1", "1"),
        ("5", "丙烈士墓", "", "0", "0"),
        columns=COLUMNS,
    )
    (one,) = found("N17", chained)
    assert (one.case, one.subject, set(one.about), one.row) == ("duplicated", "3", {"1", "2"}, 2)


def test_a_red_name_without_protection_and_a_listed_one_without_mark_are_told():
    assert cases("N17", planted(0, protected="否"), red=LISTED) == [("1", "unprotected")]
    assert cases("N17", planted(0, red="否"), red=LISTED) == [("1", "unmarked")]
    assert cases("N17", planted(0, red="否")) == []


def test_what_a_register_has_no_column_for_is_not_asked_of_it():
    assert found("N17", CLEAN.drop(columns="protected"), red=LISTED) == []
    assert found("N17", CLEAN.drop(columns=["red", "protected"]), red=LISTED) == []


FAULTY = register(
    ("1", "瞿秋白旧居", "", "是", "否"),
    ("2", "张太雷故居", "", "否", "否"),
    ("3", "张太雷纪念馆", "", "是", "是"),
    ("4", "丽华一村", "", "否", "否"),
    columns=COLUMNS,
)


@settings(max_examples=15)
@given(st.permutations(range(len(FAULTY))), st.permutations(range(len(LISTED))))
def test_the_order_of_rows_changes_no_finding(rows, entries):
    straight = {one.id for one in found("N17", FAULTY, red=LISTED)}
    shuffled = found("N17", FAULTY.iloc[rows], red=LISTED.iloc[entries])
    assert {one.id for one in shuffled} == straight
    assert {one.case for one in shuffled} == {
        "renamed",
        "unprotected",
        "unmarked",
        "duplicated",
        "missing",
    }
