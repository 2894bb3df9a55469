"""The register of facilities: real names where the work report gives them, made positions."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tools.tianning_sample.apportion import apportioned
from tools.tianning_sample.blocks import zone
from tools.tianning_sample.demand import Housing
from tools.tianning_sample.facts import (
    CARE_INSTITUTIONS,
    DISTRICT_NAME,
    NURSING_BED_SHARE,
    Community,
    communities,
    subdistricts,
)
from tools.tianning_sample.frame import degrees, random_stream
from tools.tianning_sample.network import Town
from tools.tianning_sample.sites import SiteChooser, public_sites

HEADER = (
    "id", "name", "kind", "subdistrict_code", "community_code", "address", "lon", "lat", "crs",
    "services", "status", "upgraded_year", "beds", "nursing_beds", "capacity", "area_m2", "staff",
    "made", "source",
)  # fmt: skip

CARE_SERVICES = ("residential", "activity", "meals", "bathing", "rights")

STATIONS, SOCIAL_ROOMS, CENTRES, PUBLIC_ROOMS = 68, 60, 115, 40
"""Made numbers: no public register of them was found."""

MADE = "made"
REPORT = "work report 2021 (name, status); position made"

REAL_STATIONS: dict[str, tuple[str, str, str]] = {
    "舣舟亭社区": ("舣舟亭社区居家养老服务中心(站)", "upgraded", "2021"),
    "菱溪社区": ("菱溪社区居家养老服务中心(站)", "upgraded", "2021"),
    "丽华一村社区": ("丽华一村社区居家养老服务站(点)", "upgrade_planned", ""),
    "新堂社区": ("新堂社区居家养老服务站(点)", "upgrade_planned", ""),
    "富强新村社区": ("富强新村社区居家养老服务站(点)", "model_site", ""),
}
"""Stations that the work report of 2021 names: name, status, year of the upgrade."""


@dataclass(slots=True, eq=False)
class Facility:
    """One row of the register; the position is in EPSG:4549."""

    name: str
    kind: str
    community: int
    point: NDArray[np.float64]
    services: tuple[str, ...] = ()
    status: str = ""
    upgraded_year: str = ""
    numbers: dict[str, int] = field(default_factory=dict)
    source: str = MADE


def _pull(units: list[Community], housing: Housing, town: Town) -> NDArray[np.float64]:
    """How likely a community is to have something: people, more so near the old town."""
    people = np.bincount(housing.community, housing.people_60, minlength=len(units))
    people = people.astype(np.float64)
    factor = {"old_town": 2.6, "urban": 1.5, "edge": 0.5, "town": 1.0, "rural": 0.28}
    kinds = [zone(s.centroid.x, s.centroid.y) for s in town.community_shapes]
    return np.asarray(np.sqrt(people) * np.array([factor[kind] for kind in kinds]), np.float64)


def _pick(
    pull: NDArray[np.float64], number: int, rng: np.random.Generator, fixed: tuple[int, ...] = ()
) -> list[int]:
    """So many communities, the fixed ones among them, by their pull."""
    open_pull = pull.copy()
    open_pull[list(fixed)] = 0.0
    drawn = rng.choice(
        len(pull), size=number - len(fixed), replace=False, p=open_pull / open_pull.sum()
    )
    return sorted([*fixed, *drawn.tolist()])


def _institutions(
    pull: NDArray[np.float64], choose: SiteChooser, rng: np.random.Generator
) -> list[Facility]:
    units, short = communities(), {s.code: s.name for s in subdistricts()}
    beds = (rng.choice([4, 5, 6, 8, 10, 12, 15, 20, 24], CARE_INSTITUTIONS) * 10).astype(np.int64)
    nursing = apportioned(
        round(NURSING_BED_SHARE * int(beds.sum())), beds * rng.uniform(0.7, 1.2, len(beds)), beds
    )
    found: list[Facility] = []
    for index, home in enumerate(_pick(pull**0.8, CARE_INSTITUTIONS, rng)):
        name = f"{short[units[home].subdistrict_code]}示意养老院{index + 1}"
        numbers = {
            "beds": int(beds[index]), "nursing_beds": int(nursing[index]),
            "capacity": int(beds[index]), "area_m2": int(beds[index]) * 36,
            "staff": max(6, int(beds[index]) // 6),
        }  # fmt: skip
        source = (
            "work report 2021 (24 institutions, 80.9 % nursing beds); name, beds, position made"
        )
        found.append(
            Facility(name, "care_institution", home, choose.take(home, 0.5),
                     CARE_SERVICES, numbers=numbers, source=source)
        )  # fmt: skip
    return found


def _subdistrict_units(
    kind: str, suffix: str, pull: NDArray[np.float64], choose: SiteChooser, rng: np.random.Generator
) -> list[Facility]:
    """One facility in each of the seven subdistricts, in a community with much pull."""
    units = communities()
    care = kind == "care_center"
    found: list[Facility] = []
    for street in subdistricts():
        mine = [i for i, unit in enumerate(units) if unit.subdistrict_code == street.code]
        weights = pull[mine] ** 2
        home = int(rng.choice(mine, p=weights / weights.sum()))
        area = int(rng.integers(16, 30)) * 50 if care else int(rng.integers(4, 9)) * 20
        numbers = {"capacity": area // 6, "area_m2": area, "staff": int(rng.integers(5, 14))}
        services = CARE_SERVICES if care else ()
        source = "work report 2021 (one in each of 7 towns and subdistricts); the rest made"
        found.append(
            Facility(f"{street.name}{suffix}", kind, home, choose.take(home, 1.2),
                     services, numbers=numbers, source=source)
        )  # fmt: skip
    return found


def _station_services(status: str, rng: np.random.Generator) -> tuple[str, ...]:
    """One to five services; the upgraded and the model stations give four or five."""
    if status in {"upgraded", "model_site"}:
        return CARE_SERVICES if status == "model_site" else CARE_SERVICES[1:]
    chance = {"residential": 0.08, "activity": 0.95, "meals": 0.55, "bathing": 0.22, "rights": 0.45}
    given = tuple(s for s in CARE_SERVICES if rng.random() < chance[s])
    return given or ("activity",)


def _stations(
    pull: NDArray[np.float64], choose: SiteChooser, rng: np.random.Generator
) -> list[Facility]:
    units = communities()
    named = tuple(i for i, unit in enumerate(units) if unit.short_name in REAL_STATIONS)
    found: list[Facility] = []
    for home in _pick(pull, STATIONS, rng, named):
        short = units[home].short_name
        plain = (f"{short}居家养老服务站", "", "")
        name, status, year = REAL_STATIONS.get(short, plain)
        area = int(rng.integers(4, 20)) * 20 + (300 if status in {"upgraded", "model_site"} else 0)
        numbers = {"capacity": area // 5, "area_m2": area, "staff": int(rng.integers(2, 7))}
        found.append(
            Facility(
                name, "care_station", home, choose.take(home, 1.0), _station_services(status, rng),
                status, year, numbers, REPORT if home in named else MADE,
            )
        )  # fmt: skip
    return found


def _rooms(
    kind: str, suffix: str, homes: list[int], choose: SiteChooser, rng: np.random.Generator
) -> list[Facility]:
    """One facility of the kind in each of the communities."""
    units = communities()
    least, most = {"community_center": (400, 1_200), "public_room": (80, 420)}.get(kind, (20, 90))
    found: list[Facility] = []
    for home in homes:
        area = int(rng.integers(least, most) // 10 * 10)
        numbers = {"area_m2": area, "capacity": area // 5}
        if kind != "public_room":
            numbers["staff"] = int(rng.integers(1, 4)) * (4 if kind == "community_center" else 1)
        name = f"{units[home].short_name}{suffix}"
        found.append(Facility(name, kind, home, choose.take(home, 0.7), numbers=numbers))
    return found


def made_facilities(town: Town, housing: Housing) -> list[Facility]:
    """The whole register, in the order of the file."""
    rng = random_stream("facilities")
    units = communities()
    choose = SiteChooser(public_sites(town, housing, rng), rng)
    pull = _pull(units, housing, town)
    even = np.ones(len(units))
    far = 1.0 / pull
    found = _institutions(pull, choose, rng)
    found += _subdistrict_units("care_center", "综合养老服务中心", pull, choose, rng)
    found += _stations(pull, choose, rng)
    found += _subdistrict_units("social_work_station", "社会工作服务站", pull, choose, rng)
    rooms = _pick(pull, SOCIAL_ROOMS, rng)
    found += _rooms("social_work_room", "社工室", rooms, choose, rng)
    centres = _pick(even, CENTRES, rng)
    found += _rooms("community_center", "党群服务中心", centres, choose, rng)
    spare = _pick(np.sqrt(far), PUBLIC_ROOMS, rng)
    found += _rooms("public_room", "社区用房(示意)", spare, choose, rng)
    return found


def facility_rows(found: list[Facility]) -> list[tuple[object, ...]]:
    """The rows of the register; empty where a number does not apply."""
    units, street = communities(), {s.code: s.name for s in subdistricts()}
    lonlat = degrees(np.array([facility.point for facility in found]))
    rows: list[tuple[object, ...]] = []
    for number, (facility, (lon, lat)) in enumerate(zip(found, lonlat, strict=True), start=1):
        unit = units[facility.community]
        address = f"{DISTRICT_NAME}{street[unit.subdistrict_code]}{unit.short_name}(示意位置)"
        counts = [facility.numbers.get(key, "") for key in HEADER[12:17]]
        rows.append((
            f"F{number:04d}", facility.name, facility.kind, unit.subdistrict_code, unit.code,
            address,
            f"{lon:.7f}", f"{lat:.7f}", "EPSG:4490", ";".join(facility.services), facility.status,
            facility.upgraded_year, *counts, "true", facility.source,
        ))  # fmt: skip
    return rows
