"""Where an entry of a register is: in its file, and on the ground where it has a position."""

from __future__ import annotations

import math

import shapely

from geoplan.model.findings import Place
from geoplan.model.gazetteer import Gazetteer


def entry_place(names: Gazetteer, row: int, shape: shapely.Geometry | None = None) -> Place:
    """Return the row of the file and the position (EPSG:4490, six digits) of an entry."""
    lon, lat = (float(number) for number in names.xy[row])
    file_row = int(names.row[row])
    if not (math.isfinite(lon) and math.isfinite(lat)):
        return Place(row=file_row, shape=shape)
    return Place(round(lon, 6), round(lat, 6), file_row, shape)
