"""Gaps of made towns: which homes make one gap, what its row says, and what never changes."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geoplan.domain.gap_classes import LEAST_AREA_M2
from geoplan.domain.profiles import PROFILES
from geoplan.model.schema import GAPS, GAPS_TAIL, GAPS_TYPED, NEAR_MISSES, NEAR_MISSES_TAIL
from geoplan.stages.gaps import quality_doubts
from tests.towns import network_of
from tests.unit.stages.gap_town import gaps_of, residents, stations, units_of
from tests.unit.stages.test_walkers_on_paper import (
    BRIDGE_EDGES,
    BRIDGE_NODES,
    footbridge,
)

FOUR = {
    "111": (0, 0, 500, 100),
    "112": (500, 0, 1000, 100),
    "121": (1000, 0, 1500, 100),
    "122": (1500, 0, 2000, 100),
}
"""Communities along the main street; the subdistricts 11 and 12 meet at x = 1000."""


def main_street():
    """One street of 2 km along y = 50 with a junction every 100 m."""
    return network_of([(100.0 * n, 50.0) for n in range(21)], [(n, n + 1) for n in range(20)])


def along(*metres):
    return [(metre, 50.0) for metre in metres]


def on_main_street(homes, facilities, **given_):
    return gaps_of(main_street(), units_of(FOUR), facilities, homes, **given_)


def rows(town, *columns):
    return list(map(tuple, town.gaps.table[list(columns)].to_numpy().tolist()))


def test_gaps_beyond_the_limit_are_connected_and_stay_inside_one_community():
    """Station at 0: everything beyond x = 300 is a gap, cut at 500, 1000, 1500."""
    homes = residents(along(100, 400, 600, 700, 1600), [10, (5, 1, 0), (20, 2, 0), (30, 3, 0), 7])
    town = on_main_street(homes, stations(along(0)))
    table = town.gaps.table
    people = ["people_all", "people_60", "people_80"]
    assert tuple(table.columns) == (*GAPS, *people, *GAPS_TAIL, *GAPS_TYPED)
    assert town.gaps.gap_of_demand.tolist() == [-1, 2, 0, 0, 1]
    assert town.gaps.covered_gap_of_demand.tolist() == [-1] * 5
    assert table["id"].tolist() == ["G001", "G002", "G003"]
    assert table["people_all"].tolist() == [50, 7, 5]
    assert table["people_60"].tolist() == [5, 0, 1]
    assert table["community"].tolist() == ["C112", "C122", "C111"]
    assert table["subdistrict"].tolist() == ["S11", "S12", "S11"]
    assert table["minutes"].tolist() == [11.0, 26.7, 6.7]  # (20·600 + 30·700) / 50 = 660 s
    assert table["nearest_facility"].tolist() == ["f0"] * 3
    assert set(rows(town, "class", "why", "action")) == {("A", "beyond_limit", "site")}
    assert set(rows(town, "service", "profile")) == {("elderly_care", "plain")}
    assert (table["link"] == "").all()


@pytest.mark.parametrize("turned", [False, True])
def test_homes_of_one_street_are_one_gap_whichever_way_it_is_drawn(turned):
    """Stations at 0 and 1000 and limit 300 leave 300 to 700: h0 shares its street with the reach.

    Communities part at 500. A street of 1000 m between two stations is beyond in its middle alone.
    """
    ends = [(n + 1, n) if turned else (n, n + 1) for n in range(20)]
    street = network_of([(100.0 * n, 50.0) for n in range(21)], ends)
    homes = residents(along(350, 450, 550, 690), [1, 2, 4, 8])
    town = gaps_of(street, units_of(FOUR), stations(along(0, 1000)), homes)
    assert town.gaps.gap_of_demand.tolist() == [1, 1, 0, 0]
    single = network_of([(0, 50), (1000, 50)], [(1, 0) if turned else (0, 1)])
    homes = residents(along(310, 490, 510), [1, 2, 4])
    town = gaps_of(single, units_of(FOUR), stations(along(0, 1000)), homes)
    assert town.gaps.gap_of_demand.tolist() == [1, 1, 0]


def test_a_gap_lies_where_the_home_nearest_to_its_centre_of_people_stands():
    """600 m with 20 and 700 m with 30 people: the centre is 660 m, nearest the home at 700."""
    homes = residents(along(600, 700), [20, 30], place=["Mill", "Lane"])
    row = on_main_street(homes, stations(along(0))).gaps.table.iloc[0]
    one = on_main_street(residents(along(700), [30]), stations(along(0))).gaps.table.iloc[0]
    assert row["place"] == "Lane"
    assert (row["lon"], row["lat"]) == (one["lon"], one["lat"])


def test_links_part_the_barrier_gaps_of_one_community():
    """The station is 100 m from both streets' homes as the crow flies, 400 m and more on foot.

    A street of the station along y = 0 and one of the homes along y = 80 meet at x = 400 only::

        (0,80) h0 --100-- h1 --100-- h2 --200-- (400,80)
                                                   | 80
        station (0,0) ------------400----------- (400,0)

    h0 880 m, h1 780 m, h2 680 m. Links 0 and 2 serve h0, h1 and h2; h3 (not near a link) is A.
    """
    network = network_of([(0, 0), (400, 0), (400, 80), (0, 80)], [(0, 1), (1, 2), (2, 3)])
    homes = residents([(0, 80), (100, 80), (200, 80), (300, 80)], [4, 8, 16, 32])
    boundaries = units_of({"111": (-10, -10, 500, 100)})
    town = gaps_of(network, boundaries, stations([(0, 0)]), homes, link=[0, 0, 2, -1])
    assert rows(town, "class", "people_all", "link", "why", "action") == [
        ("A", 32, "", "beyond_limit", "site"),
        ("C", 16, "L003", "barrier", "link"),
        ("C", 12, "L001", "barrier", "link"),
    ]
    assert town.gaps.table["reasons"].tolist()[1:] == ["barrier;beyond_limit"] * 2


def test_a_compound_behind_a_locked_gate_is_c_with_a_link_and_doubtful_without():
    """Inside streets stand alone: (100,50)-(150,50) belongs to no other street."""
    nodes = [(0, 50), (90, 50), (100, 50), (150, 50)]
    network = network_of(nodes, [(0, 1), (2, 3)])
    homes, boundaries = residents(along(150), [9]), units_of({"111": (0, 0, 200, 100)})
    locked = gaps_of(network, boundaries, stations(along(0)), homes, link=[0])
    assert rows(locked, "class", "reasons", "link") == [("C", "barrier;unreachable", "L001")]
    island = gaps_of(network, boundaries, stations(along(0)), homes)
    assert rows(island, "class", "reasons", "link") == [("H", "unreachable", "")]
    assert np.isnan(island.gaps.table["minutes"][0])
    assert island.gaps.table["nearest_facility"][0] == ""


def test_doubtful_homes_say_why_and_those_without_a_street_are_joined_by_place():
    """h0 h1 h2 90 m off the street, h1 of another place; h3 declared in 111 but in 122; h4 outside.

    h5 is declared in 111, whose border it stands on: no doubt; h6 by a code of no map: no doubt.
    """
    xy = [(1600, 95), (1700, 95), (1800, 95), (1900, 50), (2015, 50), (500, 50), (700, 50)]
    homes = residents(
        xy,
        [1, 2, 4, 8, 16, 32, 64],
        place=["Mill", "Lane", "Mill", "", "", "", ""],
        community=["", "", "", "111", "", "112", "999"],
    )
    town = on_main_street(homes, stations(along(0)))
    assert rows(town, "class", "people_all", "why", "community", "action") == [
        ("A", 64, "beyond_limit", "C112", "site"),
        ("A", 32, "beyond_limit", "C111", "site"),
        ("H", 16, "outside_units", "", "fix_data"),
        ("H", 8, "community_mismatch", "C122", "fix_data"),
        ("H", 5, "no_street", "C122", "fix_data"),
        ("H", 2, "no_street", "C122", "fix_data"),
    ]
    assert town.gaps.gap_of_demand.tolist() == [4, 5, 4, 3, 2, 1, 0]


def test_near_misses_are_listed_by_gap_and_place():
    """Beyond 300 m by 0, 20, 60 and 61 m; two places; one home of the gap is no near miss."""
    homes = residents(
        along(300, 320, 360, 361, 340),
        [100, 10, 20, 40, (5, 2, 0)],
        place=["Mill", "Mill", "Lane", "Lane", "Mill"],
    )
    town = on_main_street(homes, stations(along(0)))
    (row,) = town.gaps.table.to_dict("records")
    assert (row["people_all"], row["near_miss_people"]) == (75, 35)
    assert row["reasons"] == "beyond_limit;straight_beyond;near_miss"
    misses = town.gaps.near_misses
    people = ["people_all", "people_60", "people_80"]
    assert tuple(misses.columns) == (*NEAR_MISSES, *people, *NEAR_MISSES_TAIL)
    assert misses.to_numpy().tolist() == [
        ["G001", "S11", "C111", "Lane", 20, 0, 0, 6.0, 60.0],
        ["G001", "S11", "C111", "Mill", 15, 2, 0, 5.4, 40.0],  # (10·320 + 5·340) / 15 = 326.7 s
    ]


@pytest.mark.parametrize(
    ("walker", "within"),
    [("adult", True), ("elder60", True), ("elder80", False), ("wheelchair", False)],
)
def test_a_footbridge_without_a_lift_is_a_gap_of_the_oldest(walker, within):
    """Over the bridge 50 m and two flights, round it 450 m and a zebra (test_walkers_on_paper).

    adult 50/1.33 + 60 = 97.6 s, elder60 50 + 180 = 230 s: within 300 s. elder80 round:
    450/0.8 + 10 = 572.5 s, with the stairs 50/0.8 = 62.5 s; wheelchair 450/0.7 + 10 = 652.9 s.
    """
    boundaries = units_of({"111": (-300, -10, 100, 100)})
    homes = residents([(0, 50)], [(30, 12, 5)], place=["Mill"])
    facilities = stations([(0, 0)])
    town = gaps_of(footbridge(mapped=True), boundaries, facilities, homes, walker=PROFILES[walker])
    (row,) = town.gaps.table.to_dict("records")
    if not within:
        assert row["class"] == "A"
        return
    assert (row["class"], row["why"], row["action"]) == ("B", "steps", "outreach")
    assert (row["profile"], row["minutes"], row["nearest_facility"]) == ("elder80", 9.5, "f0")
    assert (row["people_all"], row["people_60"], row["people_80"]) == (30, 12, 5)
    assert row["near_miss_people"] == 0
    assert town.gaps.covered_gap_of_demand.tolist() == [0]
    ramped = gaps_of(footbridge(mapped=True, ramp=True), boundaries, facilities, homes)
    assert len(ramped.gaps.table) == 0
    young = replace(homes, people=np.array([[30, 12, 0]]))
    assert len(gaps_of(footbridge(mapped=True), boundaries, facilities, young).gaps.table) == 0


def test_a_bridge_without_a_way_round_is_steps_and_has_no_minutes():
    alone = network_of(BRIDGE_NODES[:4], BRIDGE_EDGES[:3], overpass=np.array([0, 2, 0], np.uint8))
    boundaries = units_of({"111": (-10, -10, 10, 100)})
    town = gaps_of(alone, boundaries, stations([(0, 0)]), residents([(0, 50)], [(9, 9, 9)]))
    (row,) = town.gaps.table.to_dict("records")
    assert (row["class"], row["why"], row["nearest_facility"]) == ("B", "steps", "")
    assert np.isnan(row["minutes"])


def test_the_oldest_are_slow_by_place_and_near_misses_by_their_own_walk():
    """elder80 at 0.8 m/s: 240 m are 300 s, 250 m 312.5 s, 288 m 360 s, 290 m 362.5 s."""
    homes = residents(
        along(240, 250, 288, 290),
        [(9, 9, 9), (10, 4, 2), (20, 5, 1), (30, 6, 3)],
        place=["Mill", "Mill", "Lane", "Mill"],
    )
    town = on_main_street(homes, stations(along(0)))
    assert rows(town, "class", "why", "place", "people_all", "people_80", "near_miss_people") == [
        ("B", "pace", "Mill", 40, 5, 2),
        ("B", "pace", "Lane", 20, 1, 1),
    ]
    misses = town.gaps.near_misses[["gap", "place", "people_80", "minutes", "seconds_over"]]
    assert misses.to_numpy().tolist() == [
        ["G001", "Mill", 2, 5.2, 12.5],
        ["G002", "Lane", 1, 6.0, 60.0],
    ]
    assert town.gaps.table["minutes"].tolist() == [5.8, 6.0]  # (10·312.5 + 30·362.5)/40 = 350 s
    younger = residents(along(250), [(10, 4)], groups=("all", "60+"))
    assert len(on_main_street(younger, stations(along(0))).gaps.table) == 0


def test_missing_services_part_the_gaps_of_a_community():
    """f0 at 0 gives meals, f1 at 400 meals and bathing; nobody gives activities.

    Within 300 m: h0 (50) f0; h1 (200), h2 (300) both; h3 (450), h4 (600) f1.
    """
    services = ("elderly_care", "meals", "bathing")
    facilities = stations(along(0, 400), services=services, offers=[[1, 1, 0], [1, 1, 1]])
    homes = residents(along(50, 200, 300, 450, 600), [1, 2, 4, 8, 16])
    town = on_main_street(homes, facilities)
    assert rows(town, "class", "people_all", "missing_services", "reasons", "action") == [
        ("D", 1, "bathing", "missing_bathing", "add_service")
    ]
    counted = on_main_street(homes, facilities, services=("elderly_care", "activity"))
    assert rows(counted, "class", "people_all", "community", "missing_services") == [
        ("D", 16, "C112", "activity"),
        ("D", 14, "C111", "activity"),
        ("D", 1, "C111", "activity;bathing"),
    ]
    assert counted.gaps.table["minutes"].tolist() == [3.3, 1.4, 0.8]  # (2·200+4·100+8·50)/14 = 86


def test_people_without_a_place_are_joined_by_the_facility_to_enlarge():
    homes = residents(along(50, 150, 350, 450), [4, 5, 3, 2])
    town = on_main_street(homes, stations(along(0, 400)), unmet=[2, 0, 1, 9])
    assert rows(town, "class", "why", "people_all", "nearest_facility", "action") == [
        ("E", "unmet", 5, "f1", "enlarge"),
        ("E", "unmet", 4, "f0", "enlarge"),
    ]


def test_quality_is_lacking_where_every_facility_within_the_limit_is_in_doubt():
    """f0 at 0 awaits its upgrade, f1 at 600 is small, f2 at 1100 is sound.

    Within 300 m: h0 (100) f0; h1 (300) f0 and f1; h2 (850) f1 and f2.
    """
    facilities = stations(
        along(0, 600, 1100),
        status=["upgrade_planned", "", ""],
        area_m2=[np.nan, 100.0, 400.0],
    )
    homes = residents(along(100, 300, 850), [5, 6, 7])
    status_alone = on_main_street(homes, facilities)
    assert rows(status_alone, "class", "people_all", "reasons", "action") == [
        ("F", 5, "upgrade_planned", "upgrade")
    ]
    doubts, _ = quality_doubts(facilities, LEAST_AREA_M2)
    both = on_main_street(homes, facilities, doubts=doubts)
    assert rows(both, "class", "people_all", "reasons") == [
        ("F", 11, "upgrade_planned;small_area"),
    ]


def test_a_home_depends_on_a_border_when_all_its_facilities_stand_beyond_it():
    """f0 at 900 in 11, f1 at 1990 in 12, f2 at 2015 outside; f3 at 1000 gives no elderly care.

    h0 (1100) f0 alone: other subdistrict; h1 (1700) and h2 (1720) f1, and h2 f2 too: own.
    Without f1: h2 f2 alone: outside the district.
    """
    services = ("elderly_care", "library")
    offers = [[1, 0], [1, 0], [1, 0], [0, 1]]
    facilities = stations(along(900, 1990, 2015, 1050), services=services, offers=offers)
    homes = residents(along(1100, 1700, 1720), [5, 6, 7])
    town = on_main_street(homes, facilities)
    assert rows(town, "class", "people_all", "reasons", "nearest_facility", "action") == [
        ("G", 5, "other_subdistrict", "f0", "share")
    ]
    closed = replace(facilities, offers=np.array([[1, 0], [0, 0], [1, 0], [0, 1]], bool))
    without = on_main_street(homes, closed)
    assert rows(without, "class", "people_all", "reasons") == [
        ("A", 6, "beyond_limit;straight_beyond;near_miss"),
        ("G", 7, "outside_district"),
        ("G", 5, "other_subdistrict"),
    ]


def random_town(seed):
    """Return a grid town with a cut, an island, stairs, odd homes and every kind of doubt."""
    rng = np.random.default_rng(seed)
    side = 7
    index = np.arange(side * side).reshape(side, side)
    edges = np.concatenate(
        [
            np.stack([index[:, :-1].ravel(), index[:, 1:].ravel()], axis=1),
            np.stack([index[:-1].ravel(), index[1:].ravel()], axis=1),
        ]
    )
    edges = edges[rng.random(len(edges)) < 0.75]
    spots = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2) * 90.0
    network = network_of(spots, edges, steps=rng.random(len(edges)) < 0.15)
    boxes = {
        f"1{column}{row}": (270 * (column - 1), 270 * (row - 1), 270 * column, 270 * row)
        for column in (1, 2)
        for row in (1, 2)
    }
    offers = rng.random((4, 3)) < 0.6
    facilities = stations(
        spots[rng.choice(len(spots), 4, replace=False)],
        services=("elderly_care", "meals", "rights"),
        offers=offers,
        status=rng.choice(["", "upgrade_planned"], 4).tolist(),
    )
    count = 40
    everyone = rng.integers(0, 4, count)
    older = rng.integers(0, everyone + 1)
    homes = residents(
        spots[rng.integers(0, len(spots), count)] + rng.integers(-15, 16, (count, 2)),
        np.column_stack([everyone, older, rng.integers(0, older + 1)]),
        place=rng.choice(["", "Lane", "Mill"], count).tolist(),
        community=rng.choice(["", "111", "121"], count, p=[0.8, 0.1, 0.1]).tolist(),
    )
    return network, units_of(boxes), facilities, homes, rng


def gaps_of_random(seed):
    network, boundaries, facilities, homes, rng = random_town(seed)
    count = len(homes.id)
    link, unmet = rng.integers(-1, 2, count), rng.integers(-1, 2, count)
    return gaps_of(network, boundaries, facilities, homes, link=link, unmet=unmet)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_uncovered_people_are_in_the_rows_of_a_c_h_once_each(seed):
    town = gaps_of_random(seed)
    demand, table, found = town.ground.inputs.demand, town.gaps.table, town.gaps
    everyone = demand.of("all")
    beyond = (everyone > 0) & (town.walks.nearest.seconds > town.rule.limit_s + 1e-9)
    lost = table["class"].isin(["A", "C", "H"])
    assert table.loc[lost, "people_all"].sum() == everyone[beyond].sum()
    assert lost.tolist() == sorted(lost.tolist(), reverse=True)
    assert ((found.gap_of_demand >= 0) == beyond).all()
    assert not ((found.covered_gap_of_demand >= 0) & (beyond | (everyone == 0))).any()
    both = np.maximum(found.gap_of_demand, found.covered_gap_of_demand)
    for column, group in zip(("people_all", "people_60", "people_80"), demand.groups, strict=True):
        sums = np.bincount(both[both >= 0], demand.of(group)[both >= 0], len(table))
        assert sums.tolist() == table[column].tolist()
    letters = found.classes.letter
    assert all(letters[home] == table["class"][row] for home, row in enumerate(both) if row >= 0)
    near = found.near_misses.merge(table[["id", "class"]], left_on="gap", right_on="id")
    aged = near["class"] == "B"
    missed = near["people_80"].where(aged, near["people_all"]).groupby(near["gap"]).sum()
    missed = missed.reindex(table["id"], fill_value=0)
    assert missed.tolist() == table["near_miss_people"].tolist()
    assert (found.near_misses["seconds_over"] <= 60.0).all()
    assert (found.near_misses["seconds_over"] >= 0.0).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_rows_stand_by_class_then_people_and_say_what_their_class_says(seed):
    table = gaps_of_random(seed).gaps.table
    order = {"A": 0, "C": 0, "H": 0, "B": 1, "D": 2, "E": 3, "F": 4, "G": 5}
    keys = list(zip(table["class"].map(order), -table["people_all"], strict=True))
    assert keys == sorted(keys)
    assert (table["link"] != "").tolist() == (table["class"] == "C").tolist()
    assert (table["missing_services"] != "").tolist() == (table["class"] == "D").tolist()
    assert (table["reasons"].str.split(";").str[0] == table["why"]).all()
    assert (table["near_miss_people"] <= table["people_all"]).all()
    within = table["class"].isin(["D", "E", "F", "G"])
    assert (table.loc[within, "minutes"] <= 5.0).all()
    assert (table.loc[within, "nearest_facility"] != "").all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_order_of_homes_changes_no_row(seed):
    network, boundaries, facilities, homes, rng = random_town(seed)
    count = len(homes.id)
    link, unmet = rng.integers(-1, 2, count), rng.integers(-1, 2, count)
    first = gaps_of(network, boundaries, facilities, homes, link=link, unmet=unmet)
    order = rng.permutation(count)
    columns = {f.name: getattr(homes, f.name) for f in fields(homes)}
    shuffled = replace(
        homes,
        **{name: columns[name][order] for name in ("id", "place", "xy", "people", "community")},
    )
    again = gaps_of(network, boundaries, facilities, shuffled, link=link[order], unmet=unmet[order])
    pd.testing.assert_frame_equal(first.gaps.table, again.gaps.table)
    pd.testing.assert_frame_equal(first.gaps.near_misses, again.gaps.near_misses)
    assert (again.gaps.gap_of_demand == first.gaps.gap_of_demand[order]).all()
    assert (again.gaps.covered_gap_of_demand == first.gaps.covered_gap_of_demand[order]).all()


def test_random_towns_hold_every_class():
    """The properties above are about something: all eight classes occur."""
    seen = set()
    for seed in range(20):
        seen |= set(gaps_of_random(seed).gaps.table["class"])
    assert seen == set("ABCDEFGH")


def test_a_town_without_gaps_has_empty_tables_with_all_columns():
    town = on_main_street(residents(along(0), [5]), stations(along(0)))
    assert town.gaps.table.shape == (0, len(GAPS) + 3 + len(GAPS_TAIL) + len(GAPS_TYPED))
    assert town.gaps.near_misses.shape == (0, len(NEAR_MISSES) + 3 + len(NEAR_MISSES_TAIL))
    nobody = on_main_street(residents(np.empty((0, 2)), []), stations(along(0)))
    assert len(nobody.gaps.table) == 0


def test_the_unit_of_a_gap_is_the_lowest_there_is():
    """Between the communities lies a strip of the subdistrict alone, x = 500 to 700."""
    boundaries = units_of({"111": (0, 0, 500, 100), "112": (700, 0, 1000, 100)})
    strip = shapely.box(0, 0, 1000, 100)
    geometry = np.array([strip, strip, *boundaries.geometry[2:]], dtype=object)
    homes = residents(along(450, 600, 800), [1, 2, 4])
    town = gaps_of(main_street(), replace(boundaries, geometry=geometry), stations(along(0)), homes)
    assert rows(town, "subdistrict", "community", "people_all") == [
        ("S11", "C112", 4),
        ("S11", "", 2),
        ("S11", "C111", 1),
    ]
