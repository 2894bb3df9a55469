"""B05: the units below are their parent, no more and no less."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import shapely

from geoplan.checks.boundaries.faces import (
    connected,
    faces_of,
    holders,
    inner_points,
    mean_width_m,
    shares,
)
from geoplan.checks.boundaries.metric_layer import MetricLayer, metric_layer
from geoplan.checks.boundaries.segments import segments_of, unmatched_from_above
from geoplan.checks.boundaries.tiling import parents_of, tiling_of
from geoplan.model.arrays import Flags, Geometries, Indices, Ints
from geoplan.model.boundary_dossier import BoundaryDossier
from geoplan.model.findings import Finding, Place
from geoplan.model.rules import Rule


def children_and_parents(dossier: BoundaryDossier, rule: Rule) -> Iterable[Finding]:
    """Report orphans, units that reach beyond their parent, and parents of another size.

    One finding a unit and case. ``orphan`` is silent where the layer has no parent at all: then
    it is one of several layers. Units whose polygon is not valid are passed over (B01).
    """
    metric = metric_layer(dossier.layer)
    yield from _orphans(metric, rule)
    for level in metric.levels():
        unit = metric.at(level)
        parents = parents_of(metric, unit)
        if parents.size:
            pieces = _torn_faces(metric, level, parents)
            yield from _outside(metric, level, pieces, rule)
            yield from _sizes(metric, unit, parents, pieces, rule)


def _orphans(metric: MetricLayer, rule: Rule) -> Iterator[Finding]:
    layer = metric.layer
    declared = layer.parent != ""
    if not (metric.parent >= 0).any():
        return
    for one in np.flatnonzero(declared & (metric.parent < 0)).tolist():
        if layer.parent[one] == layer.code[one]:
            continue
        yield rule.found(
            layer.subject(one),
            {"name": metric.name(one), "parent": str(layer.parent[one])},
            case="orphan",
            place=Place(row=int(layer.row[one])),
        )


def _torn_faces(metric: MetricLayer, level: str, parents: Indices) -> Geometries:
    """Return the faces that differ between a parent and the sum of its children."""
    tiling = tiling_of(metric, level)
    rank = np.full(len(metric.layer) + 1, -1, dtype=np.int64)
    rank[parents] = np.arange(parents.size)
    outline = segments_of(metric.polygon[parents])
    parent_of = rank[metric.parent[tiling.unit]]
    below, above = unmatched_from_above(tiling.segments, outline, parent_of)
    face = faces_of(np.concatenate([tiling.segments.lines(below), outline.lines(above)]))
    if not face.size:
        return face
    point = inner_points(face)
    in_child = holders(tiling.tree, point)
    in_parent = holders(shapely.STRtree(metric.polygon[parents]), point)
    return face[_unbalanced(face.size, (in_child[0], parent_of[in_child[1]]), in_parent)]


def _unbalanced(total: int, below: tuple[Ints, Ints], above: tuple[Ints, Ints]) -> Flags:
    """Return which faces some parent and its children hold a different number of times."""
    known = below[1] >= 0
    pairs = np.concatenate(
        [np.column_stack([below[0][known], below[1][known]]), np.column_stack(above)]
    )
    sign = np.concatenate([np.ones(int(known.sum())), -np.ones(above[0].size)])
    keys, of_key = np.unique(pairs, axis=0, return_inverse=True)
    net = np.bincount(of_key.ravel(), weights=sign, minlength=len(keys))
    found = np.zeros(total, dtype=bool)
    found[keys[net != 0, 0]] = True
    return found


def _outside(metric: MetricLayer, level: str, torn: Geometries, rule: Rule) -> Iterator[Finding]:
    """Yield a finding for each unit that reaches beyond its parent, with all its pieces."""
    tiling = tiling_of(metric, level)
    _, own, piece = shares(torn, tiling.tree)
    unit = tiling.unit[own]
    parent = metric.parent[unit]
    there = (parent >= 0) & metric.sound[unit] & metric.sound[parent]
    there &= ~shapely.is_missing(metric.polygon[parent])
    unit, piece = unit[there], piece[there]
    above = metric.polygon[metric.parent[unit]]
    some = ~_within(piece, above)
    beyond = np.full(piece.size, shapely.Polygon(), dtype=object)
    beyond[some] = shapely.difference(piece[some], above[some])
    some &= shapely.area(beyond) > 0
    for one in np.unique(unit[some]).tolist():
        parts = connected(beyond[some & (unit == one)])
        wide = parts[mean_width_m(parts) >= rule.numbers["smallest_width_m"]]
        if wide.size:
            yield _reaches_beyond(metric, one, wide, rule)


def _within(pieces: Geometries, outlines: Geometries) -> Flags:
    """Return which pieces lie in their outlines; a prepared outline answers in log n."""
    shapely.prepare(outlines)
    found: Flags = shapely.covers(outlines, pieces)
    return found


def _reaches_beyond(metric: MetricLayer, one: int, parts: Geometries, rule: Rule) -> Finding:
    above = int(metric.parent[one])
    width_m = float(mean_width_m(parts).max())
    area_m2 = float(shapely.area(parts).sum())
    return rule.found(
        metric.layer.subject(one),
        {
            "name": metric.name(one),
            "parent": metric.name(above),
            "area_m2": round(area_m2, 3),
            "width_m": round(width_m, 3),
            "share": round(area_m2 / float(shapely.area(metric.polygon[one])), 6),
        },
        case="outside" if width_m >= rule.numbers["sliver_width_m"] else "outside_sliver",
        place=metric.place(shapely.multipolygons(list(parts)), one),
        about=(metric.layer.subject(above),),
    )


def _sizes(
    metric: MetricLayer, unit: Indices, parents: Indices, torn: Geometries, rule: Rule
) -> Iterator[Finding]:
    """Yield parents whose area differs from the sum or from the union of their children."""
    area = shapely.area(metric.polygon[unit])
    for parent in parents.tolist():
        of_parent = metric.parent[unit] == parent
        if not (metric.sound[parent] and metric.sound[unit[of_parent]].all()):
            continue
        whole = float(shapely.area(metric.polygon[parent]))
        total = float(area[of_parent].sum())
        union = whole + _union_excess_m2(metric, parent, unit[of_parent], torn)
        off = max(abs(total - whole), abs(union - whole)) / whole
        if off > rule.numbers["largest_share"]:
            yield rule.found(
                metric.layer.subject(parent),
                {
                    "name": metric.name(parent),
                    "parent_km2": round(whole / 1e6, 4),
                    "sum_km2": round(total / 1e6, 4),
                    "union_km2": round(union / 1e6, 4),
                    "share": round(off, 4),
                },
                case="area",
                place=metric.place(metric.polygon[parent], parent),
            )


def _union_excess_m2(
    metric: MetricLayer, parent: int, children: Indices, torn: Geometries
) -> float:
    """Return how much larger the union of children is than the parent: outside less missing."""
    near = shapely.STRtree(torn).query(metric.polygon[parent], predicate="intersects")
    near = np.union1d(near, shapely.STRtree(torn).query(metric.polygon[children])[1])
    pieces = torn[near.astype(np.int64)]
    if not pieces.size:
        return 0.0
    tree = shapely.STRtree(metric.polygon[children])
    _, _, held = shares(pieces, tree)
    union = shapely.union_all(held) if held.size else shapely.Polygon()
    whole = metric.polygon[parent]
    cut = ~_within(pieces, np.full(pieces.size, whole, dtype=object))
    inside_m2 = shapely.area(pieces)
    inside_m2[cut] = shapely.area(shapely.intersection(pieces[cut], whole))
    return float(shapely.area(union) - inside_m2.sum())
