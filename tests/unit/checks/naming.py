"""Checking a handful of names in memory."""

from __future__ import annotations

import pandas as pd

from geoplan.linting.lint import LintAsk, lint
from geoplan.views.finding_words import finding_mend, finding_sentence


def found(rule, *names, **columns):
    """Return the findings of one rule among names; each can be said in both languages."""
    table = pd.DataFrame({"name": list(names), **columns})
    findings = [one for one in lint("names", table, LintAsk()).findings if one.rule == rule]
    for one in findings:
        for lang in ("zh", "en"):
            assert finding_sentence(one, lang)
            assert finding_mend(one, lang)
    return findings


def cases(rule, name, **columns):
    """Return case and level of what one rule finds in one name."""
    cells = {column: [cell] for column, cell in columns.items()}
    return [(one.case, one.severity) for one in found(rule, name, **cells)]
