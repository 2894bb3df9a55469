"""What one reading of an OpenStreetMap file collects for the walking network.

Streets and barriers are kept as *runs*: stretches of consecutive nodes that the file holds. A
way whose nodes are partly missing (a clipped extract) makes several runs and is never dropped.

Memory. Nodes of streets and barriers lie in typed buffers, 16 bytes each; tags become codes as
they are read and no dictionary of a way is kept. While ways are read, the OSM library holds the
place of every node of the file, 16 bytes each. To look up only the nodes of streets in a second
pass was measured and rejected: it took twice the time, and the library's set of wanted ids grows
with the range of the ids (1.5 GB for ids as today's OpenStreetMap numbers them).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import osmium

from geoplan.io import foot_rules, ground_rules
from geoplan.io.carriageways import VEHICULAR
from geoplan.io.osm_file import reading
from geoplan.io.street_facts import StreetFacts, WordCodes, as_numbers
from geoplan.model.arrays import Floats, Ints
from geoplan.model.network import Crossing

_KEYS = ("highway", "railway", "public_transport", "barrier", "waterway", "natural", "kerb")
_WAYS = osmium.osm.NODE | osmium.osm.WAY
"""Ways know where their nodes are only when nodes are read too."""
_DEGREE = 10_000_000
"""OSM coordinates are whole numbers of 1e-7 degrees."""
_EAST, _NORTH = 180 * _DEGREE, 90 * _DEGREE


@dataclass(slots=True)
class Ways:
    """Runs of consecutive nodes that the file holds, in file order; buffers grow while read."""

    node: array[int] = field(default_factory=lambda: array("q"))
    """OSM id of each node of each run."""
    east: array[int] = field(default_factory=lambda: array("i"))
    north: array[int] = field(default_factory=lambda: array("i"))
    """Longitude and latitude of each node, 1e-7 degrees."""
    begin: array[int] = field(default_factory=lambda: array("q"))
    """Position in ``node`` where each run begins."""
    way: array[int] = field(default_factory=lambda: array("q"))
    """Position in ``id`` of each run's way."""
    id: array[int] = field(default_factory=lambda: array("q"))
    """OSM way ids, −1 for links that no way draws."""

    def add(self, way: osmium.osm.Way) -> None:
        """Add the runs of one way; a run of a single node draws nothing and is left out."""
        self.id.append(way.id)
        first = len(self.node)
        for node in way.nodes:
            east, north = node.x, node.y
            if -_EAST <= east <= _EAST and -_NORTH <= north <= _NORTH:
                self.node.append(node.ref)
                self.east.append(east)
                self.north.append(north)
            else:
                first = self._closed(first)
        self._closed(first)

    def add_link(self, one: int, other: int) -> None:
        """Add a straight link between two nodes of runs, named by their positions."""
        self.id.append(-1)
        first = len(self.node)
        for buffer in (self.node, self.east, self.north):
            buffer.extend((buffer[one], buffer[other]))
        self._closed(first)

    def _closed(self, first: int) -> int:
        """Close the run that began at a position; return where the next one begins."""
        length = len(self.node) - first
        if length == 1:
            for buffer in (self.node, self.east, self.north):
                buffer.pop()
        elif length > 1:
            self.begin.append(first)
            self.way.append(len(self.id) - 1)
        return len(self.node)

    def __len__(self) -> int:
        return len(self.begin)

    def lon_lat(self) -> Floats:
        """Return the places of all nodes of the runs, degrees."""
        return np.column_stack([as_numbers(self.east), as_numbers(self.north)]) / _DEGREE

    def runs(self) -> tuple[Ints, Ints, Ints]:
        """Return first position, position beyond the last, and way of each run."""
        begin = as_numbers(self.begin)
        return begin, np.append(begin[1:], len(self.node)), as_numbers(self.way)


@dataclass(slots=True)
class Extract:
    """Streets, barriers, locked gates and crossings of a file."""

    streets: Ways = field(default_factory=Ways)
    facts: StreetFacts = field(default_factory=StreetFacts)
    """What the tags of each street way say."""
    barriers: Ways = field(default_factory=Ways)
    barrier_kind: WordCodes = field(default_factory=WordCodes)
    barrier_name: WordCodes = field(default_factory=WordCodes)
    closed: dict[int, tuple[float, float]] = field(default_factory=dict)
    """Node id of each locked gate → longitude, latitude."""
    crossings: dict[int, Crossing] = field(default_factory=dict)
    """Node id of each crossing → how it is regulated."""
    kerbs: dict[int, float] = field(default_factory=dict)
    """Node id of each kerb of known height → metres."""
    carriageways: Ways = field(default_factory=Ways)
    """Carriageways that walkers may not use."""
    carriageway_structure: array[int] = field(default_factory=lambda: array("B"))
    """``Structure`` of each of their ways."""


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
    _link_holes(extract, areas)
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
    if (height_m := ground_rules.kerb_m(tags)) >= 0:
        extract.kerbs[node.id] = height_m


def _note_way(
    extract: Extract, way: osmium.osm.Way, outlines: Mapping[int, Mapping[str, str]]
) -> None:
    own = dict(way.tags)
    tags = own if "highway" in own else outlines.get(way.id, own)
    if foot_rules.walkable(tags):
        extract.facts.add(tags, foot_rules.way_class(tags))
        extract.streets.add(way)
    elif kind := foot_rules.barrier_kind(own) or foot_rules.barrier_kind(tags):
        extract.barrier_kind.add(kind)
        extract.barrier_name.add(tags.get("name", ""))
        extract.barriers.add(way)
    elif own.get("highway") in VEHICULAR:
        extract.carriageway_structure.append(foot_rules.structure(own))
        extract.carriageways.add(way)


def _link_holes(extract: Extract, areas: Sequence[Area]) -> None:
    """Join each hole's outline to the rim of its square by the shortest straight line.

    Walkers cross a square freely; only its outlines are drawn. Without the link the outline of a
    fountain, and every path that ends there, would be an island in the middle of the square.
    """
    streets, links = extract.streets, list(_links(extract.streets, areas))
    for area, one, other in links:
        extract.facts.add(area.tags, foot_rules.way_class(area.tags))
        streets.add_link(one, other)


def _links(streets: Ways, areas: Sequence[Area]) -> Iterator[tuple[Area, int, int]]:
    """Yield area, position on the hole and position on the rim of every link."""
    nodes_of = _positions(streets, {way for area in areas for way in (*area.rims, *area.holes)})
    lon_lat, node = streets.lon_lat(), as_numbers(streets.node)
    for area in areas:
        rim = np.concatenate([_NOWHERE, *(nodes_of.get(way, _NOWHERE) for way in area.rims)])
        for hole in area.holes:
            outline = nodes_of.get(hole, _NOWHERE)
            if outline.size and rim.size:
                row, column = _nearest(lon_lat[outline], lon_lat[rim])
                if node[outline[row]] != node[rim[column]]:
                    yield area, int(outline[row]), int(rim[column])


_NOWHERE: Ints = np.empty(0, dtype=np.int64)


def _positions(streets: Ways, wanted: set[int]) -> dict[int, Ints]:
    """Return the positions of the nodes of the wanted ways that are streets."""
    begin, stop, way = streets.runs()
    ids = as_numbers(streets.id)[way]
    found: dict[int, Ints] = {}
    for run in np.flatnonzero(np.isin(ids, np.fromiter(wanted, dtype=np.int64))).tolist():
        inner = np.arange(begin[run], stop[run], dtype=np.int64)
        known = found.get(int(ids[run]), _NOWHERE)
        found[int(ids[run])] = np.concatenate([known, inner])
    return found


def _nearest(here: Floats, there: Floats) -> tuple[int, int]:
    """Return the rows of the two places that are nearest to each other."""
    east_shrinks = np.array([np.cos(np.radians(here[0, 1])), 1.0])
    gap = (here[:, None] - there[None]) * east_shrinks
    return divmod(int((gap**2).sum(axis=2).argmin()), len(there))
