"""Levels and services by label: two paper towns, every option, every refusal.

One street, homes and places by their metre; costs are distances in metres::

    metre   0    100   200   300   400   500
    home    a          b           c     d
    people  10         20          30    5
    place   P    Q           R           S
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import geoplan
from geoplan.errors import ConfigError, DuplicateIdError, InfeasibleError, SchemaError

HOMES = {"a": (0, 10.0), "b": (200, 20.0), "c": (400, 30.0), "d": (500, 5.0)}
PLACES = {"P": 0, "Q": 100, "R": 300, "S": 500}
DEMAND = pd.Series({home: people for home, (_, people) in HOMES.items()})
COST = pd.DataFrame(
    [
        (home, place, abs(at - metre))
        for home, (at, _) in HOMES.items()
        for place, metre in PLACES.items()
    ],
    columns=["demand", "candidate", "cost"],
)
APART = pd.DataFrame(
    [(one, two, abs(PLACES[one] - PLACES[two])) for one in PLACES for two in PLACES],
    columns=["candidate", "other", "distance"],
)
POINT = {"name": "point", "limit": 100, "new": 1}
CENTRE = {"name": "centre", "limit": 200, "new": 1}
MEALS = {"name": "meals", "limit": 100, "new": 2}
BATHS = {"name": "baths", "limit": 200, "new": 1}


def levels(*, asked=(POINT, CENTRE), cost=COST, demand=DEMAND, **options):
    return geoplan.site_levels(cost, demand, levels=asked, **options)


def services(*, asked=(MEALS, BATHS), cost=COST, demand=DEMAND, **options):
    return geoplan.site_services(cost, demand, services=asked, **options)


def test_levels_on_paper():
    """Point reach: P a 10, Q a+b 30, R b+c 50, S c+d 35; centre reach, 200 m: P a+b 30, Q a+b 30,
    R b+c+d 55, S c+d 35. A centre gives both. Centre at R: 50 + 55, then a point at Q brings a
    (b has it) 10, at P a 10, at S d 5: 115, and P is before Q. Centre at S: 35 + 35 and a point
    at Q 30: 100. Centre at Q: 30 + 30 and S 35: 95. So 115."""
    plan = levels()
    assert plan.openings == (("R", "centre"), ("P", "point"))
    assert (plan.objective, plan.baseline, plan.bound, plan.gap) == (115.0, 0.0, 115.0, 0.0)
    assert (plan.model, plan.layers, plan.status) == (
        "hierarchical",
        ("point", "centre"),
        "optimal",
    )
    assert plan.canonical
    first, second = plan.reasons
    assert (first.site, first.layer, first.kind, first.gain) == ("R", "centre", "new", 105.0)
    assert first.gain_by_layer == first.lost_by_layer == {"point": 50.0, "centre": 55.0}
    assert (first.lost_without, second.gain, second.lost_without) == (105.0, 10.0, 10.0)
    assert plan.served["point"].tolist() == [True, True, True, False]
    assert plan.served.index.tolist() == ["a", "b", "c", "d"]
    assert plan.uncovered == {"point": ("d",), "centre": ("a",)}


def test_services_on_paper():
    """One site. Meals reach 100 m, baths 200 m: R gives 50 + 55 = 105, the most of one roof."""
    plan = services(sites=1)
    assert set(plan.openings) == {("R", "meals"), ("R", "baths")}
    assert plan.openings[0] == ("R", "baths")
    assert (plan.objective, plan.model, plan.status) == (105.0, "multi-service", "optimal")
    assert [reason.gain for reason in plan.reasons] == [55.0, 50.0]
    assert plan.uncovered == {"meals": ("a", "d"), "baths": ("a",)}


def test_a_second_site_takes_the_service_that_is_left():
    """Beside R (105) meals at P or Q bring a, 10; at S d, 5. P is first."""
    plan = services(sites=2)
    assert set(plan.openings) == {("R", "meals"), ("R", "baths"), ("P", "meals")}
    assert plan.objective == 115.0


def test_an_upgrade_beats_a_new_centre():
    """A point at R stands: 50. A centre there adds b, c, d on its level: 55; no new R is needed.
    The point then brings a at P: 10."""
    plan = levels(existing={"R": "point"})
    assert plan.baseline == 50.0
    assert plan.openings == (("R", "centre"), ("P", "point"))
    assert [reason.kind for reason in plan.reasons] == ["upgrade", "new"]
    assert plan.objective == 115.0


def test_an_existing_roof_takes_up_services():
    """Q stands with baths (a, b: 30): meals there bring 30 without a new site."""
    plan = services(sites=0, existing={"Q": ["baths"]})
    assert plan.openings == (("Q", "meals"),)
    assert (plan.baseline, plan.objective, plan.reasons[0].kind) == (30.0, 60.0, "upgrade")
    assert services(sites=0, existing={"Q": []}).objective == 60.0


def test_worth_and_own_demand_decide():
    """Points worth 0 and centres only for a: a centre at P or Q serves 10; P is first."""
    asked = ({**POINT, "worth": 0.0}, {**CENTRE, "demand": {"a": 10.0}})
    plan = levels(asked=asked)
    assert plan.openings == (("P", "centre"),)
    assert plan.objective == 10.0


def test_demand_by_column():
    """Meals only for d at S, baths for a at P or Q."""
    table = pd.DataFrame({"meals": [0, 0, 0, 4.0], "wash": [3.0, 0, 0, 0]}, index=list("abcd"))
    plan = services(asked=(MEALS, {**BATHS, "demand": "wash"}), demand=table)
    assert set(plan.openings) == {("S", "meals"), ("P", "baths")}
    assert plan.objective == 7.0


def test_the_bundle_counts_those_who_get_everything():
    """Both services: only those within 100 m of one roof, or of two: R gives b and c, 50."""
    plan = services(sites=1, bundle=DEMAND)
    assert set(plan.openings) == {("R", "meals"), ("R", "baths")}
    assert plan.objective == 50.0


def test_coherence_keeps_a_point_near_its_centre():
    """A centre at R and a point at P are 300 m apart; within 200 m only Q (200) and S (200): Q
    brings a 10, S d 5. So Q: 115, as the free plan, but not at P."""
    asked = ({**POINT, "parent_limit": 200}, CENTRE)
    plan = levels(asked=asked, distance=APART)
    assert plan.openings == (("R", "centre"), ("Q", "point"))
    assert plan.objective == 115.0
    near = levels(asked=({**POINT, "parent_limit": 199}, CENTRE), distance=APART)
    assert near.objective < 115.0


def test_rules_of_levels_bind():
    assert ("R", "centre") not in levels(banned=[("R", "centre")]).openings
    assert ("S", "point") in levels(required=[("S", "point")]).openings
    both = levels(conflicts=[("R", "P"), ("Q", "R")]).openings
    assert both == (("R", "centre"), ("S", "point"))
    cheap = levels(price={"point": 1, "centre": 5, ("R", "centre"): 50}, budget=6)
    assert ("R", "centre") not in cheap.openings
    assert levels(price={"point": 1, "centre": 5}, budget=5).openings == (("R", "centre"),)


def test_rules_of_services_bind():
    """Room for one of the two at R alone."""
    asked = ({**MEALS, "need_m2": 60}, {**BATHS, "need_m2": 60})
    plan = services(asked=asked, sites=1, space_m2=dict.fromkeys(PLACES, 100.0))
    assert plan.openings == (("R", "baths"),)
    assert len(services(placed=1).openings) == 1
    dear = services(opening_price={"R": 100}, budget=10, sites=1)
    assert "R" not in {site for site, _ in dear.openings}
    named = services(price={"meals": 3, ("R", "baths"): 9}, budget=3, sites=1)
    assert named.openings == (("R", "meals"),) or named.objective >= 50
    assert ("S", "meals") in services(required=[("S", "meals")]).openings
    assert ("R", "meals") not in services(banned=[("R", "meals")]).openings


def test_the_order_of_rows_changes_nothing():
    rng = np.random.default_rng(3)
    cost = COST.sample(frac=1, random_state=7)
    demand = DEMAND.iloc[rng.permutation(len(DEMAND))]
    for call in (levels, services):
        one, other = call(), call(cost=cost, demand=demand)
        assert one.openings == other.openings
        assert one.reasons == other.reasons
        assert one.served.equals(other.served)


def test_a_matrix_is_as_good_as_a_table_and_numbers_as_labels():
    matrix = COST.pivot_table(index="demand", columns="candidate", values="cost")
    assert levels(cost=matrix).openings == levels().openings
    numbered = COST.assign(candidate=COST["candidate"].map({"P": 1, "Q": 2, "R": 3, "S": 4}))
    assert levels(cost=numbered).openings == ((3, "centre"), (1, "point"))


def test_dataclasses_are_as_good_as_dicts():
    asked = (geoplan.Level("point", 100, 1), geoplan.Level("centre", 200, 1))
    assert levels(asked=asked).openings == levels().openings
    offers = (geoplan.ServiceOffer("meals", 100, 2), geoplan.ServiceOffer("baths", 200, 1))
    assert services(asked=offers).openings == services().openings


def test_no_time_is_a_bound_or_a_proof():
    plan = levels(time_limit_s=0)
    assert plan.objective <= 115.0 <= plan.bound
    assert plan.gap >= 0
    assert plan.status in {"optimal", "time_limit"}


NO_PLAN = [
    (levels, {"required": [("P", "point"), ("Q", "point")]}, "`new`"),
    (levels, {"required": [("P", "point"), ("P", "centre")]}, "on two levels"),
    (levels, {"required": [("R", "point")], "existing": {"R": "centre"}}, "has passed already"),
    (levels, {"required": [("P", "point")], "price": {"point": 9}, "budget": 8}, "the budget"),
    (
        levels,
        {"required": [("P", "point"), ("Q", "centre")], "conflicts": [("P", "Q")]},
        "in conflict",
    ),
    (
        levels,
        {
            "asked": ({**POINT, "parent_limit": 50}, CENTRE),
            "distance": APART,
            "required": [("P", "point")],
        },
        "of a higher level",
    ),
    (services, {"required": [("P", "meals"), ("Q", "meals")], "sites": 1}, "`sites`"),
    (services, {"required": [("P", "meals")], "existing": {"P": ["meals"]}}, "given at that site"),
    (
        services,
        {
            "asked": ({**MEALS, "need_m2": 60}, BATHS),
            "space_m2": {"P": 50},
            "required": [("P", "meals")],
        },
        "floor space",
    ),
]


@pytest.mark.parametrize(("call", "options", "sentence"), NO_PLAN)
def test_a_broken_rule_is_named(call, options, sentence):
    with pytest.raises(InfeasibleError, match=sentence) as error:
        call(**options)
    assert len(error.value.rules) == 1


REFUSED = [
    (levels, {"colour": 1}, ConfigError, "knows no option 'colour'"),
    (services, {"distance": APART}, ConfigError, "knows no option 'distance'"),
    (levels, {"asked": ()}, ConfigError, "levels is empty"),
    (levels, {"asked": {"name": "x"}}, ConfigError, "must be a list"),
    (levels, {"asked": (3,)}, ConfigError, "must hold Levels or dicts"),
    (levels, {"asked": ({**POINT, "size": 3},)}, ConfigError, "unknown key 'size'"),
    (levels, {"asked": ({"name": "x", "new": 1},)}, ConfigError, "no 'limit'"),
    (levels, {"asked": (POINT, POINT)}, ConfigError, "'point' twice"),
    (levels, {"asked": ({**POINT, "name": ""},)}, ConfigError, "name must be a text"),
    (levels, {"asked": ({**POINT, "new": -1},)}, ConfigError, "new must be a whole number"),
    (levels, {"asked": ({**POINT, "new": True},)}, ConfigError, "new must be a whole number"),
    (levels, {"asked": ({**POINT, "limit": "far"},)}, ConfigError, "limit must be a number"),
    (levels, {"asked": ({**POINT, "worth": np.inf},)}, ConfigError, "worth must be a number"),
    (levels, {"asked": ({**POINT, "demand": "x"},)}, SchemaError, "no column 'x'"),
    (levels, {"asked": ({**POINT, "demand": {"z": 1}},)}, SchemaError, "point 'z'"),
    (levels, {"asked": ({**POINT, "demand": {"a": np.inf}},)}, SchemaError, "is not finite"),
    (levels, {"demand": pd.DataFrame({"point": DEMAND})}, SchemaError, "no column 'centre'"),
    (levels, {"budget": 3}, ConfigError, "budget needs price="),
    (levels, {"budget": -3, "price": {"point": 1}}, ConfigError, "budget must be a number"),
    (levels, {"time_limit_s": "x"}, ConfigError, "time_limit_s must be a number"),
    (levels, {"price": {"attic": 1}}, SchemaError, "price names 'attic'"),
    (levels, {"price": {("Z", "point"): 1}}, SchemaError, "price names candidate 'Z'"),
    (levels, {"price": {"point": -1}}, SchemaError, "must be a number of 0 or more"),
    (levels, {"existing": {"Z": "point"}}, SchemaError, "existing names candidate 'Z'"),
    (levels, {"existing": {"P": "attic"}}, SchemaError, "existing names 'attic'"),
    (levels, {"required": "P"}, ConfigError, "must be a list of pairs"),
    (levels, {"required": ["P"]}, ConfigError, "is no pair"),
    (levels, {"banned": [("P", "attic")]}, SchemaError, "banned names 'attic'"),
    (levels, {"conflicts": [("P", "P")]}, ConfigError, "in its own way"),
    (levels, {"conflicts": ["PQR"]}, ConfigError, "no pair of candidates"),
    (levels, {"distance": APART}, ConfigError, "which no level has"),
    (levels, {"asked": ({**POINT, "parent_limit": 1}, CENTRE)}, ConfigError, "needs distance="),
    (levels, {"asked": ({**POINT, "parent_limit": 1},)}, ConfigError, "has none above it"),
    (services, {"sites": 1.5}, ConfigError, "sites must be a whole number"),
    (services, {"placed": -1}, ConfigError, "placed must be"),
    (services, {"budget": 1}, ConfigError, "budget needs a price"),
    (services, {"space_m2": {"P": 1}}, ConfigError, "space_m2 needs a service"),
    (services, {"existing": {"P": "meals"}}, ConfigError, r"such as \['meals'\]"),
    (services, {"bundle": {"z": 1}}, SchemaError, "point 'z'"),
    (services, {"bundle": {"a": np.inf}}, SchemaError, "bundle of point 'a' is not finite"),
    (services, {"opening_price": {"P": np.inf}}, SchemaError, "opening_price of candidate 'P'"),
]


@pytest.mark.parametrize(("call", "options", "kind", "sentence"), REFUSED)
def test_what_cannot_be_is_refused_in_one_sentence(call, options, kind, sentence):
    with pytest.raises(kind, match=sentence) as error:
        call(**options)
    assert "\n" not in str(error.value)


def test_contradictions_and_repeated_labels_are_refused():
    with pytest.raises(ConfigError, match="'P' as 'point' is both required and banned"):
        levels(required=[("P", "point")], banned=[("P", "point")])
    with pytest.raises(DuplicateIdError, match="occurs twice"):
        levels(cost=pd.concat([COST, COST.iloc[:1]]))
