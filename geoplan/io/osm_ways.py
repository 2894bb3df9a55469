"""What one reading of an OpenStreetMap file collects for the walking network.

Streets and barriers are kept as *runs*: stretches of consecutive nodes that the file holds. A
way whose nodes are partly missing (a clipped extract) makes several runs and is never dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np
import osmium

from geoplan.io import foot_rules
from geoplan.io.osm_file import reading
from geoplan.model.network import Crossing

Place: TypeAlias = tuple[int, float, float]
"""Node id, longitude, latitude."""

_KEYS = ("highway", "railway", "public_transport", "barrier", "waterway", "natural")
_WAYS = osmium.osm.NODE | osmium.osm.WAY
"""Ways know where their nodes are only when nodes are read too."""


@dataclass(slots=True)
class Ways:
    """Runs of consecutive nodes that the file holds, in file order."""

    ref: list[int] = field(default_factory=list)
    lon_lat: list[tuple[float, float]] = field(default_factory=list)
    run_start: list[int] = field(default_factory=list)
    """Position in ``ref`` where each run begins."""
    run_way: list[int] = field(default_factory=list)
    """Position in ``tags`` of each run's way."""
    tags: list[Mapping[str, str]] = field(default_factory=list)
    way_id: list[int] = field(default_factory=list)
    """OSM way ids, −1 for links that no way draws."""

    def add(self, way_id: int, runs: Sequence[Sequence[Place]], tags: Mapping[str, str]) -> None:
        """Add the runs of one way; a run of a single node draws nothing and is left out."""
        self.tags.append(tags)
        self.way_id.append(way_id)
        for run in runs:
            if len(run) > 1:
                self.run_start.append(len(self.ref))
                self.run_way.append(len(self.tags) - 1)
                self.ref.extend(ref for ref, _, _ in run)
                self.lon_lat.extend((lon, lat) for _, lon, lat in run)

    def runs(self) -> Iterator[tuple[int, int, int]]:
        """Yield way, start and stop (beyond the last) of each run."""
        stops = [*self.run_start, len(self.ref)][1:]
        return zip(self.run_way, self.run_start, stops, strict=True)


@dataclass(slots=True)
class Extract:
    """Streets, barriers, locked gates and crossings of a file."""

    streets: Ways = field(default_factory=Ways)
    barriers: Ways = field(default_factory=Ways)
    closed: dict[int, tuple[float, float]] = field(default_factory=dict)
    """Node id of each locked gate → longitude, latitude."""
    crossings: dict[int, Crossing] = field(default_factory=dict)
    """Node id of each crossing → how it is regulated."""


@dataclass(frozen=True, slots=True)
class Area:
    """A multipolygon that bounds a walkable square, a platform or water."""

    tags: Mapping[str, str]
    rims: tuple[int, ...]
    """Way ids of the outer rim."""
    holes: tuple[int, ...]
    """Way ids of the inner rims: fountains, kiosks, flower beds."""


def read_ways(path: Path) -> Extract:
    """Return everything in the file that walkers use or that stops them.

    Raises
    ------
    InputError
        The file cannot be read.
    """
    extract = Extract()
    with reading(path):
        areas = _areas(path)
        outlines = {way: area.tags for area in areas for way in (*area.rims, *area.holes)}
        for entity in _tagged(path):
            if isinstance(entity, osmium.osm.Node):
                _note_node(extract, entity)
            elif isinstance(entity, osmium.osm.Way):
                _note_way(extract, entity, outlines)
        for way in _untagged(path, outlines):
            _note_way(extract, way, outlines)
    _link_holes(extract.streets, areas)
    return extract


def _areas(path: Path) -> list[Area]:
    """Return the multipolygons whose outlines are walked or stop walkers."""
    relations = osmium.FileProcessor(str(path), osmium.osm.RELATION)
    areas = []
    for relation in relations.with_filter(osmium.filter.KeyFilter(*_KEYS)):
        tags = dict(relation.tags)
        bounds = foot_rules.walkable(tags) or foot_rules.barrier_kind(tags) == "water"
        if isinstance(relation, osmium.osm.Relation) and bounds:
            ways = [(member.role, member.ref) for member in relation.members if member.type == "w"]
            holes = tuple(ref for role, ref in ways if role == "inner")
            areas.append(Area(tags, tuple(ref for _, ref in ways if ref not in holes), holes))
    return [area for area in areas if area.tags.get("type") == "multipolygon"]


def _tagged(path: Path) -> Iterator[object]:
    entities = osmium.FileProcessor(str(path), _WAYS).with_locations()
    yield from entities.with_filter(osmium.filter.KeyFilter(*_KEYS))


def _untagged(path: Path, outlines: Mapping[int, object]) -> Iterator[osmium.osm.Way]:
    """Yield the outlines that carry no tag of their own; the relation speaks for them."""
    if not outlines:
        return
    ways = osmium.FileProcessor(str(path), _WAYS).with_locations()
    ways.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
    for way in ways.with_filter(osmium.filter.IdFilter(outlines)):
        if isinstance(way, osmium.osm.Way) and not any(key in way.tags for key in _KEYS):
            yield way


def _note_node(extract: Extract, node: osmium.osm.Node) -> None:
    tags = dict(node.tags)
    if foot_rules.closed_gate(tags):
        extract.closed[node.id] = (node.lon, node.lat)
    if tags.get("highway") == "crossing":
        extract.crossings[node.id] = foot_rules.crossing(tags) or Crossing.UNCONTROLLED


def _note_way(
    extract: Extract, way: osmium.osm.Way, outlines: Mapping[int, Mapping[str, str]]
) -> None:
    own = dict(way.tags)
    tags = own if "highway" in own else outlines.get(way.id, own)
    if foot_rules.walkable(tags):
        extract.streets.add(way.id, _runs(way), tags)
    elif kind := foot_rules.barrier_kind(own) or foot_rules.barrier_kind(tags):
        extract.barriers.add(way.id, _runs(way), {"kind": kind, "name": tags.get("name", "")})


def _runs(way: osmium.osm.Way) -> list[list[Place]]:
    runs: list[list[Place]] = [[]]
    for node in way.nodes:
        if node.location.valid():
            runs[-1].append((node.ref, node.lon, node.lat))
        elif runs[-1]:
            runs.append([])
    return runs


def _link_holes(streets: Ways, areas: Sequence[Area]) -> None:
    """Join each hole's outline to the rim of its square by the shortest straight line.

    Walkers cross a square freely; only its outlines are drawn. Without the link the outline of a
    fountain, and every path that ends there, would be an island in the middle of the square.
    """
    wanted = {way for area in areas for way in (*area.rims, *area.holes)}
    places: dict[int, list[Place]] = {}
    for way, start, stop in streets.runs():
        if streets.way_id[way] in wanted:
            nodes = zip(streets.ref[start:stop], streets.lon_lat[start:stop], strict=True)
            places.setdefault(streets.way_id[way], []).extend((ref, *at) for ref, at in nodes)
    for area in areas:
        rim = [place for way in area.rims for place in places.get(way, [])]
        for hole in area.holes:
            link = _shortest(places.get(hole, []), rim)
            if link[0][0] != link[1][0]:
                streets.add(-1, [link], area.tags)


def _shortest(some: Sequence[Place], others: Sequence[Place]) -> tuple[Place, Place]:
    """Return the nearest two nodes; one node twice when either side is empty."""
    if not some or not others:
        nowhere = (0, 0.0, 0.0)
        return nowhere, nowhere
    here, there = np.array(some)[:, 1:], np.array(others)[:, 1:]
    east_shrinks = np.array([np.cos(np.radians(here[0, 1])), 1.0])
    gap = (here[:, None] - there[None]) * east_shrinks
    row, column = divmod(int((gap**2).sum(axis=2).argmin()), len(others))
    return some[row], others[column]
