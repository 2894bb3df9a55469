"""``geoplan.check``: the linter for notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from geoplan.domain.rules import changed_rulebook
from geoplan.io.given import Given
from geoplan.linting.files import read_acceptances, read_rules
from geoplan.linting.lint import LintAsk, lint
from geoplan.model.findings import Finding


def check(
    kind: str,
    table_or_path: str | Path | pd.DataFrame,
    *,
    companions: Mapping[str, str | Path | pd.DataFrame] | None = None,
    accept: str | Path | None = None,
    date: str = "",
    **rules: Any,  # noqa: ANN401  a switch, a level or a table of changes
) -> list[Finding]:
    """Return what the rules of one kind find in a file or table, errors first.

    Parameters
    ----------
    kind
        ``names``, ``text``, ``boundaries``, ``seats`` or ``facilities``.
    table_or_path
        A file, or a table with the headers that the file would have.
    companions
        Further files or tables by their role, such as ``roster`` or ``units``.
    accept
        File of accepted exceptions; what it accepts is left out.
    date
        ISO date of the check, for the rules that look at a calendar.
    rules
        ``rules=FILE`` reads a rules file; a rule id changes that rule: ``N02=False`` switches it
        off, ``N02="note"`` sets its level, ``N10={"distance_m": 100}`` a threshold.

    Raises
    ------
    ConfigError
        The kind, a role, a rule or one of its keys is unknown.
    InputError
        A file cannot be read.
    """
    book = read_rules(_path(rules.pop("rules", None)))
    ask = LintAsk(
        companions={role: _given(one) for role, one in (companions or {}).items()},
        book=changed_rulebook(book, rules, where="check"),
        acceptances=read_acceptances(_path(accept)),
        date=date,
    )
    return list(lint(kind, _given(table_or_path), ask).findings)


def _given(one: str | Path | pd.DataFrame) -> Given:
    return one if isinstance(one, pd.DataFrame) else Path(one)


def _path(one: str | Path | None) -> Path | None:
    return None if one is None else Path(one)
