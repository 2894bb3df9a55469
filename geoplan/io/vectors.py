"""GIS layers (GeoJSON, GeoPackage, shapefile): no word of GDAL leaks out."""

from __future__ import annotations

import warnings
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import (
    CRSError,
    DataLayerError,
    DataSourceError,
    FeatureError,
    FieldError,
    GeometryError,
)

from geoplan.errors import EmptyInputError, InputError, SchemaError

LAYER_ENDINGS = (".geojson", ".json", ".gpkg", ".shp")

_GDAL_FAULTS = (
    CRSError,
    DataLayerError,
    DataSourceError,
    FeatureError,
    FieldError,
    GeometryError,
    shapely.errors.GEOSException,
    UnicodeDecodeError,
)
_DBF_HEADER_BYTES = slice(8, 10)
_DBF_LANGUAGE_BYTE = 29


def read_layer(path: Path, *, layer: str) -> gpd.GeoDataFrame:
    """Return the features of a layer, in file order.

    Parameters
    ----------
    layer
        Layer to take where a file holds several.

    Raises
    ------
    InputError
        The file is damaged, or has several layers and none is called ``layer``.
    SchemaError
        The layer has no geometry.
    EmptyInputError
        The layer has no features.
    """
    frame = _frame(path, layer)
    if not isinstance(frame, gpd.GeoDataFrame):
        raise SchemaError(f"{path.name}: the layer has no geometry; export it with geometry")
    if frame.empty:
        raise EmptyInputError(f"{path.name}: the layer has no features; export it again")
    return frame


def _frame(path: Path, layer: str) -> pd.DataFrame:
    try:
        with warnings.catch_warnings():
            # GDAL warns of what the readers check themselves (rings, ids, encodings)
            warnings.simplefilter("ignore")
            chosen = _layer(path, layer)
            frame: pd.DataFrame = pyogrio.read_dataframe(
                path, layer=chosen, encoding=_dbf_encoding(path)
            )
    except _GDAL_FAULTS as error:
        parts = "its .shx and .dbf beside it" if path.suffix.lower() == ".shp" else "every feature"
        raise InputError(
            f"{path.name}: the layer cannot be read; export it again with {parts}"
        ) from error
    return frame


def _layer(path: Path, wanted: str) -> str:
    names = [str(row[0]) for row in pyogrio.list_layers(path)]
    if len(names) == 1:
        return names[0]
    if wanted in names:
        return wanted
    raise InputError(
        f"{path.name}: the file has {len(names)} layers ({', '.join(names) or 'none'}) and none is "
        f"called {wanted!r}; keep one layer, or rename the right one"
    )


def _dbf_encoding(path: Path) -> str | None:
    """Return the encoding of a shapefile that does not state it: UTF-8 if possible, else GB18030.

    Trap: GDAL takes a DBF without .cpg and language byte for Latin-1, so GBK names come out as
    mojibake (``test_shapefile_without_cpg``).
    """
    table = path.with_suffix(".dbf")
    if path.suffix.lower() != ".shp" or path.with_suffix(".cpg").exists() or not table.is_file():
        return None
    content = table.read_bytes()
    if len(content) <= _DBF_LANGUAGE_BYTE or content[_DBF_LANGUAGE_BYTE]:
        return None
    try:
        content[int.from_bytes(content[_DBF_HEADER_BYTES], "little") :].decode("utf-8")
    except UnicodeDecodeError:
        return "GB18030"
    return "UTF-8"
