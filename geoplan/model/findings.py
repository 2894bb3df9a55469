"""Findings: doubts about the data that a planner must see; values, never warnings."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import shapely

Severity: TypeAlias = Literal["error", "warning", "note"]
Scalar: TypeAlias = str | int | float | None
"""None stands for a number that is not published."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where a finding is: on the ground, in the file, in both or in neither."""

    lon: float | None = None
    """Longitude (EPSG:4490), None when the finding has no place on the ground."""
    lat: float | None = None
    row: int | None = None
    """Row of the table or line of the text as its reader sees it, counted from 1."""
    shape: shapely.Geometry | None = None
    """What is drawn for the finding in EPSG:4490; None draws the point."""


NOWHERE = Place()

WHOLE = "*"
"""Subject of a finding about a whole file, whose name is evidence: so the finding keeps its id when
the file gets another name, or is a table in memory."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One doubt: a rule, its subject and the evidence; sentences are made in ``views``."""

    rule: str
    """Rule id, a key of the rulebook."""
    severity: Severity
    subject: str
    """Id or name of what the finding is about."""
    evidence: Mapping[str, Scalar] = field(default_factory=dict)
    """Numbers and names that fill the sentence."""
    lon: float | None = None
    """Longitude (EPSG:4490 or WGS 84), None when the finding has no place."""
    lat: float | None = None
    law: tuple[str, ...] = ()
    """Keys of the articles behind the rule, empty when there is none."""
    case: str = ""
    """Which case of the rule, empty for a rule with one."""
    about: tuple[str, ...] = ()
    """Ids of the other things that the finding is about, such as the other name of a pair."""
    row: int | None = None
    """Row of the table or line of the text as its reader sees it, counted from 1."""
    shape: shapely.Geometry | None = None
    """What is drawn for the finding in EPSG:4490; None draws the point."""
    occurrence: int = 1
    """Counts findings of one report that are alike in rule, case, subject and ``about``."""

    @property
    def id(self) -> str:
        """Rule and ten hexadecimal digits: of what the finding is about, not of its numbers.

        So the id of an accepted exception stays when a border is drawn anew.
        """
        alike = "\x1f".join((self.rule, self.case, self.subject, *sorted(self.about)))
        digest = hashlib.sha256(alike.encode("utf-8")).hexdigest()[:10]
        return f"{self.rule}-{digest}" + (f"-{self.occurrence}" if self.occurrence > 1 else "")
