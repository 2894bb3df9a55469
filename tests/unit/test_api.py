"""The notebook door: labels in, labels out, and one clear sentence for what cannot be used."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import geoplan
from geoplan import errors
from tests.projects import write_town
from tests.towns import CRS

NEUTRAL = geoplan.Profile(speed_m_s=1.0)


def street():
    xy = np.array([[0.0, 0.0], [100.0, 0.0], [300.0, 0.0]]) + [500_000, 3_517_000]
    return geoplan.network_from_edges(xy, [0, 1], [1, 2], [100.0, 200.0], crs=CRS)


def points(*xs, labels=None, crs=CRS):
    places = np.array([[x, 0.0] for x in xs]) + [500_000, 3_517_000]
    return gpd.GeoSeries(shapely.points(places), index=labels, crs=crs)


def test_times_carry_the_labels_of_both_series():
    table = geoplan.walking_times(
        street(),
        points(50, 250, labels=["home", "mill"]),
        points(0, 300, labels=[7, 9]),
        profile=NEUTRAL,
        limit_min=4,
    )
    expected = pd.DataFrame(
        {
            "origin": ["home", "mill", "mill"],
            "destination": [7, 7, 9],
            "seconds": [50.0, 250.0, 50.0],
        }
    )
    both = [
        frame.sort_values(["origin", "seconds"], ignore_index=True) for frame in (table, expected)
    ]
    within = both[1][both[1]["seconds"] <= 240].reset_index(drop=True)
    pd.testing.assert_frame_equal(both[0], within, check_dtype=False)


def test_nearest_destinations_come_in_order_with_their_labels():
    """Streets of 100 and 200 m; from 120 it is 80 to both b (200) and d (40); d comes first."""
    asked = (
        street(),
        points(120, 5, labels=["home", "gate"]),
        points(300, 40, 200, labels=["a", "d", "b"]),
    )
    table = geoplan.nearest_destinations(*asked, profile=NEUTRAL, several=2)
    assert table.to_numpy().tolist() == [
        ["home", 1, "d", 80.0],
        ["home", 2, "b", 80.0],
        ["gate", 1, "d", 35.0],
        ["gate", 2, "b", 195.0],
    ]
    near = geoplan.nearest_destinations(*asked, profile=NEUTRAL, several=3, limit_min=1)
    assert near.to_numpy().tolist() == [["gate", 1, "d", 35.0]]
    one = geoplan.nearest_destinations(*asked, profile=NEUTRAL)
    assert one["rank"].tolist() == [1, 1]
    with pytest.raises(errors.ConfigError, match="whole number from 1, not 0"):
        geoplan.nearest_destinations(*asked, profile=NEUTRAL, several=0)


def test_points_in_another_system_give_the_same_times():
    homes, targets = points(50, 250), points(0)
    moved = homes.to_crs("EPSG:4490"), targets.to_crs("EPSG:4490")
    tables = [
        geoplan.walking_times(street(), *pair, profile=NEUTRAL, limit_min=9)
        for pair in ((homes, targets), moved)
    ]
    pd.testing.assert_frame_equal(*tables, atol=1e-5, rtol=0)


def test_areas_come_back_in_the_callers_system():
    areas = geoplan.service_areas(
        street(), points(0, labels=["a"]).to_crs("EPSG:4490"), minutes=[3, 1], profile=NEUTRAL
    )
    assert areas.crs.to_epsg() == 4490
    assert areas[["facility", "minutes"]].to_numpy().tolist() == [["a", 1], ["a", 3]]
    small, large = areas.to_crs(CRS).geometry
    assert large.covers(small.buffer(-0.01))
    assert large.bounds[2] - 500_000 == pytest.approx(180 + 30, abs=1.0)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"origins": points(1, crs=None)}, errors.CrsError, "origins has no coordinate system"),
        ({"destinations": points(1, 2, labels=["x", "x"])}, errors.DuplicateIdError, "'x'"),
        ({"profile": "runner"}, errors.ConfigError, "elder60"),
        ({"limit_min": -1}, errors.ConfigError, "limit_min"),
        ({"limit_min": float("nan")}, errors.ConfigError, "limit_min"),
        (
            {"origins": gpd.GeoSeries([shapely.LineString([(0, 0), (1, 1)])], crs=CRS)},
            errors.SchemaError,
            "points only",
        ),
        ({"origins": gpd.GeoSeries([shapely.Point()], crs=CRS)}, errors.SchemaError, "empty"),
    ],
)
def test_what_cannot_be_used_is_named(change, error, words):
    arguments = {
        "origins": points(1),
        "destinations": points(2),
        "profile": NEUTRAL,
        "limit_min": 15,
    } | change
    with pytest.raises(error, match=words):
        geoplan.walking_times(street(), **arguments)


@pytest.mark.parametrize(
    ("length", "ends", "error"),
    [
        ([-1.0], ([0], [1]), errors.NetworkError),
        ([np.nan], ([0], [1]), errors.NetworkError),
        ([np.inf], ([0], [1]), errors.NetworkError),
        ([1.0], ([0], [2]), errors.NetworkError),
        ([], ([], []), errors.EmptyNetworkError),
    ],
)
def test_impossible_edges_are_refused(length, ends, error):
    with pytest.raises(error):
        geoplan.network_from_edges(np.zeros((2, 2)), *ends, length, crs=CRS)


def test_degrees_are_no_metres():
    with pytest.raises(errors.CrsError, match="not a metric"):
        geoplan.network_from_edges(np.zeros((2, 2)), [0], [1], [1.0], crs="EPSG:4326")


def test_a_plan_has_what_the_contract_names(tmp_path):
    result = geoplan.plan(geoplan.open_project(write_town(tmp_path / "town")))
    assert result.summary["gaps"] == len(result.gaps)
    assert {"facility", "minutes", "geometry"} <= set(result.service_areas.columns)
    assert result.service_areas.crs.to_epsg() == 4490
    assert result.map("en").startswith("<!DOCTYPE html>")
    folder = result.save(tmp_path / "out")
    assert (folder / "summary.json").is_file()
    assert len(result.coverage) > 0
    assert len(result.recommendations) == result.summary["recommended_sites"]
