"""A placement problem: who could be served where at what cost, and what every plan must keep."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.sparse import csr_array

from geoplan.model.arrays import (
    Flags,
    Floats,
    Indices,
    Ints,
    Sparse,
    freeze_fields,
    require_lengths,
)


@dataclass(frozen=True, slots=True, eq=False)
class PlacementRules:
    """What a plan must keep, beside the number of new sites."""

    fixed: Indices
    """Candidates that are open already: they serve, are never closed and do not count as new."""
    required: Indices
    """Candidates that must be opened; they count as new."""
    banned: Indices
    """Candidates that must stay closed."""
    conflicts: Ints
    """(k, 2) pairs of candidates that may not both be open (minimum spacing)."""
    capacity: Floats
    """(candidates,) most weight that each may serve, inf for no limit."""
    price: Floats
    """(candidates,) what opening each costs, ≥ 0."""
    budget: float = np.inf
    """Most that all opened candidates may cost together, inclusive."""

    def __post_init__(self) -> None:
        if self.conflicts.ndim != 2 or self.conflicts.shape[1] != 2:
            raise ValueError("PlacementRules.conflicts must be pairs of candidates")
        if (
            not (self.capacity >= 0).all()
            or not (np.isfinite(self.price) & (self.price >= 0)).all()
        ):
            raise ValueError("PlacementRules: capacities and prices must not be negative")
        freeze_fields(self, "fixed", "required", "banned", "conflicts", "capacity", "price")

    @classmethod
    def free(cls, candidates: int) -> PlacementRules:
        """Return rules that forbid nothing."""
        nothing = np.empty(0, dtype=np.int32)
        return cls(
            fixed=nothing,
            required=nothing,
            banned=nothing,
            conflicts=np.empty((0, 2), dtype=np.int64),
            capacity=np.full(candidates, np.inf),
            price=np.zeros(candidates),
        )


@dataclass(frozen=True, slots=True, eq=False)
class PlacementProblem:
    """Costs between candidates and demand, weights, and rules: the input of every model.

    The order of the candidates is the canonical one: among equally good plans a solver returns
    the one that opens the fewest candidates, and among those the one whose ascending list comes
    first.
    """

    cost: Sparse
    """(candidates, demand) stored entries are the pairs that can be; a stored 0 is a cost of 0."""
    weight: Floats
    """(demand,) finite and ≥ 0."""
    new: int
    """How many candidates to open at most, fixed ones not counted."""
    rules: PlacementRules
    limit: float = np.inf
    """A point is covered at this cost or less; models of coverage need it."""
    region: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """(demand,) region of each point, −1 for none; empty when there are no regions."""
    distance: Floats = field(default_factory=lambda: np.empty((0, 0)))
    """(candidates, candidates) between candidates, for models that spread sites; else empty."""

    def __post_init__(self) -> None:
        candidates, demand = self.cost.shape
        require_lengths("PlacementProblem", demand, weight=self.weight)
        require_lengths(
            "PlacementProblem", candidates, capacity=self.rules.capacity, price=self.rules.price
        )
        if self.region.size:
            require_lengths("PlacementProblem", demand, region=self.region)
        if self.distance.size and self.distance.shape != (candidates, candidates):
            raise ValueError("PlacementProblem.distance must be (candidates, candidates)")
        if not (np.isfinite(self.weight).all() and (self.weight >= 0).all()):
            raise ValueError("PlacementProblem.weight must be finite and not negative")
        if self.new < 0 or not self.limit >= 0:
            raise ValueError("PlacementProblem.new and .limit must not be negative")
        if self.cost.nnz and not (self.cost.data >= 0).all():
            raise ValueError("PlacementProblem.cost must not be negative")
        freeze_fields(self, "weight", "region", "distance")

    def of_points(self, points: Ints) -> PlacementProblem:
        """Return the problem of these points alone, in this order."""
        return replace(
            self,
            cost=csr_array(self.cost[:, points]),
            weight=self.weight[points],
            region=self.region[points] if self.region.size else self.region,
        )

    def open_with(self, sites: Indices) -> Flags:
        """Return which candidates are open: the fixed ones and the given sites."""
        opened: Flags = np.zeros(self.cost.shape[0], dtype=np.bool_)
        opened[self.rules.fixed] = True
        opened[sites] = True
        return opened

    def least_cost(self, sites: Indices) -> Floats:
        """Return the cost of each point to its nearest open candidate, inf when there is none."""
        opened = np.repeat(self.open_with(sites), np.diff(self.cost.indptr))
        nearest = np.full(self.cost.shape[1], np.inf)
        np.minimum.at(nearest, self.cost.indices[opened], self.cost.data[opened])
        return nearest

    def served(self, sites: Indices) -> Flags:
        """Return which points an open candidate serves within the limit."""
        usable = np.repeat(self.open_with(sites), np.diff(self.cost.indptr))
        usable &= self.cost.data <= self.limit
        served: Flags = np.zeros(self.cost.shape[1], dtype=np.bool_)
        served[self.cost.indices[usable]] = True
        return served

    def served_weight(self, sites: Indices) -> float:
        """Return the weight of all served points; the sum does not depend on their order."""
        return math.fsum(self.weight[self.served(sites)].tolist())


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """What a model's solver returns: the opened candidates, who goes where, and the proof."""

    sites: Indices
    """Opened candidates, ascending, fixed ones not among them."""
    assigned: Indices
    """(demand,) open candidate that serves each point, −1 where none does. Where capacity splits a
    point, the candidate that serves most of it."""
    objective: float
    """Worth of the plan in the model's own unit, recomputed outside the solver."""
    bound: float
    """No plan can be better than this: an upper bound when more is better, else a lower one."""
    status: str
    """``optimal``, ``time_limit`` (best plan known, with its bound) or ``infeasible``."""
    canonical: bool = True
    """True when the plan is proven to come first among the plans of equal worth."""

    def __post_init__(self) -> None:
        freeze_fields(self, "sites", "assigned")
