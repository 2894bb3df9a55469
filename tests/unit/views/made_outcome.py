"""A hand-made answer of a run: a square of 400 m with streets every 100 m, and hostile names.

The one care station stands in the south-west corner (node 0), walked at 1 m/s with limits of
5, 10 and 15 minutes. One home in the far corner is a gap.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import shapely

from geoplan.domain.crs import GEOGRAPHIC, reproject_xy
from geoplan.domain.profiles import PROFILES
from geoplan.model.demand import Demand
from geoplan.model.facilities import Facilities
from geoplan.model.network import Barriers, SnappedPoints
from geoplan.model.places import Boundaries, StudyArea
from geoplan.model.results import (
    PlanInputs,
    PlanOutcome,
    PlanSettings,
    PlanTables,
    ServiceAreas,
    UnitIndex,
)
from geoplan.model.site_schema import SITE_PEOPLE, SITE_STAGES, STAGE_SHARES
from geoplan.model.siting import Candidates, Headroom, SitingSolution
from geoplan.model.source import Source
from geoplan.stages.walkers import walkers_table
from tests.towns import CRS, network_of

HOSTILE = "<script>window.hacked=1</script>\"'&\u2028</script>\n<img src=x onerror=hacked()>"
CORNER = reproject_xy(np.array([[120.0, 31.75]]), GEOGRAPHIC, CRS)[0]
SIDE, STEP = 5, 100.0
SERVICES = ("elderly_care", "meals")


def at(east, north):
    """Return the point so many metres from the south-west corner."""
    return CORNER + np.array([east, north], dtype=float)


def made_outcome(*, synthetic=True, name=HOSTILE, minutes=(5, 10, 15)):
    """Return the answer; ``name`` is worn by everything that has a name in the data."""
    inputs = _inputs(synthetic, name)
    return PlanOutcome(
        inputs=inputs,
        settings=_settings(synthetic, name, minutes),
        snapped_facilities=_nowhere(2),
        snapped_demand=_nowhere(3),
        units=UnitIndex(
            community=np.zeros(3, int), subdistrict=np.zeros(3, int), district=np.zeros(3, int)
        ),
        nearest_s={("elder60", "elderly_care"): np.array([0.0, 300.0, np.inf])},
        node_s=_node_s(inputs.network),
        tables=_tables(name, minutes),
        service_areas=_areas(("F1",), minutes),
        kind_areas=_areas(SERVICES, minutes),
        gap_of_demand=np.array([-1, -1, 0]),
        candidates=_candidates(name),
        solution=_solution(),
        headroom=Headroom(people=1200, covered=900, planned=960, most=1100),
        findings=(),
        summary={
            "title": "小镇",
            "synthetic": synthetic,
            "service": "elderly_care",
            "profile": "elder60",
            "speed_m_s": 1.0,
            "scenario": "",
            "minutes": max(minutes),
            "group": "60+",
            "people": 1200,
            "covered": 900,
            "share": 0.75,
            "people_all": 5000,
            "covered_all": 4000,
            "facilities": 2,
            "streets": 40,
            "most_covered": 1100,
            "most_share": 0.916667,
            "gaps": 1,
            "barrier_gaps": 0,
            "shortfalls": 0,
            "missing_links": 0,
            "targets_pass": 2,
            "targets_fail": 1,
            "targets_unknown": 3,
            "recommended_sites": 1,
            "share_with_sites": 1.0,
        },
    )


def _source(name, synthetic):
    return Source(name=name, crs=CRS, date="2024-11-01", synthetic=synthetic, note="ODbL")


def _inputs(synthetic, name):
    network = _network(name)
    square = shapely.box(*CORNER, *(CORNER + 400))
    west = shapely.box(*CORNER, *at(200, 400))
    source = _source(name, synthetic)
    boundaries = Boundaries(
        code=np.array(["1", "11", "111"]),
        name=np.array(["小镇", name, name]),
        level=np.array(["district", "subdistrict", "community"]),
        parent=np.array(["", "1", "11"]),
        geometry=np.array([square, square, west], dtype=object),
        made=np.ones(3, bool),
        crs=CRS,
        source=source,
    )
    facilities = Facilities(
        id=np.array(["F1", "F2"]),
        name=np.array([name, ""]),
        kind=np.array(["care_station", "public_room"]),
        xy=np.array([CORNER, CORNER + 150]),
        services=SERVICES,
        offers=np.array([[True, True], [False, False]]),
        status=np.array(["upgraded", ""]),
        community=np.array(["", ""]),
        crs=CRS,
        source=source,
    )
    demand = Demand(
        id=np.array(["D1", "D2", "D3"]),
        place=np.array([name, name, name]),
        xy=np.array([CORNER, CORNER + 200, CORNER + 400]),
        groups=("all", "60+"),
        people=np.array([[2000, 400], [2000, 500], [1000, 300]]),
        community=np.array(["", "", ""]),
        crs=CRS,
        source=source,
    )
    area = StudyArea(target=square, halo=square.buffer(900), halo_m=900.0, crs=CRS)
    return PlanInputs(area, boundaries, facilities, demand, network)


def _network(name):
    index = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    across = np.stack([index[:, :-1].ravel(), index[:, 1:].ravel()], axis=1)
    along = np.stack([index[:-1].ravel(), index[1:].ravel()], axis=1)
    places = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), axis=-1).reshape(-1, 2)
    wall = shapely.LineString([at(250, 0), at(250, 400)])
    barriers = Barriers(
        geometry=np.array([wall], dtype=object), kind=np.array(["wall"]), name=np.array([name])
    )
    edges = np.concatenate([across, along])
    network = network_of(CORNER + STEP * places, edges, barriers=barriers)
    return replace(network, closed_gates=np.array([at(250, 200)]))


def _node_s(network):
    """Return the seconds from node 0 at 1 m/s; the far corner (800 m) is cut off."""
    seconds = np.abs(network.node_xy - CORNER).sum(axis=1)
    seconds[-1] = np.inf
    return seconds


def _settings(synthetic, name, minutes):
    return PlanSettings(
        project="town",
        title=name,
        title_en=name,
        synthetic=synthetic,
        service="elderly_care",
        group="60+",
        profile="elder60",
        speed_m_s=1.0,
        profiles=("elder60",),
        minutes=minutes,
        services=SERVICES,
    )


def _nowhere(count):
    return SnappedPoints(
        start=np.zeros(count + 1, int),
        edge=np.empty(0, np.int32),
        fraction=np.empty(0),
        leg_m=np.empty(0),
    )


def _areas(owners, minutes):
    pairs = [(owner, limit) for owner in owners for limit in minutes]
    discs = [shapely.Point(CORNER).buffer(30.0 * limit) for _, limit in pairs]
    return ServiceAreas(
        owner=np.array([owner for owner, _ in pairs]),
        minutes=np.array([limit for _, limit in pairs]),
        geometry=np.array(discs, dtype=object),
    )


def _tables(name, minutes):
    coverage = pd.DataFrame(
        [
            {
                "level": level,
                "code": code,
                "name": name,
                "service": "elderly_care",
                "profile": "elder60",
                "minutes": limit,
                "group": "60+",
                "people": 1200,
                "covered": 60 * limit,
                "share": 60 * limit / 1200,
            }
            for level, code in (("district", "1"), ("subdistrict", "11"), ("community", "111"))
            for limit in minutes
        ]
    )
    people = {f"people_{limit}": [100 * limit, np.nan] for limit in minutes}
    lost = {f"marginal_{max(minutes)}": [77, 0]}
    facilities = pd.DataFrame(
        {"id": ["F1", "F2"], "subdistrict": name, "community": name} | people | lost
    )
    lon, lat = reproject_xy(np.array([CORNER + 400]), CRS, GEOGRAPHIC)[0]
    place = {"subdistrict": name, "community": name, "lon": lon, "lat": lat}
    gap = {
        "id": "G001",
        "place": name,
        "people_all": 1000,
        "people_60": 300,
        "nearest_facility": "F1",
        "minutes": np.nan,
        "why": "unreachable",
        "class": "H",
        "action": "fix_data",
        "reasons": "unreachable",
        "link": "",
        "near_miss_people": 0,
        "missing_services": "",
    }
    site = {
        "rank": 1,
        "site_id": "street:1",
        "name": name,
        "kind": "new",
        "gain_all": 1000,
        "gain_60": 300,
        "cumulative_share": 1.0,
        "reason_code": "tie",
        "origin": "street",
    }
    return PlanTables(
        coverage=coverage,
        roads=pd.DataFrame(),
        facilities=facilities,
        gaps=pd.DataFrame([gap | place]),
        shortfalls=pd.DataFrame(),
        near_misses=pd.DataFrame(),
        recommendations=pd.DataFrame([site | place]),
        site_people=pd.DataFrame(columns=list(SITE_PEOPLE)),
        site_stages=pd.DataFrame(columns=list(SITE_STAGES)),
        stage_shares=pd.DataFrame(columns=list(STAGE_SHARES)),
        walkers=walkers_table([PROFILES["elder60"]]),
        walking_times=pd.DataFrame(),
        bundles=pd.DataFrame(),
        choices=pd.DataFrame(),
        service_matrix=pd.DataFrame(),
        certainty=pd.DataFrame(),
        border_points=pd.DataFrame(),
        supply=pd.DataFrame(),
        fairness=pd.DataFrame(),
        capacity=pd.DataFrame(),
        links=pd.DataFrame(),
        establishment=pd.DataFrame(),
        three_coverages=pd.DataFrame(),
        facts=pd.DataFrame(),
        scorecard=pd.DataFrame(),
    )


def _candidates(name):
    return Candidates(
        id=np.array(["street:1"]),
        name=np.array([name]),
        origin=np.array(["street"]),
        xy=np.array([CORNER + 400]),
        price=np.array([150.0]),
    )


def _solution():
    return SitingSolution(
        model="mclp",
        unit="weight",
        more_is_better=True,
        sites=("street:1",),
        objective=1200.0,
        baseline=900.0,
        bound=1200.0,
        status="optimal",
        canonical=True,
        reasons=(),
        assignment={},
        uncovered=(),
        unreachable=(),
        most=1400.0,
    )
