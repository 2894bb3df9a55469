"""The README names every rule, role and form of the linter, and its examples are taken."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from geoplan.config.checking import CheckSection
from geoplan.config.rule_files import parse_acceptances
from geoplan.domain.rules import rulebook
from geoplan.linting.formats import FORMATS
from geoplan.linting.kinds import KINDS, linter_of

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
RULES = rulebook().rules


@pytest.mark.parametrize("rule", [one for one in RULES.values() if one.kind != "run"])
def test_the_readme_has_a_row_for_every_rule(rule):
    row = next(line for line in README.splitlines() if line.startswith(f"| `{rule.id}` |"))
    assert rule.title["zh"] in row
    assert rule.title["en"] in row


def test_the_readme_names_every_role_and_form():
    for kind in KINDS:
        assert f"geoplan check {kind} " in README
        for role in linter_of(kind).companions:
            assert f"`{role}`" in README
    assert "|".join(FORMATS) in README


def test_the_example_of_an_exception_is_one():
    block = re.search(r"```toml\n(\[\[accept\]\].*?)```", README, re.DOTALL)[1]
    (accepted,) = parse_acceptances(block, where="README")
    assert accepted.rule in RULES


def test_the_example_of_the_section_is_one():
    block = re.search(r"```toml\n(\[check\].*?)```", README, re.DOTALL)[1]
    section = CheckSection(**tomllib.loads(block)["check"])
    roles = {role for kind in KINDS for role in linter_of(kind).companions}
    assert set(section.companions) <= roles


def test_every_rule_of_the_domain_has_its_number():
    wanted = {f"N{number:02}" for number in range(1, 21)}
    wanted |= {f"B{number:02}" for number in range(1, 21)}
    assert wanted <= set(RULES)
