"""``layers.gpkg``: every layer of a result for a GIS, in CGCS2000 longitude and latitude."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from geoplan.domain.crs import GEOGRAPHIC, reproject, reproject_xy
from geoplan.model.arrays import Floats, Geometries
from geoplan.model.results import PlanOutcome
from geoplan.stages.gaps import gap_id

_FIXED_DATE = "2000-01-01T00:00:00.000Z"
"""GDAL stamps this into the file instead of the clock: same input, same bytes."""


def write_layers(outcome: PlanOutcome, path: Path) -> None:
    """Write all layers of a result to one GeoPackage."""
    crs = outcome.inputs.area.crs
    with fixed_clock():
        for name, (table, geometry) in layers(outcome).items():
            moved = reproject(geometry, crs, GEOGRAPHIC)
            frame = gpd.GeoDataFrame(table, geometry=moved, crs=GEOGRAPHIC)
            pyogrio.write_dataframe(frame, path, layer=name, driver="GPKG")


def layers(outcome: PlanOutcome) -> Mapping[str, tuple[pd.DataFrame, Geometries]]:
    """Return each layer's table and geometry in the metric system of the run."""
    return {
        "boundaries": _boundaries(outcome),
        "facilities": (outcome.tables.facilities, _points(outcome.inputs.facilities.xy)),
        "streets": _streets(outcome),
        "service_areas": _service_areas(outcome),
        "demand": _demand(outcome),
        "gaps": _gaps(outcome),
        "links": _links(outcome),
        "candidates": _candidates(outcome),
        "recommendations": _recommendations(outcome),
    }


def _boundaries(outcome: PlanOutcome) -> tuple[pd.DataFrame, Geometries]:
    boundaries = outcome.inputs.boundaries
    table = pd.DataFrame(
        {
            "code": boundaries.code,
            "name": boundaries.name,
            "level": boundaries.level,
            "parent_code": boundaries.parent,
            "made": boundaries.made,
        }
    )
    return table, _multi(boundaries.geometry)


def _streets(outcome: PlanOutcome) -> tuple[pd.DataFrame, Geometries]:
    network, node_s = outcome.inputs.network, outcome.node_s
    seconds = np.minimum(node_s[network.tail], node_s[network.head])
    table = pd.DataFrame(
        {
            "edge": np.arange(network.edge_count),
            "name": network.streets.name,
            "way_class": network.streets.way_class,
            "length_m": network.length_m.round(2),
            "nearest_s": np.where(np.isfinite(seconds), seconds, np.nan).round(1),
        }
    )
    return table, network.geometry


def _service_areas(outcome: PlanOutcome) -> tuple[pd.DataFrame, Geometries]:
    each, dissolved = outcome.service_areas, outcome.kind_areas
    table = pd.DataFrame(
        {
            "facility": np.concatenate([each.owner, np.full(dissolved.owner.size, "")]),
            "service": np.concatenate([np.full(each.owner.size, ""), dissolved.owner]),
            "minutes": np.concatenate([each.minutes, dissolved.minutes]),
        }
    )
    return table, _multi(np.concatenate([each.geometry, dissolved.geometry]))


def _demand(outcome: PlanOutcome) -> tuple[pd.DataFrame, Geometries]:
    """Return the homes; a public edition tells neither their people nor their walks."""
    demand, settings = outcome.inputs.demand, outcome.settings
    seconds = outcome.nearest_s[settings.profile, settings.service]
    table = pd.DataFrame({"id": demand.id, "place": demand.place})
    if settings.public:
        return table, _points(demand.xy)
    for column, group in enumerate(demand.groups):
        table[f"people_{group.removesuffix('+')}"] = demand.people[:, column]
    table["nearest_s"] = np.where(np.isfinite(seconds), seconds, np.nan).round(1)
    return table, _points(demand.xy)


def _gaps(outcome: PlanOutcome) -> tuple[pd.DataFrame, Geometries]:
    """Return each gap with the homes that belong to it as one MultiPoint."""
    labels, homes = outcome.gap_of_demand, _points(outcome.inputs.demand.xy)
    members = [homes[labels == row] for row in range(len(outcome.tables.gaps))]
    points = np.empty(len(members), dtype=object)
    points[:] = [shapely.multipoints(list(member)) for member in members]
    ids = [gap_id(row) for row in range(len(members))]
    if ids != outcome.tables.gaps["id"].tolist():
        raise AssertionError("gap rows must stand in label order")
    return outcome.tables.gaps, points


def _links(outcome: PlanOutcome) -> tuple[pd.DataFrame, Geometries]:
    """Return each missing link at its middle: the opening of a gate has no length to draw."""
    table = outcome.tables.links
    ends = table[["from_lon", "from_lat", "to_lon", "to_lat"]].to_numpy(dtype=np.float64)
    middle = (ends[:, :2] + ends[:, 2:]) / 2
    return table, _points(reproject_xy(middle, GEOGRAPHIC, outcome.inputs.area.crs))


def _candidates(outcome: PlanOutcome) -> tuple[pd.DataFrame, Geometries]:
    candidates = outcome.candidates
    table = pd.DataFrame(
        {
            "site_id": candidates.id,
            "name": candidates.name,
            "origin": candidates.origin,
            "cost": candidates.price,
            "chosen": np.isin(candidates.id, np.array(outcome.solution.sites, dtype=np.str_)),
        }
    )
    return table, _points(candidates.xy)


def _recommendations(outcome: PlanOutcome) -> tuple[pd.DataFrame, Geometries]:
    row_of = {label: row for row, label in enumerate(outcome.candidates.id.tolist())}
    rows = np.array([row_of[site] for site in outcome.solution.sites], dtype=np.int64)
    return outcome.tables.recommendations, _points(outcome.candidates.xy[rows])


def _points(xy: Floats) -> Geometries:
    points: Geometries = np.asarray(shapely.points(xy.reshape(-1, 2)), dtype=object)
    return points


def _multi(polygons: Geometries) -> Geometries:
    """Return every polygon as a MultiPolygon: a layer holds one geometry type."""
    multi = np.empty(polygons.size, dtype=object)
    multi[:] = [
        polygon if polygon.geom_type == "MultiPolygon" else shapely.multipolygons([polygon])
        for polygon in polygons
    ]
    return multi


@contextmanager
def fixed_clock() -> Iterator[None]:
    """Keep GDAL from writing the time of day into a file."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _FIXED_DATE})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
