"""The linter of running text: ``geoplan check text FILE``."""

from __future__ import annotations

from geoplan.checks.text.table import CHECKS
from geoplan.io.documents import read_document
from geoplan.io.gazetteer import read_gazetteer
from geoplan.io.given import Given
from geoplan.linting.linter import Companions, Linter
from geoplan.model.text_dossier import TextDossier


def read_dossier(given: Given, companions: Companions, date: str) -> TextDossier:
    """Return the text with the registers that it is held against."""
    names, earlier = (companions.get(role) for role in ("names", "earlier"))
    return TextDossier(
        document=read_document(given),
        names=None if names is None else read_gazetteer(names),
        earlier=None if earlier is None else read_gazetteer(earlier),
        date=date,
    )


LINTER = Linter(
    kind="text",
    read=read_dossier,
    checks=CHECKS,
    companions={
        "names": {"zh": "本地地名名录", "en": "the register of the project's place names"},
        "earlier": {"zh": "同一名录的较早版本", "en": "an earlier edition of the register"},
    },
)
