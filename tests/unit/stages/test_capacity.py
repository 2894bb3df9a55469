"""Places given to people on a case worked out by hand.

=========  ========  ===========  ===========  ==============
seconds    f00 (3)   f01 (?)      f02 (2.5)    f03 (not care)
=========  ========  ===========  ===========  ==============
h0, 5 p.   100       -            -            -
h1, 4 p.   -         200          100          50
h2, 3 p.   -         -            -            -
h3, 2 p.   -         -            -            100
=========  ========  ===========  ===========  ==============

f00 takes three of h0. Two of h1 find a whole place at f02, the other two go to f01, whose places
nobody stated. h2 reaches nothing and h3 no care: they are unmet.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from geoplan.model.schema import CAPACITY
from geoplan.stages.capacity import capacity_plan, capacity_table
from tests.walked_tables import facilities_with, times_of

FAR = np.inf
TABLE = [
    [100.0, FAR, FAR, FAR],
    [FAR, 200.0, FAR, FAR],
    [FAR, 100.0, FAR, FAR],
    [FAR, 50.0, FAR, 100.0],
]
PEOPLE = np.array([5, 4, 3, 2])
STATIONS = facilities_with([3, np.nan, 2.5, 9], gives=[True, True, True, False])


def plan_of(table=TABLE, facilities=STATIONS, people=PEOPLE, *, minutes=15, service="elderly_care"):
    return capacity_plan(times_of(table), facilities, people, service=service, minutes=minutes)


def test_the_hand_case():
    plan = plan_of()
    assert plan.facility.tolist() == [0, 1, 2]
    assert plan.assigned.tolist() == [3, 2, 2]
    assert plan.nearest_people.tolist() == [5, 0, 4]
    assert plan.met.tolist() == [3, 2, 0, 0]
    assert plan.unknown.tolist() == [0, 2, 0, 0]
    assert plan.unmet.tolist() == [2, 0, 3, 2]
    assert plan.walked_s == 3 * 100 + 2 * 100 + 2 * 200


def test_the_table_of_the_hand_case():
    table = capacity_table(STATIONS, plan_of(), profile="elder60", group="60+")
    assert tuple(table.columns) == CAPACITY
    assert table["facility"].tolist() == ["f00", "f01", "f02"]
    assert table.loc[0, ["capacity", "load", "left"]].tolist() == [3.0, 1.666667, 0.0]
    assert table.loc[2, ["capacity", "load", "left"]].tolist() == [2.5, 1.6, 0.0]
    assert table.loc[1, ["capacity", "load", "left"]].isna().all()
    assert table["assigned"].tolist() == [3, 2, 2]
    same = table[["service", "profile", "minutes", "group"]].drop_duplicates()
    assert same.to_numpy().tolist() == [["elderly_care", "elder60", 15, "60+"]]


def test_unstated_places_make_room_for_those_who_have_no_other():
    """h0 leaves the one known place to h1 and walks to where the places are not stated."""
    plan = plan_of([[10.0, 20.0], [500.0, FAR]], facilities_with([1, np.nan]), np.array([1, 1]))
    assert plan.met.tolist() == [0, 1]
    assert plan.unknown.tolist() == [1, 0]
    assert plan.unmet.tolist() == [0, 0]


def test_as_many_as_possible_comes_before_least_walking():
    """h0 is at the door of f00, but h1 can go nowhere else."""
    plan = plan_of([[0.0, 800.0], [900.0, FAR]], facilities_with([1, 1]), np.array([1, 1]))
    assert plan.assigned.tolist() == [1, 1]
    assert plan.walked_s == 1700.0
    assert plan.nearest_people.tolist() == [2, 0]


def test_the_nearest_of_two_equally_near_is_the_first():
    plan = plan_of([[60.0], [60.0]], facilities_with([9, 9]), np.array([4]))
    assert plan.nearest_people.tolist() == [4, 0]


def test_a_shorter_limit_reaches_fewer():
    plan = plan_of(minutes=1)
    assert plan.assigned.tolist() == [0, 0, 0]
    assert plan.unmet.tolist() == PEOPLE.tolist()
    with pytest.raises(ValueError, match="up to 900 s"):
        plan_of(minutes=16)


def test_no_places_are_no_ratio():
    table = capacity_table(
        facilities_with([0.0]),
        plan_of([[60.0]], facilities_with([0.0]), np.array([7])),
        profile="elder60",
        group="60+",
    )
    assert pd.isna(table.loc[0, "load"])
    assert table.loc[0, ["capacity", "nearest_people", "assigned", "left"]].tolist() == [0, 7, 0, 0]


def test_without_any_stated_places_all_who_reach_are_unknown():
    silent = replace(STATIONS, attributes={})
    plan = plan_of(facilities=silent)
    assert plan.met.tolist() == [0, 0, 0, 0]
    assert plan.unknown.tolist() == [5, 4, 0, 0]
    assert plan.unmet.tolist() == [0, 0, 3, 2]


def test_a_service_nobody_gives_leaves_everybody_unmet():
    plan = plan_of(service="meals")
    assert plan.facility.size == 0
    assert plan.unmet.tolist() == PEOPLE.tolist()
    table = capacity_table(STATIONS, plan, profile="elder60", group="60+")
    assert table.empty
    assert tuple(table.columns) == CAPACITY
