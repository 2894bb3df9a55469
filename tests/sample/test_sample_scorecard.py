"""Targets and reported figures of the sample on its real tables, without any walking."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geoplan.io.boundaries import read_boundaries
from geoplan.io.demand import read_demand
from geoplan.io.facilities import read_facilities
from geoplan.io.paths import sample_project
from geoplan.io.reported import read_reported
from geoplan.io.targets import read_targets, target_file
from geoplan.model.schema import COVERAGE, WALKING_TIMES
from geoplan.model.targets import Edition
from geoplan.stages.establishment import establishment_table
from geoplan.stages.facts import unplaced_figures
from geoplan.stages.measured import Evidence, measured
from geoplan.stages.scorecard import scorecard
from geoplan.stages.units import locate
from tests.register_town import inputs_of, settings


@pytest.fixture(scope="module")
def found():
    data = sample_project()
    boundaries = read_boundaries(data / "boundaries/tianning_boundaries.geojson")
    facilities = read_facilities(data / "facilities/tianning_facilities.csv")
    demand = read_demand(data / "population/tianning_demand.csv", crs="EPSG:4490")
    standing = locate(boundaries, facilities.xy)
    return Evidence(
        inputs=inputs_of(boundaries, facilities, demand),
        homes=locate(boundaries, demand.xy),
        facility_units=standing,
        coverage=pd.DataFrame(columns=list(COVERAGE)),
        walking_times=pd.DataFrame(columns=list(WALKING_TIMES)),
        establishment=establishment_table(boundaries, facilities, standing),
        figures=read_reported(data / "population/tianning_reported.csv"),
        edition=Edition("2021", "2021-10-31"),
    )


@pytest.fixture(scope="module")
def card(found):
    targets = read_targets(target_file("tianning_2021", Path())).targets
    table = scorecard(targets, measured(found, settings(), targets), found.inputs.boundaries)
    return table.assign(target=table["target"].str.removeprefix("tianning_2021."))


def row_of(card, name):
    rows = card[card["target"] == name]
    assert len(rows) == 1
    return rows.iloc[0]


def test_every_reported_figure_has_its_unit_on_the_map(found):
    assert unplaced_figures(found.figures, found.inputs.boundaries).empty


def test_seven_of_seven_have_a_centre_and_a_social_work_station(card):
    for name in ("care_centers", "social_work_stations"):
        row = row_of(card, name)
        assert (row["value"], row["status"], row["required"]) == (1.0, "pass", 7.0)
        assert row["missing_codes"] == ""


def test_the_reports_122_and_the_125_on_the_map_are_both_seen(card):
    row = row_of(card, "committees")
    assert (row["value"], row["reported_value"], row["status"]) == (125.0, 122.0, "fail")
    projects = row_of(card, "community_projects")
    assert (projects["status"], projects["required"]) == ("unknown", 100.0)
    assert math.isnan(projects["missing"])
    assert "98 of the report's 122" in projects["text_en"]


def test_home_care_beds_and_their_monthly_pace(card):
    row = row_of(card, "home_care_beds")
    assert (row["value"], row["missing"], row["pace"]) == (32.0, 268.0, 22.33)


def test_the_share_of_nursing_beds_that_the_report_rounded_is_reached(card):
    row = row_of(card, "nursing_beds")
    assert row["status"] == "pass"
    assert round(row["value"], 3) == row["reported_value"] == 0.809


def test_social_workers_are_required_by_subdistrict(card, found):
    each = card[card["target"] == "social_workers_each"]
    demand, homes = found.inputs.demand, found.homes
    boundaries = found.inputs.boundaries
    for code, required in zip(each["code"], each["required"], strict=True):
        row = int(np.flatnonzero(boundaries.code == code)[0])
        residents = int(demand.of("all")[homes.subdistrict == row].sum())
        assert required == -(-11 * residents // 10_000)
    whole = row_of(card, "social_workers")
    assert whole["required"] == each["required"].sum()
    assert whole["missing"] == each["missing"].sum() > 0


def test_made_inputs_mark_what_is_computed_from_them(card):
    assert row_of(card, "care_centers")["made"]
    assert not row_of(card, "home_care_beds")["made"]
