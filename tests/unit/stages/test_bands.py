"""Bands by hand: the brush, a straight street, bends, blocks and holes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely

from geoplan.domain.profiles import Profile
from geoplan.stages.bands import BAND_M, filled, line_bands, street_bands, swept
from geoplan.stages.network import walk_costs
from geoplan.stages.reach import search_graph
from geoplan.stages.service_areas import service_areas
from geoplan.stages.snapping import snap
from tests.towns import network_of

CIRCLE_M2 = np.pi * BAND_M**2
WIDE_M, NARROW_M = 30.173, 29.915
"""Radius of the 24-gon with the area of the circle, to its corners and to its sides:
√(2π·900 / (24·sin 15°)) and that × cos 7.5°."""


def area_around(network, xy, minutes, hole):
    graph = search_graph(
        network, walk_costs(network, Profile(speed_m_s=1.0)), snap(network, xy, limit_m=50.0)
    )
    bands = street_bands(network, smallest_hole_m2=hole)
    return service_areas(graph, bands, xy, (np.arange(1), np.array(["a"])), minutes).geometry


def test_the_brush_has_the_area_of_the_circle():
    (brush,) = swept(np.array([[3.0, 4.0]]), np.array([[3.0, 4.0]]))
    assert brush.is_valid
    assert brush.area == pytest.approx(CIRCLE_M2, abs=1e-9)
    distances = shapely.distance(
        shapely.points(shapely.get_coordinates(brush)), shapely.Point(3, 4)
    )
    np.testing.assert_allclose(distances, WIDE_M, atol=1e-3)
    assert brush.exterior.distance(shapely.Point(3, 4)) == pytest.approx(NARROW_M, abs=1e-3)


@pytest.mark.parametrize("angle", np.radians([0, 7.5, 30, 41, 90, 133, 180, 187.5, 270, 299]))
def test_a_straight_band_is_what_the_brush_covers_on_its_way(angle):
    """The hull of the brush at both ends; as wide as the brush is across the way."""
    end = 70.0 * np.array([[np.cos(angle), np.sin(angle)]])
    (band,), (here,), (there,) = swept(0 * end, end), swept(0 * end, 0 * end), swept(end, end)
    hull = shapely.convex_hull(shapely.union(here, there))
    assert band.is_valid
    assert shapely.area(shapely.symmetric_difference(band, hull)) < 1e-6
    assert 2 * 70 * NARROW_M < band.area - CIRCLE_M2 + 0.2 < 2 * 70 * WIDE_M + 0.4


def test_a_band_that_is_begun_lacks_only_what_the_brush_holds_at_its_start():
    line = shapely.LineString([(0, 0), (40, 10), (60, 90), (20, 95)])
    lines = np.array([line, line], dtype=object)
    pieces, owner = line_bands(lines, np.array([False, True]))
    assert owner.tolist() == [0, 0, 0, 1, 1, 1]
    xy = np.array(line.coords)
    full = shapely.union_all(swept(xy[:-1], xy[1:]))
    assert shapely.symmetric_difference(shapely.union_all(pieces[:3]), full).area < 1e-6
    begun = shapely.union_all([*pieces[3:], *swept(xy[:1], xy[:1])])
    assert shapely.symmetric_difference(begun, full).area < 1e-6
    assert shapely.union_all(pieces[3:]).area < full.area - 0.4 * CIRCLE_M2


def test_a_line_without_length_has_the_band_of_a_point():
    line = np.array([shapely.LineString([(5, 5), (5, 5)])], dtype=object)
    pieces, _ = line_bands(line, np.array([False]))
    assert shapely.union_all(pieces).area == pytest.approx(CIRCLE_M2, abs=1e-6)


@pytest.mark.parametrize("count", [1, 2, 7, 33])
def test_blocks_hold_the_fresh_streets_and_no_street_that_was_not_given(count):
    rng = np.random.default_rng(count)
    xy = rng.uniform(0, 900, (20, 2))
    network = network_of(xy, rng.integers(0, 20, (count, 2)))
    bands = street_bands(network)
    apart = [
        shapely.union_all(line_bands(network.geometry[[row]], np.zeros(1, bool))[0])
        for row in range(count)
    ]
    for _ in range(10):
        given = np.flatnonzero(rng.random(count) < rng.choice([0.3, 0.7, 1.0])).astype(np.int32)
        fresh = rng.random(given.size) < 0.5
        united = shapely.union_all(bands.united(given, fresh))
        least = filled(shapely.union_all([apart[row] for row in given[fresh]]), 2500.0)
        most = filled(shapely.union_all([apart[row] for row in given]), 2500.0)
        assert shapely.area(shapely.difference(filled(united, 2500.0), most)) < 1e-6
        assert shapely.area(shapely.difference(least, filled(united, 2500.0))) < 1e-6
    assert bands.united(np.empty(0, np.int32), np.empty(0, bool)) == []


def test_an_enclosed_block_stays_open_only_when_it_is_large():
    """A square of streets of 200 m; the band leaves (200 − 2 × 29.915)² = 19,645 m² within."""
    corners = [(0, 0), (200, 0), (200, 200), (0, 200)]
    network = network_of(corners, [(0, 1), (1, 2), (2, 3), (3, 0)])
    station = np.array([[100.0, 0.0]])
    inside = (200.0 - 2 * NARROW_M) ** 2
    (kept,) = area_around(network, station, [10], inside - 5)
    (full,) = area_around(network, station, [10], inside + 5)
    assert [len(kept.interiors), len(full.interiors)] == [1, 0]
    assert full.area - kept.area == pytest.approx(inside, abs=1.0)
    # The outer edge is the square grown by the brush: 200² + 4 sides + the brush itself.
    assert full.area == pytest.approx(200**2 + 4 * 200 * NARROW_M + CIRCLE_M2, abs=1.0)


def test_a_block_that_opens_later_is_a_hole_no_more():
    """Within 5 minutes the ring is open; within 10 it closes around a hole that is filled."""
    corners = [(0, 0), (100, 0), (100, 100), (0, 100)]
    network = network_of(corners, [(0, 1), (1, 2), (2, 3), (3, 0)])
    areas = area_around(network, np.array([[50.0, 0.0]]), [2, 3, 5], 2500.0)
    for small, large in itertools.pairwise(areas):
        assert shapely.area(shapely.difference(small, large)) < 1e-6
    assert [len(area.interiors) for area in areas] == [0, 0, 0]
    assert areas[2].area == pytest.approx(100**2 + 4 * 100 * NARROW_M + CIRCLE_M2, abs=1.0)


def test_a_facility_far_from_any_street_keeps_the_band_around_itself():
    network = network_of([(0, 0), (100, 0)], [(0, 1)])
    near, far = area_around(network, np.array([[50.0, 900.0]]), [5, 10], 2500.0)
    assert near.area == far.area == pytest.approx(CIRCLE_M2, abs=1e-6)
