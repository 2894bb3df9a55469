"""Administrative units and the area that is studied."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geoplan.model.arrays import Flags, Geometries, Indices, Texts, freeze_fields, require_lengths
from geoplan.model.source import Source

LEVELS = ("district", "subdistrict", "community")


@dataclass(frozen=True, slots=True, eq=False)
class Boundaries:
    """Administrative units, one row a unit, sorted by level (district first) and code."""

    code: Texts
    """(n,) unique unit codes."""
    name: Texts
    """(n,) names as the register writes them."""
    level: Texts
    """(n,) one of ``LEVELS``."""
    parent: Texts
    """(n,) code of the unit above, empty for the district."""
    geometry: Geometries
    """(n,) Polygon or MultiPolygon in ``crs``."""
    made: Flags
    """(n,) True where the polygon was made, not surveyed."""
    crs: str
    """Coordinate reference system of ``geometry``."""
    source: Source

    def __post_init__(self) -> None:
        require_lengths(
            "Boundaries",
            self.code.shape[0],
            name=self.name,
            level=self.level,
            parent=self.parent,
            geometry=self.geometry,
            made=self.made,
        )
        freeze_fields(self, "code", "name", "level", "parent", "geometry", "made")

    def at(self, level: str) -> Indices:
        """Return the row numbers of one level, in code order."""
        return np.flatnonzero(self.level == level).astype(np.int32)

    def name_of(self, code: str) -> str:
        """Return the name of a unit, or an empty string for a code that is not there."""
        rows = np.flatnonzero(self.code == code)
        return str(self.name[rows[0]]) if rows.size else ""


@dataclass(frozen=True, slots=True, eq=False)
class StudyArea:
    """The district that is counted, and the halo of streets around it that is walked."""

    target: shapely.Geometry
    """Polygon of the district in ``crs``."""
    halo: shapely.Geometry
    """``target`` widened by ``halo_m``: streets and facilities inside it take part."""
    halo_m: float
    """Width of the halo in metres, at least the longest reach of any profile."""
    crs: str
    """The metric coordinate reference system of the whole run."""
