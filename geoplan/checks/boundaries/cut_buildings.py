"""B17: buildings and estates that a line cuts."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely

from geoplan.checks.boundaries.shared_lines import inspected_level
from geoplan.checks.on_ground import Ground, ground_of
from geoplan.domain.crs import GEOGRAPHIC, reproject
from geoplan.model.arrays import Floats, Geometries, Indices, Ints
from geoplan.model.boundary_dossier import BoundaryDossier
from geoplan.model.findings import Finding, Scalar
from geoplan.model.rules import Rule

_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def buildings_cut(dossier: BoundaryDossier, rule: Rule) -> Iterable[Finding]:
    """Report buildings of which two sides of a line hold at least the least share each.

    One finding a building, however many units share it: of the two largest parts. What lies in no
    unit of the layer is a side too (case ``edge``).
    """
    buildings = dossier.records.buildings
    if buildings is None:
        return
    ground = ground_of(dossier.layer)
    rows = ground.at(inspected_level(ground, rule.words["inspected_levels"]))
    footprints = reproject(buildings.geometry, GEOGRAPHIC, ground.crs)
    crossed = _crossed(ground, rows, footprints)
    cut: Geometries = np.asarray(shapely.make_valid(footprints[crossed]), dtype=object)
    area_m2 = np.asarray(shapely.area(cut), dtype=np.float64)
    shares = _shares(ground, rows, cut, area_m2)
    for place, building in enumerate(crossed.tolist()):
        sides = shares.get(place, [])
        if len(sides) < 2 or sides[1][0] < rule.numbers["least_share"]:
            continue
        (first_share, first), (second_share, second), *_ = sides
        units = [ground.called([row]) for row in (first, second) if row >= 0]
        evidence: dict[str, Scalar] = {
            "building": str(buildings.name[building]) or buildings.subject(building),
            "area_m2": float(area_m2[place].round(1)),
            "unit_names": " / ".join(units),
            "first_share": first_share,
            "second_share": second_share,
        }
        inside = shapely.point_on_surface(cut[place])
        yield rule.found(
            buildings.subject(building),
            evidence,
            case="between" if len(units) == 2 else "edge",
            place=ground.place(
                inside.x, inside.y, row=int(buildings.row[building]), shape=cut[place]
            ),
            about=tuple(ground.subject[row] for row in (first, second) if row >= 0),
        )


def _crossed(ground: Ground, rows: Indices, footprints: Geometries) -> Ints:
    """Return the polygons that a line crosses; each line is prepared once."""
    known = np.flatnonzero(
        np.isin(shapely.get_type_id(footprints), _POLYGONS) & ~shapely.is_empty(footprints)
    )
    tree = shapely.STRtree(footprints[known])
    _, building = tree.query(ground.outline[rows], predicate="intersects")
    crossed: Ints = known[np.unique(building)]
    return crossed


def _shares(
    ground: Ground, rows: Indices, footprints: Geometries, area_m2: Floats
) -> dict[int, list[tuple[float, int]]]:
    """Return the shares of each footprint by unit, largest first, unit −1 for no unit at all."""
    tree = shapely.STRtree(footprints)
    unit, building = tree.query(ground.geometry[rows], predicate="intersects")
    parts = shapely.intersection(footprints[building], ground.geometry[rows[unit]])
    part_m2 = np.asarray(shapely.area(parts), dtype=np.float64)
    shares: dict[int, list[tuple[float, int]]] = {}
    for one, row, part in zip(
        building.tolist(), rows[unit].tolist(), part_m2.tolist(), strict=True
    ):
        if area_m2[one] > 0:
            shares.setdefault(one, []).append((round(part / float(area_m2[one]), 4), row))
    for held in shares.values():
        held.append((round(1.0 - sum(share for share, _ in held), 4), -1))
        held.sort(key=lambda side: (-side[0], side[1]))
    return shares
