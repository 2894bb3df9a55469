"""Layers of square units for tests of editions: a board of 100 m cells near Changzhou."""

from __future__ import annotations

import numpy as np
import shapely

from geoplan.model.boundary_layer import BoundaryLayer
from geoplan.model.source import Source

METRIC, EAST_M, NORTH_M, CELL_M = "EPSG:4549", 500_000.0, 3_517_000.0, 100.0


def cell(column, row, *, width=1.0, height=1.0):
    """Return a block of the board; columns and rows may be fractions."""
    west, south = EAST_M + column * CELL_M, NORTH_M + row * CELL_M
    return shapely.box(west, south, west + width * CELL_M, south + height * CELL_M)


def layer(units, *, level="community", name="layer", parent="320402001", crs=METRIC):
    """Return a layer of ``(code, name, geometry[, parent])``."""
    rows = [(*unit, parent)[:4] for unit in units]
    geometry = np.empty(len(rows), object)
    geometry[:] = [row[2] for row in rows]
    return BoundaryLayer(
        row=np.arange(1, len(rows) + 1),
        code=np.array([row[0] for row in rows]),
        name=np.array([row[1] for row in rows]),
        level=np.full(len(rows), level),
        parent=np.array([row[3] for row in rows]),
        geometry=geometry,
        published_km2=np.full(len(rows), np.nan),
        made=np.zeros(len(rows), bool),
        crs=crs,
        source=Source(name=name, crs=crs),
    )


def told(changes):
    """Return the changes as sorted text: kind, codes before, codes after."""
    return sorted(
        f"{one.kind} {'+'.join(u.code for u in one.before)}>{'+'.join(u.code for u in one.after)}"
        for one in changes.changes
    )
