"""Every case of every rule is named by a test that also names the rule."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from geoplan.domain.rules import rulebook

TESTS = Path(__file__).parents[1]
TEXTS = [
    path.read_text(encoding="utf-8")
    for path in sorted(TESTS.rglob("*.py"))
    if path != Path(__file__)
]


def untested(rule, cases, texts):
    """Return the cases of a rule that no text names beside the rule; ``""`` stands for no text."""
    about = [text for text in texts if re.search(rf"\b{re.escape(rule)}\b", text)]
    if not about:
        return [""]
    named = set(re.findall(r'"([a-z_]+)"', "\n".join(about)))
    return sorted(case for case in cases if case and case not in named)


@pytest.mark.parametrize("rule", rulebook().rules.values(), ids=lambda rule: rule.id)
def test_every_case_is_named_by_a_test_of_its_rule(rule):
    assert untested(rule.id, rule.cases, TEXTS) == []


def test_a_case_that_no_test_names_is_seen():
    assert untested(
        "N01", ("same", "never_planted"), ['"N01" "same"', '"N02" "never_planted"']
    ) == ["never_planted"]
    assert untested("N01", ("same",), ['"same"']) == [""]
