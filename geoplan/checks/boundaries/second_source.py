"""B19: two sources draw the same units alike."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely

from geoplan.checks.on_ground import Ground, ground_of
from geoplan.domain.crs import reproject
from geoplan.model.arrays import Floats, Geometries
from geoplan.model.boundary_dossier import BoundaryDossier
from geoplan.model.findings import Finding
from geoplan.model.rules import Rule

_STEP_M = 10.0
"""Lines are compared at points at most so far apart."""


def sources_agree(dossier: BoundaryDossier, rule: Rule) -> Iterable[Finding]:
    """Report units whose lines differ between the sources by more than a setting: one a unit.

    Units are matched by code, else by name. Distances are taken from either line to the other at
    least every ten metres: the largest is the Hausdorff distance (to half that step), the mean is
    weighted by length.
    """
    second = dossier.records.second
    if second is None:
        return
    ground, other = ground_of(dossier.layer), ground_of(second)
    outlines = reproject(other.outline, other.crs, ground.crs)
    match = _matches(ground, other)
    for row, their in match.items():
        yield from _apart(ground, row, outlines[their], rule)
    polygons = reproject(other.geometry, other.crs, ground.crs)
    for row in sorted(set(range(len(ground.subject))) - set(match)):
        inside = shapely.point_on_surface(ground.geometry[row])
        place = ground.place(inside.x, inside.y, row=int(ground.feature[row]))
        yield rule.found(
            ground.subject[row], {"unit": ground.called([row])}, case="only_here", place=place
        )
    for row in sorted(set(range(len(other.subject))) - set(match.values())):
        inside = shapely.point_on_surface(polygons[row])
        place = ground.place(inside.x, inside.y)
        yield rule.found(
            other.subject[row], {"unit": other.called([row])}, case="only_there", place=place
        )


def _apart(ground: Ground, row: int, theirs: shapely.Geometry, rule: Rule) -> Iterable[Finding]:
    ours = ground.outline[row]
    points, away_m, weight = (
        np.concatenate(both)
        for both in zip(_sampled(ours, theirs), _sampled(theirs, ours), strict=True)
    )
    largest_m, mean_m = float(away_m.max()), float(np.average(away_m, weights=weight))
    if largest_m <= rule.numbers["hausdorff_m"] and mean_m <= rule.numbers["mean_m"]:
        return
    x, y = points[int(away_m.argmax())].tolist()
    at = shapely.Point(x, y)
    gap = max(
        (shapely.shortest_line(at, ours), shapely.shortest_line(at, theirs)),
        key=lambda line: line.length,
    )
    yield rule.found(
        ground.subject[row],
        {
            "unit": ground.called([row]),
            "hausdorff_m": round(largest_m, 1),
            "mean_m": round(mean_m, 1),
        },
        case="apart",
        place=ground.place(x, y, row=int(ground.feature[row]), shape=gap),
    )


def _sampled(line: shapely.Geometry, other: shapely.Geometry) -> tuple[Floats, Floats, Floats]:
    """Return points of a line (k, 2), how far each is from the other, and the length it speaks for.

    The other line is searched segment by segment through a tree, not walked along for each point.
    """
    parts: Geometries = shapely.get_parts(shapely.segmentize(line, _STEP_M))
    xy, part = shapely.get_coordinates(parts, return_index=True)
    step_m = np.hypot(*np.diff(xy, axis=0).T) * (np.diff(part) == 0)
    weight = (np.append(step_m, 0.0) + np.insert(step_m, 0, 0.0)) / 2
    _, away_m = shapely.STRtree(_segments(other)).query_nearest(
        shapely.points(xy), all_matches=False, return_distance=True
    )
    return xy, np.asarray(away_m, dtype=np.float64), weight


def _segments(line: shapely.Geometry) -> Geometries:
    xy, part = shapely.get_coordinates(shapely.get_parts(line), return_index=True)
    ends = np.stack([xy[:-1], xy[1:]], axis=1)[np.diff(part) == 0]
    return np.asarray(shapely.linestrings(ends), dtype=object)


def _matches(ground: Ground, other: Ground) -> dict[int, int]:
    """Return which unit of the other source is the same: by code, else by a name that is unique."""
    match = {}
    names = other.name.tolist()
    taken = set()
    for row, code in enumerate(ground.code.tolist()):
        found = other.row_of(code)
        if found >= 0:
            match[row] = found
            taken.add(found)
    for row in sorted(set(range(len(ground.subject))) - set(match)):
        name = str(ground.name[row])
        alike = [one for one, text in enumerate(names) if text == name and name]
        if len(alike) == 1 and alike[0] not in taken:
            match[row] = alike[0]
            taken.add(alike[0])
    return match
