"""Layers and companions with faults: other rules report them, these rules stand them."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geoplan.linting.lint import LintAsk, lint
from tests.unit.checks.ground_town import METRIC, cases, found, layer, seat, seats, town
from tests.unit.checks.test_border_markers import marker
from tests.unit.checks.test_border_records import FULL, buildings, inspection, river, served

RECORDS = {"B14", "B15", "B16", "B17", "B19", "B20"}


def companions():
    return {
        "markers": pd.DataFrame([marker("0102001Q", (500, 250))]),
        "inspections": pd.DataFrame([inspection()]),
        "buildings": buildings((450, 100, 550, 150)),
        "centrelines": river(shapely.LineString([(1000, 0), (1000, 1000)])),
        "second": town(),
        "service_areas": served(*FULL),
    }


def records_found(units):
    ask = LintAsk(companions=companions(), date="2024-01-01")
    findings = lint("boundaries", units, ask).findings
    return {(one.rule, one.case) for one in findings if one.rule in RECORDS}


def test_a_layer_without_any_polygon_has_no_lines_to_hold_records_against():
    units = town()
    units["geometry"] = None
    assert records_found(units) == {
        ("B14", "unknown_unit"),
        ("B15", "untied"),
        ("B19", "only_there"),
        ("B20", "unknown"),
    }
    assert cases(found("seats", seats(seat()), "B08", units=units)) == ["unknown_unit"]


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:3857", METRIC])
def test_the_coordinate_system_of_the_layer_changes_nothing(crs):
    assert records_found(town().to_crs(crs)) == {("B17", "between")}


def test_levels_may_be_left_to_the_codes_and_a_unit_may_have_several_features():
    plain = town().drop(columns=["级别", "上级代码"])
    assert records_found(plain) == {("B17", "between")}
    halves = [shapely.box(0, 0, 500, 400), shapely.box(0, 400, 500, 1000)]
    units = pd.concat([town(u320402001001=halves[0]), town(u320402001001=halves[1]).iloc[[3]]])
    assert records_found(units) == {("B17", "between")}


@pytest.mark.parametrize("role", ["buildings", "centrelines", "service_areas"])
def test_companions_may_have_rows_without_a_shape(role):
    columns = {
        "buildings": {"编号": ["1", "2"]},
        "centrelines": {"名称": ["关河", ""]},
        "service_areas": {"社区代码": ["320402001001", "320402001002"], "大社区": ["东片", ""]},
    }[role]
    empty = gpd.GeoDataFrame(columns, geometry=[None, shapely.Polygon()], crs=METRIC)
    ask = LintAsk(companions={role: empty})
    found_cases = [
        one.case for one in lint("boundaries", town(), ask).findings if one.rule in RECORDS
    ]
    assert found_cases == (["without"] * 3 if role == "service_areas" else [])


def test_a_self_crossing_building_is_taken_as_what_it_encloses():
    bow = shapely.Polygon([(450, 100), (550, 150), (550, 100), (450, 150)])
    (one,) = found("boundaries", town(), "B17", buildings=layer({"编号": ["b"]}, [bow]))
    assert one.evidence["first_share"] == pytest.approx(0.5, abs=1e-3)
    assert one.shape.is_valid
