"""Costs and weights as the caller's tables have them, joined by label, never by row order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from geoplan.errors import DuplicateIdError, SchemaError
from geoplan.model.arrays import Floats, Indices, Sparse
from geoplan.model.siting import Label

PAIR_COLUMNS = ("demand", "candidate", "cost")

Values: TypeAlias = "pd.Series[float] | Mapping[Label, float]"
"""A number by label."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelledCosts:
    """Costs between labelled points, labels sorted: numbers by size, then texts."""

    candidate: tuple[Label, ...]
    demand: tuple[Label, ...]
    within: Sparse
    """(candidates, demand) costs of the pairs within the limit, a cost of 0 stored."""
    weight: Floats
    """(demand,) weights."""


def labelled_costs(cost: pd.DataFrame, demand: Values, limit: float) -> LabelledCosts:
    """Return the costs within the limit and the weights, both by sorted labels.

    Raises
    ------
    SchemaError
        A column, label or value is missing or impossible.
    DuplicateIdError
        A label or a pair occurs twice.
    """
    pairs, weights = _pairs(cost), _weights(demand)
    points = sorted_labels(weights.index)
    candidate = sorted_labels(pd.unique(pairs["candidate"]))
    column = positions_of(points, pairs["demand"])
    if (column < 0).any():
        label = pairs["demand"].iloc[int(np.argmax(column < 0))]
        raise SchemaError(f"cost names demand {label!r}, which has no weight; add it to demand")
    row = positions_of(candidate, pairs["candidate"])
    value = pairs["cost"].to_numpy(dtype=np.float64)
    near = (value <= limit) & np.isfinite(value)
    within = _stored(row[near], column[near], value[near], (len(candidate), len(points)))
    weight = np.empty(len(points))
    weight[positions_of(points, pd.Series(weights.index))] = weights.to_numpy(dtype=np.float64)
    return LabelledCosts(candidate, points, within, weight)


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


def _weights(demand: Values) -> pd.Series[float]:
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


def positions_of(labels: tuple[Label, ...], wanted: pd.Series[Any]) -> Indices:
    """Return where each wanted label stands, −1 when it does not."""
    positions = pd.Index(labels, dtype=object).get_indexer(pd.Index(wanted, dtype=object))
    return positions.astype(np.int32)


def _stored(row: Indices, column: Indices, cost: Floats, shape: tuple[int, int]) -> Sparse:
    """Return a sparse table in which a cost of 0 is an entry, too."""
    order = np.lexsort([column, row])
    start = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=shape[0]))])
    indices, starts = column[order].astype(np.int32), start.astype(np.int32)
    return csr_array((cost[order], indices, starts), shape=shape)


def sorted_labels(labels: Iterable[Label]) -> tuple[Label, ...]:
    """Return the labels as plain values, numbers by size before texts."""
    plain = [getattr(label, "item", lambda value=label: value)() for label in labels]
    wrong = [label for label in plain if not isinstance(label, str | int)]
    if wrong:
        raise SchemaError(f"label {wrong[0]!r} is neither a text nor a whole number")
    texts = sorted(label for label in plain if isinstance(label, str))
    return (*sorted(label for label in plain if isinstance(label, int)), *texts)
