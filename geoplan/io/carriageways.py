"""Roads that carry vehicles: what walkers cross, over, under or at grade."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import shapely

from geoplan.model.arrays import Codes, Flags, Geometries, Ints
from geoplan.model.network import Crossing, Streets, WalkNetwork

_THROUGH = ("trunk", "primary", "secondary", "tertiary")
ARTERIAL = (*_THROUGH, *(f"{kind}_link" for kind in _THROUGH))
"""Kinds of way that carry through traffic and that walkers may use."""

VEHICULAR = (
    *ARTERIAL,
    "motorway",
    "motorway_link",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "road",
    "busway",
)
"""Kinds of way that are carriageways."""


_OUTWARD = np.array([-1.0, -1.0, 1.0, 1.0])
_BLOCK = 200_000
"""Boxes that are drawn at a time: memory stays small on a large network."""


@dataclass(frozen=True, slots=True, eq=False)
class Carriageways:
    """Lines that carry vehicles."""

    geometry: Geometries
    """(c,) LineStrings in the network's crs."""
    structure: Codes
    """(c,) ``Structure`` values."""


def of_kind(streets: Streets, kinds: Iterable[str]) -> Flags:
    """Return which edges are ways of one of the kinds."""
    flags: Flags = np.isin(streets.classes.words(), list(kinds))[streets.classes.code]
    return flags


def carriageways_near(
    network: WalkNetwork, closed: Carriageways, lines: Geometries, within_m: float
) -> Carriageways:
    """Return the carriageways of the network near the lines, and all that are closed to walkers.

    The boxes are compared, so that the lines of streets that are far away are never built.
    """
    boxes, driven = network.boxes(), np.flatnonzero(of_kind(network.streets, VEHICULAR))
    around = shapely.bounds(lines) + within_m * _OUTWARD
    tree = shapely.STRtree(np.asarray(shapely.box(*around.T), dtype=object))
    found = [
        block[np.unique(tree.query(shapely.box(*boxes[block].T))[0])]
        for block in np.split(driven, range(_BLOCK, driven.size, _BLOCK))
    ]
    near = np.concatenate(found)
    return Carriageways(
        geometry=np.concatenate([network.lines(near), closed.geometry]),
        structure=np.concatenate([network.streets.structure[near], closed.structure]),
    )


def without_quiet_waits(network: WalkNetwork, closed: Carriageways) -> WalkNetwork:
    """Return the network where nobody waits at an unmarked crossing of quiet streets alone.

    A crossing that meets an arterial, a carriageway closed to walkers, or no carriageway that the
    file draws keeps its wait.
    """
    streets = network.streets
    rows = np.flatnonzero(streets.crossing == Crossing.UNCONTROLLED)
    if rows.size == 0:
        return network
    busy = _meets(network, rows, ARTERIAL) | _touches(network, rows, closed)
    driven = _meets(network, rows, VEHICULAR)
    ways = np.where(streets.way_id[rows] >= 0, streets.way_id[rows], -1 - rows)
    _, way = np.unique(ways, return_inverse=True)
    quiet = (np.bincount(way, driven) > 0) & (np.bincount(way, busy) == 0)
    share = streets.crossing_share.copy()
    share[rows[quiet[way]]] = 0.0
    return replace(network, streets=replace(streets, crossing_share=share))


def _meets(network: WalkNetwork, rows: Ints, kinds: tuple[str, ...]) -> Flags:
    """Return which of the edges end on a street of one of the kinds."""
    wanted = of_kind(network.streets, kinds)
    at_node = np.zeros(network.node_count, dtype=np.bool_)
    at_node[network.tail[wanted]] = at_node[network.head[wanted]] = True
    flags: Flags = at_node[network.tail[rows]] | at_node[network.head[rows]]
    return flags


def _touches(network: WalkNetwork, rows: Ints, closed: Carriageways) -> Flags:
    """Return which of the edges meet a carriageway that is closed to walkers."""
    flags: Flags = np.zeros(rows.size, dtype=np.bool_)
    tree = shapely.STRtree(network.lines(rows))
    flags[tree.query(closed.geometry, predicate="intersects")[1]] = True
    return flags
