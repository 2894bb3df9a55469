"""A regular named grid, marked as made, where no boundaries are to be had."""

from __future__ import annotations

import numpy as np
import shapely

from geoplan.domain.crs import GEOGRAPHIC, metric_crs, reproject
from geoplan.model.places import Boundaries
from geoplan.model.source import Source


def grid_boundaries(extent: shapely.Geometry, cell_m: float, *, source: str) -> Boundaries:
    """Return the extent as a district of square cells named by row letter and column number.

    Parameters
    ----------
    extent
        Polygon in longitude and latitude.
    cell_m
        Side of a cell in metres; cells at the rim are cut by the extent.
    """
    centre = shapely.centroid(extent)
    crs = metric_crs(centre.x, centre.y)
    outline = reproject(np.array([extent], dtype=object), GEOGRAPHIC, crs)[0]
    west, south, east, north = shapely.bounds(outline)
    columns = max(int(np.ceil((east - west) / cell_m)), 1)
    rows = max(int(np.ceil((north - south) / cell_m)), 1)
    row, column = np.divmod(np.arange(rows * columns), columns)
    cells = shapely.intersection(
        shapely.box(
            west + column * cell_m,
            north - (row + 1) * cell_m,
            west + (column + 1) * cell_m,
            north - row * cell_m,
        ),
        outline,
    )
    keep = shapely.area(cells) > 0
    codes = [f"grid-{r + 1:03d}-{c + 1:03d}" for r, c in zip(row, column, strict=True)]
    names = [f"{_letters(int(r))}{c + 1}" for r, c in zip(row, column, strict=True)]
    count = int(keep.sum())
    return Boundaries(
        code=np.array(["grid", *np.array(codes)[keep]]),
        name=np.array([source, *np.array(names)[keep]]),
        level=np.array(["district", *["subdistrict"] * count]),
        parent=np.array(["", *["grid"] * count]),
        geometry=np.array([outline, *cells[keep]], dtype=object),
        made=np.ones(count + 1, dtype=np.bool_),
        crs=crs,
        source=Source(name=source, crs=crs, note="regular grid, made"),
    )


def _letters(number: int) -> str:
    """Return A, B … Z, AA, AB … for the numbers 0, 1, 2 …."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
