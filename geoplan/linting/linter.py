"""What the linter of one kind is: how it reads, what it checks, what it can propose."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geoplan.checks.table import Check
from geoplan.io.given import Given
from geoplan.model.findings import Finding
from geoplan.model.proposals import Proposal
from geoplan.model.rules import Kind, Rulebook

Companions = Mapping[str, Given]
"""Further files by their role, such as ``roster``; each linter names the roles that it takes."""


@dataclass(frozen=True, slots=True)
class Linter:
    """The linter of one kind; the *dossier* is the value that its checks look at."""

    kind: Kind
    read: Callable[[Given, Companions, str], Any]
    """Reads what is checked, its companions and the date (ISO, empty for none) as a dossier."""
    checks: Mapping[str, Check[Any]]
    """Rule id → check of the dossier."""
    companions: Mapping[str, Mapping[str, str]]
    """Roles that ``read`` takes → what the file is, by language."""
    propose: Callable[[Any, Sequence[Finding], Rulebook], Proposal] | None = None
    """Returns mends of the findings as a layer of its own; None where there is none to make."""
