"""B16: a line does not move with the river or road that it follows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely

from geoplan.checks.boundaries.inspections import recorded_pair
from geoplan.checks.boundaries.shared_lines import inspected_level, shared_lines
from geoplan.checks.on_ground import Ground, ground_of
from geoplan.domain.crs import GEOGRAPHIC, reproject
from geoplan.model.arrays import Floats, Geometries
from geoplan.model.border_records import Centrelines, Inspections
from geoplan.model.boundary_dossier import BoundaryDossier
from geoplan.model.findings import Finding, Scalar
from geoplan.model.rules import Rule


def line_follows(dossier: BoundaryDossier, rule: Rule) -> Iterable[Finding]:
    """Report where a line lies away from the river or road that it follows: one finding a stretch.

    A line follows a centreline when the agreement says so, else when most of it (``share``) lies
    within ``near_m``. Without an agreement only stretches are reported that leave the centreline
    and come back: at its ends a line may turn elsewhere. Nothing is proposed: the line stays.
    """
    records = dossier.records
    if records.centrelines is None:
        return
    ground = ground_of(dossier.layer)
    level = inspected_level(ground, rule.words["inspected_levels"])
    lines = shared_lines(ground, level, rule.numbers["shared_within_m"])
    current = _by_name(records.centrelines, ground)
    names = list(current)
    routes: Geometries = np.array(list(current.values()), dtype=object)
    agreed = _agreed(records.inspections, ground)
    for pair, row in lines.of.items():
        line = lines.geometry[row]
        share = _share_near(line, routes, rule.numbers["near_m"])
        for one, name in enumerate(names):
            by_agreement = name == agreed.get(pair)
            if by_agreement or (pair not in agreed and share[one] >= rule.numbers["share"]):
                stretch = _Followed(ground, line, routes[one], name, pair)
                yield from _strayed(stretch, rule, everywhere=by_agreement)


@dataclass(frozen=True, slots=True, eq=False)
class _Followed:
    ground: Ground
    line: shapely.Geometry
    route: shapely.Geometry
    name: str
    pair: tuple[int, int]


def _strayed(followed: _Followed, rule: Rule, *, everywhere: bool) -> Iterable[Finding]:
    ground, (lower, higher) = followed.ground, followed.pair
    away = shapely.difference(
        followed.line, shapely.buffer(followed.route, rule.numbers["moved_m"])
    )
    pieces = shapely.get_parts(shapely.line_merge(away))
    ends = shapely.MultiPoint(
        [
            end
            for part in shapely.get_parts(followed.line)
            for end in (part.coords[0], part.coords[-1])
        ]
    )
    for piece in pieces:
        inner = shapely.distance(shapely.boundary(piece), ends) > rule.numbers["shared_within_m"]
        if piece.length < rule.numbers["stretch_m"] or not (everywhere or inner):
            continue
        points: Geometries = np.asarray(
            shapely.points(shapely.get_coordinates(shapely.segmentize(piece, 10.0)))
        )
        away_m = shapely.distance(points, followed.route)
        farthest = points[int(away_m.argmax())]
        evidence: dict[str, Scalar] = {
            "unit_names": ground.called([lower, higher]),
            "route": followed.name,
            "length_m": float(round(piece.length, 1)),
            "distance_m": float(away_m.max().round(1)),
        }
        yield rule.found(
            ground.subject[higher],
            evidence,
            place=ground.place(farthest.x, farthest.y, shape=piece),
            about=(ground.subject[lower], followed.name),
        )


def _share_near(line: shapely.Geometry, routes: Geometries, near_m: float) -> Floats:
    """Return how much of a line lies within ``near_m`` of each route."""
    share = np.zeros(len(routes))
    candidates = np.flatnonzero(shapely.dwithin(routes, line, near_m))
    strips = shapely.buffer(routes[candidates], near_m)
    share[candidates] = shapely.length(shapely.intersection(line, strips)) / shapely.length(line)
    return share


def _by_name(centrelines: Centrelines, ground: Ground) -> dict[str, shapely.Geometry]:
    """Return the routes of one name as one, unnamed ones by their row."""
    rows: dict[str, list[int]] = {}
    for row, name in enumerate(centrelines.name.tolist()):
        rows.setdefault(name or f"#{centrelines.row[row]}", []).append(row)
    metric = reproject(centrelines.geometry, GEOGRAPHIC, ground.crs)
    return {name: shapely.union_all(metric[mine]) for name, mine in sorted(rows.items())}


def _agreed(inspections: Inspections | None, ground: Ground) -> dict[tuple[int, int], str]:
    """Return what the agreement lets each line follow."""
    if inspections is None:
        return {}
    pairs = [recorded_pair(ground, units) for units in inspections.units]
    return {
        pair: name
        for pair, name in zip(pairs, inspections.follows.tolist(), strict=True)
        if pair is not None and name
    }
