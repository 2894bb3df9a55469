"""Tobler's function relative to level, capped downhill: numbers of the domain notes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from geoplan.domain.slope import slope_factor


@pytest.mark.parametrize(
    ("grade", "factor"),
    [
        (0.0, 1.0),
        (0.02, 0.93),
        (0.05, 0.84),
        (0.08, 0.76),
        (-0.02, 1.0),
        (-0.05, 1.0),
        (-0.08, 0.76),
        (math.nan, 1.0),
    ],
)
def test_the_factor_of_a_grade(grade, factor):
    assert slope_factor(np.array([grade]))[0] == pytest.approx(factor, abs=0.005)


def test_uphill_it_is_toblers_speed_over_his_level_speed():
    grade = np.linspace(0.0, 1.0, 50)
    speed = 6 * np.exp(-3.5 * np.abs(grade + 0.05))
    np.testing.assert_allclose(slope_factor(grade), speed / (6 * math.exp(-3.5 * 0.05)))


def test_nobody_is_faster_than_on_level_ground():
    factor = slope_factor(np.linspace(-1.0, 1.0, 2001))
    assert factor.max() == 1.0
    assert factor.min() > 0.0
