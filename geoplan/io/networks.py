"""One door for walking networks: the ending of the file chooses the reader."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pyogrio
import shapely

from geoplan.errors import CrsError, InputError
from geoplan.io.graphs import network_from_lines, read_graphml
from geoplan.io.network_store import WALK, read_network_file
from geoplan.io.osm import read_osm_network, touching
from geoplan.model.network import WalkNetwork

_OSM = (".pbf", ".osm", ".osm.gz", ".osm.bz2")
_GRAPHS = (".graphml",)
BUILT_FROM = (*_OSM, *_GRAPHS)
"""Endings of single files that a network is built from; worth keeping what was built."""
_LINES = (".gpkg", ".geojson", ".json", ".shp")


def read_network(
    path: Path, *, crs: str | None = None, area: shapely.Geometry | None = None
) -> WalkNetwork:
    """Return the walking network of an OSM file, a GraphML file, a layer of lines or ``.walk``.

    Parameters
    ----------
    crs
        Metric system of the network; None takes the one of the file's centre.
    area
        Polygon in longitude and latitude; only streets that touch it are kept.

    Raises
    ------
    InputError
        The file is missing or damaged, or its ending is none that geoplan reads.
    CrsError
        A network file is in another system than ``crs``.
    EmptyNetworkError
        No walkable street is in the file (or in the area).
    """
    name = path.name.lower()
    if not path.is_file():
        raise InputError(f"{path}: there is no such file; name the network's file in [network]")
    if name.endswith(WALK):
        return _stored(path, crs, area)
    if name.endswith(_OSM):
        return read_osm_network(path, crs=crs, area=area)
    if name.endswith(_GRAPHS):
        return read_graphml(path, crs=crs)
    if name.endswith(_LINES):
        return network_from_lines(_read_lines(path), crs=crs)
    raise InputError(
        f"{path}: a network is read from {', '.join((*_OSM, *_GRAPHS, *_LINES, WALK))}; "
        "convert the file to one of these"
    )


def _stored(path: Path, crs: str | None, area: shapely.Geometry | None) -> WalkNetwork:
    network = read_network_file(path)
    if crs is not None and crs != network.crs:
        raise CrsError(
            f"{path}: the network is in {network.crs} and {crs} is asked for; "
            f"make it again with 'geoplan network FILE --crs {crs}'"
        )
    return network if area is None else touching(network, area, path)


def _read_lines(path: Path) -> gpd.GeoDataFrame:
    try:
        return pyogrio.read_dataframe(path)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise InputError(
            f"{path}: the file is not what its ending says; export the lines again"
        ) from error
