"""The linter of facilities: ``geoplan check facilities FILE``."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from geoplan.checks.facilities.table import CHECKS
from geoplan.errors import SchemaError
from geoplan.io.boundary_layer import read_units
from geoplan.io.facility_register import read_facility_register
from geoplan.io.gazetteer import read_gazetteer
from geoplan.io.given import Given
from geoplan.io.graphs import network_from_lines
from geoplan.io.networks import read_network
from geoplan.linting.linter import Companions, Linter
from geoplan.model.facility_dossier import FacilityDossier
from geoplan.model.network import WalkNetwork


def read_dossier(given: Given, companions: Companions, date: str) -> FacilityDossier:
    """Return the register with the files that it is held against.

    Raises
    ------
    InputError
        A file cannot be read as what it should be.
    """
    units, names, streets = (companions.get(role) for role in ("units", "names", "streets"))
    return FacilityDossier(
        register=read_facility_register(given),
        units=None if units is None else read_units(units),
        names=None if names is None else read_gazetteer(names),
        streets=None if streets is None else _streets(streets),
        date=date,
    )


def _streets(given: Given) -> WalkNetwork:
    """Return the network of a file, or of a layer of lines in memory."""
    if isinstance(given, Path):
        return read_network(given)
    if not isinstance(given, gpd.GeoDataFrame):
        raise SchemaError("streets table: it has no lines; give a GIS layer or a network file")
    return network_from_lines(given)


LINTER = Linter(
    kind="facilities",
    read=read_dossier,
    checks=CHECKS,
    companions={
        "units": {"zh": "区划图层", "en": "a layer of the units"},
        "names": {"zh": "地名名录", "en": "the register of the units' names"},
        "streets": {"zh": "步行路网", "en": "a walking network, or a layer of streets"},
    },
)
