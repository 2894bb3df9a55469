"""The ground cut into ever smaller blocks; the cuts are the local streets."""

from __future__ import annotations

import numpy as np
import shapely
import shapely.ops
from numpy.typing import NDArray
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from tools.tianning_sample.frame import (
    OLD_TOWN,
    RURAL_EAST_M,
    TOWN_CENTRES,
    random_stream,
)
from tools.tianning_sample.streets import Street, lines_of, longest, wavy

OLD_TOWN_RADIUS_M = 1_050.0
TOWN_RADIUS_M = 380.0
ALIGN_M = 28.0
"""A street end moves this far to meet the end of a street from the other side."""


def zone(x: float, y: float) -> str:
    """The made land zone of a point: old_town, town, urban, edge or rural."""
    from_core = float(np.hypot((x - OLD_TOWN[0]) / 1.15, y - OLD_TOWN[1]))
    if from_core < OLD_TOWN_RADIUS_M:
        return "old_town"
    if any(np.hypot(x - cx, y - cy) < TOWN_RADIUS_M for cx, cy in TOWN_CENTRES):
        return "town"
    if x > RURAL_EAST_M - 0.25 * (y - 3_517_000):
        return "rural"
    return "urban" if from_core < 4_300.0 else "edge"


LEAF_HA = {"old_town": 0.72, "town": 2.2, "urban": 3.3, "edge": 5.2, "rural": 15.0}
"""Target block size: 2 to 4 ha is the 居住街坊 of GB 50180-2018; the rest is made."""


class StreetEnds:
    """The ends of the streets so far, found by place, so that new ends can meet them."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[tuple[float, float]]] = {}

    def add(self, end: tuple[float, float]) -> None:
        """One more end is known."""
        self._cells.setdefault(self._cell(end), []).append(end)

    def near(self, end: tuple[float, float], edge: BaseGeometry) -> tuple[float, float]:
        """The nearest known end on the same block edge within reach, else the end itself."""
        column, row = self._cell(end)
        known = [
            other
            for i in (-1, 0, 1)
            for j in (-1, 0, 1)
            for other in self._cells.get((column + i, row + j), [])
            if np.hypot(other[0] - end[0], other[1] - end[1]) < ALIGN_M
            and edge.distance(Point(other)) < 0.01
        ]
        return min(known, key=lambda o: (o[0] - end[0]) ** 2 + (o[1] - end[1]) ** 2, default=end)

    @staticmethod
    def _cell(end: tuple[float, float]) -> tuple[int, int]:
        return int(end[0] // ALIGN_M), int(end[1] // ALIGN_M)


def _axes(block: Polygon) -> tuple[NDArray[np.float64], NDArray[np.float64], float, float]:
    """The unit vectors along and across the block's bounding rectangle, and its two sides."""
    corners = shapely.get_coordinates(block.minimum_rotated_rectangle)[:3]
    first, second = corners[1] - corners[0], corners[2] - corners[1]
    a, b = float(np.hypot(*first)), float(np.hypot(*second))
    if a < b:
        first, second, a, b = second, first, b, a
    return first / a, second / b, a, b


def _cut(block: Polygon, ends: StreetEnds, rng: np.random.Generator) -> LineString | None:
    """A slightly bent line across the block's long side, its ends on the block's edge."""
    along, across, length, width = _axes(block)
    middle = np.array(block.centroid.coords[0]) + along * length * rng.uniform(-0.09, 0.09)
    lean = across + along * rng.normal(0, 0.06)
    reach = lean * (width + length)
    straight = longest(
        lines_of(shapely.intersection(LineString([middle - reach, middle + reach]), block))
    )
    if straight is None:
        return None
    edge = block.exterior
    start = ends.near((straight.coords[0][0], straight.coords[0][1]), edge)
    stop = ends.near((straight.coords[-1][0], straight.coords[-1][1]), edge)
    if np.hypot(stop[0] - start[0], stop[1] - start[1]) < 30.0:
        return None
    bent = wavy(LineString([start, stop]), straight.length * rng.uniform(-0.07, 0.07), rng.normal())
    return bent if block.buffer(1.0).contains(bent) else LineString([start, stop])


def _parts(block: Polygon, cut: LineString) -> list[Polygon]:
    points = shapely.get_coordinates(cut)
    head = points[0] + (points[0] - points[1]) / np.hypot(*(points[0] - points[1])) * 2.0
    tail = points[-1] + (points[-1] - points[-2]) / np.hypot(*(points[-1] - points[-2])) * 2.0
    knife = LineString(np.vstack([head, points, tail]))
    pieces = shapely.get_parts(shapely.ops.split(block, knife))
    return [piece for piece in pieces if isinstance(piece, Polygon) and piece.area > 60.0]


def _local_class(kind: str, area_ha: float, rng: np.random.Generator) -> str:
    """The highway class of a cut by the zone and the size of what it parts."""
    if kind == "rural":
        return (
            "unclassified"
            if area_ha > 55
            else str(rng.choice(["track", "unclassified"], p=[0.7, 0.3]))
        )
    if kind == "old_town":
        if area_ha > 6:
            return "residential"
        return str(rng.choice(["living_street", "pedestrian", "footway", "residential"],
                              p=[0.4, 0.12, 0.33, 0.15]))  # fmt: skip
    return (
        "residential"
        if area_ha > 7
        else str(rng.choice(["residential", "living_street"], p=[0.8, 0.2]))
    )


def subdivided(block: Polygon, ends: StreetEnds, rng: np.random.Generator) -> list[Street]:
    """The local streets that cut one superblock down to the block size of its zone."""
    streets: list[Street] = []
    waiting = [block]
    while waiting:
        piece = waiting.pop()
        kind = zone(piece.centroid.x, piece.centroid.y)
        area_ha = piece.area / 10_000
        if area_ha < LEAF_HA[kind] * rng.uniform(1.0, 1.9):
            continue
        cut = _cut(piece, ends, rng)
        parts = [] if cut is None else _parts(piece, cut)
        if cut is None or len(parts) < 2:
            continue
        ends.add((cut.coords[0][0], cut.coords[0][1]))
        ends.add((cut.coords[-1][0], cut.coords[-1][1]))
        streets.append(Street(cut, _local_class(kind, area_ha, rng), divides=True))
        waiting += parts
    return streets


def faces(
    lines: list[LineString], ground: BaseGeometry, *, grid_m: float | None = None
) -> list[Polygon]:
    """The faces that the lines make of the ground, in a stable order; they share all vertices.

    Without a grid the lines keep their exact places, so that new cuts end on them exactly.
    """
    noded = shapely.union_all([*lines, ground.boundary], grid_size=grid_m)
    found = shapely.get_parts(shapely.polygonize([noded]))
    return sorted(found, key=lambda face: (face.centroid.x, face.centroid.y))


def local_streets(
    arterials: list[Street], dividers: list[LineString], ground: BaseGeometry
) -> list[Street]:
    """The local streets of the whole ground, without names."""
    rng = random_stream("blocks")
    ends = StreetEnds()
    superblocks = faces([street.line for street in arterials] + dividers, ground)
    return [street for block in superblocks for street in subdivided(block, ends, rng)]
