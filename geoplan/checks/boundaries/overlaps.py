"""B02 and B13: two units of one level on the same ground."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from geoplan.checks.boundaries.faces import connected, mean_width_m, shares
from geoplan.checks.boundaries.metric_layer import MetricLayer, metric_layer
from geoplan.checks.boundaries.tiling import Tiling, tiling_of
from geoplan.model.arrays import Floats, Geometries, Ints
from geoplan.model.boundary_dossier import BoundaryDossier
from geoplan.model.findings import Finding, Scalar
from geoplan.model.rules import Rule


@dataclass(frozen=True, slots=True, eq=False)
class PairPiece:
    """A connected piece of ground that two units of one level claim."""

    one: int
    """Position in the layer of the unit with the lower code."""
    other: int
    shape: shapely.Geometry
    """Polygon in metres."""
    area_m2: float
    width_m: float
    """Twice the area by the perimeter."""


def overlaps(dossier: BoundaryDossier, rule: Rule) -> Iterable[Finding]:
    """Report ground that two units of one level claim: one finding a connected piece.

    The subject is the unit with the higher code. Units whose polygon is not valid are passed over
    (B01), and pairs that are nearly the same polygon are left to B13.
    """
    metric = metric_layer(dossier.layer)
    for level in metric.levels():
        for piece in overlap_pieces(metric, level, rule):
            case = "sliver" if piece.width_m < rule.numbers["sliver_width_m"] else "real"
            evidence: dict[str, Scalar] = {
                "name": metric.name(piece.other),
                "other": metric.name(piece.one),
                "area_m2": round(piece.area_m2, 3),
                "width_m": round(piece.width_m, 3),
                "length_m": round(float(shapely.length(piece.shape)) / 2, 1),
            }
            yield rule.found(
                dossier.layer.subject(piece.other),
                evidence,
                case=case,
                place=metric.place(piece.shape, piece.other),
                about=(dossier.layer.subject(piece.one),),
            )


def overlap_pieces(metric: MetricLayer, level: str, rule: Rule) -> Iterator[PairPiece]:
    """Yield the pieces of B02 that are wider than rounding noise, pair by pair."""
    tiling = tiling_of(metric, level)
    doubtful = tiling.face[tiling.covered >= 2]
    face, unit, piece = shares(doubtful, tiling.tree)
    for (one, other), common in sorted(_common(face, unit, piece).items()):
        pair = sorted(
            (int(tiling.unit[one]), int(tiling.unit[other])),
            key=lambda position: (metric.layer.subject(position), position),
        )
        if not metric.sound[pair].all() or _nearly_one(tiling, one, other, common, rule):
            continue
        pieces = connected(common)
        widths = mean_width_m(pieces)
        for shape, width_m in zip(pieces, widths.tolist(), strict=True):
            if width_m >= rule.numbers["smallest_width_m"]:
                yield PairPiece(pair[0], pair[1], shape, float(shapely.area(shape)), width_m)


def _common(face: Ints, unit: Ints, piece: Geometries) -> dict[tuple[int, int], Geometries]:
    """Return what two units have in common in any face, by the pair of units."""
    order = np.lexsort([unit, face])
    face, unit, piece = face[order], unit[order], piece[order]
    size = np.unique(face, return_counts=True)[1].tolist()
    start = np.cumsum([0, *size])
    combined = [
        np.stack(np.triu_indices(many, k=1)) + begin
        for many, begin in zip(size, start[:-1].tolist(), strict=True)
    ]
    first, second = np.hstack([np.empty((2, 0), dtype=np.int64), *combined])
    common = shapely.intersection(piece[first], piece[second])
    large = shapely.area(common) > 0
    found: dict[tuple[int, int], list[shapely.Geometry]] = {}
    for one, other, shape in zip(
        unit[first[large]].tolist(), unit[second[large]].tolist(), common[large], strict=True
    ):
        found.setdefault((one, other), []).append(shape)
    return {pair: np.array(shapes, dtype=object) for pair, shapes in found.items()}


def _nearly_one(tiling: Tiling, one: int, other: int, common: Geometries, rule: Rule) -> bool:
    shared_m2 = float(shapely.area(common).sum())
    both_m2 = float(shapely.area(tiling.polygon[[one, other]]).sum())
    return shared_m2 > rule.numbers["same_polygon_share"] * (both_m2 - shared_m2)


def same_polygons(dossier: BoundaryDossier, rule: Rule) -> Iterable[Finding]:
    """Report pairs of one level whose common ground is nearly all ground of the two.

    One finding a pair; the subject is the unit with the higher code.
    """
    metric = metric_layer(dossier.layer)
    for level in metric.levels():
        unit = metric.at(level)
        unit = unit[metric.sound[unit]]
        smallest = rule.numbers["smallest_share"]
        for first, second, share in _alike(metric.polygon[unit], smallest):
            one, other = sorted(
                (int(unit[first]), int(unit[second])),
                key=lambda position: (dossier.layer.subject(position), position),
            )
            yield rule.found(
                dossier.layer.subject(other),
                {"name": metric.name(other), "other": metric.name(one), "share": round(share, 4)},
                case="same" if share >= 1 - rule.numbers["rounding_share"] else "near",
                place=metric.place(metric.polygon[other], other),
                about=(dossier.layer.subject(one),),
            )


def _alike(polygons: Geometries, smallest_share: float) -> Iterator[tuple[int, int, float]]:
    """Yield pairs whose intersection is more than a share of their union, with the share.

    With a share t of the union in common, at most 1 - t of either polygon lies outside the other,
    so the areas have a ratio of t at least and either centroid is off the common one by at most
    (1 - t) diameters: neighbours are told apart without any intersection.
    """
    first, second = shapely.STRtree(polygons).query(polygons)
    first, second = first[first < second], second[first < second]
    area, centre = shapely.area(polygons), shapely.get_coordinates(shapely.centroid(polygons))
    size = shapely.bounds(polygons)
    across = np.hypot(size[:, 2] - size[:, 0], size[:, 3] - size[:, 1])
    apart: Floats = np.hypot(*(centre[first] - centre[second]).T)
    near = apart <= (1 - smallest_share) * (across[first] + across[second])
    near &= np.minimum(area[first], area[second]) >= smallest_share * np.maximum(
        area[first], area[second]
    )
    first, second = first[near], second[near]
    common = shapely.area(shapely.intersection(polygons[first], polygons[second]))
    share = common / (area[first] + area[second] - common)
    for position in np.flatnonzero(share > smallest_share).tolist():
        yield int(first[position]), int(second[position]), float(share[position])
