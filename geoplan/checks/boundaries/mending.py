"""Torn borders made whole: slivers go to the neighbour with which they share the longest border."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geoplan.checks.boundaries.faces import faces_of, holders, inner_points
from geoplan.checks.boundaries.metric_layer import MetricLayer
from geoplan.checks.boundaries.segments import Segments, segments_of, twins
from geoplan.checks.boundaries.tiling import parents_of
from geoplan.model.arrays import Flags, Floats, Geometries, Indices, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Arrangement:
    """Faces that the borders of some units cut out, and who holds each."""

    face: Geometries
    """(f,) in metres."""
    holder: list[frozenset[int]]
    """(f,) positions in the layer of the units of the level that hold the face."""
    inside: Flags
    """(f,) True where a face may belong to a unit: in a parent, or where there is none."""
    beside: Ints
    """(s, 2) pairs of faces with a common segment, each pair in either order."""
    border_m: Floats
    """(s,) length of the segment."""


def mended_polygons(
    metric: MetricLayer, level: str, moving: Indices, sliver_width_m: float
) -> dict[int, shapely.Geometry]:
    """Return new polygons of the moving units whose borders are the same on both sides.

    Their borders are noded, the faces between them belong to whoever holds them; a connected piece
    narrower than ``sliver_width_m`` that two hold, or nobody, goes to the unit with the longest
    border along it. Wider pieces stay what they are.
    """
    made = _arranged(metric, level, moving)
    holder = _settled(made, frozenset(moving.tolist()), sliver_width_m)
    return {
        unit: shapely.coverage_union_all(made.face[[unit in those for those in holder]])
        for unit in moving.tolist()
        if any(unit in those for those in holder)
    }


def _arranged(metric: MetricLayer, level: str, moving: Indices) -> Arrangement:
    own = segments_of(metric.polygon[moving])
    parents = parents_of(metric, moving)
    outline = segments_of(metric.polygon[parents])
    loose = np.flatnonzero(twins(outline) < 0)
    every = np.arange(own.first.size)
    face = faces_of(np.concatenate([own.lines(every), outline.lines(loose)]))
    point = inner_points(face)
    unit = metric.at(level)
    at, held = holders(shapely.STRtree(metric.polygon[unit]), point)
    holder: list[set[int]] = [set() for _ in range(face.size)]
    for one, position in zip(at.tolist(), unit[held].tolist(), strict=True):
        holder[one].add(position)
    inside = np.full(face.size, parents.size == 0)
    inside[holders(shapely.STRtree(metric.polygon[parents]), point)[0]] = True
    edge = segments_of(face)
    beside, border_m = _adjacent(edge)
    return Arrangement(face, [frozenset(one) for one in holder], inside, beside, border_m)


def _adjacent(edge: Segments) -> tuple[Ints, Floats]:
    twin = twins(edge)
    paired = np.flatnonzero(twin >= 0)
    pairs = np.column_stack([edge.owner[paired], edge.owner[twin[paired]]])
    return pairs, edge.length_m(paired)


def _settled(
    made: Arrangement, moving: frozenset[int], sliver_width_m: float
) -> list[frozenset[int]]:
    """Return who holds each face once slivers have gone to a neighbour."""
    holder = list(made.holder)
    doubtful = np.array([len(one) != 1 for one in holder], dtype=bool)
    doubtful &= np.array([bool(one) for one in holder], dtype=bool) | made.inside
    piece = _pieces(made, doubtful)
    # few pieces: one for each tear
    for number in np.unique(piece[doubtful]).tolist():
        faces = np.flatnonzero(piece == number)
        if _width_m(made, faces) >= sliver_width_m:
            doubtful[faces] = False
            continue
    waiting = sorted(set(piece[doubtful].tolist()))
    while waiting:
        left = []
        for number in waiting:
            faces = np.flatnonzero(piece == number)
            taker = _longest(made, faces, holder, doubtful, moving)
            if taker is None:
                left.append(number)
                continue
            for face in faces.tolist():
                holder[face] = frozenset({taker})
            doubtful[faces] = False
        if len(left) == len(waiting):
            break
        waiting = left
    return holder


def _pieces(made: Arrangement, doubtful: Flags) -> Ints:
    """Return the number of the connected piece of each face: doubtful faces of the same holders."""
    kinds = {those: number for number, those in enumerate(dict.fromkeys(made.holder))}
    kind = np.array([kinds[those] for those in made.holder], dtype=np.int64)
    one, other = made.beside.T if made.beside.size else np.empty((2, 0), dtype=np.int64)
    joined = doubtful[one] & doubtful[other] & (kind[one] == kind[other])
    total = kind.size
    graph = coo_array(
        (np.ones(int(joined.sum())), (one[joined], other[joined])), shape=(total, total)
    )
    return connected_components(graph, directed=False)[1].astype(np.int64)


def _width_m(made: Arrangement, faces: Ints) -> float:
    """Return the mean width of a piece; segments between its own faces are no part of its rim."""
    own = np.isin(made.beside, faces).all(axis=1)
    rim_m = float(shapely.length(made.face[faces]).sum() - made.border_m[own].sum())
    return 2 * float(shapely.area(made.face[faces]).sum()) / rim_m


def _longest(
    made: Arrangement,
    faces: Ints,
    holder: list[frozenset[int]],
    doubtful: Flags,
    moving: frozenset[int],
) -> int | None:
    """Return the unit with the longest border along a piece, among those that may have it."""
    claim = holder[int(faces[0])]
    along = np.isin(made.beside[:, 0], faces) & ~doubtful[made.beside[:, 1]]
    length_m: dict[int, float] = {}
    for face, border_m in zip(
        made.beside[along, 1].tolist(), made.border_m[along].tolist(), strict=True
    ):
        for unit in holder[face] & (claim & moving or moving):
            length_m[unit] = length_m.get(unit, 0.0) + border_m
    ranked = sorted(length_m, key=lambda unit: (-round(length_m[unit], 6), unit))
    return ranked[0] if ranked else None
