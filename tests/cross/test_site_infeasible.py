"""Where ``geoplan.site`` has no plan it names the people, or rules none of which is idle."""

from __future__ import annotations

import zlib
from dataclasses import replace

import numpy as np
import pytest

from geoplan.errors import InfeasibleError
from geoplan.model.split_placement import RegionRules
from geoplan.solvers.table import MODELS
from tests.labelled_cases import REGION_NAMES, Names, as_site_takes, site_of
from tests.model_cases import random_case, rule_sets
from tests.model_worths import best_by_looking, near_of

ALL = pytest.mark.parametrize("model", MODELS)


def _cases(model, count):
    """Return cases under each of the rule sets in turn, those of all rules more often."""
    sets = [*rule_sets(model), rule_sets(model)[-1], rule_sets(model)[-1]]
    start = zlib.crc32(model.encode()) % 10**6
    for seed in range(start, start + count):
        case = as_site_takes(random_case(model, seed, sets[seed % len(sets)]))
        if case.problem.weight.size:
            yield seed, case


def _lonely(case):
    """Return the points with a weight that no candidate may serve, by sets and loops."""
    near, banned = near_of(case.problem), set(case.problem.rules.banned.tolist())
    able = [
        points
        for site, points in enumerate(near.points)
        if site not in banned and near.capacity[site] > 0
    ]
    return sorted(near.inhabited - frozenset().union(*able))


@pytest.mark.parametrize("model", [name for name, model in MODELS.items() if model.serves_all])
def test_exactly_the_people_whom_no_candidate_can_serve_are_named(model):
    named = 0
    for seed, case in _cases(model, 120):
        names, lonely = Names.texts(case), _lonely(case)
        people = tuple(names.demand[point] for point in lonely)
        if lonely:
            named += 1
            with pytest.raises(InfeasibleError) as caught:
                site_of(model, case, names, seed)
            assert (caught.value.people, caught.value.rules) == (people, ())
    assert named > 20


def _sentences(model, case, names):
    """Return what each rule says, and the kind and place by which it is given up."""
    problem, rules, called = case.problem, case.problem.rules, names.candidate
    limit = f" within the limit {problem.limit:g}" if np.isfinite(problem.limit) else ""
    said = {
        f"everybody must be served{limit}": ("everybody", 0),
        f"at most {problem.new} new sites": ("new", 0),
        f"at least {problem.new} new sites": ("least_new", 0),
        f"a budget of {rules.budget:g}": ("budget", 0),
        f"no two regions may differ by more than {case.regions.most_gap:g}": ("gap", 0),
    }
    for site in rules.required:
        said[f"{called[site]!r} must open"] = ("required", site)
    for site in rules.banned:
        said[f"{called[site]!r} must stay closed"] = ("banned", site)
    for row, (one, two) in enumerate(rules.conflicts):
        said[f"{called[one]!r} and {called[two]!r} may not both be open"] = ("conflicts", row)
    for site in np.flatnonzero(np.isfinite(rules.capacity)):
        said[f"{called[site]!r} serves at most {rules.capacity[site]:g}"] = ("capacity", site)
    present = sorted(set(problem.region.tolist()) - {-1})
    for region in present:
        floor = case.regions.least_share[region]
        sentence = f"region {REGION_NAMES[region]!r} must have a share of at least {floor:g}"
        said[sentence] = ("floors", region)
    return said


def _has_plan(model, case, kept):
    """Return whether a plan keeps these rules and no others, by looking at every one."""
    problem, rules = case.problem, case.problem.rules
    chosen = {kind: [place for other, place in kept if other == kind] for kind, _ in kept}
    capacity = np.full(rules.capacity.size, np.inf)
    limited = chosen.get("capacity", [])
    capacity[limited] = rules.capacity[limited]
    floors = np.zeros(case.regions.least_share.size)
    owed = chosen.get("floors", [])
    floors[owed] = case.regions.least_share[owed]
    few = replace(
        rules,
        required=np.array(chosen.get("required", []), dtype=np.int32),
        banned=np.array(chosen.get("banned", []), dtype=np.int32),
        conflicts=rules.conflicts[chosen.get("conflicts", [])],
        capacity=capacity,
        budget=rules.budget if "budget" in chosen else np.inf,
    )
    sizes = [problem.new if "new" in chosen else problem.cost.shape[0]]
    if "least_new" in chosen:
        sizes = range(problem.new, sizes[0] + 1)
    asked = model if "least_new" in chosen else "mclp"
    if "everybody" in chosen:
        asked = "lscp"
    regions = RegionRules(floors, case.regions.most_gap if "gap" in chosen else np.inf)
    return any(
        best_by_looking(
            asked, case._replace(problem=replace(problem, rules=few, new=size), regions=regions)
        )
        is not None
        for size in sizes
    )


@ALL
def test_the_rules_that_are_named_contradict_each_other_and_none_is_idle(model):
    named = set()
    for seed, case in _cases(model, 90):
        names = Names.texts(case)
        if MODELS[model].serves_all and _lonely(case):
            continue
        if best_by_looking(model, case) is not None:
            continue
        with pytest.raises(InfeasibleError) as caught:
            site_of(model, case, names, seed)
        said = _sentences(model, case, names)
        kept = [said[sentence] for sentence in caught.value.rules]
        assert kept, seed
        assert caught.value.people == ()
        assert not _has_plan(model, case, kept), seed
        for idle in kept:
            assert _has_plan(model, case, [rule for rule in kept if rule != idle]), (seed, idle)
        named |= {kind for kind, _ in kept}
    assert named


def test_a_pair_of_one_candidate_is_no_conflict():
    _, case = next(_cases("mclp", 9))
    names = Names.texts(case)
    pair = case._replace(
        problem=replace(
            case.problem, rules=replace(case.problem.rules, conflicts=np.array([[0, 0]]))
        )
    )
    with pytest.raises(ValueError, match=r"pairs of two candidates, not \('c00', 'c00'\)"):
        site_of("mclp", pair, names, 0)
