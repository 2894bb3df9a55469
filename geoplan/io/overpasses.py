"""Footbridges and underpasses whose stairs nobody has mapped.

A bridge or tunnel for walkers alone that crosses a carriageway or a railway is presumably reached
by stairs. Where stairs or a lift are mapped at it, these say all there is to say; where a tag says
that wheels come onto it, or where it runs beside a road that the same bridge or tunnel carries,
there are none. A footbridge over a canal or in a park is no overpass.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geoplan.io.carriageways import Carriageways, carriageways_near, of_kind
from geoplan.model.arrays import Codes, Flags, Floats, Geometries, Ints
from geoplan.model.network import Structure, WalkNetwork

FOOT_ONLY = ("footway", "path", "pedestrian", "steps", "corridor", "crossing")
"""Kinds of way that carry no vehicles."""

_BESIDE_M = 20.0
"""A sidewalk of a road bridge lies within this distance of the road's line."""
_PARALLEL = 0.87
"""Cosine of the angle (30 degrees) up to which a sidewalk follows its road."""


def with_overpasses(network: WalkNetwork, step_free: Flags, closed: Carriageways) -> WalkNetwork:
    """Return the network with ``streets.overpass`` found.

    Bridges that meet make one structure, charged half at each end where it meets the ground: a
    walker who crosses it pays once, however many streets it is drawn as.

    Parameters
    ----------
    step_free
        (m,) edges of which a tag says that wheels come onto them.
    closed
        Carriageways that walkers may not use; those of the network itself are known.
    """
    decks = _decks(network)
    if decks.size == 0:
        return network
    roads = carriageways_near(network, closed, network.lines(decks), _BESIDE_M)
    structure = _structures(network, decks)
    even = step_free[decks] | _meets_steps(network, decks) | _beside(network, decks, roads)
    bare = np.ones(structure.max() + 1, dtype=np.bool_)
    bare[structure[even]] = False
    over = np.zeros_like(bare)
    over[structure[_crosses(network, decks, roads)]] = True
    ends = np.where((bare & over)[structure], _ground_ends(network, decks), 0)
    overpass: Codes = np.zeros(network.edge_count, dtype=np.uint8)
    overpass[decks] = ends
    return replace(network, streets=replace(network.streets, overpass=overpass))


def _decks(network: WalkNetwork) -> Ints:
    """Return the edges for walkers alone, stairs left out, that a bridge or a tunnel carries."""
    streets = network.streets
    carried = (streets.structure != Structure.GROUND) & ~streets.steps
    return np.flatnonzero(carried & of_kind(streets, FOOT_ONLY))


def _structures(network: WalkNetwork, decks: Ints) -> Ints:
    """Return the structure of each deck: decks that meet make one."""
    links = coo_array(
        (np.ones(decks.size), (network.tail[decks], network.head[decks])),
        shape=(network.node_count, network.node_count),
    )
    _, label = connected_components(links, directed=False)
    return np.unique(label[network.tail[decks]], return_inverse=True)[1].astype(np.int64)


def _meets_steps(network: WalkNetwork, decks: Ints) -> Flags:
    """Return the decks that meet stairs or a lift at either end."""
    streets = network.streets
    climbs = streets.steps | of_kind(streets, ["elevator"])
    at_node = np.zeros(network.node_count, dtype=np.bool_)
    at_node[network.tail[climbs]] = at_node[network.head[climbs]] = True
    flags: Flags = at_node[network.tail[decks]] | at_node[network.head[decks]]
    return flags


def _ground_ends(network: WalkNetwork, decks: Ints) -> Ints:
    """Return how many ends of each deck meet a street that is no deck."""
    other = np.ones(network.edge_count, dtype=np.bool_)
    other[decks] = False
    ground = np.zeros(network.node_count, dtype=np.bool_)
    ground[network.tail[other]] = ground[network.head[other]] = True
    return ground[network.tail[decks]].astype(np.int64) + ground[network.head[decks]]


def _crosses(network: WalkNetwork, decks: Ints, roads: Carriageways) -> Flags:
    """Return the decks that cross a carriageway or a railway without meeting it."""
    open_roads = roads.geometry[roads.structure != Structure.TUNNEL]
    rails = network.barriers.geometry[network.barriers.kind == "rail"]
    crossed = np.concatenate([open_roads, rails])
    lines = network.lines(decks)
    flags: Flags = np.zeros(decks.size, dtype=np.bool_)
    flags[shapely.STRtree(lines).query(crossed, predicate="crosses")[1]] = True
    return flags


def _beside(network: WalkNetwork, decks: Ints, roads: Carriageways) -> Flags:
    """Return the decks that follow a carriageway on the same kind of structure."""
    flags: Flags = np.zeros(decks.size, dtype=np.bool_)
    lines = network.lines(decks)
    middles = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    deck, road = shapely.STRtree(roads.geometry).query(
        middles, predicate="dwithin", distance=_BESIDE_M
    )
    alike = network.streets.structure[decks[deck]] == roads.structure[road]
    along = np.abs(np.sum(_direction(lines[deck]) * _direction(roads.geometry[road]), axis=1))
    flags[deck[alike & (along >= _PARALLEL)]] = True
    return flags


def _direction(lines: Geometries) -> Floats:
    """Return the unit vector from the first to the last point of each line, 0 for a ring."""
    first, last = shapely.get_point(lines, 0), shapely.get_point(lines, -1)
    step = shapely.get_coordinates(last) - shapely.get_coordinates(first)
    length = np.hypot(*step.T)[:, None]
    unit: Floats = np.divide(step, length, out=np.zeros_like(step), where=length > 0)
    return unit
