"""The units that a register may name: found by code or by name, with their polygons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from geoplan.domain.crs import GEOGRAPHIC, metric_crs, reproject
from geoplan.domain.declared_units import (
    level_of_code,
    plain_unit_name,
    short_unit_name,
    whole_code,
)
from geoplan.model.arrays import Geometries
from geoplan.model.boundary_layer import BoundaryLayer
from geoplan.model.facility_dossier import FacilityDossier
from geoplan.model.gazetteer import Gazetteer


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit as the layer or the register of names has it."""

    code: str
    """Whole code, empty where there is none."""
    name: str
    """Plain name."""
    level: str
    parent: str
    """Whole code of the unit above, empty where not declared."""


@dataclass(frozen=True, slots=True, eq=False)
class Directory:
    """All units by level, sorted by code, and the polygons of those that have one."""

    units: tuple[Unit, ...]
    polygons: Geometries
    """(units,) in ``crs``, None where the layer has no polygon of the unit."""
    crs: str
    """A metric system; empty when there is no layer."""
    named: Mapping[tuple[str, str], tuple[int, ...]]
    """(level, plain name) → units; a short name stands here when no plain name is like it."""
    coded: Mapping[tuple[str, str], int]
    """(level, whole code) → unit."""

    def at(self, level: str) -> tuple[int, ...]:
        """Return the units of a level that have a polygon, by code."""
        return tuple(
            position
            for position, unit in enumerate(self.units)
            if unit.level == level and self.polygons[position] is not None
        )

    def parent(self, unit: int, level: str) -> int:
        """Return the unit of a level above a unit, −1 when none is known."""
        return self.coded.get((level, self.units[unit].parent), -1)

    def known(self, text: str, level: str) -> tuple[int, ...]:
        """Return the units of a level that a code or a name may mean, by code."""
        by_code = self.coded.get((level, whole_code(text)))
        if by_code is not None:
            return (by_code,)
        return self.named.get((level, plain_unit_name(text)), ())

    def called(self, unit: int) -> str:
        """Return what a sentence calls a unit."""
        return self.units[unit].name or self.units[unit].code


def directory_of(dossier: FacilityDossier) -> Directory:
    """Return the units of the layer and of the register of names; the layer's come first.

    Invalid polygons are made valid for looking points up (rule B01 reports them). A unit of
    several features has the union of them.
    """
    shapes: dict[Unit, list[shapely.Geometry]] = {}
    system = ""
    if dossier.units is not None:
        system = _metric_system(dossier.units)
        for unit, polygon in _layer_units(dossier.units, system):
            shapes.setdefault(unit, []).extend([polygon] if polygon is not None else [])
    codes = {(unit.level, unit.code) for unit in shapes if unit.code}
    for unit in () if dossier.names is None else _listed_units(dossier.names):
        if (unit.level, unit.code) not in codes:
            shapes.setdefault(unit, [])
    units = sorted(shapes, key=lambda unit: (unit.level, unit.code, unit.name))
    return Directory(
        units=tuple(units),
        polygons=_joined([shapes[unit] for unit in units]),
        crs=system,
        named=_by_name(units, [] if dossier.names is None else _listed_units(dossier.names)),
        coded={
            (unit.level, unit.code): position for position, unit in enumerate(units) if unit.code
        },
    )


def _metric_system(layer: BoundaryLayer) -> str:
    """Return the metric system of the middle of a layer."""
    boxes = shapely.bounds(reproject(_drawn(layer.geometry), layer.crs, GEOGRAPHIC))
    if boxes.shape[0] == 0:
        return metric_crs(0.0, 0.0)
    west, south = boxes[:, :2].min(axis=0).tolist()
    east, north = boxes[:, 2:].max(axis=0).tolist()
    return metric_crs((west + east) / 2, (south + north) / 2)


def _drawn(geometry: Geometries) -> Geometries:
    return geometry[~(shapely.is_missing(geometry) | shapely.is_empty(geometry))]


def _layer_units(
    layer: BoundaryLayer, system: str
) -> Iterable[tuple[Unit, shapely.Geometry | None]]:
    usable = ~shapely.is_missing(layer.geometry) & (shapely.get_dimensions(layer.geometry) == 2)
    polygons = np.full(len(layer), None, dtype=object)
    moved = reproject(layer.geometry[usable], layer.crs, system)
    polygons[usable] = shapely.make_valid(moved)
    for position in range(len(layer)):
        unit = _unit(
            str(layer.code[position]),
            str(layer.name[position]),
            str(layer.parent[position]),
            level=str(layer.level[position]),
        )
        yield unit, polygons[position]


def _listed_units(names: Gazetteer) -> list[Unit]:
    rows = zip(names.code.tolist(), names.name.tolist(), names.parent.tolist(), strict=True)
    units = [_unit(code, name, parent) for code, name, parent in rows]
    return [unit for unit in units if unit.level]


def _unit(code: str, name: str, parent: str, *, level: str = "") -> Unit:
    """Return a unit; without a level its code states it, and with it the unit above."""
    whole, level = whole_code(code), level or level_of_code(code)
    above = whole_code(parent)
    if not above and level == "community" and level_of_code(code) == level:
        above = whole_code(whole[:9])
    return Unit(code=whole, name=plain_unit_name(name), level=level, parent=above)


def _joined(parts: list[list[shapely.Geometry]]) -> Geometries:
    joined = np.full(len(parts), None, dtype=object)
    for position, pieces in enumerate(parts):  # a few hundred units, nearly all of one piece
        if pieces:
            joined[position] = pieces[0] if len(pieces) == 1 else shapely.union_all(pieces)
    return joined


def _by_name(units: list[Unit], listed: list[Unit]) -> dict[tuple[str, str], tuple[int, ...]]:
    """Return the units by level and name, under the register's name of the same code too."""
    plain: dict[tuple[str, str], list[int]] = {}
    short: dict[tuple[str, str], list[int]] = {}
    aliases = {(unit.level, unit.code): unit.name for unit in listed if unit.code}
    for position, unit in enumerate(units):
        for name in {unit.name, aliases.get((unit.level, unit.code), unit.name)} - {""}:
            plain.setdefault((unit.level, name), []).append(position)
            short.setdefault((unit.level, short_unit_name(name)), []).append(position)
    return {key: tuple(found) for key, found in (short | plain).items()}
