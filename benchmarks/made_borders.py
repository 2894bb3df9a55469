"""What is kept about the borders of a made layer, so that no rule of boundaries is silent."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geoplan.io.border_records import read_border_records
from geoplan.io.gazetteer import read_gazetteer
from geoplan.io.lineage import read_lineage
from geoplan.linting.diff import shown_changes
from geoplan.model.boundary_dossier import BoundaryDossier
from geoplan.model.boundary_layer import BoundaryLayer

DATE = "2026-01-01"
BUILDING_DEGREES = 0.0002


def full_dossier(layer: BoundaryLayer) -> BoundaryDossier:
    """Return a layer with register, record of changes, markers, inspections and all else.

    One marker and one inspection a unit, on the first of its borders that has two sides; two
    buildings a unit, one of every two hundred on a border; the second source is the layer itself,
    and so is the edition before.
    """
    code, cell = layer.code[:-1], layer.geometry[:-1]
    corner = shapely.get_coordinates(shapely.get_point(shapely.get_exterior_ring(cell), 20))
    on, beside = shapely.STRtree(cell).query(
        shapely.points(corner), predicate="dwithin", distance=1e-7
    )
    other = np.full(len(cell), -1)
    other[on[on != beside]] = beside[on != beside]
    shared = np.flatnonzero(other >= 0)
    pair = [f"{code[one]};{code[other[one]]}" for one in shared.tolist()]
    lines = pd.DataFrame({"界线编号": pair, "相邻单元": pair, "上次联检日期": "2024-06-30"})
    markers = pd.DataFrame({"界桩号": [f"{number:04d}001Q" for number in range(len(shared))]})
    markers = markers.assign(
        相邻单元=pair, 经度=corner[shared, 0], 纬度=corner[shared, 1], 坐标系="EPSG:4490"
    )
    units = [f"大社区{number // 10}" for number in range(len(code))]
    roster = pd.DataFrame({"代码": layer.code, "名称": layer.name, "上级代码": layer.parent})
    record = pd.DataFrame(
        [("2021-03-01", "1号", "更名", code[0], code[0])],
        columns=["批准日期", "批准文号", "变更类型", "原代码", "现代码"],
    )
    companions = {
        "markers": markers,
        "inspections": lines,
        "buildings": _buildings(cell, corner),
        "service_areas": pd.DataFrame({"社区代码": code, "大社区": units}),
    }
    records = read_border_records(companions)
    records = type(records)(
        markers=records.markers,
        inspections=records.inspections,
        buildings=records.buildings,
        service_areas=records.service_areas,
        second=layer,
    )
    return BoundaryDossier(
        layer=layer,
        roster=read_gazetteer(roster),
        previous=layer,
        lineage=read_lineage(record),
        changes=shown_changes(layer, layer),
        date=DATE,
        records=records,
    )


def _buildings(cell: np.ndarray, corner: np.ndarray) -> gpd.GeoDataFrame:
    middle = shapely.get_coordinates(shapely.centroid(cell))
    xy = np.concatenate([middle, middle + 3 * BUILDING_DEGREES])
    xy[::200] = corner[np.arange(0, len(xy), 200) % len(corner)]
    half = BUILDING_DEGREES / 2
    boxes = shapely.box(*(xy - half).T, *(xy + half).T)
    names = [f"F{number}" for number in range(len(boxes))]
    return gpd.GeoDataFrame({"编号": names}, geometry=boxes, crs="EPSG:4490")
