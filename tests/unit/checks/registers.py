"""Registers written down in a test, and what a rule of names finds in them."""

from __future__ import annotations

import pandas as pd

from geoplan.linting.lint import LintAsk, lint
from geoplan.views.finding_words import finding_mend, finding_sentence

DATE = "2026-11-24"


def register(*rows, columns="code name"):
    """Return a register with one tuple a row, under the given headers."""
    return pd.DataFrame(rows, columns=columns.split(), dtype=str)


def report(given, *, date=DATE, propose=False, **companions):
    ask = LintAsk(companions=companions, date=date)
    return lint("names", given, ask, propose=propose)


def found(rule, given, *, date=DATE, **companions):
    """Return the findings of one rule; each can be told in both languages."""
    findings = [one for one in report(given, date=date, **companions).findings if one.rule == rule]
    for one in findings:
        for lang in ("zh", "en"):
            assert finding_sentence(one, lang)
            assert finding_mend(one, lang)
    return findings


def cases(rule, given, **companions):
    """Return subject and case of every finding of one rule, in the order of the report."""
    return [(one.subject, one.case) for one in found(rule, given, **companions)]
