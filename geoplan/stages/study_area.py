"""Stage 1: the district that is counted, the halo that is walked, one metric system for all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from geoplan.domain.crs import GEOGRAPHIC, is_metric, metric_crs, reproject, reproject_xy
from geoplan.errors import CrsError, EmptyInputError
from geoplan.model.demand import Demand
from geoplan.model.facilities import Facilities
from geoplan.model.places import Boundaries, StudyArea


def study_area(boundaries: Boundaries, *, halo_m: float, crs: str | None = None) -> StudyArea:
    """Return the union of the top units, widened by the halo, in a metric system.

    Parameters
    ----------
    boundaries
        Units in any known coordinate system.
    halo_m
        Width of the halo in metres: the longest reach of any walker, so that a street or a
        facility beyond the border is never missed.
    crs
        Metric system; None takes the one that ``domain.crs.metric_crs`` gives for the centre.

    Raises
    ------
    EmptyInputError
        There is no unit.
    CrsError
        ``crs`` is not metric.
    """
    if boundaries.code.size == 0:
        raise EmptyInputError("the boundaries hold no unit; give at least the district's outline")
    chosen = crs or _metric_crs_of(boundaries)
    if not is_metric(chosen):
        raise CrsError(f"{chosen} is not a metric system; name a projected one for metric_crs")
    outline = shapely.union_all(
        reproject(boundaries.geometry[_top_rows(boundaries)], boundaries.crs, chosen)
    )
    return StudyArea(target=outline, halo=outline.buffer(halo_m), halo_m=halo_m, crs=chosen)


def boundaries_in(boundaries: Boundaries, crs: str) -> Boundaries:
    """Return the boundaries in another coordinate system."""
    return replace(
        boundaries, geometry=reproject(boundaries.geometry, boundaries.crs, crs), crs=crs
    )


def facilities_in(facilities: Facilities, crs: str) -> Facilities:
    """Return the facilities in another coordinate system."""
    return replace(facilities, xy=reproject_xy(facilities.xy, facilities.crs, crs), crs=crs)


def demand_in(demand: Demand, crs: str) -> Demand:
    """Return the demand in another coordinate system."""
    return replace(demand, xy=reproject_xy(demand.xy, demand.crs, crs), crs=crs)


def facilities_within(facilities: Facilities, area: StudyArea) -> Facilities:
    """Return the facilities inside the halo; those outside cannot be walked to from the area."""
    points = shapely.points(facilities.xy)
    return facilities.take(np.flatnonzero(shapely.intersects(area.halo, points)))


def _top_rows(boundaries: Boundaries) -> list[int]:
    known = set(boundaries.code.tolist())
    return [row for row, parent in enumerate(boundaries.parent.tolist()) if parent not in known]


def _metric_crs_of(boundaries: Boundaries) -> str:
    west, south, east, north = shapely.total_bounds(boundaries.geometry)
    centre = np.array([[(west + east) / 2.0, (south + north) / 2.0]])
    lon, lat = reproject_xy(centre, boundaries.crs, GEOGRAPHIC)[0]
    return metric_crs(float(lon), float(lat))
