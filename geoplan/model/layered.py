"""Siting in layers: levels of one hierarchy, or services under one roof, and the plan found."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array

from geoplan.model.arrays import Flags, Floats, Ints, Sparse, freeze_fields, require_lengths

NO_PAIRS: Ints = np.empty((0, 2), dtype=np.int64)
"""No pair at all: the openings of an empty plan."""


@dataclass(frozen=True, slots=True, eq=False)
class LayerRules:
    """What a plan must keep, whatever its layers are: levels or services."""

    required: Ints
    """(k, 2) pairs (candidate, layer) that must be opened; they count as new."""
    banned: Ints
    """(k, 2) pairs (candidate, layer) that must not be opened."""
    conflicts: Ints
    """(k, 2) pairs of different candidates that may not both be open (minimum spacing); two that
    exist already may stay as near as they are."""
    price: Floats
    """(candidates, layers) what each opening costs, ≥ 0."""
    budget: float = np.inf
    """Most that the plan may cost, inclusive."""

    def __post_init__(self) -> None:
        for name in ("required", "banned", "conflicts"):
            pairs = getattr(self, name)
            if pairs.ndim != 2 or pairs.shape[1] != 2 or (pairs < 0).any():
                raise ValueError(f"LayerRules.{name} must be pairs of numbers from 0")
        if (self.conflicts[:, 0] == self.conflicts[:, 1]).any():
            raise ValueError("LayerRules.conflicts: a candidate cannot be in its own way")
        if self.price.ndim != 2 or not (np.isfinite(self.price) & (self.price >= 0)).all():
            raise ValueError("LayerRules.price must be a table of finite prices, none negative")
        if not self.budget >= 0:
            raise ValueError("LayerRules.budget must not be negative")
        freeze_fields(self, "required", "banned", "conflicts", "price")

    @classmethod
    def free(cls, candidates: int, layers: int) -> LayerRules:
        """Return rules that forbid nothing; everything is free of charge."""
        return cls(NO_PAIRS, NO_PAIRS, NO_PAIRS, price=np.zeros((candidates, layers)))

    def require_within(self, owner: str, candidates: int, layers: int) -> None:
        """Raise ``ValueError`` when a pair or the prices do not fit the problem."""
        if self.price.shape != (candidates, layers):
            raise ValueError(f"{owner}: prices must be ({candidates}, {layers})")
        for pairs in (self.required, self.banned):
            if (pairs >= [candidates, layers]).any():
                raise ValueError(f"{owner}: a pair names a candidate or layer that is not there")
        if (self.conflicts >= candidates).any():
            raise ValueError(f"{owner}: a conflict names a candidate that is not there")


@dataclass(frozen=True, slots=True, eq=False)
class Coherence:
    """Every opened facility belongs to one of a higher level nearby."""

    cost: Sparse
    """(candidates, candidates) from the lower one (row) to the higher one (column); stored entries
    are the pairs that can be."""
    limit: Floats
    """(levels − 1,) a facility opened at level k lies at this cost or less from an open one of
    level k + 1 or higher; inf for no such rule on level k."""

    def __post_init__(self) -> None:
        if self.cost.nnz and not (self.cost.data >= 0).all():
            raise ValueError("Coherence.cost must not be negative")
        if not (self.limit >= 0).all():
            raise ValueError("Coherence.limit must not be negative")
        freeze_fields(self, "limit")


@dataclass(frozen=True, slots=True, eq=False)
class HierarchyProblem:
    """Facilities of nested levels: one of level k gives the services of all levels up to k.

    Levels are numbered from 0, the lowest. The order of the candidates is the canonical one.
    """

    cost: Sparse
    """(candidates, demand) stored entries are the pairs that can be; a stored 0 is a cost of 0."""
    weight: Floats
    """(levels, demand) finite and ≥ 0, who needs the service of each level."""
    worth: Floats
    """(levels,) finite and ≥ 0, what serving one of them is worth."""
    limit: Floats
    """(levels,) the service of level k reaches this cost, inclusive, whatever gives it."""
    new: Ints
    """(levels,) most openings of each level; an upgrade counts in the level it reaches."""
    level: Ints
    """(candidates,) level of the facility that exists there, −1 where there is none."""
    rules: LayerRules
    """The price of an existing facility's pair is that of the upgrade; its own level and those
    below cannot be opened."""
    coherence: Coherence | None = None
    """Existing facilities that stay as they are owe nothing."""

    def __post_init__(self) -> None:
        candidates, levels = self.cost.shape[0], self.weight.shape[0]
        _require_costs("HierarchyProblem", self.cost, self.weight, self.limit, self.new)
        require_lengths("HierarchyProblem", levels, worth=self.worth)
        require_lengths("HierarchyProblem", candidates, level=self.level)
        if not (np.isfinite(self.worth) & (self.worth >= 0)).all():
            raise ValueError("HierarchyProblem.worth must be finite and not negative")
        if ((self.level < -1) | (self.level >= levels)).any():
            raise ValueError(f"HierarchyProblem.level must lie between -1 and {levels - 1}")
        self.rules.require_within("HierarchyProblem", candidates, levels)
        if self.coherence is not None:
            require_lengths("Coherence", levels - 1, limit=self.coherence.limit)
            if self.coherence.cost.shape != (candidates, candidates):
                raise ValueError("Coherence.cost must be between candidates and candidates")
        freeze_fields(self, "weight", "worth", "limit", "new", "level")

    def levels_with(self, openings: Ints) -> Ints:
        """Return the level of each candidate, (candidates,), after the openings; −1 for none."""
        level = self.level.copy()
        np.maximum.at(level, openings[:, 0], openings[:, 1])
        return level

    def served(self, openings: Ints) -> Flags:
        """Return who gets the service of each level, (levels, demand)."""
        steps = np.arange(self.limit.size)
        return layers_served(self.cost, self.levels_with(openings)[:, None] >= steps, self.limit)

    def value(self, openings: Ints) -> float:
        """Return the worth of everybody served; the sum does not depend on their order."""
        weight = self.weight * self.worth[:, None]
        return math.fsum(weight[self.served(openings)].tolist())


@dataclass(frozen=True, slots=True, eq=False)
class Premises:
    """What stands already, what it costs to open a site, and how much room there is."""

    existing: Flags
    """(candidates,) True where a facility is open already: it costs nothing and is not new."""
    given: Flags
    """(candidates, services) True where the service is given there already."""
    price: Floats
    """(candidates,) what opening the site costs once, ≥ 0; services come on top."""
    space_m2: Floats
    """(candidates,) floor space for further services, inf where it does not matter."""
    need_m2: Floats
    """(services,) floor space that each service takes."""

    def __post_init__(self) -> None:
        candidates, services = self.given.shape
        require_lengths(
            "Premises", candidates, existing=self.existing, price=self.price, space_m2=self.space_m2
        )
        require_lengths("Premises", services, need_m2=self.need_m2)
        if (self.given.any(axis=1) & ~self.existing).any():
            raise ValueError("Premises.given: only an existing facility gives a service already")
        if not (np.isfinite(self.price) & (self.price >= 0)).all():
            raise ValueError("Premises.price must be finite and not negative")
        needs = np.isfinite(self.need_m2) & (self.need_m2 >= 0)
        if not (self.space_m2 >= 0).all() or not needs.all():
            raise ValueError("Premises: floor space must not be negative")
        freeze_fields(self, "existing", "given", "price", "space_m2", "need_m2")

    @classmethod
    def empty(cls, candidates: int, services: int) -> Premises:
        """Return premises on which nothing stands, with room for everything, free of charge."""
        return cls(
            existing=np.zeros(candidates, dtype=np.bool_),
            given=np.zeros((candidates, services), dtype=np.bool_),
            price=np.zeros(candidates),
            space_m2=np.full(candidates, np.inf),
            need_m2=np.zeros(services),
        )


@dataclass(frozen=True, slots=True, eq=False)
class MultiServiceProblem:
    """Sites that may carry several services each.

    The order of the candidates, then of the services, is the canonical one.
    """

    cost: Sparse
    """(candidates, demand) stored entries are the pairs that can be; a stored 0 is a cost of 0."""
    weight: Floats
    """(services, demand) finite and ≥ 0, who needs each service."""
    limit: Floats
    """(services,) each service reaches this cost, inclusive."""
    new: Ints
    """(services,) how often each service may be placed at most."""
    sites: int
    """How many new sites may be opened at most."""
    premises: Premises
    rules: LayerRules
    """The budget bounds the prices of sites and services together."""
    placed: float = np.inf
    """How many services may be placed in all at most."""
    bundle: Floats = field(default_factory=lambda: np.empty(0))
    """(demand,) finite and ≥ 0, the people for whom all services together count as one bundle;
    empty when every service counts for itself by ``weight``."""

    def __post_init__(self) -> None:
        candidates, services = self.cost.shape[0], self.weight.shape[0]
        _require_costs("MultiServiceProblem", self.cost, self.weight, self.limit, self.new)
        if self.premises.given.shape != (candidates, services):
            raise ValueError(f"MultiServiceProblem: premises must be ({candidates}, {services})")
        self.rules.require_within("MultiServiceProblem", candidates, services)
        if self.sites < 0 or not self.placed >= 0:
            raise ValueError("MultiServiceProblem.sites and .placed must not be negative")
        if self.bundle.size:
            require_lengths("MultiServiceProblem", self.cost.shape[1], bundle=self.bundle)
        if not (np.isfinite(self.bundle) & (self.bundle >= 0)).all():
            raise ValueError("MultiServiceProblem.bundle must be finite and not negative")
        freeze_fields(self, "weight", "limit", "new", "bundle")

    def served(self, openings: Ints) -> Flags:
        """Return who gets each service, (services, demand)."""
        given = self.premises.given.copy()
        given[openings[:, 0], openings[:, 1]] = True
        return layers_served(self.cost, given, self.limit)

    def value(self, openings: Ints) -> float:
        """Return the weight of everybody served, or of everybody who gets the bundle."""
        served = self.served(openings)
        if self.bundle.size:
            return math.fsum(self.bundle[served.all(axis=0)].tolist())
        return math.fsum(self.weight[served].tolist())


@dataclass(frozen=True, slots=True, eq=False)
class LayeredPlan:
    """What a solver of layers returns: the openings, who is served, the proof and the reasons."""

    openings: Ints
    """(openings, 2) pairs (candidate, layer), ascending."""
    served: Flags
    """(layers, demand) who gets each layer's service, from existing facilities too."""
    objective: float
    """Worth of the plan, recomputed outside the solver; −inf when there is no plan."""
    baseline: float
    """Worth of what exists already; ``objective`` − ``baseline`` is what the plan adds."""
    bound: float
    """No plan is worth more."""
    status: str
    """``optimal``, ``time_limit`` (best plan known, with its bound) or ``infeasible``."""
    canonical: bool
    """True when the plan is proven to come first among the plans of equal worth."""
    lost_without: Floats
    """(openings,) worth lost when this opening alone is taken out; the others stay."""
    lost_by_layer: Floats
    """(openings, layers) weight that loses each layer's service then."""

    def __post_init__(self) -> None:
        require_lengths(
            "LayeredPlan",
            self.openings.shape[0],
            lost_without=self.lost_without,
            lost_by_layer=self.lost_by_layer,
        )
        freeze_fields(self, "openings", "served", "lost_without", "lost_by_layer")


def within(cost: Sparse, limit: float) -> Sparse:
    """Return 1 for every stored pair at the limit or nearer, in the shape of the costs."""
    near = cost.data <= limit
    starts = np.concatenate([[0], np.cumsum(near)])[cost.indptr]
    return csr_array((np.ones(int(near.sum())), cost.indices[near], starts), shape=cost.shape)


def layers_served(cost: Sparse, givers: Flags, limit: Floats) -> Flags:
    """Return who is within each layer's limit of one that gives it, (layers, demand).

    ``givers`` is (candidates, layers).
    """
    served = np.zeros((limit.size, cost.shape[1]), dtype=np.bool_)
    pairs = np.diff(cost.indptr)
    for layer, reach in enumerate(limit):
        usable = np.repeat(givers[:, layer], pairs) & (cost.data <= reach)
        served[layer, cost.indices[usable]] = True
    return served


def _require_costs(owner: str, cost: Sparse, weight: Floats, limit: Floats, new: Ints) -> None:
    """Raise ``ValueError`` when costs, weights, limits and numbers do not fit each other."""
    layers = weight.shape[0]
    if weight.ndim != 2 or weight.shape[1] != cost.shape[1] or not layers:
        raise ValueError(f"{owner}.weight must be (layers, {cost.shape[1]}), one layer at least")
    require_lengths(owner, layers, limit=limit, new=new)
    if not (np.isfinite(weight) & (weight >= 0)).all():
        raise ValueError(f"{owner}.weight must be finite and not negative")
    if not (limit >= 0).all() or (new < 0).any():
        raise ValueError(f"{owner}.limit and .new must not be negative")
    if cost.nnz and not (cost.data >= 0).all():
        raise ValueError(f"{owner}.cost must not be negative")
