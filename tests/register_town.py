"""A made district whose register and people are known: for establishment, facts and scorecard."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from geoplan.domain.kinds import KINDS, SERVICES
from geoplan.model.demand import Demand
from geoplan.model.facilities import Facilities
from geoplan.model.places import Boundaries, StudyArea
from geoplan.model.results import PlanInputs, PlanSettings
from tests.towns import CRS, SOURCE, network_of

SIDE = 100.0


def district(*communities, crs=CRS):
    """Return a district whose n-th subdistrict has that many communities, squares in rows."""
    rows = [("1", "区", "district", "", shapely.box(0, 0, SIDE * max(communities), SIDE * 9))]
    for row, count in enumerate(communities):
        code = f"1{row + 1:02d}"
        strip = shapely.box(0, SIDE * row, SIDE * count, SIDE * (row + 1))
        rows.append((code, f"街道{row + 1}", "subdistrict", "1", strip))
    for row, count in enumerate(communities):
        for column in range(count):
            code = f"1{row + 1:02d}{column + 1:03d}"
            square = shapely.box(*np.array([column, row, column + 1, row + 1]) * SIDE)
            rows.append((code, f"社区{code[1:]}", "community", code[:3], square))
    code, name, level, parent, geometry = zip(*rows, strict=True)
    return Boundaries(
        code=np.array(code),
        name=np.array(name),
        level=np.array(level),
        parent=np.array(parent),
        geometry=np.array(geometry, dtype=object),
        made=np.zeros(len(rows), bool),
        crs=crs,
        source=replace(SOURCE, name="units"),
    )


def inside(row, column):
    """Return the middle of a community by its place, counted from 0."""
    return (SIDE * (column + 0.5), SIDE * (row + 0.5))


def register(*places, **attributes):
    """Return facilities, each given as (kind, row, column); attributes are columns of numbers."""
    kinds = np.array([kind for kind, *_ in places], dtype=np.str_)
    services = tuple(SERVICES)
    offers = [[service in KINDS[kind].services for service in services] for kind in kinds.tolist()]
    return Facilities(
        id=np.array([f"f{number}" for number in range(len(places))], dtype=np.str_),
        name=np.array([f"设施{number}" for number in range(len(places))], dtype=np.str_),
        kind=kinds,
        xy=np.array([inside(row, column) for _, row, column in places]).reshape(-1, 2),
        services=services,
        offers=np.array(offers, dtype=np.bool_).reshape(-1, len(services)),
        status=np.full(len(places), ""),
        community=np.full(len(places), ""),
        crs=CRS,
        source=replace(SOURCE, name="register"),
        attributes={name: np.asarray(column, float) for name, column in attributes.items()},
    )


def people(*homes, groups=("all", "60+", "80+")):
    """Return homes, each given as (row, column, people of each group)."""
    return Demand(
        id=np.array([f"h{number}" for number in range(len(homes))], dtype=np.str_),
        place=np.full(len(homes), ""),
        xy=np.array([inside(row, column) for row, column, *_ in homes]).reshape(-1, 2),
        groups=groups,
        people=np.array([counts for _, _, *counts in homes], dtype=np.int64),
        community=np.full(len(homes), ""),
        crs=CRS,
        source=replace(SOURCE, name="people"),
    )


def inputs_of(boundaries, facilities, demand):
    """Return the inputs of a run; the streets take no part."""
    target = boundaries.geometry[0]
    return PlanInputs(
        area=StudyArea(target=target, halo=target, halo_m=0.0, crs=CRS),
        boundaries=boundaries,
        facilities=facilities,
        demand=demand,
        network=network_of([(0, 0), (100, 0)], [(0, 1)]),
    )


def settings():
    """Return the main choices of a run."""
    return PlanSettings(
        project="town",
        title="镇",
        title_en="Town",
        synthetic=True,
        service="elderly_care",
        group="60+",
        profile="elder60",
        speed_m_s=1.0,
        profiles=("elder60",),
        minutes=(5, 15),
        services=("elderly_care",),
    )
