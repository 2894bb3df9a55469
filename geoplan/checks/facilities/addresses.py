"""Rule F01: the address agrees with the declared unit, else with the one at the position."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely

from geoplan.checks.facilities.directory import Directory, directory_of
from geoplan.checks.facilities.standing import (
    Declared,
    Standing,
    declared_units,
    place_of,
    standing_of,
)
from geoplan.domain.addresses import Address, AddressWords, parsed_address
from geoplan.model.facility_dossier import FacilityDossier
from geoplan.model.findings import Finding, Scalar
from geoplan.model.rules import Rule


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """One address and everything that it may contradict."""

    position: int
    address: Address
    directory: Directory
    declared: Declared
    standing: Standing
    near_m: float

    def expected(self, level: str) -> tuple[int, str]:
        """Return the unit that a level should be, and whether it is ``declared`` or ``located``."""
        declared = int(getattr(self.declared, level)[self.position])
        if declared >= 0:
            return declared, "declared"
        return int(getattr(self.standing, level)[self.position]), "located"


def address_unit(dossier: FacilityDossier, rule: Rule) -> Iterable[Finding]:
    """Report addresses that contradict the facility's unit, one contradiction a facility.

    The declared unit counts; where none is declared, the one at the position, unless the position
    lies within ``near_m`` of the unit that the address names. A retired subdistrict is reported
    besides.
    """
    register = dossier.register
    if "address" not in register.columns or (dossier.units is None and dossier.names is None):
        return
    directory = directory_of(dossier)
    declared, standing = declared_units(register, directory), standing_of(register, directory)
    words = _words(directory, rule)
    for position, text in enumerate(register.address.tolist()):  # text work, row by row
        if not text:
            continue
        address = parsed_address(text, words)
        near_m = rule.numbers["near_m"]
        read = _Read(position, address, directory, declared, standing, near_m)
        common: dict[str, Scalar] = {"called": register.called(position), "address": text}
        place, subject = place_of(register, position), register.subject(position)
        if address.retired:
            evidence = {**common, "written": address.retired}
            yield rule.found(subject, evidence, case="retired", place=place)
        if (broken := _contradiction(read)) is not None:
            case, own = broken
            yield rule.found(subject, {**common, **own}, case=case, place=place)


def _words(directory: Directory, rule: Rule) -> AddressWords:
    names = {
        level: [unit.name for unit in directory.units if unit.level == level]
        for level in ("district", "subdistrict", "community")
    }
    return AddressWords.of(
        districts=names["district"],
        subdistricts=names["subdistrict"],
        communities=names["community"],
        retired=rule.words["retired_subdistricts"],
    )


def _contradiction(read: _Read) -> tuple[str, dict[str, Scalar]] | None:
    """Return the case and evidence of the first contradiction from the top, None for none."""
    return (
        _other_district(read)
        or _other_unit(read, "subdistrict", read.address.subdistrict)
        or _other_unit(read, "community", read.address.community)
        or _contradicts_itself(read)
    )


def _other_district(read: _Read) -> tuple[str, dict[str, Scalar]] | None:
    written = read.address.district
    if not written or read.directory.known(written, "district"):
        return None
    subdistrict, _ = read.expected("subdistrict")
    district = read.directory.parent(subdistrict, "district") if subdistrict >= 0 else -1
    if district < 0:
        district = int(read.standing.district[read.position])
    if district < 0:
        return None
    return "district", {"written": written, "expected": read.directory.called(district)}


def _other_unit(read: _Read, level: str, written: str) -> tuple[str, dict[str, Scalar]] | None:
    expected, basis = read.expected(level)
    named = read.directory.known(written, level) if written else ()
    if not written or expected < 0 or expected in named:
        return None
    if basis == "located" and any(_near(read, unit) for unit in named):
        return None
    return level, {
        "written": written,
        "expected": read.directory.called(expected),
        "what": basis,
    }


def _near(read: _Read, unit: int) -> bool:
    polygon, xy = read.directory.polygons[unit], read.standing.xy[read.position]
    if polygon is None or not np.isfinite(xy).all():
        return False
    return bool(shapely.dwithin(polygon, shapely.Point(*xy.tolist()), read.near_m))


def _contradicts_itself(read: _Read) -> tuple[str, dict[str, Scalar]] | None:
    """Return the contradiction of an address whose community lies in another subdistrict."""
    address, directory = read.address, read.directory
    above = directory.known(address.subdistrict, "subdistrict") if address.subdistrict else ()
    communities = directory.known(address.community, "community") if address.community else ()
    parents = [directory.parent(unit, "subdistrict") for unit in communities]
    if not above or not parents or -1 in parents or set(parents) & set(above):
        return None
    return "within", {
        "written": address.community,
        "expected": directory.called(parents[0]),
        "subdistrict": address.subdistrict,
    }
