"""Street edges of a networkx graph: twins made one, pieces of one way joined, tags as text."""

from __future__ import annotations

import ast
import math
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geoplan.io import foot_rules, ground_rules
from geoplan.model.arrays import Floats
from geoplan.model.network import Crossing

if TYPE_CHECKING:
    import networkx as nx

Place: TypeAlias = tuple[float, float]

TAGS = (
    "highway",
    "name",
    "bridge",
    "tunnel",
    "wheelchair",
    "crossing",
    "crossing:signals",
    "crossing:markings",
    "crossing_ref",
    "footway",
    "path",
    "cycleway",
    "incline",
    "ramp",
    "ramp:wheelchair",
    "ramp:stroller",
    "foot",
    "foot:forward",
    "foot:backward",
    "oneway:foot",
    "conveying",
    "access",
    "sidewalk",
    "sidewalk:both",
    "sidewalk:left",
    "sidewalk:right",
    "barrier",
    "locked",
    "surface",
    "smoothness",
    "sidewalk:surface",
    "sidewalk:both:surface",
    "footway:surface",
    "kerb",
    "kerb:height",
    "kerb:left",
    "kerb:right",
    "height",
    "lift",
    "elevator",
    "step_free",
    "stroller",
    "bicycle",
)
"""OpenStreetMap tags that are read from edges, nodes and line layers when they are there."""


@dataclass(frozen=True, slots=True)
class Street:
    """One street edge before it gets node numbers."""

    tail: Hashable
    head: Hashable
    line: shapely.Geometry
    tags: Mapping[str, str]
    way_id: int = -1
    """OSM way id, −1 when there is none or there are several."""
    length_m: float = math.nan
    """Length where no shape is drawn, NaN where the line itself tells it."""
    forward: bool = True
    backward: bool = True


def text_tags(values: Mapping[Any, Any]) -> dict[str, str]:
    """Return the known tags as plain text; of several values the first, none for an empty one."""
    firsts = {key: _first(values.get(key)) for key in TAGS}
    return {key: str(value) for key, value in firsts.items() if value not in {None, "", "nan"}}


def node_tags(graph: nx.MultiDiGraph[Any]) -> dict[Hashable, dict[str, str]]:
    """Return the tags of every node that is a crossing, a barrier or a kerb."""
    told = {"highway", "barrier", *ground_rules.KERB_TAGS}
    tags = {node: text_tags(values) for node, values in graph.nodes(data=True)}
    return {node: one for node, one in tags.items() if one.keys() & told}


def street_edges(graph: nx.MultiDiGraph[Any], places: Mapping[Hashable, Place]) -> list[Street]:
    """Return the edges of a graph, the two directed twins of a street as one.

    A street that only one directed edge draws is one-way on foot, unless ``oneway`` says that
    the direction binds vehicles (OSMnx writes it into its driving networks).
    """
    found: dict[tuple[Hashable, ...], Street] = {}
    for tail, head, values in graph.edges(data=True):
        street = _street(tail, head, values, places)
        twin = found.get(_key(street.head, street.tail, shapely.reverse(street.line), street))
        if twin is None:
            found[_key(tail, head, street.line, street)] = street
        elif _drawn_against(values):
            found[_key(twin.tail, twin.head, twin.line, twin)] = replace(twin, backward=True)
        else:
            del found[_key(twin.tail, twin.head, twin.line, twin)]
            found[_key(tail, head, street.line, street)] = replace(street, backward=True)
    return list(found.values())


def join_pieces(streets: list[Street], kept: Mapping[Hashable, object]) -> list[Street]:
    """Return the streets with pieces of one way joined where nothing else meets them.

    An unsimplified graph draws every bend as a node. Joined, a flight of stairs is one flight
    and a crossing one crossing. Nodes in ``kept`` (gates, crossings) stay.
    """
    ends: dict[Hashable, list[int]] = defaultdict(list)
    for row, street in enumerate(streets):
        ends[street.tail].append(row)
        ends[street.head].append(row)
    links = [
        rows
        for node, rows in ends.items()
        if node not in kept and _one_way_through(streets, node, rows)
    ]
    if not links:
        return streets
    first, second = np.array(links).T
    shape = (len(streets), len(streets))
    chains = coo_array((np.ones(len(links)), (first, second)), shape=shape)
    _, label = connected_components(chains, directed=False)
    members: dict[int, list[Street]] = defaultdict(list)
    for row, chain in enumerate(label.tolist()):
        members[chain].append(streets[row])
    return [street for chain in members.values() for street in _joined(chain)]


def crossing_kinds(
    streets: list[Street], nodes: Mapping[Hashable, Mapping[str, str]]
) -> list[Crossing]:
    """Return how each street is regulated as a crossing: by its tags, else its way's nodes."""
    on_way: dict[Hashable, list[Crossing]] = defaultdict(list)
    for row, street in enumerate(streets):
        for node in (street.tail, street.head):
            if nodes.get(node, {}).get("highway") == "crossing":
                on_way[_way(street, row)].append(foot_rules.crossing(nodes[node]))
    return [
        _regulated(street.tags, on_way[_way(street, row)]) for row, street in enumerate(streets)
    ]


def crossing_shares(streets: list[Street], kinds: list[Crossing], length_m: Floats) -> Floats:
    """Return each crossing edge's part of its way's length, 0 for what is no crossing."""
    whole: dict[Hashable, float] = defaultdict(float)
    for row, street in enumerate(streets):
        whole[_way(street, row)] += float(length_m[row])
    way_m = np.array([whole[_way(street, row)] for row, street in enumerate(streets)])
    waits = (np.array(kinds) > 0) & (way_m > 0)
    share: Floats = np.divide(length_m, way_m, out=np.zeros_like(length_m), where=waits)
    return share


def edge_kerbs(
    streets: list[Street], nodes: Mapping[Hashable, Mapping[str, str]], told_m: Floats
) -> Floats:
    """Return the highest kerb on each street, NaN where none is known.

    As in a file of OpenStreetMap (``osm_kerbs``): a crossing climbs the kerbs at its ends and of
    its tags; another way climbs a kerb between two of its pieces, where nothing else meets them.
    ``told_m`` are the kerbs that the tags of each street tell.
    """
    heights = {node: ground_rules.kerb_m(tags) for node, tags in nodes.items()}
    ends: dict[Hashable, list[int]] = defaultdict(list)
    for row, street in enumerate(streets):
        for node in {street.tail, street.head} & heights.keys():
            ends[node].append(row)
    kerb = told_m.copy()
    for node, rows in ends.items():
        ways = [_way(streets[row], row) for row in rows]
        bend = len(rows) == 2 and ways[0] == ways[1]
        inside = bend and nodes[node].get("highway") != "crossing"
        for row in rows:
            if inside or foot_rules.is_crossing(streets[row].tags):
                kerb[row] = np.fmax(kerb[row], heights[node])
    return kerb


def _regulated(tags: Mapping[str, str], nodes: list[Crossing]) -> Crossing:
    if not foot_rules.is_crossing(tags):
        return Crossing.NONE
    found = [kind for kind in nodes if kind]
    return foot_rules.crossing(tags) or min(found, default=Crossing.UNCONTROLLED)


def _way(street: Street, row: int) -> Hashable:
    return street.way_id if street.way_id >= 0 else ("edge", row)


def _street(
    tail: Hashable, head: Hashable, values: Mapping[str, Any], places: Mapping[Hashable, Place]
) -> Street:
    shape = values.get("geometry")
    line = shapely.from_wkt(shape) if isinstance(shape, str) else shape
    return Street(
        tail=tail,
        head=head,
        line=shapely.LineString([places[tail], places[head]]) if line is None else line,
        tags=text_tags(values),
        way_id=_way_id(values.get("osmid")),
        length_m=float(values.get("length", math.nan)) if line is None else math.nan,
        backward=str(values.get("oneway", False)).lower() in {"true", "yes", "1", "-1"},
    )


def _drawn_against(values: Mapping[str, Any]) -> bool:
    """Return whether OSMnx drew the edge against the direction of its way."""
    return str(values.get("reversed", True)).lower() == "true"


def _key(
    tail: Hashable, head: Hashable, line: shapely.Geometry, street: Street
) -> tuple[Hashable, ...]:
    return tail, head, street.way_id, shapely.to_wkb(line)


def _one_way_through(streets: list[Street], node: Hashable, rows: list[int]) -> bool:
    """Return whether exactly one way runs through the node, in one direction, unchanged."""
    if len(rows) != 2 or rows[0] == rows[1]:
        return False
    one, other = streets[rows[0]], streets[rows[1]]
    through = {(one.head, other.tail), (other.head, one.tail)}
    same = (one.tags, one.forward, one.backward) == (other.tags, other.forward, other.backward)
    return one.way_id >= 0 and one.way_id == other.way_id and same and (node, node) in through


def _joined(chain: list[Street]) -> Iterator[Street]:
    """Yield the chain as one street from loose tail to loose head; a ring starts anywhere."""
    after = {street.tail: street for street in chain}
    heads = {street.head for street in chain}
    street = next((one for one in chain if one.tail not in heads), chain[0])
    ordered = [street]
    while len(ordered) < len(chain):
        ordered.append(after[ordered[-1].head])
    lines = [shapely.get_coordinates(one.line) for one in ordered]
    corners = np.concatenate([lines[0], *(line[1:] for line in lines[1:])])
    yield replace(
        street,
        head=ordered[-1].head,
        line=shapely.LineString(corners),
        length_m=sum(one.length_m for one in ordered),
    )


def _way_id(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        return -1


def _first(value: object) -> object:
    """Return the first of several values; OSMnx writes lists into GraphML as Python text."""
    if isinstance(value, str) and value.startswith("['") and value.endswith("']"):
        try:
            value = ast.literal_eval(value)
        except (SyntaxError, ValueError):
            return value
    if isinstance(value, list):
        return value[0] if value else None
    return None if value is None or value != value else str(value)  # noqa: PLR0124  NaN
