"""The walking network: streets between junctions, and points snapped to them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely

from geoplan.model.arrays import (
    Flags,
    Floats,
    Geometries,
    Indices,
    Ints,
    Texts,
    freeze_fields,
    frozen,
    require_lengths,
)
from geoplan.model.incidence import Incidence
from geoplan.model.shapes import Shapes
from geoplan.model.source import Source
from geoplan.model.streets import Crossing, Streets, Structure, Surface, Wheelchair

__all__ = [
    "Barriers",
    "Crossing",
    "Shapes",
    "SnappedPoints",
    "Streets",
    "Structure",
    "Surface",
    "WalkNetwork",
    "Wheelchair",
    "snap_points",
]


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


@dataclass(slots=True, eq=False)
class _Derived:
    """What follows from a network's arrays and is kept once it was asked for."""

    lines: Geometries | None = None
    incidence: Incidence | None = None


@dataclass(frozen=True, slots=True, eq=False)
class WalkNetwork:
    """Junctions and the street edges between them; parallel edges and loops are allowed.

    The arrays are the network. ``geometry`` and ``incidence`` follow from them: each is built at
    its first reading and kept. ``dataclasses.replace`` makes a network that builds its own.
    """

    node_xy: Floats
    """(n, 2) junction positions in ``crs``, metres."""
    tail: Indices
    """(m,) node where each edge starts."""
    head: Indices
    """(m,) node where each edge ends."""
    length_m: Floats
    """(m,) length along the street, metres, finite and ≥ 0."""
    shapes: Shapes
    """The bends of each edge between its junctions."""
    streets: Streets
    crs: str
    """A metric coordinate reference system."""
    source: Source
    barriers: Barriers
    closed_gates: Floats
    """(g, 2) positions of gates that are locked: the streets on either side do not meet there."""
    _derived: _Derived = field(default_factory=_Derived, init=False, repr=False)

    def __post_init__(self) -> None:
        count = self.tail.shape[0]
        require_lengths(
            "WalkNetwork",
            count,
            head=self.head,
            length_m=self.length_m,
            shapes=self.shapes.start[1:],
            streets=self.streets.way_id,
        )
        if count and not (np.isfinite(self.length_m).all() and (self.length_m >= 0).all()):
            raise ValueError("WalkNetwork.length_m must be finite and not negative")
        for ends in (self.tail, self.head):
            if count and not (ends.min() >= 0 and ends.max() < self.node_xy.shape[0]):
                raise ValueError("WalkNetwork refers to a node that does not exist")
        freeze_fields(self, "node_xy", "tail", "head", "length_m", "closed_gates")

    @property
    def edge_count(self) -> int:
        """Number of street edges."""
        return int(self.tail.shape[0])

    @property
    def node_count(self) -> int:
        """Number of junctions."""
        return int(self.node_xy.shape[0])

    @property
    def geometry(self) -> Geometries:
        """(m,) LineStrings in ``crs`` from tail to head."""
        if self._derived.lines is None:
            self._derived.lines = frozen(self.lines(np.arange(self.edge_count)))
        return self._derived.lines

    @property
    def incidence(self) -> Incidence:
        """The half-edges at each node."""
        if self._derived.incidence is None:
            self._derived.incidence = Incidence.of(self.tail, self.head, self.node_count)
        return self._derived.incidence

    def lines(self, edges: Indices | Ints) -> Geometries:
        """Return the LineStrings of the given edges; those of the others are not built."""
        if self._derived.lines is not None:
            return self._derived.lines[edges]
        ends = self.node_xy[self.tail[edges]], self.node_xy[self.head[edges]]
        return self.shapes.lines(edges, *ends)

    def boxes(self) -> Floats:
        """Return west, south, east and north of every edge, shape (m, 4)."""
        return self.shapes.boxes(self.node_xy[self.tail], self.node_xy[self.head])

    def keep_incidence(self, incidence: Incidence) -> None:
        """Take over the incidence that was stored with the network, so that none is built."""
        if incidence.start.size - 1 != self.node_count:
            raise ValueError("Incidence.start must have one row a node and the end")
        if incidence.half.size != 2 * self.edge_count:
            raise ValueError("Incidence.half must have two rows an edge")
        self._derived.incidence = incidence


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
    lines = network.lines(snapped.edge)
    points: Geometries = shapely.line_interpolate_point(lines, snapped.fraction, normalized=True)
    return points
