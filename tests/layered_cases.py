"""Random small problems of levels and services, and every plan looked at with sets and loops."""

from __future__ import annotations

import itertools
import math

import numpy as np

from geoplan.model.layered import (
    Coherence,
    HierarchyProblem,
    LayerRules,
    MultiServiceProblem,
    Premises,
)
from tests.placement_cases import sparse_of

LEVEL_RULES = ("existing", "required", "banned", "conflicts", "budget", "coherence")
SERVICE_RULES = (
    "existing",
    "required",
    "banned",
    "conflicts",
    "budget",
    "space",
    "placed",
    "bundle",
)


def _pairs(pairs):
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _costs(rng, candidates, demand):
    cost = rng.integers(0, 7, (candidates, demand)).astype(float)
    cost[rng.random(cost.shape) < rng.choice([0.0, 0.3, 0.6])] = np.inf
    return cost


def _weights(rng, seed, shape):
    return (
        rng.integers(0, 4, shape).astype(float),
        rng.integers(0, 400, shape) / 100.0,
        rng.random(shape),
    )[seed % 3]


def _rules(rng, shape, names, closed):
    """Return random rules; ``closed`` are pairs that exist already."""
    every = list(itertools.product(range(shape[0]), range(shape[1])))
    order = [every[place] for place in rng.permutation(len(every))]
    free = [pair for pair in order if pair not in closed]
    both = list(itertools.combinations(range(shape[0]), 2))
    budget = float(rng.integers(1, 16)) / 2.0
    return LayerRules(
        required=_pairs(free[:1] if "required" in names else []),
        banned=_pairs(order[-2:] if "banned" in names else []),
        conflicts=_pairs([p for p in both if "conflicts" in names and rng.random() < 0.4]),
        price=rng.integers(0, 8, shape) / 2.0,
        budget=budget if "budget" in names else np.inf,
    )


def random_hierarchy(seed, names=()):
    """Return a small problem of levels in which rows and candidates are alike."""
    rng = np.random.default_rng(seed)
    levels, candidates = int(rng.integers(1, 4)), int(rng.integers(1, 5))
    demand = int(rng.integers(0, 8))
    level = np.full(candidates, -1, dtype=np.int64)
    if "existing" in names:
        level = rng.integers(-1, levels, candidates)
    closed = {(j, k) for j, k in itertools.product(range(candidates), range(levels))}
    closed = {(j, k) for j, k in closed if k <= level[j]}
    coherence = None
    if "coherence" in names:
        limit = rng.choice([1.0, 3.0, 5.0, np.inf], levels - 1)
        coherence = Coherence(sparse_of(_costs(rng, candidates, candidates)), limit)
    return HierarchyProblem(
        cost=sparse_of(_costs(rng, candidates, demand)),
        weight=_weights(rng, seed, (levels, demand)),
        worth=rng.integers(0, 3, levels).astype(float),
        limit=np.sort(rng.integers(0, 6, levels)).astype(float),
        new=rng.integers(0, 3, levels),
        level=level,
        rules=_rules(rng, (candidates, levels), names, closed),
        coherence=coherence,
    )


def random_services(seed, names=()):
    """Return a small problem of services in which rows and candidates are alike."""
    rng = np.random.default_rng(seed)
    services = int(rng.integers(1, 4))
    candidates = int(rng.integers(1, 1 + {1: 6, 2: 4, 3: 3}[services]))
    demand, shape = int(rng.integers(0, 8)), (candidates, services)
    existing = (rng.random(candidates) < 0.4) & ("existing" in names)
    given = (rng.random(shape) < 0.5) & existing[:, None]
    space = rng.integers(0, 9, candidates) * 10.0 if "space" in names else np.inf
    return MultiServiceProblem(
        cost=sparse_of(_costs(rng, candidates, demand)),
        weight=_weights(rng, seed, (services, demand)),
        limit=rng.integers(0, 6, services).astype(float),
        new=rng.integers(0, 4, services),
        sites=int(rng.integers(0, 4)),
        premises=Premises(
            existing=existing,
            given=given,
            price=rng.integers(0, 6, candidates) / 2.0,
            space_m2=np.full(candidates, 1.0) * space,
            need_m2=rng.integers(0, 5, services) * 10.0,
        ),
        rules=_rules(rng, shape, names, {tuple(pair) for pair in np.argwhere(given).tolist()}),
        placed=float(rng.integers(0, 5)) if "placed" in names else np.inf,
        bundle=_weights(rng, seed, (demand,)) if "bundle" in names else np.empty(0),
    )


def _table(cost):
    """Return the costs as a dict of (row, column)."""
    table = cost.tocoo()
    places = zip(table.row.tolist(), table.col.tolist(), strict=True)
    return dict(zip(places, table.data.tolist(), strict=True))


def _keeps_shared(rules, plan, existing, spent):
    required, banned = set(map(tuple, rules.required.tolist())), set()
    banned = set(map(tuple, rules.banned.tolist()))
    opened = existing | {candidate for candidate, _ in plan}
    return (
        required <= set(plan)
        and not banned & set(plan)
        and not any(
            {a, b} <= opened and not {a, b} <= existing for a, b in rules.conflicts.tolist()
        )
        and spent <= rules.budget + 1e-9
    )


def hierarchy_plans(problem):
    """Yield every plan that keeps the rules, each an ascending tuple of pairs."""
    candidates, levels = problem.rules.price.shape
    old = problem.level.tolist()
    existing = {j for j in range(candidates) if old[j] >= 0}
    choices = [[None, *range(old[j] + 1, levels)] for j in range(candidates)]
    for chosen in itertools.product(*choices):
        plan = tuple((j, level) for j, level in enumerate(chosen) if level is not None)
        number = [sum(level == k for _, level in plan) for k in range(levels)]
        spent = sum(problem.rules.price[pair] for pair in plan)
        if (
            all(number[k] <= problem.new[k] for k in range(levels))
            and _keeps_shared(problem.rules, plan, existing, spent)
            and all(_belongs(problem, plan, pair) for pair in plan)
        ):
            yield plan


def _belongs(problem, plan, pair):
    candidate, level = pair
    if problem.coherence is None or level + 1 == problem.limit.size:
        return True
    limit = problem.coherence.limit[level]
    if math.isinf(limit):
        return True
    now = dict(enumerate(problem.level.tolist())) | dict(plan)
    cost = _table(problem.coherence.cost)
    return any(
        now[other] > level and cost.get((candidate, other), math.inf) <= limit for other in now
    )


def hierarchy_worth(problem, plan):
    """Return the worth of a plan, and who gets which level as a set of (level, point)."""
    now = dict(enumerate(problem.level.tolist())) | dict(plan)
    served = {
        (k, i)
        for (j, i), cost in _table(problem.cost).items()
        for k in range(problem.limit.size)
        if now[j] >= k and cost <= problem.limit[k]
    }
    worth = math.fsum(problem.worth[k] * problem.weight[k, i] for k, i in served)
    return worth, served


def service_plans(problem):
    """Yield every plan that keeps the rules, each an ascending tuple of pairs."""
    premises, rules = problem.premises, problem.rules
    candidates, services = rules.price.shape
    existing = {j for j in range(candidates) if premises.existing[j]}
    free = [
        (j, s)
        for j, s in itertools.product(range(candidates), range(services))
        if not premises.given[j, s]
    ]
    for size in range(len(free) + 1):
        for plan in itertools.combinations(free, size):
            new = {j for j, _ in plan} - existing
            spent = sum(premises.price[j] for j in new) + sum(rules.price[pair] for pair in plan)
            if (
                len(new) <= problem.sites
                and len(plan) <= problem.placed
                and all(sum(t == s for _, t in plan) <= problem.new[s] for s in range(services))
                and all(
                    sum(premises.need_m2[s] for h, s in plan if h == j) <= premises.space_m2[j]
                    for j, _ in plan
                )
                and _keeps_shared(rules, plan, existing, spent)
            ):
                yield plan


def service_worth(problem, plan):
    """Return the worth of a plan, and who gets which service as a set of (service, point)."""
    giving = {tuple(pair) for pair in np.argwhere(problem.premises.given).tolist()} | set(plan)
    served = {
        (s, i)
        for (j, i), cost in _table(problem.cost).items()
        for s in range(problem.limit.size)
        if (j, s) in giving and cost <= problem.limit[s]
    }
    if problem.bundle.size:
        whole = [
            i
            for i in range(problem.bundle.size)
            if all((s, i) in served for s in range(problem.limit.size))
        ]
        return math.fsum(problem.bundle[i] for i in whole), served
    return math.fsum(problem.weight[s, i] for s, i in served), served


def number_of_sites(problem, plan):
    """Return how many new sites a plan of services opens."""
    return len({j for j, _ in plan if not problem.premises.existing[j]})
