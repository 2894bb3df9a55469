"""N16: entries with a position stand inside the polygon of the town that they declare."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from geoplan.checks.names.entry_codes import sound_codes
from geoplan.checks.names.entry_places import entry_place
from geoplan.domain.codes import is_well_formed, level_of, parent_of, stem
from geoplan.domain.crs import GEOGRAPHIC, metric_crs, reproject, reproject_xy
from geoplan.domain.unit_names import unit_key
from geoplan.model.arrays import Geometries, Indices, Ints
from geoplan.model.boundary_layer import BoundaryLayer
from geoplan.model.findings import Finding
from geoplan.model.gazetteer import Gazetteer
from geoplan.model.rules import Rule


def parents_on_the_ground(names: Gazetteer, units: BoundaryLayer, rule: Rule) -> Iterator[Finding]:
    """Report entries that stand outside the town that they declare: one finding an entry.

    A point on the line is inside. One at most ``border_m`` metres outside is near the border and
    may be either's. Entries without position, or whose town has no polygon, are left alone.
    ``about`` is the town in which the entry stands; the shape leads to the declared one.
    """
    towns = _town_rows(units)
    rows, declared = _declared(names, units, towns)
    if not rows.size:
        return
    system = metric_crs(*(float(number) for number in names.xy[rows[0]]))
    polygons = _polygons(units, towns, system)
    points = np.asarray(shapely.points(reproject_xy(names.xy[rows], GEOGRAPHIC, system)))
    outside = np.flatnonzero(~shapely.intersects(points, polygons[declared]))
    holders = _holders(points[outside], polygons)
    lines = shapely.shortest_line(points[outside], polygons[declared[outside]])
    drawn = reproject(lines, system, GEOGRAPHIC)
    for position, distance_m in enumerate(shapely.length(lines).tolist()):
        row, town = int(rows[outside[position]]), int(towns[declared[outside[position]]])
        near = distance_m <= rule.numbers["border_m"]
        evidence: dict[str, str | float] = {
            "name": str(names.name[row]),
            "declared": str(units.name[town]) or units.subject(town),
            "distance_m": round(distance_m, 1),
        }
        holder = int(holders[position])
        about: tuple[str, ...] = ()
        if holder >= 0:
            evidence["actual"] = str(units.name[towns[holder]]) or units.subject(towns[holder])
            about = (units.subject(int(towns[holder])),)
        case = "near_border" if near else ("geometry" if holder >= 0 else "outside")
        place = entry_place(names, row, drawn[position])
        yield rule.found(names.subject(row), evidence, case=case, place=place, about=about)


def _town_rows(units: BoundaryLayer) -> Indices:
    """Return the rows of the units of the level of towns that have a polygon."""
    filled = ~shapely.is_missing(units.geometry) & ~shapely.is_empty(units.geometry)
    coded = np.array(
        [is_well_formed(code) and level_of(code) == "township" for code in units.code.tolist()],
        dtype=np.bool_,
    )
    town = (units.level == "subdistrict") | ((units.level == "") & coded)
    return np.flatnonzero(filled & town).astype(np.int32)


def _declared(names: Gazetteer, units: BoundaryLayer, towns: Indices) -> tuple[Ints, Ints]:
    """Return the rows with a position and a known town, and which of ``towns`` it is.

    A town is declared by the code above, else by its name, else by the row's own code.
    """
    by_code: dict[str, int] = {}
    by_name: dict[str, int] = {}
    for position, town in enumerate(towns.tolist()):
        if is_well_formed(code := str(units.code[town])):
            by_code.setdefault(stem(code), position)
        by_name.setdefault(unit_key(str(units.name[town])), position)
    rows, declared = [], []
    codes, parents = sound_codes(names), sound_codes(names, "parent")
    for row in np.flatnonzero(np.isfinite(names.xy).all(axis=1)).tolist():
        if (above := stem(parents[row]) if parents[row] else "") in by_code:
            found = by_code[above]
        elif declared_name := names.text("parent_name", row):
            found = by_name.get(unit_key(declared_name), -1)
        else:
            found = by_code.get(parent_of(codes[row]) if codes[row] else "", -1)
        if found >= 0:
            rows.append(row)
            declared.append(found)
    return np.array(rows, dtype=np.int64), np.array(declared, dtype=np.int64)


def _polygons(units: BoundaryLayer, towns: Indices, system: str) -> Geometries:
    """Return the polygons of towns in a metric system, broken ones repaired for the question."""
    polygons = reproject(units.geometry[towns], units.crs, system)
    repaired: Geometries = np.where(
        shapely.is_valid(polygons), polygons, shapely.make_valid(polygons)
    )
    return repaired


def _holders(points: Geometries, polygons: Geometries) -> Ints:
    """Return which polygon each point stands in, the first of several, -1 for none."""
    holders = np.full(len(points), -1, dtype=np.int64)
    found, holding = shapely.STRtree(polygons).query(points, predicate="intersects")
    order = np.argsort(-holding, kind="stable")
    holders[found[order]] = holding[order]
    return holders
