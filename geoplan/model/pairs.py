"""Facilities and homes that are within reach of each other, pair by pair."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geoplan.model.arrays import Flags, Floats, Ints, freeze_fields, require_lengths
from geoplan.model.reach import WalkTimes


@dataclass(frozen=True, slots=True, eq=False)
class WalkPairs:
    """Every facility and home within the limit, sorted by facility, then by home."""

    facility: Ints
    """(pairs,) row of the facility."""
    home: Ints
    """(pairs,) row of the demand."""
    seconds: Floats
    """(pairs,) time from the home to the facility."""
    facilities: int
    """Number of facilities, those without a pair included."""
    homes: int
    """Number of demand points, those without a pair included."""
    limit_s: float
    """Largest time that is listed, inclusive."""

    def __post_init__(self) -> None:
        require_lengths("WalkPairs", self.facility.shape[0], home=self.home, seconds=self.seconds)
        if self.facility.size:
            if self.facility.min() < 0 or self.facility.max() >= self.facilities:
                raise ValueError("WalkPairs.facility names a facility that does not exist")
            if self.home.min() < 0 or self.home.max() >= self.homes:
                raise ValueError("WalkPairs.home names a demand point that does not exist")
            if not (self.seconds >= 0).all():
                raise ValueError("WalkPairs.seconds must be numbers that are not negative")
        freeze_fields(self, "facility", "home", "seconds")

    @classmethod
    def of(cls, times: WalkTimes) -> WalkPairs:
        """Return the pairs of a table of walking times; a stored 0 is a pair."""
        table = times.seconds
        if not table.has_sorted_indices:
            table = table.sorted_indices()
        rows = np.arange(table.shape[0], dtype=np.int64)
        return cls(
            facility=np.repeat(rows, np.diff(table.indptr)),
            home=table.indices.astype(np.int64),
            seconds=table.data.astype(np.float64),
            facilities=int(table.shape[0]),
            homes=int(table.shape[1]),
            limit_s=times.limit_s,
        )

    def where(self, keep: Flags) -> WalkPairs:
        """Return the pairs whose flag is set, in the same order."""
        return WalkPairs(
            facility=self.facility[keep],
            home=self.home[keep],
            seconds=self.seconds[keep],
            facilities=self.facilities,
            homes=self.homes,
            limit_s=self.limit_s,
        )
