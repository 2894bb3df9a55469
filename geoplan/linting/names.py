"""The linter of place names: ``geoplan check names FILE``."""

from __future__ import annotations

from geoplan.checks.names.name_proposals import propose
from geoplan.checks.names.table import CHECKS
from geoplan.io.boundary_layer import read_units
from geoplan.io.gazetteer import read_gazetteer
from geoplan.io.given import Given
from geoplan.linting.linter import Companions, Linter
from geoplan.model.name_dossier import NameDossier


def read_dossier(given: Given, companions: Companions, date: str) -> NameDossier:
    """Return the register with the files that it is held against."""
    earlier, units, red = (companions.get(role) for role in ("earlier", "units", "red"))
    return NameDossier(
        names=read_gazetteer(given),
        earlier=None if earlier is None else read_gazetteer(earlier),
        units=None if units is None else read_units(units),
        red=None if red is None else read_gazetteer(red),
        date=date,
    )


LINTER = Linter(
    kind="names",
    read=read_dossier,
    checks=CHECKS,
    companions={
        "earlier": {"zh": "同一名录的较早版本", "en": "an earlier edition of the register"},
        "units": {"zh": "区划图层", "en": "a layer of the units"},
        "red": {"zh": "红色地名名录", "en": "the list of red place names"},
    },
    propose=propose,
)
