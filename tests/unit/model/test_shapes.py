"""Bends of streets, and the lines that are made of them."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geoplan.model.shapes import Shapes
from tests.towns import random_network

LINES = np.array(
    [
        shapely.LineString([(0, 0), (10, 5), (20, 0)]),
        shapely.LineString([(20, 0), (0, 0)]),
        shapely.LineString([(0, 0), (0, -9), (9, -9), (0, 0)]),
    ],
    dtype=object,
)
TAILS, HEADS = np.array([[0.0, 0], [20, 0], [0, 0]]), np.array([[20.0, 0], [0, 0], [0, 0]])


def test_only_bends_are_kept():
    shapes = Shapes.of_lines(LINES, TAILS, HEADS)
    assert shapes.start.tolist() == [0, 1, 1, 3]
    assert shapes.start.dtype == np.int32
    assert shapes.xy.tolist() == [[10, 5], [0, -9], [9, -9]]
    assert shapely.equals_exact(shapes.lines(np.arange(3), TAILS, HEADS), LINES, 0).all()
    assert len(Shapes.straight(7)) == 7


def test_an_end_within_a_millimetre_of_its_junction_moves_there():
    shapes = Shapes.of_lines(LINES, TAILS + [0.0, 0.001], HEADS - [0.001, 0.0])
    assert shapes.start.tolist() == [0, 1, 1, 3]


def test_an_end_farther_from_its_junction_stays_as_a_bend():
    shapes = Shapes.of_lines(LINES[:1], np.array([[0.0, 0.002]]), HEADS[:1])
    line = shapes.lines(np.array([0]), np.array([[0.0, 0.002]]), HEADS[:1])[0]
    assert list(line.coords) == [(0, 0.002), (0, 0), (10, 5), (20, 0)]


def test_lines_and_boxes_of_no_street():
    none = Shapes.of_lines(np.empty(0, dtype=object), np.empty((0, 2)), np.empty((0, 2)))
    assert len(none) == 0
    assert none.lines(np.empty(0, dtype=int), np.empty((0, 2)), np.empty((0, 2))).size == 0
    assert none.boxes(np.empty((0, 2)), np.empty((0, 2))).shape == (0, 4)


@given(st.integers(0, 2**32 - 1), st.data())
def test_taken_lines_and_boxes_are_those_of_shapely(seed, data):
    network = random_network(seed)
    lines = network.geometry
    np.testing.assert_array_equal(network.boxes(), shapely.bounds(lines))
    edge = st.integers(0, network.edge_count - 1)
    rows = np.array(data.draw(st.lists(edge, max_size=30)), dtype=np.int32)
    taken = network.shapes.take(rows)
    ends = network.node_xy[network.tail[rows]], network.node_xy[network.head[rows]]
    got = taken.lines(np.arange(rows.size), *ends)
    assert shapely.equals_exact(got, lines[rows], 0).all()


@pytest.mark.parametrize("start", [[], [1, 2], [0, 1], [0, 2, 1, 2], [0, 3]])
def test_offsets_that_do_not_fit_are_refused(start):
    with pytest.raises(ValueError, match=r"Shapes\.start"):
        Shapes(np.array(start, dtype=np.int32), np.zeros((2, 2)))


def test_a_line_of_one_point_is_refused():
    empty = np.array([shapely.LineString()], dtype=object)
    with pytest.raises(ValueError, match="two points"):
        Shapes.of_lines(empty, TAILS[:1], HEADS[:1])
