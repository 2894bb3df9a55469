"""B07: units in several parts, exclaves and enclaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import shapely

from geoplan.checks.boundaries.metric_layer import MetricLayer, metric_layer
from geoplan.checks.boundaries.segments import segments_of
from geoplan.model.arrays import Indices
from geoplan.model.boundary_dossier import BoundaryDossier
from geoplan.model.findings import Finding
from geoplan.model.rules import Rule


def scattered_units(dossier: BoundaryDossier, rule: Rule) -> Iterable[Finding]:
    """Report parts away from the largest one, and units that lie inside another.

    One finding for each lesser part: ``exclave`` where it borders on another unit of the level,
    its host being that with the longest border, else ``multipart``; one for each enclosed unit.
    Units whose polygon is not valid are passed over (B01).
    """
    metric = metric_layer(dossier.layer)
    for level in metric.levels():
        unit = metric.at(level)
        unit = unit[metric.sound[unit]]
        yield from _lesser_parts(metric, unit, rule)
        yield from _enclaves(metric, unit, rule)


def _lesser_parts(metric: MetricLayer, unit: Indices, rule: Rule) -> Iterator[Finding]:
    polygons = metric.polygon[unit]
    tree = shapely.STRtree(polygons)
    for one in np.flatnonzero(shapely.get_num_geometries(polygons) > 1).tolist():
        parts = shapely.get_parts(polygons[one])
        largest = int(np.argmax(shapely.area(parts)))
        for part in np.delete(parts, largest).tolist():
            host = _host(tree, one, part, rule.numbers["touching_m"])
            evidence: dict[str, str | int | float] = {
                "name": metric.name(int(unit[one])),
                "parts": len(parts),
                "area_m2": round(float(shapely.area(part)), 1),
            }
            if host >= 0:
                evidence["host"] = metric.name(int(unit[host]))
            yield rule.found(
                metric.layer.subject(int(unit[one])),
                evidence,
                case="exclave" if host >= 0 else "multipart",
                place=metric.place(part, int(unit[one])),
                about=metric.subjects([int(unit[host])]) if host >= 0 else (),
            )


def _host(tree: shapely.STRtree, own: int, part: shapely.Geometry, touching_m: float) -> int:
    """Return the other polygon with the longest border with a part, -1 for none."""
    around = segments_of(np.array([part], dtype=object))
    every = np.arange(around.first.shape[0])
    middle = shapely.line_interpolate_point(around.lines(every), 0.5, normalized=True)
    at, polygon = tree.query(middle, predicate="dwithin", distance=touching_m)
    at, polygon = at[polygon != own], polygon[polygon != own]
    if not polygon.size:
        return -1
    return int(np.argmax(np.bincount(polygon, weights=around.length_m(at))))


def _enclaves(metric: MetricLayer, unit: Indices, rule: Rule) -> Iterator[Finding]:
    polygons = metric.polygon[unit]
    parts, of_polygon = shapely.get_parts(polygons, return_index=True)
    with_hole = shapely.get_num_interior_rings(parts) > 0
    rings, of_part = shapely.get_rings(parts[with_hole], return_index=True)
    outer = np.append(True, of_part[1:] != of_part[:-1])[: len(rings)]
    holes = shapely.polygons(rings[~outer])
    host = of_polygon[with_hole][of_part[~outer]]
    hole, inside = shapely.STRtree(polygons).query(holes, predicate="intersects")
    hole, inside = hole[inside != host[hole]], inside[inside != host[hole]]
    common = shapely.area(shapely.intersection(holes[hole], polygons[inside]))
    area = shapely.area(polygons[inside])
    enclosed = common >= rule.numbers["enclosed_share"] * area
    for position in np.flatnonzero(enclosed).tolist():
        one, around = int(unit[inside[position]]), int(unit[host[hole[position]]])
        yield rule.found(
            metric.layer.subject(one),
            {
                "name": metric.name(one),
                "host": metric.name(around),
                "area_m2": round(float(area[position]), 1),
            },
            case="enclave",
            place=metric.place(metric.polygon[one], one),
            about=(metric.layer.subject(around),),
        )
