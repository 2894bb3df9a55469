"""Lines that two units of a layer share, in metres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely

from geoplan.checks.on_ground import Ground
from geoplan.model.arrays import Floats, Geometries, Ints

_SHORTEST = 10
"""A stretch shorter than so many times the tolerance is a corner, not a line."""


@dataclass(frozen=True, slots=True, eq=False)
class SharedLines:
    """Lines of one level, one row for each pair of neighbours, by code."""

    first: Ints
    """(k,) row of the unit with the lower code."""
    second: Ints
    geometry: Geometries
    """(k,) LineString or MultiLineString in metres."""
    length_m: Floats
    of: Mapping[tuple[int, int], int]
    """Pair of units, the lower first → row."""


def inspected_level(ground: Ground, levels: Sequence[str]) -> str:
    """Return the first of the levels that has two units or more, empty when none has."""
    return next((level for level in levels if ground.at(level).size > 1), "")


@lru_cache(maxsize=8)
def shared_lines(ground: Ground, level: str, within_m: float) -> SharedLines:
    """Return the lines between neighbours of a level, as the unit with the lower code draws them.

    Two units share what lies within ``within_m`` of both, so a slightly gaping line is found too.
    """
    rows = ground.at(level)
    tree = shapely.STRtree(ground.geometry[rows])
    one, other = tree.query(ground.geometry[rows], predicate="dwithin", distance=within_m)
    order = np.lexsort([other[one < other], one[one < other]])
    first = rows[one[one < other][order]].astype(np.int64)
    second = rows[other[one < other][order]].astype(np.int64)
    used, place = np.unique(second, return_inverse=True)
    strips = np.asarray(shapely.buffer(ground.outline[used], within_m, quad_segs=2), dtype=object)
    lines = shapely.line_merge(shapely.intersection(ground.outline[first], strips[place]))
    length_m = np.asarray(shapely.length(lines), dtype=np.float64)
    real = np.flatnonzero(length_m > _SHORTEST * within_m)
    pairs = zip(first[real].tolist(), second[real].tolist(), strict=True)
    return SharedLines(
        first=first[real],
        second=second[real],
        geometry=np.asarray(lines, dtype=object)[real],
        length_m=length_m[real],
        of={pair: row for row, pair in enumerate(pairs)},
    )
