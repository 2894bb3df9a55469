"""A text as its reader sees it: numbered lines or paragraphs."""

from __future__ import annotations

from dataclasses import dataclass

from geoplan.model.source import Source


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A text in the order in which it is read."""

    lines: tuple[str, ...]
    """Lines of a text file or paragraphs of a word-processor file, blank ones left out."""
    numbers: tuple[int, ...]
    """Number of each line or paragraph as the reader counts it, from 1, blank ones counted."""
    source: Source

    def __post_init__(self) -> None:
        if len(self.lines) != len(self.numbers):
            raise ValueError(f"{len(self.lines)} lines and {len(self.numbers)} numbers")
