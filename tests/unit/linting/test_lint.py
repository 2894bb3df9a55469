"""Running a linter: companions, accepted exceptions, exceptions that match nothing."""

from __future__ import annotations

import pandas as pd
import pytest

from geoplan.checks.table import sorted_findings
from geoplan.domain.rules import rulebook
from geoplan.errors import ConfigError
from geoplan.linting.kinds import KINDS, linter_of
from geoplan.linting.lint import LintAsk, lint, set_aside, stale_exceptions
from geoplan.model.findings import Finding
from geoplan.model.rules import Acceptance

NAMES = pd.DataFrame({"代码": ["320402001001"], "名称": ["水岸社区居委会"]})


def test_every_kind_has_a_linter_whose_rules_are_in_the_book():
    for kind in KINDS:
        linter = linter_of(kind)
        assert linter.kind == kind
        assert set(linter.checks) == set(rulebook().of(kind))
        for words in linter.companions.values():
            assert words["zh"]
            assert words["en"]


def test_a_clean_register_gives_nothing():
    report = lint("names", NAMES, LintAsk())
    assert report.findings == report.accepted == ()
    assert (report.kind, report.source) == ("names", "names table")


def test_an_unknown_kind_or_role_is_refused():
    with pytest.raises(ConfigError, match="unknown kind of check 'roads'"):
        lint("roads", NAMES, LintAsk())
    with pytest.raises(ConfigError, match="takes no 'rooster' beside it; known roles: "):
        lint("names", NAMES, LintAsk(companions={"rooster": NAMES}))


def test_findings_are_set_aside_by_their_exceptions():
    first, second = Finding("N01", "error", "a"), Finding("N01", "error", "b")
    exception = Acceptance("old", "2026-01-01", finding=second.id)
    assert set_aside([first, second], [exception]) == ((first,), (second,))


def test_an_exception_that_matches_nothing_is_a_finding_of_its_own_kind_of_check():
    exceptions = [
        Acceptance("old", "2026-01-01", finding="N01-0000000000", where="accepted.toml, entry 1"),
        Acceptance("old", "2026-01-01", rule="B02", subject="x"),
        Acceptance("old", "2026-01-01", rule="N01", subject="a"),
    ]
    found = [Finding("N01", "error", "a")]
    (stale,) = stale_exceptions(found, exceptions, "names", rulebook())
    assert (stale.rule, stale.severity, stale.subject) == ("A01", "warning", "N01-0000000000")
    assert stale.evidence["where"] == "accepted.toml, entry 1"


def test_findings_that_are_alike_are_counted():
    alike = [Finding("N12", "error", "陕西省揭阳县", row=row) for row in (9, 3, 5)]
    ordered = sorted_findings(alike)
    assert [one.row for one in ordered] == [3, 5, 9]
    assert [one.occurrence for one in ordered] == [1, 2, 3]
    assert len({one.id for one in ordered}) == 3
    assert sorted_findings(ordered) == ordered
