"""Which unit each office governs, and where it moved from."""

from __future__ import annotations

from collections import Counter

import numpy as np

from geoplan.checks.on_ground import Ground
from geoplan.domain.seat_names import governs, territory_name
from geoplan.model.arrays import Floats, Ints
from geoplan.model.places import LEVELS
from geoplan.model.seats import SeatDossier, Seats


def governed_units(seats: Seats, ground: Ground) -> Ints:
    """Return the unit that each office governs, −1 where it is not known or has no polygon.

    The code decides; where it is empty, the one unit of the lowest level whose name the office
    bears before an ending of a governing body.
    """
    return np.array(
        [
            ground.row_of(code) if code else _named_unit(name, ground)
            for code, name in zip(seats.unit_code.tolist(), seats.name.tolist(), strict=True)
        ],
        dtype=np.int64,
    )


def old_places(dossier: SeatDossier) -> Floats:
    """Return where each office stood before (n, 2), NaN where nothing says so.

    The columns of the move decide, else the one seat of the earlier edition with its id, or with
    its name where either has no id.
    """
    seats, previous = dossier.seats, dossier.previous
    old = seats.old_xy.copy()
    if previous is None:
        return old
    by_id, by_name = _unique(previous.id.tolist()), _unique(previous.name.tolist())
    for row in np.flatnonzero(~np.isfinite(old).all(axis=1)).tolist():
        match = by_id.get(str(seats.id[row])) if seats.id[row] else None
        if match is None:
            match = by_name.get(str(seats.name[row]), -1)
            differs = match >= 0 and bool(seats.id[row]) and bool(previous.id[match])
            match = -1 if differs else match
        if match >= 0:
            old[row] = previous.xy[match]
    return old


def _unique(keys: list[str]) -> dict[str, int]:
    counts = Counter(keys)
    return {key: row for row, key in enumerate(keys) if key and counts[key] == 1}


def _named_unit(office: str, ground: Ground) -> int:
    names = [territory_name(name) for name in ground.name.tolist()]
    for level in reversed(LEVELS):
        rows = [row for row in ground.at(level).tolist() if governs(office, names[row])]
        if rows:
            longest = max(len(names[row]) for row in rows)
            rows = [row for row in rows if len(names[row]) == longest]
            return rows[0] if len(rows) == 1 else -1
    return -1
