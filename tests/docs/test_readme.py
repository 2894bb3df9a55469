"""The README says what the project can do, and no more."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from geoplan.checks.table import CHECKS
from geoplan.config.siting import SitingSection
from geoplan.domain.kinds import KINDS
from geoplan.domain.profiles import PROFILES
from geoplan.domain.siting import SITING_MODELS
from geoplan.solvers.table import MODELS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*PROFILES, *CHECKS, *KINDS])
def test_readme_names(name):
    assert f"`{name}`" in README


@pytest.mark.parametrize("command", ["make run", "make test"])
def test_both_commands_stand_in_the_readme(command):
    assert command in README


def test_local_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("http") or (ROOT / target).exists(), target


def test_the_siting_section_of_the_readme_is_one_that_geoplan_takes():
    block = re.search(r"```toml\n(\[siting\]\n.*?)```", README, re.DOTALL)[1]
    section = SitingSection(**tomllib.loads(block)["siting"])
    assert (section.sites, section.budget, section.floors) == (8, 600, {"郑陆镇": 0.2})
    staged = block.replace("new = 8", "").replace("# [[", "[[")
    staged = re.sub(r"^# (year|new|budget)", r"\1", staged, flags=re.MULTILINE)
    assert SitingSection(**tomllib.loads(staged)["siting"]).stages[0].year == 2026


def test_the_levels_and_services_of_the_readme_are_taken():
    block = re.search(r"```toml\n(\[\[siting\.levels.*?)```", README, re.DOTALL)[1]
    section = SitingSection(**tomllib.loads(block)["siting"])
    assert [level.name for level in section.asked_levels()] == ["社区站", "镇街中心"]
    assert section.asked_services(15)[0].cost == 20


def test_the_readme_the_table_and_the_settings_name_the_same_models():
    assert set(MODELS) == set(SITING_MODELS)
    for model in MODELS:
        assert f"| `{model}` |" in README
