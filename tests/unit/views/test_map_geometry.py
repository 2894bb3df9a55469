"""Drawn shapes stay near the real ones, and come back from their encoding."""

from __future__ import annotations

import re

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geoplan.views.map_encoding import SCALE, encoded_geometry, encoded_numbers
from geoplan.views.map_geometry import (
    AREA_TOLERANCE_M,
    HOME_M,
    STREET_TOLERANCE_M,
    drawn,
    nested_outlines,
    outline,
    patches,
    street_lines,
)
from tests.towns import CRS, random_network


def decoded(text):
    """Return the numbers of a text: the reading side, written after the format's description."""
    numbers, value, shift = [], 0, 0
    for character in text:
        code = ord(character) - 63
        value |= (code & 31) << shift
        shift += 5
        if code < 32:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    return numbers


def test_the_worked_example_of_the_format():
    # developers.google.com/maps/documentation/utilities/polylinealgorithm: -179.98321 → `~oia@
    assert encoded_numbers(np.array([-17998321])) == "`~oia@"


@given(st.lists(st.integers(-(2**33), 2**33 - 1), max_size=30))
def test_numbers_come_back(numbers):
    text = encoded_numbers(np.array(numbers, dtype=np.int64))
    assert decoded(text) == numbers
    assert re.fullmatch(r"[?-~]*", text)


@pytest.mark.parametrize(
    "geometry",
    [
        shapely.Point(119.97, 31.78),
        shapely.LineString([(119.97, 31.78), (119.98, 31.7800004)]),
        shapely.MultiLineString([[(1, 2), (3, 4)], [(-5.5, 6), (7, 8.25), (9, 9)]]),
        shapely.box(0, 0, 4, 4).difference(shapely.box(1, 1, 2, 2)),
        shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3)]),
    ],
)
def test_a_geometry_comes_back_in_millionths_of_a_degree(geometry):
    encoded = encoded_geometry(geometry)
    lat_lon = np.cumsum(np.reshape(decoded(encoded["xy"]), (-1, 2)), axis=0) / SCALE
    expected = shapely.get_coordinates(
        shapely.get_rings(shapely.get_parts(geometry)) if "r" in encoded else geometry
    )
    assert np.abs(lat_lon[:, ::-1] - expected).max() <= 0.5 / SCALE + 1e-12
    assert sum(decoded(encoded["n"])) == len(lat_lon)
    if "r" in encoded:
        assert sum(decoded(encoded["r"])) == len(decoded(encoded["n"]))


@pytest.mark.parametrize("seed", range(8))
def test_drawn_streets_lie_beside_the_real_ones_and_lose_none(seed):
    network = random_network(seed)
    edges = np.flatnonzero(network.length_m > 0).astype(np.int32)
    lines = street_lines(network, edges)
    real = shapely.union_all(network.geometry[edges])
    assert shapely.hausdorff_distance(real, lines) <= STREET_TOLERANCE_M + 1e-6


def test_an_outline_keeps_its_edge_and_its_large_holes_and_is_valid():
    angle = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    radius = 300 + 2 * np.sin(40 * angle)
    blob = shapely.Polygon(np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]))
    area = blob - shapely.box(0, 0, 100, 100) - shapely.box(-100, -100, -90, -90)
    light = outline(area)
    assert light.is_valid
    assert len(light.geoms[0].interiors) == 1
    edges = area.exterior.hausdorff_distance(light.geoms[0].exterior)
    assert edges <= AREA_TOLERANCE_M + 1e-6
    assert shapely.get_num_coordinates(light) < shapely.get_num_coordinates(area) / 4


@pytest.mark.parametrize("seed", range(20))
def test_outlines_nest_are_valid_and_lie_within_the_tolerance(seed):
    rng = np.random.default_rng(seed)
    walks = np.cumsum(rng.normal(0, 60, (9, 8, 2)), axis=1)
    lines = shapely.linestrings(walks)
    speck = shapely.Point(2000, 0).buffer(0.5)
    areas = [shapely.union_all([*shapely.buffer(lines[:count], 30), speck]) for count in (3, 6, 9)]
    lights = nested_outlines(np.array([shapely.Polygon(), *areas], dtype=object))
    assert lights[0].is_empty
    for area, light in zip(areas, lights[1:], strict=True):
        assert light.is_valid
        full = outline(area)  # small holes are not part of the bound
        filled = shapely.union_all(
            [
                shapely.Polygon(
                    part.exterior, [r for r in part.interiors if shapely.Polygon(r).area >= 400]
                )
                for part in shapely.get_parts(area)
            ]
        )
        for one in (light, full):
            assert shapely.hausdorff_distance(one, filled, densify=0.1) <= AREA_TOLERANCE_M
            edge = shapely.hausdorff_distance(one.boundary, filled.boundary, densify=0.1)
            assert edge <= AREA_TOLERANCE_M + 1e-6
        assert shapely.get_num_coordinates(light) < shapely.get_num_coordinates(area)
    for small, large in ((1, 2), (2, 3)):
        assert shapely.difference(lights[small], lights[large]).area < 1e-6


def test_an_area_smaller_than_the_tolerance_is_drawn_as_it_is():
    speck = shapely.box(0, 0, 0.5, 0.5)
    assert shapely.equals(outline(speck), speck)


def test_patches_contain_their_homes_and_join_near_ones():
    homes = np.array([[0.0, 0.0], [60.0, 0.0], [900.0, 0.0]])
    area = patches(homes)
    assert shapely.covers(area, shapely.points(homes)).all()
    assert len(area.geoms) == 2
    assert shapely.distance(area, shapely.Point(900 + 2 * HOME_M, 0)) > 0


def test_drawn_shapes_are_degrees_with_six_decimals():
    point = drawn(shapely.Point(500000, 3513000), CRS)
    assert (round(point.x, 6), round(point.y, 6)) == (point.x, point.y)
    assert point.x == pytest.approx(120.0, abs=1e-6)
