"""Lorenz, Gini, Theil and location quotients on shares that are worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from geoplan.model.results import UnitIndex
from geoplan.model.schema import FAIRNESS
from geoplan.stages.fairness import fairness_table, gini, lorenz_curve, theil
from geoplan.stages.supply import Access, AccessLabel
from tests.unit.stages.test_counting import two_halves

LABEL = AccessLabel("elderly_care", "elder60", 15, "2sfca", "places")


def held(people, access, *shares):
    curve = lorenz_curve(np.array(people), np.array(access, dtype=float))
    return curve.at(np.array(shares, dtype=float)).tolist()


def test_the_curve_runs_from_the_worst_served():
    """Five people have nothing, three have 1 each, two have 3.5 each: 10 in all."""
    assert held([2, 5, 3], [3.5, 0.0, 1.0], 0, 0.5, 0.8, 1) == [0.0, 0.0, 0.3, 1.0]


def test_a_person_at_the_line_is_split():
    """Three people with 1, 1 and 2: the worse half is one person and half of the next."""
    assert held([1, 1, 1], [2.0, 1.0, 1.0], 0.5)[0] == pytest.approx(1.5 / 4)
    assert held([1, 2], [2.0, 1.0], 0.5)[0] == pytest.approx(1.5 / 4)


def test_gini_by_hand():
    """One of four people has everything: 1 − 1/4; of nobody or nothing there is none."""
    assert gini(lorenz_curve(np.array([3, 1]), np.array([0.0, 8.0]))) == pytest.approx(0.75)
    assert gini(lorenz_curve(np.array([5, 7]), np.array([2.0, 2.0]))) == pytest.approx(0.0)
    assert math.isnan(gini(lorenz_curve(np.array([0, 0]), np.array([1.0, 2.0]))))
    assert math.isnan(gini(lorenz_curve(np.array([3, 1]), np.array([0.0, 0.0]))))
    assert math.isnan(gini(lorenz_curve(np.array([], int), np.array([]))))


def test_theil_by_hand():
    """Unit a: two people with 0 and 2; unit b: two people with 3 each; the mean is 2."""
    parts = theil(np.array([1, 1, 2]), np.array([0.0, 2.0, 3.0]), np.array([7, 7, 4]))
    assert parts.total == pytest.approx((1 / 4) * 0 + (6 / 8) * math.log(1.5))
    assert parts.between == pytest.approx((2 / 8) * math.log(0.5) + (6 / 8) * math.log(1.5))
    assert parts.within == pytest.approx((2 / 8) * math.log(2.0))


def test_a_unit_without_resource_adds_no_inequality_within():
    parts = theil(np.array([3, 1]), np.array([0.0, 8.0]), np.array([0, 1]))
    assert parts.total == pytest.approx(math.log(4))
    assert (parts.within, parts.between) == (pytest.approx(0.0), pytest.approx(math.log(4)))


@pytest.mark.parametrize(("people", "access"), [([0, 0], [1.0, 1.0]), ([2, 3], [0.0, 0.0])])
def test_theil_of_nobody_or_nothing_is_unknown(people, access):
    parts = theil(np.array(people), np.array(access), np.array([0, 1]))
    assert all(math.isnan(part) for part in (parts.total, parts.within, parts.between))


def made_table(people, access, subdistrict, boundaries=None, district=None):
    """West is row 1 and East row 2 of the boundaries; −1 is outside."""
    boundaries = boundaries or two_halves()
    subdistrict = np.array(subdistrict)
    units = UnitIndex(
        community=np.full(subdistrict.size, -1),
        subdistrict=subdistrict,
        district=np.where(subdistrict >= 0, 0, -1) if district is None else np.array(district),
    )
    scores = [Access(LABEL, np.array(access, dtype=float))]
    return fairness_table(boundaries, units, np.array(people), scores, group="60+")


def test_the_table_by_hand():
    """West: one person with 1, one with 3; East: two with 4; a fifth outside is not compared."""
    table = made_table([1, 1, 2, 9], [1, 3, 4, 100], [1, 1, 2, -1])
    assert tuple(table.columns) == FAIRNESS
    value = table.set_index(["measure", "code"])["value"]
    assert value["worst_half_share", "1"] == pytest.approx(4 / 12)
    assert value["lorenz_00", "1"] == 0.0
    assert value["lorenz_30", "1"] == pytest.approx((1 + 0.2 * 3) / 12)
    assert value["lorenz_50", "1"] == value["worst_half_share", "1"]
    assert value["lorenz_100", "1"] == 1.0
    assert value["gini", "1"] == pytest.approx(10 / 48)
    assert value["location_quotient", "11"] == pytest.approx(2 / 3)
    assert value["location_quotient", "12"] == pytest.approx(4 / 3)
    assert value["theil", "1"] == pytest.approx(
        value["theil_within", "1"] + value["theil_between", "1"], abs=2e-9
    )
    assert value["theil_within", "1"] > 0.0
    same = table.drop(columns=["measure", "level", "code", "value"]).drop_duplicates()
    assert same.to_dict("records") == [
        {
            "service": "elderly_care",
            "profile": "elder60",
            "minutes": 15,
            "group": "60+",
            "method": "2sfca",
            "supply_unit": "places",
        }
    ]
    assert len(table) == 5 + 11 + 2
    level = table.set_index("measure")["level"]
    assert set(level["location_quotient"]) == {"subdistrict"}
    assert level["gini"] == "district"


def test_nobody_and_nothing_are_empty_cells():
    nothing = made_table([1, 2], [0, 0], [1, 2])
    assert nothing["value"].isna().all()
    nobody = made_table([3, 0], [2, 2], [1, 2]).set_index(["measure", "code"])["value"]
    assert pd.isna(nobody["location_quotient", "12"])
    assert nobody["location_quotient", "11"] == 1.0


def test_people_outside_every_subdistrict_are_one_more_unit():
    table = made_table([2, 2], [1, 3], [1, -1], district=[0, 0])
    value = table.set_index(["measure", "code"])["value"]
    assert value["theil_between", "1"] == value["theil", "1"] > 0.0
    assert value["location_quotient", "11"] == 0.5


def test_two_districts_are_compared_apart():
    two = two_halves()
    districts = replace(
        two,
        level=np.array(["district", "district", "subdistrict", *["subdistrict"] * 4]),
        parent=np.array(["", "", "1", "11", "11", "11", ""]),
    )
    table = made_table([1, 1, 1], [1, 5, 2], [2, 3, 4], districts, district=[0, 1, 1])
    value = table.set_index(["measure", "code"])["value"]
    assert value["gini", "1"] == pytest.approx(0.0, abs=1e-9)
    assert value["gini", "11"] == pytest.approx(3 / 14)
    assert value["location_quotient", "12"] == 1.0
    assert value["location_quotient", "111"] == pytest.approx(5 / 3.5)
    assert pd.isna(value["location_quotient", "122"])


def test_a_district_without_subdistricts_has_no_quotients():
    two = two_halves()
    alone = replace(
        two, **{name: getattr(two, name)[:1] for name in ("code", "name", "level", "parent")},
        geometry=two.geometry[:1], made=two.made[:1],
    )  # fmt: skip
    table = made_table([1, 1], [1, 3], [-1, -1], alone, district=[0, 0])
    assert "location_quotient" not in set(table["measure"])
    value = table.set_index("measure")["value"]
    assert value["theil_within"] == value["theil"] > 0.0
