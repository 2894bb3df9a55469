"""Small random cases of every placement model, and what is wrong with an answer.

A model is tested by standing in ``solvers.table.MODELS``; it needs a line in
``model_worths.WORTHS``.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations

import numpy as np
from scipy.sparse import csr_array

from geoplan.model.split_placement import RegionRules
from geoplan.solvers.table import MODELS, Solved
from tests.model_worths import Case, near_of, opened_with, region_points, weight_of, within
from tests.placement_cases import allowed, placement_of

ALWAYS = ("fixed", "required", "banned")
REGIONS = 3
SAME = 1e-6
MINUTE = 60.0


def solved(model: str, case: Case, seconds: float = MINUTE) -> Solved:
    """Return the answer of the table's method."""
    return MODELS[model].method(case.problem, case.regions, seconds)


def rule_sets(model: str) -> list[frozenset[str]]:
    """Return each rule that the model honours by itself, and all of them together."""
    honoured = MODELS[model].honours
    single = [{rule} for rule in (*ALWAYS, "conflicts", "price", "capacity")]
    kept = [rules for rules in single if rules <= honoured | set(ALWAYS)]
    if "budget" in honoured:
        kept.append({"price", "budget"})
    if "floors" in honoured:
        kept += [{"floors"}, {"max_gap"}, {"floors", "max_gap", *ALWAYS, "conflicts"}]
    return [frozenset(rules) for rules in (*kept, {*ALWAYS, *honoured})]


def random_case(model: str, seed: int, rules: frozenset[str] = frozenset()) -> Case:
    """Return a small case with few different costs, in which rows and candidates are alike.

    Where everybody must be served and every rule kept, there are more pairs and more sites.
    """
    easy = MODELS[model].serves_all and len(rules) > 3
    rng = np.random.default_rng(seed)
    candidates = int(rng.integers(1, 6 if "capacity" in rules else 8))
    demand = int(rng.integers(0, 10))
    weight = (
        rng.integers(0, 4, demand).astype(float),
        rng.integers(0, 400, demand) / 100.0,
        rng.random(demand),
    )[seed % 3]
    cost = rng.integers(0, 7, (candidates, demand)) / (1.0, 1.0, 10.0)[seed // 3 % 3]
    cost[rng.random(cost.shape) < rng.choice([0.0, 0.2, 0.0 if easy else 0.5])] = np.inf
    limit = float(rng.integers(1, 7)) / (1.0, 1.0, 10.0)[seed // 3 % 3]
    if "limit" not in MODELS[model].needs and seed % 2:
        limit = np.inf
    region = rng.integers(-1, REGIONS, demand)
    return Case(
        placement_of(
            cost,
            weight,
            new=int(rng.integers(0, 5)) + 2 * easy,
            limit=limit,
            region=region if _fair(model, rules) else (),
            distance=_distances(rng, candidates) if "distance" in MODELS[model].needs else None,
            **_rules(rng, weight, candidates, rules),
        ),
        RegionRules(
            rng.choice([0.0, 0.3, 0.6], REGIONS) if "floors" in rules else np.zeros(REGIONS),
            float(rng.choice([0.0, 0.3, 0.6])) if "max_gap" in rules else np.inf,
        ),
    )


def _fair(model: str, rules: frozenset[str]) -> bool:
    return "region" in MODELS[model].needs or bool(rules & {"floors", "max_gap"})


def _rules(rng, weight, candidates, rules):
    picked = np.split(rng.permutation(candidates), np.minimum([1, 2], candidates))
    given = {name: picked[place] for place, name in enumerate(ALWAYS) if name in rules}
    if "fixed" in given and candidates > 4:
        given["fixed"] = np.append(given["fixed"], picked[2][-1:])
        given |= {"banned": picked[2][:-1]} if "banned" in given else {}
    elif "banned" in given:
        given["banned"] = picked[2][:2]
    if "conflicts" in rules:
        pairs = list(combinations(range(candidates), 2))
        given["conflicts"] = [pair for pair in pairs if rng.random() < 0.3]
    if "price" in rules:
        tenths = rng.integers(0, 8, candidates) / 10.0
        given["price"] = tenths if rng.random() < 0.7 else rng.random(candidates)
        if "budget" in rules:
            given["budget"] = float(rng.integers(1, 15)) / 10.0
    if "capacity" in rules:
        tight = weight.sum() * rng.choice([0.3, 0.6, 1.2]) * rng.uniform(0.5, 1.2, candidates)
        places = np.ceil(tight) if rng.random() < 0.5 else tight
        places[rng.random(candidates) < 0.1] = 0.0
        given["capacity"] = np.where(rng.random(candidates) < 0.3, np.inf, places)
    return given


def _distances(rng, candidates):
    """Return whole distances, many of them alike, some candidates in one place, some cut off."""
    xy = rng.integers(0, 4, (candidates, 2))
    apart = np.abs(xy[:, None] - xy[None]).sum(axis=2).astype(float)
    if rng.random() < 0.25:
        apart[0, 1:] = apart[1:, 0] = np.inf
    return apart


def broken(model: str, case: Case, answer: Solved) -> list[str]:
    """Return what is wrong with an answer that holds a plan, by sets and loops alone."""
    problem, placement = case.problem, answer.placement
    sites = tuple(placement.sites.tolist())
    opened, table = opened_with(case, sites), within(problem)
    load, served = _loads(case, answer)
    near = near_of(problem)
    faults = {
        "not ascending": list(sites) != sorted(set(sites)),
        "a rule on sites": not allowed(problem, sites),
        "too many": len(sites) > problem.new,
        "served by a closed one or beyond the limit": any(
            site not in opened or math.isinf(table[site, point])
            for point, site in enumerate(placement.assigned.tolist())
            if site >= 0
        ),
        "a capacity": any(
            load[site] > most * (1 + 1e-9) + 1e-12 for site, most in enumerate(near.capacity)
        ),
        "somebody served twice": any(part > 1 + 1e-9 for part in served.values()),
        "somebody not served": MODELS[model].serves_all
        and any(served[point] < 1 - 1e-8 for point in near.inhabited),
        "not the nearest": not np.isfinite(problem.rules.capacity).any()
        and placement.assigned.tolist() != _first_nearest(table, sorted(opened)),
        "a floor or gap": not _regions_kept(case, near, served),
    }
    return [fault for fault, present in faults.items() if present]


def _loads(case, answer):
    """Return the weight that each candidate serves, and the served part of each point."""
    weight, count = case.problem.weight, case.problem.cost.shape[0]
    load, served = dict.fromkeys(range(count), 0.0), dict.fromkeys(range(weight.size), 0.0)
    if answer.share is None:
        parts = [(site, point, 1.0) for point, site in enumerate(answer.placement.assigned)]
    else:
        table = answer.share.tocoo()
        parts = list(zip(table.row.tolist(), table.col.tolist(), table.data, strict=True))
    for site, point, part in parts:
        if site >= 0:
            load[int(site)] += part * weight[point]
            served[point] += part
    return load, served


def _first_nearest(table, opened):
    found = []
    for point in range(table.shape[1]):
        reach = [(table[site, point], site) for site in opened if math.isfinite(table[site, point])]
        found.append(min(reach)[1] if reach else -1)
    return found


def _regions_kept(case, near, served):
    shares = {
        region: math.fsum(near.weight[point] * served[point] for point in points)
        / weight_of(near, points)
        for region, points in region_points(case, near).items()
    }
    floors = case.regions.least_share
    apart = max(shares.values(), default=0.0) - min(shares.values(), default=0.0)
    return apart <= case.regions.most_gap + 1e-8 and all(
        share >= floors[region] - 1e-8 for region, share in shares.items()
    )


def town_case(model: str, seed: int, *, new: int = 5, places: int = 24, twins: int = 1) -> Case:
    """Return a case that no one can solve by looking: 90 homes and a few places in a square.

    Every place stands ``twins`` times, one right after the other.
    """
    rng = np.random.default_rng(seed)
    homes = rng.uniform(0, 4000, (90, 2)).round()
    sites = np.repeat(rng.uniform(0, 4000, (places, 2)).round(), twins, axis=0)
    cost = np.hypot(*(sites[:, None] - homes[None]).transpose(2, 0, 1)).round()
    apart = np.hypot(*(sites[:, None] - sites[None]).transpose(2, 0, 1)).round()
    spread = {"distance": apart} if "distance" in MODELS[model].needs else {}
    return Case(
        placement_of(
            cost,
            rng.integers(1, 6, 90),
            new=new,
            limit=town_limit(model, cost),
            region=rng.integers(0, REGIONS, 90) if "region" in MODELS[model].needs else (),
            **spread,
        ),
        RegionRules.free(REGIONS),
    )


def town_limit(model: str, cost) -> float:
    """Return a limit at which everybody can be served where everybody must be."""
    if "limit" not in MODELS[model].needs:
        return np.inf
    return 1.5 * float(cost.min(axis=0).max()) if MODELS[model].serves_all else 700.0


def reordered(case: Case, *, points=None, candidates=None) -> Case:
    """Return a case without rules on sites, with its points and candidates in another order."""
    problem = case.problem
    if points is not None:
        problem = problem.of_points(points)
    if candidates is not None:
        apart = problem.distance
        problem = replace(
            problem,
            cost=csr_array(problem.cost[candidates]),
            distance=apart[np.ix_(candidates, candidates)] if apart.size else apart,
        )
    return case._replace(problem=problem)
