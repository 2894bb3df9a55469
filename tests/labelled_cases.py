"""Cases as the tables and options of ``geoplan.site``, rows and columns in any order."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

import geoplan
from tests.model_worths import Case
from tests.placement_cases import cost_table

REGION_NAMES = ("north", "east", "south")


@dataclass(frozen=True)
class Names:
    """What the candidates and the demand points of a case are called, in its own order."""

    candidate: tuple[str | int, ...]
    demand: tuple[str | int, ...]

    @classmethod
    def texts(cls, case: Case) -> Names:
        """Return texts that sort as they stand."""
        candidates, demand = case.problem.cost.shape
        return cls(
            tuple(f"c{number:02d}" for number in range(candidates)),
            tuple(f"h{number:02d}" for number in range(demand)),
        )

    @classmethod
    def numbers(cls, case: Case) -> Names:
        """Return whole numbers that sort by size as they stand, and otherwise as texts."""
        candidates, demand = case.problem.cost.shape
        return cls(
            tuple(7 + 31 * number for number in range(candidates)),
            tuple(9 + 90 * number for number in range(demand)),
        )

    def renamed(self, place: int, name: str) -> Names:
        """Return the names with another one for one candidate."""
        return replace(
            self, candidate=(*self.candidate[:place], name, *self.candidate[place + 1 :])
        )


def as_site_takes(case: Case) -> Case:
    """Return the case as ``site`` understands it: what is open already has no price."""
    rules, price = case.problem.rules, case.problem.rules.price.copy()
    price[rules.fixed] = 0.0
    new = max(case.problem.new, rules.required.size)
    return case._replace(problem=replace(case.problem, rules=replace(rules, price=price), new=new))


def site_of(model: str, case: Case, names: Names, seed: int) -> geoplan.SitingSolution:
    """Return what ``geoplan.site`` says of a case whose tables are shuffled."""
    rng = np.random.default_rng(seed)
    problem = case.problem
    demand = pd.Series(problem.weight, index=pd.Index(names.demand, dtype=object))
    return geoplan.site(
        _costs(case, names, rng),
        demand.iloc[rng.permutation(demand.size)],
        model=model,
        new=problem.new,
        **_options(case, names, rng),
    )


def _costs(case, names, rng):
    """Return a matrix or a table of pairs, both in any order."""
    matrix = pd.DataFrame(
        cost_table(case.problem).T,
        index=pd.Index(names.demand, dtype=object),
        columns=pd.Index(names.candidate, dtype=object),
    )
    if rng.random() < 0.5:
        rows, columns = (rng.permutation(size) for size in matrix.shape)
        return matrix.iloc[rows, columns]
    pairs = [
        (point, place, matrix.loc[point, place])
        for point in names.demand
        for place in names.candidate
    ]
    table = pd.DataFrame(pairs, columns=["demand", "candidate", "cost"])
    return table.iloc[rng.permutation(len(table))]


def _options(case, names, rng):
    problem, rules = case.problem, case.problem.rules
    called = names.candidate
    options = {
        name: _shuffled([called[place] for place in getattr(rules, name)], rng)
        for name in ("fixed", "required", "banned")
    }
    if math.isfinite(problem.limit):
        options["limit"] = problem.limit
    if rules.conflicts.size:
        pairs = [(called[two], called[one]) for one, two in rules.conflicts]
        options["conflicts"] = _shuffled(pairs, rng)
    if np.isfinite(rules.capacity).any():
        options["capacity"] = _by_name(called, rules.capacity, rng)
    if rules.price.any() or math.isfinite(rules.budget):
        options["price"] = _by_name(called, rules.price, rng)
    if math.isfinite(rules.budget):
        options["budget"] = rules.budget
    if problem.distance.size:
        options["distance"] = _distances(problem.distance, called, rng)
    if problem.region.size:
        options |= _regions(case, names, rng)
    return options


def _shuffled(members, rng):
    return [members[place] for place in rng.permutation(len(members))]


def _by_name(called, values, rng):
    """Return the finite values by name; what is not limited is not named."""
    known = [
        (name, float(value))
        for name, value in zip(called, values, strict=True)
        if math.isfinite(value)
    ]
    return dict(_shuffled(known, rng))


def _distances(apart, called, rng):
    pairs = [
        (one, two, apart[row, column])
        for row, one in enumerate(called)
        for column, two in enumerate(called)
        if row <= column
    ]
    table = pd.DataFrame(pairs, columns=["candidate", "other", "distance"])
    return table.iloc[rng.permutation(len(table))]


def _regions(case, names, rng):
    region = case.problem.region.tolist()
    known = [
        (name, REGION_NAMES[number])
        for name, number in zip(names.demand, region, strict=True)
        if number >= 0
    ]
    owed = case.regions
    options = {"region": dict(_shuffled(known, rng))}
    floors = [
        (REGION_NAMES[number], float(owed.least_share[number])) for number in set(region) - {-1}
    ]
    if owed.least_share.any():
        options["floors"] = dict(_shuffled(floors, rng))
    if math.isfinite(owed.most_gap):
        options["max_gap"] = owed.most_gap
    return options
