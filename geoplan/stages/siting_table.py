"""Siting on the caller's own tables: every model by one call."""

from __future__ import annotations

from typing import Unpack

import numpy as np
import pandas as pd

from geoplan.errors import ConfigError
from geoplan.model.placement import PlacementProblem
from geoplan.model.siting import SitingLabels, SitingQuestion, SitingSolution
from geoplan.stages.labelled_costs import Values, labelled_costs
from geoplan.stages.siting import known_model
from geoplan.stages.siting import site as best_plan
from geoplan.stages.siting_options import (
    SitingOptions,
    check_options,
    distances,
    placement_rules,
    region_rules,
)


def site(
    cost: pd.DataFrame,
    demand: Values,
    *,
    model: str = "mclp",
    new: int | None = None,
    **options: Unpack[SitingOptions],
) -> SitingSolution:
    """Return the best places for at most ``new`` further sites, proven, with reasons.

    Parameters
    ----------
    cost
        A table with the columns ``demand``, ``candidate`` and ``cost`` (pairs that are not listed
        are out of reach), or a matrix with demand labels as index and candidates as columns.
        Infinite costs are out of reach.
    demand
        Weight of each demand label, such as its people.
    model
        A name in ``solvers.table``: ``lscp``, ``mclp``, ``backup``, ``worst-first``,
        ``p-median``, ``p-center`` or ``p-dispersion`` (which opens exactly ``new``).
    new
        How many sites may be opened; ``lscp`` alone can do without.
    options
        See ``SitingOptions``; models of coverage need ``limit``, ``worst-first`` a ``region`` of
        each point, ``p-dispersion`` a ``distance`` between candidates.

    Returns
    -------
    Labels come back as they were given. Among equally good plans the one with fewest sites, then
    with the first labels, is returned; the order of rows and columns never matters.

    Raises
    ------
    ConfigError
        The model is unknown or cannot honour an option, or the options contradict each other.
    SchemaError
        A column, label or value is missing or impossible.
    DuplicateIdError
        A label or a pair occurs twice.
    InfeasibleError
        No plan keeps the rules; it names the people or the rules.
    """
    check_options(model, known_model(model), new, options)
    limit = options.get("limit")
    limit = np.inf if limit is None else float(limit)
    costs = labelled_costs(cost, demand, limit)
    apart = distances(costs, options.get("distance"), needed=model == "p-dispersion")
    rules = placement_rules(costs, options, apart)
    if new is not None and rules.required.size > new:
        raise ConfigError(f"{rules.required.size} sites are required but new is {new}; raise new")
    region, regions, region_labels = region_rules(costs, options)
    problem = PlacementProblem(
        cost=costs.within,
        weight=costs.weight,
        new=len(costs.candidate) if new is None else int(new),
        rules=rules,
        limit=limit,
        region=region,
        distance=apart if model == "p-dispersion" else np.empty((0, 0)),
    )
    seconds = options.get("time_limit_s")
    question = SitingQuestion(
        problem=problem,
        model=model,
        time_limit_s=60.0 if seconds is None else float(seconds),
        regions=regions,
        leave_unreachable=options.get("unreachable") == "leave",
    )
    return best_plan(question, SitingLabels(costs.candidate, costs.demand, region_labels))
