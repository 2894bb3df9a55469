"""Coordinate systems: the metric one of a study area, and exact moves between systems."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pyproj
import shapely
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_utm_crs_info

from geoplan.errors import CrsError
from geoplan.model.arrays import Floats, Geometries

GEOGRAPHIC = "EPSG:4490"
"""CGCS2000 longitude and latitude: the system of every output table and layer."""

_CHINA = (73.0, 3.0, 136.0, 54.0)
_FIRST_ZONE_MERIDIAN, _FIRST_ZONE_CODE, _LAST_ZONE_CODE = 75, 4534, 4554
_WGS_ALIKE = {"EPSG:4326", "EPSG:4490", "OGC:CRS84"}


def metric_crs(lon: float, lat: float) -> str:
    """Return the metric system for a place: the 3-degree CGCS2000 zone in China, UTM elsewhere.

    Tianning (120 E) gets EPSG:4549, whose central meridian runs through it (scale error 2 ppm).
    EPSG:4534 is the zone of 75 E, EPSG:4554 that of 135 E; none carries a zone prefix.
    """
    west, south, east, north = _CHINA
    if west <= lon <= east and south <= lat <= north:
        zone = _FIRST_ZONE_CODE + round((lon - _FIRST_ZONE_MERIDIAN) / 3.0)
        return f"EPSG:{min(max(zone, _FIRST_ZONE_CODE), _LAST_ZONE_CODE)}"
    zones = query_utm_crs_info("WGS 84", AreaOfInterest(lon, lat, lon, lat))
    if not zones:
        raise CrsError(f"no metric coordinate system is known for longitude {lon}, latitude {lat}")
    return f"EPSG:{zones[0].code}"


def known_crs(text: str, *, where: str) -> str:
    """Return the text as a usable coordinate system name; raise ``CrsError`` naming the place."""
    try:
        pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError as error:
        raise CrsError(
            f"{where}: the coordinate system {text!r} is not known; "
            "write it as an EPSG code such as EPSG:4490 (CGCS2000) or EPSG:4326 (WGS 84)"
        ) from error
    return text


def is_metric(crs: str) -> bool:
    """Return whether lengths in the system are metres of a projected plane."""
    system = pyproj.CRS.from_user_input(crs)
    return system.is_projected and system.axis_info[0].unit_name == "metre"


def datum(crs: str) -> str:
    """Return the name of the geodetic datum of a system, empty when it has none."""
    found = pyproj.CRS.from_user_input(crs).datum
    return str(found.name) if found else ""


def reproject_xy(xy: Floats, source: str, target: str) -> Floats:
    """Return points (n, 2) moved to another system, x east and y north in both.

    WGS 84 and CGCS2000 longitudes and latitudes are taken as identical (they differ by less
    than a metre).
    """
    if source == target or {source, target} <= _WGS_ALIKE:
        return xy
    x, y = _transformer(source, target).transform(xy[:, 0], xy[:, 1])
    return np.column_stack([x, y]).astype(np.float64).reshape(-1, 2)


@lru_cache(maxsize=64)
def _transformer(source: str, target: str) -> pyproj.Transformer:
    """Return the move between two systems; to make one takes longer than to move a small shape."""
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def reproject(geometries: Geometries, source: str, target: str) -> Geometries:
    """Return geometries moved to another system, vertex by vertex."""
    if source == target or {source, target} <= _WGS_ALIKE:
        return geometries
    moved: Geometries = shapely.transform(geometries, lambda xy: reproject_xy(xy, source, target))
    return moved
