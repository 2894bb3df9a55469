"""A siting problem and its proven answer; the letters are those of the solvers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from geoplan.model.arrays import (
    Flags,
    Floats,
    Indices,
    Sparse,
    Texts,
    freeze_fields,
    require_lengths,
)

Label: TypeAlias = str | int
"""What the caller calls a candidate or a demand point; handed back as it came."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Places where a facility may be opened or upgraded, existing space before new building."""

    id: Texts
    """(k,) unique ids."""
    name: Texts
    """(k,) names, empty for street corners until they are described."""
    origin: Texts
    """(k,) class ids of ``domain.siting``: ``room`` (an existing public room), ``party_center``,
    ``idle`` (an idle building), ``upgrade`` (an existing station) or ``street`` (a new site)."""
    xy: Floats
    """(k, 2) positions in the study area's crs."""
    price: Floats
    """(k,) what opening each costs, 万元, finite and ≥ 0."""

    def __post_init__(self) -> None:
        require_lengths(
            "Candidates",
            self.id.shape[0],
            name=self.name,
            origin=self.origin,
            xy=self.xy,
            price=self.price,
        )
        if not (np.isfinite(self.price) & (self.price >= 0)).all():
            raise ValueError("Candidates.price must be finite and not negative")
        freeze_fields(self, "id", "name", "origin", "xy", "price")


@dataclass(frozen=True, slots=True)
class SitingStage:
    """What one year may open."""

    year: int
    new: int
    budget: float = np.inf
    """Most that the sites of the year may cost together, 万元."""


@dataclass(frozen=True, slots=True)
class SitingRules:
    """What a plan may do and what people weigh."""

    model: str
    """One of ``domain.siting.SITING_MODELS``."""
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
    classes: tuple[str, ...]
    """Ids of the classes of ``domain.siting`` that may be used."""
    cost: Mapping[str, float]
    """What opening a candidate of each class costs, 万元, where the facility does not say."""
    reach_s: float
    """The p-median and the p-center look for sites at most this many seconds away."""
    capacity: Mapping[str, float] = field(default_factory=dict)
    """Most people whom a site of the class can serve; no limit for a class that is not named."""
    budget: float = np.inf
    """Most that all sites may cost together, 万元."""
    min_spacing_m: float = 0.0
    """Two opened sites, or an opened site and an existing facility of the service, are at least
    this far apart in a straight line."""
    required: tuple[str, ...] = ()
    """Ids of candidates that must be opened."""
    banned: tuple[str, ...] = ()
    """Ids of candidates that must stay closed."""
    floor: float = 0.0
    """Least covered share of every subdistrict, 0..1."""
    floors: Mapping[str, float] = field(default_factory=dict)
    """Least covered share of single subdistricts, by name or code; they go before ``floor``."""
    most_gap: float = np.inf
    """Largest difference between the covered shares of two subdistricts."""
    stages: tuple[SitingStage, ...] = ()
    """The years in which the sites open, in order; empty when all open at once."""


@dataclass(frozen=True, slots=True, eq=False)
class SitingProblem:
    """Which candidate serves whom: the input of every solver.

    The order of the candidates is the canonical one: among plans of equal worth a solver returns
    the one that comes first in it.
    """

    reach: Sparse
    """(candidates, demand) stored entries are the pairs within the limit, inclusive; values are
    costs, a stored 0 is a cost of 0."""
    weight: Floats
    """(demand,) finite and ≥ 0, the worth of serving each point."""
    covered: Flags
    """(demand,) True where an existing (fixed) facility already serves the point."""
    new: int
    """How many candidates to open at most."""
    required: Indices
    """Candidates that must be opened; they count towards ``new``."""
    banned: Indices
    """Candidates that must stay closed."""

    def __post_init__(self) -> None:
        demand = self.reach.shape[1]
        require_lengths("SitingProblem", demand, weight=self.weight, covered=self.covered)
        if not (np.isfinite(self.weight).all() and (self.weight >= 0).all()):
            raise ValueError("SitingProblem.weight must be finite and not negative")
        if not 0 <= np.unique(self.required).size <= self.new:
            raise ValueError("SitingProblem.new must be at least 0 and at least the required sites")
        if np.isin(self.required, self.banned).any():
            raise ValueError("a candidate cannot be both required and banned")
        freeze_fields(self, "weight", "covered", "required", "banned")

    def served(self, sites: Indices) -> Flags:
        """Return which demand points are covered already or within reach of the sites."""
        opened = np.zeros(self.reach.shape[0], dtype=np.bool_)
        opened[sites] = True
        served = self.covered.copy()
        served[self.reach.indices[np.repeat(opened, np.diff(self.reach.indptr))]] = True
        return served

    def value(self, sites: Indices) -> float:
        """Return the weight of all served points; the sum does not depend on their order."""
        return math.fsum(self.weight[self.served(sites)].tolist())


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What a solver returns: the opened candidates and the proof."""

    sites: Indices
    """Opened candidates, ascending."""
    objective: float
    """Weight of all points that the plan serves, those covered already included."""
    bound: float
    """No plan can be better than this."""
    status: str
    """``optimal`` or ``time_limit``."""
    canonical: bool = True
    """True when the plan is proven to come first among the plans of equal worth."""


@dataclass(frozen=True, slots=True, eq=False)
class SitingLabels:
    """What the caller calls the rows and columns of a problem, and who serves already."""

    candidate: tuple[Label, ...]
    """(candidates,) unique labels."""
    demand: tuple[Label, ...]
    """(demand,) unique labels."""
    fixed: tuple[Label | None, ...]
    """(demand,) nearest existing facility within the limit, None when there is none or when the
    caller does not say."""
    fixed_cost: Floats
    """(demand,) cost to that facility, inf when there is none."""

    def __post_init__(self) -> None:
        if not len(self.demand) == len(self.fixed) == self.fixed_cost.shape[0]:
            raise ValueError("SitingLabels needs one fixed facility and one cost a demand point")
        freeze_fields(self, "fixed_cost")

    @classmethod
    def plain(cls, candidate: Texts, demand: Texts) -> SitingLabels:
        """Return the labels of a problem whose existing facilities are not to be named."""
        return cls(
            candidate=tuple(candidate.tolist()),
            demand=tuple(demand.tolist()),
            fixed=(None,) * demand.shape[0],
            fixed_cost=np.full(demand.shape[0], np.inf),
        )


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a site was chosen: what it adds, and what the next best would have added."""

    site: int
    """Candidate index."""
    gain: float
    """Weight that the site adds after the sites ranked before it."""
    lost_without: float
    """Weight lost when this site alone is taken out of the plan."""
    runner_up: int
    """Best candidate to put in its place, −1 when none adds anything or the site is required."""
    margin: float
    """Weight lost by taking the runner-up instead; 0 is a tie."""


@dataclass(frozen=True, slots=True, eq=False)
class SitingSolution:
    """A ranked plan with its proof and reasons."""

    model: str
    sites: tuple[Label, ...]
    """Candidate labels in rank order; existing (fixed) facilities are not among them."""
    objective: float
    """Weight of all points served by the plan, those that existing facilities serve included."""
    baseline: float
    """Weight served before any site opens; ``objective`` − ``baseline`` is what the plan adds."""
    bound: float
    """No plan can serve more weight than this."""
    status: str
    """``optimal`` (proven) or ``time_limit`` (best plan known, with its bound)."""
    canonical: bool
    """True when the plan is proven to come first among all plans of equal worth."""
    reasons: tuple[Reason, ...]
    """One a site, in rank order."""
    assignment: dict[Label, Label]
    """Demand label → label of the nearest open candidate or fixed site within the limit."""
    uncovered: tuple[Label, ...]
    """Demand labels that nothing serves."""

    @property
    def order(self) -> tuple[Label, ...]:
        """The rank order of the sites: the same as ``sites``."""
        return self.sites

    @property
    def gap(self) -> float:
        """Relative distance between bound and objective, 0 when proven."""
        return abs(self.bound - self.objective) / max(abs(self.objective), 1.0)
