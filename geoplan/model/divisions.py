"""Divisions of China as values: which unit bore which name under which code, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

DivisionLevel: TypeAlias = Literal["province", "prefecture", "county"]

RANK: Mapping[str, int] = {"province": 0, "prefecture": 1, "county": 2}
"""Level → how deep it stands."""


@dataclass(frozen=True, slots=True)
class Division:
    """A name that a unit bore under one code and one parent."""

    code: str
    """Six digits of GB/T 2260."""
    name: str
    """Full name."""
    level: DivisionLevel
    parent: str
    """Code of the unit above, empty for a province."""
    since: int | None
    """Year in which it began, None when it is older than the records (1984)."""
    until: int | None
    """Year in which it ended, None while it is in use."""
    heir_code: str = ""
    heir_name: str = ""
    """What took its place, empty when that is not known."""
    document: str = ""
    """Number of the document that ended it, where known."""

    @property
    def rank(self) -> int:
        """0 for a province, 1 for a prefecture, 2 for a county."""
        return RANK[self.level]

    def lies_in(self, other: Division) -> bool:
        """Return whether the other unit stands above this one, straight or by the province."""
        if other.level == "province":
            return self.rank > 0 and self.code[:2] == other.code[:2]
        return self.parent == other.code and self.rank > other.rank


@dataclass(frozen=True, slots=True, eq=False)
class Divisions:
    """The whole table with its indexes."""

    rows: tuple[Division, ...]
    by_name: Mapping[str, tuple[Division, ...]]
    """Full name → all units that ever bore it."""
    by_surface: Mapping[str, tuple[Division, ...]]
    """Full name or short form → units."""
    full: frozenset[str]
    """Surfaces that end in what kind of unit it is, so that they can stand for no word else."""
    by_code: Mapping[str, tuple[Division, ...]]
    newest: str
    """ISO date of the list of units in use."""
    parents: frozenset[str]
    """Codes that have units below them in the table."""
