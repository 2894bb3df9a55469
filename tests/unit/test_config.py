"""The project file: every fault names the key and the mend."""

from __future__ import annotations

import pytest

from geoplan.config import parse_project
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
    assert "custom: own count" in walker.sources


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
    assert file.with_siting(model="mclp", new=7).siting.new == 7
    with pytest.raises(ConfigError, match=r"siting\.new"):
        file.with_siting(model="mclp", new=-1)
