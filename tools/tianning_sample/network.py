"""The made walking network: from arterials down to gates, as one mesh."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
import shapely.ops
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from tools.tianning_sample.arterials import arterial_grid
from tools.tianning_sample.barriers import Barrier, bank_paths, canal_and_railway
from tools.tianning_sample.blocks import faces, local_streets
from tools.tianning_sample.boundaries import Territory, territory
from tools.tianning_sample.bridges import (
    arterial_footbridges,
    barrier_footbridges,
    road_crossings,
)
from tools.tianning_sample.frame import GRID_M, district_outline, random_stream, study_ground
from tools.tianning_sample.gates import (
    ISLANDS,
    Joins,
    Surroundings,
    all_gates,
    arterial_crossings,
    locked_gate,
)
from tools.tianning_sample.naming import named
from tools.tianning_sample.nets import Net, inner_nets
from tools.tianning_sample.noding import Mesh, noded_ways, without_scraps
from tools.tianning_sample.plots import Plot, plots
from tools.tianning_sample.streets import ARTERIAL_CLASSES, Street, lines_of
from tools.tianning_sample.walls import with_barriers

OVERSHOOT_M = 6.0
"""Long lines run this far beyond the ground, so that they part it surely into faces."""


@dataclass(frozen=True, slots=True, eq=False)
class Town:
    """Everything that is made of lines and areas; tables are made from it."""

    outline: Polygon
    territory: Territory
    community_shapes: list[Polygon]
    barriers: list[Barrier]
    plots: list[Plot]
    nets: list[Net]
    islands: set[int]
    """Indices into ``nets``."""
    mesh: Mesh


def _clipped(streets: list[Street], strips: list[BaseGeometry]) -> list[Street]:
    """The streets outside the strips; stubs under 15 m fall away."""
    water = shapely.union_all(strips)
    return [
        replace(street, line=part)
        for street in streets
        for part in lines_of(shapely.difference(street.line, water))
        if part.length > 15
    ]


def _split_at(paths: list[Street], points: list[Point]) -> list[Street]:
    """The paths with an end at each point that lies on them."""
    result = paths
    for point in points:
        result = [
            replace(path, line=part)
            for path in result
            for part in (
                _halves(path.line, point) if path.line.distance(point) < 0.01 else [path.line]
            )
        ]
    return result


def _halves(line: LineString, point: Point) -> list[LineString]:
    at = line.project(point)
    halves = [shapely.ops.substring(line, 0, at), shapely.ops.substring(line, at, line.length)]
    return [half for half in halves if isinstance(half, LineString) and half.length > 0]


def _island_choice(nets: list[Net], outline: BaseGeometry, rng: np.random.Generator) -> list[int]:
    """The nets to be cut off: small compounds well inside the district, far apart in the list."""
    able = [
        i
        for i, net in enumerate(nets)
        if net.walled
        and net.area.area < 22_000
        and net.plot.zone == "edge"
        and outline.contains(net.area)
    ]
    return sorted(rng.choice(able, size=sum(ISLANDS.values()), replace=False).tolist())


def _joined(
    streets: list[Street], nets: list[Net], outline: BaseGeometry
) -> tuple[Joins, set[int]]:
    """All ways in, crossings and footbridges, and the nets that are cut off."""
    rng = random_stream("gates")
    ground = Surroundings(streets, nets)
    chosen = _island_choice(nets, outline, rng)
    islands = set(chosen)
    open_ground = Surroundings(streets, nets)
    open_ground.net_lines = [
        shapely.MultiLineString() if i in islands else lines
        for i, lines in enumerate(ground.net_lines)
    ]
    joins = Joins()
    arterials = [street for street in streets if street.highway in ARTERIAL_CLASSES]
    spots = arterial_crossings(open_ground, arterials, joins, rng)
    arterial_footbridges(open_ground, spots, joins, rng)
    all_gates(open_ground, joins, islands, rng)
    for index in chosen[: ISLANDS["locked"]]:
        joins.streets += locked_gate(ground, index, rng)
    return joins, islands


def made_town() -> Town:
    """The whole made geometry of the sample; the same on every run."""
    outline = district_outline()
    ground = study_ground(outline)
    beyond = ground.buffer(OVERSHOOT_M)
    barriers = canal_and_railway(beyond)
    strips = [barrier.strip for barrier in barriers]
    arterials = arterial_grid(beyond)
    courses = [barrier.line for barrier in barriers]
    local = local_streets(arterials, courses, ground)
    blocks = faces([street.line for street in arterials + local] + courses, ground, grid_m=GRID_M)
    units = territory(blocks, outline)
    shapes = units.shapes()
    built = plots(blocks, [street.line for street in arterials], strips, shapes)
    nets = inner_nets(built, random_stream("nets"))
    bridges = [road_crossings(barrier, arterials, ground) for barrier in barriers]
    walks = [
        barrier_footbridges(b, made, outline) for b, made in zip(barriers, bridges, strict=True)
    ]
    landings = [Point(s.line.coords[i]) for walk in walks for s in walk for i in (0, -1)]
    streets = _clipped([*arterials, *named(local, shapes)], strips)
    streets += _split_at(bank_paths(barriers, ground), landings)
    joins, islands = _joined(streets, nets, outline)
    flat = streets + joins.streets
    cut_off = range(len(flat), len(flat) + sum(len(nets[i].streets) for i in sorted(islands)))
    flat += [street for i in sorted(islands) for street in nets[i].streets]
    flat += [s for i, net in enumerate(nets) if i not in islands for s in net.streets]
    over = [s for made in (*bridges, *walks) for s in made] + joins.over
    mesh = without_scraps(noded_ways(flat, over), set(cut_off))
    return Town(
        outline, units, shapes, barriers, built, nets, islands, with_barriers(mesh, nets, barriers)
    )
