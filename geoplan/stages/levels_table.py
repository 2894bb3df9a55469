"""Hierarchical siting on the caller's own tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict, Unpack

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from geoplan.errors import ConfigError
from geoplan.model.arrays import Floats, Ints
from geoplan.model.layered import Coherence, HierarchyProblem
from geoplan.model.layered_siting import LayeredSolution, Level
from geoplan.model.siting import Label
from geoplan.stages.labelled_costs import LabelledCosts, Values
from geoplan.stages.layer_asked import asked_layers, layered_costs
from geoplan.stages.layer_labels import (
    LIMIT_S,
    Pair,
    Prices,
    check_given,
    layer_of,
    layer_rules,
    row_of,
)
from geoplan.stages.layered_siting import LayerLabels, site_layers
from geoplan.stages.siting_options import distances


class LevelOptions(TypedDict, total=False):
    """What a plan of levels must keep."""

    existing: Mapping[Label, str]
    """Candidate → level of the facility that stands there; it may be upgraded."""
    required: Iterable[Pair]
    """Pairs (candidate, level) that must be opened; they count as new."""
    banned: Iterable[Pair]
    """Pairs that must not be opened."""
    conflicts: Iterable[tuple[Label, Label]]
    """Pairs of candidates that may not both be open, unless both stand already."""
    price: Prices
    """By level, or by (candidate, level), which goes before; that of an existing facility is the
    price of its upgrade. Without one: nothing."""
    budget: float
    """Most that all openings may cost together, inclusive; needs ``price``."""
    distance: pd.DataFrame
    """Between candidates, for ``parent_limit``: columns ``candidate``, ``other``, ``distance``
    (either direction), or a square matrix by label. A pair that is not there is too far."""
    time_limit_s: float
    """After this time the best plan so far is returned with its bound (60 unless told)."""


def site_levels(
    cost: pd.DataFrame,
    demand: Values | pd.DataFrame,
    *,
    levels: Iterable[Level | Mapping[str, Any]],
    **options: Unpack[LevelOptions],
) -> LayeredSolution:
    """Return the best openings and upgrades over nested levels, proven, with reasons.

    A facility of a level gives the services of all levels below it, too, each within the limit of
    that service. A candidate is opened on one level at most.

    Parameters
    ----------
    cost
        A table with the columns ``demand``, ``candidate`` and ``cost``, or a matrix with demand
        labels as index and candidates as columns, as for ``site``.
    demand
        Weight of each demand label, or a table of weights by demand label with a column a level.
    levels
        Lowest first: ``Level`` or dicts of its fields (``name``, ``limit``, ``new``, and if wanted
        ``worth``, ``parent_limit``, ``demand``).
    options
        See ``LevelOptions``.

    Returns
    -------
    Labels come back as they were given. Among equally good plans the one with fewest openings, then
    with the first labels, lowest levels first, is returned; the order of rows never matters.

    Raises
    ------
    ConfigError
        An option or a key is unknown or impossible, or options contradict each other.
    SchemaError, DuplicateIdError
        A column, label or value is missing or impossible, or occurs twice.
    InfeasibleError
        The required openings break a rule; the message names it.
    TimeLimitError
        The time was over before any plan that keeps the rules was known.
    """
    check_given("site_levels", options, LevelOptions.__annotations__)
    asked = asked_layers(levels, Level, "levels")
    _check_options(asked, options)
    costs, weight = layered_costs(cost, demand, asked)
    names = tuple(level.name for level in asked)
    problem = HierarchyProblem(
        cost=costs.within,
        weight=weight,
        worth=np.array([level.worth for level in asked], dtype=np.float64),
        limit=np.array([level.limit for level in asked], dtype=np.float64),
        new=np.array([level.new for level in asked], dtype=np.int64),
        level=_standing(costs, names, options.get("existing")),
        rules=layer_rules(costs.candidate, names, options, np.zeros(len(names))),
        coherence=_coherence(costs, asked, options.get("distance")),
    )
    seconds = options.get("time_limit_s")
    return site_layers(
        problem,
        LayerLabels(costs.candidate, costs.demand, names),
        time_limit_s=LIMIT_S if seconds is None else float(seconds),
    )


def _check_options(asked: tuple[Level, ...], options: Mapping[str, Any]) -> None:
    if options.get("budget") is not None and options.get("price") is None:
        raise ConfigError("budget needs price=, what each opening costs")
    if np.isfinite(asked[-1].parent_limit):
        raise ConfigError(
            f"levels {asked[-1].name!r}: the highest level has none above it; take its "
            "parent_limit out"
        )
    bound = [level.name for level in asked if np.isfinite(level.parent_limit)]
    if bound and options.get("distance") is None:
        raise ConfigError(f"parent_limit of {bound[0]!r} needs distance=")
    if options.get("distance") is not None and not bound:
        raise ConfigError("distance is of use for parent_limit alone, which no level has")


def _standing(
    costs: LabelledCosts, names: tuple[str, ...], existing: Mapping[Label, str] | None
) -> Ints:
    """Return the level of what stands at each candidate, −1 for nothing."""
    rows = {label: row for row, label in enumerate(costs.candidate)}
    level = np.full(len(costs.candidate), -1, dtype=np.int64)
    for label, name in dict(existing or {}).items():
        level[row_of(rows, label, "existing")] = layer_of(names, name, "existing")
    return level


def _coherence(
    costs: LabelledCosts, asked: tuple[Level, ...], distance: pd.DataFrame | None
) -> Coherence | None:
    """Return the rule that an opening belongs to a higher one nearby, None without one."""
    if distance is None:
        return None
    apart: Floats = distances(costs, distance, needed=False)
    row, column = np.nonzero(np.isfinite(apart))
    starts = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=apart.shape[0]))])
    # a distance of 0 is a stored entry, so the table is not built from the dense one
    cost = csr_array((apart[row, column], column, starts), shape=apart.shape)
    limits = [level.parent_limit for level in asked[:-1]]
    return Coherence(cost=cost, limit=np.array(limits, dtype=np.float64))
