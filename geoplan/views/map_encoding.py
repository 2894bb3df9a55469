"""Geometry as short ASCII text: differences of millionths of a degree, five bits a character.

This is Google's *encoded polyline* alphabet (``?`` to ``~``) with six decimals; it holds no
``<``, no quote and no control character. ``assets/map.js`` reads it back.
"""

from __future__ import annotations

import numpy as np
import shapely

from geoplan.model.arrays import Ints

SCALE = 1_000_000
_CHUNK_BITS, _CHUNKS, _MORE, _FIRST = 5, 7, 0x20, 63


def encoded_numbers(numbers: Ints) -> str:
    """Return whole numbers (magnitude below 2^33) as text, small ones as one character."""
    folded = (numbers << 1) ^ (numbers >> 63)
    rest = folded[:, None] >> (_CHUNK_BITS * np.arange(_CHUNKS))
    used = rest > 0
    used[:, 0] = True
    more = (rest >> _CHUNK_BITS) > 0
    characters = (rest & (_MORE - 1)) + _MORE * more + _FIRST
    return characters[used].astype(np.uint8).tobytes().decode("ascii")


def encoded_geometry(geometry: shapely.Geometry) -> dict[str, str]:
    """Return the geometry as ``xy`` and what is needed to cut it up again.

    ``xy`` holds latitude and longitude by turns, each as the difference from the one before;
    ``n`` the vertices of every line or ring; ``r``, for areas alone, the rings of every polygon.
    """
    parts = np.atleast_1d(shapely.get_parts(geometry))
    if shapely.get_dimensions(geometry) == 2:
        rings = shapely.get_rings(parts)
        counts = shapely.get_num_interior_rings(parts).astype(np.int64) + 1
        return _encoded_chains(rings) | {"r": encoded_numbers(counts)}
    return _encoded_chains(parts)


def _encoded_chains(lines: np.ndarray[tuple[int, ...], np.dtype[np.object_]]) -> dict[str, str]:
    lon_lat = shapely.get_coordinates(lines)
    steps = np.rint(lon_lat[:, ::-1] * SCALE).astype(np.int64)
    deltas = np.diff(steps, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    counts = shapely.get_num_coordinates(lines).astype(np.int64)
    return {"xy": encoded_numbers(deltas.reshape(-1)), "n": encoded_numbers(counts)}
