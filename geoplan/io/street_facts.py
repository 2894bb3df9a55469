"""What the tags of ways say about streets, reduced to numbers and codes as they are read.

One row of ``_READINGS`` is one column of ``Streets``; every reader of tagged ways uses it.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from geoplan.io import foot_rules, ground_rules
from geoplan.io.foot_rules import Tags
from geoplan.model.arrays import Codes, Flags, Floats, Indices, Ints
from geoplan.model.labels import Labels
from geoplan.model.streets import COLUMN_TYPES, Crossing, Streets

Rows: TypeAlias = "Ints | Indices"

_READINGS: Mapping[str, Callable[[Tags], float]] = {
    "steps": lambda tags: tags.get("highway") == "steps",
    "ramp": lambda tags: tags.get("highway") == "steps" and foot_rules.has_ramp(tags),
    "structure": foot_rules.structure,
    "wheelchair": foot_rules.wheelchair,
    "incline": foot_rules.incline,
    "kerb_m": ground_rules.crossing_kerb_m,
    "surface": ground_rules.surface,
    "overpass": lambda _: 0,  # found on the whole network (overpasses)
    "forward": lambda tags: foot_rules.directions(tags)[0],
    "backward": lambda tags: foot_rules.directions(tags)[1],
}
_BUFFER_CODES = {"|b1": "B", "|u1": "B", "<f4": "f", "<f8": "d", "<i8": "q"}


@dataclass(slots=True)
class WordCodes:
    """A growing column of words, each kept once."""

    code: array[int] = field(default_factory=lambda: array("q"))
    number: dict[str, int] = field(default_factory=dict)

    def add(self, word: str) -> None:
        """Add a row."""
        self.code.append(self.number.setdefault(word, len(self.number)))

    def labels(self, rows: Rows) -> Labels:
        """Return the words of the given rows."""
        return Labels.coded(as_numbers(self.code)[rows], list(self.number))


@dataclass(slots=True)
class StreetFacts:
    """A growing table with one row a way; no tag is kept beside what its columns say."""

    classes: WordCodes = field(default_factory=WordCodes)
    names: WordCodes = field(default_factory=WordCodes)
    columns: dict[str, array[Any]] = field(
        default_factory=lambda: {
            name: array(_BUFFER_CODES[COLUMN_TYPES[name]]) for name in _READINGS
        }
    )
    crosses: array[int] = field(default_factory=lambda: array("B"))
    """1 where the way leads across a carriageway."""
    regulated: array[int] = field(default_factory=lambda: array("B"))
    """How its own tags say that the crossing is regulated."""
    step_free: array[int] = field(default_factory=lambda: array("B"))
    """1 where a tag says that wheels come onto a bridge or into a tunnel."""

    def add(self, tags: Tags, way_class: str) -> None:
        """Add the row of one way."""
        self.classes.add(way_class)
        self.names.add(tags.get("name", ""))
        for name, read in _READINGS.items():
            self.columns[name].append(read(tags))
        self.crosses.append(foot_rules.is_crossing(tags))
        self.regulated.append(foot_rules.crossing(tags))
        self.step_free.append(ground_rules.step_free(tags))

    def __len__(self) -> int:
        return len(self.crosses)

    def streets(
        self, way: Rows, *, crossing: Codes, crossing_share: Floats, way_id: Ints
    ) -> Streets:
        """Return the columns of street edges; ``way`` is the row of each edge's way."""
        read = {
            name: as_numbers(column).view(COLUMN_TYPES[name])[way]
            for name, column in self.columns.items()
        }
        return Streets(
            classes=self.classes.labels(way),
            names=self.names.labels(way),
            crossing=crossing,
            crossing_share=crossing_share,
            way_id=way_id,
            **read,
        )

    def crossing_ways(self) -> Flags:
        """Return which ways lead across a carriageway."""
        flags: Flags = as_numbers(self.crosses) > 0
        return flags

    def even(self, way: Rows) -> Flags:
        """Return the edges of which a tag says that wheels come onto a bridge or into a tunnel."""
        flags: Flags = as_numbers(self.step_free)[way] > 0
        return flags

    def crossing_kinds(self, on_nodes: Codes) -> Codes:
        """Return how each way is regulated as a crossing: by its tags, else by a node on it.

        ``on_nodes`` is the strictest regulation of the nodes of each way, 0 for none.
        """
        own, uncontrolled = as_numbers(self.regulated), Crossing.UNCONTROLLED
        kinds = np.where(own > 0, own, np.where(on_nodes > 0, on_nodes, uncontrolled))
        return np.where(self.crossing_ways(), kinds, 0).astype(np.uint8)


def as_numbers(buffer: array[Any]) -> NDArray[Any]:
    """Return a growing buffer as an array that shares its memory; the buffer grows no more."""
    return np.frombuffer(buffer, dtype=buffer.typecode)
