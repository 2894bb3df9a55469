"""Rivals, stages, margins and why-not cards against looking at every plan."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from scipy.sparse import csr_array, hstack

from geoplan.errors import InfeasibleError
from geoplan.model.asked_plan import PlanModel
from geoplan.model.staging import StageMeans
from geoplan.solvers.capacitated import solve_capacitated_mclp
from geoplan.solvers.lscp import solve_lscp
from geoplan.solvers.p_median import solve_p_median
from geoplan.stages.rival_plans import rival_plans
from geoplan.stages.site_margins import site_margins
from geoplan.stages.staged_plan import staged_plan
from geoplan.stages.ways_in import PRICE_STEP
from geoplan.stages.why_not import why_not
from tests.placement_cases import plans
from tests.plain_cases import Wish, allowed_plans, random_problem, service_by_linprog
from tests.rival_cases import VALUES, looking, loss, ranked, rival_problems, sign

KINDS = pytest.mark.parametrize("kind", VALUES)
SOLVED = {
    "served": lambda problem: solve_capacitated_mclp(problem, time_limit_s=60.0).placement,
    "walked": partial(solve_p_median, time_limit_s=60.0),
    "number": partial(solve_lscp, time_limit_s=60.0),
}


def _solved(kind):
    return PlanModel(solve=SOLVED[kind], more_is_better=kind == "served")


def _telling(problem, kind):
    """Return the plans in which every site matters, in order."""
    required = set(problem.rules.required.tolist())

    def matters(value, plan):
        rests = [tuple(other for other in plan if other != site) for site in plan]
        free = [rest for site, rest in zip(plan, rests, strict=True) if site not in required]
        return all(loss(kind, value, VALUES[kind](problem, rest)) > 0 for rest in free)

    return [(value, plan) for value, plan in ranked(problem, kind) if matters(value, plan)]


@KINDS
def test_the_plans_are_the_best_in_which_every_site_matters_in_order(kind):
    told, cut = 0, 0
    for seed, problem in rival_problems(kind, 110):
        expected = _telling(problem, kind)
        count = 1 + seed % 3 if seed % 2 else 40
        found = rival_plans(problem, model=looking(kind), count=count)
        assert [(plan.value, plan.sites) for plan in found.plans] == expected[:count], seed
        assert found.proven
        told += len(found.plans) > 1
        cut += len(expected) > count
        if found.plans:
            _assert_summary(found, expected[:count], kind)
    assert told >= 35
    assert cut >= 10


def _assert_summary(found, expected, kind):
    best, sets = expected[0][0], [set(plan) for _, plan in expected]
    assert found.ties == sum(loss(kind, best, value) == 0 for value, _ in expected)
    assert set(found.core) == set.intersection(*sets)
    assert set(found.swing) == set.union(*sets) - set.intersection(*sets)
    for site, count in found.swing.items():
        assert count == sum(site in plan for plan in sets)


@pytest.mark.slow
@KINDS
def test_real_solvers_tell_the_same_plans(kind):
    for seed, given in rival_problems(kind, 100):
        problem = _without_unknown_rules(given, kind)
        expected = _telling(problem, kind)
        count = 1 + seed % 7
        found = rival_plans(problem, model=_solved(kind), count=count)
        told = [(plan.value, plan.sites) for plan in found.plans]
        assert len(told) == len(expected[:count]), seed
        assert [value for value, _ in told] == pytest.approx(
            [value for value, _ in expected[:count]], rel=1e-7
        ), seed
        assert {sites for _, sites in told} <= {plan for _, plan in expected}
        assert len(set(told)) == len(told)
        assert found.proven


def _without_unknown_rules(problem, kind):
    """Return the problem without what some model does not know or understands differently."""
    rules = problem.rules
    both_fixed = np.isin(rules.conflicts, rules.fixed).all(axis=1)
    budget, price = (rules.budget, rules.price) if kind == "served" else (np.inf, 0 * rules.price)
    rules = replace(rules, conflicts=rules.conflicts[~both_fixed], budget=budget, price=price)
    return replace(problem, rules=rules)


def _means(rng):
    count = int(rng.integers(1, 5))
    money = rng.integers(0, 5, count) / 2.0 if rng.random() < 0.5 else np.full(count, np.inf)
    new = rng.integers(0, 3, count)
    return [StageMeans(int(one), float(two)) for one, two in zip(new, money, strict=True)]


def _affordable(problem, means, built, *, unspent):
    """Return whether a nested sequence keeps the means of every stage, by adding up alone."""
    before = set()
    for stage, sites in enumerate(built):
        counted = set(sites) if unspent == "carried" else set(sites) - before
        given = means[: stage + 1] if unspent == "carried" else means[stage : stage + 1]
        price = math.fsum(problem.rules.price[sorted(counted)])
        if not before <= set(sites) or len(counted) > sum(one.new for one in given):
            return False
        if price > sum(one.budget for one in given) + 1e-9:
            return False
        before = set(sites)
    return True


def _best_value(problem, kind, means, *, required):
    rules = replace(
        problem.rules,
        budget=sum(one.budget for one in means),
        required=problem.rules.required if required else problem.rules.required[:0],
    )
    order = ranked(replace(problem, rules=rules, new=sum(one.new for one in means)), kind)
    return order[0] if order else (-sign(kind) * -math.inf, ())


def _yardsticks(problem, kind, means):
    steps = range(1, len(means) + 1)
    return [_best_value(problem, kind, means[:step], required=step == len(means)) for step in steps]


@KINDS
@pytest.mark.parametrize("unspent", ["carried", "lost"])
def test_early_stages_are_the_best_that_keep_what_is_built(kind, unspent):
    staged, many = 0, 0
    for seed, problem in rival_problems(kind, 130):
        means = _means(np.random.default_rng(seed))
        expected = _early_by_looking(problem, kind, means, unspent)
        if expected is None:
            with pytest.raises(InfeasibleError):
                staged_plan(problem, stages=means, model=looking(kind), unspent=unspent)
            continue
        found = staged_plan(problem, stages=means, model=looking(kind), unspent=unspent)
        assert [stage.built for stage in found.stages] == expected, seed
        _assert_stages(problem, kind, means, found)
        staged += 1
        many += len(found.sites) > 1
    assert staged >= 60
    assert many >= 5


def _early_by_looking(problem, kind, means, unspent):
    built, free = [], replace(problem, rules=replace(problem.rules, budget=np.inf), new=99)
    for _ in means:
        keep = partial(_goes_on, problem, means, built, unspent)
        order = ranked(free, kind, keep=keep)
        if not order:
            return None
        built.append(order[0][1])
    return built


def _goes_on(problem, means, built, unspent, sites):
    return _affordable(problem, means, [*built, sites], unspent=unspent)


def _assert_stages(problem, kind, means, found):
    shares = []
    for stage, (best, _) in zip(found.stages, _yardsticks(problem, kind, means), strict=True):
        assert stage.best == best
        assert stage.value == VALUES[kind](problem, stage.built)
        assert stage.regret == loss(kind, best, stage.value) >= 0
        shares.append(stage.region_share)
    assert all((after >= before).all() for before, after in itertools.pairwise(shares))
    assert found.price_of_staging == found.stages[-1].regret


@KINDS
@pytest.mark.parametrize("unspent", ["carried", "lost"])
@pytest.mark.parametrize("order", ["final_worst", "final_total"])
def test_final_orders_have_the_least_regret_of_all_nested_sequences(kind, unspent, order):
    staged = 0
    for seed, problem in rival_problems(kind, 110):
        means = _means(np.random.default_rng(seed + 500))
        expected = _least_regrets(problem, kind, means, unspent)
        plan = partial(staged_plan, stages=means, model=looking(kind), unspent=unspent)
        if not expected:
            with pytest.raises(InfeasibleError):
                plan(problem, order=order)
            continue
        found = plan(problem, order=order)
        built = [stage.built for stage in found.stages]
        assert _affordable(problem, means, built, unspent=unspent)
        assert built[-1] == _yardsticks(problem, kind, means)[-1][1]
        least_total = min(total for _, total in expected)
        if order == "final_worst":
            worst = min(expected)[0]
            assert found.worst_regret == pytest.approx(worst)
            least_total = min(total for one, total in expected if one <= worst + 1e-9)
        assert found.total_regret == pytest.approx(least_total), seed
        _assert_stages(problem, kind, means, found)
        staged += len(expected) > 1
    assert staged >= 20


def _least_regrets(problem, kind, means, unspent):
    """Return worst and total regret of every nested sequence that ends in the best plan."""
    yardsticks = _yardsticks(problem, kind, means)
    value, whole = yardsticks[-1]
    if not math.isfinite(value):
        return []
    regrets = []
    for stages in itertools.product(range(len(means)), repeat=len(whole)):
        built = [
            tuple(site for site, at in zip(whole, stages, strict=True) if at <= stage)
            for stage in range(len(means))
        ]
        if _affordable(problem, means, built, unspent=unspent):
            lost = [
                loss(kind, best, VALUES[kind](problem, sites))
                for (best, _), sites in zip(yardsticks, built, strict=True)
            ]
            regrets.append((max(lost), sum(lost)))
    return regrets


@KINDS
def test_a_margin_is_what_the_best_plan_without_the_site_loses(kind):
    weighed, moved = 0, 0
    model = looking(kind)
    for seed, problem in rival_problems(kind, 110):
        order = ranked(problem, kind)
        if not order:
            continue
        value, plan = order[0]
        margins = site_margins(problem, plan=model.solve(problem), model=model)
        assert [margin.site for margin in margins] == list(plan)
        for margin in margins:
            rivals = ranked(problem, kind, keep=lambda sites, s=margin.site: s not in sites)
            rest = tuple(site for site in plan if site != margin.site)
            assert margin.lost_without == loss(kind, value, VALUES[kind](problem, rest))
            assert margin.margin == (loss(kind, value, rivals[0][0]) if rivals else math.inf)
            weighed += 1
            if rivals:
                assert set(margin.incoming) == set(rivals[0][1]) - set(plan)
                assert set(margin.outgoing) == set(plan) - set(rivals[0][1])
            if kind == "served" and 0 < margin.margin < math.inf:
                _assert_safe(problem, margin, seed)
                moved += 1
    assert weighed >= 80
    assert moved >= 30 or kind != "served"


def _assert_safe(problem, margin, seed):
    """Assert that less added weight than told, on few points or many, leaves the site in."""
    rng = np.random.default_rng(seed)
    for _ in range(5):
        parts = rng.random(problem.weight.size) ** 8 + 1e-12
        added = 0.999 * margin.least_extra_weight * parts / parts.sum()
        heavier = replace(problem, weight=problem.weight + added)
        assert all(margin.site in plan for plan in _best_plans(heavier, "served"))


def _best_plans(problem, kind):
    """Return every plan equal to the best."""
    order = ranked(problem, kind)
    return [plan for value, plan in order if loss(kind, order[0][0], value) == 0]


def _fewest_best_plans(problem, kind):
    best = _best_plans(problem, kind)
    return [plan for plan in best if len(plan) == min(map(len, best))]


@pytest.mark.slow
@KINDS
def test_a_card_tells_the_loss_and_every_change_in_it_does_what_it_says(kind):
    seen, model = {}, looking(kind)
    for _, problem in rival_problems(kind, 110):
        order = ranked(problem, kind)
        for candidate in range(problem.cost.shape[0]) if order else ():
            card = why_not(
                problem, plan=model.solve(problem), candidate=candidate, model=model, most_new=4
            )
            with_it = ranked(problem, kind, keep=lambda sites, c=candidate: c in sites)
            _assert_card(card, order[0], with_it, kind)
            rest = tuple(site for site in card.sites if site != candidate)
            gone = VALUES[kind](problem, rest)
            assert card.idle == (bool(card.sites) and loss(kind, card.value, gone) <= 0)
            seen[card.forbidden_by] = seen.get(card.forbidden_by, 0) + 1
            for way in card.ways_in:
                done = CHECKS[way.kind](problem, kind, card, way)
                name = way.kind, done
                seen[name] = seen.get(name, 0) + 1
    wanted = ["", "planned", "fixed", "banned", "conflict", ("ban", True), ("new", True)]
    wanted += [("new", False), ("ban", False)]
    if kind == "served":
        wanted += [("weight", True), ("price", True), ("price", False), "budget", "new"]
    else:
        wanted.append("no_plan")
    assert {name: seen.get(name, 0) for name in wanted if seen.get(name, 0) < 3} == {}


def _assert_card(card, best, with_it, kind):
    value, plan = best
    assert card.proven
    if card.forbidden_by == "planned":
        assert card.candidate in plan
    elif card.forbidden_by:
        assert not with_it
    else:
        assert (card.value, card.sites) == with_it[0]
        assert card.loss == loss(kind, value, with_it[0][0])
        assert set(card.pushed_out) == set(plan) - set(card.sites)
        assert set(card.joined) == set(card.sites) - set(plan)
    assert bool(card.forbidding) == (card.forbidden_by == "conflict")


def _with_point(problem, candidate, weight):
    """Return the problem with one more point that the candidate alone reaches."""
    column = csr_array(([0.0], ([candidate], [0])), shape=(problem.cost.shape[0], 1))
    cost = csr_array(hstack([problem.cost, column], format="csr"))
    return replace(problem, cost=cost, weight=np.append(problem.weight, weight))


def _weight_does(problem, kind, card, way):
    enough = _best_plans(_with_point(problem, card.candidate, way.amount), kind)
    assert any(card.candidate in plan for plan in enough)
    if way.amount > 0:
        less = _with_point(problem, card.candidate, 0.999 * way.amount)
        assert not any(card.candidate in plan for plan in _best_plans(less, kind))
    return way.amount > 0


def _ban_does(problem, kind, card, way):
    best = ranked(problem, kind)[0]
    losses = {}
    for site in set(best[1]) - set(problem.rules.required.tolist()):
        banned = np.union1d(problem.rules.banned, [site]).astype(np.int32)
        without = replace(problem, rules=replace(problem.rules, banned=banned))
        order = ranked(without, kind)
        if order and any(card.candidate in plan for plan in _fewest_best_plans(without, kind)):
            losses[site] = loss(kind, best[0], order[0][0])
    if not losses:
        assert (way.amount, way.subject) == (math.inf, -1)
        return False
    assert losses[way.subject] == way.amount == min(losses.values())
    return True


def _number_does(problem, kind, card, way):
    for new in range(problem.new, 5):
        more = replace(problem, new=new)
        if any(card.candidate in plan for plan in _fewest_best_plans(more, kind)):
            assert way.amount == way.least == new
            return True
    assert (way.amount, way.least) == (math.inf, max(5, problem.new))
    return False


def _price_does(problem, kind, card, way):
    value = ranked(problem, kind)[0][0]
    free = replace(problem, rules=replace(problem.rules, budget=np.inf))
    good = [
        math.fsum(problem.rules.price[list(plan)]) - problem.rules.budget
        for plan in plans(free)
        if card.candidate in plan and loss(kind, value, VALUES[kind](problem, plan)) <= 0
    ]
    needs = [max(need, 0.0) for need in good if need <= problem.rules.price[card.candidate] + 1e-9]
    if not needs:
        assert way.amount == math.inf
        return False
    assert way.amount == pytest.approx(min(needs), abs=1e-8)
    assert way.least <= way.amount <= way.least + PRICE_STEP * max(problem.rules.budget, 1.0)
    return way.amount > 0


CHECKS = {
    "weight": _weight_does,
    "ban": _ban_does,
    "new": _number_does,
    "price": _price_does,
}


@pytest.mark.slow
def test_with_capacities_rivals_and_margins_are_those_of_looking_at_every_plan():
    """Values come from scipy's linear programmes, one a set of sites; 1e-6 is their accuracy."""
    several = 0
    for seed in range(100):
        extra = (("budget",), ("required", "conflicts"), ("fixed",))[seed % 3]
        problem = random_problem(seed, "capacity", *extra)
        values = {plan: _places_given(problem, plan) for plan, _ in allowed_plans(problem)}
        telling = [plan for plan in values if _matters(problem, values, plan)]
        found = rival_plans(problem, model=_solved("served"), count=5)
        assert [plan.value for plan in found.plans] == pytest.approx(
            sorted((values[plan] for plan in telling), reverse=True)[:5], abs=1e-6
        ), seed
        assert {plan.sites for plan in found.plans} <= set(telling), seed
        several += len(found.plans) > 2
        if values:
            _assert_margins(problem, values)
    assert several >= 40


def _places_given(problem, plan):
    opened = sorted(set(plan) | set(problem.rules.fixed.tolist()))
    return service_by_linprog(problem, opened, Wish("served"))


def _matters(problem, values, plan):
    free = set(plan) - set(problem.rules.required.tolist())
    rests = [tuple(other for other in plan if other != site) for site in free]
    return all(values[plan] > _places_given(problem, rest) + 1e-6 for rest in rests)


def _assert_margins(problem, values):
    model = _solved("served")
    best = max(values.values())
    for margin in site_margins(problem, plan=model.solve(problem), model=model):
        others = [value for plan, value in values.items() if margin.site not in plan]
        expected = best - max(others) if others else math.inf
        assert margin.margin == pytest.approx(expected, abs=1e-6)
