"""Whether the places of a service suffice: people are given places within reach of their home.

Facilities that do not state their places are taken to have one for everybody who comes. So the
people who are left over are unmet for certain, however large those facilities are, and the people
placed there are neither met nor unmet but unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoplan.model.arrays import Floats, Indices, Ints, freeze_fields
from geoplan.model.facilities import Facilities
from geoplan.model.pairs import WalkPairs
from geoplan.model.reach import WalkTimes
from geoplan.model.schema import CAPACITY
from geoplan.solvers.assignment import assign
from geoplan.stages.reach import ROUNDING_S
from geoplan.units import seconds


@dataclass(frozen=True, slots=True, eq=False)
class CapacityPlan:
    """The people whom the facilities of one service can take, and those who are left."""

    service: str
    minutes: int
    """Longest walk to a place."""
    facility: Indices
    """(f,) rows of the facilities that give the service, ascending."""
    capacity: Floats
    """(f,) places as stated, NaN where none are stated; parts of a place serve nobody."""
    nearest_people: Ints
    """(f,) people to whom this facility is the nearest within the limit."""
    assigned: Ints
    """(f,) people who get a place here."""
    met: Ints
    """(demand,) people with a place at a facility that states its places."""
    unknown: Ints
    """(demand,) people sent to a facility that does not state its places."""
    unmet: Ints
    """(demand,) people without a place, those with no facility in reach included."""
    walked_s: float
    """Seconds that those with a place walk together."""

    def __post_init__(self) -> None:
        freeze_fields(
            self, "facility", "capacity", "nearest_people", "assigned", "met", "unknown", "unmet"
        )


def capacity_plan(
    times: WalkTimes, facilities: Facilities, people: Ints, *, service: str, minutes: int
) -> CapacityPlan:
    """Return who gets a place: as many people as possible, then with the least walking.

    Parameters
    ----------
    people
        (demand,) people of the group that asks for places.
    minutes
        The longest walk, inclusive; at most the limit of ``times``.

    Raises
    ------
    ValueError
        The times end before the limit.
    SolverError
        The assignment could not be proven.
    """
    limit_s = seconds(minutes)
    if limit_s > times.limit_s:
        raise ValueError(f"limit_s is {limit_s:g}; times are stored up to {times.limit_s:g} s")
    giving = facilities.giving(service)
    pairs = WalkPairs.of(times)
    pairs = pairs.where(giving[pairs.facility] & (pairs.seconds <= limit_s + ROUNDING_S))
    capacity = facilities.attributes.get("capacity", np.full(giving.size, np.nan))
    stated = ~np.isnan(capacity)
    places = np.where(stated, np.floor(np.nan_to_num(capacity)), people.sum())
    found = assign(pairs, people, np.where(giving, places, 0).astype(np.int64))
    known = stated[pairs.facility]
    met = _sums(pairs.home, found.people * known, pairs.homes)
    unknown = _sums(pairs.home, found.people * ~known, pairs.homes)
    rows = np.flatnonzero(giving).astype(np.int32)
    return CapacityPlan(
        service=service,
        minutes=minutes,
        facility=rows,
        capacity=capacity[rows],
        nearest_people=nearest_people(pairs, people)[rows],
        assigned=_sums(pairs.facility, found.people, pairs.facilities)[rows],
        met=met,
        unknown=unknown,
        unmet=people - met - unknown,
        walked_s=found.walked_s,
    )


def nearest_people(pairs: WalkPairs, people: Ints) -> Ints:
    """Return the people to whom each facility is the nearest, the first of equally near ones.

    Shape (facilities,); people without a pair are counted nowhere.
    """
    order = np.lexsort([pairs.facility, pairs.seconds, pairs.home])
    home, first = np.unique(pairs.home[order], return_index=True)
    return _sums(pairs.facility[order][first], people[home], pairs.facilities)


def capacity_table(
    facilities: Facilities, plan: CapacityPlan, *, profile: str, group: str
) -> pd.DataFrame:
    """Return one row a facility that gives the service, in the order of the facilities.

    Columns are ``model.schema.CAPACITY``. ``load`` is ``nearest_people`` by places, above 1 where
    more live nearest than there is room for, and NaN where there are no places to divide by;
    ``left`` is the places that stay free. ``capacity``, ``load`` and ``left`` are NaN where the
    facility states no places: then ``assigned`` is who would come, not who has a place.
    """
    capacity = plan.capacity
    load = np.divide(
        plan.nearest_people,
        capacity,
        out=np.full(capacity.size, np.nan),
        where=np.nan_to_num(capacity) > 0,
    )
    return pd.DataFrame(
        {
            "facility": facilities.id[plan.facility],
            "service": plan.service,
            "profile": profile,
            "minutes": plan.minutes,
            "group": group,
            "capacity": capacity,
            "nearest_people": plan.nearest_people,
            "load": load.round(6),
            "assigned": plan.assigned,
            "left": np.floor(capacity) - plan.assigned,
        },
        columns=list(CAPACITY),
    )


def _sums(row: Ints, people: Ints, count: int) -> Ints:
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, row, people)
    return sums
