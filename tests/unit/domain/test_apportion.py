"""Whole people that sum to the total, whatever the weights and caps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoplan.domain.apportion import largest_remainder


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=30), st.integers(0, 5000))
def test_parts_sum_to_the_total_and_stay_within_one_of_their_share(weights, total):
    weight = np.array(weights, dtype=float)
    if weight.sum() == 0:
        weight[0] = 1.0
    parts = largest_remainder(weight, total)
    assert parts.sum() == total
    assert (np.abs(parts - weight / weight.sum() * total) < 1).all()


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30), st.floats(0, 1))
def test_caps_hold_and_the_total_is_kept(caps, share):
    cap = np.array(caps)
    total = int(cap.sum() * share)
    if total == 0:
        return
    parts = largest_remainder(cap.astype(float), total, at_most=cap)
    assert parts.sum() == total
    assert (parts <= cap).all()


def test_remainders_go_to_the_largest_then_to_the_first():
    assert largest_remainder(np.array([1.0, 1.0, 1.0]), 4).tolist() == [2, 1, 1]
    assert largest_remainder(np.array([5.0, 3.0, 2.0]), 5).tolist() == [3, 1, 1]


def test_impossible_totals_are_refused():
    with pytest.raises(ValueError, match="caps sum to 3"):
        largest_remainder(np.array([1.0, 2.0]), 4, at_most=np.array([1, 2]))
    with pytest.raises(ValueError, match="positive"):
        largest_remainder(np.array([0.0]), 1)
