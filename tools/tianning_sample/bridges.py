"""What crosses the canal, the railway and the arterials without touching them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import shapely
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry

from tools.tianning_sample.barriers import Barrier
from tools.tianning_sample.gates import Joins, Surroundings, Vector, link
from tools.tianning_sample.streets import Street, lines_of

FOOTBRIDGE_HALF_M = 15.0
STEPS_M = 8.0
RISER_M = 0.155
"""Usual riser of outdoor steps; a footbridge stands some 5 m high."""
FOOTBRIDGES = 12
"""Footbridges over arterials."""

BRIDGE = {"bridge": "yes", "layer": "1"}
TUNNEL = {"tunnel": "yes", "layer": "-1"}


def _steps(line: LineString, *, ramp: bool) -> Street:
    tags = {"step_count": str(round(5.0 / RISER_M)), "wheelchair": "no"}
    return Street(line, "steps", tags=tags | ({"ramp": "yes"} if ramp else {}))


def _stepped(line: LineString, steps_m: float, *, ramp: bool, name: str = "") -> list[Street]:
    """A footbridge over the whole line: steps up, the bridge, steps down."""
    first, last = line.interpolate(steps_m), line.interpolate(line.length - steps_m)
    start, stop = Point(line.coords[0]), Point(line.coords[-1])
    return [
        _steps(LineString([start, first]), ramp=ramp),
        Street(LineString([first, last]), "footway", name, dict(BRIDGE)),
        _steps(LineString([last, stop]), ramp=ramp),
    ]


def road_crossings(
    barrier: Barrier, arterials: list[Street], outline: BaseGeometry
) -> list[Street]:
    """The arterials that cross the barrier, spread evenly; the last ones as underpasses."""
    strip = barrier.strip
    sides = strip.boundary
    spans: list[tuple[float, Street]] = []
    for road in arterials:
        for part in lines_of(shapely.intersection(road.line, strip)):
            ends = [Point(part.coords[0]), Point(part.coords[-1])]
            whole = all(sides.distance(end) < 0.01 for end in ends) and part.crosses(barrier.line)
            if whole and part.length < 4 * barrier.half_width_m and outline.contains(part):
                spans.append(
                    (barrier.line.project(part.centroid), Street(part, road.highway, road.name))
                )
    spans.sort(key=lambda span: span[0])
    picks = np.linspace(0, len(spans) - 1, min(barrier.crossings, len(spans))).round().astype(int)
    chosen = [spans[i][1] for i in dict.fromkeys(picks.tolist())]
    under = set(range(1, len(chosen), 2)) if barrier.tunnels else set()
    under = set(sorted(under)[: barrier.tunnels])
    return [
        Street(road.line, road.highway, road.name, dict(TUNNEL if i in under else BRIDGE))
        for i, road in enumerate(chosen)
    ]


def barrier_footbridges(
    barrier: Barrier, made: list[Street], outline: BaseGeometry
) -> list[Street]:
    """Stepped footbridges in the longest stretches without a crossing, from bank to bank."""
    at = sorted(barrier.line.project(road.line.centroid) for road in made)
    gaps = sorted(pairwise(at), key=lambda gap: gap[0] - gap[1])
    found: list[Street] = []
    for index, (low, high) in enumerate(gaps[: barrier.footbridges]):
        middle = barrier.line.interpolate((low + high) / 2)
        ahead = barrier.line.interpolate((low + high) / 2 + 2.0)
        along = np.array(ahead.coords[0]) - np.array(middle.coords[0])
        side = np.array([-along[1], along[0]]) / np.hypot(*along) * barrier.half_width_m * 1.6
        here = np.array(middle.coords[0])
        span = shapely.intersection(LineString([here + side, here - side]), barrier.strip)
        if isinstance(span, LineString) and outline.contains(span):
            found += _stepped(span, 14.0, ramp=index == 0, name="人行桥(示意)")
    return found


def arterial_footbridges(
    ground: Surroundings,
    spots: list[tuple[Vector, Vector, int, int]],
    joins: Joins,
    rng: np.random.Generator,
) -> None:
    """Footbridges over the chosen spots, with a way in from the foot of the steps on each side."""
    picks = np.linspace(0, len(spots) - 1, min(FOOTBRIDGES, len(spots))).round().astype(int)
    for number, pick in enumerate(dict.fromkeys(picks.tolist())):
        here, normal, left, right = spots[pick]
        feet = (here + FOOTBRIDGE_HALF_M * normal, here - FOOTBRIDGE_HALF_M * normal)
        ways = (
            ground.way_in(left, feet[0], normal, 75.0),
            ground.way_in(right, feet[1], -normal, 75.0),
        )
        if ways[0] is None or ways[1] is None:
            continue
        joins.streets += [
            link(ground.nets[left], ways[0], rng),
            link(ground.nets[right], ways[1], rng),
        ]
        deck = LineString([feet[0], feet[1]])
        joins.over += _stepped(deck, STEPS_M, ramp=number % 3 == 0, name="人行天桥(示意)")
