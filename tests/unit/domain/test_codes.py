"""Codes of divisions: levels, units above, kinds; edges of every range."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoplan.domain.codes import (
    PROVINCES,
    is_full_width,
    is_shortened,
    is_well_formed,
    level_of,
    parent_of,
    stem,
    township_kind,
    village_kind,
)

CODES = st.builds(
    lambda province, digits, length: (province + digits)[:length],
    st.sampled_from(sorted(PROVINCES)),
    st.text("0123456789", min_size=10, max_size=10),
    st.sampled_from([2, 4, 6, 9, 12]),
)


@pytest.mark.parametrize(
    ("code", "short", "level", "parent"),
    [
        ("32", "32", "province", ""),
        ("320000", "32", "province", ""),
        ("3204", "3204", "prefecture", "32"),
        ("320400000000", "3204", "prefecture", "32"),
        ("320402", "320402", "county", "3204"),
        ("320402000000", "320402", "county", "3204"),
        ("320402109", "320402109", "township", "320402"),
        ("320402100000", "320402100", "township", "320402"),
        ("320402109202", "320402109202", "village", "320402109"),
        ("320400000200", "320400000200", "village", "320400000"),
    ],
)
def test_zeros_at_the_end_stand_for_no_level_below(code, short, level, parent):
    assert (stem(code), level_of(code), parent_of(code)) == (short, level, parent)


@pytest.mark.parametrize(
    ("code", "right"),
    [
        ("320402001001", True),
        ("82", True),
        ("", False),
        ("32040200100", False),
        ("3204020010011", False),
        ("32040200100A", False),
        ("３２０４０２", False),
        ("992402001001", False),
        ("162402001001", False),
    ],
)
def test_a_code_has_the_digits_of_a_level_and_begins_with_a_province(code, right):
    assert is_well_formed(code) is right


def test_there_are_34_provinces():
    assert len(PROVINCES) == 34


@pytest.mark.parametrize(
    ("written", "short"),
    [
        ("3.20402E+11", True),
        ("3.2e11", True),
        ("3E+11", True),
        ("3.20402001001E+11", False),
        ("320402001001.0", False),
        ("320402001001", False),
        ("３．２０４０２E+11", True),
    ],
)
def test_a_spreadsheet_has_cut_digits_off_when_fewer_are_written_than_the_number_has(
    written, short
):
    assert is_shortened(written) is short


def test_full_width_digits_are_a_matter_of_width_only_in_a_right_code():
    assert is_full_width("３２０４０２００１００１")
    assert not is_full_width("320402001001")
    assert not is_full_width("３２０４０")


@pytest.mark.parametrize(
    ("segment", "kind"),
    [
        ("001", "subdistrict"),
        ("099", "subdistrict"),
        ("100", "town"),
        ("199", "town"),
        ("200", "township"),
        ("399", "township"),
        ("400", "joint"),
        ("599", "joint"),
        ("600", "other"),
    ],
)
def test_the_third_segment_says_the_kind_of_a_town(segment, kind):
    assert township_kind(f"320402{segment}") == township_kind(f"320402{segment}000") == kind


@pytest.mark.parametrize(
    ("segment", "kind"),
    [
        ("001", "residents"),
        ("199", "residents"),
        ("200", "villagers"),
        ("399", "villagers"),
        ("400", "other"),
        ("999", "other"),
    ],
)
def test_the_last_segment_says_whose_committee_it_is(segment, kind):
    assert village_kind(f"320402001{segment}") == kind


@given(CODES)
def test_the_unit_above_begins_the_code_and_chains_of_units_end_at_a_province(code):
    assert is_well_formed(code)
    assert stem(stem(code)) == stem(code)
    above, steps = stem(code), 0
    while parent_of(above):
        assert above.startswith(parent_of(above))
        above, steps = parent_of(above), steps + 1
    assert above in PROVINCES
    assert steps <= 4
