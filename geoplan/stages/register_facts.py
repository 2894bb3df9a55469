"""Stage 9b: facts that the register of facilities and the table of people can answer.

Unknown stays unknown: a sum over facilities is known only where every one of them states its
number, and a register that lists no facility of a kind says nothing about the kind.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from geoplan.model.arrays import Flags, Floats
from geoplan.model.demand import Demand
from geoplan.model.facilities import Facilities
from geoplan.model.places import LEVELS, Boundaries
from geoplan.model.results import PlanInputs, UnitIndex
from geoplan.stages.establishment import units_within
from geoplan.stages.facts import amount_facts, ratio_facts
from geoplan.stages.unit_rows import Rows, unit_rows

OLDER, OLDEST = "60+", "80+"
"""Groups of the people whom the beds and the home visits of the standards are counted by."""

_ROOMS = ("care_center", "care_station")
_SOCIAL_WORK = ("social_work_station", "social_work_room")

_ESTABLISHED = {
    "care_center_subdistricts": ("kind", "care_center", "subdistrict"),
    "social_work_station_subdistricts": ("kind", "social_work_station", "subdistrict"),
    "care_station_communities": ("kind", "care_station", "community"),
    "social_work_room_communities": ("kind", "social_work_room", "community"),
    "community_center_communities": ("kind", "community_center", "community"),
    "meal_communities": ("service", "meals", "community"),
    "bathing_communities": ("service", "bathing", "community"),
}
"""Indicator → counted by, subject and child level of its rows of ``ESTABLISHMENT``."""

_LEAST = {
    "least_institution_beds": ("care_institution", "beds"),
    "least_center_m2": ("care_center", "area_m2"),
    "least_station_m2": ("care_station", "area_m2"),
    "least_community_center_m2": ("community_center", "area_m2"),
    "least_station_staff": ("social_work_station", "staff"),
}
"""Indicator → kind and attribute of which the smallest counts."""


def register_facts(
    inputs: PlanInputs, homes: UnitIndex, facility_units: UnitIndex
) -> list[pd.DataFrame]:
    """Return the facts of people, beds, rooms and staff for every unit of every level.

    A ratio of which only the denominator is known has an unknown value and keeps its ``whole``.
    """
    people = unit_rows(inputs.boundaries, homes)
    places = unit_rows(inputs.boundaries, facility_units)
    return [
        frame
        for residents, standing in zip(people, places, strict=True)
        for frame in (
            *_people_facts(inputs.demand, residents),
            *_unit_facts(inputs.boundaries, residents),
            *_bed_facts(inputs, residents, standing),
            *_room_facts(inputs, residents, standing),
            *_least_facts(inputs.facilities, standing),
        )
    ]


def establishment_facts(establishment: pd.DataFrame, facilities: Facilities) -> list[pd.DataFrame]:
    """Return the establishment coverage of every unit as facts.

    Where the register lists no facility of the subject at all, units with one are not known.
    """
    frames = []
    for indicator, (counted_by, subject, child_level) in _ESTABLISHED.items():
        table = establishment[
            (establishment["counted_by"] == counted_by)
            & (establishment["subject"] == subject)
            & (establishment["child_level"] == child_level)
        ]
        of_subject = facilities.kind == subject
        listed = of_subject if counted_by == "kind" else facilities.giving(subject)
        frames += [
            _established(indicator, level, table, listed=bool(listed.any())) for level in LEVELS
        ]
    return [frame for frame in frames if len(frame)]


def known_sums(rows: Rows, chosen: Flags, amounts: Floats) -> Floats:
    """Return the sum of the chosen facilities' amounts by unit, (units,).

    0 in a unit without any of them; NaN where one of them states no amount, and everywhere when
    none is chosen at all.
    """
    if not chosen.any():
        return np.full(rows.code.size, np.nan)
    inside = np.flatnonzero(chosen & (rows.member >= 0))
    sums = np.bincount(rows.member[inside], weights=amounts[inside], minlength=rows.code.size)
    return sums.astype(np.float64)


def smallest(rows: Rows, chosen: Flags, amounts: Floats) -> tuple[Floats, list[int]]:
    """Return the least amount of the chosen facilities by unit, and the row of the facility.

    NaN and −1 where the unit has none of them, or one of them states no amount; the first of
    equals.
    """
    least, who = np.full(rows.code.size, np.nan), np.full(rows.code.size, -1, dtype=np.int64)
    inside = np.flatnonzero(chosen & (rows.member >= 0))
    unit = rows.member[inside]
    order = np.lexsort([inside, amounts[inside], unit])
    units, first = np.unique(unit[order], return_index=True)
    unknown = np.bincount(unit, weights=np.isnan(amounts[inside]), minlength=rows.code.size)
    known = unknown[units] == 0
    who[units[known]] = inside[order][first[known]]
    least[units[known]] = amounts[who[units[known]]]
    return least, who.tolist()


def _people_facts(demand: Demand, residents: Rows) -> Iterator[pd.DataFrame]:
    sums = residents.sums(demand.people).astype(np.float64)
    for column, group in enumerate(demand.groups):
        yield amount_facts("residents", residents, sums[:, column], group=group)
    unknown = np.full(residents.code.size, np.nan)
    for indicator, group in (("home_visit_share", OLDER), ("home_visit_80_share", OLDEST)):
        yield ratio_facts(indicator, residents, (unknown, _people(demand, residents, group)))


def _unit_facts(boundaries: Boundaries, rows: Rows) -> Iterator[pd.DataFrame]:
    for indicator, level in (("subdistricts", "subdistrict"), ("communities", "community")):
        if LEVELS.index(level) > LEVELS.index(rows.level) and boundaries.at(level).size:
            within = units_within(boundaries, rows.level, level)
            count = np.bincount(within[within >= 0], minlength=rows.code.size).astype(np.float64)
            yield amount_facts(indicator, rows, count)
            if indicator == "communities":
                counts = (np.full(rows.code.size, np.nan), count)
                yield ratio_facts("communities_with_project_share", rows, counts)


def _bed_facts(inputs: PlanInputs, residents: Rows, standing: Rows) -> Iterator[pd.DataFrame]:
    facilities = inputs.facilities
    chosen = facilities.kind == "care_institution"
    beds = known_sums(standing, chosen, _attribute(facilities, "beds"))
    nursing = known_sums(standing, chosen, _attribute(facilities, "nursing_beds"))
    count = known_sums(standing, chosen, np.ones(chosen.size))
    older = _people(inputs.demand, residents, OLDER)
    yield amount_facts("care_institutions", standing, count)
    yield amount_facts("care_beds", standing, beds)
    yield ratio_facts("beds_per_1000", standing, (beds, older))
    yield ratio_facts("nursing_bed_share", standing, (nursing, beds))
    unknown = np.full(count.size, np.nan)
    yield ratio_facts("institutions_rated_share", standing, (unknown, count))


def _room_facts(inputs: PlanInputs, residents: Rows, standing: Rows) -> Iterator[pd.DataFrame]:
    facilities, demand = inputs.facilities, inputs.demand
    rooms, offices = np.isin(facilities.kind, _ROOMS), np.isin(facilities.kind, _SOCIAL_WORK)
    area = known_sums(standing, rooms, _attribute(facilities, "area_m2"))
    staff = known_sums(standing, offices, _attribute(facilities, "staff"))
    older, everyone = (_people(demand, residents, group) for group in (OLDER, "all"))
    yield ratio_facts("care_m2_per_older_person", standing, (area, older))
    yield ratio_facts("care_m2_per_100_households", standing, (area, np.full(area.size, np.nan)))
    yield ratio_facts("social_workers_per_10000", standing, (staff, everyone))


def _least_facts(facilities: Facilities, standing: Rows) -> Iterator[pd.DataFrame]:
    """Yield the smallest of each kind; ``without`` names the facility that it is."""
    sizes = {
        indicator: (kind, _attribute(facilities, attribute))
        for indicator, (kind, attribute) in _LEAST.items()
    }
    beds = _attribute(facilities, "beds")
    per_bed = _attribute(facilities, "area_m2") / np.where(beds > 0, beds, np.nan)
    sizes["least_m2_per_bed"] = ("care_institution", per_bed)
    names = [*facilities.id.tolist(), ""]
    for indicator, (kind, amounts) in sizes.items():
        least, who = smallest(standing, facilities.kind == kind, amounts)
        smallest_of = [names[row] for row in who]
        yield amount_facts(indicator, standing, least.round(6), without=smallest_of)


def _established(
    indicator: str, level: str, establishment: pd.DataFrame, *, listed: bool
) -> pd.DataFrame:
    table = establishment[establishment["level"] == level]
    code, name = (table[column].to_numpy(dtype=np.str_) for column in ("code", "name"))
    rows = Rows(level, code, name, np.empty(0, dtype=np.int64))
    units_with, units = (
        table[column].to_numpy(dtype=np.float64) for column in ("units_with", "units")
    )
    if not listed:
        return ratio_facts(indicator, rows, (np.full(units.size, np.nan), units))
    return ratio_facts(indicator, rows, (units_with, units), without=table["without"].tolist())


def _people(demand: Demand, residents: Rows, group: str) -> Floats:
    """Return the people of a group by unit, NaN when the table of people has no such group."""
    if group not in demand.groups:
        return np.full(residents.code.size, np.nan)
    return residents.sums(demand.of(group)[:, None])[:, 0].astype(np.float64)


def _attribute(facilities: Facilities, name: str) -> Floats:
    unknown = np.full(facilities.id.size, np.nan)
    return facilities.attributes.get(name, unknown)
