"""Walkers: the planning numbers of the domain notes, each with its source."""

from __future__ import annotations

import numpy as np
import pytest

from geoplan.domain.profiles import DEFAULT_PROFILE, PROFILES, Profile
from geoplan.model.network import Crossing, Wheelchair
from geoplan.stages.network import walk_costs
from tests.towns import network_of


@pytest.mark.parametrize(
    ("name", "metres"),
    [
        ("adult", 1197),
        ("elder60", 900),
        ("elder70", 810),
        ("elder80", 720),
        ("frail", 540),
        ("wheelchair", 630),
    ],
)
def test_the_path_of_fifteen_minutes(name, metres):
    assert PROFILES[name].speed_m_s * 900 == pytest.approx(metres)


def test_every_walker_has_both_labels_and_names_its_sources():
    assert DEFAULT_PROFILE in PROFILES
    for profile in PROFILES.values():
        assert profile.zh
        assert profile.en
        assert any(source.startswith("speed") for source in profile.sources), profile.id


def one_street(**attributes):
    arrays = {name: np.array([value]) for name, value in attributes.items()}
    return network_of([(0, 0), (100, 0)], [(0, 1)], **arrays)


@pytest.mark.parametrize(
    ("profile", "attributes", "seconds"),
    [
        ("elder60", {}, 100.0),
        ("elder60", {"steps": True}, 190.0),
        ("elder60", {"steps": True, "ramp": True}, 100.0),
        ("elder80", {"steps": True}, np.inf),
        ("elder80", {"steps": True, "ramp": True}, 125.0),
        ("elder60", {"crossing": np.uint8(Crossing.SIGNAL), "crossing_share": 1.0}, 135.0),
        ("elder60", {"crossing": np.uint8(Crossing.SIGNAL), "crossing_share": 0.5}, 117.5),
        ("elder60", {"crossing": np.uint8(Crossing.UNCONTROLLED), "crossing_share": 1.0}, 140.0),
        ("elder60", {"incline": 0.12}, 100.0),
        ("elder60", {"incline": -0.121}, np.inf),
        ("adult", {"incline": 0.5}, 100 / 1.33),
        ("wheelchair", {"wheelchair": np.uint8(Wheelchair.NO)}, np.inf),
        ("elder60", {"wheelchair": np.uint8(Wheelchair.NO)}, 100.0),
    ],
)
def test_the_cost_of_a_hundred_metres(profile, attributes, seconds):
    costs = walk_costs(one_street(**attributes), PROFILES[profile])
    assert costs.forward_s[0] == pytest.approx(seconds)
    assert costs.backward_s[0] == pytest.approx(seconds)


@pytest.mark.parametrize("wrong", [{"speed_m_s": 0.0}, {"speed_m_s": 9.0}])
def test_impossible_walkers_are_refused(wrong):
    with pytest.raises(ValueError, match="speed"):
        Profile(**wrong)
