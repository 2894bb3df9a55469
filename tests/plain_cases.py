"""Random small placement problems with every rule, and their answer by looking at every plan."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array

from geoplan.model.placement import PlacementProblem, PlacementRules

NOBODY = np.empty(0, dtype=np.int32)


def problem_of(cost, weight, *, new, limit=np.inf, region=(), **rules) -> PlacementProblem:
    """Return a problem from a cost table (candidates, demand); an infinite cost is no pair."""
    table = np.asarray(cost, dtype=np.float64)
    row, column = np.nonzero(np.isfinite(table))
    free = PlacementRules.free(table.shape[0])
    typed = {
        name: np.asarray(value, getattr(free, name).dtype) if name != "budget" else float(value)
        for name, value in rules.items()
    }
    if "conflicts" in typed:
        typed["conflicts"] = typed["conflicts"].reshape(-1, 2)
    return PlacementProblem(
        cost=csr_array(coo_array((table[row, column], (row, column)), shape=table.shape)),
        weight=np.asarray(weight, dtype=np.float64),
        new=new,
        rules=replace(free, **typed),
        limit=limit,
        region=np.asarray(region, dtype=np.int64),
    )


def random_problem(seed: int, *wanted: str, easy: bool = False) -> PlacementProblem:
    """Return a problem full of ties that has the rules wanted; ``easy`` ones can serve most."""
    rng = np.random.default_rng(seed)
    candidates, demand = int(rng.integers(2, 6)), int(rng.integers(1, 8))
    cost = rng.integers(0, 9, (candidates, demand)).astype(float)
    cost[rng.random(cost.shape) < (0.1 if easy else 0.35)] = np.inf
    weight = (
        rng.integers(0, 5, demand).astype(float),
        rng.integers(0, 400, demand) / 100.0,
        rng.random(demand) * 3,
    )[seed % 3]
    picked = rng.permutation(candidates)
    rules: dict[str, object] = {}
    if "capacity" in wanted:
        tight = rng.choice([0.2, 0.4, 0.8] if not easy else [0.6, 1.0]) * weight.sum()
        whole = np.ceil(tight * rng.uniform(0.3, 1.2, candidates))
        rules["capacity"] = np.where(rng.random(candidates) < 0.25, np.inf, whole)
    if "fixed" in wanted:
        rules["fixed"] = picked[:1]
    if "required" in wanted:
        rules["required"] = picked[1:2]
    if "banned" in wanted:
        rules["banned"] = picked[2:3]
    if "conflicts" in wanted:
        pairs = np.array(list(itertools.combinations(range(candidates), 2)))
        rules["conflicts"] = pairs[rng.random(len(pairs)) < 0.3]
    if "budget" in wanted:
        rules["price"] = rng.integers(0, 6, candidates) / 10.0
        rules["budget"] = int(rng.integers(1, 10)) / 10.0
    new = candidates if easy or "budget" in wanted else int(rng.integers(1, 4))
    region = rng.integers(-1, 3, demand) if "region" in wanted else ()
    limit = float(rng.integers(3, 9)) if not easy else 8.0
    return problem_of(cost, weight, new=new, limit=limit, region=region, **rules)


@dataclass(frozen=True)
class Wish:
    """What a plan is for, and what it owes."""

    aim: str
    floors: tuple[float, ...] = ()
    gap: float = math.inf


def allowed_plans(problem):
    """Return every set of new sites that keeps the rules on sites, by loops alone."""
    rules = problem.rules
    fixed, banned = set(rules.fixed.tolist()), set(rules.banned.tolist())
    free = [site for site in range(problem.cost.shape[0]) if site not in fixed]
    for size in range(min(problem.new, len(free)) + 1):
        for plan in itertools.combinations(free, size):
            opened = fixed | set(plan)
            if (
                set(rules.required.tolist()) <= opened
                and not banned & opened
                and not any(a in opened and b in opened for a, b in rules.conflicts.tolist())
                and sum(rules.price[site] for site in plan) <= rules.budget + 1e-9
            ):
                yield plan, sorted(opened)


def best_by_looking(problem, wish):
    """Return the value and the sites of the first of the best plans, None when there is none."""
    sign = -1.0 if wish.aim == "served" else 1.0
    found = []
    for plan, opened in allowed_plans(problem):
        value = service_by_linprog(problem, opened, wish)
        if value is not None:
            found.append((len(plan) if wish.aim == "sites" else value, len(plan), plan))
    if not found:
        return None
    best = min(sign * value for value, _, _ in found)
    equal = [row for row in found if sign * row[0] <= best + 1e-7]
    _, sites = min((size, plan) for _, size, plan in equal)
    return sign * best, sites


def service_by_linprog(problem, opened, wish):
    """Return what the open candidates can do at best, None when they cannot keep the rules."""
    table = _pairs_within(problem, opened)
    rows = [*_service_rows(problem, table, opened, wish), *_fairness_rows(problem, table, wish)]
    most = [value for _, value in rows]
    if not table:
        return 0.0 if all(value >= -1e-9 for value in most) else None
    worth = [problem.weight[p] * (c if wish.aim == "cost" else -1.0) for _, p, c in table]
    upper = np.array([row for row, _ in rows])
    answer = linprog(worth, A_ub=upper, b_ub=most, bounds=(0, None), method="highs")
    if answer.status == 2:
        return None
    assert answer.status == 0, answer.message
    return answer.fun if wish.aim == "cost" else -answer.fun


def _service_rows(problem, table, opened, wish):
    """Return rows and their most: nobody twice, everybody who must be, no capacity exceeded."""
    rows = []
    for point in range(problem.weight.size):
        rows.append(([float(p == point) for _, p, _ in table], 1.0))
        surely = math.isfinite(wish.gap) and _surely(problem, table, point)
        if wish.aim != "served" or surely:
            rows.append(([-float(p == point) for _, p, _ in table], -1.0))
    for site in opened:
        if math.isfinite(problem.rules.capacity[site]):
            load = [problem.weight[p] * (s == site) for s, p, _ in table]
            rows.append((load, problem.rules.capacity[site]))
    return rows


def _fairness_rows(problem, table, wish):
    shares, rows = _region_rows(problem, table), []
    for region, floor in enumerate(wish.floors):
        if region in shares:
            rows.append(([-part for part in shares[region]], -floor))
    if math.isfinite(wish.gap):
        for one, other in itertools.permutations(shares, 2):
            apart = [a - b for a, b in zip(shares[one], shares[other], strict=True)]
            rows.append((apart, wish.gap))
    return rows


def _pairs_within(problem, opened):
    cost = problem.cost.tocoo()
    return [
        (int(site), int(point), float(value))
        for site, point, value in zip(cost.row, cost.col, cost.data, strict=True)
        if site in opened and value <= problem.limit
    ]


def _surely(problem, table, point):
    """Return whether an open candidate near the point has places for everybody near it."""
    for site in {s for s, p, _ in table if p == point}:
        if problem.rules.capacity[site] >= sum(problem.weight[p] for s, p, _ in table if s == site):
            return True
    return False


def _region_rows(problem, table):
    rows = {}
    for region in sorted(set(problem.region.tolist()) - {-1}):
        total = problem.weight[problem.region == region].sum()
        if total > 0:
            rows[region] = [
                problem.weight[p] * (problem.region[p] == region) / total for _, p, _ in table
            ]
    return rows


def assert_kept(problem, answer):
    """Assert limit, capacity and rules, from the shares alone."""
    share = answer.share.tocoo()
    opened = set(problem.rules.fixed.tolist()) | set(answer.placement.sites.tolist())
    assert set(share.row.tolist()) <= opened
    stored = {(s, p): c for s, p, c in _pairs_within(problem, opened)}
    assert {(int(s), int(p)) for s, p in zip(share.row, share.col, strict=True)} <= set(stored)
    assert ((share.data > 0) & (share.data <= 1 + 1e-9)).all()
    load = np.zeros(problem.cost.shape[0])
    np.add.at(load, share.row, share.data * problem.weight[share.col])
    assert (load <= problem.rules.capacity * (1 + 1e-12)).all()
    assert (answer.served <= 1 + 1e-9).all()
    assert tuple(answer.placement.sites.tolist()) in {plan for plan, _ in allowed_plans(problem)}
