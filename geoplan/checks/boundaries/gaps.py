"""B03: ground inside a unit that none of its parts holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from geoplan.checks.boundaries.faces import connected, mean_width_m
from geoplan.checks.boundaries.metric_layer import MetricLayer, metric_layer
from geoplan.checks.boundaries.tiling import sides, tiling_of
from geoplan.model.boundary_dossier import BoundaryDossier
from geoplan.model.findings import Finding
from geoplan.model.rules import Rule

TOUCHING_M = 1e-4
"""Noded lines are moved by rounding, never by more than this."""


@dataclass(frozen=True, slots=True, eq=False)
class GapPiece:
    """A connected piece of ground that no unit of a level holds."""

    parent: int
    """Position in the layer of the parent whose ground it is, -1 where there is none."""
    around: tuple[int, ...]
    """Positions of the units along it, the longest border first."""
    shape: shapely.Geometry
    width_m: float
    """Twice the area by the perimeter."""


def gaps(dossier: BoundaryDossier, rule: Rule) -> Iterable[Finding]:
    """Report ground of a parent that none of the units below holds: one finding a piece.

    Where the layer has no parents, holes of the union are reported: a wide one, which may belong
    to another district, as ``hole``. The subject is the parent, else the unit along the gap with
    the lowest code. Gaps beside a unit whose polygon is not valid are left to B01.
    """
    metric = metric_layer(dossier.layer)
    for level in metric.levels():
        for piece in gap_pieces(metric, level, rule):
            yield _found(metric, rule, piece)


def gap_pieces(metric: MetricLayer, level: str, rule: Rule) -> Iterator[GapPiece]:
    """Yield the pieces of B03 that are wider than rounding noise, parent by parent."""
    tiling = tiling_of(metric, level)
    for parent in np.unique(tiling.above[tiling.covered == 0]).tolist():
        empty = tiling.face[(tiling.covered == 0) & (tiling.above == parent)]
        pieces = connected(empty)
        width_m = mean_width_m(pieces)
        wide = width_m >= rule.numbers["smallest_width_m"]
        beside = sides(tiling, pieces[wide], TOUCHING_M)
        for shape, width, units in zip(pieces[wide], width_m[wide].tolist(), beside, strict=True):
            around = tuple(tiling.unit[units].tolist())
            if _counts(metric, parent, around):
                yield GapPiece(parent, around, shape, width)


def _counts(metric: MetricLayer, parent: int, around: tuple[int, ...]) -> bool:
    """Return whether a gap is one: in a parent, or among units that have none."""
    sound = metric.sound[[*around, *([parent] if parent >= 0 else [])]].all()
    if parent >= 0:
        return bool(sound and around)
    orphans = all(int(metric.parent[one]) < 0 for one in around)
    return bool(sound and around and orphans)


def _found(metric: MetricLayer, rule: Rule, piece: GapPiece) -> Finding:
    case = "sliver"
    if piece.width_m >= rule.numbers["sliver_width_m"]:
        case = "real" if piece.parent >= 0 else "hole"
    beside = [metric.name(one) for one in piece.around[:2]]
    if len(beside) == 1:
        beside.append(beside[0] if piece.parent < 0 else metric.name(piece.parent))
    around = metric.subjects(list(piece.around))
    return rule.found(
        metric.layer.subject(piece.parent) if piece.parent >= 0 else around[0],
        {
            "first": beside[0],
            "second": beside[1],
            "area_m2": round(float(shapely.area(piece.shape)), 3),
            "width_m": round(piece.width_m, 3),
            "length_m": round(float(shapely.length(piece.shape)) / 2, 1),
        },
        case=case,
        place=metric.place(piece.shape, piece.around[0]),
        about=around,
    )
