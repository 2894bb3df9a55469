"""Coordinate systems: the zone of a place, exact moves, and datums by name."""

from __future__ import annotations

import numpy as np
import pytest

from geoplan.domain.crs import datum, is_metric, known_crs, metric_crs, reproject_xy
from geoplan.errors import CrsError


@pytest.mark.parametrize(
    ("lon", "lat", "crs"),
    [
        (119.97, 31.78, "EPSG:4549"),
        (121.6, 31.2, "EPSG:4550"),
        (116.4, 39.9, "EPSG:4548"),
        (75.0, 38.0, "EPSG:4534"),
        (24.94, 60.17, "EPSG:32635"),
        (-46.6, -23.5, "EPSG:32723"),
    ],
)
def test_every_place_has_its_metric_system(lon, lat, crs):
    assert metric_crs(lon, lat) == crs
    assert is_metric(crs)


def test_no_zone_border_runs_through_the_district():
    """UTM and the 6-degree zones break at 120 E; the 3-degree zone of 120 E does not."""
    assert metric_crs(119.92, 31.76) == metric_crs(120.17, 31.86) == "EPSG:4549"


def test_a_known_point_lands_where_the_domain_notes_say():
    """(119.97 E, 31.78 N) is N 3,517,458.2, E 497,158.5 in EPSG:4549."""
    x, y = reproject_xy(np.array([[119.97, 31.78]]), "EPSG:4490", "EPSG:4549")[0]
    assert x == pytest.approx(497_158.5, abs=0.1)
    assert y == pytest.approx(3_517_458.2, abs=0.1)


def test_moving_there_and_back_is_the_identity():
    xy = np.random.default_rng(1).uniform([119.9, 31.7], [120.2, 31.9], (50, 2))
    back = reproject_xy(reproject_xy(xy, "EPSG:4490", "EPSG:4549"), "EPSG:4549", "EPSG:4490")
    np.testing.assert_allclose(back, xy, rtol=0, atol=1e-9)


def test_datums_have_names_and_unknown_systems_a_sentence():
    assert datum("EPSG:4549") == "China 2000"
    with pytest.raises(CrsError, match=r"table\.csv.*EPSG:99"):
        known_crs("EPSG:99", where="table.csv")
