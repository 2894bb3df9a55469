"""The three levels of boundaries over one set of cells, so that they tile exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from tools.tianning_sample.facts import Community, Subdistrict, communities, subdistricts
from tools.tianning_sample.frame import OLD_TOWN, random_stream
from tools.tianning_sample.shapes import joined
from tools.tianning_sample.territory import (
    connected,
    neighbours,
    power_partition,
    spread_anchors,
)

SUBDISTRICT_PLAN: dict[str, tuple[tuple[float, float], float]] = {
    "雕庄": ((501_300.0, 3_513_600.0), 13.5),
    "青龙": ((500_900.0, 3_519_900.0), 21.0),
    "茶山": ((498_700.0, 3_514_700.0), 10.0),
    "红梅": ((497_300.0, 3_519_000.0), 9.6),
    "天宁": ((496_900.0, 3_516_700.0), 4.2),
    "兰陵": ((495_000.0, 3_514_900.0), 7.8),
    "郑陆": ((509_700.0, 3_521_200.0), 88.93),
}
"""Made anchor (EPSG:4549) and wanted km2; 郑陆 88.93 and 茶山 10 are published, the rest not."""


@dataclass(frozen=True, slots=True, eq=False)
class Territory:
    """Cells of ground inside the outline and the community that holds each."""

    cells: list[Polygon]
    community: NDArray[np.int64]
    """Index into ``facts.communities()``, shape (cells,)."""

    def shapes(self) -> list[Polygon]:
        """The polygon of every community, in code order (EPSG:4549)."""
        return [
            joined([self.cells[i] for i in np.flatnonzero(self.community == k)])
            for k in range(int(self.community.max()) + 1)
        ]


def outline_cells(blocks: list[Polygon], outline: Polygon) -> list[Polygon]:
    """The blocks cut by the outline, noded again so that all neighbours share their vertices."""
    edges = shapely.union_all([*(block.exterior for block in blocks), outline.exterior])
    cells = shapely.get_parts(shapely.polygonize([edges]))
    within = shapely.contains_properly(outline.buffer(0.001), shapely.point_on_surface(cells))
    return sorted(cells[within], key=lambda cell: (cell.centroid.x, cell.centroid.y))


def _chain(anchors: NDArray[np.float64]) -> list[int]:
    """The anchors in a walk from the old town outwards, each next to the last."""
    left = set(range(len(anchors)))
    here = np.array(OLD_TOWN)
    walk: list[int] = []
    while left:
        step = min(left, key=lambda i: float(((anchors[i] - here) ** 2).sum()))
        walk.append(step)
        left.remove(step)
        here = anchors[step]
    return walk


def _named(anchors: NDArray[np.float64], members: list[Community]) -> list[int]:
    """For each member the anchor it stands at: villages far out, numbered estates side by side."""
    far = np.argsort(-((anchors - np.array(OLD_TOWN)) ** 2).sum(axis=1), kind="stable")
    villages = [i for i, member in enumerate(members) if member.is_village]
    estates = [i for i in range(len(members)) if i not in villages]
    rural = len(villages) > len(estates)
    outer = sorted(far[: len(villages)].tolist()) if not rural else []
    inner = [i for i in range(len(anchors)) if i not in outer]
    place = [0] * len(members)
    first = outer if not rural else []
    for member, anchor in zip(
        villages if not rural else [], [first[i] for i in _chain(anchors[first])], strict=True
    ):
        place[member] = anchor
    walk = [inner[i] for i in _chain(anchors[inner])]
    for member, anchor in zip(
        estates if not rural else _mixed(estates, villages), walk, strict=True
    ):
        place[member] = anchor
    return place


def _mixed(estates: list[int], villages: list[int]) -> list[int]:
    """The few estates of a rural town spread evenly among its villages."""
    gap = len(villages) // len(estates)
    order: list[int] = []
    for index, estate in enumerate(estates):
        order += villages[index * gap : (index + 1) * gap]
        order.insert(len(order) - gap // 2, estate)
    return order + villages[len(estates) * gap :]


def territory(blocks: list[Polygon], outline: Polygon) -> Territory:
    """Every cell inside the outline with its community."""
    cells = outline_cells(blocks, outline)
    points = shapely.get_coordinates(shapely.point_on_surface(cells))
    areas = shapely.area(cells)
    borders = neighbours(cells)
    streets = subdistricts()
    anchors = np.array([SUBDISTRICT_PLAN[s.short_name][0] for s in streets])
    wanted = np.array([SUBDISTRICT_PLAN[s.short_name][1] for s in streets])
    street_of = connected(power_partition(points, areas, anchors, wanted), areas, borders)
    community = np.zeros(len(cells), dtype=np.int64)
    for index, street in enumerate(streets):
        mine = np.flatnonzero(street_of == index)
        labels = _communities_of(street, points[mine], areas[mine])
        local = connected(
            np.unique(labels, return_inverse=True)[1], areas[mine], borders[mine][:, mine]
        )
        community[mine] = np.unique(labels)[local]
    return Territory(cells, community)


def _communities_of(
    street: Subdistrict, points: NDArray[np.float64], areas: NDArray[np.float64]
) -> NDArray[np.int64]:
    """The community index of each cell of one subdistrict, before stray parts are handed over."""
    rng = random_stream(f"communities {street.code}")
    everyone = communities()
    members = [i for i, unit in enumerate(everyone) if unit.subdistrict_code == street.code]
    anchors = spread_anchors(points, areas, len(members), rng)
    from_core = np.hypot(*(anchors - np.array(OLD_TOWN)).T)
    wanted = (0.6 + from_core / from_core.mean()) * rng.uniform(0.8, 1.2, len(members))
    labels = power_partition(points, areas, anchors, wanted)
    place = _named(anchors, [everyone[i] for i in members])
    owner = np.empty(len(members), dtype=np.int64)
    owner[np.array(place)] = np.array(members)
    return owner[labels]
