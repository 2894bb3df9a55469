"""Whom each site of a plan adds, who would lose it, and how far sites can help at all."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geoplan.domain.crs import GEOGRAPHIC, reproject_xy
from geoplan.model.arrays import Flags, Indices, Ints
from geoplan.model.places import Boundaries
from geoplan.model.site_schema import SITE_CANDIDATES, SITE_PEOPLE
from geoplan.model.siting import Headroom, SiteProblem, Siting
from geoplan.stages.units import locate


def site_people(siting: Siting, groups: tuple[str, ...]) -> pd.DataFrame:
    """Return the people of each group and subdistrict whom each site brings within the limit.

    Columns ``SITE_PEOPLE``. Gains add up to what the plan adds; losses do not, for people whom two
    sites of the plan reach lose neither.
    """
    asked = siting.asked
    rows = asked.rows(siting.solution.sites)
    times = _times_reached(asked, rows)
    served = asked.covered.copy()
    parts = []
    for rank, row in enumerate(rows, 1):
        homes = _homes(asked, int(row))
        gained = _by_subdistrict(asked, homes[~served[homes]])
        lost = _by_subdistrict(asked, homes[(times[homes] == 1) & ~asked.covered[homes]])
        served[homes] = True
        parts.append(_part(asked, (rank, row), gained, lost, groups))
    if not parts:
        return pd.DataFrame(columns=list(SITE_PEOPLE))
    table = pd.concat(parts, ignore_index=True)
    affected = (table["gain"] > 0) | (table["lost_without"] > 0)
    return table.loc[affected, list(SITE_PEOPLE)].reset_index(drop=True)


def headroom(siting: Siting, main: int) -> Headroom:
    """Return how many people of the main group (its column) sites can reach at all."""
    asked = siting.asked
    people, covered = asked.people[:, main], asked.covered
    usable = np.ones(asked.candidates.id.size, dtype=np.bool_)
    usable[asked.question.problem.rules.banned] = False
    planned = covered | (_times_reached(asked, asked.rows(siting.solution.sites)) > 0)
    most = covered | (_times_reached(asked, np.flatnonzero(usable).astype(np.int32)) > 0)
    return Headroom(
        people=int(people.sum()),
        covered=int(people[covered].sum()),
        planned=int(people[planned].sum()),
        most=int(people[most].sum()),
    )


def candidates_table(asked: SiteProblem, boundaries: Boundaries, crs: str) -> pd.DataFrame:
    """Return one row a candidate listed, then one for each row that stands already.

    Columns ``SITE_CANDIDATES``; what stands has its label alone.
    """
    candidates = asked.candidates
    units = locate(boundaries, candidates.xy)
    names = np.append(boundaries.name, "")
    lon_lat = reproject_xy(candidates.xy, crs, GEOGRAPHIC).round(6)
    listed = pd.DataFrame(
        {
            "site_id": candidates.id,
            "name": candidates.name,
            "origin": candidates.origin,
            "subdistrict": names[units.subdistrict],
            "community": names[units.community],
            "price": candidates.price,
            "lon": lon_lat[:, 0],
            "lat": lon_lat[:, 1],
        }
    )
    standing = [str(label) for label in asked.labels.candidate[candidates.id.size :]]
    stands = pd.DataFrame({"site_id": standing, "name": "", "origin": "existing"})
    stands = stands.assign(subdistrict="", community="", price=0.0, lon=np.nan, lat=np.nan)
    return pd.concat([listed, stands], ignore_index=True).loc[:, list(SITE_CANDIDATES)]


def served_after(asked: SiteProblem, rows: Indices) -> Flags:
    """Return which homes are within the limit once these candidates are open."""
    served: Flags = asked.covered | (_times_reached(asked, rows) > 0)
    return served


def _times_reached(asked: SiteProblem, rows: Indices) -> Ints:
    """Return how many of the candidates have each home within the limit."""
    opened = asked.reach[rows]
    return np.bincount(opened.indices, minlength=asked.covered.size).astype(np.int64)


def _homes(asked: SiteProblem, row: int) -> Indices:
    homes: Indices = asked.reach.indices[asked.reach.indptr[row] : asked.reach.indptr[row + 1]]
    return homes


def _by_subdistrict(asked: SiteProblem, homes: Indices) -> Ints:
    """Return the people of some homes, (subdistricts + 1, groups); the last row is outside all."""
    region = asked.question.problem.region[homes]
    sums = np.zeros((len(asked.labels.region) + 1, asked.people.shape[1]), dtype=np.int64)
    np.add.at(sums, region, asked.people[homes])
    return sums


def _part(
    asked: SiteProblem,
    site: tuple[int, int],
    gained: Ints,
    lost: Ints,
    groups: tuple[str, ...],
) -> pd.DataFrame:
    """Return the rows of one site (rank, candidate): every subdistrict and group."""
    rank, row = site
    names = [*map(str, asked.labels.region), ""]
    return pd.DataFrame(
        {
            "rank": rank,
            "site_id": str(asked.candidates.id[row]),
            "subdistrict": np.repeat(names, len(groups)),
            "group": np.tile(groups, len(names)),
            "gain": gained.ravel(),
            "lost_without": lost.ravel(),
        }
    )
