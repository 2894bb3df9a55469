"""A made town for the tests of gaps: units, facilities, people, and one way to get its gaps."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import shapely

from geoplan.domain.profiles import PROFILES, Profile
from geoplan.model.demand import Demand
from geoplan.model.facilities import Facilities
from geoplan.model.places import Boundaries, StudyArea
from geoplan.model.results import PlanInputs
from geoplan.stages.gap_walks import aged_walk
from geoplan.stages.gaps import (
    GapGround,
    GapRule,
    GapWalks,
    NearestWalk,
    Shortfalls,
    quality_doubts,
    typed_gaps,
)
from geoplan.stages.network import edge_components, walk_costs
from geoplan.stages.reach import nearest_of_homes, node_times, search_graph, walking_times
from geoplan.stages.snapping import snap
from geoplan.stages.units import locate
from tests.towns import CRS, SOURCE

PLAIN = Profile(speed_m_s=1.0)


def stations(xy, *, services=("elderly_care",), offers=None, kind=None, status=None, area_m2=None):
    """Return facilities f0, f1 …, care stations unless told."""
    xy = np.asarray(xy, float).reshape(-1, 2)
    count = len(xy)
    return Facilities(
        id=np.array([f"f{row}" for row in range(count)], dtype="<U4"),
        name=np.array([f"Station {row}" for row in range(count)], dtype="<U12"),
        kind=np.array(kind or ["care_station"] * count, dtype="<U20"),
        xy=xy,
        services=services,
        offers=np.ones((count, len(services)), bool) if offers is None else np.array(offers, bool),
        status=np.array(status or [""] * count, dtype="<U20"),
        community=np.array([""] * count, dtype="<U4"),
        crs=CRS,
        source=SOURCE,
        attributes={} if area_m2 is None else {"area_m2": np.array(area_m2, float)},
    )


def residents(xy, counts, *, place=None, community=None, groups=("all", "60+", "80+")):
    """Return homes h00, h01 …; a count is of all, or of every group."""
    xy = np.asarray(xy, float).reshape(-1, 2)
    people = np.array(
        [row if np.ndim(row) else (row,) + (0,) * (len(groups) - 1) for row in counts], np.int64
    ).reshape(len(xy), len(groups))
    return Demand(
        id=np.array([f"h{row:02d}" for row in range(len(xy))], dtype="<U4"),
        place=np.array([""] * len(xy) if place is None else place, dtype="<U8"),
        xy=xy,
        groups=groups,
        people=people,
        community=np.array([""] * len(xy) if community is None else community, dtype="<U4"),
        crs=CRS,
        source=SOURCE,
    )


def units_of(communities):
    """Return boundaries of community boxes by code; codes 11… lie in West, 12… in East."""
    boxes = {code: shapely.box(*box) for code, box in communities.items()}
    halves = {
        code: shapely.unary_union([box for name, box in boxes.items() if name.startswith(code)])
        for code in sorted({name[:2] for name in boxes})
    }
    rows = [("1", "D", "district", "", shapely.unary_union(list(boxes.values())))]
    rows += [(code, f"S{code}", "subdistrict", "1", box) for code, box in halves.items()]
    rows += [(code, f"C{code}", "community", code[:2], box) for code, box in sorted(boxes.items())]
    code, name, level, parent, geometry = zip(*rows, strict=True)
    return Boundaries(
        code=np.array(code),
        name=np.array(name),
        level=np.array(level),
        parent=np.array(parent),
        geometry=np.array(geometry, dtype=object),
        made=np.zeros(len(rows), bool),
        crs=CRS,
        source=SOURCE,
    )


def gaps_of(network, boundaries, facilities, demand, **given):
    """Return the gaps (and what they came from) at 300 s for the plain walker of 1 m/s.

    ``link``, ``unmet``, ``doubts``, ``services``, ``walker`` and ``limit_s`` replace what else is
    unknown or plain.
    """
    limit_s, walker = given.get("limit_s", 300.0), given.get("walker", PLAIN)
    area = StudyArea(
        target=boundaries.geometry[0], halo=boundaries.geometry[0], halo_m=0.0, crs=CRS
    )
    spots = snap(network, facilities.xy, limit_m=20.0)
    homes = snap(network, demand.xy, limit_m=20.0)
    graph = search_graph(network, walk_costs(network, walker), spots)
    giving = facilities.giving("elderly_care")
    nearest = NearestWalk(*nearest_of_homes(graph, homes, giving))
    ground = GapGround(
        inputs=PlanInputs(area, boundaries, facilities, demand, network),
        homes=homes,
        units=locate(boundaries, demand.xy),
        facility_units=locate(boundaries, facilities.xy),
        street_component=edge_components(network),
    )
    walks = GapWalks(
        nearest=nearest,
        node_s=node_times(graph, giving, limit_s=limit_s),
        times=walking_times(graph, homes, limit_s=limit_s),
        aged=aged_walk((network, spots, homes), PROFILES["elder80"], giving),
    )
    rule = GapRule(
        service="elderly_care",
        profile="plain",
        limit_s=limit_s,
        speed_m_s=walker.pace_m_s,
        services=given.get("services", ()),
    )
    unknown = np.full(len(demand.id), -1)
    found = Shortfalls(
        link_of_home=np.asarray(given.get("link", unknown)),
        unmet=np.asarray(given.get("unmet", unknown)),
        doubts=given.get("doubts", quality_doubts(facilities)[0]),
    )
    gaps = typed_gaps(ground, walks, rule=rule, found=found)
    return SimpleNamespace(gaps=gaps, ground=ground, walks=walks, rule=rule, found=found)
