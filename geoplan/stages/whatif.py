"""Reach after a change: a facility opens, moves or closes, a gate opens, a street closes.

Each function returns the state after the change; the one before stays as it was. Only what can have
changed is searched again, and the result is that of a full run, bit for bit:

- A facility that opens or moves is snapped and searched alone; one that closes needs no search.
- A point's candidates depend on streets within the snapping distance, on how many of them meet at a
  junction, and on which belong to the main component. So after a change of streets the points near
  a closed street, near a gate that opened, or near a street that joined or left the main component
  are snapped again, and no others.
- A closed street can only change facilities that someone at its ends reached within the limit
  before; an open gate those that someone at the gate reaches now; a home with other candidates
  those that it reached before (its pairs say so) or reaches now. These are searched again.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array, vstack

from geoplan.errors import InputError
from geoplan.model.arrays import Flags, Floats, Indices, Ints
from geoplan.model.network import SnappedPoints, WalkNetwork
from geoplan.model.reach import EdgeCosts, WalkTimes
from geoplan.model.whatif import ReachState
from geoplan.stages.nearby import (
    Ways,
    facilities_beyond,
    index_after,
    on_streets,
    points_near_streets,
    snap_nearby,
    street_index,
    times_of,
)
from geoplan.stages.reach import search_graph, walking_times
from geoplan.stages.snapping import snap
from geoplan.stages.street_changes import gates_opened, streets_closed


def reach_state(
    streets: tuple[WalkNetwork, EdgeCosts],
    facility_xy: Floats,
    home_xy: Floats,
    *,
    limit_s: float,
    snap_m: float,
) -> ReachState:
    """Return the state of a full run: every point snapped, every facility searched."""
    network, costs = streets
    facilities = snap(network, facility_xy, limit_m=snap_m)
    homes = snap(network, home_xy, limit_m=snap_m)
    graph = search_graph(network, costs, facilities)
    return ReachState(
        network=network,
        costs=costs,
        index=street_index(network, costs),
        facility_xy=facility_xy.reshape(-1, 2),
        home_xy=home_xy.reshape(-1, 2),
        facilities=facilities,
        homes=homes,
        times=walking_times(graph, homes, limit_s=limit_s),
        snap_m=snap_m,
        searched=np.arange(len(facilities)),
    )


def with_added(state: ReachState, xy: Floats) -> ReachState:
    """Return the state with further facilities, shape (k, 2), after the others.

    Raises
    ------
    InputError
        A position is not a number.
    """
    places = _places(xy)
    count = len(state.facilities)
    fresh = snap_nearby(_ways(state), places, limit_m=state.snap_m)
    return _searched(
        replace(
            state,
            facility_xy=np.concatenate([state.facility_xy, places]),
            facilities=_replaced(state.facilities, np.empty(0, dtype=np.int64), fresh),
        ),
        np.arange(count, count + len(fresh)),
    )


def without(state: ReachState, rows: Ints) -> ReachState:
    """Return the state without some facilities; the later ones move up. Nothing is searched.

    Raises
    ------
    InputError
        There is no such row.
    """
    rows = _rows(rows, len(state.facilities), "facility")
    left = np.delete(np.arange(len(state.facilities)), rows)
    return replace(
        state,
        facility_xy=state.facility_xy[left],
        facilities=state.facilities.take(left.astype(np.int32)),
        times=replace(state.times, seconds=state.times.seconds[left]),
        searched=np.empty(0, dtype=np.int64),
    )


def with_moved(state: ReachState, rows: Ints, xy: Floats) -> ReachState:
    """Return the state with some facilities elsewhere; rows stay as they are.

    Raises
    ------
    InputError
        There is no such row, a row comes twice, or a position is not a number.
    """
    rows, places = _rows(rows, len(state.facilities), "facility"), _places(xy)
    if len(places) != rows.size or np.unique(rows).size != rows.size:
        raise InputError("give one new position for each facility that moves, and each row once")
    facility_xy = state.facility_xy.copy()
    facility_xy[rows] = places
    fresh = snap_nearby(_ways(state), places, limit_m=state.snap_m)
    facilities = _replaced(state.facilities, rows, fresh)
    return _searched(replace(state, facility_xy=facility_xy, facilities=facilities), rows)


def with_open_gates(state: ReachState, gates: Ints) -> ReachState:
    """Return the state in which some of ``network.closed_gates`` stand open.

    Raises
    ------
    InputError
        There is no such gate.
    """
    gates = _rows(gates, len(state.network.closed_gates), "locked gate")
    network, nodes = gates_opened(state.network, gates)
    every = np.arange(network.edge_count, dtype=np.int32)
    ways = Ways(network, state.costs, index_after(state.index, network, every))
    at_gates = np.isin(network.tail, nodes) | np.isin(network.head, nodes)
    touched = np.flatnonzero((ways.index.main != state.index.main) | at_gates)
    changed = facilities_beyond(
        ways, _at_nodes(network, nodes), state.facilities, state.times.limit_s
    )
    return _on_other_streets(state, ways, every, touched=touched, changed=changed)


def with_closed_streets(state: ReachState, edges: Ints) -> ReachState:
    """Return the state on a network without some streets; the later ones move up.

    Raises
    ------
    InputError
        There is no such street.
    """
    edges = np.unique(_rows(edges, state.network.edge_count, "street"))
    network, kept = streets_closed(state.network, edges)
    costs = state.costs.take(kept)
    ways = Ways(network, costs, index_after(state.index, network, kept))
    parted = kept[ways.index.main != state.index.main[kept]]
    touched = np.concatenate([edges, parted])
    changed = facilities_beyond(
        _ways(state), _both_ends(edges), state.facilities, state.times.limit_s
    )
    return _on_other_streets(state, ways, kept, touched=touched, changed=changed)


def _on_other_streets(
    state: ReachState, ways: Ways, kept: Indices, *, touched: Ints, changed: Ints
) -> ReachState:
    """Return the state on changed streets.

    Parameters
    ----------
    kept
        Old number of each street that is left.
    touched
        Old numbers of streets that closed, meet at an open gate, or joined or left the main
        component.
    changed
        Facilities whose ways may have changed.
    """
    facilities, other_facilities = _snapped_again(
        state, (state.facility_xy, state.facilities), ways, kept, touched
    )
    homes, other_homes = _snapped_again(state, (state.home_xy, state.homes), ways, kept, touched)
    spots = _as_one(homes.take(other_homes.astype(np.int32)))
    reached = facilities_beyond(ways, spots, facilities, state.times.limit_s)
    rows = [changed, other_facilities, _pairs_of(state.times, other_homes), reached]
    moved = replace(
        state,
        network=ways.network,
        costs=ways.costs,
        index=ways.index,
        facilities=facilities,
        homes=homes,
    )
    return _searched(moved, np.unique(np.concatenate(rows)))


def _snapped_again(
    state: ReachState,
    points: tuple[Floats, SnappedPoints],
    ways: Ways,
    kept: Indices,
    touched: Ints,
) -> tuple[SnappedPoints, Ints]:
    """Return the points on the changed streets, and which of them have other candidates now."""
    xy, before = points
    rows = points_near_streets(xy, state.network, touched, limit_m=state.snap_m)
    _, renumbered = on_streets(before, kept, state.network.edge_count, every=True)
    after = _replaced(renumbered, rows, snap_nearby(ways, xy[rows], limit_m=state.snap_m))
    lost = np.diff(before.start)[rows] != np.diff(renumbered.start)[rows]
    return after, rows[lost | _differ(renumbered, after, rows)]


def _differ(one: SnappedPoints, other: SnappedPoints, rows: Ints) -> Flags:
    """Return for each of the rows whether its candidates differ."""

    def candidates(points: SnappedPoints, row: int) -> list[bytes]:
        mine = slice(points.start[row], points.start[row + 1])
        return [column[mine].tobytes() for column in (points.edge, points.fraction, points.leg_m)]

    # a loop: candidates differ in number, and a change of streets touches few points
    flags = [candidates(one, row) != candidates(other, row) for row in rows.tolist()]
    return np.array(flags, dtype=np.bool_)


def _searched(state: ReachState, rows: Ints) -> ReachState:
    """Return the state with the walking times of some facilities searched, the others copied."""
    limit_s = state.times.limit_s
    mine = state.facilities.take(rows.astype(np.int32))
    fresh = times_of(_ways(state), mine, state.homes, limit_s)
    old = state.times.seconds
    order = np.arange(len(state.facilities))
    order[rows] = old.shape[0] + np.arange(rows.size)
    seconds = csr_array(vstack([old, fresh], format="csr")[order])
    return replace(state, times=WalkTimes(seconds=seconds, limit_s=limit_s), searched=rows)


def _replaced(points: SnappedPoints, rows: Ints, fresh: SnappedPoints) -> SnappedPoints:
    """Return the points with some rows taken from ``fresh``; what is left of it comes after."""
    both = SnappedPoints(
        start=np.concatenate([points.start, points.start[-1] + fresh.start[1:]]),
        edge=np.concatenate([points.edge, fresh.edge]),
        fraction=np.concatenate([points.fraction, fresh.fraction]),
        leg_m=np.concatenate([points.leg_m, fresh.leg_m]),
    )
    order = np.arange(len(both) - rows.size, dtype=np.int32)
    order[rows] = len(points) + np.arange(rows.size)
    order[len(points) :] += rows.size
    return both.take(order)


def _pairs_of(times: WalkTimes, homes: Ints) -> Ints:
    """Return the facilities that one of the homes reaches, ascending."""
    wanted = np.zeros(times.seconds.shape[1], dtype=np.bool_)
    wanted[homes] = True
    hits = np.concatenate([[0], np.cumsum(wanted[times.seconds.indices])])
    per_row = np.diff(hits[times.seconds.indptr])
    rows: Ints = np.flatnonzero(per_row)
    return rows


def _both_ends(edges: Ints) -> SnappedPoints:
    """Return one point that stands on both ends of every street."""
    return SnappedPoints(
        start=np.array([0, 2 * edges.size]),
        edge=np.repeat(edges, 2).astype(np.int32),
        fraction=np.tile([0.0, 1.0], edges.size),
        leg_m=np.zeros(2 * edges.size),
    )


def _at_nodes(network: WalkNetwork, nodes: Ints) -> SnappedPoints:
    """Return one point that stands at every node, at the ends of its streets."""
    out, into = np.isin(network.tail, nodes), np.isin(network.head, nodes)
    edge = np.concatenate([np.flatnonzero(out), np.flatnonzero(into)])
    return SnappedPoints(
        start=np.array([0, edge.size]),
        edge=edge.astype(np.int32),
        fraction=np.repeat([0.0, 1.0], [out.sum(), into.sum()]),
        leg_m=np.zeros(edge.size),
    )


def _as_one(points: SnappedPoints) -> SnappedPoints:
    """Return one point with the candidates of all."""
    return replace(points, start=np.array([0, points.edge.size]))


def _ways(state: ReachState) -> Ways:
    return Ways(state.network, state.costs, state.index)


def _rows(rows: Ints, count: int, what: str) -> Ints:
    wanted = np.asarray(rows, dtype=np.int64).reshape(-1)
    outside = wanted[(wanted < 0) | (wanted >= count)]
    if outside.size:
        raise InputError(
            f"there is no {what} in row {outside[0]}: the state has {count} of them, counted from 0"
        )
    return wanted


def _places(xy: Floats) -> Floats:
    places = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    if not np.isfinite(places).all():
        raise InputError("a facility's new position is not a number; give x and y in metres")
    return places
