"""Candidates, what a plan may do, and a proven plan with its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from geoplan.model.arrays import Floats, Texts, freeze_fields, require_lengths
from geoplan.model.placement import PlacementProblem
from geoplan.model.split_placement import RegionRules

Label: TypeAlias = str | int
"""What the caller calls a candidate or a demand point; handed back as it came."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Places where a facility may be opened or upgraded, existing rooms before street corners."""

    id: Texts
    """(k,) unique ids."""
    name: Texts
    """(k,) names, empty for street corners until they are described."""
    origin: Texts
    """(k,) ``room`` (an existing public room), ``upgrade`` (an existing station) or ``street``."""
    xy: Floats
    """(k, 2) positions in the study area's crs."""

    def __post_init__(self) -> None:
        require_lengths(
            "Candidates", self.id.shape[0], name=self.name, origin=self.origin, xy=self.xy
        )
        freeze_fields(self, "id", "name", "origin", "xy")


@dataclass(frozen=True, slots=True)
class SitingRules:
    """What a plan may do and what people weigh."""

    model: str
    service: str
    limit_s: float
    """A home is served by a site at most this many seconds away."""
    snap_m: float
    weights: Mapping[str, float]
    """Weight of one person of each group; groups add up (80+ are also 60+)."""
    new: int
    spacing_m: float
    """Distance between street-corner candidates."""
    max_candidates: int
    time_limit_s: float


@dataclass(frozen=True, slots=True, eq=False)
class SitingQuestion:
    """What is asked of the solvers: a problem, a model, and what regions are owed."""

    problem: PlacementProblem
    model: str
    """A name in ``solvers.table``."""
    time_limit_s: float
    regions: RegionRules = field(default_factory=RegionRules.free)
    leave_unreachable: bool = False
    """Whether points that no candidate can serve are left out where a model must serve everybody;
    if not, they are an error."""


@dataclass(frozen=True, slots=True, eq=False)
class SitingLabels:
    """What the caller calls the candidates, the demand points and the regions of a problem."""

    candidate: tuple[Label, ...]
    """(candidates,) unique labels."""
    demand: tuple[Label, ...]
    """(demand,) unique labels."""
    region: tuple[Label, ...] = ()
    """(regions,) unique labels, empty when there are no regions."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a site was chosen: what it adds, and what the next best would have added.

    In the unit of the plan's objective, for ``lscp`` in weight served, people twice served counting
    twice (``backup``); for the
    p-median and p-center what the site saves, a point that nothing serves counted at the largest
    cost there is; for the p-dispersion ``gain`` is the distance to the nearest open site.
    """

    site: Label
    gain: float
    """What the site adds after the sites ranked before it."""
    lost_without: float
    """What is lost when this site alone is taken out of the plan."""
    runner_up: Label | None
    """Best candidate to put in its place that keeps the rules among sites; None when none adds
    anything or the site is required."""
    margin: float
    """What is lost by taking the runner-up instead; 0 is a tie, and less than 0 says that the
    runner-up is worth more but breaks a rule of the whole plan, such as a floor."""


@dataclass(frozen=True, slots=True, eq=False)
class SitingSolution:
    """A ranked plan with its proof and reasons."""

    model: str
    unit: str
    """What the objective is in: ``weight``, ``sites``, ``price``, ``weight cost``, ``cost`` or
    ``distance``."""
    more_is_better: bool
    sites: tuple[Label, ...]
    """Candidate labels in rank order; existing (fixed) facilities are not among them."""
    objective: float
    """What the plan is worth, existing facilities included: the weight served (``mclp``,
    ``worst-first``), served twice (``backup``), the number or price of the new sites (``lscp``),
    the sum of weight times cost (``p-median``), the largest cost (``p-center``), the least
    distance between two sites (``p-dispersion``)."""
    baseline: float
    """The weight served before any site opens, whatever the model."""
    bound: float
    """No plan can be better than this: an upper bound when more is better, else a lower one."""
    status: str
    """``optimal`` (proven) or ``time_limit`` (best plan known, with its bound)."""
    canonical: bool
    """True when the plan is proven to come first among all plans of equal worth."""
    reasons: tuple[Reason, ...]
    """One a site, in rank order."""
    assignment: dict[Label, Label]
    """Demand label → label of the open candidate or fixed site that serves it; where capacity
    splits a point, the one that serves most of it."""
    uncovered: tuple[Label, ...]
    """Demand labels that nothing serves."""
    unreachable: tuple[Label, ...]
    """Those of them, with a weight, that no candidate could serve whatever is opened."""
    most: float
    """The weight served if every candidate that may be opened were open: no number of sites
    serves more."""

    @property
    def order(self) -> tuple[Label, ...]:
        """The rank order of the sites: the same as ``sites``."""
        return self.sites

    @property
    def gap(self) -> float:
        """Relative distance between bound and objective, 0 when proven."""
        if self.bound == self.objective:
            return 0.0
        return abs(self.bound - self.objective) / max(abs(self.objective), 1.0)
