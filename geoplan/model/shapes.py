"""The course of every street between its ends, held as bare coordinates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geoplan.model.arrays import (
    Floats,
    Geometries,
    Indices,
    Ints,
    Offsets,
    freeze_fields,
    narrow_offsets,
)

SAME_PLACE_M = 0.001 + 1e-9
"""A line's end this near to its junction is the junction; it is not kept a second time."""


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """The bends of street edges; the ends are the junctions and are not held again."""

    start: Offsets
    """(m + 1,) the bends of edge e are ``xy[start[e]:start[e + 1]]``, from tail to head."""
    xy: Floats
    """(bends, 2) positions in the network's crs, metres."""

    def __post_init__(self) -> None:
        start = self.start
        if self.xy.ndim != 2 or self.xy.shape[1] != 2:
            raise ValueError("Shapes.xy must have two columns")
        if start.size == 0 or start[0] != 0 or start[-1] != self.xy.shape[0]:
            raise ValueError("Shapes.start must begin with 0 and end with the number of bends")
        if (start[1:] < start[:-1]).any():
            raise ValueError("Shapes.start must not fall")
        freeze_fields(self, "start", "xy")

    def __len__(self) -> int:
        return int(self.start.size) - 1

    @classmethod
    def straight(cls, count: int) -> Shapes:
        """Return the shapes of straight edges."""
        return cls(start=np.zeros(count + 1, dtype=np.int32), xy=np.empty((0, 2)))

    @classmethod
    def of_lines(cls, lines: Geometries, tail_xy: Floats, head_xy: Floats) -> Shapes:
        """Return the shapes of lines that run from tail to head.

        An end within a millimetre of its junction moves there. One that is farther away stays as
        a bend, and the street goes on from it to the junction in a straight line.
        """
        xy, owner = shapely.get_coordinates(lines, return_index=True)
        counts = np.bincount(owner, minlength=lines.size)
        if lines.size and counts.min() < 2:
            raise ValueError("a street needs a line of two points or more")
        last = np.cumsum(counts) - 1
        first = last - counts + 1
        keep = np.ones(owner.size, dtype=np.bool_)
        keep[first] = np.hypot(*(xy[first] - tail_xy).T) > SAME_PLACE_M
        keep[last] = np.hypot(*(xy[last] - head_xy).T) > SAME_PLACE_M
        bends = np.bincount(owner[keep], minlength=lines.size)
        return cls(start=narrow_offsets(bends), xy=xy[keep])

    def take(self, edges: Indices | Ints) -> Shapes:
        """Return the shapes of the given edges, in their order."""
        counts = np.diff(self.start)[edges]
        return Shapes(narrow_offsets(counts), self.xy[stretches(self.start[:-1][edges], counts)])

    def lines(self, edges: Indices | Ints, tail_xy: Floats, head_xy: Floats) -> Geometries:
        """Return the LineStrings of the given edges, whose ends are at the given places."""
        counts = np.diff(self.start)[edges].astype(np.int64)
        owner = np.repeat(np.arange(counts.size), counts + 2)
        last = np.cumsum(counts + 2) - 1
        first = last - counts - 1
        corners = np.empty((owner.size, 2))
        corners[first], corners[last] = tail_xy, head_xy
        bends = self.xy[stretches(self.start[:-1][edges], counts)]
        corners[stretches(first + 1, counts)] = bends
        return np.asarray(shapely.linestrings(corners, indices=owner), dtype=object)

    def boxes(self, tail_xy: Floats, head_xy: Floats) -> Floats:
        """Return west, south, east and north of every edge, shape (m, 4)."""
        low, high = np.minimum(tail_xy, head_xy), np.maximum(tail_xy, head_xy)
        bent = np.flatnonzero(self.start[1:] > self.start[:-1])
        if bent.size:
            begin = self.start[:-1][bent]
            low[bent] = np.minimum(low[bent], np.minimum.reduceat(self.xy, begin, axis=0))
            high[bent] = np.maximum(high[bent], np.maximum.reduceat(self.xy, begin, axis=0))
        return np.hstack([low, high])


def stretches(start: Offsets, counts: Offsets) -> Ints:
    """Return the positions ``start[i] … start[i] + counts[i] − 1`` of every i, joined."""
    before = np.cumsum(counts, dtype=np.int64) - counts
    total = int(before[-1] + counts[-1]) if counts.size else 0
    positions: Ints = np.repeat(start.astype(np.int64) - before, counts) + np.arange(total)
    return positions
