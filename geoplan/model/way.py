"""A way on foot from one place to another, part by part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geoplan.model.arrays import Floats, freeze_fields
from geoplan.model.network import Crossing, SnappedPoints


@dataclass(frozen=True, slots=True, eq=False)
class Door:
    """One place, and where it meets the streets."""

    xy: Floats
    """(1, 2) in the network's crs."""
    snapped: SnappedPoints
    """One point."""

    def __post_init__(self) -> None:
        if self.xy.shape != (1, 2) or len(self.snapped) != 1:
            raise ValueError("a door is one place: xy of shape (1, 2) and one snapped point")
        freeze_fields(self, "xy")


@dataclass(frozen=True, slots=True)
class WayPart:
    """A stretch of a way along one street edge, or the leg between a place and its street."""

    edge: int
    """Street edge, −1 for a leg."""
    start: float
    """Share of the edge, tail 0 to head 1, where the walker enters it; 0 for a leg."""
    stop: float
    """Share where the walker leaves it, less than ``start`` when they walk from head to tail."""
    length_m: float
    seconds: float
    """All seconds of the part, waits and stairs included."""
    wait_s: float
    """Seconds of these that are spent waiting at a crossing."""
    crossing: Crossing
    """How the crossing is regulated, ``NONE`` where the part crosses nothing."""
    steps: bool
    """True for stairs without a ramp or a lift."""
    name: str
    """Street name, empty when unnamed and for legs."""
    line: shapely.LineString
    """From where the part begins to where it ends, in the network's crs."""

    @property
    def is_leg(self) -> bool:
        """Whether the part is a straight leg beside the streets."""
        return self.edge < 0


@dataclass(frozen=True, slots=True)
class WayStreet:
    """Consecutive parts of one street, as a person is told of them."""

    name: str
    """Street name, empty when unnamed."""
    length_m: float
    seconds: float
    signal_wait_s: float
    """Seconds of these at traffic lights."""
    crossing_wait_s: float
    """Seconds of these at crossings without lights."""
    flights: int
    """Flights of stairs (street edges of steps without a ramp)."""


@dataclass(frozen=True, slots=True)
class Way:
    """The quickest walk between two doors: a leg, streets, a leg."""

    parts: tuple[WayPart, ...]
    """In walking order; the first and the last are the legs."""

    @property
    def seconds(self) -> float:
        """Duration of the walk."""
        return float(sum(part.seconds for part in self.parts))

    @property
    def length_m(self) -> float:
        """Length of the walk, legs included."""
        return float(sum(part.length_m for part in self.parts))

    @property
    def line(self) -> shapely.LineString:
        """The walk as one line; a spot that follows itself is drawn once."""
        xy = np.concatenate([shapely.get_coordinates(part.line) for part in self.parts])
        moved = np.ones(len(xy), dtype=np.bool_)
        moved[1:] = (np.diff(xy, axis=0) != 0).any(axis=1)
        moved[-1] |= moved.sum() == 1
        return shapely.LineString(xy[moved])
