"""How often a site is chosen when the data are a little different."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geoplan.model.arrays import Floats, Ints, freeze_fields


@dataclass(frozen=True, slots=True, eq=False)
class PlanStability:
    """The best plans of many variants of one problem."""

    chosen: Ints
    """(candidates,) number of variants whose best plan opens each candidate."""
    value: Floats
    """(variants,) value of each best plan, nan where there is none."""
    sites: tuple[tuple[int, ...], ...]
    """The sites of each variant's best plan, ascending; none where there is no plan."""
    unproven: int
    """How many of the variants were not solved in time; their best known plan counts."""

    def __post_init__(self) -> None:
        freeze_fields(self, "chosen", "value")

    @property
    def planned(self) -> int:
        """How many of the variants have a plan."""
        return int(np.isfinite(self.value).sum())

    @property
    def share(self) -> Floats:
        """(candidates,) share of the variants with a plan that open each; nan without any."""
        if not self.planned:
            return np.full(self.chosen.size, np.nan)
        return np.asarray(self.chosen / self.planned, dtype=np.float64)

    def share_near(self, xy: Floats, site: int, *, within_m: float) -> float:
        """Return the share of the variants with a plan that open something near a site.

        Parameters
        ----------
        xy
            (candidates listed, 2) positions, metres; what is not listed is never new.
        within_m
            Straight distance, inclusive; the site itself is near.
        """
        near = np.flatnonzero(np.hypot(*(xy - xy[site]).T) <= within_m)
        hits = sum(bool(np.isin(plan, near).any()) for plan in self.sites if plan)
        return hits / self.planned if self.planned else float("nan")

    @property
    def value_range(self) -> tuple[float, float]:
        """The least and the largest value of a plan; nan when no variant has one."""
        known = self.value[np.isfinite(self.value)]
        return (float(known.min()), float(known.max())) if known.size else (np.nan, np.nan)
