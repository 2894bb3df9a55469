"""What every block is used for: walled compound, open housing, lanes, village or no housing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from tools.tianning_sample.blocks import zone
from tools.tianning_sample.frame import random_stream

WALL_SETBACK_M = 9.0
"""From the middle of a local street to the wall."""
ARTERIAL_SETBACK_M = 20.0
"""From the middle of an arterial to the wall."""

USES = ("compound", "open", "lanes", "village", "none")

SHARES: dict[str, tuple[float, float, float, float, float]] = {
    "old_town": (0.10, 0.00, 0.78, 0.00, 0.12),
    "town": (0.20, 0.60, 0.00, 0.00, 0.20),
    "urban": (0.46, 0.12, 0.00, 0.00, 0.42),
    "edge": (0.33, 0.12, 0.00, 0.00, 0.55),
    "rural": (0.00, 0.00, 0.00, 0.46, 0.54),
}
"""Made shares of the uses of blocks by zone, in the order of ``USES``."""

HALO_EMPTY_SHARE = 0.6
"""Beyond the outline only through streets matter, so most inner nets are left out."""

LEAST_PLOTS = 3
"""Every community has at least this many blocks with housing."""

DENSITY = {"compound": 1.0, "open": 0.75, "lanes": 0.9, "village": 0.2, "none": 0.0}
"""Made people per m2 of plot, relative to a compound."""


@dataclass(frozen=True, slots=True, eq=False)
class Plot:
    """A block, the ground that may be built on, its use and its community."""

    block: Polygon
    ground: Polygon
    use: str
    zone: str
    community: int
    """Index into ``facts.communities()``, -1 outside the district."""
    era: str
    """Made age of the housing: old, middle, new, village."""


def largest_polygon(geometry: BaseGeometry) -> Polygon:
    """The largest polygon of any geometry; empty where it has none."""
    parts = [p for p in shapely.get_parts(geometry) if isinstance(p, Polygon)]
    return max(parts, key=lambda part: part.area, default=Polygon())


def _ground(block: Polygon, barred: shapely.STRtree) -> Polygon:
    """The block without its street margins."""
    inner = block.buffer(-WALL_SETBACK_M, join_style="mitre")
    near = barred.geometries[barred.query(inner)]
    free = shapely.difference(inner, shapely.union_all(near)).buffer(-4.0).buffer(4.0, quad_segs=2)
    return largest_polygon(largest_polygon(free.simplify(1.0)).intersection(inner))


def _use(kind: str, ground: Polygon, home: int, rng: np.random.Generator) -> str:
    """The use of a block by its zone and size; blocks beyond the district are mostly left empty."""
    use = str(rng.choice(USES, p=SHARES[kind]))
    if home < 0 and rng.random() < HALO_EMPTY_SHARE:
        return "none"
    if kind == "old_town" and ground.area > 11_000:
        return "compound"
    if use in {"compound", "open", "village"} and ground.area < 7_000:
        return "lanes" if kind in {"old_town", "urban", "town"} else "none"
    return use


def _era(kind: str, rng: np.random.Generator) -> str:
    """Old housing stands mostly near the old town, new housing at the edge."""
    shares = {"old_town": (0.8, 0.15), "urban": (0.45, 0.35), "edge": (0.12, 0.38)}
    if kind in {"rural", "town"}:
        return "village" if kind == "rural" else "middle"
    old, middle = shares[kind]
    return str(rng.choice(["old", "middle", "new"], p=[old, middle, 1 - old - middle]))


def plots(
    blocks: list[Polygon],
    arterials: list[LineString],
    strips: list[BaseGeometry],
    community_shapes: list[Polygon],
) -> list[Plot]:
    """The plots of all blocks; every community has housing."""
    rng = random_stream("plots")
    roads = [line.buffer(ARTERIAL_SETBACK_M, quad_segs=2) for line in arterials]
    barred = shapely.STRtree([*roads, *(strip.buffer(6.0) for strip in strips)])
    places = shapely.STRtree(community_shapes)
    found: list[Plot] = []
    for block in blocks:
        ground = _ground(block, barred)
        middle = block.representative_point() if ground.is_empty else ground.representative_point()
        inside = places.query(middle, predicate="intersects")
        kind = zone(middle.x, middle.y)
        home = int(inside[0]) if len(inside) else -1
        found.append(
            Plot(
                block, ground, _use(kind, ground, home, rng), kind,
                home, _era(kind, rng),
            )
        )  # fmt: skip
    return _with_housing_everywhere(found, community_shapes)


def _with_housing_everywhere(found: list[Plot], community_shapes: list[Polygon]) -> list[Plot]:
    """The plots, with the largest empty grounds of communities short of housing built up."""
    result = list(found)
    for index, shape in enumerate(community_shapes):
        mine = [
            i
            for i, plot in enumerate(found)
            if plot.community == index and plot.ground.area > 5_000 and shape.contains(plot.ground)
        ]
        housed = sum(found[i].use != "none" for i in mine)
        spare = sorted(
            (i for i in mine if found[i].use == "none"), key=lambda i: -found[i].ground.area
        )
        for i in spare[: max(0, LEAST_PLOTS - housed)]:
            old = found[i]
            use = {"rural": "village", "old_town": "lanes"}.get(old.zone, "open")
            result[i] = Plot(old.block, old.ground, use, old.zone, old.community, old.era)
    return result
