"""How evenly a supply is shared among people: Lorenz, Gini, Theil, location quotients.

Every measure is over people, not over places: a home counts as often as it has people, each with
the score of the home. Where nobody lives, or nothing is shared, a measure is NaN.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields

import numpy as np
import pandas as pd
from scipy.special import xlogy

from geoplan.model.arrays import Floats, Ints, freeze_fields
from geoplan.model.places import Boundaries
from geoplan.model.results import UnitIndex
from geoplan.model.schema import FAIRNESS
from geoplan.stages.supply import Access, AccessLabel, unit_means
from geoplan.stages.unit_rows import Rows, unit_rows
from geoplan.stages.units import parent_rows

LORENZ_PERCENT = tuple(range(0, 101, 10))
"""Percent of the people, the worst served first, at which the Lorenz curve is tabled."""

_HALF = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Lorenz:
    """The share of the resource that the worst-served share of the people holds."""

    people_share: Floats
    """(k,) strictly rising from 0 to 1; a home with people is one step."""
    resource_share: Floats
    """(k,) rising from 0 to 1, convex; NaN throughout when there is no resource."""

    def __post_init__(self) -> None:
        freeze_fields(self, "people_share", "resource_share")

    def at(self, people_share: Floats) -> Floats:
        """Return the share held by these shares of the people; a person at the line is split."""
        held: Floats = np.interp(people_share, self.people_share, self.resource_share)
        return held


@dataclass(frozen=True, slots=True)
class Theil:
    """Theil's T and its two parts, which sum to it."""

    total: float
    """0 when all have the same, ln N when one person of N has everything."""
    within: float
    """What differs between people of one unit."""
    between: float
    """What differs between the means of the units."""


def lorenz_curve(people: Ints, access: Floats) -> Lorenz:
    """Return the Lorenz curve of the people, the worst served first.

    Lorenz 1905, *Publications of the American Statistical Association* 9, 209-219.
    """
    inhabited = people > 0
    count, each = people[inhabited], access[inhabited]
    order = np.argsort(each, kind="stable")
    held = np.cumsum(np.append(0.0, count[order] * each[order]))
    if held[-1] == 0.0:
        return Lorenz(np.array([0.0, 1.0]), np.array([np.nan, np.nan]))
    counted = np.cumsum(np.append(0, count[order]))
    return Lorenz(counted / counted[-1], held / held[-1])


def gini(curve: Lorenz) -> float:
    """Return twice the area between the Lorenz curve and the line of equal shares, 0 to 1.

    Gini 1914; over people this is half the mean difference of two people in means.
    """
    width = np.diff(curve.people_share)
    height = curve.resource_share[1:] + curve.resource_share[:-1]
    return _not_negative(1.0 - float(width @ height))


def theil(people: Ints, access: Floats, unit: Ints) -> Theil:
    """Return Theil's T over the people, parted exactly by unit.

    T = Σ_i (P_i/N) (A_i/μ) ln(A_i/μ), 0 ln 0 being 0: Theil 1967, *Economics and Information
    Theory*, chapter 4. ``unit`` is (demand,) any label; homes of one label are one unit.
    """
    inhabited = people > 0
    count, each = people[inhabited].astype(np.float64), access[inhabited]
    _, member = np.unique(unit[inhabited], return_inverse=True)
    total = float(count @ each)
    if total == 0.0:
        return Theil(np.nan, np.nan, np.nan)
    unit_people = np.bincount(member, weights=count)
    unit_mean = np.bincount(member, weights=count * each) / unit_people
    mean = total / float(count.sum())
    # a unit without resource holds no share of it: any mean above 0 leaves its term at 0
    own_mean = np.where(unit_mean > 0, unit_mean, 1.0)[member]
    return Theil(
        total=_not_negative(float(xlogy(count * each / total, each / mean).sum())),
        within=_not_negative(float(xlogy(count * each / total, each / own_mean).sum())),
        between=_not_negative(
            float(xlogy(unit_people * unit_mean / total, unit_mean / mean).sum())
        ),
    )


def fairness_table(
    boundaries: Boundaries,
    units: UnitIndex,
    people: Ints,
    scores: Iterable[Access],
    *,
    group: str,
) -> pd.DataFrame:
    """Return how evenly each score is shared among the people of the group in each district.

    Columns are ``model.schema.FAIRNESS``. ``measure`` is ``gini``, ``theil``, ``theil_within``,
    ``theil_between`` (by subdistrict; people outside every subdistrict are one more),
    ``worst_half_share`` and ``lorenz_00`` … ``lorenz_100`` with the code of the district, and
    ``location_quotient`` with the code of the subdistrict: its mean score by the mean of its
    district. People outside the district compete for the supply but are not compared.
    """
    levels = {rows.level: rows for rows in unit_rows(boundaries, units)}
    district = _district_of_subdistrict(boundaries)
    records: list[tuple[str | float, ...]] = []
    for score in scores:
        measures = [
            *_district_measures(levels["district"], units, people, score.per_person),
            *_quotients(levels, district, people, score.per_person),
        ]
        records += [(*measure, *astuple(score.label)) for measure in measures]
    labels = [field.name for field in fields(AccessLabel)]
    table = pd.DataFrame(records, columns=["measure", "level", "code", "value", *labels])
    table["value"] = table["value"].astype(np.float64).round(9)
    return table.assign(group=group).loc[:, list(FAIRNESS)]


_Measure = tuple[str, str, str, float]
"""measure, level, code, value"""


def _district_measures(
    districts: Rows, units: UnitIndex, people: Ints, access: Floats
) -> Iterator[_Measure]:
    for district, code in enumerate(districts.code.tolist()):
        inside = districts.member == district
        curve = lorenz_curve(people[inside], access[inside])
        parts = theil(people[inside], access[inside], units.subdistrict[inside])
        measures = {
            "gini": gini(curve),
            "theil": parts.total,
            "theil_within": parts.within,
            "theil_between": parts.between,
            "worst_half_share": float(curve.at(np.array([_HALF]))[0]),
        }
        held = curve.at(np.array(LORENZ_PERCENT) / 100.0).tolist()
        measures |= {
            f"lorenz_{percent:02d}": share
            for percent, share in zip(LORENZ_PERCENT, held, strict=True)
        }
        for measure, value in measures.items():
            yield measure, "district", code, value


def _quotients(
    levels: Mapping[str, Rows], district: Ints, people: Ints, access: Floats
) -> Iterator[_Measure]:
    if "subdistrict" not in levels:
        return
    rows = levels["subdistrict"]
    own = unit_means(rows, people, access)
    whole = np.append(unit_means(levels["district"], people, access), np.nan)[district]
    quotient = np.divide(own, whole, out=np.full(own.size, np.nan), where=whole > 0)
    for code, value in zip(rows.code.tolist(), quotient.tolist(), strict=True):
        yield "location_quotient", "subdistrict", code, value


def _district_of_subdistrict(boundaries: Boundaries) -> Ints:
    """Return the position of each subdistrict's district among the districts, −1 without one."""
    districts = boundaries.at("district")
    position = np.full(boundaries.code.size + 1, -1, dtype=np.int64)
    position[districts] = np.arange(districts.size)
    found: Ints = position[parent_rows(boundaries)[boundaries.at("subdistrict")]]
    return found


def _not_negative(value: float) -> float:
    """Return 0 for what rounding made a little less than 0; NaN stays NaN."""
    return max(value, 0.0)
