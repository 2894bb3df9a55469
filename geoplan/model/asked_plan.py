"""A model that can be asked for its best plan, and what it answers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from geoplan.model.placement import Placement, PlacementProblem

TIE = 1e-9
"""Values that differ by at most this part of the larger one are equal."""


@dataclass(frozen=True, slots=True)
class PlanModel:
    """Any model of placement, as far as the questions around a best plan need to know it.

    A site more never makes a plan worse, or it does so only by its own number or price: when a
    plan keeps the rules, then so does what is left of it without a site that is not required, as
    long as the model does not ask that everybody be served. All models of ``solvers`` are so but
    those with a largest gap between regions.
    """

    solve: Callable[[PlacementProblem], Placement]
    """Returns the best plan, with the fewest sites among the equally good."""
    more_is_better: bool
    """True when the value is the weight served, False when it is a cost or a number of sites."""

    @property
    def worst(self) -> float:
        """The value of no plan."""
        return -math.inf if self.more_is_better else math.inf

    def loss(self, value: float, other: float) -> float:
        """Return how much worse the other value is; 0 for a tie and between two lacking plans."""
        if value == other or math.isclose(value, other, rel_tol=TIE, abs_tol=0.0):
            return 0.0
        return value - other if self.more_is_better else other - value


@dataclass(frozen=True, slots=True)
class AskedPlan:
    """The answer to one question; a lacking plan has no sites and the worst value."""

    sites: tuple[int, ...]
    """New sites, ascending, fixed candidates not among them."""
    value: float
    """Worth of the plan in the model's own unit, the model's ``worst`` when there is none."""
    bound: float
    """No plan can be better than this."""
    proven: bool
    """True when no plan is better, or when it is proven that there is none."""

    @property
    def known(self) -> bool:
        """Whether there is a plan at all."""
        return math.isfinite(self.value)
