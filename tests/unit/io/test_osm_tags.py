"""Facilities and homes of OpenStreetMap files."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geoplan.config import BuildingDemand
from geoplan.errors import EmptyInputError, InputError
from geoplan.io.osm_tags import matches, read_osm_buildings, read_osm_facilities
from tests.unit.io.osm_files import LAT, LON, write_osm

RULES = [
    ("community_center", {"amenity": "community_centre"}),
    ("library", {"amenity": ["library", "public_bookcase"]}),
]
SQUARE = {1: (0, 0), 2: (40, 0), 3: (40, 10), 4: (0, 10)}
BLOCK = {5: (100, 0), 6: (140, 0), 7: (140, 10), 8: (100, 10)}


def buildings(**options) -> BuildingDemand:
    return BuildingDemand(
        **({"total_people": 100, "total_source": "assumption", "default_levels": 2} | options)
    )


def homes(tmp_path, ways, rules, nodes=None, relations=None):
    return read_osm_buildings(
        write_osm(tmp_path / "town.osm", SQUARE | BLOCK | (nodes or {}), ways, relations), rules
    )


def test_nodes_ways_and_multipolygons_become_points_inside(tmp_path):
    nodes = SQUARE | BLOCK | {9: (70, 5, {"amenity": "library", "name": "天宁图书馆"})}
    ways = {
        10: ([1, 2, 3, 4, 1], {"amenity": "community_centre", "name": "红梅社区"}),
        20: ([5, 6, 7, 8, 5], {}),
    }
    relations = {
        30: ([("w", 20, "outer")], {"type": "multipolygon", "amenity": "public_bookcase"}),
    }
    path = write_osm(tmp_path / "town.osm", nodes, ways, relations)
    facilities = read_osm_facilities(path, RULES)
    assert facilities.id.tolist() == ["n9", "r30", "w10"]
    assert facilities.kind.tolist() == ["library", "library", "community_center"]
    assert facilities.name.tolist() == ["天宁图书馆", "", "红梅社区"]
    assert facilities.giving("community_center").tolist() == [False, False, True]
    east = (facilities.xy[:, 0] - LON) * 94_600
    assert 100 < east[1] < 140
    assert 0 < east[2] < 40
    assert facilities.crs == "EPSG:4326"


def test_a_feature_of_two_kinds_takes_the_first_rule(tmp_path):
    tags = {"amenity": "library", "social_facility": "yes"}
    path = write_osm(tmp_path / "town.osm", {1: (0, 0, tags)}, {})
    rules = [("social_facility", {"social_facility": True}), RULES[1]]
    assert read_osm_facilities(path, rules).kind.tolist() == ["social_facility"]


def test_no_match_is_said(tmp_path):
    path = write_osm(tmp_path / "town.osm", {1: (0, 0, {"amenity": "pub"})}, {})
    with pytest.raises(EmptyInputError, match=r"town\.osm.*correct the tags"):
        read_osm_facilities(path, RULES)


def test_a_broken_file_is_said(tmp_path):
    path = tmp_path / "town.osm"
    path.write_text("id,name\n1,红梅\n")
    with pytest.raises(InputError, match="not a readable OpenStreetMap file"):
        read_osm_facilities(path, RULES)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"building": True}, True),
        ({"building": "yes"}, True),
        ({"building": ["house", "yes"]}, True),
        ({"building": "house"}, False),
        ({"building": False}, False),
        ({"shop": False}, True),
        ({"shop": True}, False),
        ({"building": True, "amenity": "pub"}, False),
        ({"disused": True}, False),
    ],
)
def test_tags_match_when_every_key_does(wanted, expected):
    assert matches({"building": "yes", "disused": "no"}, wanted) is expected


def test_people_follow_floor_area_and_sum_exactly(tmp_path):
    ways = {
        10: ([1, 2, 3, 4, 1], {"building": "yes"}),
        20: ([5, 6, 7, 8, 5], {"building": "apartments", "building:levels": "7"}),
    }
    rules = buildings(total_people=1_000, groups={"60+": 0.25, "80+": 0.05})
    demand = homes(tmp_path, ways, rules)
    assert demand.id.tolist() == ["w10", "w20"]
    assert demand.groups == ("all", "60+", "80+")
    # 400 m² × 2 levels against 400 m² × 7 levels: 2/9 and 7/9 of 1,000
    assert demand.of("all").tolist() == [222, 778]
    assert demand.of("60+").sum() == 250
    assert demand.of("80+").sum() == 50
    assert (demand.people[:, 1:] <= demand.people[:, :1]).all()
    assert "assumption" in demand.source.note


def test_every_group_stays_within_everyone_even_when_it_is_everyone(tmp_path):
    ways = {10: ([1, 2, 3, 4, 1], {"building": "yes"}), 20: ([5, 6, 7, 8, 5], {"building": "yes"})}
    demand = homes(tmp_path, ways, buildings(total_people=7, groups={"60+": 1.0}))
    np.testing.assert_array_equal(demand.of("60+"), demand.of("all"))


def test_other_buildings_and_unreadable_levels(tmp_path):
    ways = {
        10: ([1, 2, 3, 4, 1], {"building": "yes", "building:levels": "about six"}),
        20: ([5, 6, 7, 8, 5], {"building": "yes", "shop": "mall"}),
        30: ([1, 2], {"building": "yes"}),
    }
    demand = homes(tmp_path, ways, buildings(exclude={"building": "church", "shop": True}))
    assert demand.id.tolist() == ["w10"]
    assert demand.of("all").tolist() == [100]


def test_a_courtyard_is_not_floor_area(tmp_path):
    inner = {11: (10, 2), 12: (30, 2), 13: (30, 8), 14: (10, 8)}
    ways = {
        10: ([1, 2, 3, 4, 1], {}),
        15: ([11, 12, 13, 14, 11], {}),
        20: ([5, 6, 7, 8, 5], {"building": "yes"}),
    }
    court = {9: ([("w", 10, "outer"), ("w", 15, "inner")], {"type": "multipolygon"})}
    court[9][1]["building"] = "yes"
    demand = homes(tmp_path, ways, buildings(total_people=68), inner, court)
    # 400 − 120 = 280 m² against 400 m²
    assert dict(zip(demand.id.tolist(), demand.of("all").tolist(), strict=True)) == {
        "r9": 28,
        "w20": 40,
    }
    ring = shapely.box(LON + 10 / 94_600, LAT + 2 / 110_900, LON + 30 / 94_600, LAT + 8 / 110_900)
    assert not shapely.contains(ring, shapely.points(demand.xy)).any()


def test_a_home_is_named_by_street_then_by_quarter(tmp_path):
    ways = {
        10: ([1, 2, 3, 4, 1], {"building": "yes", "addr:street": "延陵东路"}),
        20: ([5, 6, 7, 8, 5], {"building": "yes"}),
        30: ([15, 16, 17, 18, 15], {"building": "yes"}),
    }
    nodes = {
        9: (170, 5, {"addr:street": "晋陵中路"}),
        15: (900, 0),
        16: (940, 0),
        17: (940, 10),
        18: (900, 10),
        19: (700, 0, {"place": "neighbourhood", "name": "富强新村"}),
        21: (890, 0, {"place": "city", "name": "常州"}),
    }
    demand = homes(tmp_path, ways, buildings(), nodes)
    assert demand.place.tolist() == ["延陵东路", "晋陵中路", "富强新村"]


def test_a_home_without_any_name_near_has_none(tmp_path):
    demand = homes(tmp_path, {10: ([1, 2, 3, 4, 1], {"building": "yes"})}, buildings())
    assert demand.place.tolist() == [""]


def test_no_building_is_said(tmp_path):
    with pytest.raises(EmptyInputError, match=r"town\.osm.*no building"):
        homes(tmp_path, {10: ([1, 2, 3, 4, 1], {"landuse": "farm"})}, buildings())
