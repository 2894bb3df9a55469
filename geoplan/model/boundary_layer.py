"""Administrative units as a layer holds them: broken polygons and missing parents included."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from geoplan.model.arrays import (
    Flags,
    Floats,
    Geometries,
    Indices,
    Ints,
    Texts,
    freeze_fields,
    require_lengths,
)
from geoplan.model.source import Source


@dataclass(frozen=True, slots=True, eq=False)
class BoundaryLayer:
    """Units of one layer, one row each, in file order; ``Boundaries`` are what a run uses."""

    row: Ints
    """(n,) feature of the file, counted from 1."""
    code: Texts
    """(n,) codes as written, empty where there is none."""
    name: Texts
    """(n,) names as written."""
    level: Texts
    """(n,) one of ``model.places.LEVELS``, empty where not stated or not known."""
    parent: Texts
    """(n,) code of the unit above as declared, empty where not."""
    geometry: Geometries
    """(n,) as read, two-dimensional, in ``crs``: may be None, empty, invalid or no polygon."""
    published_km2: Floats
    """(n,) area that the register publishes, NaN where not known."""
    made: Flags
    """(n,) True where the polygon was made, not surveyed."""
    crs: str
    source: Source
    original: pd.DataFrame | None = None
    """Every attribute of the file in its order under its own name, rows as here; None for a layer
    that was not read."""

    def __post_init__(self) -> None:
        require_lengths(
            "BoundaryLayer",
            self.code.shape[0],
            row=self.row,
            name=self.name,
            level=self.level,
            parent=self.parent,
            geometry=self.geometry,
            published_km2=self.published_km2,
            made=self.made,
        )
        freeze_fields(
            self, "row", "code", "name", "level", "parent", "geometry", "published_km2", "made"
        )

    def __len__(self) -> int:
        return int(self.code.shape[0])

    def polygonal(self) -> Flags:
        """Return which units have a polygon that is not empty."""
        kinds = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
        found: Flags = np.isin(shapely.get_type_id(self.geometry), kinds)
        return found & ~shapely.is_empty(self.geometry)

    def at(self, level: str) -> Indices:
        """Return the positions of the units of one level, in file order."""
        return np.flatnonzero(self.level == level).astype(np.int32)

    def subject(self, row: int) -> str:
        """Return what a finding calls a unit: its code, else its name, else its feature number."""
        return str(self.code[row]) or str(self.name[row]) or f"#{self.row[row]}"
