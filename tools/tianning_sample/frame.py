"""Where the sample lies: projection, study ground, random streams, the made old town."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from tools.tianning_sample.facts import outline_degrees

SEED = 320402
"""The district's own code: any number would do, this one is easy to remember."""

HALO_M = 420.0
"""Streets run on this far beyond the outline, so that its edge is walked both ways."""

GRID_M = 0.5
"""Line ends closer than this are one node; no made lane is drawn finer."""

OLD_TOWN = (496_700.0, 3_516_600.0)
"""Made centre of the old town, near 31.773 N 119.965 E (EPSG:4549)."""

RURAL_EAST_M = 503_000.0
"""East of this easting the made land is rural (郑陆镇)."""

TOWN_CENTRES = (
    (508_300.0, 3_520_900.0),
    (512_900.0, 3_524_500.0),
    (504_900.0, 3_519_300.0),
    (512_600.0, 3_519_300.0),
)
"""Made centres of the four built-up places of 郑陆镇: 郑陆, 焦溪, 东青, 三河口."""

_TO_METRIC = Transformer.from_crs("EPSG:4490", "EPSG:4549", always_xy=True)
_TO_DEGREES = Transformer.from_crs("EPSG:4549", "EPSG:4490", always_xy=True)


def random_stream(stage: str) -> np.random.Generator:
    """One reproducible stream a stage, so that a change in one stage leaves the others alone."""
    return np.random.default_rng([SEED, *stage.encode()])


def metric(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """EPSG:4549 metres of lon/lat points, shape (n, 2)."""
    return np.column_stack(_TO_METRIC.transform(points[:, 0], points[:, 1]))


def degrees(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lon/lat (EPSG:4490, 7 decimals, about 1 cm) of EPSG:4549 points, shape (n, 2)."""
    return np.column_stack(_TO_DEGREES.transform(points[:, 0], points[:, 1])).round(7)


def to_degrees(geometry: Polygon) -> Polygon:
    """The geometry in EPSG:4490 with coordinates rounded to 7 decimals."""
    return Polygon(degrees(shapely.get_coordinates(geometry)))


def district_outline() -> Polygon:
    """The outline in EPSG:4549, with a vertex about every 150 m.

    Straight in degrees is not straight in metres: without the vertices the two outlines would
    differ by 0.2 m in the middle of a long side, and the tiling would miss the outline.
    """
    dense = shapely.segmentize(outline_degrees(), 0.0015)
    return Polygon(metric(shapely.get_coordinates(dense)))


def study_ground(outline: BaseGeometry) -> BaseGeometry:
    """The outline with its halo."""
    return outline.buffer(HALO_M, quad_segs=3).simplify(20.0)
