"""Walkers: the planning numbers of the domain notes, each with its source."""

from __future__ import annotations

import numpy as np
import pytest

from geoplan.domain.profiles import (
    DEFAULT_PROFILE,
    MEASURING_WALKER,
    PROFILES,
    QUANTITIES,
    SCENARIOS,
    SOURCES,
    Profile,
    citation,
)
from geoplan.model.network import Crossing, Surface, Wheelchair
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


NEUTRAL = Profile(speed_m_s=1.0)


@pytest.mark.parametrize("name", PROFILES)
def test_every_number_and_rule_that_is_not_neutral_has_a_source_that_is_known(name):
    walker = PROFILES[name]
    set_ones = {one for one in QUANTITIES if getattr(walker, one) != getattr(NEUTRAL, one)}
    assert set_ones | {"speed_m_s"} == set(walker.sources)
    for source in walker.sources.values():
        assert {mark.strip() for mark in source.split(",")} <= set(SOURCES), source


def test_every_scenario_names_a_known_source():
    assert {one.id: one.speed_factor for one in SCENARIOS.values()} == {
        "rain": 0.9,
        "heat": 0.85,
        "snow": 0.7,
    }
    assert all(one.source in SOURCES for one in SCENARIOS.values())


def test_every_source_is_used_and_written_in_both_languages():
    used = {
        mark.strip()
        for one in [*PROFILES.values(), MEASURING_WALKER]
        for text in one.sources.values()
        for mark in text.split(",")
    }
    used |= {one.source for one in SCENARIOS.values()}
    used |= {source for *_, source in NEUTRAL.under(slope=True, scenario="").quantities()}
    assert set(SOURCES) <= used
    assert all(source["zh"] and source["en"] for source in SOURCES.values())


def test_a_citation_spells_marks_out_and_leaves_words_alone():
    spelt = citation("GB50647, GB50180", "en")
    assert "GB 50647-2011" in spelt
    assert "GB 50180-2018" in spelt
    assert citation("own count, 2026", "zh") == "own count, 2026"
    assert citation("", "zh") == ""


def test_the_quantities_are_all_numbers_and_rules_with_unit_and_source():
    told = {name: rest for name, *rest in PROFILES["wheelchair"].quantities()}
    assert tuple(told) == QUANTITIES
    assert told["max_kerb_m"] == [0.02, "m", "KERB2"]
    assert told["uses_steps"] == [False, "rule", "DESIGN"]
    assert told["soft_ground_factor"] == [1.0, "factor", ""]


def test_a_switch_that_is_on_yields_the_numbers_that_it_brings():
    walker = PROFILES["adult"].under(slope=True, scenario="rain")
    told = {name: rest for name, *rest in walker.quantities()}
    assert told["slope"] == [True, "rule", "TOBLER"]
    assert told["slope_decay"] == [3.5, "ratio", "TOBLER"]
    assert told["slope_best_grade"] == [-0.05, "ratio", "TOBLER"]
    assert told["scenario"] == ["rain", "scenario", "RECALLED"]
    assert told["scenario_factor"] == [0.9, "factor", "RECALLED"]
    assert PROFILES["adult"].under(slope=False, scenario="") == PROFILES["adult"]


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
        ("wheelchair", {"kerb_m": 0.021}, np.inf),
        ("wheelchair", {"kerb_m": 0.02}, 100 / 0.7),
        ("wheelchair", {"kerb_m": np.nan}, 100 / 0.7),
        ("elder80", {"kerb_m": 0.15}, 125.0),
        ("wheelchair", {"surface": np.uint8(Surface.SOFT)}, np.inf),
        ("wheelchair", {"surface": np.uint8(Surface.VERY_ROUGH)}, np.inf),
        ("wheelchair", {"surface": np.uint8(Surface.ROUGH)}, 100 / 0.49),
        ("elder60", {"surface": np.uint8(Surface.ROUGH)}, 100 / 0.9),
        ("elder60", {"surface": np.uint8(Surface.VERY_ROUGH)}, 100 / 0.9),
        ("elder60", {"surface": np.uint8(Surface.SOFT)}, 125.0),
        ("elder60", {"surface": np.uint8(Surface.SMOOTH)}, 100.0),
        ("elder60", {"overpass": np.uint8(2)}, 190.0),
        ("elder60", {"overpass": np.uint8(1)}, 145.0),
        ("elder80", {"overpass": np.uint8(1)}, np.inf),
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


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"steps_penalty_s": -1.0}, "steps_penalty_s must be from 0 to 3600, not -1"),
        ({"signal_wait_s": np.nan}, "signal_wait_s must be from 0 to 3600, not nan"),
        ({"max_kerb_m": 2.0}, "max_kerb_m must be from 0 to 1, not 2"),
        ({"rough_ground_factor": 1.1}, "rough_ground_factor must be from 0.1 to 1, not 1.1"),
        ({"scenario": "fog"}, "unknown scenario 'fog'; known: rain, heat, snow"),
    ],
)
def test_an_impossible_number_is_one_sentence(wrong, message):
    with pytest.raises(ValueError, match=message):
        Profile(speed_m_s=1.0, **wrong)


def test_slope_slows_the_climb_and_leaves_the_gentle_descent():
    """100 m at +5 % for 1 m/s: 100 / 0.839457 = 119.12 s up, 100 s down; +8 %: 132.31 s both."""
    walker = Profile(speed_m_s=1.0, slope=True)
    costs = walk_costs(one_street(incline=0.05), walker)
    assert costs.forward_s[0] == pytest.approx(119.125, abs=0.001)
    assert costs.backward_s[0] == pytest.approx(100.0)
    steep = walk_costs(one_street(incline=0.08), walker)
    assert steep.forward_s[0] == steep.backward_s[0] == pytest.approx(132.313, abs=0.001)


def test_stairs_have_their_penalty_and_no_slope():
    walker = Profile(speed_m_s=1.0, slope=True, steps_penalty_s=30.0)
    costs = walk_costs(one_street(incline=0.5, steps=True), walker)
    assert costs.forward_s[0] == costs.backward_s[0] == pytest.approx(130.0)


def test_a_scenario_slows_the_walk_and_not_the_wait():
    """100 m at 1.00 m/s in rain (0.9) with a signal: 100 / 0.9 + 35 = 146.11 s."""
    street = one_street(crossing=np.uint8(Crossing.SIGNAL), crossing_share=1.0)
    costs = walk_costs(street, PROFILES["elder60"].under(slope=False, scenario="rain"))
    assert costs.forward_s[0] == pytest.approx(100 / 0.9 + 35)
    assert costs.leg_speed_m_s == pytest.approx(0.9)
