"""Every finding on both editions of Tianning's list, judged once by a person.

``editions_judged.tsv`` holds the verdicts: ``true`` (the register is at fault, or the sentence is
a fact of the two editions), ``opinion`` (the rule is met as written, a person decides) and
``false`` (a false alarm). The judge knew the two lists alone, no documents.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

import geoplan
from geoplan.linting.lint import LintAsk, lint

FACTS = Path(geoplan.__file__).parents[1] / "tools" / "tianning_sample" / "facts"
NEW, OLD = FACTS / "tianning_communities.csv", FACTS / "tianning_codes_old_edition.tsv"
EDITIONS = {
    "new": (NEW, {}),
    "old": (OLD, {}),
    "streets": (FACTS / "tianning_streets.csv", {}),
    "new beside old": (NEW, {"earlier": OLD}),
}
with (Path(__file__).parent / "editions_judged.tsv").open(encoding="utf-8") as stream:
    JUDGED = list(csv.DictReader(stream, delimiter="\t"))


def key(edition, finding):
    about = ";".join(finding.about)
    return (edition, finding.rule, finding.case, finding.severity, finding.subject, about)


@pytest.fixture(scope="module")
def found():
    """Return the key of every finding; beside the old edition only what it adds."""
    reports = {
        edition: lint("names", path, LintAsk(companions=companions, date="2026-11-24"))
        for edition, (path, companions) in EDITIONS.items()
    }
    alone = {finding.id for finding in reports["new"].findings}
    return [
        key(edition, finding)
        for edition, report in reports.items()
        for finding in report.findings
        if edition != "new beside old" or finding.id not in alone
    ]


def test_every_finding_has_a_verdict_and_every_verdict_a_finding(found):
    columns = ("edition", "rule", "case", "severity", "subject", "about")
    judged = [tuple(row[column] for column in columns) for row in JUDGED]
    assert sorted(found) == sorted(judged)
    assert {row["verdict"] for row in JUDGED} <= {"true", "opinion", "false"}
    assert all(row["why"] for row in JUDGED)


def test_no_error_is_false_and_the_share_of_false_alarms_among_warnings_is_known():
    """The figures that the README tells; a rule that is changed changes them here first."""
    verdicts = Counter((row["severity"], row["verdict"]) for row in JUDGED)
    assert verdicts["error", "true"] == 3
    assert verdicts["error", "opinion"] == verdicts["error", "false"] == 0
    assert (verdicts["warning", "true"], verdicts["warning", "opinion"]) == (13, 4)
    assert verdicts["warning", "false"] == 0


def test_ordinal_estates_are_no_duplicates():
    ordinal = ("丽华一村", "丽华二村", "丽华三村", "第一社区", "第二社区", "第三社区", "青龙苑")
    rules = ("N01", "N02", "N05", "N10")
    report = lint("names", NEW, LintAsk())
    for finding in report.findings:
        if finding.rule in rules:
            names = (str(finding.evidence.get("name")), str(finding.evidence.get("other")))
            assert not any(word in name for word in ordinal for name in names)
