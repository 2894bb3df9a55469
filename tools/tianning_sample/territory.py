"""Which unit every piece of ground belongs to: connected parts of wanted size."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components
from shapely import Polygon

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]


def neighbours(cells: list[Polygon]) -> csr_array:
    """The symmetric matrix of border lengths (m) between cells that share a line."""
    tree = shapely.STRtree(cells)
    left, right = tree.query(cells, predicate="intersects")
    apart = left < right
    left, right = left[apart], right[apart]
    shapes = np.array(cells, dtype=object)
    border = shapely.length(shapely.intersection(shapes[left], shapes[right]))
    real = border > 0.01
    left, right, border = left[real], right[real], border[real]
    size = (len(cells), len(cells))
    pairs = (np.concatenate([left, right]), np.concatenate([right, left]))
    return csr_array(coo_array((np.concatenate([border, border]), pairs), shape=size))


def power_partition(points: Floats, areas: Floats, anchors: Floats, wanted: Floats) -> Labels:
    """The label of each point in the power diagram whose areas come near the wanted ones.

    A point x goes to the anchor i with the least |x - a_i|^2 - w_i; the weights w are moved until
    the areas fit. Cells of a power diagram are convex, so the parts hardly ever fall apart.
    """
    squared = ((points[:, None, :] - anchors[None, :, :]) ** 2).sum(axis=2)
    goal = wanted * areas.sum() / wanted.sum()
    weights = np.zeros(len(anchors))
    best: Labels = np.argmin(squared, axis=1).astype(np.int64)
    best_gap = np.inf
    step = 0.35
    for _ in range(400):
        labels = np.argmin(squared - weights, axis=1).astype(np.int64)
        held = np.bincount(labels, areas, minlength=len(anchors))
        gap = float(np.abs(held - goal).max() / goal.mean())
        if gap < best_gap:
            best, best_gap = labels, gap
        weights += step * (goal - held)
        step *= 0.992
    return best


def spread_anchors(points: Floats, areas: Floats, number: int, rng: np.random.Generator) -> Floats:
    """Anchors spread over the points by area-weighted k-means."""
    first = rng.choice(len(points), size=number, replace=False, p=areas / areas.sum())
    anchors = points[first].copy()
    for _ in range(30):
        squared = ((points[:, None, :] - anchors[None, :, :]) ** 2).sum(axis=2)
        labels = np.argmin(squared, axis=1)
        for index in range(number):
            mine = labels == index
            if mine.any():
                anchors[index] = np.average(points[mine], axis=0, weights=areas[mine])
    return anchors


def connected(labels: Labels, areas: Floats, borders: csr_array) -> Labels:
    """The labels with every stray part handed to the neighbour with the longest border."""
    result = labels.copy()
    for _ in range(60):
        strays = _strays(result, areas, borders)
        if not strays:
            return result
        for part in strays:
            around = borders[part].tocoo()
            outside = ~np.isin(around.col, part)
            if outside.any():
                owner = result[around.col[outside]]
                shared = np.bincount(owner, around.data[outside])
                result[part] = int(np.argmax(shared))
    raise RuntimeError("the parts of the sample do not come together; change the seed")


def _strays(labels: Labels, areas: Floats, borders: csr_array) -> list[Labels]:
    """All parts of a label but its largest, smallest first."""
    pairs = borders.tocoo()
    same = labels[pairs.row] == labels[pairs.col]
    inner = coo_array((np.ones(int(same.sum())), (pairs.row[same], pairs.col[same])), borders.shape)
    _, part = connected_components(inner, directed=False)
    size = np.bincount(part, areas)
    largest: dict[int, int] = {}
    for index, label in enumerate(labels):
        held = largest.get(int(label))
        if held is None or size[part[index]] > size[held]:
            largest[int(label)] = int(part[index])
    kept = set(largest.values())
    stray = sorted((p for p in set(part.tolist()) if p not in kept), key=lambda p: float(size[p]))
    return [np.flatnonzero(part == p) for p in stray]
