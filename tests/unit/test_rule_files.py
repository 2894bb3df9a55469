"""Rules files and exceptions: every change is known, every exception has a reason and a date."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest

from geoplan.config.rule_files import parse_acceptances, parse_rules
from geoplan.domain.rules import KINDS, LEVELS, changed_rulebook, rulebook
from geoplan.errors import ConfigError
from geoplan.model.findings import Finding
from geoplan.model.rules import Case, Rule, Rulebook
from geoplan.views.rule_words import rules_file_text

WORDS = {"zh": "词", "en": "word"}
RULE = Rule(
    id="X01",
    kind="names",
    title=WORDS,
    on=True,
    laws=(),
    cases={name: Case(name, level, WORDS, WORDS) for name, level in (("a", "error"), ("b", "off"))},
    numbers={"width_m": 5.0},
    words={"grand": ("中央", "环球")},
)
BOOK = Rulebook(rules={"X01": RULE}, laws={})


def changed(change):
    return changed_rulebook(BOOK, {"X01": change}, where="rules.toml").rules["X01"]


def test_a_rule_is_switched_and_levelled():
    assert not changed(False).on
    assert changed({"on": False}).on is False
    assert [case.level for case in changed("note").cases.values()] == ["note", "note"]
    assert changed({"levels": {"b": "warning"}}).cases["b"].level == "warning"
    assert changed({"levels": {"b": "warning"}}).cases["a"].level == "error"


def test_numbers_and_words_change():
    assert changed({"width_m": 3}).numbers == {"width_m": 3.0}
    assert changed({"grand": ["世界"]}).words["grand"] == ("世界",)
    assert changed({"add_grand": ["世界", "中央"]}).words["grand"] == ("中央", "环球", "世界")
    assert changed({"drop_grand": ["中央"]}).words["grand"] == ("环球",)
    assert RULE.words["grand"] == ("中央", "环球")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"widht_m": 3}, "did you mean 'width_m'"),
        ({"width_m": "wide"}, "must be a number"),
        ({"width_m": True}, "must be a number"),
        ({"grand": "中央"}, "must be a list of words"),
        ({"grand": [1]}, "must be a list of words"),
        ({"level": "fatal"}, "unknown level 'fatal'"),
        ({"levels": {"c": "note"}}, "unknown case 'c'"),
        ({"on": "yes"}, "unknown key or impossible value"),
        (3, "write true, false, a level or a table"),
    ],
)
def test_an_impossible_change_is_refused_by_name(change, said):
    with pytest.raises(ConfigError, match=said) as caught:
        changed(change)
    assert "rules.toml: X01" in str(caught.value)


def test_an_unknown_rule_is_refused():
    with pytest.raises(ConfigError, match="unknown rule 'X02'; did you mean 'X01'"):
        changed_rulebook(BOOK, {"X02": False}, where="rules.toml")


def test_a_rules_file_that_is_no_toml_is_refused():
    with pytest.raises(ConfigError, match="not a TOML file"):
        parse_rules("[N01", where="rules.toml")


def test_a_case_that_is_off_is_not_kept_and_one_that_is_on_is():
    assert RULE.kept(RULE.found("s", case="a"))
    assert not RULE.kept(RULE.found("s", case="b"))
    assert not changed(False).kept(RULE.found("s", case="a"))


def test_the_printed_rules_file_changes_nothing():
    for lang in ("zh", "en"):
        text = rules_file_text(rulebook().rules.values(), lang)
        assert set(tomllib.loads(text)) == set(rulebook().rules)
        assert parse_rules(text, where="rules.toml") == rulebook()


def test_every_rule_of_the_book_is_whole():
    book = rulebook()
    assert {rule.kind for rule in book.rules.values()} <= set(KINDS)
    for rule in book.rules.values():
        assert set(rule.laws) <= set(book.laws), rule.id
        assert all(case.level in LEVELS for case in rule.cases.values())
        for lang, message in (
            (lang, case.message[lang]) for lang in WORDS for case in rule.cases.values()
        ):
            assert message, (rule.id, lang)
    assert {law for rule in book.rules.values() for law in rule.laws} == set(book.laws)
    for law in book.laws.values():
        assert law.title["zh"]
        assert law.title["en"]
        assert law.source


ENTRY = '[[accept]]\nid = "N01-0123456789"\nreason = "history"\ndate = 2026-11-24\n'


def test_an_exception_accepts_by_id_or_by_rule_and_subject():
    finding = RULE.found("320402003200", about=("320402002211",), case="a")
    finding = replace(finding, rule="N01")
    text = ENTRY.replace("N01-0123456789", finding.id)
    (by_id,) = parse_acceptances(text, where="accepted.toml")
    assert by_id.covers(finding)
    assert (by_id.reason, by_id.date) == ("history", "2026-11-24")
    assert not by_id.covers(replace(finding, about=()))
    text = ENTRY.replace('id = "N01-0123456789"', 'rule = "N01"\nsubject = "320402003200"')
    (by_subject,) = parse_acceptances(text, where="accepted.toml")
    assert by_subject.covers(finding)
    assert by_subject.covers(replace(finding, about=()))
    assert not by_subject.covers(replace(finding, subject="320402003201"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ENTRY.replace('reason = "history"', ""), "the reason is missing"),
        (ENTRY.replace('reason = "history"', 'reason = "  "'), "the reason is missing"),
        (ENTRY.replace("date = 2026-11-24", ""), "the date is missing"),
        (ENTRY.replace("2026-11-24", '"soon"'), "the date is missing or no date"),
        (ENTRY.replace('id = "N01-0123456789"', 'rule = "N01"'), "name either id, or rule"),
        (ENTRY + 'rule = "N01"\nsubject = "x"\n', "name either id, or rule"),
        (ENTRY + 'why = "x"\n', "unknown key 'why'"),
        (ENTRY.replace("N01-", "N0l-"), "unknown rule 'N0l'; did you mean 'N01'"),
        ("[accept]\nid = 1\n", "not an \\[\\[accept\\]\\] entry"),
        ("accept = [1]\n", "write \\[\\[accept\\]\\] with keys"),
        ('[[except]]\nid = "N01-1"\n', "'except' is not an"),
        ("[[accept]", "not a TOML file"),
    ],
)
def test_a_faulty_exception_is_refused_with_its_entry(text, said):
    with pytest.raises(ConfigError, match=said) as caught:
        parse_acceptances(text, where="accepted.toml")
    assert "accepted.toml" in str(caught.value)


def test_an_id_stays_when_numbers_and_places_change_and_only_then():
    first = Finding("B02", "error", "a", {"area_m2": 3.0}, lon=120.0, lat=31.0, about=("b", "c"))
    again = Finding("B02", "note", "a", {"area_m2": 9.0}, lon=121.0, lat=30.0, about=("c", "b"))
    assert first.id == again.id
    others = [
        Finding("B03", "error", "a", about=("b", "c")),
        Finding("B02", "error", "b", about=("a", "c")),
        Finding("B02", "error", "a", about=("b",)),
        Finding("B02", "error", "a", about=("b", "c"), case="sliver"),
        Finding("B02", "error", "a", about=("b", "c"), occurrence=2),
    ]
    assert len({one.id for one in (first, *others)}) == 6
