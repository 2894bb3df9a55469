"""The streets inside a plot: a ring with rows in estates, a bent ring with lanes in villages."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
import shapely.affinity
from shapely import LineString, Polygon

from tools.tianning_sample.plots import Plot, largest_polygon
from tools.tianning_sample.streets import Street, lines_of

RING_INSET_M = 11.0
"""From the wall to the ring road behind it."""


@dataclass(frozen=True, slots=True, eq=False)
class Net:
    """The inner streets of one plot, the wall around them and what joins them to the world."""

    plot: Plot
    number: int
    area: Polygon
    """Where people may live: inside the wall, or the built-up part of the plot."""
    streets: list[Street]
    walled: bool
    gates: list[tuple[float, float]] = field(default_factory=list)


def _rows(
    area: Polygon, spacing_m: float, share: float, rng: np.random.Generator
) -> list[LineString]:
    """Parallel lines over the area along its side nearest to east-west, and one or two across."""
    corners = shapely.get_coordinates(area.minimum_rotated_rectangle)[:3]
    sides = corners[1:] - corners[:-1]
    flat = sides[np.argmin(np.abs(sides[:, 1] / np.hypot(*sides.T)))]
    angle = float(np.degrees(np.arctan2(flat[1], flat[0])))
    turned = shapely.affinity.rotate(area, -angle, origin=(0, 0))
    west, south, east, north = turned.bounds
    rows = max(1, round((north - south) / spacing_m) - 1)
    heights = south + (north - south) * (
        np.arange(1, rows + 1) + rng.uniform(-0.12, 0.12, rows)
    ) / (rows + 1)
    columns = max(1, round((east - west) / (spacing_m * 2.9)) - 1)
    spots = west + (east - west) * (np.arange(1, columns + 1) + rng.uniform(-0.1, 0.1, columns)) / (
        columns + 1
    )
    lines = [LineString([(west, y), (east, y)]) for y in heights if rng.random() < share]
    lines += [LineString([(x, south), (x, north)]) for x in spots]
    back = [shapely.affinity.rotate(line, angle, origin=(0, 0)) for line in lines]
    return [part for line in back for part in lines_of(shapely.intersection(line, area))]


def _blob(ground: Polygon, rng: np.random.Generator) -> Polygon:
    """An irregular round part of the ground, as a village lies among its fields."""
    centre = ground.centroid if ground.contains(ground.centroid) else ground.representative_point()
    size = rng.uniform(70.0, 125.0)
    turn = np.linspace(0, 2 * np.pi, 14, endpoint=False)
    radius = size * (1 + 0.22 * np.sin(2 * turn + rng.uniform(0, 6)) + rng.uniform(-0.1, 0.1, 14))
    stretch = rng.uniform(1.0, 1.7)
    points = np.column_stack([stretch * radius * np.cos(turn), radius * np.sin(turn)])
    blob = shapely.affinity.rotate(Polygon(points), rng.uniform(0, 180), origin=(0, 0))
    placed = shapely.affinity.translate(blob, centre.x, centre.y)
    return largest_polygon(shapely.intersection(placed, ground.buffer(-5.0)))


def _ring(area: Polygon, highway: str) -> Street:
    return Street(LineString(area.exterior.coords), highway)


def _estate(plot: Plot, number: int, rng: np.random.Generator) -> Net | None:
    shrunk = plot.ground.buffer(-RING_INSET_M, join_style="mitre")
    inner = largest_polygon(shrunk.simplify(3.0))
    if inner.area < 2_500 or inner.area < 0.95 * shrunk.area:
        return None
    spacing = {"old": 66.0, "middle": 76.0}.get(plot.era, 92.0)
    rows = _rows(inner, spacing, 0.9, rng)
    streets = [_ring(inner, "service")]
    streets += [
        Street(r, "footway" if rng.random() < 0.35 else "service") for r in rows if r.length > 25
    ]
    return Net(plot, number, plot.ground, streets, plot.use == "compound")


def _village(plot: Plot, number: int, rng: np.random.Generator) -> Net | None:
    area = _blob(plot.ground, rng)
    inner = largest_polygon(area.buffer(-16.0).simplify(2.0))
    if inner.area < 2_000:
        return None
    streets = [_ring(inner, "service")]
    streets += [
        Street(row, "residential" if rng.random() < 0.3 else "service")
        for row in _rows(inner, 60.0, 0.85, rng)
        if row.length > 20
    ]
    return Net(plot, number, area, streets, walled=False)


def inner_nets(found: list[Plot], rng: np.random.Generator) -> list[Net]:
    """The inner nets of all plots that have one; lanes need none."""
    nets: list[Net] = []
    for number, plot in enumerate(found):
        if plot.use in {"compound", "open"}:
            net = _estate(plot, number, rng)
        elif plot.use == "village":
            net = _village(plot, number, rng)
        else:
            net = None
        if net is not None:
            nets.append(net)
    return nets
