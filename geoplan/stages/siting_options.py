"""What a caller may ask of a plan by label, turned into the rules of a placement problem."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any, Literal, TypedDict

import numpy as np
import pandas as pd

from geoplan.errors import ConfigError, SchemaError
from geoplan.model.arrays import Floats, Indices, Ints
from geoplan.model.placement import PlacementRules
from geoplan.model.siting import Label
from geoplan.model.split_placement import RegionRules
from geoplan.solvers.table import Model
from geoplan.stages.labelled_costs import LabelledCosts, Values, positions_of, sorted_labels

DISTANCE_COLUMNS = ("candidate", "other", "distance")


class SitingOptions(TypedDict, total=False):
    """What a plan must keep, beside the number of new sites."""

    limit: float
    """A point is served at this cost or less, in the unit of the costs; pairs beyond it do not
    exist for any model."""
    fixed: Iterable[Label]
    """Candidates that are open already; they do not count as new."""
    required: Iterable[Label]
    """Candidates that must be opened; they count as new."""
    banned: Iterable[Label]
    """Candidates that must stay closed."""
    capacity: Values
    """Most weight that a candidate serves, fixed ones too; without one: any. A point may be
    shared out."""
    price: Values
    """What opening a candidate costs; without one: nothing. With prices ``lscp`` looks for the
    cheapest plan instead of the smallest."""
    budget: float
    """Most that all new sites may cost together, inclusive."""
    conflicts: Iterable[tuple[Label, Label]]
    """Pairs of candidates that may not both be open, unless both are fixed."""
    distance: pd.DataFrame
    """Between candidates: columns ``candidate``, ``other``, ``distance`` (either direction), or a
    square matrix by label. A pair that is not there is out of reach: infinitely far."""
    spacing: float
    """Two open candidates stand at least this far apart, unless both are fixed; needs
    ``distance``."""
    region: Mapping[Label, Label]
    """Region of a demand point, such as its subdistrict; without one: none."""
    floors: float | Mapping[Label, float]
    """Least served share of every region, or of each by label, 0..1; needs ``region``."""
    max_gap: float
    """Most by which the served shares of two regions may differ, 0..1; needs ``region``."""
    unreachable: Literal["error", "leave"]
    """What becomes of points with a weight that no candidate can serve, where a model must serve
    everybody (``lscp``, ``p-median``, ``p-center``): an error (unless told), or left out."""
    time_limit_s: float
    """After this time the best plan so far is returned with its bound (60 unless told)."""


ALWAYS = frozenset({"limit", "fixed", "required", "banned", "unreachable", "time_limit_s"})
"""Options that every model takes."""

ASKED_BY = {
    "price": "price",
    "budget": "budget",
    "capacity": "capacity",
    "conflicts": "conflicts",
    "spacing": "conflicts",
    "floors": "floors",
    "max_gap": "floors",
}
"""What a model must honour to take the option."""


def check_options(name: str, model: Model, new: int | None, options: Mapping[str, Any]) -> None:
    """Raise ``ConfigError`` for what the model cannot honour or cannot do without."""
    given = {option for option, value in options.items() if value is not None}
    known = set(SitingOptions.__annotations__)
    honoured = {option for option, rule in ASKED_BY.items() if rule in model.honours}
    taken = ALWAYS | honoured | {"distance", "region"}
    if refused := sorted(given - (known & taken)):
        raise ConfigError(
            f"model {name!r} cannot honour {', '.join(refused)}; it takes "
            f"{', '.join(option for option in SitingOptions.__annotations__ if option in taken)}: "
            "remove the option or choose another model"
        )
    for option in sorted(model.needs - {"new", "limit"} - given):
        raise ConfigError(f"model {name!r} needs {option}=")
    _check_numbers(name, model, new, options)
    for option, other in (("spacing", "distance"), ("floors", "region"), ("max_gap", "region")):
        if option in given and other not in given:
            raise ConfigError(f"{option} needs {other}=")
    if options.get("unreachable", "error") not in ("error", "leave"):
        raise ConfigError(f"unreachable must be 'error' or 'leave', not {options['unreachable']!r}")


def _check_numbers(name: str, model: Model, new: int | None, options: Mapping[str, Any]) -> None:
    if new is None and "new" in model.needs:
        raise ConfigError(f"model {name!r} needs new=, a whole number of sites")
    if new is not None and (isinstance(new, bool) or int(new) != new or new < 0):
        raise ConfigError(f"new must be a whole number of sites, 0 or more, not {new!r}")
    limit = options.get("limit")
    if limit is None and "limit" in model.needs:
        raise ConfigError(f"model {name!r} needs limit=, a cost of 0 or more, not None")
    for option, value, most in (
        ("limit", limit, np.inf),
        ("budget", options.get("budget"), np.inf),
        ("spacing", options.get("spacing"), np.inf),
        ("max_gap", options.get("max_gap"), 1.0),
        ("time_limit_s", options.get("time_limit_s"), np.inf),
    ):
        if value is not None and not 0 <= value <= most:
            upper = "" if np.isinf(most) else f" and at most {most:g}"
            raise ConfigError(f"{option} must be a number of 0 or more{upper}, not {value!r}")


def placement_rules(
    costs: LabelledCosts, options: SitingOptions, distance: Floats
) -> PlacementRules:
    """Return the rules on which candidates are open.

    Raises
    ------
    SchemaError
        A label is not a candidate of the costs, or a value is impossible.
    ConfigError
        One candidate is asked for in two ways that exclude each other.
    """
    labels, count = costs.candidate, len(costs.candidate)
    fixed = rows_of(labels, options.get("fixed", ()), "fixed")
    required = rows_of(labels, options.get("required", ()), "required")
    banned = rows_of(labels, options.get("banned", ()), "banned")
    _refuse_contradictions(labels, fixed, required, banned)
    budget = options.get("budget")
    return PlacementRules(
        fixed=fixed,
        required=required,
        banned=banned,
        conflicts=_conflicts(labels, options, distance, fixed),
        capacity=by_label(labels, options.get("capacity"), "capacity", absent=np.inf),
        price=_prices(labels, options, fixed, count),
        budget=np.inf if budget is None else float(budget),
    )


def region_rules(
    costs: LabelledCosts, options: SitingOptions
) -> tuple[Ints, RegionRules, tuple[Label, ...]]:
    """Return the region of each point (empty without regions), what is owed, and the labels."""
    given = options.get("region")
    if given is None:
        return np.empty(0, dtype=np.int64), RegionRules.free(), ()
    table = pd.Series(dict(given), dtype=object).dropna()
    regions = sorted_labels(pd.unique(table))
    region = np.full(len(costs.demand), -1, dtype=np.int64)
    row = positions_of(costs.demand, pd.Series(table.index, dtype=object))
    if (row < 0).any():
        raise SchemaError(f"region names demand {table.index[row < 0][0]!r}, which has no weight")
    region[row] = positions_of(regions, table)
    floors = options.get("floors")
    least = np.zeros(len(regions))
    if isinstance(floors, Mapping | pd.Series):
        least = by_label(regions, floors, "floors", absent=0.0, what="region")
    elif floors is not None:
        least = np.full(len(regions), float(floors))
    if not ((least >= 0) & (least <= 1)).all():
        raise ConfigError("floors are shares between 0 and 1")
    gap = options.get("max_gap")
    return region, RegionRules(least, np.inf if gap is None else float(gap)), regions


def distances(costs: LabelledCosts, table: pd.DataFrame | None, *, needed: bool) -> Floats:
    """Return the distances between candidates, empty without a table.

    Raises
    ------
    SchemaError
        A column is missing, a value is impossible or differs by direction, or a candidate is
        nowhere in the table although the model needs it.
    """
    if table is None:
        return np.empty((0, 0))
    pairs = table if set(DISTANCE_COLUMNS) <= set(table.columns) else _unfolded_distances(table)
    one = positions_of(costs.candidate, pairs["candidate"])
    two = positions_of(costs.candidate, pairs["other"])
    value = pd.to_numeric(pairs["distance"], errors="coerce").to_numpy(dtype=np.float64)
    if not (value >= 0).all():
        row = pairs[~(value >= 0)].iloc[0]
        raise SchemaError(
            f"distance of {row['candidate']!r} and {row['other']!r} is {row['distance']!r}; it "
            "must be a number of 0 or more (inf, or no row: out of reach)"
        )
    known = (one >= 0) & (two >= 0)
    apart = np.full((len(costs.candidate),) * 2, np.inf)
    apart[one[known], two[known]] = value[known]
    mirrored = np.isinf(apart) & np.isfinite(apart.T)
    apart[mirrored] = apart.T[mirrored]
    np.fill_diagonal(apart, 0.0)
    _refuse_distances(costs.candidate, apart, np.union1d(one[known], two[known]), needed=needed)
    return apart


def _refuse_distances(
    labels: tuple[Label, ...], apart: Floats, known: Ints, *, needed: bool
) -> None:
    uneven = np.argwhere(apart != apart.T)
    if uneven.size:
        one, two = (labels[place] for place in uneven[0])
        raise SchemaError(f"distance of {one!r} and {two!r} is not the same in both directions")
    missing = np.setdiff1d(np.arange(len(labels)), known)
    if needed and missing.size and len(labels) > 1:
        raise SchemaError(f"distance knows nothing of candidate {labels[int(missing[0])]!r}")


def _unfolded_distances(matrix: pd.DataFrame) -> pd.DataFrame:
    if set(matrix.index) != set(matrix.columns):
        raise SchemaError(
            f"distance: it needs the columns {DISTANCE_COLUMNS}, or a square matrix whose index "
            "and columns are the same labels"
        )
    rows, columns = matrix.shape
    return pd.DataFrame(
        {
            "candidate": np.repeat(matrix.index.to_numpy(dtype=object), columns),
            "other": np.tile(matrix.columns.to_numpy(dtype=object), rows),
            "distance": matrix.to_numpy().ravel(),
        }
    )


def by_label(
    labels: tuple[Label, ...],
    given: Values | None,
    option: str,
    *,
    absent: float,
    what: str = "candidate",
) -> Floats:
    """Return one number a label, ``absent`` where none is given.

    Raises
    ------
    SchemaError
        A label is not known, or its number is not one of 0 or more.
    """
    values = np.full(len(labels), absent)
    if given is None:
        return values
    table = given if isinstance(given, pd.Series) else pd.Series(dict(given), dtype=object)
    row = positions_of(labels, pd.Series(table.index, dtype=object))
    if (row < 0).any():
        raise SchemaError(f"{option} names {what} {table.index[row < 0][0]!r}, which is not known")
    numbers = pd.to_numeric(table, errors="coerce").to_numpy(dtype=np.float64)
    if not (numbers >= 0).all():
        label = table.index[~(numbers >= 0)][0]
        raise SchemaError(
            f"{option} of {what} {label!r} is {table[label]!r}; it must be a number of 0 or more"
        )
    values[row] = numbers
    return values


def rows_of(candidate: tuple[Label, ...], wanted: Iterable[Label], option: str) -> Indices:
    """Return where the labels stand, ascending; raise ``SchemaError`` for one that is not there."""
    if isinstance(wanted, str):
        raise ConfigError(f"{option} must be a list of labels, such as [{wanted!r}]")
    labels = list(wanted)
    row_of = {label: row for row, label in enumerate(candidate)}
    unknown = [label for label in labels if label not in row_of]
    if unknown:
        raise SchemaError(f"{option} names candidate {unknown[0]!r}, which is not in cost")
    return np.unique(np.array([row_of[label] for label in labels], dtype=np.int32))


def _refuse_contradictions(
    candidate: tuple[Label, ...], fixed: Indices, required: Indices, banned: Indices
) -> None:
    groups = (("fixed", fixed), ("required", required), ("banned", banned))
    for (first, one), (second, other) in combinations(groups, 2):
        both = np.intersect1d(one, other)
        if both.size:
            raise ConfigError(
                f"candidate {candidate[int(both[0])]!r} is both {first} and {second}; choose one"
            )


def _prices(
    labels: tuple[Label, ...], options: SitingOptions, fixed: Indices, count: int
) -> Floats:
    """Return the prices; what is open already costs nothing."""
    price = by_label(labels, options.get("price"), "price", absent=0.0)
    if not np.isfinite(price).all():
        raise SchemaError(f"price of candidate {labels[int(np.argmax(price))]!r} is not finite")
    if options.get("budget") is not None and options.get("price") is None and count:
        raise ConfigError("budget needs price=, what each candidate costs")
    price[fixed] = 0.0
    return price


def _conflicts(
    labels: tuple[Label, ...], options: SitingOptions, distance: Floats, fixed: Indices
) -> Ints:
    """Return the pairs that may not both be open, without those of two fixed candidates.

    Raises
    ------
    ConfigError
        A pair is not one of two candidates.
    """
    pairs = [tuple(pair) for pair in options.get("conflicts") or ()]
    ends = [label for pair in pairs for label in pair]
    rows_of(labels, ends, "conflicts")
    alone = [pair for pair in pairs if len(set(pair)) != 2]
    if alone:
        raise ConfigError(f"conflicts are pairs of two candidates, not {alone[0]!r}")
    row_of = {label: row for row, label in enumerate(labels)}
    named = np.array([row_of[label] for label in ends], dtype=np.int64).reshape(-1, 2)
    spacing = options.get("spacing")
    near = np.empty((0, 2), dtype=np.int64)
    if spacing is not None:
        near = np.argwhere(np.triu(distance < spacing, 1))
    both = np.unique(np.sort(np.concatenate([named, near]), axis=1), axis=0)
    settled = np.isin(both, fixed).all(axis=1)
    kept: Ints = both[~settled].astype(np.int64)
    return kept
