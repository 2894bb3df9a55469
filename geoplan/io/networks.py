"""One door for walking networks: the ending of the file chooses the reader."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pyogrio
import shapely

from geoplan.errors import InputError
from geoplan.io.graphs import network_from_lines, read_graphml
from geoplan.io.osm import read_osm_network
from geoplan.model.network import WalkNetwork

_OSM = (".pbf", ".osm", ".osm.gz", ".osm.bz2")
_LINES = (".gpkg", ".geojson", ".json", ".shp")


def read_network(
    path: Path, *, crs: str | None = None, area: shapely.Geometry | None = None
) -> WalkNetwork:
    """Return the walking network of an OSM file, a GraphML file or a layer of lines.

    Parameters
    ----------
    crs
        Metric system of the network; None takes the one of the file's centre.
    area
        Polygon in longitude and latitude; only streets that touch it are kept.

    Raises
    ------
    InputError
        The file is missing, or its ending is none that geoplan reads.
    EmptyNetworkError
        No walkable street is in the file (or in the area).
    """
    name = path.name.lower()
    if not path.is_file():
        raise InputError(f"{path}: there is no such file; name the network's file in [network]")
    if name.endswith(_OSM):
        return read_osm_network(path, crs=crs, area=area)
    if name.endswith(".graphml"):
        return read_graphml(path, crs=crs)
    if name.endswith(_LINES):
        return network_from_lines(_read_lines(path), crs=crs)
    raise InputError(
        f"{path}: a network is read from {', '.join((*_OSM, '.graphml', *_LINES))}; "
        "convert the file to one of these"
    )


def _read_lines(path: Path) -> gpd.GeoDataFrame:
    try:
        return pyogrio.read_dataframe(path)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise InputError(
            f"{path}: the file is not what its ending says; export the lines again"
        ) from error
