"""Where the next sites should stand: from the ground and the wishes to a proven plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array, vstack

from geoplan.errors import ConfigError
from geoplan.model.arrays import Floats, Ints, Sparse
from geoplan.model.network import SnappedPoints, WalkNetwork
from geoplan.model.placement import PlacementProblem, PlacementRules
from geoplan.model.siting import (
    Candidates,
    SiteProblem,
    Siting,
    SitingLabels,
    SitingQuestion,
    SitingRules,
)
from geoplan.model.split_placement import RegionRules
from geoplan.model.staging import StageMeans
from geoplan.pipeline.ground import Ground
from geoplan.solvers.table import MODELS
from geoplan.stages.candidates import place_candidates
from geoplan.stages.plan_reasons import gains_by_group
from geoplan.stages.reach import ROUNDING_S, SearchGraph, search_graph, walking_times
from geoplan.stages.siting import site
from geoplan.stages.siting_in_stages import site_in_stages
from geoplan.stages.siting_names import candidate_positions, subdistrict_floors
from geoplan.stages.snapping import snap
from geoplan.stages.spacing import near_pairs

EXISTING = "existing"
"""Label of the one row that stands for all facilities that give the service: the nearest."""

BEYOND = "beyond"
"""Label of the row that a p-median gives to homes without a way: as far as sites are sought."""


def recommend(asked: SiteProblem, rules: SitingRules) -> Siting:
    """Return the proven plan, all at once or in the stages that the rules name.

    Raises
    ------
    ConfigError, InfeasibleError, SolverError
        As ``stages.siting.site`` and ``stages.siting_in_stages.site_in_stages``.
    """
    staged = None
    if rules.stages:
        means = [StageMeans(stage.new, stage.budget) for stage in rules.stages]
        solution, staged = site_in_stages(asked.question, asked.labels, means)
    else:
        solution = site(asked.question, asked.labels)
    gains = gains_by_group(asked.reach, asked.rows(solution.sites), asked.covered, asked.people)
    return Siting(asked, solution, gains, staged)


def site_problem(
    ground: Ground, rules: SitingRules, nearest_s: Floats, *, stretch: float = 1.0
) -> SiteProblem:
    """Return the placement problem of a project.

    Parameters
    ----------
    nearest_s
        (demand,) seconds to the nearest facility that gives the service, for the main walker; inf
        without a way.
    stretch
        Walks are stored up to this many times the limit, ≥ 1, for walkers who are quicker.

    Raises
    ------
    ConfigError
        A rule names what is not there, or cannot be kept together with another.
    """
    inputs, homes = ground.inputs, ground.homes
    counted = ground.units.district >= 0
    weight = np.where(counted, people_weights(ground, rules), 0.0)
    covered = nearest_s <= rules.limit_s + ROUNDING_S
    open_weight = np.where(covered, 0.0, weight) if _drawn_by_open(rules) else weight
    reach_m = rules.limit_s * ground.graph.costs.leg_speed_m_s
    candidates = place_candidates(inputs, rules, open_weight, reach_m=reach_m)
    points = snap(inputs.network, candidates.xy, limit_m=rules.snap_m)
    candidates = named_by_street(candidates, points, inputs.network)
    graph = search_graph(inputs.network, ground.graph.costs, points)
    sought_s = sought(rules)
    times = walking_times(graph, homes, limit_s=stretch * sought_s).seconds
    standing, labels, capacity = standing_walks(
        ground.graph, ground, rules, (nearest_s, stretch * sought_s)
    )
    problem = PlacementProblem(
        cost=csr_array(vstack([times, standing], format="csr")),
        weight=weight,
        new=min(rules.new, candidates.id.size),
        rules=_rules(candidates, rules, capacity),
        limit=sought_s + ROUNDING_S,
        region=_regions(ground),
        distance=_distance(ground, candidates, standing.shape[0], rules),
    )
    question = SitingQuestion(
        problem=problem,
        model=rules.model,
        time_limit_s=rules.time_limit_s,
        regions=_region_rules(ground, rules),
        leave_unreachable=True,
    )
    names = ground.inputs.boundaries.name[ground.inputs.boundaries.at("subdistrict")]
    return SiteProblem(
        candidates=candidates,
        question=question,
        labels=SitingLabels(
            (*candidates.id.tolist(), *labels),
            tuple(inputs.demand.id.tolist()),
            tuple(names.tolist()),
        ),
        reach=_within(times, rules.limit_s + ROUNDING_S),
        covered=covered,
        people=inputs.demand.people * counted[:, None],
        points=points,
    )


def _drawn_by_open(rules: SitingRules) -> bool:
    """Return whether only people who lack the service can be helped by another site."""
    return rules.model in ("mclp", "lscp", "worst-first") and not rules.capacity


def sought(rules: SitingRules) -> float:
    """Return how far a model looks, seconds: the limit, or as far as people may walk."""
    walked = MODELS[rules.model].unit in ("cost", "weight cost")
    return rules.reach_s if walked else rules.limit_s


def people_weights(ground: Ground, rules: SitingRules) -> Floats:
    """Return the weight of each point: people times the weight of each of their groups."""
    if rules.capacity and list(rules.weights.values()) != [1.0]:
        raise ConfigError(
            "siting.capacity counts people, so siting.weights must weigh one group with 1; "
            "leave the weights or the capacities out"
        )
    demand = ground.inputs.demand
    weights = [demand.of(group) * weight for group, weight in rules.weights.items()]
    total: Floats = np.sum(weights, axis=0, dtype=np.float64)
    return total


def standing_walks(
    graph: SearchGraph, ground: Ground, rules: SitingRules, nearest: tuple[Floats, float]
) -> tuple[Sparse, tuple[str, ...], Floats]:
    """Return what gives the service already: walks, labels and capacities, one row each.

    One row, the nearest, stands for all where no model can tell them apart. ``nearest`` is
    seconds to the nearest of each home, and up to how many seconds walks are stored.
    """
    nearest_s, stored_s = nearest
    if rules.capacity or rules.model in ("backup", "p-dispersion"):
        facilities = ground.inputs.facilities
        rows = np.flatnonzero(facilities.giving(rules.service))
        times = walking_times(graph, ground.homes, limit_s=stored_s).seconds
        stated = facilities.attributes.get("capacity", np.full(facilities.id.size, np.nan))[rows]
        places = np.where(np.isnan(stated) | (not rules.capacity), np.inf, stated)
        return csr_array(times[rows]), tuple(facilities.id[rows].tolist()), places
    seconds = np.where(nearest_s <= stored_s + ROUNDING_S, nearest_s, np.inf)
    if rules.model != "p-median":
        return _stored(seconds[None, :]), (EXISTING,), np.full(1, np.inf)
    walks = np.vstack([seconds, np.full(seconds.size, rules.reach_s)])
    return _stored(walks), (EXISTING, BEYOND), np.full(2, np.inf)


def _stored(walks: Floats) -> Sparse:
    """Return the finite walks, a walk of 0 seconds stored."""
    row, column = np.nonzero(np.isfinite(walks))
    starts = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=walks.shape[0]))])
    return csr_array(
        (walks[row, column], column.astype(np.int32), starts.astype(np.int32)), shape=walks.shape
    )


def _rules(candidates: Candidates, rules: SitingRules, capacity: Floats) -> PlacementRules:
    """Return the rules on candidates and what stands; prices count where a budget binds them."""
    count, standing = candidates.id.size, capacity.size
    limits = [rules.capacity.get(name, np.inf) for name in candidates.origin.tolist()]
    priced = np.isfinite(rules.budget) or any(np.isfinite(one.budget) for one in rules.stages)
    price = candidates.price if priced else np.zeros(count)
    return PlacementRules(
        fixed=np.arange(count, count + standing, dtype=np.int32),
        required=candidate_positions(candidates, rules.required, key="required"),
        banned=candidate_positions(candidates, rules.banned, key="banned"),
        conflicts=near_pairs(candidates.xy, rules.min_spacing_m),
        capacity=np.concatenate([np.array(limits, dtype=np.float64), capacity]),
        price=np.concatenate([price, np.zeros(standing)]),
        budget=rules.budget,
    )


def _regions(ground: Ground) -> Ints:
    """Return the place of each home's subdistrict among the subdistricts, −1 outside."""
    rows = ground.inputs.boundaries.at("subdistrict")
    place = np.full(ground.inputs.boundaries.name.size + 1, -1, dtype=np.int64)
    place[rows] = np.arange(rows.size)
    regions: Ints = place[ground.units.subdistrict]
    return regions


def _region_rules(ground: Ground, rules: SitingRules) -> RegionRules:
    least = subdistrict_floors(ground.inputs.boundaries, rules.floor, rules.floors)
    return RegionRules(least, rules.most_gap)


def _distance(ground: Ground, candidates: Candidates, standing: int, rules: SitingRules) -> Floats:
    """Return straight distances between all places, metres; empty where nobody asks for them."""
    if rules.model != "p-dispersion":
        return np.empty((0, 0))
    facilities = ground.inputs.facilities
    xy = np.vstack([candidates.xy, facilities.xy[facilities.giving(rules.service)]])
    if xy.shape[0] != candidates.id.size + standing:
        raise ValueError("every facility that gives the service needs its place")
    apart: Floats = np.hypot(*(xy[:, None, :] - xy[None, :, :]).transpose(2, 0, 1))
    return apart


def _within(times: Sparse, limit_s: float) -> Sparse:
    """Return 1 for the pairs within the limit."""
    near = times.data <= limit_s
    row = np.repeat(np.arange(times.shape[0]), np.diff(times.indptr))[near]
    starts = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=times.shape[0]))])
    return csr_array(
        (np.ones(row.size), times.indices[near], starts.astype(np.int32)), shape=times.shape
    )


def named_by_street(
    candidates: Candidates, points: SnappedPoints, network: WalkNetwork
) -> Candidates:
    """Return the candidates; one without a name takes that of its nearest named street."""
    name = network.streets.names.take(points.edge).texts()
    owner = points.owner()[name != ""]
    first = np.unique(owner, return_index=True)
    names = candidates.name.astype(object)
    streets = name[name != ""][first[1]]
    unnamed = names[first[0]] == ""
    names[first[0][unnamed]] = streets[unnamed]
    return replace(candidates, name=names.astype(np.str_))
