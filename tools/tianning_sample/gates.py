"""Where inner nets meet the streets outside: gates, plain joins, crossings of arterials."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Point

from tools.tianning_sample.frame import GRID_M
from tools.tianning_sample.nets import Net
from tools.tianning_sample.streets import ARTERIAL_CLASSES, Street

CROSSING_HALF_M = 12.0
"""Half the length of a crossing way: kerb to kerb of a wide arterial."""
CROSSING_SPACING_M = 85.0
JUNCTION_FREE_M = 28.0
"""No gate this near to the corner of a block."""
CLOSED_SHARE = 0.14
ISLANDS = {"locked": 2, "unjoined": 1}
"""Inner nets cut off by construction, as real data have: only gate locked, no way in at all."""

Vector = NDArray[np.float64]


@dataclass(slots=True, eq=False)
class Joins:
    """What the gate makers have built so far."""

    streets: list[Street] = field(default_factory=list)
    crossings: int = 0
    over: list[Street] = field(default_factory=list)
    """Bridges and steps, which cross without touching."""


class Surroundings:
    """The streets and the inner nets of the ground, found by place."""

    def __init__(self, streets: list[Street], nets: list[Net]) -> None:
        self.streets = streets
        self.nets = nets
        self.street_tree = shapely.STRtree([street.line for street in streets])
        self.net_lines = [shapely.MultiLineString([s.line for s in net.streets]) for net in nets]
        self.net_tree = shapely.STRtree([net.plot.block for net in nets])

    def street_point(self, x: float, y: float) -> tuple[Point, Street] | None:
        """The point exactly on the nearest street, if one passes here."""
        here = Point(x, y)
        index = int(self.street_tree.nearest(here))
        line = self.streets[index].line
        if line.distance(here) > 3 * GRID_M:
            return None
        return line.interpolate(line.project(here)), self.streets[index]

    def net_at(self, point: Vector) -> int | None:
        """The net whose block holds the point."""
        found = self.net_tree.query(Point(point), predicate="within")
        return int(found[0]) if len(found) else None

    def way_in(
        self, net: int, start: Vector, direction: Vector, reach_m: float
    ) -> LineString | None:
        """The straight way from a street point to the first inner street of the net."""
        ray = LineString([start, start + direction * reach_m])
        hits = shapely.get_coordinates(shapely.intersection(ray, self.net_lines[net]))
        if len(hits) == 0:
            return None
        away = np.hypot(*(hits - start).T)
        first = int(np.argmin(away))
        way = LineString([start, hits[first]])
        return way if away[first] > 6.0 and _squarely(self.nets[net], way) else None


def rounded(point: tuple[float, float]) -> tuple[float, float]:
    """The point on the node grid."""
    return (
        float(np.floor(point[0] / GRID_M + 0.5) * GRID_M),
        float(np.floor(point[1] / GRID_M + 0.5) * GRID_M),
    )


def _squarely(net: Net, way: LineString) -> bool:
    """True where the way passes the wall once and not aslant.

    Aslant or at a corner, rounding to the node grid would lead the way through the wall twice.
    """
    band = net.area.exterior.buffer(1.0)
    return not net.walled or shapely.intersection(way, band).length < 3.0


def _gate(net: Net, way: LineString) -> tuple[float, float] | None:
    """Where the way passes the wall of a walled net."""
    if not net.walled:
        return None
    hits = shapely.get_coordinates(shapely.intersection(way, net.area.exterior))
    return rounded((hits[0][0], hits[0][1])) if len(hits) else None


def _gate_tags(closed: bool, rng: np.random.Generator) -> dict[str, str]:  # noqa: FBT001
    if closed:
        return {"barrier": "gate", "access": "no", "locked": "yes"}
    if rng.random() < 0.25:
        return {"barrier": "gate", "opening_hours": "06:00-22:00"}
    return {"barrier": "gate", "access": "yes"}


def link(net: Net, way: LineString, rng: np.random.Generator, *, closed: bool = False) -> Street:
    """The street of a way in, with its gate where the net is walled."""
    gate = _gate(net, way)
    if gate is None:
        highway = "service" if net.plot.use != "compound" else "footway"
        return Street(way, highway)
    net.gates.append(gate)
    line = LineString([way.coords[0], gate, way.coords[-1]])
    highway = "service" if rng.random() < 0.5 else "footway"
    return Street(line, highway, gate=gate, gate_tags=_gate_tags(closed, rng))


def arterial_crossings(
    ground: Surroundings, arterials: list[Street], joins: Joins, rng: np.random.Generator
) -> list[tuple[Vector, Vector, int, int]]:
    """Crossings wherever inner nets face each other; returns every third spot for a footbridge.

    The spots kept back are (point, unit normal, net on the one side, net on the other).
    """
    kept: list[tuple[Vector, Vector, int, int]] = []
    met: dict[tuple[int, int], int] = {}
    for street in arterials:
        for at in np.arange(60.0, street.line.length - 60.0, CROSSING_SPACING_M):
            spot = _facing_nets(ground, street.line, float(at))
            if spot is None or met.get(spot[2:], 0) >= 1 or _near_junction(ground, spot):
                continue
            met[spot[2:]] = 1
            if street.highway == "primary" and rng.random() < 0.4:
                kept.append(spot)
            else:
                _cross(ground, spot, joins, rng)
    return kept


def _near_junction(ground: Surroundings, spot: tuple[Vector, Vector, int, int]) -> bool:
    """True where another street passes close to the spot."""
    near = ground.street_tree.query(Point(spot[0]), predicate="dwithin", distance=JUNCTION_FREE_M)
    return len(near) > 1


def _facing_nets(
    ground: Surroundings, line: LineString, at: float
) -> tuple[Vector, Vector, int, int] | None:
    here = np.array(line.interpolate(at).coords[0])
    ahead = np.array(line.interpolate(at + 2.0).coords[0]) - here
    normal = np.array([-ahead[1], ahead[0]]) / np.hypot(*ahead)
    left, right = ground.net_at(here + 35 * normal), ground.net_at(here - 35 * normal)
    if left is None or right is None or left == right:
        return None
    ways = (ground.way_in(left, here, normal, 75.0), ground.way_in(right, here, -normal, 75.0))
    if any(way is None or way.length < CROSSING_HALF_M + 12 for way in ways):
        return None
    return here, normal, left, right


def _cross(
    ground: Surroundings,
    spot: tuple[Vector, Vector, int, int],
    joins: Joins,
    rng: np.random.Generator,
) -> None:
    """One crossing at grade with a way in on each side."""
    here, normal, left, right = spot
    kerbs = (here + CROSSING_HALF_M * normal, here - CROSSING_HALF_M * normal)
    kind = str(rng.choice(["traffic_signals", "uncontrolled", "unmarked"], p=[0.4, 0.4, 0.2]))
    tags = {"footway": "crossing", "crossing": kind}
    joins.streets.append(Street(LineString([kerbs[0], here, kerbs[1]]), "footway", tags=tags))
    joins.crossings += 1
    for net, kerb, side in ((left, kerbs[0], normal), (right, kerbs[1], -normal)):
        way = ground.way_in(net, kerb, side, 75.0)
        if way is not None:
            joins.streets.append(link(ground.nets[net], way, rng))


def _spots(net: Net, wanted: int, rng: np.random.Generator) -> list[tuple[Vector, Vector]]:
    """Points on the block's edge with the inward normal, far apart, in the order to try."""
    ring = net.plot.block.exterior
    start = rng.uniform(0, 1)
    shares = [(start + k / wanted + j * 0.083) % 1 for j in range(9) for k in range(wanted)]
    found: list[tuple[Vector, Vector]] = []
    for share in shares:
        at = share * ring.length
        here = np.array(ring.interpolate(at).coords[0])
        ahead = np.array(ring.interpolate((at + 2.0) % ring.length).coords[0]) - here
        size = float(np.hypot(*ahead))
        if size < 1.0:
            continue
        normal = np.array([-ahead[1], ahead[0]]) / size
        inward = normal if ring.is_ccw else -normal
        found.append((here, inward))
    return found


def block_gates(
    ground: Surroundings, index: int, wanted: int, rng: np.random.Generator
) -> list[Street]:
    """Up to the wanted number of ways in to one net, far from each other and from corners."""
    net = ground.nets[index]
    reach = 75.0 if net.plot.use != "village" else 320.0
    made: list[Street] = []
    taken: list[Vector] = [np.array(gate) for gate in net.gates]
    corners = shapely.MultiPoint(shapely.get_coordinates(net.plot.block.simplify(8.0)))
    for here, inward in _spots(net, wanted, rng):
        if len(made) == wanted:
            break
        point = ground.street_point(float(here[0]), float(here[1]))
        if point is None or corners.distance(point[0]) < JUNCTION_FREE_M:
            continue
        if any(np.hypot(*(here - other)) < 45.0 for other in taken):
            continue
        if point[1].highway in ARTERIAL_CLASSES and rng.random() < 0.5:
            continue
        way = ground.way_in(index, np.array(point[0].coords[0]), inward, reach)
        if way is None:
            continue
        made.append(link(net, way, rng))
        taken.append(here)
    return made


def all_gates(
    ground: Surroundings, joins: Joins, islands: set[int], rng: np.random.Generator
) -> None:
    """Every net gets its ways in: 1 to 4 gates a compound, some of them closed."""
    for index, net in enumerate(ground.nets):
        if index in islands:
            continue
        already = len(net.gates)
        wanted = max(int(rng.integers(1, 4)) - already, 0 if already else 1)
        made = block_gates(ground, index, wanted, rng)
        if len(made) + already > 1 and made and made[-1].gate and rng.random() < CLOSED_SHARE * 2:
            last = made[-1]
            made[-1] = Street(last.line, last.highway, gate=last.gate,
                              gate_tags=_gate_tags(True, rng))  # fmt: skip
        joins.streets += made


def locked_gate(ground: Surroundings, index: int, rng: np.random.Generator) -> list[Street]:
    """The only way in to a net, locked; empty where no way in is found."""
    made = block_gates(ground, index, 1, rng)
    return [
        Street(way.line, way.highway, gate=way.gate, gate_tags=_gate_tags(True, rng))
        for way in made
    ]
