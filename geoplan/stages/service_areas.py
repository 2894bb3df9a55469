"""Stage 5: nested polygons that are drawn around the reached parts of streets.

People are counted on reach; the polygons are drawings of it: the band of ``BAND_M`` metres on both
sides of every reached part-street and of the legs to the stations. Small holes are filled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import shapely

from geoplan.model.arrays import Flags, Floats, Geometries, Indices, Texts
from geoplan.model.network import SnappedPoints, snap_points
from geoplan.model.results import ServiceAreas
from geoplan.model.shapes import stretches
from geoplan.stages.bands import (
    GRID_M,
    LOST_M2,
    SMALLEST_HOLE_M2,
    StreetBands,
    filled,
    line_bands,
    swept,
    union_of,
)
from geoplan.stages.reach import SearchGraph, node_pairs, node_times
from geoplan.stages.reached_parts import ReachedParts, part_lines, reached_parts, whole
from geoplan.units import seconds

_THREADS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Origins:
    """The facilities that one area is drawn for, and how far each node is from them."""

    graph: SearchGraph
    node_s: Floats
    """(n,) seconds from each node to the nearest of the facilities, inf beyond every limit."""
    points: SnappedPoints
    """Where the facilities meet the streets."""
    xy: Floats
    """(f, 2) where they stand."""

    def near(self) -> Indices:
        """Return the streets that have an end in reach."""
        incidence = self.graph.network.incidence
        reached = np.flatnonzero(np.isfinite(self.node_s))
        first, last = incidence.start[reached], incidence.start[reached + 1]
        return np.unique(incidence.half[stretches(first, last - first)] >> 1)


def service_areas(
    graph: SearchGraph,
    bands: StreetBands,
    xy: Floats,
    chosen: tuple[Indices, Texts],
    minutes: Sequence[int],
) -> ServiceAreas:
    """Return one polygon for each chosen facility and limit, ordered by facility, then limit.

    The area of a longer limit contains that of a shorter one, and every area contains its
    facility. A facility with no street in reach gets the band around its own point.

    Parameters
    ----------
    xy
        (facilities, 2) positions of all facilities of the graph.
    chosen
        Rows of the facilities to draw, and their ids.
    minutes
        Limits, rising.
    """
    rows, ids = chosen
    times = node_pairs(graph, rows, limit_s=seconds(max(minutes)))

    def draw(at: int) -> list[shapely.Geometry]:
        mine = slice(times.indptr[at], times.indptr[at + 1])
        node_s = np.full(graph.network.node_count, np.inf)
        node_s[times.indices[mine]] = times.data[mine]
        return _nested(_origins(graph, xy, node_s, rows[at : at + 1]), bands, minutes)

    return _drawn(ids, minutes, draw)


def areas_of_sets(
    graph: SearchGraph,
    bands: StreetBands,
    xy: Floats,
    sets: Mapping[str, Flags],
    minutes: Sequence[int],
) -> ServiceAreas:
    """Return one polygon for each named set of facilities and limit: what any of them reaches.

    One search for the nearest facility of a set gives its area; the areas of its facilities need
    not be drawn. An empty set has an empty polygon.

    Parameters
    ----------
    sets
        Name → (facilities,) which facilities of the graph belong to it.
    """
    chosen = list(sets.values())

    def draw(at: int) -> list[shapely.Geometry]:
        node_s = node_times(graph, chosen[at], limit_s=seconds(max(minutes)))
        rows = np.flatnonzero(chosen[at]).astype(np.int32)
        return _nested(_origins(graph, xy, node_s, rows), bands, minutes)

    return _drawn(np.array(list(sets), dtype=np.str_), minutes, draw)


def dissolved_areas(
    areas: ServiceAreas,
    sets: Mapping[str, Flags],
    *,
    smallest_hole_m2: float = SMALLEST_HOLE_M2,
) -> ServiceAreas:
    """Return one polygon for each named set and limit: the union of the areas of its facilities.

    Holes are filled after uniting, so the result is that of ``areas_of_sets``. Where the areas of
    the facilities are drawn anyway, uniting them is the quicker of the two. An empty set has an
    empty polygon.

    Parameters
    ----------
    areas
        Of single facilities, ordered by facility, then limit.
    sets
        Name (a service, a kind, the district) → (facilities,) in the order of ``areas``.
    """
    minutes = np.unique(areas.minutes)
    polygons = areas.geometry.reshape(-1, minutes.size)
    jobs = [polygons[chosen, column] for chosen in sets.values() for column in range(minutes.size)]

    def unite(job: Geometries) -> shapely.Geometry:
        return filled(union_of(job), smallest_hole_m2)

    united = np.empty(len(jobs), dtype=object)
    with ThreadPoolExecutor(_THREADS) as pool:
        united[:] = list(pool.map(unite, jobs))
    return ServiceAreas(
        owner=np.repeat(np.array(list(sets), dtype=np.str_), minutes.size),
        minutes=np.tile(minutes, len(sets)),
        geometry=united,
    )


def _origins(graph: SearchGraph, xy: Floats, node_s: Floats, rows: Indices) -> Origins:
    return Origins(graph=graph, node_s=node_s, points=graph.facilities.take(rows), xy=xy[rows])


def _drawn(
    owners: Texts, minutes: Sequence[int], draw: Callable[[int], list[shapely.Geometry]]
) -> ServiceAreas:
    """Return what ``draw`` draws for each owner by its position, one polygon for each limit."""
    with ThreadPoolExecutor(_THREADS) as pool:
        rings = list(pool.map(draw, range(owners.size)))
    polygons = np.empty(owners.size * len(minutes), dtype=object)
    polygons[:] = [polygon for ring in rings for polygon in ring]
    return ServiceAreas(
        owner=np.repeat(owners, len(minutes)),
        minutes=np.tile(np.array(minutes, dtype=np.int64), owners.size),
        geometry=polygons,
    )


def _nested(origins: Origins, bands: StreetBands, minutes: Sequence[int]) -> list[shapely.Geometry]:
    """Return the areas of rising limits; what is drawn whole at one limit is not drawn again."""
    near = origins.near()
    drawn = np.zeros(bands.network.edge_count, dtype=np.bool_)
    area = bands.filled(shapely.union_all(swept(origins.xy, origins.xy)))
    areas: list[shapely.Geometry] = []
    for limit in minutes:
        limit_s = seconds(limit)
        parts = reached_parts(
            bands.network,
            origins.graph.costs,
            origins.node_s,
            origins.points,
            limit_s=limit_s,
            among=near,
        )
        full = parts.edge[whole(parts)].astype(np.int32)
        fresh = ~drawn[full]
        drawn[full] = True
        ends, spots = _ends(origins, parts, drawn, near, limit_s)
        rim = [*ends, *_legs(origins, limit_s)]
        # The area so far is large, the pieces are small: united last, it is cut only once.
        pieces = shapely.union_all([*bands.united(full, fresh), *rim])
        grown = shapely.union(area, pieces)
        if not _holds(grown, (area, pieces), spots):
            streets = bands.single(full[fresh])
            grown = shapely.union_all([area, *streets, *rim], grid_size=GRID_M)
        area = bands.filled(grown)
        areas.append(area)
    return areas


def _holds(grown: shapely.Geometry, parts: tuple[shapely.Geometry, ...], spots: Floats) -> bool:
    """Return whether a union is no smaller than its parts and has lost no spot in reach.

    Spots are nodes in reach and the ends of part-streets: they lie a band's half width inside.
    ``union_of`` says what goes wrong without this.
    """
    shapely.prepare(grown)
    inside = shapely.contains_xy(grown, spots[:, 0], spots[:, 1])
    largest = float(shapely.area(parts).max())
    return bool(shapely.area(grown) >= largest - LOST_M2 and inside.all())


def _ends(
    origins: Origins, parts: ReachedParts, drawn: Flags, near: Indices, limit_s: float
) -> tuple[Geometries, Floats]:
    """Return the bands of part-streets and of nodes that no whole street holds, and spots in them.

    A part that begins at a node in reach is cut straight there: the brush stands there anyway.
    """
    network = origins.graph.network
    ends = np.concatenate([network.tail[near], network.head[near]])
    reached = np.unique(ends[origins.node_s[ends] <= limit_s])
    held = np.zeros(network.node_count, dtype=np.bool_)
    held[network.tail[drawn]] = True
    held[network.head[drawn]] = True
    lone = reached[~held[reached]]
    held[lone] = True
    partial = parts.select((parts.start > 0.0) | (parts.stop < 1.0))
    at_tail = (partial.start == 0.0) & held[network.tail[partial.edge]]
    at_head = (partial.stop == 1.0) & held[network.head[partial.edge]]
    lines = part_lines(network, partial)
    lines[at_head] = shapely.reverse(lines[at_head])
    bands, _ = line_bands(lines, at_tail | at_head)
    spots = np.concatenate([network.node_xy[reached], shapely.get_coordinates(lines)])
    return np.concatenate([bands, swept(network.node_xy[lone], network.node_xy[lone])]), spots


def _legs(origins: Origins, limit_s: float) -> Geometries:
    """Return the bands of the straight legs that can be walked within the limit."""
    points = origins.points
    walkable = points.leg_m / origins.graph.costs.leg_speed_m_s <= limit_s
    ends = shapely.get_coordinates(snap_points(origins.graph.network, points))
    return swept(origins.xy[points.owner()][walkable], ends[walkable])
