"""Points where people live: beside their own streets, inside their own walls."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from tools.tianning_sample.network import Town
from tools.tianning_sample.noding import Mesh
from tools.tianning_sample.shapes import spots_at

OFFSET_M = (7.0, 24.0)
"""From a point to its street."""
APART_M = 13.0
"""Between two points."""
PLOT_M2_PER_POINT = 5_700.0
MOST_POINTS = 6
"""A point stands for some buildings: about 110 people in an estate."""
BORDER_M = 1.0
"""Every point lies at least this far inside its community."""


@dataclass(frozen=True, slots=True, eq=False)
class Estate:
    """The points of one plot with housing, (n, 2) in EPSG:4549."""

    plot: int
    net: int
    """Index into the nets, -1 for lanes."""
    points: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class LivingArea:
    """The ground that people of one plot live on, their streets, and what bounds their legs."""

    area: BaseGeometry
    own: BaseGeometry
    bounds: BaseGeometry


def street_lines(mesh: Mesh) -> list[LineString]:
    """The lines of all street ways."""
    return [LineString(way.nodes) for way in mesh.ways if "highway" in way.tags]


def beside(line: LineString, number: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Random points to both sides of a line, (number, 2)."""
    at = rng.uniform(0, line.length, number)
    here = shapely.get_coordinates(shapely.line_interpolate_point(line, at))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(line, at + 1.0)) - here
    size = np.hypot(*ahead.T)
    here, ahead, size = here[size > 0.1], ahead[size > 0.1], size[size > 0.1]
    normal = np.column_stack([-ahead[:, 1], ahead[:, 0]]) / size[:, None]
    offset = rng.uniform(*OFFSET_M, len(here)) * rng.choice([-1.0, 1.0], len(here))
    return np.asarray(here + normal * offset[:, None], dtype=np.float64)


def _thinned(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The points without those too near to an earlier one."""
    kept: list[NDArray[np.float64]] = []
    for point in points:
        if all(np.hypot(*(point - other)) >= APART_M for other in kept):
            kept.append(point)
    return np.array(kept).reshape(-1, 2)


def _own(
    points: NDArray[np.float64], living: LivingArea, streets: shapely.STRtree
) -> NDArray[np.float64]:
    """The points of the area whose nearest street is one of their own, with no wall before it."""
    spots = spots_at(points)
    within = shapely.contains(living.area, spots)
    points, spots = points[within], spots[within]
    if len(points) == 0:
        return points
    index, away = streets.query_nearest(spots, all_matches=False, return_distance=True)
    legs = shapely.shortest_line(spots, streets.geometries[index[1]])
    free = np.abs(shapely.distance(spots, living.own) - away) <= 0.6
    free &= (away >= 5.5) & (away <= 39.0) & shapely.covers(living.bounds, legs)
    return points[free]


def estates(town: Town, rng: np.random.Generator) -> list[Estate]:
    """The housing of the district: every plot with housing that lies in it."""
    lines = street_lines(town.mesh)
    streets = shapely.STRtree(lines)
    net_of = {net.number: index for index, net in enumerate(town.nets)}
    found: list[Estate] = []
    for number, plot in enumerate(town.plots):
        net = net_of.get(number, -1)
        if plot.community < 0 or (net < 0 and plot.use != "lanes"):
            continue
        living = _living_area(town, number, net, streets)
        wanted = int(np.clip(round(living.area.area / PLOT_M2_PER_POINT), 1, MOST_POINTS))
        sources = [line for line in shapely.get_parts(living.own) if line.length > 8]
        tried = [beside(line, 1 + int(line.length / 9), rng) for line in sources]
        points = rng.permutation(np.vstack(tried)) if tried else np.empty((0, 2))
        points = _thinned(_own(points, living, streets))[:wanted]
        if len(points):
            found.append(Estate(number, net, points))
    return found


def _living_area(town: Town, number: int, net: int, streets: shapely.STRtree) -> LivingArea:
    """Where the people of a plot live, and the streets that are theirs."""
    plot = town.plots[number]
    home = town.community_shapes[plot.community].buffer(-BORDER_M)
    if net < 0:
        around = streets.geometries[streets.query(plot.block.buffer(1.5))]
        own = shapely.union_all(shapely.intersection(around, plot.block.exterior.buffer(1.5)))
        area = plot.ground.buffer(3.0).intersection(plot.block.buffer(-4.0))
        return LivingArea(area.intersection(home), own, plot.block.buffer(2.0))
    inner = town.nets[net]
    own = shapely.union_all([street.line for street in inner.streets])
    if inner.walled:
        return LivingArea(inner.area.buffer(-2.0).intersection(home), own, inner.area)
    strips = shapely.union_all([barrier.strip.buffer(4.0) for barrier in town.barriers])
    area = inner.area.union(own.buffer(25.0)).intersection(plot.block.buffer(-4.0))
    return LivingArea(area.difference(strips).intersection(home), own, plot.block)
