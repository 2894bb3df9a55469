"""Candidates, what a plan may do, and a proven plan with its reasons."""

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
    Ints,
    Sparse,
    Texts,
    freeze_fields,
    require_lengths,
)
from geoplan.model.network import SnappedPoints
from geoplan.model.placement import PlacementProblem
from geoplan.model.split_placement import RegionRules
from geoplan.model.staging import StagedPlan

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
    """``optimal`` (proven), ``time_limit`` (best plan known, with its bound), or ``staged``: every
    stage is proven, and the bound is what the same means could be worth without stages."""
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
    price_of_fairness: float = math.nan
    """The weight that the best plan without floors, gap or worst-first order serves more; nan
    where the plan owes regions nothing, or one of the two plans is not proven."""

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


@dataclass(frozen=True, slots=True, eq=False)
class SiteProblem:
    """What is asked, by the names of the project.

    The candidates of the question are those listed, then what gives the service already.
    """

    candidates: Candidates
    question: SitingQuestion
    labels: SitingLabels
    reach: Sparse
    """(candidates listed, demand) 1 where the home is within the limit of coverage."""
    covered: Flags
    """(demand,) True where an existing facility is within the limit."""
    people: Ints
    """(demand, groups) people of the units."""
    points: SnappedPoints
    """Where the candidates listed meet the streets."""

    def rows(self, sites: tuple[Label, ...]) -> Indices:
        """Return the candidates of these labels, in their order."""
        row_of = {label: row for row, label in enumerate(self.candidates.id.tolist())}
        return np.array([row_of[str(name)] for name in sites], dtype=np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class Siting:
    """The plan, what it was chosen from, and the people whom each site adds."""

    asked: SiteProblem
    solution: SitingSolution
    gains: Ints
    """(sites, groups) people whom each site brings within the limit after those before it."""
    staged: StagedPlan | None = None
    """The plan by stages, None when all sites open at once."""

    @property
    def candidates(self) -> Candidates:
        """The candidates that the plan was chosen from."""
        return self.asked.candidates


@dataclass(frozen=True, slots=True)
class Headroom:
    """How far sites can help at all: people of the main group within the limit."""

    people: int
    """All people of the units."""
    covered: int
    """Those whom what stands already reaches."""
    planned: int
    """Those whom the plan reaches, too."""
    most: int
    """Those who would be reached if every candidate were open; the others need home visits."""
