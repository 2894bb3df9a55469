"""Made positions for facilities: just off a street that anyone may walk, where people live."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from tools.tianning_sample.demand import Housing
from tools.tianning_sample.housing import beside, street_lines
from tools.tianning_sample.network import Town
from tools.tianning_sample.shapes import lengths, spots_at

PUBLIC_CLASSES = frozenset(
    {"residential", "living_street", "tertiary", "unclassified", "pedestrian"}
)
OFF_STREET_M = (5.5, 25.0)
NEAR_PEOPLE_M = 400.0
APART_M = 25.0
"""Two facilities never share a spot."""


@dataclass(frozen=True, slots=True, eq=False)
class Sites:
    """Spots for facilities by community, each with the 60+ people around it."""

    points: NDArray[np.float64]
    community: NDArray[np.int64]
    people_60: NDArray[np.float64]

    def __post_init__(self) -> None:
        for array in (self.points, self.community, self.people_60):
            array.setflags(write=False)


def public_sites(town: Town, housing: Housing, rng: np.random.Generator) -> Sites:
    """Spots 5 to 25 m off public streets, outside walls, inside one community."""
    ways = [w for w in town.mesh.ways if w.tags.get("highway") in PUBLIC_CLASSES]
    lines = [shapely.LineString(way.nodes) for way in ways if "bridge" not in way.tags]
    tried = np.vstack([beside(line, 1 + int(line.length / 45), rng) for line in lines])
    spots = spots_at(tried)
    everything = shapely.STRtree(street_lines(town.mesh))
    away = everything.query_nearest(spots, all_matches=False, return_distance=True)[1]
    public = shapely.STRtree(lines)
    own = public.query_nearest(spots, all_matches=False, return_distance=True)[1]
    fit = (away >= OFF_STREET_M[0]) & (own <= away + 0.05) & (own <= OFF_STREET_M[1])
    fit &= ~_within_any(spots, [net.area for net in town.nets if net.walled])
    fit &= ~_within_any(spots, [b.strip.buffer(3.0) for b in town.barriers])
    shapes = [shape.buffer(-3.0) for shape in town.community_shapes]
    where = np.full(len(tried), -1)
    index, place = shapely.STRtree(shapes).query(spots, predicate="within")
    where[index] = place
    kept = fit & (where >= 0)
    around = _people_around(tried[kept], housing)
    return Sites(tried[kept], where[kept].astype(np.int64), around)


def _within_any(spots: NDArray[np.object_], areas: list[shapely.Geometry]) -> NDArray[np.bool_]:
    result = np.zeros(len(spots), dtype=bool)
    result[shapely.STRtree(areas).query(spots, predicate="within")[0]] = True
    return result


def _people_around(points: NDArray[np.float64], housing: Housing) -> NDArray[np.float64]:
    near = cKDTree(housing.points).query_ball_point(points, NEAR_PEOPLE_M)
    return np.array([float(housing.people_60[found].sum()) for found in near])


class SiteChooser:
    """Takes spots one by one; a spot once taken and its neighbourhood are gone."""

    def __init__(self, sites: Sites, rng: np.random.Generator) -> None:
        self._sites = sites
        self._free = np.ones(len(sites.points), dtype=bool)
        self._rng = rng

    def take(self, community: int, keenness: float) -> NDArray[np.float64]:
        """A free spot in the community; the keener, the nearer to where older people live."""
        mine = np.flatnonzero(self._free & (self._sites.community == community))
        if len(mine) == 0:
            raise RuntimeError(f"no free spot left in community {community}; change the seed")
        weights = (self._sites.people_60[mine] + 1.0) ** keenness
        pick = int(self._rng.choice(mine, p=weights / weights.sum()))
        spot: NDArray[np.float64] = self._sites.points[pick]
        self._free &= lengths(self._sites.points - spot) > APART_M
        return spot
