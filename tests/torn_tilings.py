"""Made tilings that fit exactly, and faults planted into them, each with its own truth."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from geoplan.checks.boundaries.table import CHECKS
from geoplan.checks.table import findings_of
from geoplan.domain.rules import rulebook
from geoplan.linting.boundaries import LINTER

METRIC = "EPSG:4549"
CORNER = np.array([495_000.0, 3_515_000.0])
"""South-west of every made tiling: in Tianning, EPSG:4549."""
TILING_RULES = ("B01", "B02", "B03", "B04", "B05", "B06", "B07", "B13")


def grid(columns=4, rows=3, side_m=1000.0, spacing_m=100.0):
    """Squares with vertices every ``spacing_m``, shared exactly."""
    cells = [
        shapely.box(x, y, x + side_m, y + side_m)
        for y in np.arange(rows) * side_m
        for x in np.arange(columns) * side_m
    ]
    return _placed(np.array(cells, dtype=object), spacing_m, 0.0)


def voronoi(seed, cells=20, size_m=5000.0, spacing_m=100.0):
    """Voronoi cells of jittered points in a square, turned by a random angle, shared exactly."""
    random = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(cells)))
    lattice = np.stack(np.meshgrid(np.arange(side), np.arange(side)), -1).reshape(-1, 2) + 0.5
    xy = (lattice + random.uniform(-0.3, 0.3, lattice.shape)) * size_m / side
    square = shapely.box(0, 0, size_m, size_m)
    made = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(xy), extend_to=square))
    inside = shapely.intersection(made, square)
    return _placed(inside, spacing_m, float(random.uniform(0, 2 * np.pi)))


def _placed(polygons, spacing_m, angle):
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    rounded = shapely.set_precision(shapely.set_precision(polygons, 0.001), 0.0)
    fine = shapely.segmentize(rounded, spacing_m)
    # inserted middles are halves and thirds of a millimetre: the odd offset rounds both sides alike
    return shapely.transform(
        fine, lambda xy: np.round(np.round(xy + 0.000137, 3) @ turn + CORNER, 3)
    )


def layer(cells, parent=None, crs=METRIC, **columns):
    """A layer of communities, in one subdistrict when ``parent`` is a polygon."""
    codes = [f"320402001{number:03d}" for number in range(1, len(cells) + 1)]
    names = [f"第{number}社区" for number in range(1, len(cells) + 1)]
    levels, parents = ["community"] * len(cells), ["320402001000"] * len(cells)
    geometry = list(cells)
    if parent is not None:
        codes.insert(0, "320402001000")
        names.insert(0, "上级街道")
        levels.insert(0, "subdistrict")
        parents.insert(0, "")
        geometry.insert(0, parent)
    table = {"code": codes, "name": names, "level": levels, "parent_code": parents, **columns}
    made = gpd.GeoDataFrame(table, geometry=geometry, crs=METRIC)
    return made if crs == METRIC else made.to_crs(crs)


def union(cells):
    return shapely.coverage_union_all(cells)


def found(table, *rules, book=None):
    """What the rules of the tiling find in a layer."""
    chosen = {rule: CHECKS[rule] for rule in rules or TILING_RULES}
    return findings_of(chosen, LINTER.read(table, {}, ""), book or rulebook())


def common_vertices(one, other):
    """Inner vertices of the common border of two cells, in the order of the first one's ring."""
    ring = shapely.get_coordinates(one)[:-1]
    theirs = {tuple(xy) for xy in shapely.get_coordinates(other).tolist()}
    shared = np.array([tuple(xy) in theirs for xy in ring.tolist()])
    inner = shared & np.roll(shared, 1) & np.roll(shared, -1)
    return ring[inner]


def pushed(polygon, vertex, shift):
    """The polygon with one of its vertices moved."""

    def moved(xy):
        hit = (xy == vertex).all(axis=1)
        return np.where(hit[:, None], xy + shift, xy)

    return shapely.transform(polygon, moved)


def outward(polygon, vertex):
    """Unit vector out of a polygon, square to its border at a vertex."""
    ring = shapely.get_coordinates(shapely.orient_polygons(polygon))[:-1]
    at = int(np.flatnonzero((ring == vertex).all(axis=1))[0])
    along = ring[(at + 1) % len(ring)] - ring[at - 1]
    return np.array([along[1], -along[0]]) / np.hypot(*along)


def neighbours(cells):
    """Pairs of cells with at least three inner vertices of a common border."""
    pairs = shapely.STRtree(cells).query(cells, predicate="touches").T
    return [
        (int(one), int(other))
        for one, other in pairs
        if one < other and len(common_vertices(cells[one], cells[other])) >= 3
    ]


def torn(cells, seed, *, tears=3, smallest_m=0.01, largest_m=30.0):
    """Cells with borders moved on one side only, and ``(cell, other, shift_m, vertex)`` of each.

    A positive shift makes the cell overlap the other, a negative one leaves a gap. No two tears
    are at one border.
    """
    random = np.random.default_rng(seed)
    pairs = neighbours(cells)
    cells, truth = cells.copy(), []
    for position in random.permutation(len(pairs))[:tears].tolist():
        one, other = pairs[position]
        inner = common_vertices(cells[one], cells[other])
        if len(inner) < 3:
            continue
        vertex = inner[len(inner) // 2]
        size = float(np.exp(random.uniform(np.log(smallest_m), np.log(largest_m))))
        shift = size if random.random() < 0.5 else -size
        cells[one] = pushed(cells[one], vertex, outward(cells[one], vertex) * shift)
        truth.append((one, other, shift, vertex))
    return cells, truth
