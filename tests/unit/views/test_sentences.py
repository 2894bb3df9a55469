"""Sentences carry the numbers of what they speak of."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely

from geoplan.domain.rules import rulebook
from geoplan.model.findings import Finding
from geoplan.model.network import Crossing
from geoplan.model.way import Way, WayPart, WayStreet
from geoplan.views.finding_words import finding_sentence
from geoplan.views.sentences import (
    facility_names,
    site_sentence,
    summary_lines,
    way_lines,
)
from geoplan.views.wording import wording
from tests.unit.views.made_outcome import made_outcome

EVIDENCE = {
    "network-components": {"components": 7, "main_share": 0.9523, "people_off": 120},
    "facility-not-snapped": {"facility": "红梅站", "distance_m": 1312, "limit_m": 250},
    "demand-not-snapped": {"points": 3, "people": 412, "limit_m": 250},
    "facility-outside-area": {"facility": "红梅站"},
    "demand-outside-units": {"points": 3, "people": 412},
    "edge-effect": {"reach_m": 900, "extent_m": 4000, "people": 77},
    "made-data": {"what": "demand"},
    "demand-rounded": {"rows": 12},
    "facility-no-people": {"facility": "红梅站"},
    "network-smaller-than-halo": {"missing_share": 0.25, "halo_m": 900},
    "closed-gates": {"count": 9},
    "boundaries-made": {"units": 133},
    "unnamed-facility": {"count": 4},
    "border-points": {"what": "demand", "points": 1200},
    "figure-without-unit": {"indicator": "home_care_beds", "level": "district", "edition": "2021"},
}
RULES = tuple(rulebook().of("run"))
TRANSLATED = {"what", "indicator", "level", "subject"}
"""Places that are filled with a word of the language."""


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("rule", RULES)
def test_a_finding_shows_its_evidence(rule, lang):
    evidence = EVIDENCE[rule]
    sentence = finding_sentence(Finding(rule, "note", "subject", evidence), lang)
    shown = wording(lang).places(f"finding.{rule}") - TRANSLATED
    assert shown <= set(evidence)
    for name in shown:
        value = evidence[name]
        text = f"{value:.1%}" if isinstance(value, float) else value
        assert f"{text:,}" in sentence if isinstance(text, int) else text in sentence
    assert "{" not in sentence


def test_a_figure_without_a_unit_is_named_in_the_language():
    evidence = EVIDENCE["figure-without-unit"]
    finding = Finding("figure-without-unit", "warning", "999999", evidence)
    assert "家庭养老床位数" in finding_sentence(finding, "zh")
    assert "999999" in finding_sentence(finding, "zh")
    assert "Home care beds" in finding_sentence(finding, "en").replace("Home-care", "Home care")


def test_made_data_names_the_input_in_the_language():
    finding = Finding("made-data", "note", "people.csv", {"what": "demand"})
    assert finding_sentence(finding, "zh").startswith("居住人口为示意数据")
    assert finding_sentence(finding, "en").startswith("Residents: ")


def test_a_facility_without_a_name_is_called_by_its_id():
    finding = Finding("facility-no-people", "note", "F17", {"facility": ""})
    assert "F17" in finding_sentence(finding, "zh")


def test_braces_in_a_name_stay_as_they_are():
    finding = Finding("facility-no-people", "note", "F1", {"facility": "{limit_m.__class__}"})
    assert "{limit_m.__class__}" in finding_sentence(finding, "en")


def test_an_unknown_rule_raises():
    with pytest.raises(KeyError):
        finding_sentence(Finding("no-such-rule", "note", ""), "zh")


def test_a_nameless_facility_is_printed_by_its_id():
    facilities = made_outcome(name="红梅").inputs.facilities
    assert facility_names(facilities) == {"F1": "红梅", "F2": "F2"}


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", "新增覆盖独居老人 41 人"),
        ("en", "newly covers 41 people (Older people living alone)"),
    ],
)
def test_a_site_speaks_of_a_need_group_by_its_name(lang, words):
    outcome = made_outcome(name="红梅")
    settings = replace(outcome.settings, group="alone")
    row = outcome.tables.recommendations.iloc[0].to_dict() | {"gain_alone": 41}
    assert words in site_sentence(row, lang, settings=settings)


def test_a_site_says_what_it_adds():
    outcome = made_outcome(name="")
    row = outcome.tables.recommendations.iloc[0].to_dict() | {"community": "新堂社区"}
    sentence = site_sentence(row, "zh", settings=outcome.settings)
    assert "新堂社区沿街点位" in sentence
    assert "300 人" in sentence
    assert "100.0%" in sentence


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_headline_numbers_are_all_said(lang):
    findings = [Finding("closed-gates", "note", "", {"count": 1})]
    lines = summary_lines(made_outcome().summary, findings, lang)
    assert lines[0] == wording(lang).text("summary.synthetic")
    text = "\n".join(lines)
    for number in ("1,200", "900", "75.0%", "5,000", "4,000", "1.00", "100.0%"):
        assert number in text


def test_real_data_are_not_called_made():
    lines = summary_lines(made_outcome(synthetic=False).summary, [], "zh")
    assert wording("zh").text("summary.synthetic") not in lines


def made_way():
    spot = shapely.LineString([(0, 0), (1, 0)])
    parts = [
        WayPart(-1, 0.0, 1.0, length, length, 0.0, Crossing.NONE, False, "", spot)
        for length in (12.0, 1500.0, 0.0)
    ]
    streets = (
        WayStreet("延陵东路", 1320.4, 1355.4, 35.0, 0.0, 0),
        WayStreet("", 0.2, 0.2, 0.0, 0.0, 0),
        WayStreet("", 60.0, 250.0, 0.0, 10.0, 2),
    )
    return Way(parts=tuple(parts)), streets


def test_a_way_is_told_street_by_street_in_chinese():
    way, streets = made_way()
    assert way_lines(way, streets, "zh", facility="红梅站") == (
        "步行到“红梅站”：全程 1,512 米，25.2 分钟",
        "从住处走到街边 12 米",
        "沿延陵东路走 1,320 米，等红灯 35 秒",
        "沿无名道路走 60 米，过街等候 10 秒，走台阶 2 段",
        "从街边走到“红梅站” 0 米",
    )


def test_a_way_is_told_in_english():
    way, streets = made_way()
    lines = way_lines(way, streets, "en", facility="Hongmei")
    assert lines[0] == "The walk to “Hongmei”: 1,512 m, 25.2 minutes"
    assert lines[2] == "Along 延陵东路, 1,320 m, wait 35 s at traffic lights"
