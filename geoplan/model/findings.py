"""Findings: doubts about the data that a planner must see; values, never warnings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning", "note"]
Scalar: TypeAlias = str | int | float | None
"""None stands for a number that is not published."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One doubt: a rule, its subject and the evidence; sentences are made in ``views``."""

    rule: str
    """Rule id, the key of its sentence in the wording files."""
    severity: Severity
    subject: str
    """Id or name of what the finding is about."""
    evidence: Mapping[str, Scalar] = field(default_factory=dict)
    """Numbers and names that fill the sentence."""
    lon: float | None = None
    """Longitude (EPSG:4490 or WGS 84), None when the finding has no place."""
    lat: float | None = None
    law: str = ""
    """Article behind the rule, empty when there is none."""
