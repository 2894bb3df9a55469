"""Which sites stay when people or walking speeds are a little different from the data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal, TypeAlias

import numpy as np

from geoplan.model.arrays import Floats
from geoplan.model.asked_plan import PlanModel
from geoplan.model.placement import PlacementProblem
from geoplan.model.stability import PlanStability
from geoplan.stages.asked_plans import asked_plan, index_array

Shape: TypeAlias = Literal["lognormal", "uniform"]


def plan_stability(problems: Iterable[PlacementProblem], *, model: PlanModel) -> PlanStability:
    """Return how many of the problems have each candidate in their best plan, and their values.

    All problems have the same candidates. They are taken one at a time, so a generator keeps but
    one in memory.

    Raises
    ------
    ValueError
        There is no problem, or the number of candidates changes.
    """
    chosen, values, plans, unproven = None, list[float](), list[tuple[int, ...]](), 0
    for problem in problems:
        candidates = problem.cost.shape[0]
        chosen = np.zeros(candidates, dtype=np.int64) if chosen is None else chosen
        if chosen.size != candidates:
            raise ValueError(f"a variant has {candidates} candidates, the first {chosen.size}")
        best = asked_plan(problem, model=model)
        chosen[index_array(best.sites)] += 1
        values.append(best.value if best.known else np.nan)
        plans.append(best.sites)
        unproven += not best.proven
    if chosen is None:
        raise ValueError("stability needs at least one problem")
    return PlanStability(
        chosen=chosen, value=np.array(values), sites=tuple(plans), unproven=unproven
    )


def perturbed_weights(
    problem: PlacementProblem,
    *,
    seed: int,
    spread: float,
    shape: Shape = "lognormal",
    per: Literal["point", "region"] = "point",
) -> PlacementProblem:
    """Return the problem with every weight multiplied by a random factor; the seed decides all.

    Parameters
    ----------
    spread
        ``lognormal``: the standard deviation of the factor's logarithm; the median factor is 1.
        ``uniform``: the factor lies between 1 - spread and 1 + spread; 0 to 1.
    per
        ``point``: each point has its own factor. ``region``: all points of a region share one, as
        when a district's count is wrong as a whole; points of no region keep their weight.

    Notes
    -----
    The factors (``random_factors``) come from numpy's ``default_rng`` (PCG64), one for each point
    or region in their order, so the same seed gives the same factors whatever the weights are.

    Raises
    ------
    ValueError
        The spread is impossible, or there are no regions to share a factor.
    """
    if per == "region" and not problem.region.size:
        raise ValueError("the problem has no regions that could share a factor")
    regions = int(problem.region.max(initial=-1)) + 1
    count = problem.weight.size if per == "point" else regions
    factor = random_factors(count, seed=seed, spread=spread, shape=shape)
    if per == "region":
        factor = np.append(factor, 1.0)[problem.region]
    return replace(problem, weight=problem.weight * factor)


def random_factors(count: int, *, seed: int, spread: float, shape: Shape = "lognormal") -> Floats:
    """Return random factors around 1, (count,), for weights or speeds; see ``perturbed_weights``.

    Raises
    ------
    ValueError
        The spread is negative or endless, or above 1 for a uniform factor.
    """
    if not 0 <= spread < np.inf or (shape == "uniform" and spread > 1):
        raise ValueError(f"a {shape} spread of {spread} is impossible")
    rng = np.random.default_rng(seed)
    if shape == "uniform":
        return rng.uniform(1 - spread, 1 + spread, count)
    return np.exp(spread * rng.standard_normal(count))


def perturbed_speed(
    problem: PlacementProblem, *, factor: float, stored_to: float
) -> PlacementProblem:
    """Return the problem for people who walk ``factor`` times as fast: their limit is longer.

    A walk that takes c takes c / factor at the other speed, and c / factor ≤ limit is
    c ≤ limit * factor: so the limit moves and the costs stay, in the time of the old speed. Waits
    at crossings are scaled with the walk, which makes quick walkers a little too quick.

    Parameters
    ----------
    stored_to
        The cost up to which every pair is stored in ``problem.cost``.

    Raises
    ------
    ValueError
        The factor is not positive, the problem has no limit, or the new limit lies beyond the pairs
        that are stored, so that faster walkers would seem to reach no further.
    """
    if not 0 < factor < np.inf or not np.isfinite(problem.limit):
        raise ValueError("a speed needs a factor above 0, and a problem with a limit")
    limit = problem.limit * factor
    if limit > stored_to:
        raise ValueError(f"the limit {limit} lies beyond the stored costs, up to {stored_to}")
    return replace(problem, limit=limit)
