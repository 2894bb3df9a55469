"""Every finding of N15, N16, N17, N19 and N20 on both editions of the real list, judged.

Verdicts: ``true`` (a fault, or a fact the bureau must know), ``opinion`` (right as told, and the
bureau may well let it stand), ``false``. A finding that is not in the table fails the test.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from geoplan.checks.names.code_table import CHECKS
from tests.unit.checks.registers import found, report

DATA = Path(__file__).parents[3] / "data" / "boundaries"
NEW, OLD = DATA / "tianning_gazetteer.csv", DATA / "tianning_codes_old_edition.csv"

BOTH = {
    # 茶山村 has lain in 兰陵 since 2006 and 红梅村 in 茶山: facts that mislead, to be accepted
    ("N16", "name", "320402003205", "note"): "opinion",
    ("N16", "name", "320402006200", "note"): "opinion",
    ("N20", "merged", "320402109002", "warning"): "true",
    ("N20", "merged", "320402109003", "warning"): "true",
    ("N20", "merged", "320402109004", "warning"): "true",
}
NEW_ALONE = {
    **BOTH,
    ("N15", "two_systems", "320402001", "warning"): "true",
    ("N15", "never_join", "*", "warning"): "true",
    ("N20", "brackets", "320402001401", "warning"): "true",
}
OLD_ALONE = {
    **BOTH,
    # 天安河滨 is a community of 兰陵 (320402006007); this code became 施家巷村
    ("N15", "segment_villagers", "320402109202", "error"): "true",
    ("N20", "merged", "320402001201", "warning"): "true",
}
_NO_OLD_UNIT = {
    "320402001": (200, 202),
    "320402002": (208, 209, 210, 212, 213, 214),
    "320402004": (3, 4, 205),
    "320402005": (15,),
}
GONE = [f"{street}{unit:03}" for street, units in _NO_OLD_UNIT.items() for unit in units]
# 雕庄 lives on as the street, 勤丰村 of 青龙 in its namesake of 茶山: codes gone, names not
WITHDRAWN = [*GONE, "320402001203", "320402002211"]
SHORTENED = ["320402109223", "320402109227"]
RENAMED = [*SHORTENED, "320402003014", "320402004005", "320402004016", "320402004021"]
NEW_AFTER_OLD = {
    **NEW_ALONE,
    ("N15", "reused", "320402002009", "warning"): "true",
    ("N15", "reused", "320402109202", "warning"): "true",
    # 采菱村村委会含采菱社区居委会 was parted: the community has its own code now
    ("N15", "recoded", "320402001201", "note"): "true",
    **{("N15", "withdrawn", code, "note"): "true" for code in WITHDRAWN},
    **{("N15", "renamed", code, "note"): "true" for code in RENAMED},
    **{("N19", "gone_undated", code, "note"): "true" for code in [*GONE, *SHORTENED]},
    # 水晶城 is an estate of this century: gone from the list, and no old name
    ("N19", "gone_undated", "320402002009", "note"): "opinion",
}


def judged(given, **companions):
    findings = report(given, **companions).findings
    return Counter(
        (one.rule, one.case, one.subject, one.severity) for one in findings if one.rule in CHECKS
    )


def test_the_new_edition_alone():
    assert judged(NEW) == Counter(NEW_ALONE.keys())


def test_the_old_edition_alone():
    assert judged(OLD) == Counter(OLD_ALONE.keys())


def test_the_new_edition_held_against_the_old_one():
    assert judged(NEW, earlier=OLD) == Counter(NEW_AFTER_OLD.keys())


def test_no_edition_gives_anything_against_itself():
    assert judged(NEW, earlier=NEW) == Counter(NEW_ALONE.keys())
    assert judged(OLD, earlier=OLD) == Counter(OLD_ALONE.keys())


def test_the_one_error_is_a_true_one_and_nothing_is_a_false_alarm():
    verdicts = {**NEW_AFTER_OLD, **OLD_ALONE}
    assert set(verdicts.values()) == {"true", "opinion"}
    assert [key[2] for key in verdicts if key[3] == "error"] == ["320402109202"]
    assert Counter(verdicts.values()) == {"true": 45, "opinion": 3}


def test_what_may_stand_is_a_note():
    verdicts = {**NEW_AFTER_OLD, **OLD_ALONE}
    assert {key[3] for key, verdict in verdicts.items() if verdict == "opinion"} == {"note"}


def test_ordinal_estates_are_in_no_finding():
    ordinal = ("丽华一村", "丽华二村", "丽华三村", "工人新村", "朝阳新村", "清凉新村")
    for rule in CHECKS:
        for given, companions in ((NEW, {"earlier": OLD}), (OLD, {})):
            for one in found(rule, given, **companions):
                names = " ".join(str(value) for value in one.evidence.values())
                assert not any(estate in names for estate in ordinal), (rule, names)
