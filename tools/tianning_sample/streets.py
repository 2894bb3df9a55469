"""One made street line and the classes that it may have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import LineString
from shapely.geometry.base import BaseGeometry

MADE_SOURCE = "geoplan made data"

ARTERIAL_CLASSES = frozenset({"primary", "secondary", "tertiary"})


@dataclass(frozen=True, slots=True, eq=False)
class Street:
    """A line in EPSG:4549 that becomes one way, or several where it is interrupted."""

    line: LineString
    highway: str
    name: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    divides: bool = False
    """True where the line parts one block from the next."""
    gate: tuple[float, float] | None = None
    """Where a gate stands on the line."""
    gate_tags: dict[str, str] = field(default_factory=dict)

    def way_tags(self) -> dict[str, str]:
        """The tags of the way, the name only where there is one."""
        named = {"name": self.name} if self.name else {}
        return {"highway": self.highway, **named, **self.tags, "source": MADE_SOURCE}


def lines_of(geometry: BaseGeometry) -> list[LineString]:
    """The line parts of any geometry, in a stable order."""
    parts = shapely.get_parts(geometry)
    return [part for part in parts if isinstance(part, LineString) and part.length > 0]


def longest(lines: Iterable[LineString]) -> LineString | None:
    """The longest line, or none."""
    return max(lines, key=lambda line: line.length, default=None)


def wavy(line: LineString, amplitude_m: float, phase: float) -> LineString:
    """The line swung sideways by a half sine; its ends stay where they are."""
    dense = shapely.segmentize(line, max(line.length / 4, 25.0))
    points = shapely.get_coordinates(dense)
    along = points[-1] - points[0]
    length = float(np.hypot(*along))
    if length < 60.0:
        return line
    side = np.array([-along[1], along[0]]) / length
    share = ((points - points[0]) @ along / length**2).clip(0, 1)
    swing = amplitude_m * np.sin(np.pi * share) * np.cos(phase + 3.0 * share)
    return LineString(points + swing[:, None] * side)
