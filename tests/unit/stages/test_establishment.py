"""Establishment coverage: which units have one, by where facilities stand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geoplan.domain.kinds import KINDS, SERVICES
from geoplan.model.schema import ESTABLISHMENT
from geoplan.stages.establishment import establishment_table, unit_above, units_within
from geoplan.stages.units import locate
from tests.register_town import district, register


def table_of(boundaries, facilities):
    return establishment_table(boundaries, facilities, locate(boundaries, facilities.xy))


def row_of(table, code, subject, child_level, *, by="kind"):
    wanted = (
        (table["code"] == code)
        & (table["subject"] == subject)
        & (table["child_level"] == child_level)
        & (table["counted_by"] == by)
    )
    assert wanted.sum() == 1
    return table[wanted].iloc[0]


def town():
    """Two subdistricts, three and two communities; centre in one, stations in three communities."""
    boundaries = district(3, 2)
    facilities = register(
        ("care_center", 0, 0),
        ("care_station", 0, 0),
        ("care_station", 0, 0),
        ("care_station", 0, 2),
        ("care_station", 1, 1),
    )
    return boundaries, facilities


def test_units_with_and_without_at_every_level():
    table = table_of(*town())
    assert tuple(table.columns) == ESTABLISHMENT
    expected = {
        # code, subject, child level: facilities, units, units with, share, without
        ("1", "care_center", "subdistrict"): (1, 2, 1, 0.5, "102"),
        ("1", "care_center", "community"): (1, 5, 1, 0.2, "101002;101003;102001;102002"),
        ("1", "care_station", "subdistrict"): (4, 2, 2, 1.0, ""),
        ("1", "care_station", "community"): (4, 5, 3, 0.6, "101002;102001"),
        ("101", "care_station", "community"): (3, 3, 2, 0.666667, "101002"),
        ("102", "care_station", "community"): (1, 2, 1, 0.5, "102001"),
        ("102", "care_center", "subdistrict"): (0, 1, 0, 0.0, "102"),
        ("101001", "care_station", "community"): (2, 1, 1, 1.0, ""),
        ("102001", "care_station", "community"): (0, 1, 0, 0.0, "102001"),
        ("1", "social_work_room", "community"): (
            *(0, 5, 0, 0.0),
            "101001;101002;101003;102001;102002",
        ),
    }
    for key, numbers in expected.items():
        row = row_of(table, *key)
        got = row[["facilities", "units", "units_with", "share", "without"]].tolist()
        assert tuple(got) == numbers, key


def test_services_count_whoever_gives_them():
    boundaries, facilities = town()
    offers = facilities.offers.copy()
    offers[1, list(SERVICES).index("meals")] = True
    table = table_of(boundaries, replace(facilities, offers=offers))
    meals = row_of(table, "1", "meals", "community", by="service")
    assert (meals["facilities"], meals["units_with"]) == (1, 1)
    care = row_of(table, "1", "elderly_care", "community", by="service")
    assert (care["facilities"], care["units_with"]) == (5, 3)


def test_every_subject_stands_once_for_every_unit_and_level_below():
    table = table_of(*town())
    subjects = len(KINDS) + len(SERVICES)
    # district: itself and two levels below; two subdistricts: two levels; five communities: one
    assert len(table) == subjects * (3 + 2 * 2 + 5)
    keys = ["code", "counted_by", "subject", "child_level"]
    assert not table.duplicated(keys).any()


def test_a_facility_outside_every_unit_counts_nowhere():
    boundaries, facilities = town()
    moved = replace(facilities, xy=facilities.xy + [0, 10_000])
    table = table_of(boundaries, moved)
    assert table["facilities"].sum() == 0
    assert table["units_with"].sum() == 0


def test_a_subdistrict_counts_a_facility_that_no_community_holds():
    boundaries, facilities = town()
    keep = boundaries.code != "101001"
    fewer = replace(
        boundaries,
        **{
            name: getattr(boundaries, name)[keep]
            for name in ("code", "name", "level", "parent", "geometry", "made")
        },
    )
    table = table_of(fewer, facilities)
    assert row_of(table, "101", "care_center", "subdistrict")["units_with"] == 1
    assert row_of(table, "101", "care_center", "community")["units_with"] == 0
    assert row_of(table, "101", "care_station", "community")["facilities"] == 3


def test_boundaries_without_subdistricts():
    boundaries, facilities = town()
    level = boundaries.level != "subdistrict"
    parents = np.where(boundaries.level == "community", "1", boundaries.parent)
    plain = replace(
        boundaries,
        parent=parents[level],
        **{
            name: getattr(boundaries, name)[level]
            for name in ("code", "name", "level", "geometry", "made")
        },
    )
    table = table_of(plain, facilities)
    assert set(table["child_level"]) == {"district", "community"}
    assert row_of(table, "1", "care_station", "community")["units_with"] == 3


def test_the_order_of_facilities_changes_nothing():
    boundaries, facilities = town()
    turned = np.arange(len(facilities.id))[::-1]
    other = replace(
        facilities,
        **{
            name: getattr(facilities, name)[turned]
            for name in ("id", "name", "kind", "xy", "offers", "status", "community")
        },
    )
    assert table_of(boundaries, facilities).equals(table_of(boundaries, other))


def test_the_unit_above():
    boundaries = district(2, 1)
    codes = np.append(boundaries.code, "")
    assert codes[unit_above(boundaries, "subdistrict")].tolist() == [
        *("", "101", "102", "101", "101", "102"),
    ]
    assert units_within(boundaries, "district", "community").tolist() == [0, 0, 0]
    assert units_within(boundaries, "subdistrict", "community").tolist() == [0, 0, 1]
    assert units_within(boundaries, "community", "community").tolist() == [0, 1, 2]


def test_a_register_without_rows():
    boundaries = district(2, 1)
    table = table_of(boundaries, register())
    assert table["facilities"].sum() == 0
    assert row_of(table, "1", "care_center", "subdistrict")["units"] == 2
