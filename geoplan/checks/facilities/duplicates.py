"""Rule F02: a facility is listed once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import numpy as np
from scipy.spatial import cKDTree

from geoplan.checks.facilities.directory import directory_of
from geoplan.checks.facilities.standing import declared_units, place_of, standing_of
from geoplan.domain.crs import GEOGRAPHIC, metric_crs, reproject_xy
from geoplan.model.arrays import Floats, Indices, Ints
from geoplan.model.facility_dossier import FacilityDossier
from geoplan.model.facility_register import FacilityRegister
from geoplan.model.findings import Finding, Scalar
from geoplan.model.rules import Rule

_IGNORED = re.compile(r"[\s·•,.、;:'\"“”‘’\-_/()\[\]【】《》]+")


def listed_once(dossier: FacilityDossier, rule: Rule) -> Iterable[Finding]:
    """Report ids, names and places that occur again, one finding for every later row.

    The finding is about the first row that it repeats (for places: the first within reach).
    """
    yield from _same_id(dossier.register, rule)
    yield from _same_name(dossier, rule)
    yield from _same_place(dossier.register, rule)


def _same_id(register: FacilityRegister, rule: Rule) -> Iterable[Finding]:
    for position, first in _repeated(register.id.tolist()):
        yield rule.found(
            str(register.id[position]),
            {"id": str(register.id[position]), **_pair(register, position, first)},
            case="id",
            place=place_of(register, position),
        )


def _same_name(dossier: FacilityDossier, rule: Rule) -> Iterable[Finding]:
    """Report names that occur again in one subdistrict: within a kind, else across kinds.

    Rows without a subdistrict are compared with each other. Ordinals are part of a name.
    """
    register = dossier.register
    subdistricts = _subdistrict_keys(dossier)
    names = [plain_facility_name(name) for name in register.name.tolist()]
    places = [
        f"{subdistrict}\x1f{name}" if name else ""
        for subdistrict, name in zip(subdistricts, names, strict=True)
    ]
    kinds = register.kind.tolist()
    alike = [f"{key}\x1f{kind}" if key else "" for key, kind in zip(places, kinds, strict=True)]
    within = dict(_repeated(alike))
    for position, first in _repeated(places):
        other = within.get(position, first)
        case = "name" if position in within else "name_kinds"
        evidence = {
            **_pair(register, position, other),
            "kind": kinds[position],
            "other_kind": kinds[other],
        }
        subject, about = register.subject(position), (register.subject(other),)
        place = place_of(register, position)
        yield rule.found(subject, evidence, case=case, place=place, about=about)


def plain_facility_name(name: str) -> str:
    """Return a name as it is compared: half-width, without blanks and punctuation."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", name)).lower()


def _subdistrict_keys(dossier: FacilityDossier) -> list[str]:
    """Return what tells the subdistrict of each facility.

    It is the declared unit, else the real one, else what is written.
    """
    register = dossier.register
    directory = directory_of(dossier)
    declared = declared_units(register, directory).subdistrict
    real = standing_of(register, directory).subdistrict
    unit = np.where(declared >= 0, declared, real).tolist()
    written = register.subdistrict.tolist()
    return [f"{one}" if one >= 0 else text for one, text in zip(unit, written, strict=True)]


def _same_place(register: FacilityRegister, rule: Rule) -> Iterable[Finding]:
    placed = np.flatnonzero(np.isfinite(register.xy).all(axis=1)).astype(np.int32)
    if placed.size == 0:
        return
    lon, lat = np.median(register.xy[placed], axis=0).tolist()
    xy = reproject_xy(register.xy[placed], GEOGRAPHIC, metric_crs(lon, lat))
    kinds = register.kind[placed]
    for kind in sorted(set(kinds.tolist()) - {""}):
        of_kind = np.flatnonzero(kinds == kind).astype(np.int32)
        earlier = _earliest_near(xy[of_kind], rule.numbers["same_place_m"])
        for later in np.flatnonzero(earlier >= 0).tolist():
            here, there = int(of_kind[later]), int(of_kind[earlier[later]])
            yield _place_finding(register, placed, (here, there), xy, rule)


def _place_finding(
    register: FacilityRegister, placed: Indices, pair: tuple[int, int], xy: Floats, rule: Rule
) -> Finding:
    here, there = pair
    position, first = int(placed[here]), int(placed[there])
    distance_m = float(np.hypot(*(xy[here] - xy[there])))
    return rule.found(
        register.subject(position),
        {**_pair(register, position, first), "distance_m": round(distance_m, 2)},
        case="place",
        place=place_of(register, position),
        about=(register.subject(first),),
    )


def _earliest_near(xy: Floats, within_m: float) -> Ints:
    """Return the earliest row at most so far from each row and before it, −1 for none.

    Rows at one spot (to a centimetre) count as one point, so a thousand of them stay quick.
    """
    _, first, spot = np.unique(xy.round(2), axis=0, return_index=True, return_inverse=True)
    spot = spot.reshape(-1)
    pairs = cKDTree(xy[first]).query_pairs(within_m, output_type="ndarray")
    earliest = first.astype(np.int64)
    np.minimum.at(earliest, pairs[:, 0], first[pairs[:, 1]])
    np.minimum.at(earliest, pairs[:, 1], first[pairs[:, 0]])
    found = earliest[spot]
    return np.where(found < np.arange(xy.shape[0]), found, -1)


def _repeated(keys: list[str]) -> list[tuple[int, int]]:
    """Return (position, first position) of every key that stands earlier too; empty keys do not."""
    first: dict[str, int] = {}
    found = []
    for position, key in enumerate(keys):
        if key and first.setdefault(key, position) != position:
            found.append((position, first[key]))
    return found


def _pair(register: FacilityRegister, position: int, first: int) -> dict[str, Scalar]:
    return {
        "called": register.called(position),
        "row": int(register.row[position]),
        "first": register.called(first),
        "first_row": int(register.row[first]),
    }
