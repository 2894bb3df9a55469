"""The table of indicators: every row complete in both languages, every word of a closed list."""

from __future__ import annotations

import pytest

from geoplan.domain.indicators import (
    DIRECTIONS,
    INDICATOR_KINDS,
    INDICATOR_SOURCES,
    INDICATORS,
    UNITS,
)


@pytest.mark.parametrize("name", INDICATORS)
def test_a_row_is_complete_in_both_languages(name):
    row = INDICATORS[name]
    assert row.id == name
    assert row.unit in UNITS
    assert row.direction in DIRECTIONS
    assert row.kind in INDICATOR_KINDS
    assert set(row.source.split(", ")) <= set(INDICATOR_SOURCES)
    assert all((row.zh, row.en, row.definition_zh, row.definition_en))
    assert not row.zh.isascii()
    assert not row.definition_zh.isascii()
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in row.en + row.definition_en)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_names_are_different_in_each_language(lang):
    names = [getattr(row, lang) for row in INDICATORS.values()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", INDICATORS)
def test_what_is_counted_is_an_amount(name):
    row = INDICATORS[name]
    if UNITS[row.unit].per == 0:
        assert row.counts == row.unit
    elif row.counts:
        assert UNITS[row.counts].per == 0


def test_every_word_of_the_lists_has_both_languages():
    for words in (*INDICATOR_SOURCES.values(), *DIRECTIONS.values(), *INDICATOR_KINDS.values()):
        assert set(words) == {"zh", "en"}
        assert all(words.values())
    assert all(unit.zh and unit.en for unit in UNITS.values())


def test_every_source_is_cited_by_some_row():
    cited = {mark for row in INDICATORS.values() for mark in row.source.split(", ")}
    assert cited == set(INDICATOR_SOURCES)


def test_sources_are_said_in_the_readers_language():
    row = INDICATORS["nursing_bed_share"]
    assert "；" in row.cited("zh")
    assert "State Council" in row.cited("en")
