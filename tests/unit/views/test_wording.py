"""Both languages say the same things with the same numbers."""

from __future__ import annotations

import re

import pytest

from geoplan.checks.table import CHECKS
from geoplan.domain.gap_classes import GAP_CLASSES, REASONS
from geoplan.domain.groups import GROUPS, OLDER
from geoplan.domain.kinds import KINDS, SERVICES
from geoplan.domain.profiles import DEFAULT_PROFILE, PROFILES, QUANTITIES
from geoplan.domain.rules import rulebook
from geoplan.views.wording import LANGUAGES, wording


def test_the_languages_have_the_same_keys_and_places():
    zh, en = wording("zh"), wording("en")
    assert set(zh.sentences) == set(en.sentences)
    differing = [key for key in zh.sentences if zh.places(key) != en.places(key)]
    assert differing == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_missing_key_or_number_raises(lang):
    with pytest.raises(KeyError):
        wording(lang).text("map.nothing")
    with pytest.raises(KeyError):
        wording(lang).text("map.title")


def test_an_unknown_language_raises():
    with pytest.raises(ValueError, match="no wording for language 'fr'"):
        wording("fr")


def test_no_english_word_is_left_in_chinese_and_no_half_width_stop_between_characters():
    allowed = {"made", "data", "JavaScript", "Leaflet", "BSD"}
    for key, sentence in wording("zh").sentences.items():
        bare = re.sub(r"\{[^}]*\}", "", sentence)
        assert set(re.findall(r"[A-Za-z]{2,}", bare)) <= allowed or key == "map.language", key
        assert not re.search(r"[\u4e00-\u9fff][,:;()]|[,:;()][\u4e00-\u9fff]", bare), key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_service_kind_and_group_has_a_name(lang):
    words = wording(lang)
    assert all(words.service(service) != service for service in SERVICES)
    assert all(words.kind(kind) != kind for kind in KINDS)
    assert "60" in words.group("60+")
    assert words.group("all") != "all"
    assert words.group("veterans") == "veterans"
    assert words.definition("veterans") == words.definition("60+") == ""
    assert words.profile("our_walker") == "our_walker"


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("all", "全部居民", "All residents"),
        ("60+", "60岁及以上老人", "Residents aged 60 and over"),
        ("alone", "独居老人", "Older people living alone"),
        ("disabled", "失能老人", "Older people in need of care"),
        ("low_income", "低保对象", "Residents on subsistence allowance"),
        ("handicapped", "残疾人", "Residents with disabilities"),
    ],
)
def test_groups_are_called_as_the_bureau_calls_them(code, zh, en):
    assert (wording("zh").group(code), wording("en").group(code)) == (zh, en)


def test_definitions_are_in_the_language_and_name_the_age_that_they_ask_for():
    for group in GROUPS.values():
        zh, en = (wording(lang).definition(group.id) for lang in ("zh", "en"))
        assert (zh, en) == (group.definition_zh, group.definition_en)
        assert ("60" in zh) == ("60" in en) == (group.within == OLDER)
        assert re.search(r"[\u4e00-\u9fff]", zh)
        assert en.isascii()


def test_every_number_of_a_walker_has_a_name_and_a_unit():
    walker = PROFILES[DEFAULT_PROFILE].under(slope=True, scenario="rain")
    told = list(walker.quantities())
    assert {name for name, *_ in told} > set(QUANTITIES)
    for lang in LANGUAGES:
        assert all(wording(lang).has(f"walker.{name}") for name, *_ in told)
        assert all(wording(lang).has(f"unit.{unit}") for *_, unit, _ in told)


def test_every_case_of_every_rule_has_a_sentence_and_a_title_in_both_languages():
    for rule in rulebook().rules.values():
        for lang in LANGUAGES:
            assert rule.title[lang], rule.id
            for case in rule.cases.values():
                key = f"{rule.id}.{case.id}" if case.id else rule.id
                assert wording(lang).sentences[f"finding.{key}"], key


@pytest.mark.parametrize("rule", rulebook().rules.values(), ids=lambda rule: rule.id)
def test_messages_and_mends_are_whole_sentences_in_both_languages(rule):
    for case in rule.cases.values():
        for sentence in (case.message, case.mend):
            assert bool(sentence["zh"]) == bool(sentence["en"]), case.id
            if sentence["zh"]:
                assert sentence["zh"].endswith(("。", "：{address}")), sentence["zh"]
                assert sentence["en"].endswith((".", "?", ": {address}")), sentence["en"]
            assert sentence["zh"].count("“") == sentence["zh"].count("”")
            assert not re.search(r"[\u4e00-\u9fff][,:;()?]|[,:;()?][\u4e00-\u9fff]", sentence["zh"])
            assert "m2" not in re.sub(r"\{[^}]*\}", "", sentence["en"])


def test_every_class_of_gaps_has_a_name_a_sentence_an_action_and_every_reason_its_words():
    for lang in LANGUAGES:
        words = wording(lang)
        written = {key.split(".")[1] for key in words.sentences if key.startswith("why.")}
        assert written == set(REASONS)
        assert {key.split(".")[1] for key in words.sentences if key.startswith("gap_class.")} == (
            set(GAP_CLASSES)
        )
        actions = {key.split(".")[1] for key in words.sentences if key.startswith("action.")}
        assert actions == {one.action for one in GAP_CLASSES.values()}
        names = {words.gap_class(letter) for letter in GAP_CLASSES}
        assert len(names) == len(GAP_CLASSES)
        assert "A 空间盲区" in names or "A Spatial gap" in names


def test_every_check_has_a_rule_and_every_rule_of_a_run_a_check():
    assert set(CHECKS) == set(rulebook().of("run"))
