"""Tables fit for the public, on a district small enough to read.

District d: street a (communities a1, a2, a3) and street b (community b1, and 12 people in none).
Everybody is in group ``all``; one service, one walker, 15 minutes.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from geoplan.errors import SchemaError
from geoplan.model.places import Boundaries
from geoplan.stages.public_gaps import hidden_by_gaps, public_gaps
from geoplan.stages.public_lists import (
    HiddenTotals,
    MainSlice,
    masked_addends,
    public_facilities,
    public_recommendations,
)
from geoplan.stages.publication import public_tables
from tests.towns import CRS, SOURCE

MAIN = MainSlice("elderly_care", "elder60", 15, "all")
NODES = [
    ("district", "d", "区"),
    ("subdistrict", "a", "街甲"),
    ("subdistrict", "b", "街乙"),
    ("community", "a1", "社一"),
    ("community", "a2", "社二"),
    ("community", "a3", "社三"),
    ("community", "b1", "社一"),
]
COVERED = [150, 90, 60, 20, 30, 40, 55]
UNCOVERED = [97, 63, 34, 3, 20, 40, 27]
"""Street a: 3 + 20 + 40; street b: 27 in b1 and 7 in no community."""


def boundaries():
    levels = [level for level, _, _ in NODES]
    parents = ["", "d", "d", "a", "a", "a", "b"]
    return Boundaries(
        code=np.array([code for _, code, _ in NODES]),
        name=np.array([name for _, _, name in NODES]),
        level=np.array(levels),
        parent=np.array(parents),
        geometry=np.array([shapely.box(0, 0, 1, 1)] * len(NODES), dtype=object),
        made=np.ones(len(NODES), dtype=bool),
        crs=CRS,
        source=SOURCE,
    )


def coverage(covered=COVERED, uncovered=UNCOVERED, **slice_of):
    table = pd.DataFrame(NODES, columns=["level", "code", "name"])
    keys = {"service": "elderly_care", "profile": "elder60", "minutes": 15, "group": "all"}
    table = table.assign(**(keys | slice_of))
    table["people"], table["covered"] = np.add(covered, uncovered), covered
    return table.assign(share=(table["covered"] / table["people"]).round(6))


def published(tables):
    return public_tables(tables, boundaries(), MAIN)


def masked_codes(table, column):
    return table.loc[table[column].isna(), "code"].tolist()


def gap_rows(*rows):
    columns = ["class", "subdistrict", "community", "place", "profile", "people_all"]
    table = pd.DataFrame(rows, columns=columns).assign(service="elderly_care")
    return table.assign(id=[f"G{row + 1:03d}" for row in range(len(table))])


def no_cells(**row):
    columns = ["level", "code", "name", "service", "profile", "minutes", "group", "uncovered"]
    return pd.DataFrame([row] if row else [], columns=columns)


def test_a_small_uncovered_count_masks_covered_and_share_of_two_communities():
    done = published({"coverage": coverage()})
    table = done.tables["coverage"]
    assert masked_codes(table, "covered") == ["a1", "a2"]
    assert masked_codes(table, "share") == ["a1", "a2"]
    assert not table["people"].isna().any()
    assert table["covered"].dtype == "Int64"
    assert done.masked == {"coverage": 4}


def test_people_in_no_community_are_a_count_that_subtraction_finds():
    # b has 60 + 34, b1 58 + 33: 3 people are in no community, 2 covered and 1 not
    covered, uncovered = [*COVERED[:6], 58], [*UNCOVERED[:3], 30, 20, 13, 33]
    table = published({"coverage": coverage(covered, uncovered)}).tables["coverage"]
    assert masked_codes(table, "covered") == ["b1"]
    assert masked_codes(table, "people") == ["b1"]


def test_small_people_are_masked_in_every_table():
    # a1 has 4 people in all, so a2 goes along
    covered, uncovered = [145, 85, 60, 4, 36, 45, 55], [90, 56, 34, 0, 16, 40, 27]
    first = coverage(covered, uncovered)
    times = first[["level", "code", "name", "service", "profile", "group", "people"]].assign(
        no_way=0, mean_min=5.0, median_min=5.0, p90_min=9.0, max_min=12.0
    )
    done = published({"coverage": first, "times": times}).tables
    assert masked_codes(done["coverage"], "people") == ["a1", "a2"]
    assert masked_codes(done["times"], "people") == ["a1", "a2"]
    # a1 has no uncovered, so the 16 of a2 would be 56 − 40: a3 hides them
    assert masked_codes(done["coverage"], "covered") == ["a1", "a2", "a3"]
    assert masked_codes(done["times"], "no_way") == ["a1", "a2", "a3"]


def test_times_go_with_coverage_at_any_limit():
    times = coverage()[["level", "code", "name", "service", "profile", "group", "people"]].assign(
        no_way=0, mean_min=5.0, median_min=5.0, p90_min=9.0, max_min=12.0
    )
    done = published({"coverage": coverage(), "times": times}).tables["times"]
    assert masked_codes(done, "max_min") == ["a1", "a2"]
    assert masked_codes(published({"times": times}).tables["times"], "max_min") == []


def choices(one, two):
    table = coverage().drop(columns=["covered", "share"])
    more = np.subtract(COVERED, np.add(one, two))
    return table.assign(none=UNCOVERED, one=one, two=two, more=more)


def test_choices_hide_what_coverage_hides_and_their_own():
    # a3 has 2 people with two choices; none is printed where coverage is
    table = choices([50, 30, 20, 10, 10, 10, 20], [40, 22, 18, 10, 10, 2, 18])
    done = published({"coverage": coverage(), "choices": table}).tables["choices"]
    assert masked_codes(done, "none") == ["a1", "a2"]
    assert masked_codes(done, "one") == ["a1", "a2", "a3"]
    alone = published({"choices": table}).tables["choices"]
    assert set(masked_codes(alone, "none")) == set(masked_codes(alone, "one")) > {"a1", "a3"}


def test_bundles_hide_what_coverage_of_any_of_the_three_hides():
    # the other two services have no small count of their own
    parts = [150, 90, 60, 10, 35, 45, 55], [97, 63, 34, 13, 15, 35, 27]
    others = [coverage(*parts, service=one) for one in ("social_work", "community_center")]
    bundle = coverage()[["level", "code", "name", "profile", "minutes", "group", "people"]].assign(
        none=[60, 40, 20, 6, 10, 24, 15],
        one=[67, 43, 24, 6, 20, 17, 17],
        two=[60, 40, 20, 6, 10, 24, 20],
        three=[60, 30, 30, 5, 10, 15, 30],
    )
    done = published({"coverage": pd.concat([coverage(), *others]), "bundles": bundle}).tables[
        "bundles"
    ]
    assert masked_codes(done, "one") == ["a1", "a2"]
    alone = published({"bundles": bundle}).tables["bundles"]
    assert masked_codes(alone, "one") == []


def test_a_gap_alone_in_its_community_is_the_uncovered_of_it():
    gaps = gap_rows(
        ("A", "街甲", "社一", "", "elder60", 3),
        ("A", "街甲", "社二", "", "elder60", 20),
        ("C", "街甲", "社三", "", "elder60", 40),
        ("F", "街甲", "社三", "", "elder60", 2),
    )
    done = published({"coverage": coverage(), "gaps": gaps}).tables["gaps"]
    assert done["people_all"].isna().tolist() == [True, True, False, True]


def test_a_small_gap_hides_a_gap_of_its_community():
    gaps = gap_rows(
        ("A", "街乙", "社一", "", "elder60", 3),
        ("H", "街乙", "社一", "", "elder60", 16),
        ("C", "街乙", "社一", "", "elder60", 8),
        ("C", "街甲", "社三", "", "elder60", 40),
    )
    done = public_gaps(gaps, boundaries(), no_cells(), MAIN)
    assert done["people_all"].isna().tolist() == [True, False, True, False]


def test_few_people_of_another_walker_hide_their_coverage():
    # b1: 27 beyond for elder60, 29 for elder80; the B gap of 2 is the difference
    slow = coverage([148, 90, 58, 20, 30, 40, 53], [99, 63, 36, 3, 20, 40, 29], profile="elder80")
    gaps = gap_rows(("B", "街乙", "社一", "", "elder80", 2))
    cells = hidden_by_gaps(gaps, boundaries(), MAIN, ["all"])
    assert cells[["code", "profile", "minutes"]].to_numpy().tolist() == [["b1", "elder80", 15]]
    both = pd.concat([coverage(), slow], ignore_index=True)
    table = published({"coverage": both, "gaps": gaps}).tables["coverage"]
    assert "b1" in masked_codes(table[table["profile"] == "elder80"], "covered")
    alone = published({"coverage": both}).tables["coverage"]
    assert masked_codes(alone, "covered") == ["a1", "a2", "a1", "a2"]


def test_a_gap_with_the_people_of_a_masked_place_goes_with_it():
    place = no_cells(
        level="place", code="b1", name="甲", service="elderly_care", profile="elder60", minutes=15,
        group="all", uncovered=16,
    )  # fmt: skip
    rows = [("A", "街乙", "社一", "甲", "elder60", 16), ("A", "街乙", "社一", "乙", "elder60", 11)]
    done = public_gaps(gap_rows(*rows), boundaries(), place, MAIN)
    assert done["people_all"].isna().tolist() == [True, True]
    alone = public_gaps(gap_rows(rows[0]), boundaries(), place, MAIN)
    assert alone["people_all"].isna().tolist() == [False]


def test_a_gap_of_an_unknown_unit_is_refused():
    gaps = gap_rows(("A", "街丙", "社九", "", "elder60", 30))
    with pytest.raises(SchemaError, match="G001: the boundaries have no unit '社九'"):
        public_gaps(gaps, boundaries(), no_cells(), MAIN)


def facilities(marginal, **columns):
    count = len(marginal)
    table = {
        "id": [f"F{row}" for row in range(count)],
        "kind": "care_station",
        "services": "elderly_care;meals",
        "people_15": 30,
        "marginal_15": marginal,
        "union_share_15": 12.5,
    }
    return pd.DataFrame(table | columns)


NOTHING_HIDDEN = HiddenTotals(frozenset(), frozenset(), MAIN)


def test_marginal_people_add_up_to_those_with_one_choice():
    done = public_facilities(facilities([3, 50, 20, 0]), NOTHING_HIDDEN)
    assert done["marginal_15"].isna().tolist() == [True, False, True, False]
    assert done["union_share_15"].isna().all()
    assert not done["people_15"].isna().any()


def test_services_are_added_up_one_by_one():
    kinds = ["care_station", "library", "care_station", "library"]
    done = public_facilities(facilities([3, 50, 20, 9], kind=kinds), NOTHING_HIDDEN)
    assert done["marginal_15"].isna().tolist() == [True, False, True, False]


def test_a_masked_total_of_the_area_is_not_printed_by_facilities():
    totals = HiddenTotals(
        frozenset({("meals", 15, "all"), ("elderly_care", 15, "all")}),
        frozenset({"elderly_care"}),
        MAIN,
    )
    table = facilities([30, 50, 20], people_5=10, nearest_people=[40, 9, 30])
    done = public_facilities(table, totals)
    assert done["people_15"].isna().all()
    assert not done["people_5"].isna().any()
    assert done["marginal_15"].isna().tolist() == [False, False, True]
    assert done["nearest_people"].isna().tolist() == [False, True, False]


def test_load_and_left_go_with_their_counts():
    table = facilities([9, 9, 9], nearest_people=[2, 30, 40], assigned=[8, 8, 1], capacity=10)
    table = table.assign(load=table["nearest_people"] / 10, left=10 - table["assigned"])
    done = public_facilities(table, NOTHING_HIDDEN)
    assert done["load"].isna().tolist() == done["nearest_people"].isna().tolist()
    assert done["load"].isna().tolist() == [True, True, False]
    assert done["left"].isna().tolist() == done["assigned"].isna().tolist() == [True, False, True]
    assert not done["capacity"].isna().any()


def test_addends_of_a_printed_sum():
    owner = np.array([0, 0, 0, 1, 1])
    masked = masked_addends(np.array([1, 9, 7, 8, 9]), owner, np.array([False, True]))
    assert masked.tolist() == [True, False, True, True, False]


def sites(gains, people=1000, before=500):
    share = ((before + np.cumsum(gains)) / people).round(6)
    return pd.DataFrame(
        {"rank": range(1, len(gains) + 1), "gain_all": gains, "gain_60": 7,
         "cumulative_share": share, "margin": 9.0}
    )  # fmt: skip


def test_a_small_gain_hides_a_gain_and_the_shares_between():
    done = public_recommendations(sites([40, 30, 20, 2]), NOTHING_HIDDEN)
    assert done["gain_all"].isna().tolist() == [False, False, True, True]
    assert done["cumulative_share"].isna().tolist() == [False, False, True, False]
    assert done["margin"].isna().tolist() == [False, False, True, True]
    assert not done["gain_60"].isna().any()


def test_small_gains_alone_hide_all_shares_from_there_on():
    done = public_recommendations(sites([0, 3, 2]), NOTHING_HIDDEN)
    assert done["gain_all"].isna().tolist() == [False, True, True]
    assert done["cumulative_share"].isna().tolist() == [False, True, True]


def test_a_masked_cover_of_the_area_hides_all_shares():
    totals = HiddenTotals(frozenset({("elderly_care", 15, "all")}), frozenset(), MAIN)
    done = public_recommendations(sites([40, 30]), totals)
    assert done["cumulative_share"].isna().all()
    assert not done["gain_all"].isna().any()


def test_another_groups_small_gain_leaves_the_shares():
    done = public_recommendations(sites([40, 30]).assign(gain_60=[3, 9]), NOTHING_HIDDEN)
    assert done["gain_60"].isna().tolist() == [True, False]
    assert not done["cumulative_share"].isna().any()


def test_tables_that_cannot_be_used_are_refused():
    with pytest.raises(SchemaError, match="'walkers' is not known"):
        published({"walkers": coverage()})
    with pytest.raises(SchemaError, match="a row occurs twice"):
        published({"coverage": pd.concat([coverage(), coverage()])})
    with pytest.raises(SchemaError, match="must add up"):
        published({"coverage": coverage(covered=[100, *COVERED[1:]])})
    with pytest.raises(SchemaError, match="level 'borough' is not known"):
        published({"coverage": coverage().replace({"level": {"district": "borough"}})})
    other = coverage([*COVERED[:6], 50], minutes=10)
    with pytest.raises(SchemaError, match="a row occurs twice"):
        published({"coverage": pd.concat([coverage(), other])})
