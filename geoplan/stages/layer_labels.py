"""Wishes about pairs (candidate, level or service) by label, as the rules of a layered problem."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from geoplan.errors import ConfigError, SchemaError
from geoplan.model.arrays import Floats, Ints
from geoplan.model.layered import LayerRules
from geoplan.model.siting import Label
from geoplan.stages.layer_asked import is_amount

Pair: TypeAlias = tuple[Label, str]
"""A candidate and the name of a level or service."""

Prices: TypeAlias = "pd.Series[float] | Mapping[str | Pair, float]"
"""A price by layer, or by (candidate, layer), which goes before that by layer."""

LIMIT_S = 60.0
"""Time limit when none is given."""


def check_given(model: str, options: Mapping[str, Any], known: Iterable[str]) -> None:
    """Raise ``ConfigError`` for an option that the model does not know, and for a bad number."""
    listed = list(known)
    unknown = [name for name in options if name not in listed]
    if unknown:
        raise ConfigError(f"{model} knows no option {unknown[0]!r}; it takes {', '.join(listed)}")
    for name in ("budget", "time_limit_s", "placed"):
        value = options.get(name)
        if value is not None and not is_amount(value, finite=False):
            raise ConfigError(f"{name} must be a number of 0 or more, not {value!r}")


def layer_rules(
    candidate: tuple[Label, ...],
    names: tuple[str, ...],
    options: Mapping[str, Any],
    price: Floats,
) -> LayerRules:
    """Return the rules on pairs.

    Parameters
    ----------
    price
        (layers,) price of each layer wherever the options give none.

    Raises
    ------
    SchemaError
        A label or a layer is not known, or a price is impossible.
    ConfigError
        A pair is both required and banned.
    """
    required = pairs_of(candidate, names, options.get("required"), "required")
    banned = pairs_of(candidate, names, options.get("banned"), "banned")
    both = sorted({*map(tuple, required.tolist())} & {*map(tuple, banned.tolist())})
    if both:
        row, layer = both[0]
        raise ConfigError(
            f"{candidate[row]!r} as {names[layer]!r} is both required and banned; choose one"
        )
    budget = options.get("budget")
    return LayerRules(
        required=required,
        banned=banned,
        conflicts=_conflicts(candidate, options.get("conflicts")),
        price=_prices(candidate, names, options.get("price"), price),
        budget=np.inf if budget is None else float(budget),
    )


def pairs_of(
    candidate: tuple[Label, ...],
    names: tuple[str, ...],
    wanted: Iterable[Pair] | None,
    option: str,
) -> Ints:
    """Return the places of the pairs, (k, 2), ascending, each once."""
    rows = {label: row for row, label in enumerate(candidate)}
    found = {_place(rows, names, pair, option) for pair in _listed(wanted, option)}
    return np.array(sorted(found), dtype=np.int64).reshape(-1, 2)


def _listed(wanted: Iterable[Any] | None, option: str) -> list[Any]:
    if isinstance(wanted, str | Mapping):
        raise ConfigError(f"{option} must be a list of pairs, not {wanted!r}")
    return [] if wanted is None else list(wanted)


def _place(
    rows: Mapping[Label, int], names: tuple[str, ...], pair: object, option: str
) -> tuple[int, int]:
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise ConfigError(f"{option}: {pair!r} is no pair (candidate, name)")
    label, name = pair
    return row_of(rows, label, option), layer_of(names, name, option)


def row_of(rows: Mapping[Label, int], label: Label, option: str) -> int:
    """Return the row of a candidate; raise ``SchemaError`` when there is none."""
    if label not in rows:
        raise SchemaError(f"{option} names candidate {label!r}, which is not in cost")
    return rows[label]


def layer_of(names: tuple[str, ...], name: str, option: str) -> int:
    """Return the place of a level or service; raise ``SchemaError`` when there is none."""
    if name not in names:
        raise SchemaError(f"{option} names {name!r}; choose one of {', '.join(names)}")
    return names.index(name)


def _conflicts(candidate: tuple[Label, ...], wanted: Iterable[Any] | None) -> Ints:
    rows = {label: row for row, label in enumerate(candidate)}
    found = set()
    for pair in _listed(wanted, "conflicts"):
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise ConfigError(f"conflicts: {pair!r} is no pair of candidates")
        one, other = sorted(row_of(rows, label, "conflicts") for label in pair)
        if one == other:
            raise ConfigError(f"conflicts: {pair[0]!r} cannot be in its own way")
        found.add((one, other))
    return np.array(sorted(found), dtype=np.int64).reshape(-1, 2)


def _prices(
    candidate: tuple[Label, ...], names: tuple[str, ...], given: Prices | None, price: Floats
) -> Floats:
    """Return (candidates, layers) prices: by pair, else by layer, else ``price``."""
    table = np.repeat(price[None, :].astype(np.float64), len(candidate), axis=0)
    rows = {label: row for row, label in enumerate(candidate)}
    wanted = dict(given) if given is not None else {}
    for key, value in sorted(wanted.items(), key=lambda item: isinstance(item[0], tuple)):
        if not is_amount(value, finite=True):
            raise SchemaError(f"price of {key!r} is {value!r}; it must be a number of 0 or more")
        if isinstance(key, tuple):
            table[_place(rows, names, key, "price")] = value
        else:
            table[:, layer_of(names, key, "price")] = value
    return table
