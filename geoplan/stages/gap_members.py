"""Stage 7e: the homes of each gap, and what a gap has from its homes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geoplan.domain.crs import GEOGRAPHIC, reproject_xy
from geoplan.model.arrays import Flags, Floats, Indices, Ints, Texts
from geoplan.model.demand import Demand
from geoplan.model.places import Boundaries
from geoplan.model.results import UnitIndex
from geoplan.model.schema import group_column
from geoplan.stages.gap_evidence import NearestWalk
from geoplan.stages.gap_labels import id_order
from geoplan.units import SECONDS_PER_MINUTE


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """Homes by the row they are counted in, sorted by id: sums never depend on the row order."""

    home: Ints
    """(m,) rows of the demand."""
    row: Ints
    """(m,) row of the table that the home is counted in."""
    rows: int
    """Number of rows, each with at least one home."""
    people: Ints
    """(m,) residents of all groups together."""
    seconds: Floats
    """(m,) walk of the walker that the row is about, inf without a way."""
    facility: Indices
    """(m,) its nearest facility, −1 without a way."""

    @classmethod
    def of(cls, demand: Demand, walk: NearestWalk, labels: Ints) -> Members:
        """Return the homes that have a label; labels run from 0 without a gap."""
        home = np.flatnonzero(labels >= 0)
        home = home[np.argsort(id_order(demand.id)[home])]
        return cls(
            home=home,
            row=labels[home],
            rows=int(labels.max(initial=-1)) + 1,
            people=demand.of("all")[home],
            seconds=walk.seconds[home],
            facility=walk.facility[home],
        )

    def first(self) -> Ints:
        """Return the demand row of the first home of each row, shape (rows,)."""
        _, position = np.unique(self.row, return_index=True)
        first: Ints = self.home[position]
        return first

    def sums(self, counts: Ints) -> Ints:
        """Return the sum of whole numbers (m,) of each row, shape (rows,)."""
        sums = np.zeros(self.rows, dtype=np.int64)
        np.add.at(sums, self.row, counts)
        return sums

    def heaviest(self, values: Ints, where: Flags) -> Ints:
        """Return the value with most people of each row, the smallest of equals; −1 for none.

        ``values`` (m,) are counted only ``where`` (m,).
        """
        pairs, member = np.unique(
            np.column_stack([self.row[where], values[where]]), axis=0, return_inverse=True
        )
        weight = np.zeros(len(pairs), dtype=np.int64)
        np.add.at(weight, member.reshape(-1), self.people[where])
        order = np.lexsort([pairs[:, 1], -weight, pairs[:, 0]])
        rows, position = np.unique(pairs[order, 0], return_index=True)
        best = np.full(self.rows, -1, dtype=np.int64)
        best[rows] = pairs[order[position], 1]
        return best

    def mean_minutes(self) -> Floats:
        """Return the people-weighted mean walk of those who have a way, to one decimal.

        Shape (rows,), NaN when nobody of the row has a way.
        """
        people = np.where(np.isfinite(self.seconds), self.people, 0)
        seconds = np.where(people > 0, self.seconds, 0.0)
        total = np.bincount(self.row, weights=people * seconds, minlength=self.rows)
        weight = self.sums(people)
        mean_s = total / np.where(weight > 0, weight, np.nan)
        mean: Floats = np.round(mean_s / SECONDS_PER_MINUTE, 1)
        return mean


def people_columns(demand: Demand, members: Members) -> dict[str, Ints]:
    """Return ``people_<group>`` of each row, for every group of the demand."""
    return {
        group_column("people", group): members.sums(demand.of(group)[members.home])
        for group in demand.groups
    }


def unit_columns(boundaries: Boundaries, units: UnitIndex, members: Members) -> dict[str, Texts]:
    """Return the names of subdistrict and community of each row, empty where there is none."""
    names, first = np.append(boundaries.name, ""), members.first()
    return {
        "subdistrict": names[units.subdistrict[first]],
        "community": names[units.community[first]],
    }


def main_places(demand: Demand, members: Members) -> Texts:
    """Return the place with most people of each row, the first in sort order on a tie."""
    names, code = np.unique(demand.place[members.home], return_inverse=True)
    everywhere = np.ones(members.home.size, dtype=np.bool_)
    places: Texts = names[members.heaviest(code.reshape(-1), everywhere)]
    return places


def centre_points(demand: Demand, members: Members) -> Floats:
    """Return longitude and latitude of the home nearest to the centre of people of each row."""
    xy = demand.xy[members.home]
    weight = members.sums(members.people)
    sums = [np.bincount(members.row, members.people * axis, members.rows) for axis in xy.T]
    centre = np.stack(sums, axis=1) / weight[:, None]
    away = np.hypot(*(xy - centre[members.row]).T)
    order = np.lexsort([np.arange(away.size), away, members.row])
    _, position = np.unique(members.row[order], return_index=True)
    points: Floats = reproject_xy(xy[order[position]], demand.crs, GEOGRAPHIC).round(6)
    return points
