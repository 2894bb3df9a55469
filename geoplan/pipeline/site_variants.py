"""The siting problem of a project with its data a little different: people, pace, a street."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array, vstack

from geoplan.model.arrays import Floats, Indices, Sparse
from geoplan.model.placement import PlacementProblem
from geoplan.model.siting import SiteProblem, SitingRules
from geoplan.pipeline.ground import Ground
from geoplan.pipeline.siting import site_problem, sought, standing_walks
from geoplan.solvers.table import MODELS
from geoplan.stages.reach import ROUNDING_S, nearest_of_homes, search_graph, walking_times
from geoplan.stages.siting import answerable
from geoplan.stages.stability import perturbed_speed, perturbed_weights
from geoplan.stages.street_changes import closed_costs

SPREAD = 0.1
"""In a variant the pace, the people of each subdistrict and, on their own account, those of each
home differ by up to this part, either way: a placeholder of geoplan's own."""


def site_variants(
    ground: Ground, rules: SitingRules, nearest_s: Floats, drawn: tuple[int, int]
) -> Iterator[PlacementProblem]:
    """Yield the problem of the project with people, pace and one street changed at random.

    In each variant the people of every subdistrict and of every home are drawn anew, everybody
    walks at another pace (only where the model has a limit of coverage), and one street, drawn by
    its length, is closed. The candidates are those of the plan.

    Parameters
    ----------
    drawn
        Seed and number of variants; the first variants of a seed do not depend on their number.
    """
    seed, count = drawn
    stored_s = (1 + SPREAD) * sought(rules)
    asked = site_problem(ground, rules, nearest_s, stretch=1 + SPREAD)
    question, _ = answerable(asked.question, asked.labels)
    has_limit = MODELS[rules.model].unit in ("weight", "sites")
    length_m = ground.inputs.network.length_m
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        seeds = rng.integers(0, 2**31, 2).tolist()
        edge = int(rng.choice(length_m.size, p=length_m / length_m.sum()))
        pace = float(rng.uniform(1 - SPREAD, 1 + SPREAD))
        problem = replace(
            question.problem,
            cost=with_closed_street(ground, rules, asked, edge, stored_s=stored_s),
        )
        problem = _other_people(problem, seeds)
        if has_limit:
            problem = perturbed_speed(problem, factor=pace, stored_to=stored_s + 2 * ROUNDING_S)
        yield problem


def _other_people(problem: PlacementProblem, seeds: list[int]) -> PlacementProblem:
    """Return the problem with other people in every subdistrict, and then in every home."""
    by_region, by_home = seeds
    region = perturbed_weights(
        problem, seed=by_region, spread=SPREAD, shape="uniform", per="region"
    )
    return perturbed_weights(region, seed=by_home, spread=SPREAD, shape="uniform")


def with_closed_street(
    ground: Ground, rules: SitingRules, asked: SiteProblem, edge: int, *, stored_s: float
) -> Sparse:
    """Return the walks when one street is closed: only those near it are walked again."""
    inputs, homes = ground.inputs, ground.homes
    costs = closed_costs(ground.graph.costs, edge)
    walks = asked.question.problem.cost
    near = _near(ground, asked, edge, reach_m=stored_s * costs.leg_speed_m_s)
    graph = search_graph(inputs.network, costs, asked.points.take(near))
    again = walking_times(graph, homes, limit_s=stored_s).seconds
    standing_graph = search_graph(inputs.network, costs, ground.facilities)
    giving = inputs.facilities.giving(rules.service)
    nearest_s, _ = nearest_of_homes(standing_graph, homes, giving)
    standing, _, _ = standing_walks(standing_graph, ground, rules, (nearest_s, stored_s))
    listed = asked.candidates.id.size
    left = np.setdiff1d(np.arange(listed), near)
    rows = np.concatenate([left, near, np.arange(listed, walks.shape[0])])
    stacked = csr_array(vstack([walks[left], again, standing], format="csr"))
    return csr_array(stacked[np.argsort(rows)])


def _near(ground: Ground, asked: SiteProblem, edge: int, *, reach_m: float) -> Indices:
    """Return the candidates from which a walk within the limit can come to the street at all."""
    network = ground.inputs.network
    ends = network.node_xy[[network.tail[edge], network.head[edge]]]
    middle = ends.mean(axis=0)
    away = np.hypot(*(asked.candidates.xy - middle).T)
    near = away <= reach_m + float(network.length_m[edge])
    return np.flatnonzero(near).astype(np.int32)
