"""Feet of points: local minima of the straight distance along the streets."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geoplan.stages.feet import feet
from geoplan.stages.snapping import snap
from tests.towns import network_of, random_network


def feet_of(network, point):
    """Return {(edge, fraction): leg} of one point on all streets."""
    every = np.arange(network.edge_count)
    found = feet(network, np.array([point], dtype=float), np.zeros(every.size, dtype=int), every)
    rows = zip(found.edge.tolist(), found.fraction.round(9).tolist(), strict=True)
    return dict(zip(rows, found.leg_m.round(9).tolist(), strict=True))


def test_a_bend_is_a_foot_from_outside_and_none_from_inside():
    """The street runs (0,0)-(100,0)-(100,100). From (120,-20) only the bend is near."""
    line = shapely.LineString([(0, 0), (100, 0), (100, 100)])
    network = network_of([(0, 0), (100, 100)], [(0, 1)], lines=[line])
    assert feet_of(network, (120, -20)) == {(0, 0.5): pytest.approx(800**0.5)}
    assert feet_of(network, (90, 30)) == {(0, 0.45): 30.0, (0, 0.65): 10.0}


def test_nobody_cuts_the_corner_through_the_block():
    """10 m from the street and 20 m before its junction: the side street's end is no foot."""
    network = network_of([(0, 0), (100, 0), (200, 0), (100, -80)], [(0, 1), (1, 2), (1, 3)])
    assert feet_of(network, (80, 10)) == {(0, 0.8): 10.0}


def test_a_junction_is_a_foot_when_all_its_streets_lead_away():
    """Three streets leave (0,0) to the west; seen from the east all three end there."""
    network = network_of([(0, 0), (-80, 0), (-80, 60), (-80, -60)], [(0, 1), (2, 0), (0, 3)])
    assert feet_of(network, (15, 0)) == {(0, 0.0): 15.0, (1, 1.0): 15.0, (2, 0.0): 15.0}


def test_a_dead_end_and_a_street_without_length_have_feet():
    network = network_of([(0, 0), (50, 0), (90, 0), (90, 0)], [(0, 1), (2, 3)])
    assert feet_of(network, (60, 0)) == {(0, 1.0): 10.0, (1, 0.0): 30.0}


@given(st.integers(0, 2**32 - 1))
def test_feet_are_the_minima_of_a_sampled_street(seed):
    """No sample of any street is nearer than its foot is, and each foot is lowest where it is."""
    network = random_network(seed)
    rng = np.random.default_rng(seed + 1)
    at = rng.uniform(-20, 520, 2)
    every = np.arange(network.edge_count)
    found = feet(network, at[None], np.zeros(every.size, dtype=int), every)
    spots = shapely.line_interpolate_point(
        network.geometry[found.edge], found.fraction, normalized=True
    )
    assert shapely.distance(spots, shapely.points(found.xy)).max() < 1e-6
    np.testing.assert_allclose(shapely.distance(spots, shapely.Point(at)), found.leg_m, atol=1e-6)
    nearest = shapely.distance(network.geometry, shapely.Point(at)).min()
    assert found.leg_m.min() == pytest.approx(nearest, abs=1e-6)
    step = 1e-3 / network.length_m[found.edge].clip(1.0)
    for sign in (-1, 1):
        share = np.clip(found.fraction + sign * step, 0.0, 1.0)
        beside = shapely.line_interpolate_point(
            network.geometry[found.edge], share, normalized=True
        )
        assert (shapely.distance(beside, shapely.Point(at)) >= found.leg_m - 1e-7).all()


@given(st.integers(0, 2**32 - 1))
def test_a_foot_does_not_depend_on_the_other_points(seed):
    """To the last bit: alone or among others, in any order."""
    network = random_network(seed)
    points = np.random.default_rng(seed + 1).uniform(-20, 520, (12, 2))
    together = snap(network, points, limit_m=150.0)
    for row in (0, 5, 11):
        alone = snap(network, points[row : row + 1], limit_m=150.0)
        mine = together.take(np.array([row], dtype=np.int32))
        for name in ("edge", "fraction", "leg_m"):
            np.testing.assert_array_equal(getattr(alone, name), getattr(mine, name))
