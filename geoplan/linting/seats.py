"""The linter of government seats: ``geoplan check seats FILE``."""

from __future__ import annotations

from geoplan.checks.seats.table import CHECKS
from geoplan.errors import InputError
from geoplan.io.boundary_layer import read_units
from geoplan.io.given import Given
from geoplan.io.seats import read_seats
from geoplan.linting.linter import Companions, Linter
from geoplan.model.seats import SeatDossier


def read_dossier(given: Given, companions: Companions, date: str) -> SeatDossier:
    """Return the register of seats with the units and the earlier edition.

    Raises
    ------
    InputError
        The units are not given: no seat can be judged without them.
    """
    if "units" not in companions:
        raise InputError(
            "the check of seats needs the polygons of the units that they govern; "
            "give the boundary layer in the role units"
        )
    previous = companions.get("previous_seats")
    return SeatDossier(
        seats=read_seats(given),
        units=read_units(companions["units"]),
        previous=None if previous is None else read_seats(previous),
        date=date,
    )


LINTER = Linter(
    kind="seats",
    read=read_dossier,
    checks=CHECKS,
    companions={
        "units": {"zh": "区划图层（必需）", "en": "the layer of the units (required)"},
        "previous_seats": {
            "zh": "驻地表的较早版本",
            "en": "an earlier edition of the table of seats",
        },
    },
)
