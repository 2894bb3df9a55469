"""B09: whether a move of a seat is a relocation or a change of address (Order 65, Article 2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

from geoplan.checks.on_ground import Ground, ground_of, lines_near, touched, unit_at
from geoplan.checks.seats.governed import governed_units, old_places
from geoplan.model.arrays import Floats, Indices
from geoplan.model.findings import Finding, Scalar
from geoplan.model.places import LEVELS
from geoplan.model.rules import Rule
from geoplan.model.seats import SeatDossier


def seat_moves(dossier: SeatDossier, rule: Rule) -> Iterable[Finding]:
    """Report the verdict on every move: one finding for each seat that moved.

    A seat moved when its two places are more than ``moved_m`` apart. The next level decides: the
    subdistricts for a district, the communities for a subdistrict; a committee has none below it.
    A place on a line belongs to the lower code, but within ``near_m`` no verdict is given.
    """
    seats, ground = dossier.seats, ground_of(dossier.units)
    unit = governed_units(seats, ground)
    old, new = ground.metres(old_places(dossier)), ground.metres(seats.xy)
    apart_m = np.hypot(*(new - old).T).round(2)
    below = dict(pairwise(LEVELS))
    for row in np.flatnonzero((apart_m > rule.numbers["moved_m"]) & (unit >= 0)).tolist():
        level = below.get(str(ground.level[unit[row]]))
        if level is None:
            continue
        rows, near_m = ground.at(level), rule.numbers["near_m"]
        ends = [_End(ground, rows, xy[[row]], near_m) for xy in (old, new)]
        case, numbers = _verdict(*ends)
        evidence: dict[str, Scalar] = {
            "name": str(seats.name[row]),
            "level": level,
            "moved_m": float(apart_m[row]),
            "old_units": ground.called(ends[0].units()),
            "new_units": ground.called(ends[1].units()),
            **numbers,
        }
        x, y = new[row].tolist()
        yield rule.found(
            seats.subject(row),
            evidence,
            case=case,
            place=ground.place(
                x, y, row=int(seats.row[row]), shape=shapely.LineString([old[row], new[row]])
            ),
            about=tuple(ground.subject[one] for end in ends for one in end.units()),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _End:
    """One end of a move and the units of the next level there."""

    ground: Ground
    rows: Indices
    xy: Floats
    near_m: float

    def host(self) -> int:
        return int(unit_at(self.ground, self.rows, self.xy)[0])

    def line_m(self) -> float:
        """Return how far the nearest line of the level is, infinite beyond ``near_m``."""
        _, near = lines_near(self.ground, self.rows, self.xy, self.near_m + 0.01)
        if near.size == 0:
            return np.inf
        lines = self.ground.outline[near]
        nearest_m = float(shapely.distance(lines, shapely.Point(self.xy[0])).min().round(2))
        return nearest_m if nearest_m <= self.near_m else np.inf

    def units(self) -> list[int]:
        """Return the unit that holds it; near a line every unit that may."""
        if self.line_m() == np.inf:
            return [self.host()] if self.host() >= 0 else []
        _, units = touched(self.ground, self.rows, self.xy, self.near_m + 0.01)
        return [int(unit) for unit in units]


def _verdict(old: _End, new: _End) -> tuple[str, dict[str, float]]:
    nearest_m = min(old.line_m(), new.line_m())
    if nearest_m < np.inf:
        return "uncertain", {"distance_m": nearest_m}
    if old.host() < 0 or new.host() < 0:
        return "unmapped", {}
    return ("address_change" if old.host() == new.host() else "relocation"), {}
