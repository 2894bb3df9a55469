"""Stage 7e: the missing links as a table that a planner reads."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geoplan.domain.crs import GEOGRAPHIC, reproject_xy
from geoplan.model.arrays import Floats, Ints, Sparse
from geoplan.model.demand import Demand
from geoplan.model.links import MissingLinks
from geoplan.model.places import Boundaries
from geoplan.model.schema import LINKS, LINKS_TAIL, group_column
from geoplan.stages.units import locate
from geoplan.units import minutes


def links_table(
    found: MissingLinks, demand: Demand, boundaries: Boundaries, today_s: Floats
) -> pd.DataFrame:
    """Return one row a link, the one with most people per metre first.

    Columns are ``LINKS``, then ``people_<group>`` of every group, then ``LINKS_TAIL``. People are
    those whom the link alone brings within the limit, so two rows that help the same homes both
    count them; ``people_per_m`` is of the people that the links were chosen for. A link runs from
    its far end, whose subdistrict and community are named, to its near end. The minutes are means
    over all people whom it brings within the limit, walking today (NaN when none of them has a
    way) and with the link.

    Parameters
    ----------
    today_s
        (homes,) seconds to the nearest facility that the links were looked for with.
    """
    links = found.links
    units = locate(boundaries, links.xy[:, 0])
    names = np.append(boundaries.name, "")
    lon_lat = reproject_xy(links.xy.reshape(-1, 2), demand.crs, GEOGRAPHIC).round(6)
    everyone = demand.of("all")
    people = {
        group_column("people", group): _sums(found.seconds, demand.of(group)).astype(np.int64)
        for group in demand.groups
    }
    columns = {
        "id": [link_id(row) for row in range(len(found))],
        "kind": found.kind,
        "barrier": found.barrier_kind,
        "barrier_name": found.barrier_name,
        "subdistrict": names[units.subdistrict],
        "community": names[units.community],
        "length_m": links.length_m.round(1),
        **dict(zip(LINKS[-4:], lon_lat.reshape(-1, 4).T, strict=True)),
        **people,
        "people_per_m": found.people_per_m.round(3),
        "minutes_before": _mean_minutes(found.seconds, today_s[found.seconds.indices], everyone),
        "minutes_after": _mean_minutes(found.seconds, found.seconds.data, everyone),
    }
    return pd.DataFrame(columns, columns=[*LINKS, *people, *LINKS_TAIL])


def link_id(row: int) -> str:
    """Return the public id of a link: ``L001`` brings most people per metre."""
    return f"L{row + 1:03d}"


def _sums(pairs: Sparse, weight: Floats | Ints) -> Floats:
    """Return the sum over the homes of each link."""
    return _sums_of(pairs, weight[pairs.indices])


def _sums_of(pairs: Sparse, values: Floats | Ints) -> Floats:
    link = np.repeat(np.arange(pairs.shape[0]), np.diff(pairs.indptr))
    return np.bincount(link, weights=values, minlength=pairs.shape[0]).astype(np.float64)


def _mean_minutes(pairs: Sparse, seconds: Floats, people: Ints) -> Floats:
    """Return the people-weighted mean of each link in minutes, to one decimal."""
    weight = np.where(np.isfinite(seconds), people[pairs.indices], 0).astype(np.float64)
    known_s = np.where(np.isfinite(seconds), seconds, 0.0)
    walkers = _sums_of(pairs, weight)
    mean_s = _sums_of(pairs, weight * known_s) / np.where(walkers > 0.0, walkers, np.nan)
    return np.array([round(minutes(value), 1) for value in mean_s.tolist()])
