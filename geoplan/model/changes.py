"""What a planner wants to try: facilities that open, close or move, and gates that are unlocked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NewFacility:
    """A facility that would open."""

    lon: float
    """Degrees east, EPSG:4490."""
    lat: float
    """Degrees north, EPSG:4490."""
    kind: str = ""
    """Kind id of ``domain.kinds``; empty for a kind that gives the first service."""
    services: tuple[str, ...] = ()
    """Services that it gives beside those of its kind; empty for the main one of the project."""


@dataclass(frozen=True, slots=True)
class Move:
    """A facility that would stand elsewhere."""

    id: str
    lon: float
    """Degrees east, EPSG:4490."""
    lat: float
    """Degrees north, EPSG:4490."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes that are tried together, all of them against the state before."""

    add: tuple[NewFacility, ...] = ()
    close: tuple[str, ...] = ()
    """Facility ids."""
    move: tuple[Move, ...] = ()
    open_gates: tuple[tuple[float, float], ...] = ()
    """Longitude and latitude at or near each locked gate."""

    def __bool__(self) -> bool:
        """Return whether anything changes."""
        return bool(self.add or self.close or self.move or self.open_gates)
