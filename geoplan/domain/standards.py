"""Distances that a planning standard states in place of minutes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StandardDistance:
    """The path that a standard gives for a life circle of so many minutes."""

    minutes: int
    metres: float
    source: str


_GB50180 = "GB 50180-2018, life circles (recalled: 5 min 300 m, 10 min 500 m, 15 min 800-1000 m)"

STANDARD_DISTANCES: dict[int, StandardDistance] = {
    5: StandardDistance(5, 300.0, _GB50180),
    10: StandardDistance(10, 500.0, _GB50180),
    15: StandardDistance(15, 1000.0, _GB50180),
}
"""Minutes of the circle → its distance; of 800-1000 m the standard's outer value is counted."""
