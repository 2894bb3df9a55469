"""Stage 7b: what the classes of gaps are decided from, gathered from the stages before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import cKDTree

from geoplan.domain.gap_classes import (
    AGED_GROUP,
    MISSING_REASONS,
    QUALITY_REASONS,
)
from geoplan.domain.kinds import CARE_SERVICES
from geoplan.model.arrays import Flags, Floats, Indices, Ints
from geoplan.model.demand import Demand
from geoplan.model.facilities import Facilities
from geoplan.model.network import SnappedPoints
from geoplan.model.places import Boundaries
from geoplan.model.reach import WalkTimes
from geoplan.model.results import PlanInputs, UnitIndex
from geoplan.stages.gap_classes import PointEvidence
from geoplan.stages.reach import ROUNDING_S


@dataclass(frozen=True, slots=True, eq=False)
class GapGround:
    """Where homes, facilities and streets lie."""

    inputs: PlanInputs
    homes: SnappedPoints
    units: UnitIndex
    """Units of the demand points."""
    facility_units: UnitIndex
    street_component: Indices
    """(edges,) component of each street, 0 the longest (``network.edge_components``)."""


@dataclass(frozen=True, slots=True)
class GapRule:
    """What counts as within reach, and what is asked of a home's surroundings."""

    service: str
    """Main service id."""
    profile: str
    """Main walker id."""
    limit_s: float
    """Longest walk, inclusive."""
    speed_m_s: float
    """Main walker's speed on level ground, for straight lines."""
    services: tuple[str, ...]
    """Services that the project counts whether or not a facility gives them."""


@dataclass(frozen=True, slots=True, eq=False)
class NearestWalk:
    """The walk of every home to its nearest facility of the main service, however long it is."""

    seconds: Floats
    """(demand,) seconds, inf when there is no way."""
    facility: Indices
    """(demand,) row of the facility, −1 when there is no way."""


@dataclass(frozen=True, slots=True, eq=False)
class AgedWalk:
    """The walk of ``elder80``, and what it would be without stairs in the way."""

    walk: NearestWalk
    with_steps_s: Floats
    """(demand,) seconds of the same walker when stairs and footbridges are no obstacle."""


@dataclass(frozen=True, slots=True, eq=False)
class GapWalks:
    """Walking times of the homes."""

    nearest: NearestWalk
    """Main walker, main service."""
    node_s: Floats
    """(nodes,) main walker's seconds to the nearest facility of the main service, inf beyond."""
    times: WalkTimes
    """Main walker, every facility and home within the limit of each other."""
    aged: AgedWalk | None
    """None when nobody of 80 and over is known: then no home is of class B."""


@dataclass(frozen=True, slots=True, eq=False)
class Shortfalls:
    """What other stages found out about homes and facilities."""

    link_of_home: Ints
    """(demand,) row of the missing link that would bring the home within the limit, −1 none."""
    unmet: Ints
    """(demand,) people left without a place, −1 when capacity is not known."""
    doubts: Flags
    """(facilities, ``QUALITY_REASONS``) from ``quality_doubts``."""


def quality_doubts(
    facilities: Facilities, least_area_m2: Mapping[str, float] | None = None
) -> tuple[Flags, tuple[str, ...]]:
    """Return why each facility's quality is in doubt, and the reasons of the columns.

    Shape (facilities, ``QUALITY_REASONS``): the register plans an upgrade; the floor area is known
    and below the least one of the facility's kind. Without ``least_area_m2`` (kind → m², such as
    ``domain.gap_classes.LEAST_AREA_M2``) the status alone decides; an unknown area is no doubt.
    """
    least = np.array([(least_area_m2 or {}).get(kind, 0.0) for kind in facilities.kind.tolist()])
    unknown = np.full(len(facilities.id), np.nan)
    small = facilities.attributes.get("area_m2", unknown) < least
    return np.stack([facilities.status == "upgrade_planned", small], axis=1), QUALITY_REASONS


def asked_services(facilities: Facilities, counted: Sequence[str]) -> tuple[str, ...]:
    """Return the care services that a home can lack: given by some facility, or counted."""
    return tuple(
        service
        for service in CARE_SERVICES
        if facilities.giving(service).any() or service in counted
    )


def point_evidence(
    ground: GapGround, walks: GapWalks, *, rule: GapRule, found: Shortfalls
) -> PointEvidence:
    """Return the evidence of every demand point."""
    inputs, units = ground.inputs, ground.units
    facility, home = _pairs_within(walks.times, rule.limit_s)
    aged, aged_s, aged_with_steps_s = _aged(inputs.demand, walks.aged)
    serving = inputs.facilities.giving(rule.service)[facility]
    doubts, elsewhere = _of_those_within(
        ground, facility[serving], home[serving], doubts=found.doubts
    )
    return PointEvidence(
        inhabited=inputs.demand.some("all"),
        seconds=walks.nearest.seconds,
        straight_s=straight_m(inputs.facilities, inputs.demand, rule.service) / rule.speed_m_s,
        no_street=~ground.homes.reached(),
        cut_off=_cut_off(ground.homes, ground.street_component),
        mismatch=community_mismatch(inputs.boundaries, units, inputs.demand),
        outside=(units.community < 0) & (units.subdistrict < 0) & (units.district < 0),
        link=found.link_of_home,
        aged=aged,
        aged_s=aged_s,
        aged_with_steps_s=aged_with_steps_s,
        missing=_missing(inputs, facility, home, counted=rule.services),
        unmet=found.unmet,
        doubts=doubts,
        elsewhere=elsewhere,
    )


def straight_m(facilities: Facilities, demand: Demand, service: str) -> Floats:
    """Return the metres from each point straight to the nearest facility that gives the service.

    Shape (demand,); inf when nobody gives it.
    """
    giving = facilities.giving(service)
    if not giving.any():
        return np.full(len(demand.id), np.inf)
    metres, _ = cKDTree(facilities.xy[giving]).query(demand.xy)
    return np.asarray(metres, dtype=np.float64)


def community_mismatch(boundaries: Boundaries, units: UnitIndex, demand: Demand) -> Flags:
    """Return which points lie outside the community that they are declared in.

    A code that is on no map of the run (another edition) is no evidence; a point on the border of
    its declared community lies in it.
    """
    rows = boundaries.at("community")
    row_of = dict(zip(boundaries.code[rows].tolist(), rows.tolist(), strict=True))
    declared = np.array([row_of.get(code, -1) for code in demand.community.tolist()], np.int64)
    elsewhere: Flags = (declared >= 0) & (declared != units.community)
    points = np.asarray(shapely.points(demand.xy[elsewhere]), dtype=object)
    elsewhere[elsewhere] = ~shapely.intersects(boundaries.geometry[declared[elsewhere]], points)
    return elsewhere


def _cut_off(homes: SnappedPoints, street_component: Indices) -> Flags:
    on_main = homes.owner()[street_component[homes.edge] == 0]
    joined = np.bincount(on_main, minlength=len(homes)) > 0
    return homes.reached() & ~joined


def _aged(demand: Demand, aged: AgedWalk | None) -> tuple[Flags, Floats, Floats]:
    if aged is None or AGED_GROUP not in demand.groups:
        unknown_s = np.full(len(demand.id), np.inf)
        return np.zeros(len(demand.id), dtype=np.bool_), unknown_s, unknown_s
    return demand.some(AGED_GROUP), aged.walk.seconds, aged.with_steps_s


def _pairs_within(times: WalkTimes, limit_s: float) -> tuple[Ints, Ints]:
    """Return facility and home of every pair within the limit."""
    pairs = times.seconds.tocoo()
    within = pairs.data <= limit_s + ROUNDING_S
    return pairs.row[within].astype(np.int64), pairs.col[within].astype(np.int64)


def _missing(inputs: PlanInputs, facility: Ints, home: Ints, *, counted: Sequence[str]) -> Flags:
    """Return the asked care services beyond the limit, shape (demand, ``MISSING_REASONS``)."""
    missing = np.zeros((len(inputs.demand.id), len(MISSING_REASONS)), dtype=np.bool_)
    for service in asked_services(inputs.facilities, counted):
        given = home[inputs.facilities.giving(service)[facility]]
        missing[:, CARE_SERVICES.index(service)] = np.bincount(given, minlength=len(missing)) == 0
    return missing


def _of_those_within(
    ground: GapGround, facility: Ints, home: Ints, *, doubts: Flags
) -> tuple[Flags, Flags]:
    """Return doubts about, and whereabouts of, the facilities within each home's limit.

    A column holds where some facility within the limit has it; a row is all False where one
    facility is free of doubt (first array), or stands in the home's own subdistrict (second).
    """
    count = len(ground.inputs.demand.id)
    away = _away(ground, facility, home)
    return _if_all(doubts[facility], home, count), _if_all(away, home, count)


def _away(ground: GapGround, facility: Ints, home: Ints) -> Flags:
    """Return whether the facility of each pair stands elsewhere, (pairs, ``ELSEWHERE_REASONS``).

    Where a home lies in no subdistrict only the district is compared; nothing is foreign to a home
    outside the district.
    """
    there, here = ground.facility_units, ground.units
    abroad = (here.district[home] >= 0) & (there.district[facility] < 0)
    other = there.subdistrict[facility] != here.subdistrict[home]
    return np.stack([(here.subdistrict[home] >= 0) & other & ~abroad, abroad], axis=1)


def _if_all(flags: Flags, home: Ints, count: int) -> Flags:
    """Return which flags some pair of each home has, none where a pair has no flag at all."""
    free = np.bincount(home[~flags.any(axis=1)], minlength=count) > 0
    some = [np.bincount(home[column], minlength=count) > 0 for column in flags.T]
    return np.stack(some, axis=1) & ~free[:, None]
