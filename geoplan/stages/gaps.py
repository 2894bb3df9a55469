"""Stage 7: who is left beyond the limit, where, and how far the nearest facility is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geoplan.domain.crs import GEOGRAPHIC, reproject_xy
from geoplan.model.arrays import Flags, Floats, Indices, Ints, Texts
from geoplan.model.demand import Demand
from geoplan.model.facilities import Facilities
from geoplan.model.network import SnappedPoints, WalkNetwork
from geoplan.model.places import Boundaries
from geoplan.model.results import UnitIndex
from geoplan.model.schema import GAPS, GAPS_TAIL, group_column
from geoplan.stages.units import unit_at
from geoplan.units import minutes


@dataclass(frozen=True, slots=True, eq=False)
class Uncovered:
    """Inhabited demand points beyond the limit and their way to the nearest facility."""

    points: Ints
    """(u,) rows of the demand that are beyond the limit, ascending."""
    seconds: Floats
    """(u,) time to the nearest facility, inf when there is no way."""
    facility: Indices
    """(u,) row of that facility, −1 when there is no way."""


def gap_labels(
    network: WalkNetwork,
    boundaries: Boundaries,
    units: UnitIndex,
    homes: SnappedPoints,
    beyond: tuple[Flags, Flags],
) -> Ints:
    """Return the gap of each demand point, −1 where it is covered or outside every unit.

    Uncovered points belong to one gap when they lie in one community and are joined by streets of
    that community whose both ends are beyond the limit. Gaps are numbered from 0 in the order of
    their first point; ``ranked`` puts the largest first.

    Parameters
    ----------
    beyond
        Which demand points, and which nodes, are beyond the limit.
    """
    home_beyond, node_beyond = beyond
    lowest = np.where(units.community >= 0, units.community, units.subdistrict)
    lowest = np.where(lowest >= 0, lowest, units.district)
    node_unit = _lowest_unit(boundaries, network.node_xy)
    joined = (
        node_beyond[network.tail]
        & node_beyond[network.head]
        & (node_unit[network.tail] == node_unit[network.head])
    )
    owner, ends = homes.owner(), network.tail[homes.edge]
    far = home_beyond[owner] & node_beyond[ends] & (node_unit[ends] == lowest[owner])
    size = network.node_count + len(homes)
    rows = np.concatenate([network.tail[joined], network.node_count + owner[far]])
    columns = np.concatenate([network.head[joined], ends[far]])
    links = coo_array((np.ones(rows.size), (rows, columns)), shape=(size, size))
    _, component = connected_components(links, directed=False)
    labels = np.full(len(homes), -1, dtype=np.int64)
    inside = np.flatnonzero(home_beyond & (lowest >= 0))
    if inside.size:
        keys = np.column_stack([lowest[inside], component[network.node_count + inside]])
        _, first, member = np.unique(keys, axis=0, return_index=True, return_inverse=True)
        labels[inside] = np.argsort(np.argsort(first))[member.reshape(-1)]
    return labels


def gaps_table(
    demand: Demand,
    facilities: Facilities,
    boundaries: Boundaries,
    units: UnitIndex,
    found: tuple[Ints, Uncovered],
) -> pd.DataFrame:
    """Return one row a gap, most people first, with its people, its names and its nearest facility.

    ``place`` is the place with most people of the gap; ``minutes`` is the people-weighted mean
    walking time of those who have a way at all; ``why`` is ``beyond_limit`` when most people have
    a way to a facility, else ``unreachable``. ``class`` is empty until gaps are typed.
    """
    labels, uncovered = found
    frame = pd.DataFrame(
        {
            "gap": labels[uncovered.points],
            "place": demand.place[uncovered.points],
            "community": _names(boundaries, units.community[uncovered.points]),
            "subdistrict": _names(boundaries, units.subdistrict[uncovered.points]),
            "facility": uncovered.facility,
            "seconds": uncovered.seconds,
            "x": demand.xy[uncovered.points, 0],
            "y": demand.xy[uncovered.points, 1],
        }
    )
    for column, group in enumerate(demand.groups):
        frame[group_column("people", group)] = demand.people[uncovered.points, column]
    frame = frame[frame["gap"] >= 0]
    rows = [
        _gap_row(demand, facilities, label, frame[frame["gap"] == label])
        for label in np.unique(frame["gap"].to_numpy()).tolist()
    ]
    columns = [
        *GAPS,
        *(group_column("people", group) for group in demand.groups),
        *GAPS_TAIL,
    ]
    return pd.DataFrame(rows, columns=columns)


def ranked(labels: Ints, people: Ints) -> Ints:
    """Return the gaps renumbered so that 0 is the one with most people, −1 kept; ties by number."""
    inside = labels >= 0
    size = np.bincount(labels[inside], weights=people[inside])
    rank = np.empty(size.size, dtype=np.int64)
    rank[np.lexsort([np.arange(size.size), -size])] = np.arange(size.size)
    renumbered = labels.copy()
    renumbered[inside] = rank[labels[inside]]
    return renumbered


def gap_id(label: int) -> str:
    """Return the public id of a gap: ``G001`` is the one with most people."""
    return f"G{label + 1:03d}"


def _gap_row(
    demand: Demand, facilities: Facilities, label: int, gap: pd.DataFrame
) -> dict[str, object]:
    everyone = gap["people_all"].to_numpy(dtype=np.float64)
    has_way = np.isfinite(gap["seconds"].to_numpy())
    nearest = _heaviest(gap["facility"].to_numpy()[has_way], everyone[has_way])
    lon, lat = _centre_point(gap, everyone, demand.crs)
    row: dict[str, object] = {
        "id": gap_id(label),
        "class": "",
        "subdistrict": gap["subdistrict"].iloc[0],
        "community": gap["community"].iloc[0],
        "place": _heaviest(gap["place"].to_numpy(), everyone),
        "nearest_facility": "" if nearest is None else facilities.id[int(nearest)],
        "minutes": _mean_minutes(gap["seconds"].to_numpy()[has_way], everyone[has_way]),
        "why": "beyond_limit" if 2 * everyone[has_way].sum() >= everyone.sum() else "unreachable",
        "lon": lon,
        "lat": lat,
    }
    people = [column for column in gap.columns if column.startswith("people_")]
    return row | {column: int(gap[column].sum()) for column in people}


def _heaviest(values: Texts | Ints, weight: Floats) -> Any:  # noqa: ANN401  value of the array
    """Return the value that carries most weight, the first in sort order on a tie."""
    if values.size == 0:
        return None
    unique, member = np.unique(
        values.astype(str) if values.dtype == object else values, return_inverse=True
    )
    return unique[np.argmax(np.bincount(member, weights=weight))]


def _mean_minutes(seconds: Floats, weight: Floats) -> float:
    """Return the people-weighted mean in minutes to one decimal, NaN when nobody has a way."""
    if weight.sum() == 0:
        return float("nan")
    return round(minutes(float(np.average(seconds, weights=weight))), 1)


def _centre_point(gap: pd.DataFrame, weight: Floats, crs: str) -> tuple[float, float]:
    """Return longitude and latitude of the gap's point that is nearest to its centre of people."""
    xy = gap[["x", "y"]].to_numpy()
    centre = np.average(xy, axis=0, weights=weight)
    nearest = np.argmin(np.hypot(*(xy - centre).T))
    lon, lat = reproject_xy(xy[[nearest]], crs, GEOGRAPHIC)[0]
    return round(float(lon), 6), round(float(lat), 6)


def _names(boundaries: Boundaries, rows: Ints) -> Texts:
    return np.append(boundaries.name, "")[rows]


def _lowest_unit(boundaries: Boundaries, xy: Floats) -> Ints:
    lowest = unit_at(boundaries, "community", xy)
    for level in ("subdistrict", "district"):
        lowest = np.where(lowest >= 0, lowest, unit_at(boundaries, level, xy))
    return lowest
