"""The tiling of one level: segments, loose segments, and the faces where it is torn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely

from geoplan.checks.boundaries.faces import counts, faces_of, holders, inner_points
from geoplan.checks.boundaries.metric_layer import MetricLayer
from geoplan.checks.boundaries.segments import Segments, segments_of, twins
from geoplan.model.arrays import Flags, Geometries, Indices, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Tiling:
    """Units of one level and how they fit."""

    unit: Indices
    """(k,) positions of the units in the layer; all other positions here count in this array."""
    polygon: Geometries
    """(k,) in metres."""
    tree: shapely.STRtree
    segments: Segments
    twin: Ints
    """(m,) as ``segments.twins``."""
    loose: Ints
    """Segments without a twin."""
    face: Geometries
    """(f,) what loose segments of the units and outlines of their parents enclose."""
    covered: Ints
    """(f,) how many units hold the face."""
    above: Indices
    """(f,) position in the layer of the parent that holds the face, -1 for none."""


@lru_cache(maxsize=4)
def tiling_of(metric: MetricLayer, level: str) -> Tiling:
    """Return how the units of a level fit, gaps along the outlines of their parents included."""
    unit = metric.at(level)
    polygon = metric.polygon[unit]
    segments = segments_of(polygon)
    twin = twins(segments)
    loose = np.flatnonzero(twin < 0)
    parents = parents_of(metric, unit)
    outline = segments_of(metric.polygon[parents])
    outline_loose = np.flatnonzero(twins(outline) < 0)
    face = faces_of(np.concatenate([segments.lines(loose), outline.lines(outline_loose)]))
    tree = shapely.STRtree(polygon)
    point = inner_points(face)
    above = np.full(face.shape[0], -1, dtype=np.int32)
    held, parent = holders(shapely.STRtree(metric.polygon[parents]), point)
    above[held[::-1]] = parents[parent[::-1]]
    return Tiling(
        unit=unit,
        polygon=polygon,
        tree=tree,
        segments=segments,
        twin=twin,
        loose=loose,
        face=face,
        covered=counts(holders(tree, point)[0], face.shape[0]),
        above=above,
    )


def parents_of(metric: MetricLayer, unit: Indices) -> Indices:
    """Return the declared parents of units that have a polygon, each once, in file order."""
    parents = np.unique(metric.parent[unit])
    parents = parents[parents >= 0]
    there: Flags = ~shapely.is_missing(metric.polygon[parents])
    return parents[there].astype(np.int32)


def sides(tiling: Tiling, shapes: Geometries, reach_m: float) -> list[list[int]]:
    """Return the units along the outline of each shape, those with the longest border first.

    A unit is along it where one of its loose segments lies within ``reach_m`` of the middle of a
    segment of the outline.
    """
    around = segments_of(shapes)
    lines = around.lines(np.arange(around.first.shape[0]))
    middle = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    at, near = _loose_tree(tiling).query(middle, predicate="dwithin", distance=reach_m)
    owner = tiling.segments.owner[tiling.loose[near]]
    pairs = np.unique(np.column_stack([at, owner]), axis=0)
    beside = np.column_stack([around.owner[pairs[:, 0]], pairs[:, 1]])
    found, of_found = np.unique(beside, axis=0, return_inverse=True)
    length_m = np.bincount(of_found.ravel(), around.length_m(pairs[:, 0]), len(found))
    order = np.lexsort([found[:, 1], -np.round(length_m, 6), found[:, 0]])
    along: list[list[int]] = [[] for _ in shapes]
    for shape, unit in found[order].tolist():
        along[shape].append(unit)
    return along


@lru_cache(maxsize=4)
def _loose_tree(tiling: Tiling) -> shapely.STRtree:
    return shapely.STRtree(tiling.segments.lines(tiling.loose))
