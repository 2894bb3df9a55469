"""What the linter found in one file."""

from __future__ import annotations

from dataclasses import dataclass

from geoplan.model.findings import Finding
from geoplan.model.proposals import Proposal


@dataclass(frozen=True, slots=True, eq=False)
class LintReport:
    """What the linter found in one file."""

    kind: str
    source: str
    """File name of what was checked."""
    findings: tuple[Finding, ...]
    """Errors first; without the accepted ones, with the exceptions that match nothing."""
    accepted: tuple[Finding, ...]
    """Findings that an exception covers."""
    date: str
    """ISO date of the check, empty when none was given."""
    synthetic: bool = False
    """True when what was checked was made for demonstration."""
    proposal: Proposal | None = None
    """Mends that need no judgement, None when none was asked for or there is none."""
