"""Levels and services as a caller names them, and the plan that comes back by label."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from geoplan.model.arrays import Floats, Ints
from geoplan.model.layered import HierarchyProblem, MultiServiceProblem
from geoplan.model.siting import Candidates, Label

LayeredProblem: TypeAlias = HierarchyProblem | MultiServiceProblem
"""What the two models of layers solve."""

Weights: TypeAlias = "str | pd.Series[float] | Mapping[Label, float] | None"
"""Who needs a layer: a column of the demand, a weight by demand label, or None: the column that
is called like the layer, and without columns the demand itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """One level of a hierarchy; a facility of a level gives the services of those below it, too."""

    name: str
    limit: float
    """The service of the level reaches this cost, inclusive."""
    new: int
    """Most openings of the level; an upgrade counts in the level that it reaches."""
    worth: float = 1.0
    """What serving a weight of 1 on this level is worth."""
    parent_limit: float = np.inf
    """A facility opened on this level lies at this distance or less from one of a higher level."""
    demand: Weights = None


@dataclass(frozen=True, slots=True, eq=False)
class ServiceOffer:
    """A service that may be placed at a site beside others."""

    name: str
    limit: float
    """The service reaches this cost, inclusive."""
    new: int
    """How often it may be placed at most."""
    demand: Weights = None
    need_m2: float = 0.0
    """Floor space that it takes."""
    price: float = 0.0
    """What placing it costs wherever no price of its own is given."""


@dataclass(frozen=True, slots=True)
class LayerReason:
    """Why a level was opened, or a service placed, at a site."""

    site: Label
    layer: str
    kind: str
    """``new`` or ``upgrade`` (of what stands there already)."""
    gain: float
    """Worth that it adds after the openings ranked before it."""
    gain_by_layer: Mapping[str, float]
    """Weight that gets each layer's service by it, after those ranked before it."""
    lost_without: float
    """Worth that is lost when this opening alone is taken out of the plan."""
    lost_by_layer: Mapping[str, float]
    """Weight that loses each layer's service then."""


@dataclass(frozen=True, slots=True, eq=False)
class LayeredSolution:
    """A ranked plan of levels or services with its proof and reasons."""

    model: str
    """``hierarchical`` or ``multi-service``."""
    layers: tuple[str, ...]
    """Names of the levels, lowest first, or of the services."""
    openings: tuple[tuple[Label, str], ...]
    """(candidate label, layer) in rank order; what stands already is not among them."""
    reasons: tuple[LayerReason, ...]
    """One an opening, in rank order."""
    objective: float
    """Worth of all who are served, by what stands already too."""
    baseline: float
    """The same before anything opens."""
    bound: float
    """No plan is worth more."""
    status: str
    """``optimal`` (proven) or ``time_limit`` (best plan known, with its bound)."""
    canonical: bool
    """True when the plan is proven to come first among the plans of equal worth."""
    served: pd.DataFrame
    """Demand labels × layers, True where the layer's service is within its limit."""
    uncovered: Mapping[str, tuple[Label, ...]]
    """Layer → demand labels with a weight that nothing serves."""

    @property
    def gap(self) -> float:
        """Relative distance between bound and objective, 0 when proven."""
        if self.bound == self.objective:
            return 0.0
        return abs(self.bound - self.objective) / max(abs(self.objective), 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class LayeredSiting:
    """A plan of layers on a project: what it was chosen from, and the people of the main group."""

    solution: LayeredSolution
    candidates: Candidates
    """New places first, then what stands already."""
    limit_s: Floats
    """(layers,) how far each layer's service reaches, seconds."""
    place: Ints
    """(openings,) row of the candidate of each opening, in rank order."""
    gains: Ints
    """(openings, layers) people whom each opening brings within the layer's limit after those
    before it."""
    covered: Ints
    """(layers,) people within the limit of each layer before anything opens."""
    people: int
    """People of the units, of the main group."""
