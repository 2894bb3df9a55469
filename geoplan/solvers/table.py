"""The table of placement models: one row a model, and the method that its rules ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from scipy.sparse import coo_array, csr_array

from geoplan.model.arrays import Sparse
from geoplan.model.placement import Placement, PlacementProblem
from geoplan.model.split_placement import RegionRules, SplitPlacement
from geoplan.solvers.backup import solve_backup
from geoplan.solvers.capacitated import solve_capacitated_lscp, solve_capacitated_p_median
from geoplan.solvers.fair import solve_fair_mclp, solve_worst_first
from geoplan.solvers.lscp import solve_lscp
from geoplan.solvers.mclp import binding_rules, solve_mclp
from geoplan.solvers.opening import nearest_open, opening_of
from geoplan.solvers.p_center import solve_p_center
from geoplan.solvers.p_dispersion import solve_p_dispersion
from geoplan.solvers.p_median import solve_p_median


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """A placement and, where a point may be shared out, who serves which part of it."""

    placement: Placement
    share: Sparse | None = None
    """(candidates, demand) as in ``SplitPlacement``; None when each point has one server."""


Method: TypeAlias = Callable[[PlacementProblem, RegionRules, float], Solved]
"""What solves a problem with region rules within so many seconds."""


@dataclass(frozen=True, slots=True)
class Model:
    """How a model is solved, and how its answer reads."""

    method: Method
    more_is_better: bool
    unit: str
    """``weight``, ``sites``, ``weight cost``, ``cost`` or ``distance``: what the objective is in.
    ``sites`` turns to ``price`` when prices are given."""
    needs: frozenset[str]
    """Options without which the model has no meaning: ``limit``, ``new``, ``distance``,
    ``region``."""
    honours: frozenset[str]
    """Rules beyond fixed, required and banned that it can keep."""
    serves_all: bool = False
    """Whether every point with a weight must be served."""


def _plainly(problem: PlacementProblem, placement: Placement, share: Sparse) -> Solved:
    """Return the answer; without capacities everybody goes to the first of the nearest sites."""
    if np.isfinite(problem.rules.capacity).any():
        return Solved(placement, share)
    return Solved(replace(placement, assigned=nearest_open(problem, placement.sites)))


def _mclp(problem: PlacementProblem, regions: RegionRules, seconds: float) -> Solved:
    """Return the answer of the special method unless a rule asks for the plain programme."""
    limited = np.isfinite(problem.rules.capacity).any()
    fair = regions.least_share.any() or np.isfinite(regions.most_gap)
    if limited or fair or binding_rules(opening_of(problem)):
        fair_plan = solve_fair_mclp(problem, regions=regions, time_limit_s=seconds)
        return _plainly(problem, fair_plan.placement, fair_plan.share)
    return Solved(solve_mclp(problem, time_limit_s=seconds))


def _worst_first(problem: PlacementProblem, regions: RegionRules, seconds: float) -> Solved:
    del regions  # the worst region is served best as it is
    answer = solve_worst_first(problem, time_limit_s=seconds)
    return _plainly(problem, answer.placement, answer.share)


def _lscp(problem: PlacementProblem, regions: RegionRules, seconds: float) -> Solved:
    del regions
    if np.isfinite(problem.rules.capacity).any():
        return _of_inhabited(problem, solve_capacitated_lscp, seconds)
    return Solved(solve_lscp(problem, time_limit_s=seconds))


def _p_median(problem: PlacementProblem, regions: RegionRules, seconds: float) -> Solved:
    del regions
    rules = problem.rules
    if np.isfinite(rules.capacity).any() or np.isfinite(rules.budget):
        return _of_inhabited(problem, solve_capacitated_p_median, seconds)
    free = replace(rules, price=np.zeros(rules.price.size))
    near = replace(problem, cost=_within_limit(problem), rules=free)
    return Solved(solve_p_median(near, time_limit_s=seconds))


def _within_limit(problem: PlacementProblem) -> Sparse:
    """Return the costs without the pairs beyond the limit, which can serve in no model."""
    table = problem.cost.tocoo()
    near = table.data <= problem.limit
    within: Sparse = csr_array(
        coo_array((table.data[near], (table.row[near], table.col[near])), shape=table.shape)
    )
    return within


def _p_dispersion(problem: PlacementProblem, regions: RegionRules, seconds: float) -> Solved:
    del regions
    return Solved(solve_p_dispersion(problem, problem.distance, time_limit_s=seconds))


def _without_regions(solve: Callable[..., Placement]) -> Method:
    """Return the method of a model that knows no regions."""

    def method(problem: PlacementProblem, regions: RegionRules, seconds: float) -> Solved:
        del regions
        return Solved(solve(problem, time_limit_s=seconds))

    return method


def _of_inhabited(
    problem: PlacementProblem, solve: Callable[..., SplitPlacement], seconds: float
) -> Solved:
    """Return the answer for the points with a weight; the others go to the nearest open candidate.

    The plain programmes must serve every point of their problem, those without weight, too.
    """
    columns = np.flatnonzero(problem.weight > 0)
    answer = solve(problem.of_points(columns), time_limit_s=seconds)
    assigned = nearest_open(problem, answer.placement.sites)
    assigned[columns] = answer.placement.assigned
    idle = np.flatnonzero((problem.weight == 0) & (assigned >= 0))
    table = answer.share.tocoo()
    part = np.concatenate([table.data, np.ones(idle.size)])
    row = np.concatenate([table.row, assigned[idle]])
    column = np.concatenate([columns[table.col], idle])
    share: Sparse = csr_array(coo_array((part, (row, column)), shape=problem.cost.shape))
    return _plainly(problem, replace(answer.placement, assigned=assigned), share)


_SPACED = frozenset({"price", "budget", "conflicts"})
_SHARED = _SPACED | {"capacity"}

MODELS: Mapping[str, Model] = {
    "lscp": Model(
        _lscp,
        more_is_better=False,
        unit="sites",
        needs=frozenset({"limit"}),
        honours=_SHARED,
        serves_all=True,
    ),
    "mclp": Model(
        _mclp,
        more_is_better=True,
        unit="weight",
        needs=frozenset({"limit", "new"}),
        honours=_SHARED | {"floors"},
    ),
    "backup": Model(
        _without_regions(solve_backup),
        more_is_better=True,
        unit="weight",
        needs=frozenset({"limit", "new"}),
        honours=_SPACED,
    ),
    "worst-first": Model(
        _worst_first,
        more_is_better=True,
        unit="weight",
        needs=frozenset({"limit", "new", "region"}),
        honours=_SHARED,
    ),
    "p-median": Model(
        _p_median,
        more_is_better=False,
        unit="weight cost",
        needs=frozenset({"new"}),
        honours=_SHARED,
        serves_all=True,
    ),
    "p-center": Model(
        _without_regions(solve_p_center),
        more_is_better=False,
        unit="cost",
        needs=frozenset({"new"}),
        honours=_SPACED,
        serves_all=True,
    ),
    "p-dispersion": Model(
        _p_dispersion,
        more_is_better=True,
        unit="distance",
        needs=frozenset({"new", "distance"}),
        honours=_SPACED,
    ),
}
