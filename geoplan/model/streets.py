"""What is known of each street beside where it runs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from geoplan.model.arrays import (
    Codes,
    Flags,
    Floats,
    Indices,
    Ints,
    Texts,
    freeze_fields,
    require_lengths,
)
from geoplan.model.labels import Labels


class Structure(IntEnum):
    """What carries a street over or under others."""

    GROUND = 0
    BRIDGE = 1
    TUNNEL = 2


class Crossing(IntEnum):
    """How a street that crosses a carriageway is regulated."""

    NONE = 0
    SIGNAL = 1
    ZEBRA = 2
    UNCONTROLLED = 3


class Wheelchair(IntEnum):
    """The wheelchair tag of a street."""

    UNKNOWN = 0
    YES = 1
    LIMITED = 2
    NO = 3


class Surface(IntEnum):
    """How firm and even the ground of a street is."""

    UNKNOWN = 0
    SMOOTH = 1
    ROUGH = 2
    SOFT = 3
    VERY_ROUGH = 4
    """No ordinary wheel rolls on it."""


COLUMN_TYPES: dict[str, str] = {
    "steps": "|b1",
    "ramp": "|b1",
    "structure": "|u1",
    "wheelchair": "|u1",
    "crossing": "|u1",
    "crossing_share": "<f8",
    "incline": "<f8",
    "kerb_m": "<f8",
    "surface": "|u1",
    "overpass": "|u1",
    "forward": "|b1",
    "backward": "|b1",
    "way_id": "<i8",
}
"""Columns of numbers and flags, and how a network file stores them."""

_CODED: dict[str, type[IntEnum]] = {
    "structure": Structure,
    "wheelchair": Wheelchair,
    "crossing": Crossing,
    "surface": Surface,
}


@dataclass(frozen=True, slots=True, eq=False)
class Streets:
    """What is known of each street edge beside its geometry; every column has one row an edge."""

    classes: Labels
    """Kind of way as OpenStreetMap's ``highway`` value (``residential``, ``steps`` …)."""
    names: Labels
    """Street name, empty when unnamed."""
    steps: Flags
    """True for stairs."""
    ramp: Flags
    """True where stairs have a ramp or a lift beside them."""
    structure: Codes
    """``Structure`` values."""
    wheelchair: Codes
    """``Wheelchair`` values."""
    crossing: Codes
    """``Crossing`` values."""
    crossing_share: Floats
    """Share of the crossing's one wait that falls on this edge, 0..1; 0 where nobody waits, as at
    an unmarked crossing of a street that is no arterial."""
    incline: Floats
    """Grade as a ratio from tail to head, NaN when unknown."""
    kerb_m: Floats
    """Highest kerb that a walker along the edge must climb, metres, NaN when unknown."""
    surface: Codes
    """``Surface`` values."""
    overpass: Codes
    """How many ends (0, 1, 2) of a foot-only bridge or tunnel across a carriageway or railway
    come to the ground by stairs that are presumed, because none and no ramp are mapped."""
    forward: Flags
    """True where a walker may go from tail to head."""
    backward: Flags
    """True where a walker may go from head to tail."""
    way_id: Ints
    """Id of the way in the source, −1 when there is none."""

    def __post_init__(self) -> None:
        names = self.array_names()
        arrays = {name: getattr(self, name) for name in names}
        require_lengths("Streets", len(self.classes), names=self.names.code, **arrays)
        for name, values in _CODED.items():
            if arrays[name].size and int(arrays[name].max()) >= len(values):
                raise ValueError(f"Streets.{name} holds a code that means nothing")
        freeze_fields(self, *names)

    def __len__(self) -> int:
        return len(self.classes)

    @property
    def way_class(self) -> Texts:
        """Kind of way of each edge as text; decoded at every reading."""
        return self.classes.texts()

    @property
    def name(self) -> Texts:
        """Name of each edge as text; decoded at every reading."""
        return self.names.texts()

    @property
    def named(self) -> Flags:
        """Which edges have a name; no text is decoded."""
        return self.names.filled()

    @staticmethod
    def array_names() -> tuple[str, ...]:
        """Return the names of the columns of numbers and flags."""
        return tuple(COLUMN_TYPES)

    def take(self, edges: Indices | Ints) -> Streets:
        """Return the rows of the given edges, in their order."""
        return Streets(
            classes=self.classes.take(edges),
            names=self.names.take(edges),
            **{name: getattr(self, name)[edges] for name in self.array_names()},
        )

    @classmethod
    def plain(cls, count: int) -> Streets:
        """Return level, unnamed, two-way footways: what is known of bare lines."""
        no = np.zeros(count, dtype=np.bool_)
        zero = np.zeros(count, dtype=np.uint8)
        row = np.zeros(count, dtype=np.int64)
        return cls(
            classes=Labels.coded(row, ["footway"]),
            names=Labels.coded(row, [""]),
            steps=no,
            ramp=no,
            structure=zero,
            wheelchair=zero,
            crossing=zero,
            crossing_share=np.zeros(count),
            incline=np.full(count, np.nan),
            kerb_m=np.full(count, np.nan),
            surface=zero,
            overpass=zero,
            forward=~no,
            backward=~no,
            way_id=np.full(count, -1, dtype=np.int64),
        )
