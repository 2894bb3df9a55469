"""Rule F04: facilities stand near a street."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely

from geoplan.checks.facilities.standing import place_of
from geoplan.domain.crs import GEOGRAPHIC, reproject_xy
from geoplan.model.arrays import Floats
from geoplan.model.facility_dossier import FacilityDossier
from geoplan.model.facility_register import FacilityRegister
from geoplan.model.findings import Finding, Scalar
from geoplan.model.network import WalkNetwork
from geoplan.model.rules import Rule


def near_street(dossier: FacilityDossier, rule: Rule) -> Iterable[Finding]:
    """Report facilities that are farther from every street than a walker is led, one each.

    Says nothing without streets.
    """
    if dossier.streets is None:
        return
    register, numbers = dossier.register, rule.numbers
    distance_m = _street_distances(register, dossier.streets)
    for position in np.flatnonzero(distance_m > numbers["far_m"]).tolist():
        too_far = distance_m[position] > numbers["too_far_m"]
        evidence: dict[str, Scalar] = {
            "called": register.called(position),
            "distance_m": round(float(distance_m[position]), 1),
            "limit_m": numbers["too_far_m" if too_far else "far_m"],
        }
        case = "too_far" if too_far else "far"
        place, subject = place_of(register, position), register.subject(position)
        yield rule.found(subject, evidence, case=case, place=place)


def _street_distances(register: FacilityRegister, streets: WalkNetwork) -> Floats:
    """Return the metres from each facility to the nearest street, NaN without a position."""
    distance_m = np.full(len(register), np.nan)
    known = np.flatnonzero(np.isfinite(register.xy).all(axis=1))
    if known.size and streets.edge_count:
        xy = reproject_xy(register.xy[known], GEOGRAPHIC, streets.crs)
        points = np.asarray(shapely.points(xy), dtype=object)
        nearest = shapely.STRtree(streets.geometry).nearest(points)
        distance_m[known] = shapely.distance(streets.geometry[nearest], points)
    return distance_m
