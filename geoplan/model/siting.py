"""A siting problem and its proven answer; the letters are those of the solvers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geoplan.model.arrays import (
    Flags,
    Floats,
    Indices,
    Sparse,
    Texts,
    freeze_fields,
    require_lengths,
)


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
class SitingProblem:
    """Which candidate serves whom: the input of every solver."""

    reach: Sparse
    """(candidates, demand) stored entries are the pairs within the limit; values are costs."""
    weight: Floats
    """(demand,) ≥ 0, the worth of serving each point."""
    covered: Flags
    """(demand,) True where an existing (fixed) facility already serves the point."""
    new: int
    """How many candidates to open."""
    required: Indices
    """Candidates that must be opened; they count towards ``new``."""
    banned: Indices
    """Candidates that must stay closed."""

    def __post_init__(self) -> None:
        require_lengths("SitingProblem", self.reach.shape[1], weight=self.weight)
        freeze_fields(self, "weight", "covered", "required", "banned")


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What a solver returns: the opened candidates and the proof."""

    sites: Indices
    """Opened candidates, ascending."""
    objective: float
    """Value of the plan, recomputed outside the solver."""
    bound: float
    """No plan can be better than this."""
    status: str
    """``optimal`` or ``time_limit``."""


@dataclass(frozen=True, slots=True, eq=False)
class Reason:
    """Why a site was chosen: what it adds, and what the next best would have added."""

    site: int
    """Candidate index."""
    gain: float
    """Weight that the site adds after the sites ranked before it."""
    lost_without: float
    """Weight lost when this site alone is taken out of the plan."""
    runner_up: int
    """Best candidate to put in its place, −1 when none adds anything."""
    margin: float
    """Weight lost by taking the runner-up instead; 0 is a tie."""


@dataclass(frozen=True, slots=True, eq=False)
class SitingSolution:
    """A ranked plan with its proof and reasons."""

    model: str
    sites: tuple[str, ...]
    """Candidate labels in rank order."""
    objective: float
    bound: float
    status: str
    reasons: tuple[Reason, ...]
    """One a site, in rank order."""
    assignment: dict[str, str]
    """Demand label → label of the nearest open candidate or fixed site within the limit."""
    uncovered: tuple[str, ...]
    """Demand labels that nothing serves."""

    @property
    def order(self) -> tuple[str, ...]:
        """The rank order of the sites: the same as ``sites``."""
        return self.sites

    @property
    def gap(self) -> float:
        """Relative distance between bound and objective, 0 when proven."""
        return abs(self.bound - self.objective) / max(abs(self.objective), 1.0)
