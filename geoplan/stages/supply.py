"""How much of a supply each home can reach, when all homes compete for it: the 2SFCA family.

A floating catchment takes two steps. Every facility shares its supply S among the people P who
reach it, and every home adds up what it is lent, each pair weighed by a decay w of its time t::

    R_j = S_j / Σ_k P_k w(t_kj)        A_i = Σ_j R_j w(t_ij)

The methods differ in w alone (``DECAYS``). Nothing is lost on the way: Σ_i P_i A_i is the supply of
all facilities that somebody reaches, and every call checks that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoplan.model.arrays import Floats, Ints, freeze_fields
from geoplan.model.facilities import Facilities
from geoplan.model.pairs import WalkPairs
from geoplan.model.reach import WalkTimes
from geoplan.model.schema import SUPPLY
from geoplan.stages.reach import ROUNDING_S
from geoplan.stages.unit_rows import Rows
from geoplan.units import seconds

Decay = Callable[[Floats, float], Floats]
"""(seconds within the limit, limit_s) → weights between 0 and 1."""

ZONE_WEIGHTS = (1.0, 0.68, 0.22)
"""Weights of three zones of equal width: the first set of Luo and Qi 2009, who draw them at 10, 20
and 30 minutes; here the zones end at one, two and three thirds of the limit."""

_LOST_SHARE = 1e-9
"""Rounding may lose this share of the supply; more is a fault of the program."""


def binary_decay(times_s: Floats, limit_s: float) -> Floats:
    """Return 1 for every time: Luo and Wang 2003, *Environment and Planning B* 30, 865-884."""
    del limit_s
    return np.ones_like(times_s)


def zone_decay(times_s: Floats, limit_s: float) -> Floats:
    """Return the weight of the zone of each time; a time on the border is in the nearer zone.

    Enhanced 2SFCA: Luo and Qi 2009, *Health & Place* 15, 1100-1107.
    """
    count = len(ZONE_WEIGHTS)
    inner_ends_s = limit_s * np.arange(1, count) / count + ROUNDING_S
    weights: Floats = np.array(ZONE_WEIGHTS)[np.searchsorted(inner_ends_s, times_s)]
    return weights


def gaussian_decay(times_s: Floats, limit_s: float) -> Floats:
    """Return a bell that is 1 at no time and 0 at the limit.

    [exp(−½ (t/T)²) − exp(−½)] / [1 − exp(−½)]: Dai 2010, *Health & Place* 16, 1038-1052.
    """
    at_limit = np.exp(-0.5)
    weights: Floats = (np.exp(-0.5 * (times_s / limit_s) ** 2) - at_limit) / (1.0 - at_limit)
    return np.maximum(weights, 0.0)


def kernel_decay(times_s: Floats, limit_s: float) -> Floats:
    """Return Epanechnikov's kernel ¾ [1 − (t/T)²], 0 at the limit.

    Dai and Wang 2011, *Environment and Planning B* 38, 659-677. The factor ¾ cancels in the scores.
    """
    weights: Floats = 0.75 * (1.0 - (times_s / limit_s) ** 2)
    return np.maximum(weights, 0.0)


DECAYS: Mapping[str, Decay] = {
    "2sfca": binary_decay,
    "e2sfca": zone_decay,
    "g2sfca": gaussian_decay,
    "kd2sfca": kernel_decay,
}
"""The methods: id → how the weight falls with time."""


@dataclass(frozen=True, slots=True, eq=False)
class Catchments:
    """Who competes for each facility: one walker, one limit, one method, whatever the service."""

    pairs: WalkPairs
    """The pairs within the limit."""
    weight: Floats
    """(pairs,) decay of each pair."""
    people: Ints
    """(demand,) people who compete."""
    weighted_people: Floats
    """(facilities,) Σ_k P_k w(t_kj); 0 where nobody counts."""

    def __post_init__(self) -> None:
        freeze_fields(self, "weight", "people", "weighted_people")


@dataclass(frozen=True, slots=True)
class AccessLabel:
    """What a vector of scores is about."""

    service: str
    profile: str
    minutes: int
    method: str
    supply_unit: str
    """``places`` or ``facilities``."""


@dataclass(frozen=True, slots=True, eq=False)
class Access:
    """The score of every home for one service, walker, limit and method."""

    label: AccessLabel
    per_person: Floats
    """(demand,) supply units for each person of the home, 0 where nothing is in reach."""

    def __post_init__(self) -> None:
        freeze_fields(self, "per_person")


def access_scores(
    times: WalkTimes, supply: Floats, people: Ints, *, method: str, limit_s: float
) -> Floats:
    """Return the supply that one person of each home can reach, shape (demand,), 0 when none.

    Parameters
    ----------
    supply
        (facilities,) what each facility has to share, not negative.
    people
        (demand,) people who compete for it.
    method
        A name in ``DECAYS``.
    limit_s
        Catchment, inclusive; at most the limit of ``times``.

    Raises
    ------
    ValueError
        A supply is negative or not a number, the method is unknown, or the times end before the
        limit.
    AssertionError
        Supply was lost or made; a fault of the program.
    """
    found = catchments(WalkPairs.of(times), people, method=method, limit_s=limit_s)
    return access_of(found, supply)


def catchments(pairs: WalkPairs, people: Ints, *, method: str, limit_s: float) -> Catchments:
    """Return who competes for each facility within the limit, weighed by the method's decay.

    Raises
    ------
    ValueError
        The method is unknown, the limit is not above 0, or the pairs end before it.
    """
    if method not in DECAYS:
        raise ValueError(f"method is {method!r}; known are {', '.join(DECAYS)}")
    if not 0 < limit_s <= pairs.limit_s:
        raise ValueError(f"limit_s is {limit_s:g}; pairs are listed up to {pairs.limit_s:g} s")
    within = pairs.where(pairs.seconds <= limit_s + ROUNDING_S)
    weight = DECAYS[method](within.seconds, limit_s)
    competing = _sums(within.facility, people[within.home] * weight, pairs.facilities)
    return Catchments(pairs=within, weight=weight, people=people, weighted_people=competing)


def access_of(found: Catchments, supply: Floats) -> Floats:
    """Return the supply that one person of each home can reach, shape (demand,), 0 when none.

    A facility that nobody competes for has no ratio and lends nothing (``idle_supply``).

    Raises
    ------
    ValueError
        A supply is negative or not a number.
    AssertionError
        Supply was lost or made; a fault of the program.
    """
    if not (np.isfinite(supply).all() and (supply >= 0).all()):
        raise ValueError("supply must be numbers that are not negative")
    busy = found.weighted_people > 0
    ratio = np.divide(supply, found.weighted_people, out=np.zeros(supply.size), where=busy)
    lent = ratio[found.pairs.facility] * found.weight
    access = _sums(found.pairs.home, lent, found.pairs.homes)
    _require_conserved(float(supply[busy].sum()), float(found.people @ access))
    return access


def idle_supply(found: Catchments, supply: Floats) -> Floats:
    """Return the supply that is lent to nobody, shape (facilities,): no person counts there."""
    idle: Floats = np.where(found.weighted_people > 0, 0.0, supply)
    return idle


def service_supply(facilities: Facilities, service: str) -> tuple[Floats, str]:
    """Return what each facility has of a service, shape (facilities,), and the unit of it.

    The stated capacity in ``places`` when every facility that gives the service states one;
    otherwise 1 for each of them, in ``facilities``. Never a mixture; 0 where it is not given.
    """
    giving = facilities.giving(service)
    capacity = facilities.attributes.get("capacity", np.full(giving.size, np.nan))
    if giving.any() and not np.isnan(capacity[giving]).any():
        return np.where(giving, capacity, 0.0), "places"
    return giving.astype(np.float64), "facilities"


def service_access(  # noqa: PLR0913  each is a choice of the project
    facilities: Facilities,
    people: Ints,
    times: Mapping[str, WalkTimes],
    *,
    services: Sequence[str],
    minutes: Sequence[int],
    methods: Sequence[str] = tuple(DECAYS),
) -> Iterator[Access]:
    """Yield the scores by profile, limit, method and service, each in the order given.

    One vector at a time, so that a large area needs no room for all of them.

    Parameters
    ----------
    people
        (demand,) people of the group that competes.
    times
        Profile → times up to the longest limit at least.
    """
    supplies = {service: service_supply(facilities, service) for service in services}
    for profile, walked in times.items():
        pairs = WalkPairs.of(walked)
        for limit in minutes:
            for method in methods:
                found = catchments(pairs, people, method=method, limit_s=seconds(limit))
                for service, (supply, unit) in supplies.items():
                    label = AccessLabel(service, profile, limit, method, unit)
                    yield Access(label, access_of(found, supply))


def supply_table(
    rows: Sequence[Rows], people: Ints, scores: Iterable[Access], *, group: str
) -> pd.DataFrame:
    """Return the mean supply per 1000 people of the group, for every unit and every score.

    Columns are ``model.schema.SUPPLY``, level by level in the order of ``rows``. The mean is over
    the people of the unit; NaN where nobody of the group lives.
    """
    labels: list[AccessLabel] = []
    means: list[list[Floats]] = []
    for score in scores:
        labels.append(score.label)
        means.append([unit_means(level, people, score.per_person) for level in rows])
    blocks = [
        _level_block(level, people, labels, [score[position] for score in means])
        for position, level in enumerate(rows)
    ]
    table = pd.concat(blocks, ignore_index=True).assign(group=group)
    return table.loc[:, list(SUPPLY)]


def unit_means(rows: Rows, people: Ints, per_person: Floats) -> Floats:
    """Return the mean over the people of each unit, shape (units,), NaN where nobody lives."""
    inside = rows.member >= 0
    member, counted = rows.member[inside], people[inside]
    lent = _sums(member, counted * per_person[inside], rows.code.size)
    total = _sums(member, counted, rows.code.size)
    means: Floats = np.divide(lent, total, out=np.full(total.size, np.nan), where=total > 0)
    return means


def _level_block(
    rows: Rows, people: Ints, labels: Sequence[AccessLabel], means: Sequence[Floats]
) -> pd.DataFrame:
    units, scores = rows.code.size, len(labels)
    inside = rows.member >= 0
    count = _sums(rows.member[inside], people[inside], units)
    columns = {
        name: np.repeat(np.array([getattr(label, name) for label in labels]), units)
        for name in ("service", "profile", "minutes", "method", "supply_unit")
    }
    return pd.DataFrame(
        {
            "level": rows.level,
            "code": np.tile(rows.code, scores),
            "name": np.tile(rows.name, scores),
            **columns,
            "people": np.tile(count.astype(np.int64), scores),
            "access_per_1000": (1000.0 * np.array(means).ravel()).round(6),
        }
    )


def _require_conserved(shared: float, received: float) -> None:
    if abs(received - shared) > _LOST_SHARE * max(shared, received):
        raise AssertionError(
            f"facilities share {shared!r} but homes receive {received!r}: supply must be conserved"
        )


def _sums(row: Ints, values: Floats | Ints, count: int) -> Floats:
    return np.bincount(row, weights=values, minlength=count).astype(np.float64)
