"""Siting from labelled tables: everything is joined by label, nothing by row order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypedDict, Unpack

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from geoplan.errors import ConfigError, DuplicateIdError, SchemaError
from geoplan.model.arrays import Floats, Indices, Sparse
from geoplan.model.siting import Label, SitingLabels, SitingProblem, SitingSolution
from geoplan.solvers.table import SOLVERS
from geoplan.stages.siting import site as best_plan

PAIR_COLUMNS = ("demand", "candidate", "cost")

Weights: TypeAlias = "pd.Series[float] | Mapping[Label, float]"


class SitingOptions(TypedDict, total=False):
    """What a plan must keep, beside the number of new sites."""

    limit: float
    """A point is served at this cost or less, in the unit of the costs."""
    fixed: Iterable[Label]
    """Candidates that are open already; they do not count as new."""
    required: Iterable[Label]
    """Candidates that must be opened; they count as new."""
    banned: Iterable[Label]
    """Candidates that must stay closed."""
    time_limit_s: float
    """After this time the best plan so far is returned with its bound (60 unless told)."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelledCosts:
    """Costs between labelled points, labels sorted: numbers by size, then texts."""

    candidate: tuple[Label, ...]
    demand: tuple[Label, ...]
    within: Sparse
    """(candidates, demand) costs of the pairs within the limit, a cost of 0 stored."""
    weight: Floats
    """(demand,) weights."""


def site(
    cost: pd.DataFrame,
    demand: Weights,
    *,
    model: str = "mclp",
    new: int,
    **options: Unpack[SitingOptions],
) -> SitingSolution:
    """Return the best places for ``new`` further sites, proven, with reasons.

    Parameters
    ----------
    cost
        A table with the columns ``demand``, ``candidate`` and ``cost`` (pairs that are not listed
        are out of reach), or a matrix with demand labels as index and candidates as columns.
        Infinite costs are out of reach.
    demand
        Weight of each demand label, such as its people.
    model
        A name in ``solvers.table``.
    options
        See ``SitingOptions``; ``limit`` must be given for ``mclp``.

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
    """
    limit = _checked_options(model, new, options)
    costs = _labelled(_pairs(cost), _weights(demand), limit)
    fixed = _rows_of(costs.candidate, options.get("fixed", ()), "fixed")
    required = _rows_of(costs.candidate, options.get("required", ()), "required")
    banned = _rows_of(costs.candidate, options.get("banned", ()), "banned")
    _refuse_contradictions(costs.candidate, fixed, required, banned, new)
    keeper, keeper_cost = _nearest_fixed(costs, fixed)
    problem = SitingProblem(
        reach=costs.within,
        weight=costs.weight,
        covered=np.isfinite(keeper_cost),
        new=new,
        required=required,
        banned=np.union1d(banned, fixed).astype(np.int32),
    )
    labels = SitingLabels(costs.candidate, costs.demand, keeper, keeper_cost)
    return best_plan(
        problem, model=model, time_limit_s=options.get("time_limit_s", 60.0), labels=labels
    )


def _checked_options(model: str, new: int, options: SitingOptions) -> float:
    """Return the limit; raise ``ConfigError`` for what the model cannot honour."""
    if model not in SOLVERS:
        raise ConfigError(
            f"siting model {model!r} is not known; choose one of {', '.join(SOLVERS)}"
        )
    unknown = sorted(name for name in set(options) - set(SitingOptions.__annotations__))
    refused = [name for name in unknown if options.get(name) is not None]
    if refused:
        raise ConfigError(
            f"model {model!r} cannot honour {', '.join(refused)}; it takes "
            f"{', '.join(SitingOptions.__annotations__)}: remove the option or choose another model"
        )
    if isinstance(new, bool) or int(new) != new or new < 0:
        raise ConfigError(f"new must be a whole number of sites, 0 or more, not {new!r}")
    limit = options.get("limit")
    if limit is None or not limit >= 0:
        raise ConfigError(f"model {model!r} needs limit=, a cost of 0 or more, not {limit!r}")
    return float(limit)


def _pairs(cost: pd.DataFrame) -> pd.DataFrame:
    """Return the costs as one row a pair; a matrix is unfolded."""
    if set(PAIR_COLUMNS) <= set(cost.columns):
        table = cost.loc[:, list(PAIR_COLUMNS)]
    elif set(PAIR_COLUMNS) & set(cost.columns):
        missing = [name for name in PAIR_COLUMNS if name not in cost.columns]
        raise SchemaError(f"cost: column {missing[0]!r} is missing; it needs {PAIR_COLUMNS}")
    else:
        table = _unfolded(cost)
    values = pd.to_numeric(table["cost"], errors="coerce")
    _refuse_values(table, values)
    _refuse_repeated(table)
    return table.assign(cost=values.astype(np.float64))


def _unfolded(matrix: pd.DataFrame) -> pd.DataFrame:
    for axis, labels in (("demand (index)", matrix.index), ("candidate (columns)", matrix.columns)):
        if labels.has_duplicates:
            label = labels[labels.duplicated()][0]
            raise DuplicateIdError(f"cost: {axis} label {label!r} occurs twice; labels are unique")
    points, places = matrix.shape
    return pd.DataFrame(
        {
            "demand": np.repeat(matrix.index.to_numpy(dtype=object), places),
            "candidate": np.tile(matrix.columns.to_numpy(dtype=object), points),
            "cost": matrix.to_numpy().ravel(),
        }
    )


def _refuse_values(table: pd.DataFrame, values: pd.Series[float]) -> None:
    wrong = ~(values >= 0)
    if wrong.any():
        row = table[wrong].iloc[0]
        raise SchemaError(
            f"cost of demand {row['demand']!r}, candidate {row['candidate']!r} is "
            f"{row['cost']!r}; it must be a number of 0 or more (inf, or no row: out of reach)"
        )


def _refuse_repeated(table: pd.DataFrame) -> None:
    repeated = table.duplicated(["demand", "candidate"])
    if repeated.any():
        row = table[repeated].iloc[0]
        raise DuplicateIdError(
            f"cost: the pair demand {row['demand']!r}, candidate {row['candidate']!r} occurs "
            "twice; keep one row a pair"
        )


def _weights(demand: Weights) -> pd.Series[float]:
    """Return the weights by label; raise when one is impossible or a label occurs twice."""
    given = demand if isinstance(demand, pd.Series) else pd.Series(dict(demand), dtype=object)
    if given.index.has_duplicates:
        label = given.index[given.index.duplicated()][0]
        raise DuplicateIdError(f"demand label {label!r} occurs twice; give one weight a label")
    weights = pd.to_numeric(given, errors="coerce").astype(np.float64)
    wrong = ~(np.isfinite(weights) & (weights >= 0))
    if wrong.any():
        label = given.index[wrong][0]
        raise SchemaError(
            f"weight of demand {label!r} is {given[label]!r}; it must be a number of 0 or more"
        )
    return weights


def _labelled(pairs: pd.DataFrame, weights: pd.Series[float], limit: float) -> LabelledCosts:
    demand = _sorted_labels(weights.index)
    candidate = _sorted_labels(pd.unique(pairs["candidate"]))
    column = _positions(demand, pairs["demand"])
    if (column < 0).any():
        label = pairs["demand"].iloc[int(np.argmax(column < 0))]
        raise SchemaError(f"cost names demand {label!r}, which has no weight; add it to demand")
    row = _positions(candidate, pairs["candidate"])
    cost = pairs["cost"].to_numpy(dtype=np.float64)
    near = (cost <= limit) & np.isfinite(cost)
    within = _stored(row[near], column[near], cost[near], (len(candidate), len(demand)))
    weight = np.empty(len(demand))
    weight[_positions(demand, pd.Series(weights.index))] = weights.to_numpy(dtype=np.float64)
    return LabelledCosts(candidate, demand, within, weight)


def _positions(labels: tuple[Label, ...], wanted: pd.Series[Any]) -> Indices:
    """Return where each wanted label stands, −1 when it does not."""
    positions = pd.Index(labels, dtype=object).get_indexer(pd.Index(wanted, dtype=object))
    return positions.astype(np.int32)


def _stored(row: Indices, column: Indices, cost: Floats, shape: tuple[int, int]) -> Sparse:
    """Return a sparse table in which a cost of 0 is an entry, too."""
    order = np.lexsort([column, row])
    start = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=shape[0]))])
    indices, starts = column[order].astype(np.int32), start.astype(np.int32)
    return csr_array((cost[order], indices, starts), shape=shape)


def _sorted_labels(labels: Iterable[Label]) -> tuple[Label, ...]:
    """Return the labels as plain values, numbers by size before texts."""
    plain = [getattr(label, "item", lambda value=label: value)() for label in labels]
    wrong = [label for label in plain if not isinstance(label, str | int)]
    if wrong:
        raise SchemaError(f"label {wrong[0]!r} is neither a text nor a whole number")
    texts = sorted(label for label in plain if isinstance(label, str))
    return (*sorted(label for label in plain if isinstance(label, int)), *texts)


def _rows_of(candidate: tuple[Label, ...], wanted: Iterable[Label], option: str) -> Indices:
    """Return where the labels stand; raise ``SchemaError`` for one that is not there."""
    if isinstance(wanted, str):
        raise ConfigError(f"{option} must be a list of labels, such as [{wanted!r}]")
    labels = list(wanted)
    row_of = {label: row for row, label in enumerate(candidate)}
    unknown = [label for label in labels if label not in row_of]
    if unknown:
        raise SchemaError(f"{option} names candidate {unknown[0]!r}, which is not in cost")
    return np.unique(np.array([row_of[label] for label in labels], dtype=np.int32))


def _refuse_contradictions(
    candidate: tuple[Label, ...], fixed: Indices, required: Indices, banned: Indices, new: int
) -> None:
    pairs = (("fixed", fixed, "banned", banned), ("fixed", fixed, "required", required))
    for first, one, second, other in (*pairs, ("required", required, "banned", banned)):
        both = np.intersect1d(one, other)
        if both.size:
            raise ConfigError(
                f"candidate {candidate[int(both[0])]!r} is both {first} and {second}; choose one"
            )
    if required.size > new:
        raise ConfigError(f"{required.size} sites are required but new is {new}; raise new")


def _nearest_fixed(costs: LabelledCosts, fixed: Indices) -> tuple[tuple[Label | None, ...], Floats]:
    """Return the nearest fixed facility of each demand point and its cost, inf when none."""
    nearest = np.full(len(costs.demand), np.inf)
    keeper = np.full(len(costs.demand), -1, dtype=np.int64)
    for place in fixed:
        entries = slice(costs.within.indptr[place], costs.within.indptr[place + 1])
        rows, cost = costs.within.indices[entries], costs.within.data[entries]
        nearer = cost < nearest[rows]
        nearest[rows[nearer]], keeper[rows[nearer]] = cost[nearer], place
    return tuple(costs.candidate[place] if place >= 0 else None for place in keeper), nearest
