"""Stage 7: where a facility could open: existing rooms first, then street corners."""

from __future__ import annotations

import numpy as np
import shapely
from scipy.spatial import cKDTree

from geoplan.domain.kinds import CANDIDATE_KINDS, CARE_SERVICES
from geoplan.model.arrays import Flags, Floats, Ints, Texts
from geoplan.model.demand import Demand
from geoplan.model.facilities import Facilities
from geoplan.model.results import PlanInputs
from geoplan.model.siting import Candidates, SitingRules


def place_candidates(
    inputs: PlanInputs, rules: SitingRules, open_weight: Floats, *, reach_m: float
) -> Candidates:
    """Return the places where the service could open, in the canonical order.

    First public rooms that do not give the service yet (``room:<id>``), then care stations that
    could take up one of the five care services (``upgrade:<id>``), then street corners
    (``street:<x>_<y>``), each by id. All lie in the target area, border included.

    Parameters
    ----------
    open_weight
        (demand,) weight that nothing serves yet, 0 where served.
    reach_m
        No walker of the profile comes farther than this within the limit; a corner farther than
        this from all open weight could not help and is left out.
    """
    rooms = _in_target(inputs, _rooms(inputs.facilities, rules.service))
    stations = _in_target(inputs, _upgradable(inputs.facilities, rules.service))
    room_for = max(rules.max_candidates - rooms.size - stations.size, 0)
    corners = _corners_in_target(inputs, rules.spacing_m)
    near = _weight_nearby(corners, inputs.demand, open_weight, reach_m)
    return _joined(
        _from_facilities(inputs.facilities, rooms, "room"),
        _from_facilities(inputs.facilities, stations, "upgrade"),
        _street_candidates(corners[near > 0], near[near > 0], room_for),
    )


def _rooms(facilities: Facilities, service: str) -> Flags:
    flags: Flags = np.isin(facilities.kind, CANDIDATE_KINDS) & ~facilities.giving(service)
    return flags


def _upgradable(facilities: Facilities, service: str) -> Flags:
    """Return which stations could take up the service: only the five care services are added."""
    if service not in CARE_SERVICES:
        return np.zeros(facilities.id.shape[0], dtype=np.bool_)
    stations = facilities.giving("elderly_care") & ~facilities.giving(service)
    return stations & ~_rooms(facilities, service)


def _in_target(inputs: PlanInputs, wanted: Flags) -> Ints:
    xy = inputs.facilities.xy
    inside = shapely.intersects_xy(inputs.area.target, xy[:, 0], xy[:, 1])
    rows = np.flatnonzero(wanted & inside)
    return rows[np.argsort(inputs.facilities.id[rows], kind="stable")]


def _from_facilities(facilities: Facilities, rows: Ints, origin: str) -> Candidates:
    return Candidates(
        id=np.array([f"{origin}:{name}" for name in facilities.id[rows]], dtype=np.str_),
        name=facilities.name[rows],
        origin=np.full(rows.size, origin),
        xy=facilities.xy[rows].reshape(-1, 2),
    )


def _corners_in_target(inputs: PlanInputs, spacing_m: float) -> Floats:
    """Return one corner a square of the grid: the node nearest to its centre.

    The grid hangs on the coordinate system's origin, so that it does not move with the data;
    ties go to the smaller x, then y.
    """
    ends = np.union1d(inputs.network.tail, inputs.network.head)
    xy = inputs.network.node_xy[ends].reshape(-1, 2)
    xy = xy[shapely.intersects_xy(inputs.area.target, xy[:, 0], xy[:, 1])]
    cell = np.floor(xy / spacing_m)
    off_centre = np.hypot(*((cell + 0.5) * spacing_m - xy).T)
    order = np.lexsort([xy[:, 1], xy[:, 0], off_centre, cell[:, 1], cell[:, 0]])
    cells = cell[order]
    first = np.ones(order.size, dtype=np.bool_)
    first[1:] = (np.diff(cells, axis=0) != 0).any(axis=1)
    corners: Floats = xy[order[first]]
    return corners


def _weight_nearby(corners: Floats, demand: Demand, open_weight: Floats, reach_m: float) -> Floats:
    """Return the open weight within a straight ``reach_m`` of each corner."""
    needy = np.flatnonzero(open_weight > 0)
    if not needy.size or not corners.size:
        return np.zeros(corners.shape[0])
    found = cKDTree(demand.xy[needy]).query_ball_point(corners, reach_m, return_sorted=True)
    reached = [np.asarray(rows, dtype=np.int64) for rows in found]
    counts = np.array([rows.size for rows in reached])
    rows = needy[np.concatenate(reached)]
    owner = np.repeat(np.arange(corners.shape[0]), counts)
    near = np.bincount(owner, weights=open_weight[rows], minlength=corners.shape[0])
    return near.astype(np.float64)


def _street_candidates(corners: Floats, near: Floats, room_for: int) -> Candidates:
    """Return the corners with most open weight nearby, by id; one an id."""
    ids = np.array([f"street:{x:.0f}_{y:.0f}" for x, y in corners], dtype=np.str_)
    ids, rows = np.unique(ids, return_index=True)
    kept = np.sort(np.lexsort([ids, -near[rows]])[:room_for])
    return Candidates(
        id=ids[kept],
        name=np.full(kept.size, "", dtype="<U1"),
        origin=np.full(kept.size, "street"),
        xy=corners[rows[kept]].reshape(-1, 2),
    )


def _joined(*parts: Candidates) -> Candidates:
    def column(name: str) -> Texts:
        joined: Texts = np.concatenate([getattr(part, name) for part in parts])
        return joined

    return Candidates(
        id=column("id"),
        name=column("name"),
        origin=column("origin"),
        xy=np.concatenate([part.xy for part in parts]),
    )
