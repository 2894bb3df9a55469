"""N18: an office that bears the name of a subdistrict stands in it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely

from geoplan.checks.on_ground import Ground, ground_of, unit_at
from geoplan.checks.seats.governed import governed_units
from geoplan.domain.seat_names import governs
from geoplan.model.findings import Finding
from geoplan.model.rules import Rule
from geoplan.model.seats import SeatDossier


def office_in_named_unit(dossier: SeatDossier, rule: Rule) -> Iterable[Finding]:
    """Report offices named after a subdistrict that stand elsewhere, one finding an office.

    Not those whose own unit is the one in the name: B08 judges them. An office that names several
    subdistricts may stand in any of them.
    """
    seats, ground = dossier.seats, ground_of(dossier.units)
    own, xy = governed_units(seats, ground), ground.metres(seats.xy)
    subdistricts = ground.at("subdistrict")
    host = unit_at(ground, subdistricts, xy)
    for row in np.flatnonzero(host >= 0).tolist():
        office = str(seats.name[row])
        named = _named(office, ground)
        if not named or int(own[row]) in named:
            continue
        apart_m = shapely.distance(shapely.points(xy[row]), ground.geometry[named]).round(2)
        nearest = int(apart_m.argmin())
        if apart_m[nearest] <= rule.numbers["near_m"]:
            continue
        unit = named[nearest]
        x, y = xy[row].tolist()
        yield rule.found(
            seats.subject(row),
            {
                "name": office,
                "unit": str(ground.name[unit]),
                "distance_m": float(apart_m[nearest]),
                "stands_in": ground.called([int(host[row])]),
            },
            case="authority" if governs(office, str(ground.name[unit])) else "office",
            place=ground.place(x, y, row=int(seats.row[row])),
            about=(ground.subject[unit],),
        )


def _named(office: str, ground: Ground) -> list[int]:
    rows = ground.at("subdistrict").tolist()
    return [row for row in rows if ground.name[row] and str(ground.name[row]) in office]
