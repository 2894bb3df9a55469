"""B20: every community belongs to exactly one service unit (大社区)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from geoplan.checks.on_ground import Ground, ground_of
from geoplan.domain.crs import GEOGRAPHIC, reproject
from geoplan.model.border_records import ServiceAreas
from geoplan.model.boundary_dossier import BoundaryDossier
from geoplan.model.findings import Finding, Place
from geoplan.model.rules import Rule


def service_areas_complete(dossier: BoundaryDossier, rule: Rule) -> Iterable[Finding]:
    """Report communities without a unit, in several units or not in the layer; areas that differ.

    One finding a community (for several units one for each after the first), one a service unit
    whose polygon is not the union of its communities.
    """
    areas = dossier.records.service_areas
    if areas is None:
        return
    ground = ground_of(dossier.layer)
    entries = _entries(areas, ground)
    yield from _unknown(areas, entries, rule)
    yield from _doubled(areas, entries, ground, rule)
    served = {entry.community for entry in entries if entry.unit}
    for row in ground.at("community").tolist():
        if row not in served:
            evidence = {"community": ground.called([row])}
            place = _inside(ground, ground.geometry[row])
            yield rule.found(ground.subject[row], evidence, case="without", place=place)
    yield from _other_area(areas, entries, ground, rule)


@dataclass(frozen=True, slots=True)
class _Entry:
    row: int
    written: str
    community: int
    """Row of the community in the layer, −1 when it is not there."""
    unit: str


def _entries(areas: ServiceAreas, ground: Ground) -> list[_Entry]:
    communities = ground.at("community").tolist()
    names: dict[str, list[int]] = {}
    for row in communities:
        names.setdefault(str(ground.name[row]), []).append(row)
    known = set(communities)
    return [
        _Entry(row, text, _community(text, ground, known, names), unit)
        for row, unit in enumerate(areas.unit.tolist())
        for text in areas.communities[row]
    ]


def _community(text: str, ground: Ground, known: set[int], names: Mapping[str, list[int]]) -> int:
    row = ground.row_of(text)
    if row in known:
        return row
    alike = names.get(text, [])
    return alike[0] if len(alike) == 1 else -1


def _unknown(areas: ServiceAreas, entries: list[_Entry], rule: Rule) -> Iterable[Finding]:
    for entry in entries:
        if entry.community < 0:
            evidence = {"community": entry.written, "service_unit": entry.unit or "—"}
            place = Place(row=int(areas.row[entry.row]))
            yield rule.found(entry.written, evidence, case="unknown", place=place)


def _doubled(
    areas: ServiceAreas, entries: list[_Entry], ground: Ground, rule: Rule
) -> Iterable[Finding]:
    units: dict[int, list[str]] = {}
    for entry in entries:
        if entry.community < 0 or not entry.unit:
            continue
        mine = units.setdefault(entry.community, [])
        if mine and entry.unit not in mine:
            evidence = {
                "community": ground.called([entry.community]),
                "first": mine[0],
                "service_unit": entry.unit,
            }
            inside = _inside(ground, ground.geometry[entry.community], int(areas.row[entry.row]))
            subject = ground.subject[entry.community]
            about = (mine[0], entry.unit)
            yield rule.found(subject, evidence, case="twice", place=inside, about=about)
        mine.append(entry.unit)


def _other_area(
    areas: ServiceAreas, entries: list[_Entry], ground: Ground, rule: Rule
) -> Iterable[Finding]:
    """Report service units whose polygon differs from the union of their communities."""
    if areas.geometry is None:
        return
    polygons = reproject(areas.geometry, GEOGRAPHIC, ground.crs)
    drawn = np.flatnonzero(shapely.area(polygons) > 0)
    units = areas.unit.tolist()
    for unit in sorted({units[row] for row in drawn.tolist()} - {""}):
        mine = sorted({one.community for one in entries if one.unit == unit} - {-1})
        rows = [row for row in drawn.tolist() if units[row] == unit]
        union = shapely.union_all(ground.geometry[mine])
        differing = shapely.symmetric_difference(
            union, shapely.union_all(shapely.make_valid(polygons[rows]))
        )
        share = differing.area / union.area if union.area else 1.0
        if share > rule.numbers["area_share"]:
            evidence = {
                "service_unit": unit,
                "area_m2": float(round(differing.area, 1)),
                "share": float(round(share, 4)),
            }
            place = _inside(ground, differing, int(areas.row[rows[0]]))
            yield rule.found(unit, evidence, case="area", place=place)


def _inside(ground: Ground, shape: shapely.Geometry, row: int | None = None) -> Place:
    point = shapely.point_on_surface(shape)
    return ground.place(point.x, point.y, row=row, shape=shape)
