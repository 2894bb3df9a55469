"""Border segments of units, and which of them no neighbour shares exactly.

A tiling is sound where every segment has one twin: the same two vertices in the other direction in
another unit. Twins are found by sorting hashes, n log n; all costly geometry is then needed only
where a segment is *loose*: along the outline, cracks and overlaps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geoplan.model.arrays import Flags, Floats, Geometries, Ints

Hashes = NDArray[np.uint64]

_ODD_X, _ODD_Y = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """Directed border segments, the unit on their left; outer and inner rings alike."""

    xy: Floats
    """(v, 2) vertices of all rings, metres."""
    first: Ints
    """(m,) vertex where a segment starts; it ends at the next one."""
    owner: Ints
    """(m,) position of the unit in the geometries that were given."""

    def lines(self, chosen: Ints) -> Geometries:
        """Return some of the segments as lines of two vertices."""
        first = self.first[chosen]
        ends = np.stack([self.xy[first], self.xy[first + 1]], axis=1)
        return np.asarray(shapely.linestrings(ends), dtype=object)

    def length_m(self, chosen: Ints) -> Floats:
        """Return the length of some of the segments."""
        first = self.first[chosen]
        step = self.xy[first + 1] - self.xy[first]
        length: Floats = np.hypot(step[:, 0], step[:, 1])
        return length


def segments_of(polygons: Geometries) -> Segments:
    """Return the segments of polygons and multipolygons without those of no length."""
    parts, of_unit = shapely.get_parts(shapely.orient_polygons(polygons), return_index=True)
    rings, of_part = shapely.get_rings(parts, return_index=True)
    xy, of_ring = shapely.get_coordinates(rings, return_index=True)
    if not xy.size:
        return Segments(xy, np.empty(0, np.int64), np.empty(0, np.int64))
    goes_on = (of_ring[1:] == of_ring[:-1]) & (xy[1:] != xy[:-1]).any(axis=1)
    first = np.flatnonzero(goes_on)
    owner = of_unit[of_part][of_ring[first]]
    return Segments(xy, first.astype(np.int64), owner.astype(np.int64))


def vertex_hashes(xy: Floats) -> Hashes:
    """Return a hash of each position, equal for equal positions."""
    bits = np.ascontiguousarray(xy + 0.0).view(np.uint64)  # + 0.0 makes one zero of the two
    return _mixed(bits[:, 0] * _ODD_X + _mixed(bits[:, 1] * _ODD_Y))


def segment_hashes(segments: Segments) -> tuple[Hashes, Flags]:
    """Return a hash of each segment that knows no direction, and the direction."""
    vertex = vertex_hashes(segments.xy)
    start, end = vertex[segments.first], vertex[segments.first + 1]
    return _mixed(start + end), start < end


def twins(segments: Segments) -> Ints:
    """Return for each segment the one that runs the other way in another unit, -1 for none.

    Where three or more segments lie on one another none has a twin.
    """
    key, forward = segment_hashes(segments)
    order = np.argsort(key, kind="stable")
    starts = run_starts(key[order])
    pair = starts[:-1][np.diff(starts) == 2]
    one, other = order[pair], order[pair + 1]
    fits = (forward[one] != forward[other]) & (segments.owner[one] != segments.owner[other])
    fits &= (segments.xy[segments.first[one]] == segments.xy[segments.first[other] + 1]).all(axis=1)
    found = np.full(segments.first.shape[0], -1, dtype=np.int64)
    found[one[fits]], found[other[fits]] = other[fits], one[fits]
    return found


def unmatched_from_above(
    children: Segments, parents: Segments, parent_of: Ints
) -> tuple[Ints, Ints]:
    """Return the segments of children and of their parents where the two outlines differ.

    Within one parent a segment of a child is matched by its twin in a sister or by the same
    segment of the parent; what is left over bounds all places that are in one and not in the other.

    Parameters
    ----------
    parent_of
        For each unit below, the position of its parent among those of ``parents``, -1 for none.
    """
    above = parent_of[children.owner]
    with_parent = np.flatnonzero(above >= 0)
    key_down, forward_down = segment_hashes(children)
    key_up, forward_up = segment_hashes(parents)
    family = np.concatenate([above[with_parent], parents.owner]).astype(np.uint64)
    key = _mixed(np.concatenate([key_down[with_parent], key_up]) + family * _ODD_X)
    sign = np.concatenate([np.where(forward_down[with_parent], 1, -1), np.where(forward_up, -1, 1)])
    order = np.argsort(key, kind="stable")
    starts = run_starts(key[order])
    net = np.add.reduceat(sign[order], starts[:-1]) if order.size else sign
    loose = np.zeros(key.shape[0], dtype=bool)
    loose[order] = np.repeat(net != 0, np.diff(starts))
    split = with_parent.shape[0]
    return with_parent[loose[:split]], np.flatnonzero(loose[split:])


def run_starts(ordered: Hashes) -> Ints:
    """Return where runs of equal values start in a sorted array, and its end."""
    changes = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    ends = [0, *([ordered.shape[0]] if ordered.shape[0] else [])]
    return np.concatenate([ends[:1], changes, ends[1:]]).astype(np.int64)


def _mixed(bits: Hashes) -> Hashes:
    """Return the bits well mixed: the finaliser of SplitMix64 (Steele, Lea, Flood 2014)."""
    bits = (bits ^ (bits >> np.uint64(30))) * _MIX_1
    bits = (bits ^ (bits >> np.uint64(27))) * _MIX_2
    mixed: Hashes = bits ^ (bits >> np.uint64(31))
    return mixed
