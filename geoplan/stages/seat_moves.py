"""Which seats moved between two editions that give positions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from geoplan.domain.crs import GEOGRAPHIC, metric_crs, reproject_xy
from geoplan.model.arrays import Floats
from geoplan.model.edition_changes import CompareRules, EditionChange, UnitEntry
from geoplan.model.gazetteer import Gazetteer
from geoplan.stages.unit_matching import Match

Entries = tuple[Sequence[UnitEntry], Sequence[UnitEntry]]


def seat_moves(
    before: Gazetteer,
    after: Gazetteer,
    matches: Sequence[Match],
    entries: Entries,
    rules: CompareRules,
) -> list[EditionChange]:
    """Return a change for each pair whose positions are farther apart than ``rules.seat_m``.

    Parameters
    ----------
    matches
        Positions of one unit in the two registers; a unit without a position in both is left out.
    entries
        The units of either register, as they are told.
    """
    old, new = np.array([(one.old, one.new) for one in matches], dtype=np.int64).reshape(-1, 2).T
    start, end = before.xy[old], after.xy[new]
    known = np.isfinite(start).all(axis=1) & np.isfinite(end).all(axis=1)
    if not known.any():
        return []
    distance_m = np.zeros(len(old))
    distance_m[known] = _distances_m(start[known], end[known])
    return [
        EditionChange(
            kind="moved_seat",
            before=(entries[0][old[one]],),
            after=(entries[1][new[one]],),
            certainty=matches[one].certainty,
            why=matches[one].why,
            distance_m=float(distance_m[one]),
            shape=shapely.LineString([start[one], end[one]]),
        )
        for one in np.flatnonzero(distance_m > rules.seat_m).tolist()
    ]


def _distances_m(start: Floats, end: Floats) -> Floats:
    """Return distances between points in EPSG:4490, in metres of the zone of their middle."""
    lon, lat = start.mean(axis=0).tolist()
    system = metric_crs(lon, lat)
    moved = reproject_xy(end, GEOGRAPHIC, system) - reproject_xy(start, GEOGRAPHIC, system)
    return np.hypot(moved[:, 0], moved[:, 1])
