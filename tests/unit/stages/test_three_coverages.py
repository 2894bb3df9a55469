"""Establishment, walking and service side by side, each with its own gaps in knowledge."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geoplan.model.schema import ESTABLISHED, REPORTED, THREE_COVERAGES
from geoplan.stages.coverage import coverage_table
from geoplan.stages.establishment import establishment_table
from geoplan.stages.three_coverages import three_coverages_table
from geoplan.stages.unit_rows import place_rows, unit_rows
from geoplan.stages.units import locate
from tests.unit.stages.test_counting import people, stations, two_halves

SERVED = ({"visits": ("elderly_care", "60+")}, {"visit_share": ("elderly_care", "60+")})


def reported(*rows):
    """Return reported figures from (edition, level, code, indicator, value)."""
    filled = [
        (edition, level, code, indicator, "", value, "people", f"{edition}-10-31", "report", False)
        for edition, level, code, indicator, value in rows
    ]
    return pd.DataFrame(filled, columns=list(REPORTED))


def table_of(figures):
    """Two homes in the west, one in the east; the one station stands in the west."""
    boundaries, demand = two_halves(), people([(100, 50), (600, 50), (1900, 50)], [(10, 4)] * 3)
    units = locate(boundaries, demand.xy)
    facilities = stations([(200, 50)])
    rows = [*unit_rows(boundaries, units), place_rows(boundaries, units, demand)]
    near = {("walker", "elderly_care"): np.array([60.0, 901.0, np.inf])}
    coverage = coverage_table(rows, demand, near, [15])
    establishment = establishment_table(boundaries, facilities, locate(boundaries, facilities.xy))
    table = three_coverages_table(coverage, establishment, figures, SERVED)
    assert list(table) == list(THREE_COVERAGES)
    assert len(table) == len(coverage)
    return table.set_index(["level", "name", "group"]).sort_index()


def test_one_of_two_subdistricts_has_a_station_and_a_third_walks_there():
    table = table_of(reported(("2021", "district", "1", "visits", 9)))
    district = table.loc[("district", "D", "60+")]
    assert district[list(ESTABLISHED)].tolist() == [1, 2, 1, 4, 1]
    assert district[["people", "covered"]].tolist() == [12, 4]
    assert district["covered_share"] == pytest.approx(4 / 12, abs=1e-6)
    assert (district["served"], district["served_share"]) == (9, 0.75)
    assert district["served_source"] == "report (2021-10-31)"
    east = table.loc[("subdistrict", "East", "60+")]
    assert east[["facilities", "subdistricts_with", "communities_with"]].tolist() == [0, 0, 0]


def test_what_is_not_reported_stays_unknown():
    table = table_of(reported())
    assert table["served"].isna().all()
    assert table["served_share"].isna().all()
    assert (table["served_source"] == "").all()


def test_of_several_editions_the_newest_counts_and_other_indicators_do_not():
    figures = reported(
        ("2021", "district", "1", "visits", 9),
        ("2020", "district", "1", "visits", 7),
        ("2022", "district", "1", "beds", 99),
    )
    table = table_of(figures)
    assert table.loc[("district", "D", "60+"), "served"] == 9
    assert pd.isna(table.loc[("district", "D", "all"), "served"])


def test_places_are_no_units_and_have_no_establishment():
    table = table_of(reported())
    places = table.loc["place"]
    assert places[list(ESTABLISHED)].isna().all(axis=None)
    assert places["people"].sum() == table.loc["district", "people"].sum()


def test_a_share_that_is_reported_stands_without_people():
    table = table_of(reported(("2021", "district", "1", "visit_share", 1.0)))
    district = table.loc[("district", "D", "60+")]
    assert pd.isna(district["served"])
    assert (district["served_share"], district["served_source"]) == (1.0, "report (2021-10-31)")


def test_people_who_are_counted_come_before_a_share():
    figures = reported(
        ("2021", "district", "1", "visits", 9), ("2021", "district", "1", "visit_share", 1.0)
    )
    district = table_of(figures).loc[("district", "D", "60+")]
    assert (district["served"], district["served_share"]) == (9, 0.75)
