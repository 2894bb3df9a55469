"""B06: the area of a unit is the one that the register publishes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import shapely

from geoplan.checks.boundaries.metric_layer import MetricLayer, axes_swapped, metric_layer
from geoplan.domain.crs import GEOGRAPHIC, reproject_xy
from geoplan.model.arrays import Floats
from geoplan.model.boundary_dossier import BoundaryDossier
from geoplan.model.findings import WHOLE, Finding
from geoplan.model.rules import Rule


def published_areas(dossier: BoundaryDossier, rule: Rule) -> Iterable[Finding]:
    """Report units whose measured area is not the published one: one finding a unit.

    Published is the column of the layer, else ``area_m2`` of the register. A ratio of
    1 / cos² of the latitude, either way, is ``mercator``: one of the two was measured in Web
    Mercator. Exchanged axes are one finding for the layer, which then has no areas.
    """
    if axes_swapped(dossier.layer):
        yield rule.found(WHOLE, {"file": dossier.layer.source.name}, case="swapped")
        return
    metric = metric_layer(dossier.layer)
    published_m2 = _published_m2(dossier)
    known = np.flatnonzero(metric.sound & (published_m2 > 0))
    measured_m2 = shapely.area(metric.polygon[known])
    yield from _compared(metric, known.tolist(), measured_m2, published_m2[known], rule)


def _compared(
    metric: MetricLayer, units: list[int], measured: Floats, published: Floats, rule: Rule
) -> Iterator[Finding]:
    ratio = published / measured
    inflation = _inflation(metric, units)
    off = np.abs(measured - published) / published
    for position, unit in enumerate(units):
        case = _case(float(off[position]), float(ratio[position]), float(inflation[position]), rule)
        if case:
            yield rule.found(
                metric.layer.subject(unit),
                {
                    "name": metric.name(unit),
                    "measured_km2": round(float(measured[position]) / 1e6, 4),
                    "published_km2": round(float(published[position]) / 1e6, 4),
                    "share": round(float(off[position]), 4),
                    "inflation": round(float(inflation[position]), 3),
                },
                case=case,
                place=metric.place(metric.polygon[unit], unit),
            )


def _case(off: float, ratio: float, inflation: float, rule: Rule) -> str:
    """Return which case of the rule a unit is, empty for none."""
    if off <= rule.numbers["warning_share"]:
        return ""
    near = rule.numbers["mercator_share"]
    told_apart = inflation > 1 + 2 * near
    if told_apart and min(abs(ratio / inflation - 1), abs(ratio * inflation - 1)) <= near:
        return "mercator"
    return "far" if off > rule.numbers["error_share"] else "near"


def _inflation(metric: MetricLayer, units: list[int]) -> Floats:
    """Return by how much Web Mercator enlarges areas at the middle of each unit."""
    middle = shapely.get_coordinates(shapely.centroid(metric.polygon[units]))
    latitude = reproject_xy(middle, metric.crs, GEOGRAPHIC)[:, 1]
    found: Floats = 1 / np.cos(np.radians(latitude)) ** 2
    return found


def _published_m2(dossier: BoundaryDossier) -> Floats:
    published = dossier.layer.published_km2 * 1e6
    if dossier.roster is None or "area_m2" not in dossier.roster.numbers:
        return published
    listed = dict(
        zip(dossier.roster.code.tolist(), dossier.roster.numbers["area_m2"].tolist(), strict=True)
    )
    listed.pop("", None)
    from_roster = np.array([listed.get(code, np.nan) for code in dossier.layer.code.tolist()])
    return np.where(np.isnan(published), from_roster, published)
