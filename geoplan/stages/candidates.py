"""Stage 7: where a facility could open: existing space before new building."""

from __future__ import annotations

import numpy as np
import shapely
from scipy.spatial import cKDTree

from geoplan.domain.kinds import CARE_SERVICES
from geoplan.domain.siting import CANDIDATE_CLASSES
from geoplan.model.arrays import Flags, Floats, Ints, Texts
from geoplan.model.demand import Demand
from geoplan.model.facilities import Facilities
from geoplan.model.results import PlanInputs
from geoplan.model.siting import Candidates, SitingRules
from geoplan.stages.spacing import at_the_place_of, far_from


def place_candidates(
    inputs: PlanInputs, rules: SitingRules, open_weight: Floats, *, reach_m: float
) -> Candidates:
    """Return the places where the service could open, in the canonical order.

    First public rooms that do not give the service yet (``room:<id>``), party-service centres
    (``party_center:<id>``) and idle buildings (``idle:<id>``), then care stations that could take
    up one of the five care services, or be enlarged where upgrades have a capacity
    (``upgrade:<id>``), then street corners (``street:<x>_<y>``);
    within a class by id. All lie in the target area, border included, and outside the banned
    areas, whose borders are banned too. Only classes that the rules name take part.

    A place nearer than ``rules.min_spacing_m`` to a facility that gives the service already, in
    the halo or not, is left out: opening it would put two of them side by side. A room or a
    station at the very address of such a facility stays, for it enlarges what is there.

    Parameters
    ----------
    open_weight
        (demand,) weight that nothing serves yet, 0 where served.
    reach_m
        No walker of the profile comes farther than this within the limit; a corner farther than
        this from all open weight could not help and is left out.
    """
    existing = [_of_class(inputs, rules, name) for name in CANDIDATE_CLASSES if name != "street"]
    room_for = max(rules.max_candidates - sum(part.id.size for part in existing), 0)
    return _joined(*existing, _streets(inputs, rules, open_weight, (reach_m, room_for)))


def _of_class(inputs: PlanInputs, rules: SitingRules, name: str) -> Candidates:
    """Return the facilities that are candidates of a class, by id; none when it is not used."""
    facilities = inputs.facilities
    wanted = _members(facilities, rules, name) & (name in rules.classes)
    placed = _placed(facilities, rules.service)
    far = far_from(facilities.xy, placed, rules.min_spacing_m)
    far |= at_the_place_of(facilities.xy, placed)
    rows = np.flatnonzero(wanted & far & _allowed(inputs, facilities.xy))
    return _from_facilities(
        facilities,
        rows[np.argsort(facilities.id[rows], kind="stable")],
        name,
        cost=rules.cost[name],
    )


def _members(facilities: Facilities, rules: SitingRules, name: str) -> Flags:
    service = rules.service
    if name == "upgrade":
        wider = _enlargeable(facilities, service) & ("upgrade" in rules.capacity)
        return _upgradable(facilities, service) | wider
    kinds = CANDIDATE_CLASSES[name].kinds
    flags: Flags = np.isin(facilities.kind, kinds) & ~facilities.giving(service)
    return flags


def _enlargeable(facilities: Facilities, service: str) -> Flags:
    """Return which facilities give the service and state how many people they can take."""
    stated = facilities.attributes.get("capacity", np.full(facilities.id.size, np.nan))
    flags: Flags = facilities.giving(service) & ~np.isnan(stated)
    return flags


def _upgradable(facilities: Facilities, service: str) -> Flags:
    """Return which stations could take up the service: only the five care services are added."""
    if service not in CARE_SERVICES:
        return np.zeros(facilities.id.shape[0], dtype=np.bool_)
    rooms = [kind for one in CANDIDATE_CLASSES.values() for kind in one.kinds]
    stations = facilities.giving("elderly_care") & ~facilities.giving(service)
    return stations & ~np.isin(facilities.kind, rooms)


def _placed(facilities: Facilities, service: str) -> Floats:
    """Return the positions of the facilities that give the service already."""
    placed: Floats = facilities.xy[facilities.giving(service)].reshape(-1, 2)
    return placed


def _allowed(inputs: PlanInputs, xy: Floats) -> Flags:
    """Return which places lie in the target area and in no banned area, borders included."""
    x, y = xy[:, 0], xy[:, 1]
    allowed: Flags = shapely.intersects_xy(inputs.area.target, x, y)
    for area in inputs.banned_areas:  # few areas, many places: one vectorised test an area
        shapely.prepare(area)
        allowed &= ~shapely.intersects_xy(area, x, y)
    return allowed


def _from_facilities(facilities: Facilities, rows: Ints, origin: str, *, cost: float) -> Candidates:
    """Return the facilities as candidates; a cost of their own goes before that of the class."""
    own = facilities.attributes.get("cost", np.full(facilities.id.size, np.nan))[rows]
    return Candidates(
        id=np.array([f"{origin}:{name}" for name in facilities.id[rows]], dtype=np.str_),
        name=facilities.name[rows],
        origin=np.full(rows.size, origin),
        xy=facilities.xy[rows].reshape(-1, 2),
        price=np.where(np.isnan(own), cost, own),
    )


def _streets(
    inputs: PlanInputs, rules: SitingRules, open_weight: Floats, most: tuple[float, int]
) -> Candidates:
    """Return the street corners near open weight; ``most`` is their reach and their number."""
    reach_m, room_for = most
    corners = _corners(inputs, rules) if "street" in rules.classes else np.empty((0, 2))
    near = _weight_nearby(corners, inputs.demand, open_weight, reach_m)
    return _street_candidates(
        corners[near > 0], near[near > 0], room_for, cost=rules.cost["street"]
    )


def _corners(inputs: PlanInputs, rules: SitingRules) -> Floats:
    """Return one corner a square of the grid: the allowed node nearest to its centre.

    The grid hangs on the coordinate system's origin, so that it does not move with the data;
    ties go to the smaller x, then y.
    """
    ends = np.union1d(inputs.network.tail, inputs.network.head)
    xy = inputs.network.node_xy[ends].reshape(-1, 2)
    xy = xy[_allowed(inputs, xy)]
    xy = xy[far_from(xy, _placed(inputs.facilities, rules.service), rules.min_spacing_m)]
    cell = np.floor(xy / rules.spacing_m)
    off_centre = np.hypot(*((cell + 0.5) * rules.spacing_m - xy).T)
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


def _street_candidates(corners: Floats, near: Floats, room_for: int, *, cost: float) -> Candidates:
    """Return the corners with most open weight nearby, by id; one an id."""
    ids = np.array([f"street:{x:.0f}_{y:.0f}" for x, y in corners], dtype=np.str_)
    ids, rows = np.unique(ids, return_index=True)
    kept = np.sort(np.lexsort([ids, -near[rows]])[:room_for])
    return Candidates(
        id=ids[kept],
        name=np.full(kept.size, "", dtype="<U1"),
        origin=np.full(kept.size, "street"),
        xy=corners[rows[kept]].reshape(-1, 2),
        price=np.full(kept.size, cost),
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
        price=np.concatenate([part.price for part in parts]),
    )
