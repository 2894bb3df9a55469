"""The arterial grid: numbered east-west and north-south roads, slightly wavy."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from tools.tianning_sample.frame import RURAL_EAST_M, random_stream
from tools.tianning_sample.streets import Street, lines_of

URBAN_SPACING_M = (460.0, 760.0)
RURAL_SPACING_M = (950.0, 1_500.0)

TILT = -0.10
"""The made grid leans about 6 degrees, as grids along a canal do."""

_DIGITS = "零一二三四五六七八九"


def chinese_number(number: int) -> str:
    """The number from 1 to 99 in Chinese characters."""
    tens, units = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{_DIGITS[tens]}十")
    return head + (_DIGITS[units] if units else "")


def _stations(start: float, stop: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Positions along one axis: close together in the urban part, wide in the rural east."""
    positions = [start]
    while positions[-1] < stop:
        rural = positions[-1] > RURAL_EAST_M and start < RURAL_EAST_M
        positions.append(
            positions[-1] + rng.uniform(*(RURAL_SPACING_M if rural else URBAN_SPACING_M))
        )
    return np.array(positions)


def _bent(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The regular grid leaned and bent by slow waves of some 120 m."""
    x, y = points[:, 0], points[:, 1]
    east = 110 * np.sin(y / 1_450 + 0.4) + 60 * np.sin(x / 2_300 + y / 900)
    north = 120 * np.sin(x / 1_700 + 1.1) + 50 * np.sin(y / 1_100 - x / 1_900)
    lean = TILT * (x - 498_000)
    return np.column_stack([x + east - TILT * (y - 3_517_000) * 0.6, y + north + lean])


def _road(start: tuple[float, float], stop: tuple[float, float]) -> LineString:
    points = shapely.get_coordinates(shapely.segmentize(LineString([start, stop]), 90.0))
    return LineString(_bent(points))


def _class(number: int) -> str:
    return ("primary", "tertiary", "secondary", "tertiary")[number % 4]


def arterial_grid(ground: BaseGeometry) -> list[Street]:
    """The roads over the study ground; every second 纬路 ends where the rural land begins."""
    rng = random_stream("arterials")
    columns = _stations(491_000, 518_500, rng)
    rows = _stations(3_508_000, 3_531_000, rng)
    last_urban = float(columns[columns > RURAL_EAST_M][0])
    roads: list[tuple[str, str, LineString]] = []
    for number, x in enumerate(columns, start=1):
        line = _road((x, 3_507_000), (x, 3_532_000))
        roads.append((f"经{chinese_number(number)}路", _class(number), line))
    for number, y in enumerate(rows, start=1):
        east_end = 519_500.0 if number % 2 == 0 else last_urban
        line = _road((490_000, y), (east_end, y))
        roads.append((f"纬{chinese_number(number)}路", _class(number + 1), line))
    return [
        Street(part, highway, name, divides=True)
        for name, highway, line in roads
        for part in lines_of(shapely.intersection(line, ground))
        if part.length > 60
    ]
