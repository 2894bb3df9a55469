"""A layer of units with some of its findings mended, level by level from below."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import shapely

from geoplan.checks.boundaries.faces import mean_width_m
from geoplan.checks.boundaries.mending import mended_polygons
from geoplan.checks.boundaries.metric_layer import MetricLayer, metric_layer
from geoplan.checks.boundaries.segments import segments_of, unmatched_from_above, vertex_hashes
from geoplan.domain.crs import reproject_xy
from geoplan.model.arrays import Floats, Geometries, Indices
from geoplan.model.boundary_layer import BoundaryLayer
from geoplan.model.findings import Finding
from geoplan.model.rules import Rulebook


def mended_layer(layer: BoundaryLayer, mended: Sequence[Finding], book: Rulebook) -> BoundaryLayer:
    """Return the layer with the polygons that the findings name mended; all others as they were.

    First invalid polygons are made valid, then torn borders whole; parents follow the union of
    their children where the two differ in slivers alone.
    """
    sliver_m = book.rules["B02"].numbers["sliver_width_m"]
    sound = _made_valid(layer, _named(layer, [one for one in mended if one.rule == "B01"]))
    named = _named(layer, [one for one in mended if one.rule != "B01"])
    metric = metric_layer(sound)
    polygon = metric.polygon.copy()
    has_children = np.isin(np.arange(len(layer)), metric.parent)
    moved: list[int] = []
    for level in reversed(metric.levels()):
        now = replace(metric, polygon=polygon.copy())
        own = np.intersect1d(named, now.at(level)).astype(np.int32)
        moving = own[~has_children[own]]
        if moving.size:
            made = mended_polygons(now, level, moving, sliver_m)
            moved += _moved_to(polygon, made)
        for parent in _parents_to_follow(metric, now.at(level), [*own.tolist(), *moved]):
            followed = _union_of_children(now, polygon, parent, sliver_m)
            if followed is not None:
                moved += _moved_to(polygon, {parent: followed})
    return _replaced(sound, metric, polygon, np.array(sorted(set(moved)), dtype=np.int32))


def _named(layer: BoundaryLayer, findings: Iterable[Finding]) -> Indices:
    """Return the positions of all units that findings name."""
    names = {name for one in findings for name in (one.subject, *one.about)}
    return np.array(
        [row for row in range(len(layer)) if layer.subject(row) in names], dtype=np.int32
    )


def _made_valid(layer: BoundaryLayer, units: Indices) -> BoundaryLayer:
    """Return the layer with repeated vertices taken out of some units and their polygons valid."""
    geometry = layer.geometry.copy()
    for unit in units.tolist():
        plain = shapely.remove_repeated_points(geometry[unit])
        if not shapely.is_valid(plain):
            plain = shapely.make_valid(plain, method="structure", keep_collapsed=False)
        geometry[unit] = plain
    return replace(layer, geometry=geometry) if units.size else layer


def _moved_to(polygon: Geometries, made: dict[int, shapely.Geometry]) -> list[int]:
    """Write new polygons into an array of the caller's own and return where."""
    changed = [
        unit for unit, shape in made.items() if not shapely.equals_identical(polygon[unit], shape)
    ]
    for unit in changed:
        polygon[unit] = made[unit]
    return changed


def _parents_to_follow(metric: MetricLayer, at_level: Indices, touched: list[int]) -> list[int]:
    """Return the parents at a level that are touched themselves or by one of their children."""
    touched_parents = set(touched) | set(metric.parent[touched].tolist())
    has_children = set(metric.parent[metric.parent >= 0].tolist())
    return [unit for unit in at_level.tolist() if unit in touched_parents & has_children]


def _union_of_children(
    metric: MetricLayer, polygon: Geometries, parent: int, sliver_width_m: float
) -> shapely.Geometry | None:
    """Return the union of the children, None where the parent is it already or is so no longer.

    Where the two differ by a piece that is no sliver, people must say which one is right.
    """
    children = polygon[(metric.parent == parent) & ~shapely.is_missing(polygon)]
    own = np.array([polygon[parent]], dtype=object)
    one_family = np.zeros(children.size, dtype=np.int64)
    below, above = unmatched_from_above(segments_of(children), segments_of(own), one_family)
    if not below.size and not above.size:
        return None
    union = shapely.union_all(children)
    differing = shapely.get_parts(shapely.symmetric_difference(union, polygon[parent]))
    areal = differing[shapely.get_dimensions(differing) == 2]
    if (mean_width_m(areal) >= sliver_width_m).any():
        return None
    return union


def _replaced(
    layer: BoundaryLayer, metric: MetricLayer, polygon: Geometries, moved: Indices
) -> BoundaryLayer:
    """Return the layer with moved polygons in its own system.

    A vertex that was there before gets its old numbers back, so that borders with units that did
    not move stay equal to the last digit.
    """
    if not moved.size:
        return layer
    there = ~shapely.is_missing(metric.polygon)
    before = metric.sound & there
    metres = shapely.get_coordinates(metric.polygon[before])
    own = shapely.get_coordinates(layer.geometry[before])
    key = vertex_hashes(metres)
    order = np.argsort(key, kind="stable")

    def as_before(xy: Floats) -> Floats:
        wanted = vertex_hashes(xy)
        at = order[np.minimum(np.searchsorted(key, wanted, sorter=order), order.size - 1)]
        known = (metres[at] == xy).all(axis=1)
        new = reproject_xy(np.ascontiguousarray(xy), metric.crs, layer.crs)
        return np.where(known[:, None], own[at], new)

    geometry = layer.geometry.copy()
    geometry[moved] = shapely.transform(polygon[moved], as_before)
    return replace(layer, geometry=geometry)
