"""The record of changes of units: what was decided when, by which document."""

from __future__ import annotations

from dataclasses import dataclass

from geoplan.model.source import Source


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """One row of the record, nothing corrected."""

    row: int
    """Row of the file as its reader sees it."""
    date: str
    """As written, empty where missing."""
    document: str
    """Number of the document, empty where missing."""
    kind: str
    """A ``model.edition_changes.ChangeKind``, empty where the row states none that is known."""
    written_kind: str
    """The kind as the row writes it."""
    before: tuple[str, ...]
    """Codes of the units that there were, in the order of the row."""
    after: tuple[str, ...]
    """Codes of the units that there are since."""

    @property
    def codes(self) -> frozenset[str]:
        """All codes of the row."""
        return frozenset((*self.before, *self.after))


@dataclass(frozen=True, slots=True)
class Lineage:
    """A record of changes, in file order."""

    rows: tuple[RecordedChange, ...]
    source: Source
