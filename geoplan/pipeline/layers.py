"""Levels and services on a project: from the ground and the wishes to a proven plan of layers."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array, vstack

from geoplan.errors import ConfigError
from geoplan.model.arrays import Flags, Floats, Indices, Ints, Sparse, Texts
from geoplan.model.layer_wishes import AskedLevel, AskedService
from geoplan.model.layered import (
    HierarchyProblem,
    LayerRules,
    MultiServiceProblem,
    Premises,
    layers_served,
)
from geoplan.model.layered_siting import LayeredProblem, LayeredSiting
from geoplan.model.siting import Candidates, SitingRules
from geoplan.pipeline.ground import Ground
from geoplan.pipeline.siting import named_by_street, people_weights
from geoplan.stages.candidates import place_candidates
from geoplan.stages.layered_siting import LayerLabels, layer_steps, site_layers
from geoplan.stages.reach import ROUNDING_S, search_graph, walking_times
from geoplan.stages.siting_names import candidate_positions
from geoplan.stages.snapping import snap
from geoplan.stages.spacing import near_pairs


class Standing(NamedTuple):
    """Facilities that stand on a level or give a service already."""

    rows: Indices
    """Rows of ``Facilities``."""
    gives: Flags
    """(rows, layers) True where the facility gives the layer's service."""
    limit_s: Floats
    """(layers,) how far each layer's service reaches."""


class Places(NamedTuple):
    """Candidates, then what stands, and who walks there."""

    candidates: Candidates
    """New places, then facilities that stand (``stands:<id>``)."""
    standing: Indices
    """Rows of ``Facilities`` of the last candidates, in their order."""
    walks: Sparse
    """(candidates, demand) seconds up to the longest limit."""

    @property
    def new(self) -> int:
        """How many of the candidates are new places."""
        return int(self.candidates.id.size) - int(self.standing.size)


def site_levels_of(
    ground: Ground, rules: SitingRules, levels: tuple[AskedLevel, ...]
) -> LayeredSiting:
    """Return the proven plan of levels: what opens where, and which facility moves up.

    A facility of a level gives the services of those below it, too. What stands in the units may
    be upgraded; what stands in the halo serves and stays as it is.

    Raises
    ------
    ConfigError
        The wishes cannot be kept together.
    TimeLimitError, SolverError
        As ``stages.layered_siting.site_layers``.
    """
    kinds = [kind for level in levels for kind in level.kinds]
    rows = np.flatnonzero(np.isin(ground.inputs.facilities.kind, kinds)).astype(np.int32)
    limit_s = np.array([level.limit_s + ROUNDING_S for level in levels])
    stands_on = np.full(rows.size, -1, dtype=np.int64)
    for step, level in enumerate(levels):
        stands_on[np.isin(ground.inputs.facilities.kind[rows], level.kinds)] = step
    gives = stands_on[:, None] >= np.arange(len(levels))
    places = _places(ground, rules, Standing(rows, gives, limit_s))
    price = _level_prices(places, rules, levels)
    problem = HierarchyProblem(
        cost=places.walks,
        weight=np.tile(_weights(ground, rules), (len(levels), 1)),
        worth=np.array([level.worth for level in levels], dtype=np.float64),
        limit=limit_s,
        new=np.array([level.new for level in levels], dtype=np.int64),
        level=np.concatenate([np.full(places.new, -1, dtype=np.int64), stands_on]),
        rules=_rules(ground, places, rules, price),
    )
    return _told(ground, rules, places, problem, tuple(level.name for level in levels))


def site_services_of(
    ground: Ground, rules: SitingRules, services: tuple[AskedService, ...]
) -> LayeredSiting:
    """Return the proven plan of services: new sites and what each takes up, and what stations add.

    Raises
    ------
    ConfigError
        The wishes cannot be kept together.
    TimeLimitError, SolverError
        As ``stages.layered_siting.site_layers``.
    """
    facilities = ground.inputs.facilities
    wanted = [facilities.giving(one.service) for one in services]
    gives = np.logical_or.reduce([facilities.giving(rules.service), *wanted])
    rows = np.flatnonzero(gives).astype(np.int32)
    limit_s = np.array([one.limit_s + ROUNDING_S for one in services])
    standing = Standing(rows, np.column_stack([flags[rows] for flags in wanted]), limit_s)
    places = _places(ground, rules, standing)
    given = np.zeros((places.candidates.id.size, len(services)), dtype=np.bool_)
    given[places.new :] = standing.gives
    existing: Flags = np.arange(given.shape[0]) >= places.new
    premises = Premises.empty(*given.shape)
    opening = np.where(existing, 0.0, places.candidates.price)
    price = np.tile([one.cost for one in services], (given.shape[0], 1)).astype(np.float64)
    problem = MultiServiceProblem(
        cost=places.walks,
        weight=np.tile(_weights(ground, rules), (len(services), 1)),
        limit=limit_s,
        new=np.array([one.new for one in services], dtype=np.int64),
        sites=rules.new,
        premises=replace(premises, existing=existing, given=given, price=_if_bound(opening, rules)),
        rules=_rules(ground, places, rules, _if_bound(price, rules)),
    )
    return _told(ground, rules, places, problem, tuple(one.service for one in services))


def refuse_unkept(rules: SitingRules) -> None:
    """Raise ``ConfigError`` for a wish that these models do not keep, rather than pass over it."""
    asked = {
        "capacity": bool(rules.capacity),
        "floor": rules.floor > 0 or bool(rules.floors),
        "max_gap": bool(np.isfinite(rules.most_gap)),
        "stages": bool(rules.stages),
        "required": bool(rules.required),
    }
    unkept = [key for key, present in asked.items() if present]
    if unkept:
        raise ConfigError(
            f"siting.{unkept[0]}: levels and services cannot keep this wish; leave it out or "
            "choose another model"
        )


def _places(ground: Ground, rules: SitingRules, standing: Standing) -> Places:
    """Return the candidates with what stands behind them, and all walks to the longest limit.

    Corners are drawn by those who lack one of the layers; what stands is no new place, too.
    """
    inputs, rows, longest_s = ground.inputs, standing.rows, float(standing.limit_s.max())
    times = walking_times(ground.graph, ground.homes, limit_s=longest_s).seconds
    stands = csr_array(times[rows])
    served = layers_served(stands, standing.gives, standing.limit_s).all(axis=0)
    open_weight = np.where(served, 0.0, _weights(ground, rules))
    reach_m = longest_s * ground.graph.costs.leg_speed_m_s
    listed = place_candidates(inputs, rules, open_weight, reach_m=reach_m)
    listed = _not_standing(listed, inputs.facilities.id[rows])
    points = snap(inputs.network, listed.xy, limit_m=rules.snap_m)
    listed = named_by_street(listed, points, inputs.network)
    graph = search_graph(inputs.network, ground.graph.costs, points)
    new = walking_times(graph, ground.homes, limit_s=longest_s).seconds
    facilities = inputs.facilities
    ids = np.array([f"stands:{code}" for code in facilities.id[rows]], dtype=np.str_)
    candidates = Candidates(
        id=np.concatenate([listed.id, ids]),
        name=np.concatenate([listed.name, facilities.name[rows]]),
        origin=np.concatenate([listed.origin, np.full(rows.size, "upgrade")]),
        xy=np.concatenate([listed.xy, facilities.xy[rows].reshape(-1, 2)]),
        price=np.concatenate([listed.price, np.full(rows.size, rules.cost["upgrade"])]),
    )
    walks: Sparse = csr_array(vstack([new, stands], format="csr"))
    return Places(candidates, rows, walks)


def _not_standing(listed: Candidates, standing: Texts) -> Candidates:
    """Return the candidates without the buildings that stand on a level or give a service.

    One building that stood in the list twice would be paid, and opened, twice.
    """
    building = [name.partition(":")[2] for name in listed.id.tolist()]
    kept = np.flatnonzero((listed.origin == "street") | ~np.isin(building, standing))
    return Candidates(
        id=listed.id[kept],
        name=listed.name[kept],
        origin=listed.origin[kept],
        xy=listed.xy[kept],
        price=listed.price[kept],
    )


def _weights(ground: Ground, rules: SitingRules) -> Floats:
    weight: Floats = np.where(ground.units.district >= 0, people_weights(ground, rules), 0.0)
    return weight


def _level_prices(places: Places, rules: SitingRules, levels: tuple[AskedLevel, ...]) -> Floats:
    """Return what opening each candidate on each level costs, (candidates, levels)."""
    columns = [
        places.candidates.price
        if level.cost is None
        else np.full(places.candidates.id.size, level.cost)
        for level in levels
    ]
    return _if_bound(np.column_stack(columns), rules)


def _if_bound(price: Floats, rules: SitingRules) -> Floats:
    """Return the prices where a budget binds them, else zeros: they decide nothing then."""
    return price if np.isfinite(rules.budget) else np.zeros_like(price)


def _rules(ground: Ground, places: Places, rules: SitingRules, price: Floats) -> LayerRules:
    """Return the rules: spacing, budget and banned places, what stands outside the units too."""
    outside = ground.facility_units.district[places.standing] < 0
    named = candidate_positions(places.candidates, rules.banned, key="banned")
    rows = np.union1d(places.new + np.flatnonzero(outside), named)
    layers = price.shape[1]
    banned: Ints = np.column_stack(
        [np.repeat(rows, layers), np.tile(np.arange(layers), rows.size)]
    ).astype(np.int64)
    return replace(
        LayerRules.free(*price.shape),
        banned=banned.reshape(-1, 2),
        conflicts=near_pairs(places.candidates.xy[: places.new], rules.min_spacing_m),
        price=price,
        budget=rules.budget,
    )


def _told(
    ground: Ground,
    rules: SitingRules,
    places: Places,
    problem: LayeredProblem,
    names: tuple[str, ...],
) -> LayeredSiting:
    """Return the solved plan with the people of the main group whom each opening adds."""
    labels = LayerLabels(
        tuple(places.candidates.id.tolist()), tuple(ground.inputs.demand.id.tolist()), names
    )
    solution = site_layers(problem, labels, time_limit_s=rules.time_limit_s)
    row_of = {label: row for row, label in enumerate(labels.candidate)}
    place = np.array([row_of[site] for site, _ in solution.openings], dtype=np.int64)
    layer = np.array([names.index(name) for _, name in solution.openings], dtype=np.int64)
    openings = np.column_stack([place, layer]).reshape(-1, 2)
    order, newly = layer_steps(problem, openings)
    counted = ground.units.district >= 0
    people = ground.inputs.demand.of(ground.settings.group) * counted
    served = problem.served(openings[:0])
    return LayeredSiting(
        solution=solution,
        candidates=places.candidates,
        limit_s=problem.limit,
        place=place[order],
        gains=(newly * people).sum(axis=2).astype(np.int64),
        covered=(served * people).sum(axis=1).astype(np.int64),
        people=int(people.sum()),
    )
