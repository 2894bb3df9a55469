"""Which pairs of sites stand too near: every pair compared, equal distances kept apart."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from geoplan.stages.spacing import SAME_PLACE_M, at_the_place_of, far_from, near_pairs


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("spacing_m", [0.0, 1.0, 3.0, 5.0, 100.0])
def test_the_pairs_are_those_of_every_pair_compared(seed, spacing_m):
    # whole metres: many pairs are exactly 1, 3 or 5 m apart, some places are one
    xy = np.random.default_rng(seed).integers(0, 9, (25, 2)).astype(float)
    expected = [
        [first, second]
        for first, second in itertools.combinations(range(25), 2)
        if math.dist(xy[first], xy[second]) < spacing_m
    ]
    assert near_pairs(xy, spacing_m).tolist() == expected


def test_two_places_exactly_at_the_spacing_may_both_open():
    xy = np.array([[0.0, 0.0], [300.0, 400.0]])
    assert near_pairs(xy, 500.0).shape == (0, 2)
    assert near_pairs(xy, 500.001).tolist() == [[0, 1]]
    assert far_from(xy[:1], xy[1:], 500.0).tolist() == [True]
    assert far_from(xy[:1], xy[1:], 500.001).tolist() == [False]


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_places_have_no_pair(count):
    pairs = near_pairs(np.zeros((count, 2)), 100.0)
    assert (pairs.shape, pairs.dtype) == ((0, 2), np.int64)


def test_with_nothing_placed_every_place_is_far_and_none_is_taken():
    xy, nothing = np.zeros((3, 2)), np.empty((0, 2))
    assert far_from(xy, nothing, 100.0).all()
    assert not at_the_place_of(xy, nothing).any()
    assert far_from(nothing, xy, 100.0).size == 0


def test_one_address_is_a_metre_wide():
    placed = np.array([[0.0, 0.0]])
    xy = np.array([[SAME_PLACE_M, 0.0], [SAME_PLACE_M + 0.01, 0.0]])
    assert at_the_place_of(xy, placed).tolist() == [True, False]


def test_no_spacing_keeps_a_place_on_top_of_another():
    assert far_from(np.zeros((1, 2)), np.zeros((1, 2)), 0.0).tolist() == [True]
