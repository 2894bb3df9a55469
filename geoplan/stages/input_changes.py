"""Inputs after a change: what a full run would read if the files had the change.

- One that closes loses its row of the table.
- One that moves keeps everything but its position.
- One that opens is a new row: ``new1``, ``new2`` … in the order given (a number that is taken is
  skipped), its id as name, without status, community and numbers.
- A gate that opens is the locked one nearest to the place, within ``GATE_SEARCH_M``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import shapely

from geoplan.domain.crs import GEOGRAPHIC, reproject_xy
from geoplan.domain.kinds import KINDS
from geoplan.errors import DuplicateIdError, EmptyInputError, InputError
from geoplan.model.arrays import Flags, Floats, Ints, Texts
from geoplan.model.changes import Changes, NewFacility
from geoplan.model.facilities import Facilities
from geoplan.model.network import WalkNetwork
from geoplan.model.places import StudyArea

GATE_SEARCH_M = 30.0
"""A gate is meant by a place at most this far from it: the width of an arterial road."""

_STATION = "care_station"
"""What opens where nothing else is said: it may take up any of the care services."""


def facilities_after(
    facilities: Facilities, area: StudyArea, changes: Changes, *, service: str
) -> Facilities:
    """Return the facilities after the change, sorted by id.

    Parameters
    ----------
    facilities
        In the system of the study area.
    service
        What a new facility gives when it names no service.

    Raises
    ------
    InputError
        An id, a kind or a service is not known, or a place is not a position inside the study
        area and its halo.
    DuplicateIdError
        A facility is changed twice, or two open at one place.
    EmptyInputError
        Every facility closes and none opens.
    """
    named = (*changes.close, *(move.id for move in changes.move))
    rows = _rows_of(facilities, named)
    moved_xy = _inside(area, [(move.id, move.lon, move.lat) for move in changes.move])
    added_xy = _inside(area, [("new facility", one.lon, one.lat) for one in changes.add])
    _refuse_twice("a new facility at", [f"{one.lon},{one.lat}" for one in changes.add])
    xy = facilities.xy.copy()
    xy[rows[len(changes.close) :]] = moved_xy
    kept = np.delete(np.arange(facilities.id.size), rows[: len(changes.close)])
    if changes.close and not kept.size and not changes.add:
        raise EmptyInputError("every facility closes, so nothing is left to walk to; keep one")
    left = replace(facilities, xy=xy).take(kept)
    ids = new_ids(facilities.id, len(changes.add))
    offers = [_offers(facilities, one, service) for one in changes.add]
    kinds = [_kind(one, service) for one in changes.add]
    return _with_rows(left, (ids, kinds), added_xy, offers)


def new_ids(taken: Texts, count: int) -> list[str]:
    """Return the ids of so many new facilities: those of new1, new2 … that are not taken."""
    known = set(taken.tolist())
    names = (f"new{number}" for number in range(1, len(known) + count + 1))
    return [name for name in names if name not in known][:count]


def gate_rows(network: WalkNetwork, places: Sequence[tuple[float, float]]) -> Ints:
    """Return the row in ``closed_gates`` of the locked gate nearest to each place (lon, lat).

    Raises
    ------
    InputError
        No locked gate stands within ``GATE_SEARCH_M`` of a place.
    DuplicateIdError
        Two places mean one gate.
    """
    rows = [_gate_near(network, lon, lat) for lon, lat in places]
    _refuse_twice("the gate near", [_shown(network, row) for row in rows])
    return np.array(rows, dtype=np.int64)


def _gate_near(network: WalkNetwork, lon: float, lat: float) -> int:
    _refuse_no_position("gate", lon, lat)
    gates = network.closed_gates
    if not len(gates):
        raise InputError("the streets hold no locked gate, so none can be opened")
    place = reproject_xy(np.array([[lon, lat]]), GEOGRAPHIC, network.crs)
    away_m = np.hypot(*(gates - place).T)
    row = int(np.argmin(away_m))
    if away_m[row] > GATE_SEARCH_M:
        raise InputError(
            f"no locked gate stands within {GATE_SEARCH_M:.0f} m of {lon},{lat}; the nearest one "
            f"is {away_m[row]:.0f} m away, at {_shown(network, row)}"
        )
    return row


def _shown(network: WalkNetwork, row: int) -> str:
    """Return longitude and latitude of a locked gate, to a centimetre."""
    lon, lat = reproject_xy(network.closed_gates[[row]], network.crs, GEOGRAPHIC)[0]
    return f"{lon:.7f},{lat:.7f}"


def _rows_of(facilities: Facilities, named: Sequence[str]) -> Ints:
    """Return the row of each id."""
    row_of = {code: row for row, code in enumerate(facilities.id.tolist())}
    unknown = [code for code in named if code not in row_of]
    if unknown:
        raise InputError(
            f"there is no facility {unknown[0]!r} in the study area and its halo; ids stand in "
            "the first column of the facilities table"
        )
    _refuse_twice("facility", named)
    return np.array([row_of[code] for code in named], dtype=np.int64)


def _refuse_twice(what: str, named: Iterable[str]) -> None:
    twice = [code for code, count in Counter(named).items() if count > 1]
    if twice:
        raise DuplicateIdError(f"{what} {twice[0]} is named twice; change each one once")


def _inside(area: StudyArea, places: Sequence[tuple[str, float, float]]) -> Floats:
    """Return the positions in the system of the area, shape (places, 2)."""
    for what, lon, lat in places:
        _refuse_no_position(what, lon, lat)
    degrees = np.array([place[1:] for place in places], dtype=np.float64).reshape(-1, 2)
    xy = reproject_xy(degrees, GEOGRAPHIC, area.crs)
    outside = np.flatnonzero(~shapely.intersects(area.halo, shapely.points(xy)))
    if outside.size:
        what, lon, lat = places[outside[0]]
        raise InputError(
            f"{what}: {lon},{lat} lies outside the study area and its halo of "
            f"{area.halo_m:.0f} m, where nobody is counted; choose a place inside"
        )
    return xy


def _refuse_no_position(what: str, lon: float, lat: float) -> None:
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise InputError(
            f"{what}: {lon},{lat} is no position; give longitude, then latitude, in degrees"
        )


def _named_services(one: NewFacility, service: str) -> tuple[str, ...]:
    """Return the services that a new facility names; a kind alone names none."""
    return one.services if one.services or one.kind else (service,)


def _kind(one: NewFacility, service: str) -> str:
    """Return the kind that is named, else one that gives the first service."""
    if one.kind:
        if one.kind not in KINDS:
            raise InputError(f"there is no kind {one.kind!r}; known are {', '.join(KINDS)}")
        return one.kind
    first = _named_services(one, service)[0]
    givers = [kind for kind in (_STATION, *KINDS) if first in KINDS[kind].services]
    return givers[0] if givers else _STATION


def _offers(facilities: Facilities, one: NewFacility, service: str) -> Flags:
    """Return which services a new facility gives: those of its kind and those that it names."""
    named = _named_services(one, service)
    unknown = [name for name in named if name not in facilities.services]
    if unknown:
        raise InputError(
            f"there is no service {unknown[0]!r}; known are {', '.join(facilities.services)}"
        )
    given = {*KINDS[_kind(one, service)].services, *named}
    return np.array([name in given for name in facilities.services], dtype=np.bool_)


def _with_rows(
    facilities: Facilities, named: tuple[list[str], list[str]], xy: Floats, offers: list[Flags]
) -> Facilities:
    """Return the facilities and further ones, of ids and kinds, sorted by id."""
    ids, kinds = named
    count, services = len(ids), len(facilities.services)
    nothing = np.full(count, "")
    both = replace(
        facilities,
        id=np.concatenate([facilities.id, np.array(ids, dtype=np.str_)]),
        name=np.concatenate([facilities.name, np.array(ids, dtype=np.str_)]),
        kind=np.concatenate([facilities.kind, np.array(kinds, dtype=np.str_)]),
        xy=np.concatenate([facilities.xy, xy]),
        offers=np.vstack(
            [facilities.offers, np.array(offers, dtype=np.bool_).reshape(count, services)]
        ),
        status=np.concatenate([facilities.status, nothing]),
        community=np.concatenate([facilities.community, nothing]),
        attributes={
            key: np.concatenate([column, np.full(count, np.nan)])
            for key, column in facilities.attributes.items()
        },
    )
    return both.take(np.argsort(both.id, kind="stable"))
