"""What the plain programmes take and return beside a placement: region rules and split service."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geoplan.model.arrays import Floats, Ints, Sparse, freeze_fields
from geoplan.model.placement import Placement


@dataclass(frozen=True, slots=True, eq=False)
class RegionRules:
    """What every plan owes to each region.

    The share of a region is the served part of its weight. A region without weight has no share:
    no rule binds it.
    """

    least_share: Floats
    """(regions,) least share of each region, 0..1, inclusive; 0 asks nothing."""
    most_gap: float = np.inf
    """Largest difference between the best and the worst share, inclusive."""

    def __post_init__(self) -> None:
        if not ((self.least_share >= 0) & (self.least_share <= 1)).all():
            raise ValueError("RegionRules.least_share must lie between 0 and 1")
        if not self.most_gap >= 0:
            raise ValueError("RegionRules.most_gap must not be negative")
        freeze_fields(self, "least_share")

    @classmethod
    def free(cls, regions: int = 0) -> RegionRules:
        """Return rules that ask nothing."""
        return cls(least_share=np.zeros(regions))


@dataclass(frozen=True, slots=True, eq=False)
class SplitPlacement:
    """A placement and who serves which part of each point."""

    placement: Placement
    share: Sparse
    """(candidates, demand) part of the point's weight that the candidate serves, > 0 and ≤ 1; of a
    point without weight 1 at the nearest open candidate."""

    @property
    def served(self) -> Floats:
        """Served part of each point, (demand,) 0..1."""
        return np.asarray(self.share.sum(axis=0), dtype=np.float64)

    @property
    def gap(self) -> float:
        """Relative distance between bound and objective: 0 when proven, nan without a plan."""
        found = self.placement.objective
        if not np.isfinite(found):
            return float("nan")
        return abs(self.placement.bound - found) / max(abs(found), 1.0)


def region_weights(region: Ints, weight: Floats, regions: int) -> Floats:
    """Return the weight of each region, (regions,); points of region −1 count nowhere.

    Without regions (an empty ``region``) every weight is 0.
    """
    if not region.size:
        return np.zeros(regions)
    inside = region >= 0
    total = np.bincount(region[inside], weights=weight[inside], minlength=regions)
    return np.asarray(total, dtype=np.float64)


def region_shares(region: Ints, weight: Floats, served: Floats) -> Floats:
    """Return the served share of each region, (regions,), nan for a region without weight."""
    regions = int(region.max(initial=-1)) + 1
    total = region_weights(region, weight, regions)
    part = region_weights(region, weight * served, regions)
    shares = np.full(regions, np.nan)
    np.divide(part, total, out=shares, where=total > 0)
    return shares
