"""What the checks of text look at: the text and the registers it is held against."""

from __future__ import annotations

from dataclasses import dataclass

from geoplan.model.document import Document
from geoplan.model.gazetteer import Gazetteer


@dataclass(frozen=True, slots=True, eq=False)
class TextDossier:
    """A text with everything that may be held against it."""

    document: Document
    names: Gazetteer | None = None
    """The register of the project's own place names."""
    earlier: Gazetteer | None = None
    """An earlier edition of that register."""
    date: str = ""
    """ISO date of the text, empty when none was given."""
