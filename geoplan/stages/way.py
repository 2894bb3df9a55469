"""The quickest walk of one home to one facility, street by street: "show me the way".

The walk follows the rules of ``reach``: every snap candidate of both ends takes part and total time
decides; two places on one street may meet directly; of parallel streets the quickest is walked;
streets are walked in their own direction, from the home to the facility. Its seconds are those of
``walking_times`` (to 1e-9 s: the sums run from the other end).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shapely.ops import substring

from geoplan.model.arrays import Floats, Indices, Ints
from geoplan.model.network import Crossing, SnappedPoints, WalkNetwork, snap_points
from geoplan.model.reach import EdgeCosts
from geoplan.model.way import Door, Way, WayPart, WayStreet

_NOT = -9999
"""SciPy's word for "no predecessor"."""


@dataclass(frozen=True, slots=True, eq=False)
class _Arcs:
    """What a walker can do next: along ``edge`` from share ``start`` to share ``stop``."""

    source: Ints
    """Node, or the home (nodes)."""
    target: Ints
    """Node, or the facility (nodes + 1)."""
    seconds: Floats
    """Legs included."""
    edge: Ints
    start: Floats
    stop: Floats
    home: Ints
    """Candidate of the home where the arc begins with its leg, else −1."""
    facility: Ints
    """Candidate of the facility where the arc ends with its leg, else −1."""

    def take(self, rows: Ints) -> _Arcs:
        return _Arcs(*(getattr(self, field.name)[rows] for field in fields(self)))


def quickest_way(
    network: WalkNetwork, costs: EdgeCosts, waits_s: Floats, home: Door, facility: Door
) -> Way | None:
    """Return the quickest walk from home to facility, None when no walkable way leads there.

    Of ways that take equally long the one that SciPy's search settles first is returned, the same
    on every run.

    Parameters
    ----------
    waits_s
        (edges,) seconds of the costs that are spent waiting, as ``crossing_waits`` gives them.
    """
    arcs = _quickest(_all_arcs(network, costs, home.snapped, facility.snapped))
    size = network.node_count + 2
    pointer = np.concatenate([[0], np.cumsum(np.bincount(arcs.source, minlength=size))])
    weights = csr_array((arcs.seconds, arcs.target.astype(np.int32), pointer), shape=(size, size))
    _, before = dijkstra(weights, indices=[size - 2], return_predecessors=True)
    walked = _arcs_walked(arcs, before[0], size)
    if walked is None:
        return None
    return Way(parts=tuple(_parts(walked, (network, costs, waits_s), home, facility)))


def along_streets(way: Way) -> tuple[WayStreet, ...]:
    """Return the streets of a way in walking order, consecutive parts of one name as one."""
    streets = [part for part in way.parts if not part.is_leg]
    return tuple(
        _joined(name, list(parts))
        for name, parts in itertools.groupby(streets, key=lambda part: part.name)
    )


def _joined(name: str, parts: list[WayPart]) -> WayStreet:
    lights = sum((part.wait_s for part in parts if part.crossing == Crossing.SIGNAL), 0.0)
    return WayStreet(
        name=name,
        length_m=sum(part.length_m for part in parts),
        seconds=sum(part.seconds for part in parts),
        signal_wait_s=lights,
        crossing_wait_s=sum(part.wait_s for part in parts) - lights,
        flights=sum(part.steps for part in parts),
    )


def _all_arcs(
    network: WalkNetwork, costs: EdgeCosts, home: SnappedPoints, facility: SnappedPoints
) -> _Arcs:
    """Return every street in both directions, the ways out of the home and into the facility."""
    count, nodes = network.edge_count, network.node_count
    every, tail, head = np.arange(count), network.tail, network.head
    out, into = np.arange(home.edge.size), np.arange(facility.edge.size)
    met_home, met_facility = np.nonzero(home.edge[:, None] == facility.edge[None, :])
    none, at_home, at_facility = np.array([-1]), np.array([nodes]), np.array([nodes + 1])
    zero, one = np.zeros(1), np.ones(1)
    leave, arrive = home.fraction, facility.fraction
    rows = (  # source, target, edge, start, stop, home candidate, facility candidate
        (tail, head, every, zero, one, none, none),
        (head, tail, every, one, zero, none, none),
        (at_home, tail[home.edge], home.edge, leave, zero, out, none),
        (at_home, head[home.edge], home.edge, leave, one, out, none),
        (tail[facility.edge], at_facility, facility.edge, zero, arrive, none, into),
        (head[facility.edge], at_facility, facility.edge, one, arrive, none, into),
        (
            *(at_home, at_facility, home.edge[met_home]),
            *(leave[met_home], arrive[met_facility], met_home, met_facility),
        ),
    )
    wide = [np.broadcast_arrays(*row) for row in rows]
    source, target, edge, start, stop, begins, ends = (
        np.concatenate(column) for column in zip(*wide, strict=True)
    )
    seconds = _along_s(costs, edge, start, stop) + (
        _leg_m(home, begins) + _leg_m(facility, ends)
    ) / (costs.leg_speed_m_s)
    return _Arcs(source, target, seconds, edge, start, stop, begins, ends)


def _along_s(costs: EdgeCosts, edge: Ints, start: Floats, stop: Floats) -> Floats:
    """Return the seconds along a street from share to share; standing still takes 0 s."""
    share = np.abs(stop - start)
    whole = np.where(stop >= start, costs.forward_s[edge], costs.backward_s[edge])
    seconds: Floats = np.where(share > 0.0, share, 1.0) * whole
    return np.where(share > 0.0, seconds, 0.0)


def _leg_m(points: SnappedPoints, candidate: Ints) -> Floats:
    return np.append(points.leg_m, 0.0)[candidate]


def _quickest(arcs: _Arcs) -> _Arcs:
    """Return the walkable arcs, the quickest of parallel ones, sorted by source and target."""
    rows = np.flatnonzero(np.isfinite(arcs.seconds))
    order = np.lexsort([arcs.seconds[rows], arcs.target[rows], arcs.source[rows]])
    rows = rows[order]
    first = np.ones(rows.size, dtype=np.bool_)
    first[1:] = (np.diff(arcs.source[rows]) != 0) | (np.diff(arcs.target[rows]) != 0)
    return arcs.take(rows[first])


def _arcs_walked(arcs: _Arcs, before: Indices, size: int) -> _Arcs | None:
    """Return the arcs from home to facility in walking order, None when it was not reached."""
    stops = [size - 1]
    while stops[-1] != size - 2:
        stops.append(int(before[stops[-1]]))
        if stops[-1] == _NOT:
            return None
    stops.reverse()
    wanted = np.array(stops[:-1]) * size + np.array(stops[1:])
    return arcs.take(np.searchsorted(arcs.source * size + arcs.target, wanted))


def _parts(
    arcs: _Arcs, streets: tuple[WalkNetwork, EdgeCosts, Floats], home: Door, facility: Door
) -> Iterable[WayPart]:
    network, costs, waits_s = streets
    at_home, at_facility = (
        _candidate_xy(network, door.snapped, int(candidate))
        for door, candidate in ((home, arcs.home[0]), (facility, arcs.facility[-1]))
    )
    speed = costs.leg_speed_m_s
    yield _leg(home.xy[0], at_home, home.snapped.leg_m[arcs.home[0]], speed)
    for edge, start, stop in zip(arcs.edge, arcs.start, arcs.stop, strict=True):
        if start != stop:
            along_s = _along_s(costs, edge, start, stop)
            yield _street(network, int(edge), (start, stop), float(along_s), waits_s[edge])
    yield _leg(at_facility, facility.xy[0], facility.snapped.leg_m[arcs.facility[-1]], speed)


def _candidate_xy(network: WalkNetwork, snapped: SnappedPoints, candidate: int) -> Floats:
    one = SnappedPoints(
        start=np.array([0, 1]),
        edge=snapped.edge[[candidate]],
        fraction=snapped.fraction[[candidate]],
        leg_m=snapped.leg_m[[candidate]],
    )
    return np.asarray(shapely.get_coordinates(snap_points(network, one))[0])


def _leg(start: Floats, stop: Floats, length_m: float, speed_m_s: float) -> WayPart:
    return WayPart(
        edge=-1,
        start=0.0,
        stop=1.0,
        length_m=float(length_m),
        seconds=float(length_m) / speed_m_s,
        wait_s=0.0,
        crossing=Crossing.NONE,
        steps=False,
        name="",
        line=shapely.LineString([start, stop]),
    )


def _street(
    network: WalkNetwork, edge: int, shares: tuple[float, float], seconds: float, wait_s: float
) -> WayPart:
    start, stop = (float(share) for share in shares)
    streets, share = network.streets, abs(stop - start)
    line = network.lines(np.array([edge]))[0]
    return WayPart(
        edge=edge,
        start=start,
        stop=stop,
        length_m=share * float(network.length_m[edge]),
        seconds=seconds,
        wait_s=share * float(wait_s),
        crossing=Crossing(int(streets.crossing[edge])),
        steps=bool(streets.steps[edge] and not streets.ramp[edge]),
        name=str(streets.names.take(np.array([edge])).texts()[0]),
        line=_stretch(line, start, stop),
    )


def _stretch(line: shapely.LineString, start: float, stop: float) -> shapely.LineString:
    """Return the line from share to share in walking order, never a bare point."""
    if {start, stop} == {0.0, 1.0}:
        return line if start < stop else shapely.reverse(line)
    corners = shapely.get_coordinates(substring(line, start, stop, normalized=True))
    return shapely.LineString(corners if len(corners) > 1 else [corners[0], corners[0]])
