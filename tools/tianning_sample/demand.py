"""The table of residential places: people, 60+, 80+ and need groups at made points."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.tianning_sample.apportion import Floats, Integers, apportioned
from tools.tianning_sample.facts import PEOPLE, SHARE_60, SHARE_80_OF_60, communities
from tools.tianning_sample.frame import degrees, random_stream
from tools.tianning_sample.housing import Estate, estates
from tools.tianning_sample.needs import NEEDS, made_needs
from tools.tianning_sample.network import Town
from tools.tianning_sample.people import community_people
from tools.tianning_sample.plots import DENSITY

PEOPLE_60 = round(PEOPLE * SHARE_60)
PEOPLE_80 = round(PEOPLE_60 * SHARE_80_OF_60)

OLDER = {"old": 1.45, "middle": 1.05, "new": 0.62, "village": 1.35}
"""Made: how much older than the average the people of an estate are, by its age."""

REAL_PLACES = {
    "富强新村社区": "富强新村",
    "朝阳新村第二社区": "朝阳四村北区",
    "丽华一村社区": "丽华一村",
    "新堂社区": "新堂",
    "浦南社区": "浦南",
    "舣舟亭社区": "舣舟亭",
    "菱溪社区": "菱溪",
}
"""Places that the work report of 2021 names, by community; their positions are made."""

HEADER = (
    "id", "name", "place", "community_code", "lon", "lat",
    "people", "people_60", "people_80", *NEEDS, "made",
)  # fmt: skip

ISLAND_PEOPLE_SHARE = 0.12
"""A cut-off estate is nearly empty: still being built."""


@dataclass(frozen=True, slots=True, eq=False)
class Housing:
    """All residential points, one row a point, in the order of the table."""

    points: NDArray[np.float64]
    """EPSG:4549, shape (rows, 2)."""
    community: Integers
    """Index into ``facts.communities()``."""
    place: list[str]
    name: list[str]
    people: Integers
    people_60: Integers
    people_80: Integers


def _place_names(town: Town, found: list[Estate]) -> list[str]:
    """The name of each estate: the reported place for the largest one, else a made name."""
    units = communities()
    kinds = {
        "compound": "示意小区",
        "open": "示意新村",
        "lanes": "示意里弄",
        "village": "示意村民组",
    }
    largest: dict[int, int] = {}
    for index, estate in enumerate(found):
        home = town.plots[estate.plot].community
        best = largest.get(home)
        if estate.net not in town.islands and (
            best is None or len(estate.points) > len(found[best].points)
        ):
            largest[home] = index
    count: Counter[tuple[int, str]] = Counter()
    names: list[str] = []
    for index, estate in enumerate(found):
        plot = town.plots[estate.plot]
        short = units[plot.community].short_name
        if largest[plot.community] == index and short in REAL_PLACES:
            names.append(REAL_PLACES[short])
            continue
        count[plot.community, plot.use] += 1
        stem = short.removesuffix("社区")
        names.append(f"{stem}{kinds[plot.use]}{count[plot.community, plot.use]}")
    return names


def _weights(town: Town, found: list[Estate], rng: np.random.Generator) -> Floats:
    """The made housing capacity of every point."""
    parts = []
    for estate in found:
        plot = town.plots[estate.plot]
        scale = DENSITY[plot.use] * (ISLAND_PEOPLE_SHARE if estate.net in town.islands else 1.0)
        parts.append(scale * rng.gamma(9.0, 1 / 9.0, len(estate.points)))
    return np.concatenate(parts)


def made_housing(town: Town) -> Housing:
    """Every residential point with its people; totals equal the facts exactly."""
    rng = random_stream("demand")
    found = estates(town, rng)
    units = communities()
    size = np.array([len(estate.points) for estate in found])
    home = np.array([town.plots[estate.plot].community for estate in found])
    community = np.repeat(home, size).astype(np.int64)
    weights = _weights(town, found, rng)
    capacity = np.bincount(community, weights, minlength=len(units)).astype(np.float64)
    per_unit = community_people(units, capacity)
    people = np.zeros(len(community), dtype=np.int64)
    for index, total in enumerate(per_unit):
        mine = community == index
        people[mine] = apportioned(int(total), weights[mine])
    older = np.repeat([OLDER[town.plots[estate.plot].era] for estate in found], size)
    older = older * rng.uniform(0.85, 1.15, len(older))
    sixty = apportioned(PEOPLE_60, people * older, (people * 0.8).astype(np.int64))
    eighty = apportioned(PEOPLE_80, sixty * older**0.3, (sixty * 0.6).astype(np.int64))
    places = [
        name for name, n in zip(_place_names(town, found), size, strict=True) for _ in range(n)
    ]
    return Housing(
        np.vstack([estate.points for estate in found]), community, places, _point_names(places),
        people, sixty, eighty,
    )  # fmt: skip


def _point_names(places: list[str]) -> list[str]:
    counts: dict[str, int] = defaultdict(int)
    names: list[str] = []
    for place in places:
        counts[place] += 1
        names.append(f"{place}{counts[place]}号居民点")
    return names


def demand_rows(housing: Housing) -> list[tuple[object, ...]]:
    """The rows of the demand table, by community and place."""
    units = communities()
    lonlat = degrees(housing.points)
    needs = made_needs(housing.people, housing.people_60, housing.people_80, housing.place)
    order = sorted(range(len(housing.place)), key=lambda i: (int(housing.community[i]), i))
    return [
        (
            f"D{number:05d}", housing.name[i], housing.place[i], units[housing.community[i]].code,
            f"{lonlat[i, 0]:.7f}", f"{lonlat[i, 1]:.7f}", int(housing.people[i]),
            int(housing.people_60[i]), int(housing.people_80[i]),
            *(int(needs[need][i]) for need in NEEDS), "true",
        )
        for number, i in enumerate(order, start=1)
    ]  # fmt: skip
