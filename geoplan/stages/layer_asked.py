"""Levels and services of the caller, checked one by one, and who needs them, joined by label."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from geoplan.errors import ConfigError, SchemaError
from geoplan.model.arrays import Floats
from geoplan.model.layered_siting import Level, ServiceOffer, Weights
from geoplan.stages.labelled_costs import LabelledCosts, Values, labelled_costs
from geoplan.stages.siting_options import by_label

Layer = TypeVar("Layer", Level, ServiceOffer)

_FINITE = ("worth", "need_m2", "price")
"""Numbers that must be finite; limits need not be."""


def asked_layers(
    given: Iterable[Layer | Mapping[str, Any]], maker: type[Layer], option: str
) -> tuple[Layer, ...]:
    """Return the levels or services, each checked; dicts become the dataclass.

    Raises
    ------
    ConfigError
        There is none, a name occurs twice, a key is unknown or missing, or a number impossible.
    """
    if isinstance(given, str | Mapping | pd.DataFrame) or not isinstance(given, Iterable):
        raise ConfigError(f"{option} must be a list of {maker.__name__}s or of dicts")
    layers = tuple(_made(one, maker, option) for one in given)
    if not layers:
        raise ConfigError(f"{option} is empty; name at least one")
    names = [layer.name for layer in layers]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ConfigError(f"{option} names {twice[0]!r} twice; names are unique")
    return layers


def _made(one: Layer | Mapping[str, Any], maker: type[Layer], option: str) -> Layer:
    if isinstance(one, Mapping):
        known = [field.name for field in fields(maker)]
        unknown = [key for key in one if key not in known]
        missing = [key for key in ("name", "limit", "new") if key not in one]
        if unknown or missing:
            fault = f"unknown key {unknown[0]!r}" if unknown else f"no {missing[0]!r}"
            raise ConfigError(f"{option}: {dict(one)!r} has {fault}; keys are {', '.join(known)}")
        one = maker(**one)
    if not isinstance(one, maker):
        raise ConfigError(f"{option} must hold {maker.__name__}s or dicts, not {one!r}")
    _check(one, option)
    return one


def _check(layer: Level | ServiceOffer, option: str) -> None:
    if not isinstance(layer.name, str) or not layer.name:
        raise ConfigError(f"{option}: a name must be a text, not {layer.name!r}")
    if not is_count(layer.new):
        raise ConfigError(
            f"{option} {layer.name!r}: new must be a whole number, 0 or more, not {layer.new!r}"
        )
    for field in fields(layer):
        if field.name in ("limit", "parent_limit", *_FINITE):
            value = getattr(layer, field.name)
            if not is_amount(value, finite=field.name in _FINITE):
                raise ConfigError(
                    f"{option} {layer.name!r}: {field.name} must be a number of 0 or more, "
                    f"not {value!r}"
                )


def is_count(value: object) -> bool:
    """Return whether the value is a whole number of 0 or more."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    return whole and int(value) >= 0  # type: ignore[call-overload]


def is_amount(value: object, *, finite: bool) -> bool:
    """Return whether the value is a number of 0 or more."""
    number = isinstance(value, int | float | np.integer | np.floating)
    if not number or isinstance(value, bool):
        return False
    amount = float(value)  # type: ignore[arg-type]
    return amount >= 0 and (np.isfinite(amount) or not finite)


def layered_costs(
    cost: pd.DataFrame, demand: Values | pd.DataFrame, layers: tuple[Layer, ...]
) -> tuple[LabelledCosts, Floats]:
    """Return the costs to the longest limit, and who needs each layer, (layers, demand).

    Raises
    ------
    SchemaError, DuplicateIdError
        As ``labelled_costs``; or a layer's demand is no column, or names a point that is not in
        the demand.
    """
    longest = max(float(layer.limit) for layer in layers)
    columns = demand if isinstance(demand, pd.DataFrame) else None
    plain = pd.Series(0.0, index=columns.index) if columns is not None else demand
    costs = labelled_costs(cost, plain, longest)  # type: ignore[arg-type]
    rows = [_weights(costs, columns, layer.name, layer.demand) for layer in layers]
    return costs, np.array(rows, dtype=np.float64).reshape(len(layers), len(costs.demand))


def _weights(
    costs: LabelledCosts, columns: pd.DataFrame | None, name: str, asked: Weights
) -> Floats:
    """Return the weight of each point for one layer."""
    if columns is None and asked is None:
        return costs.weight
    if asked is None or isinstance(asked, str):
        wanted = name if asked is None else asked
        if columns is None or wanted not in columns.columns:
            raise SchemaError(
                f"demand of {name!r}: demand has no column {wanted!r}; add it, or give the weights"
            )
        asked = columns[wanted]
    weights = by_label(costs.demand, asked, f"demand of {name!r}", absent=0.0, what="point")
    if not np.isfinite(weights).all():
        label = costs.demand[int(np.argmax(~np.isfinite(weights)))]
        raise SchemaError(f"demand of {name!r}: the weight of point {label!r} is not finite")
    return weights
