"""Checks of the street network and of how points meet it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely

from geoplan.domain.crs import GEOGRAPHIC, reproject_xy
from geoplan.model.findings import Finding, Place
from geoplan.model.network import WalkNetwork
from geoplan.model.results import CheckedRun
from geoplan.model.rules import Rule

EDGE_EFFECT_SHARE = 0.01
"""Part of the halo that may lack streets before the network counts as cut off."""


def components(run: CheckedRun, rule: Rule) -> Iterable[Finding]:
    """Report streets that hang together with no other, and the people who start on them."""
    network = run.inputs.network
    label = run.street_component
    if label.max(initial=0) == 0:
        return
    homes = run.snapped_demand
    nearest = homes.start[:-1][homes.reached()]
    off_main = label[homes.edge[nearest]] > 0
    people = run.inputs.demand.of("all")[homes.reached()]
    main_m = network.length_m[label == 0].sum()
    yield rule.found(
        network.source.name,
        {
            "components": int(label.max()) + 1,
            "main_share": round(float(main_m / network.length_m.sum()), 4),
            "people_off": int(people[off_main].sum()),
        },
    )


def closed_gates(run: CheckedRun, rule: Rule) -> Iterable[Finding]:
    """Report how many gates are locked."""
    count = int(run.inputs.network.closed_gates.shape[0])
    if count:
        yield rule.found(
            run.inputs.network.source.name,
            {"count": count},
        )


def network_cut_off(run: CheckedRun, rule: Rule) -> Iterable[Finding]:
    """Report a network that ends where the district does: walkers beyond are not seen.

    What lies outside the hull of the streets is missing for certain, so the share is a lower
    bound; water and fields inside the hull raise no alarm.
    """
    area, network = run.inputs.area, run.inputs.network
    if area.halo_m <= 0:
        return
    missing = shapely.difference(area.halo, _mapped(network))
    ring = shapely.area(area.halo) - shapely.area(area.target)
    share = min(float(shapely.area(missing) / ring), 1.0) if ring > 0 else 0.0
    if share > EDGE_EFFECT_SHARE:
        yield rule.found(
            network.source.name,
            {"missing_share": round(share, 4), "halo_m": round(area.halo_m)},
        )


def edge_effect(run: CheckedRun, rule: Rule) -> Iterable[Finding]:
    """Report a study area that is no larger than one walk: its edges are seen from one side only.

    People nearer to the rim of the streets' hull than the walk is long might be served from
    beyond it. The extent is the diameter of the circle with the hull's area.
    """
    area, demand = run.inputs.area, run.inputs.demand
    mapped = _mapped(run.inputs.network)
    if shapely.contains(mapped, area.halo):
        return
    homes = np.asarray(shapely.points(demand.xy), dtype=object)
    inside = run.units.district >= 0
    near = shapely.distance(homes, shapely.boundary(mapped)) < run.walk_m
    extent_m = 2.0 * float(np.sqrt(shapely.area(mapped) / np.pi))
    yield rule.found(
        run.inputs.network.source.name,
        {
            "reach_m": round(run.walk_m),
            "extent_m": round(extent_m),
            "people": int(demand.of("all")[near & inside].sum()),
        },
    )


def _mapped(network: WalkNetwork) -> shapely.Geometry:
    """Return the convex hull of the streets."""
    corners = shapely.get_coordinates(network.geometry)
    hulls = np.asarray(shapely.convex_hull(shapely.multipoints([corners])), dtype=object)
    hull: shapely.Geometry = hulls[0]
    return hull


def demand_not_snapped(run: CheckedRun, rule: Rule) -> Iterable[Finding]:
    """Report people with no street near their home."""
    demand = run.inputs.demand
    lost = ~run.snapped_demand.reached() & demand.some("all")
    if lost.any():
        first = np.flatnonzero(lost)[:1]
        lon, lat = reproject_xy(demand.xy[first], demand.crs, GEOGRAPHIC)[0].round(6).tolist()
        yield rule.found(
            str(demand.id[first[0]]),
            {
                "points": int(lost.sum()),
                "people": int(demand.of("all")[lost].sum()),
                "limit_m": round(run.snap_m),
            },
            place=Place(lon, lat),
        )


def facility_not_snapped(run: CheckedRun, rule: Rule) -> Iterable[Finding]:
    """Report each facility that has no street within the snapping distance."""
    facilities, network = run.inputs.facilities, run.inputs.network
    lost = np.flatnonzero(~run.snapped_facilities.reached())
    lon_lat = reproject_xy(facilities.xy[lost], facilities.crs, GEOGRAPHIC).round(6)
    points = np.asarray(shapely.points(facilities.xy[lost]), dtype=object)
    tree = shapely.STRtree(network.geometry)
    for row, (lon, lat), point in zip(lost.tolist(), lon_lat.tolist(), points, strict=True):
        nearest = network.geometry[int(tree.nearest(point))]
        yield rule.found(
            str(facilities.id[row]),
            {
                "facility": str(facilities.name[row]),
                "distance_m": round(float(shapely.distance(point, nearest))),
                "limit_m": round(run.snap_m),
            },
            place=Place(lon, lat),
        )
