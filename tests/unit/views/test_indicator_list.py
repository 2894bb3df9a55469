"""The list of indicators as it is printed."""

from __future__ import annotations

import pytest

from geoplan.domain.indicators import INDICATORS
from geoplan.views.indicator_list import HEADINGS, indicator_markdown, indicator_row


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_indicator_is_one_line_of_the_table(lang):
    lines = indicator_markdown(lang).splitlines()
    assert len(lines) == len(INDICATORS) + 2
    assert all(line.count("|") == len(HEADINGS[lang]) + 1 for line in lines)
    for line, name in zip(lines[2:], INDICATORS, strict=True):
        assert line.startswith(f"| `{name}` | {indicator_row(INDICATORS[name], lang)[1]} |")


def test_a_row_in_english():
    assert indicator_row(INDICATORS["gini"], "en") == (
        "gini",
        "Gini",
        "concentration of the access score among people, 0 when all have the same",
        "index",
        "lower",
        "computed",
        "Gini 1912, concentration ratio",
    )
