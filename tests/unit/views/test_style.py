"""Meanings stay apart for every eye and in a grey print."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from geoplan.domain.kinds import KINDS, SERVICES
from geoplan.views.style import (
    SHAPES,
    SHARE_BREAKS,
    STYLES,
    TIME_RAMP,
    share_class,
    time_ranks,
    time_step,
)

# Viénot, Brettel, Mollon 1999: dichromats' view as matrices on linear RGB.
VIEWS = {
    "normal": np.eye(3),
    "protan": np.array([[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]]),
    "deutan": np.array([[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]]),
}


def linear(colour):
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lightness(colour, view="normal"):
    luminance = np.clip(VIEWS[view] @ linear(colour), 0, 1) @ [0.2126, 0.7152, 0.0722]
    return 116 * np.cbrt(luminance) - 16 if luminance > 0.008856 else 903.3 * luminance


def time_colours():
    return [TIME_RAMP[time_step(rank, 3)] for rank in range(3)] + [STYLES["time.beyond"].stroke]


@pytest.mark.parametrize("view", VIEWS)
def test_longer_walks_are_lighter_by_a_clear_step(view):
    steps = np.diff([lightness(colour, view) for colour in time_colours()])
    assert (steps > 8).all()


@pytest.mark.parametrize("view", VIEWS)
def test_better_coverage_is_darker_by_a_clear_step(view):
    colours = [STYLES[f"share.{step}"].fill for step in range(len(SHARE_BREAKS) - 1)]
    assert (np.diff([lightness(colour, view) for colour in colours]) < -8).all()


def test_every_kind_has_a_shape_of_its_own():
    shapes = [STYLES[f"kind.{kind}"].shape for kind in KINDS]
    assert len(set(shapes)) == len(shapes)
    assert set(shapes) <= set(SHAPES)


def test_every_service_has_a_line_of_its_own():
    lines = [
        (STYLES[f"service.{name}"].stroke, STYLES[f"service.{name}"].dash) for name in SERVICES
    ]
    assert len(set(lines)) == len(lines)


def test_every_kind_and_site_stands_out_from_the_paper():
    marks = [style for style in STYLES.values() if style.shape]
    assert all(lightness(style.fill) < 60 for style in marks)


@pytest.mark.parametrize("count", range(1, 7))
def test_any_number_of_limits_gets_rising_steps(count):
    steps = [time_step(rank, count) for rank in range(count)]
    assert all(0 <= step < len(TIME_RAMP) for step in steps)
    assert all(first < second for first, second in itertools.pairwise(steps))


def test_more_limits_than_colours_still_have_a_style():
    assert all(f"time.{time_step(rank, 12)}" in STYLES for rank in range(12))


@pytest.mark.parametrize(
    ("share", "style"),
    [
        (0.0, "share.0"),
        (0.3999, "share.0"),
        (0.4, "share.1"),
        (0.8, "share.3"),
        (0.95, "share.4"),
        (1.0, "share.4"),
        (float("nan"), "share.none"),
    ],
)
def test_a_share_belongs_to_the_class_that_begins_at_or_below_it(share, style):
    assert share_class(share) == style


def test_a_time_that_equals_the_limit_keeps_it():
    seconds = np.array([0.0, 300.0, 300.5, 900.0, 900.1, np.inf])
    assert time_ranks(seconds, [300.0, 600.0, 900.0]).tolist() == [0, 0, 1, 2, 3, 3]
