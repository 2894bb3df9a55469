"""What the rules on same names and generic terms find in both editions, with a person's verdict.

``true``: the register is at fault or the law is broken; ``opinion``: the rule is met as written, a
person decides; ``false``: a false alarm.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import geoplan
from geoplan.linting.lint import LintAsk, lint

FACTS = Path(geoplan.__file__).parents[1] / "tools" / "tianning_sample" / "facts"
RULES = {"N01", "N02", "N07", "N08", "N10"}
OF_BOTH = {
    # The local rule of Tongling calls these the same; in Tianning they are a village and the estate
    # built on its land, known for decades.
    ("N02", "modifier", "富强新村社区居委会", "富强村村委会"): "opinion",
    ("N02", "modifier", "红梅新村社区居委会", "红梅村村委会"): "opinion",
}
VERDICTS = {
    "tianning_communities.csv": OF_BOTH
    | {
        # tóng jì qiáo, tōng jì qiáo: two bridges in one district, avoided by Article 9 (8).
        ("N02", "homophone", "同济桥社区居委会", "通济桥社区居委会"): "true",
    },
    "tianning_codes_old_edition.tsv": OF_BOTH
    | {
        # One village committee under Qinglong and under Chashan.
        ("N01", "same", "勤丰村村委会", "勤丰村村委会"): "true",
        # A community of Lanling under a village code of Zhenglu.
        ("N01", "same", "天安河滨社区居委会", "天安河滨社区居委会"): "true",
        ("N02", "dialect", "勤丰村村委会", "青锋村村委会"): "opinion",
    },
}


@pytest.mark.parametrize("edition", VERDICTS)
def test_every_finding_in_an_edition_has_a_verdict_and_none_is_a_false_alarm(edition):
    report = lint("names", FACTS / edition, LintAsk())
    told = sorted(
        (
            one.rule,
            one.case,
            *sorted((str(one.evidence["name"]), str(one.evidence.get("other", "")))),
        )
        for one in report.findings
        if one.rule in RULES
    )
    assert told == sorted(VERDICTS[edition])
    assert "false" not in VERDICTS[edition].values()


def test_the_duplicates_of_the_old_edition_are_those_of_the_report():
    report = lint("names", FACTS / "tianning_codes_old_edition.tsv", LintAsk())
    errors = {(one.subject, one.about) for one in report.findings if one.rule == "N01"}
    assert errors == {
        ("320402003200", ("320402002211",)),
        ("320402109202", ("320402006007",)),
    }
