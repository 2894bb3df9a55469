"""Verdicts: exact, in whole people, and unknown where nothing is known."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoplan.model.targets import Target
from geoplan.stages.judging import Counts, Verdict, judged, judged_together, months_until

NAN = math.nan


def target(indicator, number, unit, comparison=">=", **further):
    return Target(
        id="set.one",
        indicator=indicator,
        text_zh="目标",
        text_en="Target",
        source="a plan",
        page="",
        number=number,
        unit=unit,
        comparison=comparison,
        level="district",
        confidence="read",
        **further,
    )


def told(verdict):
    return tuple(
        None if isinstance(one, float) and math.isnan(one) else one
        for one in (verdict.status, verdict.required, verdict.missing)
    )


PROJECTS = target("communities_with_project_share", 0.8, "share")
WORKERS = target("social_workers_per_10000", 11, "per_10000")


@pytest.mark.parametrize(
    ("one", "counts", "expected"),
    [
        # 0.8 of 122 is 97.6: 98 are required, 97 do not do
        (PROJECTS, (97, 122), ("fail", 98.0, 1.0)),
        (PROJECTS, (98, 122), ("pass", 98.0, 0.0)),
        # 0.8 of 125 is 100 exactly: no more
        (PROJECTS, (100, 125), ("pass", 100.0, 0.0)),
        (PROJECTS, (99, 125), ("fail", 100.0, 1.0)),
        # 11 for 10,000 of 66,000 is 72.6
        (WORKERS, (72, 66_000), ("fail", 73.0, 1.0)),
        (WORKERS, (73, 66_000), ("pass", 73.0, 0.0)),
        (WORKERS, (NAN, 66_000), ("unknown", 73.0, None)),
        (WORKERS, (20, NAN), ("unknown", None, None)),
        (WORKERS, (20, 0), ("unknown", None, None)),
        # a largest share is rounded down: at most 12 of 49
        (target("nursing_bed_share", 0.25, "share", "<="), (13, 49), ("fail", 12.0, 1.0)),
        (target("nursing_bed_share", 0.25, "share", "<="), (12, 49), ("pass", 12.0, 0.0)),
        # square metres are no whole things: 30 for 100 households of 250 are 75
        (
            target("care_m2_per_100_households", 30, "m2_per_100hh"),
            (60.5, 250),
            ("fail", 75.0, 14.5),
        ),
    ],
)
def test_ratios_are_judged_by_their_counts(one, counts, expected):
    part, whole = counts
    value = NAN if math.isnan(part) or not whole > 0 else part / whole
    assert told(judged(one, Counts(value, part, whole))) == expected


@pytest.mark.parametrize(
    ("one", "value", "expected"),
    [
        (target("home_care_beds", 300, "beds"), 32, ("fail", 300.0, 268.0)),
        (target("home_care_beds", 300, "beds"), 300, ("pass", 300.0, 0.0)),
        (target("home_care_beds", 300, "beds"), NAN, ("unknown", 300.0, None)),
        (target("communities", 122, "units", "=="), 125, ("fail", 122.0, 3.0)),
        (target("communities", 122, "units", "=="), 119, ("fail", 122.0, 3.0)),
        (target("communities", 122, "units", "=="), 122, ("pass", 122.0, 0.0)),
        (target("residents", 100_000, "people", "<="), 100_001, ("fail", 100_000.0, 1.0)),
        (target("longest_walk_m", 700, "m", "<="), 700.25, ("fail", 700.0, 0.25)),
    ],
)
def test_amounts(one, value, expected):
    assert told(judged(one, Counts(value, NAN, NAN))) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.8, ("pass", None, 0.0)), (0.799999, ("fail", None, None)), (NAN, ("unknown", None, None))],
)
def test_a_share_without_counts_says_no_number_of_people(value, expected):
    assert told(judged(PROJECTS, Counts(value, NAN, NAN))) == expected


@pytest.mark.parametrize(("beds", "status"), [(2336, "fail"), (2337, "pass"), (2338, "pass")])
def test_a_number_that_was_rounded_is_reached_by_what_rounds_to_it(beds, status):
    """80.85 % of 2,890 is 2,336.565; without ``decimals`` 80.9 % would ask for 2,339."""
    rounded = target("nursing_bed_share", 0.809, "share", decimals=3)
    assert judged(rounded, Counts(beds / 2890, beds, 2890)).status == status
    meant = target("nursing_bed_share", 0.809, "share")
    assert judged(meant, Counts(beds / 2890, beds, 2890)).required == 2339


@given(
    percent=st.integers(0, 100),
    whole=st.integers(1, 1_000_000),
    part=st.integers(0, 1_000_000),
)
def test_shares_are_compared_as_whole_numbers(percent, whole, part):
    verdict = judged(
        target("communities_with_project_share", percent / 100, "share"),
        Counts(part / whole, part, whole),
    )
    assert (verdict.status == "pass") == (100 * part >= percent * whole)
    assert verdict.required == -(-percent * whole // 100)
    assert verdict.missing == max(verdict.required - part, 0)


def test_children_must_each_meet_the_target():
    met, short = Verdict("pass", 73.0, 0.0), Verdict("fail", 11.0, 4.0)
    blank = Verdict("unknown", 20.0, NAN)
    assert told(judged_together([met, short, short])) == ("fail", 95.0, 8.0)
    assert told(judged_together([met, met])) == ("pass", 146.0, 0.0)
    assert told(judged_together([met, blank])) == ("unknown", 93.0, None)
    assert told(judged_together([short, blank])) == ("fail", 31.0, None)
    assert told(judged_together([])) == ("unknown", None, None)


@pytest.mark.parametrize(
    ("date", "deadline", "months"),
    [
        ("2021-10-31", "2022-10-31", 12),
        ("2021-10-31", "2021-11-30", 1),
        ("2021-10-31", "2021-11-29", 1),
        ("2021-10-15", "2022-01-14", 2),
        ("2021-10-15", "2022-01-15", 3),
        ("2021-10-31", "2022-02-28", 4),
        ("2021-10-31", "2021-10-31", 0),
        ("2022-10-31", "2021-10-31", 0),
        ("", "2022-10-31", 0),
        ("2021-10-31", "", 0),
    ],
)
def test_whole_months(date, deadline, months):
    assert months_until(date, deadline) == months
