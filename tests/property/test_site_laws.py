"""What ``geoplan.site`` says depends neither on the order of rows nor on names."""

from __future__ import annotations

import zlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoplan.errors import InfeasibleError
from geoplan.solvers.table import MODELS
from tests.labelled_cases import Names, as_site_takes, site_of
from tests.model_cases import SAME, random_case, rule_sets
from tests.model_worths import best_by_looking, worth

ALL = pytest.mark.parametrize("model", MODELS)
SUITES = [
    pytest.param(model, rules, id=f"{model}-{'+'.join(sorted(rules))}")
    for model in MODELS
    for rules in rule_sets(model)
]
SEEDS = st.integers(0, 10**6)


def _case(model, seed, rules=None):
    """Return a case with people and candidates, under some of the rules of the model."""
    rules = rule_sets(model)[seed % len(rule_sets(model))] if rules is None else rules
    for trial in range(seed, seed + 1000):
        case = as_site_takes(random_case(model, trial, rules))
        if case.problem.cost.shape[0] > 1 and case.problem.weight.any():
            return case
    raise AssertionError


def _answer(model, case, names, seed):
    """Return the solution, or the people and rules that the error names."""
    try:
        return site_of(model, case, names, seed)
    except InfeasibleError as error:
        return error.people, error.rules


@pytest.mark.parametrize(("model", "rules"), SUITES)
def test_every_table_and_option_is_joined_by_label(model, rules):
    """In shuffled tables, with texts and with whole numbers, the plan is that of looking."""
    first, plans = zlib.crc32(f"{model}{sorted(rules)}".encode()) % 10**6, 0
    for seed in range(first, first + 120):
        case = _case(model, seed, rules)
        best = best_by_looking(model, case)
        names = (Names.texts, Names.numbers)[seed % 2](case)
        if best is None:
            with pytest.raises(InfeasibleError):
                site_of(model, case, names, seed)
            continue
        if (plans := plans + 1) > 8:
            break
        plan = site_of(model, case, names, seed)
        assert plan.objective == pytest.approx(best[0], rel=SAME, abs=SAME), seed
        assert sorted(plan.sites) == [names.candidate[place] for place in best[1]], seed
        assert set(plan.assignment) | set(plan.uncovered) == set(names.demand)
        assert {why.site for why in plan.reasons} == set(plan.sites)
    assert plans >= 4


def _renamed(value, before, after):
    """Return a value of a solution in which one label is another."""
    if isinstance(value, dict):
        return {key: _renamed(item, before, after) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(_renamed(item, before, after) for item in value)
    if value.__class__.__name__ == "Reason":
        return replace(
            value,
            site=_renamed(value.site, before, after),
            runner_up=_renamed(value.runner_up, before, after),
        )
    return after if value == before else value


def _same(one, two):
    """Return whether two values are equal, nan being equal to nan."""
    return repr(one) == repr(two)


@ALL
@settings(max_examples=15)
@given(seed=SEEDS, place=st.integers(0, 99))
def test_a_name_that_keeps_its_place_changes_the_name_alone(model, seed, place):
    case = _case(model, seed)
    names = Names.texts(case)
    before = names.candidate[place % len(names.candidate)]
    changed = names.renamed(place % len(names.candidate), f"{before} (new)")
    one, two = _answer(model, case, names, seed), _answer(model, case, changed, seed + 1)
    if isinstance(one, tuple):
        assert isinstance(two, tuple)
        people, rules = one
        said = tuple(rule.replace(f"'{before}'", f"'{before} (new)'") for rule in rules)
        assert two == (people, said)
        return
    for field in type(one).__slots__:
        expected = _renamed(getattr(one, field), before, f"{before} (new)")
        if isinstance(expected, dict):
            assert expected == getattr(two, field)
        else:
            assert _same(expected, getattr(two, field)), field


@ALL
@settings(max_examples=15)
@given(seed=SEEDS, place=st.integers(0, 99), name=st.sampled_from(["a", "z", "c00x"]))
def test_a_name_that_changes_the_order_changes_nothing_that_is_worth_anything(
    model, seed, place, name
):
    case = _case(model, seed)
    names = Names.texts(case)
    place %= len(names.candidate)
    changed = names.renamed(place, name)
    one, two = _answer(model, case, names, seed), _answer(model, case, changed, seed + 1)
    if isinstance(one, tuple):
        assert isinstance(two, tuple)
        assert one[0] == two[0]
        return
    assert two.objective == pytest.approx(one.objective, rel=1e-12)
    assert two.bound == pytest.approx(one.bound, rel=1e-12)
    assert (one.status, len(one.sites)) == (two.status, len(two.sites))
    places = tuple(sorted(changed.candidate.index(label) for label in two.sites))
    best = tuple(sorted(names.candidate.index(label) for label in one.sites))
    assert worth(model, case, places).key == worth(model, case, best).key
    assert best <= places


@ALL
@settings(max_examples=15)
@given(seed=SEEDS)
def test_the_order_of_rows_and_columns_changes_nothing(model, seed):
    case = _case(model, seed)
    names = Names.numbers(case)
    one, two = _answer(model, case, names, seed), _answer(model, case, names, seed + 1)
    if isinstance(one, tuple):
        assert one == two
        return
    for field in type(one).__slots__:
        if isinstance(getattr(one, field), dict):
            assert getattr(one, field) == getattr(two, field)
        else:
            assert _same(getattr(one, field), getattr(two, field)), field


def test_the_cases_hold_plans_of_every_model():
    for model in MODELS:
        found = [
            not isinstance(_answer(model, case := _case(model, seed), Names.texts(case), 0), tuple)
            for seed in range(30)
        ]
        assert sum(found) >= 5
