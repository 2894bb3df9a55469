"""Surfaces, kerbs and step-free tags: each row is one sentence of the OSM wiki."""

from __future__ import annotations

import math

import pytest

from geoplan.domain.profiles import PROFILES
from geoplan.io import ground_rules
from geoplan.model.network import Surface


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, Surface.UNKNOWN),
        ({"surface": "asphalt"}, Surface.SMOOTH),
        ({"surface": "paving_stones"}, Surface.SMOOTH),
        ({"surface": "sett"}, Surface.ROUGH),
        ({"surface": "gravel"}, Surface.ROUGH),
        ({"surface": "grass"}, Surface.SOFT),
        ({"surface": "mud"}, Surface.SOFT),
        ({"surface": "hexagons"}, Surface.UNKNOWN),
        ({"surface": "asphalt", "smoothness": "very_bad"}, Surface.VERY_ROUGH),
        ({"smoothness": "impassable"}, Surface.VERY_ROUGH),
        ({"surface": "sett", "smoothness": "intermediate"}, Surface.SMOOTH),
        ({"smoothness": "bad"}, Surface.ROUGH),
        ({"smoothness": "fair", "surface": "sand"}, Surface.SOFT),
        ({"highway": "residential", "surface": "sett"}, Surface.UNKNOWN),
        ({"highway": "residential", "smoothness": "very_bad"}, Surface.UNKNOWN),
        ({"highway": "residential", "surface": "sett", "sidewalk": "no"}, Surface.ROUGH),
        ({"highway": "residential", "surface": "dirt"}, Surface.SOFT),
        ({"highway": "primary", "sidewalk:both:surface": "asphalt"}, Surface.SMOOTH),
        ({"highway": "living_street", "surface": "sett"}, Surface.ROUGH),
        ({"highway": "footway", "surface": "sett"}, Surface.ROUGH),
    ],
)
def test_surface(tags, expected):
    assert ground_rules.surface(tags) is expected


@pytest.mark.parametrize(
    ("tags", "metres"),
    [
        ({"kerb": "flush"}, 0.0),
        ({"kerb": "no"}, 0.0),
        ({"barrier": "kerb", "kerb": "raised"}, 0.15),
        ({"kerb": "raised", "kerb:height": "0.06"}, 0.06),
        ({"kerb": "raised", "kerb:height": "6 cm"}, 0.06),
        ({"kerb:height": "30mm"}, 0.03),
        ({"barrier": "kerb", "height": "0.12 m"}, 0.12),
        ({"height": "12"}, None),
        ({"kerb": "yes"}, None),
        ({"barrier": "kerb"}, None),
        ({"kerb:left": "lowered", "kerb:right": "raised"}, 0.15),
        ({"kerb": "raised", "kerb:height": "high"}, 0.15),
        ({}, None),
    ],
)
def test_kerb(tags, metres):
    height = ground_rules.kerb_m(tags)
    assert math.isnan(height) if metres is None else height == pytest.approx(metres)


def test_a_wheelchair_climbs_a_lowered_kerb_and_no_higher_word():
    limit = PROFILES["wheelchair"].max_kerb_m
    passed = {word for word, metres in ground_rules.KERB_M.items() if metres <= limit}
    assert passed == {"no", "flush", "lowered"}


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, False),
        ({"ramp": "yes"}, True),
        ({"ramp": "no"}, False),
        ({"wheelchair": "limited"}, True),
        ({"wheelchair": "no"}, False),
        ({"lift": "yes"}, True),
        ({"bicycle": "yes"}, True),
        ({"bicycle": "dismount"}, False),
        ({"footway": "sidewalk"}, True),
    ],
)
def test_step_free(tags, expected):
    assert ground_rules.step_free(tags) is expected
