"""Stage 6c: whom each facility reaches, and who would be lost if it closed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely

from geoplan.domain.crs import GEOGRAPHIC, reproject_xy
from geoplan.domain.kinds import KINDS
from geoplan.model.arrays import Flags, Floats, Ints, Texts
from geoplan.model.demand import Demand
from geoplan.model.facilities import Facilities
from geoplan.model.network import SnappedPoints, WalkNetwork
from geoplan.model.places import Boundaries
from geoplan.model.reach import WalkTimes
from geoplan.model.results import ServiceAreas, UnitIndex
from geoplan.model.schema import FACILITIES
from geoplan.stages.reach import ROUNDING_S
from geoplan.units import seconds


def facilities_table(
    facilities: Facilities,
    snapped: tuple[WalkNetwork, SnappedPoints],
    places: tuple[Boundaries, UnitIndex],
    people: pd.DataFrame,
) -> pd.DataFrame:
    """Return one row a facility: where it stands and snaps, its people and its flags.

    ``edge``, ``offset_m`` and ``leg_m`` describe the nearest street: its number, the metres from
    its start and the straight leg; empty when no street is near. ``people`` comes from
    ``people_reached``.
    """
    network, points = snapped
    boundaries, units = places
    lon_lat = reproject_xy(facilities.xy, facilities.crs, GEOGRAPHIC).round(7)
    edge, offset_m, leg_m = _nearest_street(network, points)
    names = np.append(boundaries.name, "")
    table = pd.DataFrame(
        {
            "id": facilities.id,
            "name": facilities.name,
            "kind": facilities.kind,
            "services": _services(facilities),
            "status": facilities.status,
            "subdistrict": names[units.subdistrict],
            "community": names[units.community],
            "lon": lon_lat[:, 0],
            "lat": lon_lat[:, 1],
            "edge": edge,
            "offset_m": offset_m,
            "leg_m": leg_m,
        }
    ).loc[:, list(FACILITIES)]
    flags = _flags(points, units, people)
    return pd.concat([table, people, pd.Series(flags, name="flags")], axis=1)


def people_reached(
    facilities: Facilities, demand: Demand, times: WalkTimes, minutes: Sequence[int]
) -> pd.DataFrame:
    """Return the people of each facility: all within reach, its part of the union, its own alone.

    For each limit of m minutes:

    - ``people_<m>``: all residents whose walk is at most m minutes, whoever else serves them.
    - ``marginal_<m>``: those who have no other facility of the same service within m minutes: the
      people lost if it closes.
    - ``union_share_<m>``: people divided evenly among the facilities of the service that they can
      choose from; over all facilities that give the service it sums to the people it covers.

    The service is the first of the facility's kind; a kind without one has no marginal people
    (0) and no share (NaN).
    """
    everyone = demand.of("all")
    row, column, time_s = _pairs(times)
    count = len(facilities.id)
    main = np.array([main_service(kind) for kind in facilities.kind.tolist()], dtype=np.str_)
    totals, alone, shares = {}, {}, {}
    for limit in minutes:
        within = time_s <= seconds(limit) + ROUNDING_S
        pair = (row[within], column[within])
        totals[f"people_{limit}"] = _sum(pair[0], everyone[pair[1]], count)
        alone[f"marginal_{limit}"], share = _divided(facilities, everyone, main, pair)
        shares[f"union_share_{limit}"] = np.where(main == "", np.nan, share).round(3)
    return pd.DataFrame(totals | alone | shares)


def shed_ratios(areas: ServiceAreas, facilities: Facilities, *, reach_m: float) -> Floats:
    """Return the pedestrian-shed ratio of each facility at the longest limit, NaN without an area.

    The area that the facility serves on foot over the area of a circle whose radius is the level
    path of the same minutes: what streets and barriers leave of the circle on paper.
    """
    longest = areas.minutes == areas.minutes.max(initial=0)
    area_of = dict(
        zip(areas.owner[longest].tolist(), shapely.area(areas.geometry[longest]), strict=True)
    )
    served = np.array([area_of.get(one, np.nan) for one in facilities.id.tolist()])
    ratios: Floats = np.round(served / (np.pi * reach_m**2), 4)
    return ratios


def main_service(kind: str) -> str:
    """Return the service by which a kind is counted, empty for kinds without one."""
    services = KINDS[kind].services
    return services[0] if services else ""


def _pairs(times: WalkTimes) -> tuple[Ints, Ints, Floats]:
    coo = times.seconds.tocoo()
    return coo.row.astype(np.int64), coo.col.astype(np.int64), coo.data


def _divided(
    facilities: Facilities, everyone: Ints, main: Texts, pair: tuple[Ints, Ints]
) -> tuple[Ints, Floats]:
    """Return each facility's people without another choice, and its even part of the union."""
    row, column = pair
    marginal = np.zeros(len(facilities.id), dtype=np.int64)
    share = np.zeros(len(facilities.id))
    for service in sorted(set(main.tolist()) - {""}):
        gives = facilities.giving(service)[row]
        choices = np.bincount(column[gives], minlength=everyone.size)
        own = gives & (main[row] == service)
        alone = own & (choices[column] == 1)
        marginal += _sum(row[alone], everyone[column[alone]], marginal.size)
        np.add.at(share, row[own], everyone[column[own]] / choices[column[own]])
    return marginal, share


def _sum(row: Ints, people: Ints, count: int) -> Ints:
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, row, people)
    return sums


def _services(facilities: Facilities) -> list[str]:
    codes = np.array(facilities.services, dtype=np.str_)
    return [";".join(codes[row].tolist()) for row in facilities.offers]


def _nearest_street(
    network: WalkNetwork, points: SnappedPoints
) -> tuple[pd.Series, pd.Series, pd.Series]:
    reached = points.reached()
    first = points.start[:-1][reached]
    edge = pd.Series(pd.array([pd.NA] * len(points), dtype="Int64"))
    offset, leg = pd.Series(np.full(len(points), np.nan)), pd.Series(np.full(len(points), np.nan))
    edge[reached] = points.edge[first]
    offset[reached] = (
        points.fraction[first] * shapely.length(network.geometry[points.edge[first]])
    ).round(2)
    leg[reached] = points.leg_m[first].round(2)
    return edge, offset, leg


def _flags(points: SnappedPoints, units: UnitIndex, people: pd.DataFrame) -> Texts:
    """Return ``;``-joined flags: not_snapped, outside_area, no_people."""
    nobody = (people.filter(like="people_").max(axis=1) == 0).to_numpy()
    columns: list[tuple[str, Flags]] = [
        ("not_snapped", ~points.reached()),
        ("outside_area", units.district < 0),
        ("no_people", nobody),
    ]
    return np.array(
        [";".join(name for name, flags in columns if flags[row]) for row in range(len(points))],
        dtype=np.str_,
    )
