"""B14: boundary markers stand on their line and are numbered in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely

from geoplan.checks.boundaries.marker_numbers import (
    MarkerNumber,
    marker_numbers,
    marker_place,
    numbering,
)
from geoplan.checks.on_ground import Ground, ground_of, within
from geoplan.domain.crs import GEOGRAPHIC, reproject
from geoplan.model.arrays import Floats, Geometries, Ints
from geoplan.model.border_records import Markers
from geoplan.model.boundary_dossier import BoundaryDossier
from geoplan.model.findings import Finding, Place, Scalar
from geoplan.model.rules import Rule


def markers_on_line(dossier: BoundaryDossier, rule: Rule) -> Iterable[Finding]:
    """Report markers off their line, one finding a marker, and faults of their numbers.

    A single marker stands on the line of every unit that it names. Of two or three bodies with one
    number (A and B; C, D and E) the line passes between: the figure that they span must touch it.
    A marker with one body missing is not judged but reported as incomplete.
    """
    markers = dossier.records.markers
    if markers is None:
        return
    ground = ground_of(dossier.layer)
    xy = ground.metres(markers.xy)
    numbers = marker_numbers(markers, rule)
    shapes, judged = _spans(numbers, xy, rule)
    yield from numbering(markers, numbers, xy, rule)
    yield from _unplaced(markers, rule)
    yield from _unknown(markers, ground, rule)
    yield from _off_line(_Standing(markers, ground, shapes, judged), rule)


@dataclass(frozen=True, slots=True, eq=False)
class _Standing:
    markers: Markers
    ground: Ground
    shapes: Geometries
    """What must touch the line: the point of a single marker, the span of several bodies."""
    judged: Ints


def _off_line(standing: _Standing, rule: Rule) -> Iterable[Finding]:
    marker, unit = _members(standing)
    lines, shapes = standing.ground.outline, standing.shapes
    surveyed = standing.markers.surveyed
    limit_m = np.where(surveyed, rule.numbers["surveyed_m"], rule.numbers["digitised_m"])
    near = np.zeros(marker.size, dtype=np.bool_)
    for limit in np.unique(limit_m).tolist():
        mine = limit_m[marker] == limit
        # half a centimetre for degrees that are written to the seventh decimal
        near[mine] = within(shapes[marker[mine]], lines, unit[mine], limit + 0.005)
    marker, unit = marker[~near], unit[~near]
    apart_m = np.asarray(shapely.distance(shapes[marker], lines[unit]), dtype=np.float64)
    order = np.lexsort([unit, -apart_m, marker])
    marker, first = np.unique(marker[order], return_index=True)
    worst = order[first]
    gaps = shapely.shortest_line(shapes[marker], lines[unit[worst]])
    drawn = reproject(np.asarray(gaps, dtype=object), standing.ground.crs, GEOGRAPHIC)
    for place, (one, row) in enumerate(zip(marker.tolist(), worst.tolist(), strict=True)):
        numbers = {"distance_m": round(float(apart_m[row]), 2), "limit_m": float(limit_m[one])}
        yield _found(standing, (one, int(unit[row])), numbers, drawn[place], rule)


def _found(
    standing: _Standing,
    pair: tuple[int, int],
    numbers: dict[str, float],
    gap: shapely.Geometry,
    rule: Rule,
) -> Finding:
    markers, ground, (one, unit) = standing.markers, standing.ground, pair
    evidence: dict[str, Scalar] = {
        **numbers,
        "marker": markers.subject(one),
        "unit": ground.called([unit]),
        "units": _names(ground, markers.units[one]),
    }
    lon, lat = markers.xy[one].round(6).tolist()
    return rule.found(
        markers.subject(one),
        evidence,
        case="corner" if len(markers.units[one]) > 2 else "off_line",
        place=Place(lon, lat, int(markers.row[one]), gap),
        about=markers.units[one],
    )


def _members(standing: _Standing) -> tuple[Ints, Ints]:
    """Return (marker, unit) of every line that a judged marker must stand on.

    A marker that names no unit must stand on the nearest line of the layer.
    """
    ground = standing.ground
    pairs = [
        (one, row)
        for one in standing.judged.tolist()
        for code in standing.markers.units[one]
        if (row := ground.row_of(code)) >= 0
    ]
    bare = np.array(
        [one for one in standing.judged.tolist() if not standing.markers.units[one]],
        dtype=np.int64,
    )
    named = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    if bare.size == 0 or len(ground.outline) == 0:
        return named[:, 0], named[:, 1]
    tree = shapely.STRtree(ground.outline)
    place, unit = tree.query_nearest(standing.shapes[bare], all_matches=False)
    return np.concatenate([named[:, 0], bare[place]]), np.concatenate([named[:, 1], unit])


def _spans(numbers: list[MarkerNumber | None], xy: Floats, rule: Rule) -> tuple[Geometries, Ints]:
    """Return what must touch the line for each marker, and which markers can be judged."""
    shapes = np.asarray(shapely.points(xy), dtype=object)
    judged = np.asarray(np.isfinite(xy).all(axis=1), dtype=np.bool_)
    groups: dict[tuple[str, int, str], list[int]] = {}
    for row, number in enumerate(numbers):
        if number is not None and (bodies := number.bodies(rule)) and judged[row]:
            groups.setdefault((number.line, number.serial, bodies), []).append(row)
    for (_, _, bodies), rows in groups.items():
        letters = {number.letter for row in rows if (number := numbers[row]) is not None}
        if letters != set(bodies):
            judged[rows] = False
            continue
        span = shapely.convex_hull(shapely.MultiPoint(xy[rows]))
        for row in rows:
            shapes[row] = span
    return shapes, np.flatnonzero(judged)


def _unplaced(markers: Markers, rule: Rule) -> Iterable[Finding]:
    for row in np.flatnonzero(~np.isfinite(markers.xy).all(axis=1)).tolist():
        evidence = {"marker": markers.subject(row)}
        place = Place(row=int(markers.row[row]))
        yield rule.found(markers.subject(row), evidence, case="unplaced", place=place)


def _unknown(markers: Markers, ground: Ground, rule: Rule) -> Iterable[Finding]:
    """Report markers none of whose units is in the layer; one unknown side may lie outside it."""
    for row, units in enumerate(markers.units):
        if units and all(ground.row_of(code) < 0 for code in units):
            evidence = {"marker": markers.subject(row), "units": " / ".join(units)}
            place = marker_place(markers, row)
            yield rule.found(markers.subject(row), evidence, case="unknown_unit", place=place)


def _names(ground: Ground, units: tuple[str, ...]) -> str:
    rows = [(code, ground.row_of(code)) for code in units]
    return " / ".join(ground.called([row]) if row >= 0 else code for code, row in rows) or "—"
