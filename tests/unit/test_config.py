"""The project file: every fault names the key and the mend."""

from __future__ import annotations

import json

import pytest

from geoplan.config import parse_project
from geoplan.domain.profiles import PROFILES, QUANTITIES, SCENARIOS
from geoplan.errors import ConfigError
from tests.projects import PROJECT


def parsed(text):
    return parse_project(text, where="geoplan.toml")


def test_the_smallest_file_has_the_documented_defaults():
    file = parsed(PROJECT.partition("[walk]")[0])
    assert file.walk.minutes == (5, 10, 15)
    assert file.walk.profile == "elder60"
    assert file.coverage.group == "60+"
    assert file.siting_rules().weights == {"60+": 1.0}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("path = ", "pth = ", ("network.pth", "did you mean 'path'")),
        ("[walk]", "[wlak]", ("'wlak'", "did you mean 'walk'")),
        ("[walk]", "[zzz]", ("'zzz'", "remove it")),
        ('id = "town"', 'id = "Town Hall"', ("project.id",)),
        ('id = "town"', "", ("project.id", "missing")),
        ("minutes = [3, 6, 9]", "minutes = [9, 3]", ("walk.minutes", "rise")),
        ("minutes = [3, 6, 9]", "minutes = [0]", ("walk.minutes",)),
        ('"elder80"', '"elder99"', ("elder99", "known")),
        ("snap_m = 100", "snap_m = nan", ("network.snap_m",)),
        ("snap_m = 100", "snap_m = -1", ("network.snap_m",)),
        ("snap_m = 100", "snap_m = = 1", ("TOML",)),
        ('boundaries = "units.geojson"', "", ("area", "boundaries")),
        ('path = "people.csv"', "", ("demand", "path")),
        ("[siting]", '[siting]\nmodel = "magic"', ("siting.model", "mclp")),
        ("[siting]", '[coverage]\nservice = "magic"\n[siting]', ("coverage.service", "meals")),
    ],
)
def test_a_fault_names_file_key_and_mend(old, new, words):
    with pytest.raises(ConfigError) as caught:
        parsed(PROJECT.replace(old, new, 1))
    assert str(caught.value).startswith("geoplan.toml: ")
    for word in words:
        assert word in str(caught.value)


def test_an_unknown_key_deep_inside_is_compared_with_its_own_section():
    text = PROJECT.replace(
        'path = "people.csv"\ncrs = "EPSG:4490"',
        '[demand.buildings]\ntotal_people = 5\ntotal_source = "census"\ndefault_level = 2',
    )
    with pytest.raises(ConfigError, match="did you mean 'default_levels'"):
        parsed(text)


def test_custom_walkers_start_from_a_built_in_one():
    custom = '[[walk.custom]]\nid = "slow"\nspeed_m_s = 0.5\nsource = "own count"\n[siting]'
    walker = parsed(PROJECT.replace("[siting]", custom)).walkers()["slow"]
    assert walker.speed_m_s == 0.5
    assert walker.max_grade == 0.12
    assert walker.sources["speed_m_s"] == "own count"
    assert walker.sources["max_grade"] == PROFILES["elder60"].sources["max_grade"]


EVERY_FIELD = {
    "speed_m_s": 0.55,
    "uses_steps": True,
    "steps_penalty_s": 150.0,
    "uses_overpasses": True,
    "overpass_penalty_s": 160.0,
    "max_grade": 0.06,
    "uses_wheelchair_no": False,
    "max_kerb_m": 0.1,
    "rough_ground_factor": 0.75,
    "soft_ground_factor": 0.5,
    "uses_soft_ground": False,
    "uses_very_rough_ground": False,
    "signal_wait_s": 41.0,
    "zebra_wait_s": 11.0,
    "uncontrolled_wait_s": 51.0,
    "slope": True,
    "scenario": "snow",
}


def custom(text):
    return PROJECT.replace("[siting]", f"[[walk.custom]]\n{text}\n[siting]")


def test_a_custom_walker_takes_every_number_and_rule():
    assert set(EVERY_FIELD) == set(QUANTITIES)
    written = "\n".join(f"{key} = {json.dumps(value)}" for key, value in EVERY_FIELD.items())
    head = 'id = "cane"\nbase = "elder80"\nzh = "拄杖"\nsource = "own count"\n'
    walker = parsed(custom(head + written)).walkers()["cane"]
    assert {key: getattr(walker, key) for key in EVERY_FIELD} == EVERY_FIELD
    assert walker.sources == dict.fromkeys(EVERY_FIELD, "own count")
    assert (walker.id, walker.zh, walker.en) == ("cane", "拄杖", "拄杖")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("speed_m_s = 9.0", ("walk.custom 'cane'", "speed_m_s must be from 0.1 to 5, not 9")),
        ("max_grade = -0.1", ("walk.custom 'cane'", "max_grade must be from 0 to 1, not -0.1")),
        ("signal_wait_s = nan", ("walk.custom.0.signal_wait_s",)),
        ('scenario = "fog"', ("walk.custom 'cane'", "unknown scenario 'fog'", "rain")),
        ("max_gradde = 0.1", ("unknown key", "did you mean 'max_grade'")),
        ('base = "horse"', ("walk.custom 'cane'", "unknown base 'horse'", "elder80")),
        ('uses_steps = "perhaps"', ("walk.custom.0.uses_steps",)),
    ],
)
def test_a_wrong_custom_walker_is_one_sentence_that_names_it(line, words):
    with pytest.raises(ConfigError) as caught:
        parsed(custom(f'id = "cane"\nsource = "own count"\n{line}'))
    for word in words:
        assert word in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_custom_walker_needs_a_source_and_an_id_of_its_own():
    with pytest.raises(ConfigError, match=r"source is missing"):
        parsed(custom('id = "cane"'))
    with pytest.raises(ConfigError, match="'adult': there is a walker of this id"):
        parsed(custom('id = "adult"\nsource = "own count"'))


def test_slope_and_scenario_are_switches_of_the_project():
    dry = parsed(PROJECT).walkers()["elder60"]
    assert (dry.slope, dry.scenario, dry.pace_m_s) == (False, "", 1.0)
    text = PROJECT.replace("[walk]", '[walk]\nslope = true\nscenario = "heat"')
    walkers = parsed(text).walkers()
    assert all(one.slope and one.scenario == "heat" for one in walkers.values())
    assert walkers["elder60"].pace_m_s == pytest.approx(0.85)
    assert walkers["elder60"].speed_m_s == 1.0


def test_an_unknown_scenario_names_the_known_ones():
    with pytest.raises(ConfigError, match=r"walk\.scenario: .*'rain', 'heat' or 'snow'"):
        parsed(PROJECT.replace("[walk]", '[walk]\nscenario = "fog"'))
    for scenario in SCENARIOS:
        parsed(PROJECT.replace("[walk]", f'[walk]\nscenario = "{scenario}"'))


def test_custom_walkers_need_a_known_base():
    custom = '[[walk.custom]]\nid = "slow"\nbase = "horse"\nsource = "own count"\n[siting]'
    with pytest.raises(ConfigError, match="horse"):
        parsed(PROJECT.replace("[siting]", custom))


def test_settings_are_frozen():
    file = parsed(PROJECT)
    with pytest.raises(ValueError, match="frozen"):
        file.walk.profile = "adult"


def test_another_siting_model_is_checked_like_the_file():
    file = parsed(PROJECT)
    assert file.with_siting({"model": "mclp", "new": 7}).siting.new == 7
    with pytest.raises(ConfigError, match=r"siting\.new"):
        file.with_siting({"model": "mclp", "new": -1})
