"""B04: common borders whose vertices are not the same in both units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from geoplan.checks.boundaries.metric_layer import MetricLayer, metric_layer
from geoplan.checks.boundaries.segments import Hashes, vertex_hashes
from geoplan.checks.boundaries.tiling import Tiling, tiling_of
from geoplan.model.arrays import Flags, Floats, Geometries, Ints
from geoplan.model.boundary_dossier import BoundaryDossier
from geoplan.model.findings import Finding
from geoplan.model.rules import Rule

_ODD = np.uint64(0x9E3779B97F4A7C15)
_END_M = 1e-6
"""A foot this near to the end of a segment stands on its vertex."""


@dataclass(frozen=True, slots=True, eq=False)
class Misses:
    """Vertices of one unit beside a segment of another that does not have them, one row each."""

    vertex: Ints
    """(p,) vertex of ``Segments.xy``."""
    owner: Ints
    """(p,) unit of the vertex, counted as in the tiling."""
    segment: Ints
    """(p,) segment of the other unit."""
    other: Ints
    """(p,) unit of the segment."""
    distance_m: Floats


def unmatched_edges(dossier: BoundaryDossier, rule: Rule) -> Iterable[Finding]:
    """Report pairs of units whose common border has different vertices: one finding a pair.

    A vertex counts when it lies within ``tolerance_m`` of a segment of the other unit, is none of
    its vertices and does not merely follow a vertex that both have. The subject is the unit with
    the higher code; the common line that is proposed is that with more vertices, else that of the
    lower code.
    """
    metric = metric_layer(dossier.layer)
    for level in metric.levels():
        tiling = tiling_of(metric, level)
        misses = misses_of(tiling, rule.numbers["tolerance_m"])
        for one, other, chosen in _pairs(misses):
            if metric.sound[tiling.unit[[one, other]]].all():
                yield _found(metric, tiling, misses, (one, other, chosen), rule)


def misses_of(tiling: Tiling, tolerance_m: float) -> Misses:
    """Return every vertex beside a loose segment of another unit that does not have it."""
    segments, loose = tiling.segments, tiling.loose
    ends = np.concatenate([segments.first[loose], segments.first[loose] + 1])
    owners = np.concatenate([segments.owner[loose]] * 2)
    key = _owned(vertex_hashes(segments.xy[ends]), owners)
    once = np.unique(key, return_index=True)[1]
    vertex, owner = ends[once], owners[once]
    lines, points = segments.lines(loose), shapely.points(segments.xy[vertex])
    at, near = shapely.STRtree(lines).query(points, predicate="dwithin", distance=tolerance_m)
    strange = owner[at] != segments.owner[loose[near]]
    at, near = at[strange], near[strange]
    foot, distance_m = _feet(lines[near], points[at])
    nearest = _nearest(at, segments.owner[loose[near]], distance_m)
    at, near, foot, distance_m = at[nearest], near[nearest], foot[nearest], distance_m[nearest]
    other = segments.owner[loose[near]]
    own = vertex_hashes(segments.xy[vertex[at]])
    keep = ~_has(tiling, other, own)
    keep &= ~((foot >= 0) & _has(tiling, owner[at], _end_hashes(tiling, loose[near], foot)))
    at, near = at[keep], near[keep]
    return Misses(
        vertex=vertex[at],
        owner=owner[at],
        segment=loose[near],
        other=other[keep],
        distance_m=distance_m[keep],
    )


def _nearest(vertex: Ints, other: Ints, distance_m: Floats) -> Ints:
    """Return the rows with the nearest segment of each other unit beside each vertex."""
    order = np.lexsort([distance_m, other, vertex])
    vertex, other = vertex[order], other[order]
    opens = np.ones(order.size, dtype=bool)
    opens[1:] = (vertex[1:] != vertex[:-1]) | (other[1:] != other[:-1])
    rows: Ints = np.sort(order[opens])
    return rows


def _feet(lines: Geometries, points: Geometries) -> tuple[Ints, Floats]:
    """Return on which end of its line the foot of a point stands, -1 for none; and how far."""
    along, length = shapely.line_locate_point(lines, points), shapely.length(lines)
    foot = np.where(along <= _END_M, 0, np.where(along >= length - _END_M, 1, -1))
    return foot.astype(np.int64), shapely.distance(lines, points)


def _end_hashes(tiling: Tiling, segment: Ints, foot: Ints) -> Hashes:
    return vertex_hashes(tiling.segments.xy[tiling.segments.first[segment] + np.maximum(foot, 0)])


def _has(tiling: Tiling, unit: Ints, vertex: Hashes) -> Flags:
    """Return whether units have vertices, given by their hashes."""
    wanted = _owned(vertex, unit)
    sought = np.unique(unit)
    of_sought = np.isin(tiling.segments.owner, sought)
    starts = tiling.segments.first[of_sought]
    there = _owned(vertex_hashes(tiling.segments.xy[starts]), tiling.segments.owner[of_sought])
    found: Flags = np.isin(wanted, there)
    return found


def _owned(vertex: Hashes, owner: Ints) -> Hashes:
    owned: Hashes = vertex ^ ((owner.astype(np.uint64) + np.uint64(1)) * _ODD)
    return owned


def _pairs(misses: Misses) -> Iterator[tuple[int, int, Ints]]:
    """Yield each pair of units with its rows, the rows of either direction."""
    low, high = np.minimum(misses.owner, misses.other), np.maximum(misses.owner, misses.other)
    pairs, of_pair = np.unique(np.column_stack([low, high]), axis=0, return_inverse=True)
    order = np.argsort(of_pair.ravel(), kind="stable")
    bounds = np.searchsorted(of_pair.ravel()[order], np.arange(len(pairs) + 1)).tolist()
    for position, (one, other) in enumerate(pairs.tolist()):
        yield one, other, order[bounds[position] : bounds[position + 1]]


def _found(
    metric: MetricLayer, tiling: Tiling, misses: Misses, pair: tuple[int, int, Ints], rule: Rule
) -> Finding:
    one, other, rows = pair
    first, second = sorted(
        (int(tiling.unit[one]), int(tiling.unit[other])),
        key=lambda position: (metric.layer.subject(position), position),
    )
    segments = _beside(tiling, misses, rows)
    of_one = segments[tiling.segments.owner[segments] == one]
    of_other = segments[tiling.segments.owner[segments] == other]
    more = of_one.size - of_other.size or (1 if tiling.unit[one] == first else -1)
    richer = one if more > 0 else other
    followed = of_one if more > 0 else of_other
    line = shapely.line_merge(shapely.union_all(tiling.segments.lines(followed)))
    farthest_m = float(misses.distance_m[rows].max())
    return rule.found(
        metric.layer.subject(second),
        {
            "name": metric.name(second),
            "other": metric.name(first),
            "vertices": int(np.unique(misses.vertex[rows]).size),
            "distance_m": round(farthest_m, 3),
            "keep": metric.name(int(tiling.unit[richer])),
        },
        case="node" if farthest_m <= rule.numbers["on_line_m"] else "shifted",
        place=metric.place(line, second),
        about=(metric.layer.subject(first),),
    )


def _beside(tiling: Tiling, misses: Misses, rows: Ints) -> Ints:
    """Return the loose segments of both units that a missed vertex lies on or beside."""
    missed = np.unique(misses.vertex[rows])
    first = tiling.segments.first[tiling.loose]
    own = tiling.loose[np.isin(first, missed) | np.isin(first + 1, missed)]
    return np.unique(np.concatenate([own, misses.segment[rows]]))
