"""A plan in yearly stages: what each may spend, opens, and is worth."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geoplan.model.arrays import Floats, freeze_fields


@dataclass(frozen=True, slots=True)
class StageMeans:
    """What one stage may open and spend."""

    new: int
    """How many sites at most."""
    budget: float = math.inf
    """How much money at most, inclusive, in the unit of the prices."""

    def __post_init__(self) -> None:
        if self.new < 0 or not self.budget >= 0:
            raise ValueError("StageMeans.new and .budget must not be negative")


@dataclass(frozen=True, slots=True, eq=False)
class PlanStage:
    """What stands when one stage is built, and what its money could have bought at best."""

    opened: tuple[int, ...]
    """Sites that this stage opens, ascending."""
    built: tuple[int, ...]
    """Sites that this and all earlier stages opened, ascending."""
    spent: float
    """Price of all sites built."""
    value: float
    """Worth of all sites built in the model's own unit; inf or −inf when they do not suffice."""
    best: float
    """Worth of the best plan for all means given so far, without regard to stages."""
    best_bound: float
    """No plan for these means can be better than this."""
    regret: float
    """How much worse ``value`` is than ``best``: what is lost when no later stage is
    paid; 0 also when a yardstick that is not proven falls short of ``value``."""
    region_share: Floats
    """(regions,) part of each region's weight within the limit of an open place, nan for a region
    without weight; empty when the problem has no regions."""

    def __post_init__(self) -> None:
        freeze_fields(self, "region_share")


@dataclass(frozen=True, slots=True, eq=False)
class StagedPlan:
    """A plan in stages, the first first."""

    stages: tuple[PlanStage, ...]
    proven: bool
    """True when every plan and every yardstick is proven."""

    @property
    def sites(self) -> tuple[int, ...]:
        """Sites in the order of the stages, ascending within one."""
        return tuple(site for stage in self.stages for site in stage.opened)

    @property
    def price_of_staging(self) -> float:
        """How much worse the last stage is than the best plan for all the money."""
        return self.stages[-1].regret

    @property
    def worst_regret(self) -> float:
        """The largest regret of a stage."""
        return max(stage.regret for stage in self.stages)

    @property
    def total_regret(self) -> float:
        """The sum of the regrets of all stages."""
        return math.fsum(stage.regret for stage in self.stages)
