"""The walking network: streets between junctions, and points snapped to them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import shapely

from geoplan.model.arrays import (
    Codes,
    Flags,
    Floats,
    Geometries,
    Indices,
    Ints,
    Texts,
    freeze_fields,
    require_lengths,
)
from geoplan.model.source import Source


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


@dataclass(frozen=True, slots=True, eq=False)
class Streets:
    """What is known of each street edge beside its geometry; every array has one row an edge."""

    way_class: Texts
    """Kind of way as OpenStreetMap's ``highway`` value (``residential``, ``steps`` …)."""
    name: Texts
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
    """Share of the crossing's one wait that falls on this edge, 0..1."""
    incline: Floats
    """Grade as a ratio from tail to head, NaN when unknown."""
    forward: Flags
    """True where a walker may go from tail to head."""
    backward: Flags
    """True where a walker may go from head to tail."""
    way_id: Ints
    """Id of the way in the source, −1 when there is none."""

    def __post_init__(self) -> None:
        names = self.array_names()
        count = self.way_class.shape[0]
        require_lengths("Streets", count, **{name: getattr(self, name) for name in names})
        freeze_fields(self, *names)

    @staticmethod
    def array_names() -> tuple[str, ...]:
        """Return the names of all per-edge arrays."""
        return (
            "way_class",
            "name",
            "steps",
            "ramp",
            "structure",
            "wheelchair",
            "crossing",
            "crossing_share",
            "incline",
            "forward",
            "backward",
            "way_id",
        )

    def take(self, edges: Indices) -> Streets:
        """Return the rows of the given edges, in their order."""
        return Streets(**{name: getattr(self, name)[edges] for name in self.array_names()})

    @classmethod
    def plain(cls, count: int) -> Streets:
        """Return level, unnamed, two-way footways: what is known of bare lines."""
        no = np.zeros(count, dtype=np.bool_)
        zero = np.zeros(count, dtype=np.uint8)
        return cls(
            way_class=np.full(count, "footway"),
            name=np.full(count, "", dtype="<U1"),
            steps=no,
            ramp=no,
            structure=zero,
            wheelchair=zero,
            crossing=zero,
            crossing_share=np.zeros(count),
            incline=np.full(count, np.nan),
            forward=~no,
            backward=~no,
            way_id=np.full(count, -1, dtype=np.int64),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Barriers:
    """Lines that no one walks across: walls, railways, rivers."""

    geometry: Geometries
    """(b,) LineStrings in the network's crs."""
    kind: Texts
    """(b,) ``wall``, ``rail`` or ``water``."""
    name: Texts
    """(b,) names, empty when unnamed."""

    def __post_init__(self) -> None:
        require_lengths("Barriers", self.geometry.shape[0], kind=self.kind, name=self.name)
        freeze_fields(self, "geometry", "kind", "name")

    @classmethod
    def none(cls) -> Barriers:
        """Return an empty set of barriers."""
        empty = np.empty(0, dtype="<U1")
        return cls(geometry=np.empty(0, dtype=object), kind=empty, name=empty)


@dataclass(frozen=True, slots=True, eq=False)
class WalkNetwork:
    """Junctions and the street edges between them; parallel edges and loops are allowed."""

    node_xy: Floats
    """(n, 2) junction positions in ``crs``, metres."""
    tail: Indices
    """(m,) node where each edge starts."""
    head: Indices
    """(m,) node where each edge ends."""
    length_m: Floats
    """(m,) length along the street, metres, finite and ≥ 0."""
    geometry: Geometries
    """(m,) LineStrings in ``crs`` from tail to head."""
    streets: Streets
    crs: str
    """A metric coordinate reference system."""
    source: Source
    barriers: Barriers
    closed_gates: Floats
    """(g, 2) positions of gates that are locked: the streets on either side do not meet there."""

    def __post_init__(self) -> None:
        count = self.tail.shape[0]
        require_lengths(
            "WalkNetwork",
            count,
            head=self.head,
            length_m=self.length_m,
            geometry=self.geometry,
            way_class=self.streets.way_class,
        )
        if count and not (np.isfinite(self.length_m).all() and (self.length_m >= 0).all()):
            raise ValueError("WalkNetwork.length_m must be finite and not negative")
        if count and int(max(self.tail.max(), self.head.max())) >= self.node_xy.shape[0]:
            raise ValueError("WalkNetwork refers to a node that does not exist")
        freeze_fields(self, "node_xy", "tail", "head", "length_m", "geometry", "closed_gates")

    @property
    def edge_count(self) -> int:
        """Number of street edges."""
        return int(self.tail.shape[0])

    @property
    def node_count(self) -> int:
        """Number of junctions."""
        return int(self.node_xy.shape[0])


@dataclass(frozen=True, slots=True, eq=False)
class SnappedPoints:
    """Where points meet the streets: one or more candidates a point, the nearest first."""

    start: Ints
    """(n + 1,) the candidates of point i are ``start[i]:start[i+1]``; none when too far."""
    edge: Indices
    """(c,) street edge of each candidate."""
    fraction: Floats
    """(c,) position along the edge from tail (0) to head (1)."""
    leg_m: Floats
    """(c,) straight distance from the point to the street, metres."""

    def __post_init__(self) -> None:
        require_lengths(
            "SnappedPoints", self.edge.shape[0], fraction=self.fraction, leg_m=self.leg_m
        )
        freeze_fields(self, "start", "edge", "fraction", "leg_m")

    def __len__(self) -> int:
        return int(self.start.shape[0]) - 1

    def owner(self) -> Ints:
        """Return the point of each candidate, shape (c,)."""
        return np.repeat(np.arange(len(self), dtype=np.int64), np.diff(self.start))

    def reached(self) -> Flags:
        """Return which points have a street within the snapping distance."""
        flags: Flags = np.diff(self.start) > 0
        return flags

    def take(self, points: Indices) -> SnappedPoints:
        """Return the candidates of the given points, in their order."""
        counts = np.diff(self.start)[points]
        start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        picked = np.repeat(self.start[points] - start[:-1], counts) + np.arange(start[-1])
        return SnappedPoints(
            start=start,
            edge=self.edge[picked],
            fraction=self.fraction[picked],
            leg_m=self.leg_m[picked],
        )


def snap_points(network: WalkNetwork, snapped: SnappedPoints) -> Geometries:
    """Return the point on the street of every candidate, shape (c,)."""
    lines = network.geometry[snapped.edge]
    points: Geometries = shapely.line_interpolate_point(lines, snapped.fraction, normalized=True)
    return points
