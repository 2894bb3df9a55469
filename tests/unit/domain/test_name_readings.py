"""Readings are sets, and names share a key when they have a reading in common."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoplan.domain.name_readings import (
    _TABLE,
    MOST_KEYS,
    local_readings,
    merged_keys,
    reading_keys,
    readings,
)


@pytest.mark.parametrize(
    ("character", "expected"),
    [
        ("查", {"zha"}),
        ("翟", {"zhai"}),
        ("舣", {"yi"}),
        ("朝", {"chao"}),
        ("乐", {"le", "yue"}),
        ("绿", {"lu", "lv"}),
        ("黄", {"huang"}),
        ("園", {"yuan"}),  # not in the table of general standard characters
        ("A", {"A"}),
    ],
)
def test_readings_of_a_character(character, expected):
    assert set(readings(character)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("乐亭路", {"lao ting lu"}),
        ("乐清路", {"yue qing lu"}),
        ("常乐清路", {f"chang {one} qing lu" for one in ("le", "yue")}),
        ("温州市乐清路", {"wen zhou shi yue qing lu"}),
        ("第六安路", {"di liu an lu"}),
        ("六合路", {"lu he lu", "liu he lu"}),
        ("东大厦", {"dong da sha"}),
        ("厦门路", {"xia men lu"}),
        ("朝阳路", {"chao yang lu"}),
    ],
)
def test_names_are_compared_by_the_local_reading_where_it_is_listed(text, expected):
    assert {key for key in reading_keys(text) if "zhang" not in key} == expected


def test_every_listed_word_has_a_syllable_a_character():
    listed = [*_TABLE["words"].items(), *_TABLE["places"].items()]
    for word, ways in listed:
        assert ways
        assert {len(way.split()) for way in ways} == {len(word)}
        assert list(local_readings(word)) == list(range(len(word)))


@pytest.mark.parametrize(
    ("one", "other"),
    [("勤丰", "青锋"), ("黄", "王"), ("山", "三"), ("郑", "赠"), ("城", "岑"), ("翁", "温")],
)
def test_sounds_that_wu_speech_joins(one, other):
    shared = set(merged_keys(one)) & set(merged_keys(other))
    assert shared
    assert not set(reading_keys(one)) & set(reading_keys(other))


@pytest.mark.parametrize(("one", "other"), [("兰", "南"), ("山", "桑"), ("华", "王"), ("江", "金")])
def test_sounds_that_stay_apart(one, other):
    assert not set(merged_keys(one)) & set(merged_keys(other))


@given(st.tuples(*[st.text("长常乐月重丰峰", min_size=3, max_size=3)] * 2))
def test_texts_share_a_key_exactly_when_every_position_has_a_common_reading(pair):
    one, other = pair
    common = all(set(readings(a)) & set(readings(b)) for a, b in zip(one, other, strict=True))
    assert bool(set(reading_keys(one)) & set(reading_keys(other))) is common


def test_up_to_the_bound_all_readings_count_and_beyond_it_the_first():
    assert len(readings("乐")) == 2
    at_bound = "乐" * 6
    assert len(reading_keys(at_bound)) == 2**6 == MOST_KEYS
    assert set(reading_keys(at_bound)) == {
        " ".join(one) for one in product(readings("乐"), repeat=6)
    }
    assert reading_keys("乐" * 7) == (" ".join([readings("乐")[0]] * 7),)
