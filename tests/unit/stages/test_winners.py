"""Winners and losers on paper: both are counted, never the difference alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from geoplan.model.demand import Demand
from geoplan.model.places import Boundaries
from geoplan.model.results import UnitIndex
from geoplan.model.schema import WINNERS
from geoplan.stages.coverage import coverage_table
from geoplan.stages.unit_rows import unit_rows
from geoplan.stages.winners import changed_walks, coverage_after, winners_table
from tests.towns import CRS, SOURCE

MINUTES = (5, 10)
LIMIT_S = 600.0
INF = np.inf

BOUNDARIES = Boundaries(
    code=np.array(["9", "91", "92"]),
    name=np.array(["District", "West", "East"]),
    level=np.array(["district", "subdistrict", "subdistrict"]),
    parent=np.array(["", "9", "9"]),
    geometry=np.array([shapely.box(0, 0, 1, 1)] * 3, dtype=object),
    made=np.zeros(3, dtype=np.bool_),
    crs=CRS,
    source=SOURCE,
)
# home           a    b    c    d    e    f (outside the district)
BEFORE_S = [200.0, 700, 600, 601, INF, 100]
AFTER_S = [650.0, 250, 600, 600, INF, 900]
PEOPLE = [[10, 4], [7, 4], [5, 1], [3, 0], [2, 2], [50, 50]]
SUBDISTRICT = [1, 1, 2, 2, 2, -1]
DEMAND = Demand(
    id=np.array(list("abcdef")),
    place=np.array(["", "Mill", "", "", "", ""]),
    xy=np.zeros((6, 2)),
    groups=("all", "60+"),
    people=np.array(PEOPLE),
    community=np.full(6, ""),
    crs=CRS,
    source=SOURCE,
)
UNITS = UnitIndex(
    community=np.full(6, -1),
    subdistrict=np.array(SUBDISTRICT),
    district=np.array([0, 0, 0, 0, 0, -1]),
)
BOTH_S = np.array(BEFORE_S), np.array(AFTER_S)


def covered(nearest_s):
    rows = [one for one in unit_rows(BOUNDARIES, UNITS) if one.code.size]
    return rows, coverage_table(rows, DEMAND, {("elder60", "elderly_care"): nearest_s}, MINUTES)


@pytest.fixture
def winners():
    rows, coverage = covered(BOTH_S[0])
    return winners_table(coverage, rows, DEMAND, BOTH_S, MINUTES)


def row_of(table, code, minutes, group):
    found = table[
        (table["code"] == code) & (table["minutes"] == minutes) & (table["group"] == group)
    ]
    return found[["people", "before", "after", "gained", "lost"]].to_numpy().tolist()


def test_a_home_that_loses_counts_beside_one_that_gains(winners):
    """West, 10 min: a (10 people, 4 of 60+) loses, b (7, 4) gains; of 60+ the net is nothing."""
    assert tuple(winners.columns) == WINNERS
    assert row_of(winners, "91", 10, "all") == [[17, 10, 7, 7, 10]]
    assert row_of(winners, "91", 10, "60+") == [[8, 4, 4, 4, 4]]


def test_the_limit_is_inclusive_and_the_unreached_stay_unreached(winners):
    """East, 10 min: c stays at the limit, d comes from a second above it, e has no way."""
    assert row_of(winners, "92", 10, "all") == [[10, 5, 8, 3, 0]]
    assert row_of(winners, "92", 5, "all") == [[10, 0, 0, 0, 0]]


def test_subdistricts_sum_to_the_district(winners):
    assert row_of(winners, "9", 10, "all") == [[27, 15, 15, 10, 10]]
    assert row_of(winners, "9", 5, "60+") == [[11, 4, 4, 4, 4]]


def test_coverage_after_is_that_of_the_times_after(winners):
    expected = covered(BOTH_S[1])[1]
    pd.testing.assert_frame_equal(coverage_after(covered(BOTH_S[0])[1], winners), expected)


def test_changed_walks_name_every_home_of_the_district_with_another_time():
    table = changed_walks(DEMAND, BOUNDARIES, UNITS, BOTH_S)
    assert table["id"].tolist() == ["a", "b", "d"]
    assert table["place"].tolist() == ["", "Mill", ""]
    assert table["subdistrict"].tolist() == ["91", "91", "92"]
    assert table["minutes_before"].tolist() == [200 / 60, 700 / 60, 601 / 60]
    assert table["people_60"].tolist() == [4, 4, 0]
    nothing = changed_walks(DEMAND, BOUNDARIES, UNITS, (BOTH_S[0], BOTH_S[0] + 1e-9))
    assert nothing.empty
    gone = changed_walks(DEMAND, BOUNDARIES, UNITS, (BOTH_S[0], np.full(6, INF)))
    assert gone["id"].tolist() == ["a", "b", "c", "d"]
    assert gone["minutes_after"].isna().all()
