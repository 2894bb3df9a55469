"""Groups: codes and column names are each other's inverse, every group is part of one."""

from __future__ import annotations

import pytest

from geoplan.domain.groups import EVERYONE, GROUPS, OLDER, age_of, group_code
from geoplan.model.schema import group_column


@pytest.mark.parametrize("code", ["60+", "85+", "100+", *GROUPS, "veterans"])
def test_a_code_survives_its_column(code):
    assert group_code(group_column("people", code).removeprefix("people_")) == code


@pytest.mark.parametrize(
    ("code", "age"),
    [("60+", 60), ("100+", 100), ("all", None), ("alone", None), ("60", None), ("+", None)],
)
def test_ages_are_written_with_a_plus(code, age):
    assert age_of(code) == age


def test_need_groups_are_part_of_everybody_or_of_the_older():
    assert {code: group.within for code, group in GROUPS.items()} == {
        "alone": OLDER,
        "disabled": OLDER,
        "low_income": EVERYONE,
        "handicapped": EVERYONE,
    }
    assert all(code == group.id for code, group in GROUPS.items())


def test_no_header_means_two_groups():
    headers = [header for group in GROUPS.values() for header in group.headers]
    assert len(set(headers)) == len(headers)
    assert all(group.zh in group.headers for group in GROUPS.values())
