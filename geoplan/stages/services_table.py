"""Multi-service siting on the caller's own tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict, Unpack

import numpy as np
import pandas as pd

from geoplan.errors import ConfigError, SchemaError
from geoplan.model.arrays import Flags, Floats
from geoplan.model.layered import MultiServiceProblem, Premises
from geoplan.model.layered_siting import LayeredSolution, ServiceOffer
from geoplan.model.siting import Label
from geoplan.stages.labelled_costs import LabelledCosts, Values
from geoplan.stages.layer_asked import asked_layers, is_count, layered_costs
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
from geoplan.stages.siting_options import by_label


class ServiceOptions(TypedDict, total=False):
    """What a plan of services must keep."""

    sites: int
    """How many new sites may be opened at most; any number unless told."""
    placed: int
    """How many services may be placed in all at most; any number unless told."""
    existing: Mapping[Label, Iterable[str]]
    """Candidate → services given there already; it is open and may take up more of them."""
    required: Iterable[Pair]
    """Pairs (candidate, service) that must be placed; they count as new."""
    banned: Iterable[Pair]
    """Pairs that must not be placed."""
    conflicts: Iterable[tuple[Label, Label]]
    """Pairs of candidates that may not both be open, unless both stand already."""
    price: Prices
    """By service, or by (candidate, service), which goes before; else that of the service."""
    opening_price: Values
    """What opening a site costs once, by candidate; nothing where none is given."""
    budget: float
    """Most that sites and services may cost together, inclusive; needs a price."""
    space_m2: Values
    """Floor space for further services by candidate; any amount where none is given."""
    bundle: Values
    """Weight by demand label for which only all services together count; the weights of single
    services then decide nothing and are told beside the plan."""
    time_limit_s: float
    """After this time the best plan so far is returned with its bound (60 unless told)."""


def site_services(
    cost: pd.DataFrame,
    demand: Values | pd.DataFrame,
    *,
    services: Iterable[ServiceOffer | Mapping[str, Any]],
    **options: Unpack[ServiceOptions],
) -> LayeredSolution:
    """Return the best sites and the services to place at each, proven, with reasons.

    Parameters
    ----------
    cost
        A table with the columns ``demand``, ``candidate`` and ``cost``, or a matrix with demand
        labels as index and candidates as columns, as for ``site``.
    demand
        Weight of each demand label, or a table of weights by demand label with a column a service.
    services
        ``ServiceOffer`` or dicts of its fields (``name``, ``limit``, ``new``, and if wanted
        ``demand``, ``need_m2``, ``price``).
    options
        See ``ServiceOptions``.

    Returns
    -------
    Labels come back as they were given. Among equally good plans the one with fewest new sites,
    then fewest services, then the first labels is returned; the order of rows never matters.

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
    check_given("site_services", options, ServiceOptions.__annotations__)
    asked = asked_layers(services, ServiceOffer, "services")
    _check_options(asked, options)
    costs, weight = layered_costs(cost, demand, asked)
    names = tuple(service.name for service in asked)
    sites, placed, seconds = (options.get(key) for key in ("sites", "placed", "time_limit_s"))
    price = np.array([service.price for service in asked], dtype=np.float64)
    problem = MultiServiceProblem(
        cost=costs.within,
        weight=weight,
        limit=np.array([service.limit for service in asked], dtype=np.float64),
        new=np.array([service.new for service in asked], dtype=np.int64),
        sites=len(costs.candidate) if sites is None else int(sites),  # type: ignore[call-overload]
        premises=_premises(costs, asked, options),
        rules=layer_rules(costs.candidate, names, options, price),
        placed=np.inf if placed is None else float(placed),  # type: ignore[arg-type]
        bundle=_bundle(costs, options.get("bundle")),
    )
    return site_layers(
        problem,
        LayerLabels(costs.candidate, costs.demand, names),
        time_limit_s=LIMIT_S if seconds is None else float(seconds),  # type: ignore[arg-type]
    )


def _check_options(asked: tuple[ServiceOffer, ...], options: Mapping[str, Any]) -> None:
    for name in ("sites", "placed"):
        value = options.get(name)
        if value is not None and not is_count(value):
            raise ConfigError(f"{name} must be a whole number, 0 or more, not {value!r}")
    priced = any(service.price > 0 for service in asked)
    named = {name for name in ("price", "opening_price") if options.get(name) is not None}
    if options.get("budget") is not None and not (priced or named):
        raise ConfigError("budget needs a price: price=, opening_price= or that of a service")
    if options.get("space_m2") is not None and not any(one.need_m2 > 0 for one in asked):
        raise ConfigError("space_m2 needs a service with need_m2, the floor space that it takes")


def _premises(
    costs: LabelledCosts, asked: tuple[ServiceOffer, ...], options: Mapping[str, Any]
) -> Premises:
    names = tuple(service.name for service in asked)
    existing, given = _standing(costs, names, options.get("existing"))
    space, price = options.get("space_m2"), options.get("opening_price")
    opening = by_label(costs.candidate, price, "opening_price", absent=0.0)
    if not np.isfinite(opening).all():
        label = costs.candidate[int(np.argmax(~np.isfinite(opening)))]
        raise SchemaError(f"opening_price of candidate {label!r} is not finite")
    return Premises(
        existing=existing,
        given=given,
        price=opening,
        space_m2=by_label(costs.candidate, space, "space_m2", absent=np.inf),
        need_m2=np.array([service.need_m2 for service in asked], dtype=np.float64),
    )


def _standing(
    costs: LabelledCosts,
    names: tuple[str, ...],
    wanted: Mapping[Label, Iterable[str]] | None,
) -> tuple[Flags, Flags]:
    """Return what is open already, and which services are given there."""
    rows = {label: row for row, label in enumerate(costs.candidate)}
    existing = np.zeros(len(costs.candidate), dtype=np.bool_)
    given = np.zeros((len(costs.candidate), len(names)), dtype=np.bool_)
    for label, services in dict(wanted or {}).items():
        if isinstance(services, str):
            raise ConfigError(f"existing of {label!r} must be a list, such as [{services!r}]")
        row = row_of(rows, label, "existing")
        existing[row] = True
        for name in services:
            given[row, layer_of(names, name, "existing")] = True
    return existing, given


def _bundle(costs: LabelledCosts, given: Values | None) -> Floats:
    """Return the weights of the bundle, empty without one."""
    if given is None:
        return np.empty(0)
    bundle = by_label(costs.demand, given, "bundle", absent=0.0, what="point")
    if not np.isfinite(bundle).all():
        label = costs.demand[int(np.argmax(~np.isfinite(bundle)))]
        raise SchemaError(f"bundle of point {label!r} is not finite")
    return bundle
