"""Floating catchments on four homes and three facilities, worked out by hand.

=========  ==========  ==========  ==========
seconds    f00 (10)    f01 (6)     f02 (5)
=========  ==========  ==========  ==========
h0, 4 p.   0           -           -
h1, 6 p.   450         900         -
h2, 10 p.  -           300         -
h3, 5 p.   -           -           -
=========  ==========  ==========  ==========

With 15 minutes, 2SFCA: R = 10/(4+6) = 1 and 6/(6+10) = 0.375, f02 is idle.
Enhanced: 10/(4+0.68·6) = 10/8.08 and 6/(0.22·6+10) = 6/11.32.
Kernel: weights ¾, ¾·¾ = 9/16, 0, ¾·8/9 = 2/3, so 10/(3+27/8) = 80/51 and 6/(20/3) = 0.9.
Gaussian: h1 is at half of the limit of f00, weight g = (e^-⅛ − e^-½)/(1 − e^-½), and at the limit
of f01, weight 0.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from geoplan.model.pairs import WalkPairs
from geoplan.model.schema import SUPPLY
from geoplan.stages.reach import ROUNDING_S
from geoplan.stages.supply import (
    DECAYS,
    access_of,
    access_scores,
    catchments,
    idle_supply,
    service_access,
    service_supply,
    supply_table,
)
from geoplan.stages.unit_rows import Rows
from tests.walked_tables import facilities_with, times_of

FAR = np.inf
TABLE = [[0.0, 450.0, FAR, FAR], [FAR, 900.0, 300.0, FAR], [FAR, FAR, FAR, FAR]]
SUPPLIES = np.array([10.0, 6.0, 5.0])
PEOPLE = np.array([4, 6, 10, 5])
HALFWAY = (math.exp(-1 / 8) - math.exp(-1 / 2)) / (1 - math.exp(-1 / 2))
BY_HAND = {
    "2sfca": [1.0, 1.375, 0.375, 0.0],
    "e2sfca": [10 / 8.08, 6.8 / 8.08 + 0.22 * 6 / 11.32, 6 / 11.32, 0.0],
    "g2sfca": [10 / (4 + 6 * HALFWAY), 10 * HALFWAY / (4 + 6 * HALFWAY), 0.6, 0.0],
    "kd2sfca": [0.75 * 80 / 51, 9 / 16 * 80 / 51, 0.6, 0.0],
}


def scores(method, *, limit_s=900.0, supply=SUPPLIES, people=PEOPLE, table=TABLE):
    return access_scores(times_of(table), supply, people, method=method, limit_s=limit_s)


@pytest.mark.parametrize("method", sorted(DECAYS))
def test_scores_worked_out_by_hand(method):
    np.testing.assert_allclose(scores(method), BY_HAND[method], rtol=1e-12)


def test_a_shorter_limit_leaves_the_far_pairs_out():
    np.testing.assert_allclose(scores("2sfca", limit_s=300.0), [2.5, 0.0, 0.6, 0.0])


@pytest.mark.parametrize(
    ("time_s", "weight"),
    [
        (0.0, 1.0),
        (300.0, 1.0),
        (300.0 + ROUNDING_S, 1.0),
        (300.1, 0.68),
        (600.0, 0.68),
        (600.1, 0.22),
        (900.0, 0.22),
        (900.0 + ROUNDING_S / 2, 0.22),
    ],
)
def test_zones_include_their_outer_border(time_s, weight):
    assert DECAYS["e2sfca"](np.array([time_s]), 900.0).tolist() == [weight]


@pytest.mark.parametrize("method", ["g2sfca", "kd2sfca"])
def test_smooth_decays_end_at_nought_and_never_below(method):
    ends = DECAYS[method](np.array([900.0 - 1e-3, 900.0, 900.0 + ROUNDING_S / 2]), 900.0)
    assert ends[0] > 0.0
    assert ends[1:].tolist() == [0.0, 0.0]


def test_the_limit_is_inclusive_but_for_rounding():
    table = [[60.0, 300.0 + ROUNDING_S / 2, 300.0 + 1e-6]]
    got = scores("2sfca", limit_s=300.0, supply=np.ones(1), people=np.ones(3, int), table=table)
    assert got.tolist() == [0.5, 0.5, 0.0]


def test_idle_supply_names_who_lends_nothing():
    people = np.array([4, 0, 0, 5])
    found = catchments(WalkPairs.of(times_of(TABLE)), people, method="2sfca", limit_s=900.0)
    assert idle_supply(found, SUPPLIES).tolist() == [0.0, 6.0, 5.0]
    assert people @ access_of(found, SUPPLIES) == pytest.approx(10.0)


def test_lost_supply_is_a_fault_of_the_program():
    found = catchments(WalkPairs.of(times_of(TABLE)), PEOPLE, method="2sfca", limit_s=900.0)
    broken = replace(found, weighted_people=found.weighted_people * (1 + 1e-6))
    with pytest.raises(AssertionError, match="must be conserved"):
        access_of(broken, SUPPLIES)


@pytest.mark.parametrize("wrong", [-1.0, np.nan, np.inf])
def test_an_impossible_supply_is_refused(wrong):
    with pytest.raises(ValueError, match="not negative"):
        scores("2sfca", supply=np.array([wrong, 1.0, 1.0]))


def test_unknown_methods_and_limits_are_refused():
    with pytest.raises(ValueError, match="known are 2sfca, e2sfca"):
        scores("3sfca")
    for limit_s in (0.0, 901.0, np.nan):
        with pytest.raises(ValueError, match="up to 900 s"):
            scores("2sfca", limit_s=limit_s)


def test_pairs_are_sorted_and_a_stored_nought_is_one():
    pairs = WalkPairs.of(times_of(TABLE))
    assert pairs.facility.tolist() == [0, 0, 1, 1]
    assert pairs.home.tolist() == [0, 1, 1, 2]
    assert pairs.seconds.tolist() == [0.0, 450.0, 900.0, 300.0]
    assert (pairs.facilities, pairs.homes) == (3, 4)


@pytest.mark.parametrize(
    "wrong", [{"facility": np.array([3])}, {"home": np.array([-1])}, {"seconds": np.array([-1.0])}]
)
def test_pairs_of_nobody_are_refused(wrong):
    one = replace(
        WalkPairs.of(times_of([[1.0]])),
        facilities=3,
    )
    with pytest.raises(ValueError, match="WalkPairs"):
        replace(one, **wrong)


def test_supply_is_places_only_when_every_giver_states_them():
    stated = facilities_with([30, 0, np.nan], gives=[True, True, False])
    assert service_supply(stated, "elderly_care")[0].tolist() == [30.0, 0.0, 0.0]
    assert service_supply(stated, "elderly_care")[1] == "places"
    partly = facilities_with([30, np.nan, 8], gives=[True, True, False])
    assert service_supply(partly, "elderly_care")[0].tolist() == [1.0, 1.0, 0.0]
    assert service_supply(partly, "elderly_care")[1] == "facilities"
    silent = replace(stated, attributes={})
    assert service_supply(silent, "elderly_care")[0].tolist() == [1.0, 1.0, 0.0]
    assert service_supply(stated, "meals")[0].tolist() == [0.0, 0.0, 0.0]
    assert service_supply(stated, "meals")[1] == "facilities"


def rows_of_the_hand_case():
    """A district of h0 to h2, a west of h0 and h1, an east of h2, an empty north; h3 outside."""
    return [
        Rows("district", np.array(["1"]), np.array(["D"]), np.array([0, 0, 0, -1])),
        Rows(
            "subdistrict",
            np.array(["11", "12", "13"]),
            np.array(["West", "East", "North"]),
            np.array([0, 0, 1, -1]),
        ),
    ]


def made_table(methods=("2sfca", "e2sfca"), minutes=(5, 15)):
    found = service_access(
        facilities_with(SUPPLIES),
        PEOPLE,
        {"walker": times_of(TABLE)},
        services=["elderly_care", "meals"],
        minutes=minutes,
        methods=methods,
    )
    return supply_table(rows_of_the_hand_case(), PEOPLE, found, group="60+")


def test_units_have_the_mean_of_their_people():
    table = made_table()
    assert tuple(table.columns) == SUPPLY
    assert len(table) == 4 * 2 * 2 * 2
    got = table.set_index(["name", "service", "method", "minutes"])
    care = got.xs(("elderly_care", "2sfca", 15), level=(1, 2, 3))
    assert care["access_per_1000"].loc["D"] == 800.0  # 16 places among 20 people
    assert care["access_per_1000"].loc["West"] == 1225.0  # (4·1 + 6·1.375) / 10
    assert care["access_per_1000"].loc["East"] == 375.0
    assert pd.isna(care["access_per_1000"].loc["North"])
    assert care["people"].tolist() == [20, 10, 10, 0]
    assert set(care["supply_unit"]) == {"places"}
    assert set(care["group"]) == {"60+"}
    meals = got.xs(("meals", "2sfca", 15), level=(1, 2, 3))
    assert meals["access_per_1000"].loc[["D", "West", "East"]].tolist() == [0.0, 0.0, 0.0]
    assert set(meals["supply_unit"]) == {"facilities"}


def test_the_table_is_ordered_by_level_walker_limit_method_service_and_unit():
    table = made_table()
    assert table["level"].tolist() == ["district"] * 8 + ["subdistrict"] * 24
    assert table["minutes"].tolist()[:8] == [5, 5, 5, 5, 15, 15, 15, 15]
    assert table["method"].tolist()[:4] == ["2sfca", "2sfca", "e2sfca", "e2sfca"]
    assert table["service"].tolist()[:2] == ["elderly_care", "meals"]
    assert table["code"].tolist()[8:11] == ["11", "12", "13"]
    pd.testing.assert_frame_equal(table, made_table())


def test_no_score_makes_an_empty_table_of_the_same_columns():
    table = supply_table(rows_of_the_hand_case(), PEOPLE, [], group="60+")
    assert tuple(table.columns) == SUPPLY
    assert table.empty
