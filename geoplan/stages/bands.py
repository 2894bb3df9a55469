"""Bands along streets: drawn with one fixed brush, united in blocks that all areas share.

The brush is a regular polygon with the area of a circle of ``BAND_M``; a band is every place that
the brush covers while its centre walks along a line (their Minkowski sum). So the band of two lines
is exactly the union of their bands, however the lines are cut or joined: areas nest, splitting a
street changes nothing, and the area of many facilities is the band along all that they reach.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geoplan.model.arrays import Flags, Floats, Geometries, Indices, Ints
from geoplan.model.network import WalkNetwork

BAND_M = 30.0
"""Half width of the band along a reached street: about the depth of a row of houses."""

SMALLEST_HOLE_M2 = 2500.0
"""Enclosed ground that is smaller counts as served: 50 m × 50 m is less than one city block, and
no home in it is further than 28 m from the band (the radius of a circle of that size)."""

CORNERS = 24
"""Corners of the brush: its edge lies 0.09 m inside to 0.17 m outside the circle (0.6 %)."""

GRID_M = 2.0**-20
"""Grid of a micrometre on which a union is drawn again when the quick one loses ground."""

LOST_M2 = 1e-3
"""A union smaller than one of its parts by more than this is wrong, not rounded."""

_RADIUS_M = BAND_M * np.sqrt(2.0 * np.pi / (CORNERS * np.sin(2.0 * np.pi / CORNERS)))
_STEP = 2.0 * np.pi / CORNERS
_HALF = CORNERS // 2
# Half a step round: streets along the axes are then 0.09 m too narrow rather than 0.17 too wide.
_ANGLES = (np.arange(CORNERS) + 0.5) * _STEP
_BRUSH = _RADIUS_M * np.column_stack([np.cos(_ANGLES), np.sin(_ANGLES)])


@dataclass(frozen=True, slots=True, eq=False)
class StreetBands:
    """The bands of streets and of blocks of streets, each drawn when it is first asked for.

    Block ``i`` of level ``l`` holds the streets at the positions ``i·2^l … (i+1)·2^l − 1``. Two
    threads may draw the same block at once; both draw the same band.
    """

    network: WalkNetwork
    smallest_hole_m2: float
    """Smaller holes are filled."""
    position: Ints
    """(m,) position of each street in an order that keeps neighbours together."""
    street: Ints
    """(m,) street at each position."""
    levels: tuple[Geometries, ...]
    """The bands drawn so far, None for the others; level 0 holds single streets."""

    def united(self, streets: Indices, fresh: Flags) -> list[shapely.Geometry]:
        """Return bands whose union is that of the fresh streets, or more of the streets given.

        Whole blocks come as one band; blocks without any fresh street are left out.
        """
        order = np.argsort(self.position[streets])
        at = self.position[streets][order]
        fresh_before = np.concatenate([[0], np.cumsum(fresh[order])])
        bands: list[shapely.Geometry] = []
        for level, block in enumerate(_whole_blocks(at)):
            first = np.searchsorted(at, block << level)
            last = np.searchsorted(at, (block + 1) << level)
            asked = block[fresh_before[last] > fresh_before[first]]
            self._draw(level, asked)
            bands.extend(self.levels[level][asked])
        return bands

    def single(self, streets: Indices) -> Geometries:
        """Return the band of each street."""
        at = self.position[streets]
        self._draw(0, at)
        return self.levels[0][at]

    def filled(self, area: shapely.Geometry) -> shapely.Geometry:
        """Return the area without its small holes."""
        return filled(area, self.smallest_hole_m2)

    def _draw(self, level: int, blocks: Ints) -> None:
        """Draw those of the blocks that are not drawn yet, and what they are made of."""
        missing = blocks[shapely.is_missing(self.levels[level][blocks])]
        if missing.size == 0:
            return
        if level == 0:
            self.levels[0][missing] = _street_bands(self.network.geometry[self.street[missing]])
            return
        self._draw(level - 1, np.concatenate([2 * missing, 2 * missing + 1]))
        halves = self.levels[level - 1]
        pairs = np.stack([halves[2 * missing], halves[2 * missing + 1]], axis=1)
        united: Geometries = np.asarray(shapely.union_all(pairs, axis=1), dtype=object)
        lost = shapely.area(united) < shapely.area(pairs).max(axis=1) - LOST_M2
        united[lost] = shapely.union_all(pairs[lost], axis=1, grid_size=GRID_M)
        for row in np.flatnonzero(_holed(united)).tolist():
            united[row] = self.filled(united[row])
        self.levels[level][missing] = united


def street_bands(
    network: WalkNetwork, *, smallest_hole_m2: float = SMALLEST_HOLE_M2
) -> StreetBands:
    """Return the bands of all streets, none of them drawn yet.

    Readers number the nodes along a space-filling curve; streets are ordered by their nodes. Any
    order gives the same areas.
    """
    low, high = np.minimum(network.tail, network.head), np.maximum(network.tail, network.head)
    street = np.lexsort([high, low]).astype(np.int64)
    position = np.empty(network.edge_count, dtype=np.int64)
    position[street] = np.arange(network.edge_count)
    sizes = [network.edge_count]
    while sizes[-1] > 1:
        sizes.append(sizes[-1] // 2)
    return StreetBands(
        network=network,
        smallest_hole_m2=smallest_hole_m2,
        position=position,
        street=street,
        levels=tuple(np.full(size, None, dtype=object) for size in sizes),
    )


def line_bands(lines: Geometries, begun: Flags) -> tuple[Geometries, Ints]:
    """Return the band of every straight piece of the lines, and the line of each piece.

    The union of a line's pieces is its band. A line that is ``begun`` starts where another band
    holds the brush already: its first piece is cut straight there, as all later pieces are at the
    corner before them.
    """
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    inner = owner[1:] == owner[:-1]
    begin, end, line = xy[:-1][inner], xy[1:][inner], owner[:-1][inner]
    first = np.diff(line, prepend=-1) > 0
    cut = begun[line] | ~first
    bands = np.empty(line.size, dtype=object)
    bands[~cut] = swept(begin[~cut], end[~cut])
    bands[cut] = shapely.polygons(_outlines(begin[cut], end[cut], np.array([0, _HALF])))
    return bands, line


def swept(begin: Floats, end: Floats) -> Geometries:
    """Return what the brush covers on its straight ways; begin = end gives the brush itself."""
    outlines = _outlines(begin, end, np.arange(_HALF + 1))
    bands: Geometries = np.asarray(shapely.polygons(outlines), dtype=object)
    return bands


def union_of(shapes: Geometries) -> shapely.Geometry:
    """Return the union of shapes, drawn on a grid where the quick union loses ground.

    GEOS's overlay in floating point may label a face wrongly where edges nearly coincide, and drop
    thousands of square metres in silence; tests/property/test_area_laws.py has such a town.
    """
    union = shapely.union_all(shapes)
    if union.area < float(shapely.area(shapes).max(initial=0.0)) - LOST_M2:
        return shapely.union_all(shapes, grid_size=GRID_M)
    return union


def filled(area: shapely.Geometry, smallest_hole_m2: float) -> shapely.Geometry:
    """Return the area without the holes whose outline encloses less than the given size.

    Filling keeps order: where A lies in B, filled A lies in filled B. A small hole of A that B does
    not fill contains all that is left of it in B, as its edge belongs to A and so to B; what is
    left is smaller still. So areas stay nested, and filling the parts of a union before or
    after uniting them ends in the same: filled(filled A ∪ B) = filled(A ∪ B).
    """
    if not _holed(area):
        return area
    parts = shapely.get_parts(area)
    rings, owner = shapely.get_rings(parts, return_index=True)
    outer = np.diff(owner, prepend=-1) > 0
    kept = outer | (shapely.area(shapely.polygons(rings)) >= smallest_hole_m2)
    if kept.all():
        return area
    whole = np.asarray(shapely.polygons(rings[outer]), dtype=object)
    for part in np.unique(owner[kept & ~outer]).tolist():
        holes = rings[kept & ~outer & (owner == part)]
        whole[part] = shapely.polygons(rings[outer][part], holes)
    return shapely.union_all(whole)


def _outlines(begin: Floats, end: Floats, back: Ints) -> Floats:
    """Return the corners, counter-clockwise, of the brush swept from begin to end.

    The half of the brush that faces ``end`` stands there; of the other half the corners ``back``,
    counted from its left end to its right end, stand at ``begin``.
    """
    along = end - begin
    to_left = np.arctan2(along[:, 1], along[:, 0]) + np.pi / 2.0
    left = np.rint(to_left / _STEP - 0.5).astype(np.int64)[:, None]
    front = _BRUSH[(left + _HALF + np.arange(_HALF + 1)) % CORNERS] + end[:, None]
    behind = _BRUSH[(left + back) % CORNERS] + begin[:, None]
    return np.concatenate([front, behind], axis=1)


def _holed(areas: Geometries | shapely.Geometry) -> Flags:
    """Return which areas may have holes; of several polygons this is not known."""
    several = shapely.get_type_id(areas) != shapely.GeometryType.POLYGON
    flags: Flags = several | (shapely.get_num_interior_rings(areas) > 0)
    return flags


def _street_bands(lines: Geometries) -> Geometries:
    """Return one band for each line; lines with the same number of pieces are drawn at once."""
    pieces, owner = line_bands(lines, np.zeros(lines.size, dtype=np.bool_))
    first = np.searchsorted(owner, np.arange(lines.size))
    count = np.bincount(owner, minlength=lines.size)
    bands = np.empty(lines.size, dtype=object)
    for size in np.unique(count).tolist():
        alike = np.flatnonzero(count == size)
        bands[alike] = shapely.union_all(pieces[first[alike, None] + np.arange(size)], axis=1)
    return bands


def _whole_blocks(at: Ints) -> list[Ints]:
    """Return for each level the largest blocks that hold only the given positions, all of them."""
    blocks: list[Ints] = []
    number = at
    while number.size:
        left = np.zeros(number.size, dtype=np.bool_)
        left[:-1] = (number[:-1] % 2 == 0) & (number[1:] == number[:-1] + 1)
        right = np.concatenate([[False], left[:-1]])
        blocks.append(number[~(left | right)])
        number = number[left] // 2
    return blocks
