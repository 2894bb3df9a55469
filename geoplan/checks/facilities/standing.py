"""Where facilities stand and where their register says that they stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geoplan.checks.facilities.directory import Directory
from geoplan.domain.borders import first_holding
from geoplan.domain.crs import GEOGRAPHIC, reproject_xy
from geoplan.model.arrays import Floats, Indices, Ints
from geoplan.model.facility_register import FacilityRegister
from geoplan.model.findings import Place

UNDECLARED, UNKNOWN, SEVERAL = -1, -2, -3
"""What stands in place of a declared unit: none is named, none of that name is known, or several
are."""


@dataclass(frozen=True, slots=True, eq=False)
class Declared:
    """The units that each facility declares."""

    subdistrict: Ints
    """(n,) units of the directory; of the declared community where no subdistrict is declared."""
    community: Ints
    """(n,) units of the directory, ``UNDECLARED``, ``UNKNOWN`` or ``SEVERAL``."""
    stated_subdistrict: Ints
    """(n,) as ``subdistrict``, from the column of subdistricts alone."""


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """The units in which each facility stands by its position, −1 where in none."""

    xy: Floats
    """(n, 2) positions in the directory's system."""
    community: Ints
    subdistrict: Ints
    district: Ints

    def placed(self) -> Indices:
        """Return the facilities that have a position."""
        return np.flatnonzero(np.isfinite(self.xy).all(axis=1)).astype(np.int32)

    def inside(self) -> Ints:
        """Return the lowest unit that holds each facility, −1 where none does."""
        higher = np.where(self.subdistrict >= 0, self.subdistrict, self.district)
        return np.where(self.community >= 0, self.community, higher)


def declared_units(register: FacilityRegister, directory: Directory) -> Declared:
    """Return the declared units.

    A name that several communities share means the one of the declared subdistrict.
    """
    pairs = list(zip(register.subdistrict.tolist(), register.community.tolist(), strict=True))
    found = {pair: _resolved(pair, directory) for pair in dict.fromkeys(pairs)}
    columns = np.array([found[pair] for pair in pairs], dtype=np.int64).reshape(-1, 3)
    return Declared(
        subdistrict=columns[:, 0], community=columns[:, 1], stated_subdistrict=columns[:, 2]
    )


def standing_of(register: FacilityRegister, directory: Directory) -> Standing:
    """Return where facilities stand; on a shared border in the unit with the lowest code.

    The lowest unit decides and its parents follow, as in a run.
    """
    xy = np.full((len(register), 2), np.nan)
    known = np.isfinite(register.xy).all(axis=1)
    if directory.crs:
        xy[known] = reproject_xy(register.xy[known], GEOGRAPHIC, directory.crs)
    community = _held(directory, "community", xy)
    subdistrict = _above(directory, community, _held(directory, "subdistrict", xy), "subdistrict")
    district = _above(directory, subdistrict, _held(directory, "district", xy), "district")
    return Standing(xy=xy, community=community, subdistrict=subdistrict, district=district)


def place_of(register: FacilityRegister, position: int) -> Place:
    """Return where a facility is on the ground (if anywhere) and in the file."""
    row = int(register.row[position])
    if not np.isfinite(register.xy[position]).all():
        return Place(row=row)
    lon, lat = register.xy[position].round(6).tolist()
    return Place(lon, lat, row)


def _resolved(pair: tuple[str, str], directory: Directory) -> tuple[int, int, int]:
    stated = _one(directory.known(pair[0], "subdistrict")) if pair[0] else UNDECLARED
    if not pair[1]:
        return stated, UNDECLARED, stated
    candidates = directory.known(pair[1], "community")
    if len(candidates) > 1 and stated >= 0:
        own = [one for one in candidates if directory.parent(one, "subdistrict") == stated]
        candidates = tuple(own) or candidates
    community = _one(candidates)
    above = directory.parent(community, "subdistrict") if community >= 0 else UNDECLARED
    return (above if stated == UNDECLARED else stated), community, stated


def _one(candidates: tuple[int, ...]) -> int:
    if len(candidates) > 1:
        return SEVERAL
    return candidates[0] if candidates else UNKNOWN


def _held(directory: Directory, level: str, xy: Floats) -> Ints:
    units = np.array([*directory.at(level), -1], dtype=np.int64)
    held = first_holding(directory.polygons[units[:-1]], xy, directory.crs or GEOGRAPHIC)
    return units[held]


def _above(directory: Directory, child: Ints, otherwise: Ints, level: str) -> Ints:
    """Return the unit above each child; where there is none or it is not known, the other."""
    parents = np.array(
        [*(directory.parent(unit, level) for unit in range(len(directory.units))), -1],
        dtype=np.int64,
    )
    above = parents[child]
    return np.where((child >= 0) & (above >= 0), above, otherwise)
