"""What the rules of words and characters say about both public editions of Tianning's register.

Verdicts were given by hand. ``true``: the register is at fault; ``opinion``: the word is there and
somebody has to know where the name comes from; ``false`` would be a false alarm, and there is none.
"""

from __future__ import annotations

from pathlib import Path

from geoplan.linting.lint import LintAsk, lint

DATA = Path(__file__).parents[3] / "data" / "boundaries"
RULES = {"N03", "N04", "N05", "N06", "N09", "N14"}

NEW = {
    ("320402003015", "N03", "soft"): "opinion",  # 华润国际
    ("320402003015", "N09", "company_unit"): "true",  # 华润国际, a developer's estate
    ("320402002010", "N09", "company_word"): "true",  # 龙湖郦城, a developer's estate
    ("320402006001", "N03", "unit"): "opinion",  # 九洲新世界
    (
        "320402006001",
        "N09",
        "company_word",
    ): "opinion",  # 九洲, a local company or the nine continents
    ("320402004021", "N04", "transliteration"): "opinion",  # 香缇湾, after Chantilly
}

OLD = {
    ("320402003015", "N03", "soft"): "opinion",
    ("320402003015", "N09", "company_unit"): "true",
    ("320402006001", "N03", "unit"): "opinion",
    ("320402006001", "N09", "company_word"): "opinion",
    ("320402004021", "N04", "transliteration"): "opinion",
}


def told(file):
    """Return subject, rule and case of each finding, sorted."""
    report = lint("names", DATA / file, LintAsk())
    assert not [one for one in report.findings if one.rule in RULES and one.severity == "error"]
    return sorted((one.subject, one.rule, one.case) for one in report.findings if one.rule in RULES)


def test_every_finding_in_the_new_edition_has_a_verdict_and_none_is_a_false_alarm():
    assert told("tianning_gazetteer.csv") == sorted(NEW)
    assert "false" not in NEW.values()


def test_every_finding_in_the_old_edition_has_a_verdict_and_none_is_a_false_alarm():
    assert told("tianning_codes_old_edition.csv") == sorted(OLD)
    assert "false" not in OLD.values()
