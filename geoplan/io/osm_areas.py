"""Boundaries from what an OpenStreetMap extract holds: its extent, and named parts of it.

An extract clips administrative relations, so most cannot be closed. Their lines still part the
extent into faces, and each face belongs to the unit whose lines run along most of its rim.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import osmium
import shapely

from geoplan.errors import EmptyInputError
from geoplan.io.osm import WGS84
from geoplan.io.osm_file import data_date, is_made, reading
from geoplan.model.arrays import Floats, Geometries
from geoplan.model.places import Boundaries
from geoplan.model.source import Source

_LEVELS = ("10", "9", "8")
"""``admin_level`` values tried for subdistricts, the finest first."""


@dataclass(frozen=True, slots=True)
class Unit:
    """An administrative relation with those of its lines that the extract holds."""

    id: int
    name: str
    lines: shapely.Geometry
    """MultiLineString in longitude and latitude."""


def osm_extent(path: Path) -> shapely.Geometry:
    """Return the rectangle of the extract: as its header states it, else that of its nodes.

    Raises
    ------
    InputError
        The file cannot be read.
    EmptyInputError
        The file holds no node.
    """
    with reading(path):
        box = osmium.io.Reader(str(path)).header().box()
        if box.valid():
            low, high = box.bottom_left, box.top_right
            return _box(low.lon, low.lat, high.lon, high.lat)
        xy = np.array(
            [
                (node.lon, node.lat)
                for node in osmium.FileProcessor(str(path), osmium.osm.NODE)
                if isinstance(node, osmium.osm.Node) and node.location.valid()
            ]
        )
    if len(xy) < 2:
        raise EmptyInputError(f"{path}: the file holds no place; choose an extract with streets")
    return _box(*xy.min(axis=0).tolist(), *xy.max(axis=0).tolist())


def _box(west: float, south: float, east: float, north: float) -> shapely.Geometry:
    rectangle: shapely.Geometry = shapely.box(west, south, east, north)
    return rectangle


def read_osm_boundaries(path: Path) -> Boundaries | None:
    """Return the extent as a district, parted by the administrative lines inside it.

    Faces that no unit's line bounds go to the nearest named face. The outlines are marked as
    made: they end where the extract ends. None when no administrative line parts the extent.

    Raises
    ------
    InputError
        The file cannot be read.
    """
    extent = osm_extent(path)
    for level in _LEVELS:
        units = _units(path, level)
        parts = _faces(extent, units)
        if len(parts) > 1:
            return _boundaries(path, parts)
    return None


def _units(path: Path, level: str) -> list[Unit]:
    """Return the relations of one level with the lines that the extract holds, by name."""
    members: dict[int, list[int]] = defaultdict(list)
    found: list[tuple[int, str]] = []
    with reading(path):
        relations = osmium.FileProcessor(str(path), osmium.osm.RELATION).with_filter(
            osmium.filter.TagFilter(("boundary", "administrative"))
        )
        for relation in relations:
            if not isinstance(relation, osmium.osm.Relation):
                continue
            tags = dict(relation.tags)
            if tags.get("admin_level") == level and tags.get("name"):
                found.append((relation.id, tags["name"]))
                for member in relation.members:
                    if member.type == "w":
                        members[member.ref].append(relation.id)
        lines = _member_lines(path, members)
    units = [
        Unit(id=number, name=name, lines=shapely.union_all(lines[number]))
        for number, name in found
        if lines[number]
    ]
    return sorted(units, key=lambda unit: (unit.name, unit.id))


def _member_lines(path: Path, members: dict[int, list[int]]) -> dict[int, list[shapely.Geometry]]:
    lines: dict[int, list[shapely.Geometry]] = defaultdict(list)
    for way in osmium.FileProcessor(str(path)).with_locations():
        if not isinstance(way, osmium.osm.Way) or way.id not in members:
            continue
        corners = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
        if len(corners) > 1:
            for relation in members[way.id]:
                lines[relation].append(shapely.LineString(corners))
    return lines


def _faces(extent: shapely.Geometry, units: list[Unit]) -> dict[str, shapely.Geometry]:
    """Return the part of the extent that belongs to each unit, by name."""
    if not units:
        return {}
    lines = shapely.union_all([unit.lines for unit in units])
    rim = shapely.boundary(extent)
    network = shapely.union_all([rim, lines, *_to_the_rim(lines, rim)])
    faces = shapely.get_parts(shapely.polygonize([*shapely.get_parts(network)]))
    faces = faces[shapely.contains(shapely.buffer(extent, 1e-9), faces)]
    shared = np.array([_rim_along(faces, unit) for unit in units])
    named = shared.max(axis=0) > 0
    if not named.any():
        return {}
    owner = np.where(named, shared.argmax(axis=0), -1)
    for face in np.flatnonzero(~named):
        nearest = np.argmin(shapely.distance(faces[named], shapely.centroid(faces[face])))
        owner[face] = owner[np.flatnonzero(named)[nearest]]
    return {
        units[unit].name: shapely.union_all(faces[owner == unit])
        for unit in np.unique(owner).tolist()
        if unit >= 0
    }


def _to_the_rim(lines: shapely.Geometry, rim: shapely.Geometry) -> Geometries:
    """Return straight pieces that lead each loose end on to the rim.

    A clipped line ends at the last node inside the extract; its next node is beyond the rim.
    """
    merged = shapely.get_parts(shapely.line_merge(lines))
    ends = np.concatenate([shapely.get_point(merged, 0), shapely.get_point(merged, -1)])
    corners, count = np.unique(shapely.get_coordinates(ends), axis=0, return_counts=True)
    loose = np.asarray(shapely.points(corners[count == 1]), dtype=object)
    return np.asarray(shapely.shortest_line(loose, rim), dtype=object)


def _rim_along(faces: Geometries, unit: Unit) -> Floats:
    """Return how much of each face's rim runs along the unit's lines, in degrees."""
    rims: Floats = shapely.length(shapely.intersection(shapely.boundary(faces), unit.lines))
    return rims


def _boundaries(path: Path, parts: dict[str, shapely.Geometry]) -> Boundaries:
    names = sorted(parts)
    count = len(names)
    made = is_made(path)
    outline = shapely.union_all([parts[name] for name in names])
    return Boundaries(
        code=np.array(["osm", *[f"osm-{row + 1:02d}" for row in range(count)]]),
        name=np.array([_district_name(path), *names]),
        level=np.array(["district", *["subdistrict"] * count]),
        parent=np.array(["", *["osm"] * count]),
        geometry=np.array([outline, *(parts[name] for name in names)], dtype=object),
        made=np.ones(count + 1, dtype=np.bool_),
        crs=WGS84,
        source=Source(
            name=path.name,
            crs=WGS84,
            date=data_date(path),
            synthetic=made,
            note="© OpenStreetMap contributors, ODbL 1.0; units cut at the extract's rim",
        ),
    )


def _district_name(path: Path) -> str:
    """Return the name of the city or town node of the extract, else the file's name."""
    with reading(path):
        places = osmium.FileProcessor(str(path), osmium.osm.NODE).with_filter(
            osmium.filter.TagFilter(("place", "city"), ("place", "town"))
        )
        names = sorted(dict(node.tags).get("name", "") for node in places)
    return next((name for name in names if name), path.name)
