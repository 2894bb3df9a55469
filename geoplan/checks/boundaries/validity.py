"""B01: polygons that a GIS can compute with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import numpy as np
import shapely

from geoplan.checks.boundaries.metric_layer import metric_layer, usable
from geoplan.domain.crs import GEOGRAPHIC, reproject_xy
from geoplan.model.arrays import Floats, Geometries, Ints
from geoplan.model.boundary_dossier import BoundaryDossier
from geoplan.model.boundary_layer import BoundaryLayer
from geoplan.model.findings import WHOLE, Finding, Place
from geoplan.model.rules import Rule

_CASE_OF_REASON = {
    "Self-intersection": "crossing",
    "Ring Self-intersection": "touching",
    "Interior is disconnected": "touching",
    "Hole lies outside shell": "rings",
    "Holes are nested": "rings",
    "Nested shells": "rings",
    "Duplicate Rings": "rings",
}
"""What GEOS calls the fault → case of the rule; every other fault is ``degenerate``."""


def valid_geometry(dossier: BoundaryDossier, rule: Rule) -> Iterable[Finding]:
    """Report missing, broken and oddly drawn polygons: one finding a unit and case.

    The order of rings (RFC 7946, counter-clockwise) is one finding for a whole GeoJSON layer.
    The other checks of the tiling pass over units whose polygon is not valid.
    """
    layer = dossier.layer
    yield from _unusable(layer, rule)
    yield from _invalid(layer, rule)
    yield from _repeated(layer, rule)
    yield from _spikes(dossier, rule)
    yield from _ring_order(layer, rule)


def _unusable(layer: BoundaryLayer, rule: Rule) -> Iterator[Finding]:
    missing = shapely.is_missing(layer.geometry) | shapely.is_empty(layer.geometry)
    for one in np.flatnonzero(~usable(layer)).tolist():
        case = "missing" if missing[one] else "no_polygon"
        if shapely.get_dimensions(layer.geometry[one]) == 2 and not missing[one]:
            case = "degenerate"
        yield _found(layer, rule, (one, case))


def _invalid(layer: BoundaryLayer, rule: Rule) -> Iterator[Finding]:
    there = np.flatnonzero(usable(layer))
    invalid = there[~shapely.is_valid(layer.geometry[there])]
    reasons = shapely.is_valid_reason(layer.geometry[invalid])
    for one, reason in zip(invalid.tolist(), reasons.tolist(), strict=True):
        what, xy = _reason(str(reason))
        yield _found(layer, rule, (one, _CASE_OF_REASON.get(what, "degenerate")), xy=xy)


def _reason(text: str) -> tuple[str, tuple[float, float] | None]:
    """Return what is wrong and where, from a sentence such as ``Self-intersection[1.5 2]``."""
    found = re.fullmatch(r"([^\[]+)\[(\S+) (\S+)(?: \S+)*\]", text)
    if not found:
        return text, None
    x, y = float(found[2]), float(found[3])
    return found[1], (x, y) if np.isfinite([x, y]).all() else None


def _repeated(layer: BoundaryLayer, rule: Rule) -> Iterator[Finding]:
    there = np.flatnonzero(usable(layer))
    xy, ring, unit = _ring_vertices(layer.geometry[there])
    same = np.flatnonzero((ring[1:] == ring[:-1]) & (xy[1:] == xy[:-1]).all(axis=1))
    for one, vertices in _by_unit(unit[same], same):
        yield _found(
            layer, rule, (int(there[one]), "repeated"), xy=xy[vertices[0]], vertices=len(vertices)
        )


def _spikes(dossier: BoundaryDossier, rule: Rule) -> Iterator[Finding]:
    """Yield units with a corner sharper than ``spike_angle_degrees`` between two long sides."""
    metric = metric_layer(dossier.layer)
    there = np.flatnonzero(metric.sound)
    xy, ring, unit = _ring_vertices(shapely.orient_polygons(metric.polygon[there]))
    corner, before, after = _corners(ring)
    back, on = xy[before] - xy[corner], xy[after] - xy[corner]
    long = np.minimum(np.hypot(*back.T), np.hypot(*on.T)) >= rule.numbers["spike_length_m"]
    turn = on[:, 0] * back[:, 1] - on[:, 1] * back[:, 0]
    angle = np.degrees(np.arctan2(turn, (back * on).sum(axis=1)))
    sharp = corner[long & (angle > 0) & (angle < rule.numbers["spike_angle_degrees"])]
    for one, vertices in _by_unit(unit[sharp], sharp):
        lon_lat = reproject_xy(xy[vertices[:1]], metric.crs, GEOGRAPHIC)[0]
        place = _place(dossier.layer, int(there[one]), lon_lat)
        yield rule.found(
            dossier.layer.subject(int(there[one])),
            {"name": metric.name(int(there[one])), "vertices": len(vertices)},
            case="spike",
            place=place,
        )


def _corners(ring: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the vertices of rings, each once, with those before and after them."""
    closing = np.flatnonzero(np.append(ring[1:] != ring[:-1], True)) if ring.size else ring
    opening = np.concatenate([[0], closing[:-1] + 1]) if ring.size else ring
    before, after = np.arange(ring.size) - 1, np.arange(ring.size) + 1
    before[opening] = closing - 1
    keep = np.ones(ring.size, dtype=bool)
    keep[closing] = False
    corner = np.flatnonzero(keep)
    return corner, before[corner], after[corner]


def _ring_order(layer: BoundaryLayer, rule: Rule) -> Iterator[Finding]:
    if not layer.source.name.lower().endswith((".geojson", ".json")):
        return
    parts, unit = shapely.get_parts(layer.geometry[usable(layer)], return_index=True)
    outer = shapely.get_exterior_ring(parts)
    wrong = np.unique(unit[~shapely.is_ccw(outer)])
    if wrong.size:
        evidence: dict[str, str | int] = {"units": int(wrong.size), "file": layer.source.name}
        yield rule.found(WHOLE, evidence, case="ring_order")


def _ring_vertices(polygons: Geometries) -> tuple[Floats, Ints, Ints]:
    """Return the vertices of all rings, the ring and the polygon of each."""
    rings, of_polygon = _rings(polygons)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    return xy, ring.astype(np.int64), of_polygon[ring].astype(np.int64)


def _rings(polygons: Geometries) -> tuple[Geometries, Ints]:
    parts, of_polygon = shapely.get_parts(polygons, return_index=True)
    rings, of_part = shapely.get_rings(parts, return_index=True)
    return rings, of_polygon[of_part].astype(np.int64)


def _by_unit(unit: Ints, vertex: Ints) -> Iterator[tuple[int, list[int]]]:
    """Yield each unit with its vertices; both arrays are sorted by unit."""
    units, starts = np.unique(unit, return_index=True)
    ends = np.append(starts[1:], unit.size)
    for one, start, end in zip(units.tolist(), starts.tolist(), ends.tolist(), strict=False):
        yield one, vertex[start:end].tolist()


def _found(
    layer: BoundaryLayer,
    rule: Rule,
    unit_and_case: tuple[int, str],
    *,
    xy: Floats | tuple[float, float] | None = None,
    vertices: int | None = None,
) -> Finding:
    one, case = unit_and_case
    evidence: dict[str, str | int] = {"name": str(layer.name[one]) or layer.subject(one)}
    if vertices is not None:
        evidence["vertices"] = vertices
    lon_lat = None
    if xy is not None:
        lon_lat = reproject_xy(np.array([xy], dtype=np.float64), layer.crs, GEOGRAPHIC)[0]
    return rule.found(layer.subject(one), evidence, case=case, place=_place(layer, one, lon_lat))


def _place(layer: BoundaryLayer, one: int, lon_lat: Floats | None) -> Place:
    row = int(layer.row[one])
    if lon_lat is None or not np.isfinite(lon_lat).all():
        return Place(row=row)
    lon, lat = (round(float(value), 6) for value in lon_lat)
    return Place(lon, lat, row)
