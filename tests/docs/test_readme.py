"""The README says what the project can do, and no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from geoplan.checks.table import CHECKS
from geoplan.domain.kinds import KINDS
from geoplan.domain.profiles import PROFILES

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*PROFILES, *CHECKS, *KINDS])
def test_readme_names(name):
    assert f"`{name}`" in README


@pytest.mark.parametrize("command", ["make run", "make test"])
def test_both_commands_stand_in_the_readme(command):
    assert command in README


def test_local_links_lead_somewhere():
    import re

    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("http") or (ROOT / target).exists(), target
