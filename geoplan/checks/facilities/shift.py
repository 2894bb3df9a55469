"""One displacement that would explain why positions disagree with the declared units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from geoplan.model.arrays import Flags, Floats, Geometries, Indices


@dataclass(frozen=True, slots=True, eq=False)
class Shift:
    """A displacement common to most positions."""

    east_m: float
    """The positions lie so far east of where their units are."""
    north_m: float
    points: int
    """Facilities that were looked at."""
    share_before: float
    """Share of them inside their declared unit as they are."""
    share_after: float
    """The same if the displacement were taken away."""

    @property
    def distance_m(self) -> float:
        """Length of the displacement."""
        return float(np.hypot(self.east_m, self.north_m))


def common_shift(xy: Floats, unit: Geometries, numbers: Mapping[str, float]) -> Shift | None:
    """Return the displacement that explains most positions outside their units, None for none.

    Every move within ``shift_radius_m`` on a grid of ``shift_coarse_m`` is tried, then the
    surroundings of the best ones on a grid of ``shift_step_m``. The answer is the mean of all
    tried moves, each weighted by how likely it is when a share ``shift_strays`` of the positions
    is wrong in its own way.

    Parameters
    ----------
    xy
        (n, 2) positions in metres.
    unit
        (n,) polygon of the declared unit of each.
    numbers
        Thresholds of the rule; a shift needs ``shift_points`` positions, a length of
        ``shift_least_m``, a share of ``shift_after`` once it is taken away, a rise of the share by
        ``shift_rise`` and by ``shift_gained`` positions, and ``shift_mended`` of those outside.
    """
    if xy.shape[0] < numbers["shift_points"]:
        return None
    some = _spread(xy.shape[0], int(numbers["shift_sample"]))
    found = _likeliest_move(xy[some], unit[some], numbers)
    before, after = inside(xy, unit).mean(), inside(xy + found, unit).mean()
    shift = Shift(
        east_m=-float(found[0]),
        north_m=-float(found[1]),
        points=int(xy.shape[0]),
        share_before=float(before),
        share_after=float(after),
    )
    return shift if _strong(shift, numbers) else None


def _strong(shift: Shift, numbers: Mapping[str, float]) -> bool:
    """Return whether taking a displacement away mends so much that chance does not."""
    rise = shift.share_after - shift.share_before
    return (
        shift.distance_m >= numbers["shift_least_m"]
        and shift.share_after >= numbers["shift_after"]
        and rise >= numbers["shift_rise"]
        and rise >= numbers["shift_mended"] * (1.0 - shift.share_before)
        and round(rise * shift.points) >= numbers["shift_gained"]
    )


def inside(xy: Floats, unit: Geometries) -> Flags:
    """Return which positions lie in their unit, borders not included."""
    shapely.prepare(unit)
    flags: Flags = shapely.contains_xy(unit, xy[:, 0], xy[:, 1])
    return flags


def _spread(count: int, most: int) -> Indices:
    """Return at most so many rows, spread evenly over all."""
    rows = np.unique(np.linspace(0, count - 1, min(count, most)).round())
    return rows.astype(np.int32)


def _likeliest_move(xy: Floats, unit: Geometries, numbers: Mapping[str, float]) -> Floats:
    radius_m, coarse_m = numbers["shift_radius_m"], numbers["shift_coarse_m"]
    step_m = numbers["shift_step_m"]
    coarse = _grid(np.zeros((1, 2)), radius_m, coarse_m)
    hits = _hits(xy, unit, coarse)
    best = coarse[np.argsort(-hits, kind="stable")[: int(numbers["shift_best"])]]
    fine = _grid(best, coarse_m, step_m)
    hits = _hits(xy, unit, fine)
    weight = numbers["shift_strays"] ** (hits.max() - hits)
    mean: Floats = (fine * weight[:, None]).sum(axis=0) / weight.sum()
    return mean


def _grid(centres: Floats, radius_m: float, step_m: float) -> Floats:
    """Return all points of a square grid within a radius of any centre, each once."""
    steps = np.arange(-(radius_m // step_m), radius_m // step_m + 1) * step_m
    around = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    around = around[np.hypot(around[:, 0], around[:, 1]) <= radius_m]
    points: Floats = np.unique((centres[:, None, :] + around).reshape(-1, 2), axis=0)
    return points


def _hits(xy: Floats, unit: Geometries, moves: Floats) -> Floats:
    """Return how many positions each move brings into their unit."""
    boxes = shapely.bounds(unit)
    shapely.prepare(unit)
    hits = np.zeros(moves.shape[0])
    for number, move in enumerate(moves):  # some thousand moves: all at once would be n × moves
        moved = xy + move
        near = ((moved >= boxes[:, :2]) & (moved <= boxes[:, 2:])).all(axis=1)
        hits[number] = shapely.contains_xy(unit[near], moved[near, 0], moved[near, 1]).sum()
    return hits
