"""Targets: what a report or a standard asks for, with its own number and its source."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

COMPARISONS = (">=", "<=", "==")
CONFIDENCES = ("read", "second-hand", "recalled", "derived")
"""Read in the source itself, in a reprint of it, known by heart, or our reading of its words."""


@dataclass(frozen=True, slots=True)
class Target:
    """One claim that can be held against a number of the run."""

    id: str
    """``<set>.<name>``, unique among all sets."""
    indicator: str
    """Id of ``domain.indicators``."""
    text_zh: str
    """What the source asks for, in our words."""
    text_en: str
    source: str
    """The document, as it calls itself."""
    page: str
    """Clause, table or page; empty where it is not known."""
    number: float
    unit: str
    """Unit of ``number``, that of the indicator."""
    comparison: str
    """One of ``COMPARISONS``: how the value must stand to the number."""
    level: str
    """Level of ``model.places.LEVELS`` of the units that are judged."""
    confidence: str
    """One of ``CONFIDENCES``."""
    edition: str = ""
    """Year of the source."""
    deadline: str = ""
    """ISO date, empty without one."""
    group: str = ""
    """People whom it is about, empty: as the indicator defines or the project chooses."""
    service: str = ""
    """Service whose walk is judged, empty for the project's main one."""
    profile: str = ""
    """Walker, empty for the project's main one."""
    minutes: int = 0
    """Limit, 0 for the project's longest."""
    by_child_ceiling: bool = False
    """True: every unit one level below must reach the number for itself, its own requirement
    rounded up to whole people or things."""
    decimals: int | None = None
    """Decimals of a number that the source rounded: values that round to it reach it. None for a
    number that is meant exactly."""

    def exact(self) -> Fraction:
        """Return the number that a value is held against, without any error of binary fractions.

        For a rounded number it is the edge of what rounds to it: 80.9 % begins at 80.85 %.
        """
        number = Fraction(str(self.number))
        if self.decimals is None or self.comparison == "==":
            return number
        half = Fraction(1, 2 * 10**self.decimals)
        return number - half if self.comparison == ">=" else number + half


@dataclass(frozen=True, slots=True)
class TargetSet:
    """The targets of one source, as a file holds them."""

    id: str
    zh: str
    en: str
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """Which state of the data a number belongs to."""

    name: str
    """Sorts by time: a year or an ISO date."""
    date: str = ""
    """ISO date of the data, empty when it is not known."""


NO_EDITION = Edition("")
"""The state of data whose time is not told."""
