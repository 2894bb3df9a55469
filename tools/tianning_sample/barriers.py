"""The Grand Canal and the railway: made courses that few streets cross."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
import shapely.ops
from scipy.interpolate import CubicSpline
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from tools.tianning_sample.frame import metric
from tools.tianning_sample.streets import MADE_SOURCE, Street, lines_of

CANAL_COURSE = (
    (119.905, 31.7605),
    (119.930, 31.7622),
    (119.952, 31.7655),
    (119.968, 31.7668),
    (119.985, 31.7635),
    (119.998, 31.7590),
    (120.012, 31.7510),
    (120.030, 31.7395),
    (120.050, 31.7330),
)
"""Roughly west to east, south of the old town; drawn freely, not surveyed."""

RAILWAY_COURSE = (
    (119.925, 31.8080),
    (119.945, 31.7945),
    (119.962, 31.7865),
    (119.980, 31.7820),
    (120.000, 31.7755),
    (120.020, 31.7660),
    (120.040, 31.7570),
)
"""North-west to south-east, north of the old town; drawn freely, not surveyed."""


@dataclass(frozen=True, slots=True, eq=False)
class Barrier:
    """A long line that streets cross only by bridge or underpass."""

    id: str
    line: LineString
    half_width_m: float
    """Streets end this far from the line."""
    crossings: int
    """Arterial crossings that are built."""
    footbridges: int
    tunnels: int
    """How many of the arterial crossings are underpasses."""
    tags: dict[str, str]

    @property
    def strip(self) -> BaseGeometry:
        """The ground that no street may enter."""
        return self.line.buffer(self.half_width_m, quad_segs=4)


def _course(points: tuple[tuple[float, float], ...]) -> LineString:
    corners = metric(np.array(points))
    spline = CubicSpline(np.arange(len(corners)), corners)
    return LineString(spline(np.linspace(0, len(corners) - 1, 12 * len(corners))))


def canal_and_railway(ground: BaseGeometry) -> list[Barrier]:
    """Both barriers, cut to the study ground."""
    canal = Barrier(
        "canal", _course(CANAL_COURSE), 45.0, 6, 2, 0,
        {"waterway": "canal", "name": "京杭大运河(示意)", "source": MADE_SOURCE},
    )  # fmt: skip
    railway = Barrier(
        "railway", _course(RAILWAY_COURSE), 28.0, 5, 2, 3,
        {"railway": "rail", "name": "沪宁铁路(示意)", "source": MADE_SOURCE},
    )  # fmt: skip
    return [_cut(barrier, ground) for barrier in (canal, railway)]


def _cut(barrier: Barrier, ground: BaseGeometry) -> Barrier:
    """The barrier over the ground; where it leaves and comes back it runs on."""
    inside = lines_of(shapely.intersection(barrier.line, ground))
    ends = [barrier.line.project(shapely.Point(line.coords[i])) for line in inside for i in (0, -1)]
    part = shapely.ops.substring(barrier.line, min(ends), max(ends))
    return Barrier(
        barrier.id, LineString(part.coords), barrier.half_width_m, barrier.crossings,
        barrier.footbridges, barrier.tunnels, barrier.tags,
    )  # fmt: skip


def bank_paths(barriers: list[Barrier], ground: BaseGeometry) -> list[Street]:
    """Footways along both sides of each barrier, cut where another barrier stands."""
    found: list[Street] = []
    for barrier in barriers:
        others = [other.strip for other in barriers if other is not barrier]
        names = {"canal": "运河步道(示意)", "railway": "铁路便道(示意)"}
        edge = barrier.strip.boundary
        ends = shapely.MultiPoint([barrier.line.coords[0], barrier.line.coords[-1]])
        open_edge = edge.difference(ends.buffer(barrier.half_width_m * 1.2))
        free = shapely.difference(
            shapely.intersection(open_edge, ground), shapely.union_all(others)
        )
        merged = shapely.line_merge(free)
        found += [
            Street(line, "footway", names[barrier.id])
            for line in lines_of(merged)
            if line.length > 80
        ]
    return found
