"""One suite over every model of the table; a new row is tested by being there."""

from __future__ import annotations

import math
import zlib

import numpy as np
import pytest

from geoplan.errors import TimeLimitError
from geoplan.model.siting import SitingQuestion
from geoplan.solvers.table import MODELS
from geoplan.stages.plan_check import checked
from tests.model_cases import (
    MINUTE,
    SAME,
    broken,
    random_case,
    reordered,
    rule_sets,
    solved,
    town_case,
)
from tests.model_worths import WORTHS, Case, best_by_looking, worth
from tests.placement_cases import placement_of

ALL = pytest.mark.parametrize("model", MODELS)
SPREADS = {name for name, model in MODELS.items() if "distance" in model.needs}
ENOUGH = 24
"""With so many sites everybody can be served in every town."""


def _enough(model):
    """Return how many sites the town of a model may open."""
    return ENOUGH if "new" not in MODELS[model].needs else 5


def _town(model, seed, **changed):
    return town_case(model, seed, **{"new": _enough(model), **changed})


def _sites(answer):
    return tuple(answer.placement.sites.tolist())


def _value(model, case, answer):
    """Return the key of a plan, the smaller the better; worse than all when there is none."""
    if answer.placement.status == "infeasible":
        return (math.inf,)
    known = worth(model, case, _sites(answer))
    assert known is not None
    return known.key


def _sign(model):
    return 1.0 if MODELS[model].more_is_better else -1.0


def test_every_model_of_the_table_has_an_independent_worth():
    assert set(WORTHS) == set(MODELS)


@ALL
@pytest.mark.parametrize("seed", range(3))
def test_the_plan_is_feasible_and_worth_what_it_claims(model, seed):
    case = _town(model, seed)
    answer = solved(model, case)
    checked(SitingQuestion(case.problem, model, MINUTE, case.regions), answer)
    assert broken(model, case, answer) == []
    assert (answer.placement.status, answer.placement.canonical) == ("optimal", True)
    assert answer.placement.sites.size > 0
    assert answer.placement.objective == answer.placement.bound
    claimed = worth(model, case, _sites(answer)).value
    assert answer.placement.objective == pytest.approx(claimed, rel=1e-9)


@ALL
def test_one_more_site_is_never_worse(model):
    """But for models that spread exactly so many sites: there it is never better."""
    cases = [town_case(model, 5, new=new, places=10) for new in range(8)]
    keys = [_value(model, case, solved(model, case)) for case in cases]
    assert keys == sorted(keys, reverse=model not in SPREADS)
    assert keys[0] != keys[-1]


@ALL
@pytest.mark.parametrize("seed", range(3))
def test_shuffled_demand_changes_nothing(model, seed):
    case = _town(model, seed, twins=2)
    order = np.random.default_rng(seed).permutation(case.problem.weight.size)
    first, again = solved(model, case), solved(model, reordered(case, points=order))
    assert _sites(first) == _sites(again)
    assert first.placement.objective == again.placement.objective
    assert first.placement.bound == again.placement.bound
    assert first.placement.assigned[order].tolist() == again.placement.assigned.tolist()


@ALL
@pytest.mark.parametrize("seed", range(3))
def test_renamed_candidates_change_the_names_alone(model, seed):
    case = _town(model, seed)
    order = np.random.default_rng(seed).permutation(case.problem.cost.shape[0])
    first, again = solved(model, case), solved(model, reordered(case, candidates=order))
    assert first.placement.objective == again.placement.objective
    back = tuple(sorted(order[again.placement.sites].tolist()))
    assert worth(model, case, back) == worth(model, case, _sites(first))
    assert len(back) == len(_sites(first))
    assert _sites(first) <= back


@ALL
@pytest.mark.parametrize("seed", range(2))
def test_a_tie_goes_to_the_earlier_candidates(model, seed):
    """A place and its twin are alike: the later one opens only where the earlier one is open."""
    case = _town(model, seed, places=12, twins=2)
    sites = set(_sites(solved(model, case)))
    assert sites
    assert {site - 1 for site in sites if site % 2} <= sites


@pytest.mark.parametrize("model", set(MODELS) - SPREADS)
def test_only_sites_that_add_something_open(model):
    case = town_case(model, 7, new=20, places=20)
    answer = solved(model, case)
    whole = _value(model, case, answer)
    for site in _sites(answer):
        rest = worth(model, case, tuple(other for other in _sites(answer) if other != site))
        assert rest is None or rest.key > whole


@ALL
@pytest.mark.parametrize("shape", [(0, 0), (0, 4), (4, 0), (3, 4)])
@pytest.mark.parametrize("weight", [0.0, 1.0])
def test_empty_problems_have_the_answer_of_every_plan_there_is(model, shape, weight):
    """Without pairs, without people, without candidates."""
    for new in (0, 2, 9):
        case = Case(
            placement_of(
                np.full(shape, np.inf),
                np.full(shape[1], weight),
                new=new,
                limit=1.0,
                region=np.zeros(shape[1]) if "region" in MODELS[model].needs else (),
                distance=np.zeros((shape[0], shape[0])),
            ),
            random_case(model, 0).regions,
        )
        best, placement = best_by_looking(model, case), solved(model, case).placement
        if best is None:
            assert placement.status == "infeasible"
        else:
            found = (placement.status, placement.objective, _sites(solved(model, case)))
            assert found == ("optimal", *best)


@pytest.mark.parametrize("model", set(MODELS) - SPREADS)
def test_people_of_no_weight_draw_no_site(model):
    case = _town(model, 3)
    nobody = case._replace(
        problem=placement_of(
            case.problem.cost.toarray(),
            np.zeros(case.problem.weight.size),
            new=3,
            limit=case.problem.limit,
            region=case.problem.region,
        )
    )
    answer = solved(model, nobody)
    assert (answer.placement.status, _sites(answer)) == ("optimal", ())
    assert answer.placement.objective == answer.placement.bound == 0.0


def _hurried(model, case):
    """Return the answer given at once, None where the model says that it has none."""
    try:
        return solved(model, case, 0.0)
    except TimeLimitError:
        return None


def _known(answer):
    return answer is not None and np.isfinite(answer.placement.objective)


def _assert_honest(model, case, answer, best):
    """Assert that an answer given at once claims nothing that is not so.

    The objective of a plan may pass that of the best one where another aim comes first.
    """
    placement, sign = answer.placement, _sign(model)
    assert placement.status in ("time_limit", "optimal")
    assert sign * placement.bound >= sign * best.value - SAME
    if placement.status == "optimal":
        assert placement.objective == pytest.approx(best.value, rel=SAME, abs=SAME)
    elif not _known(answer):
        assert placement.objective == -sign * np.inf
        return
    assert broken(model, case, answer) == []
    claimed = worth(model, case, _sites(answer))
    assert claimed.key >= best.key
    assert placement.objective == pytest.approx(claimed.value, rel=SAME, abs=SAME)


@ALL
def test_no_time_gives_a_plan_and_a_bound_or_says_that_it_has_none(model):
    case = town_case(model, 11, new=10 if "new" in MODELS[model].needs else 60, places=60)
    answer = _hurried(model, case)
    assert _known(answer)
    assert answer.placement.status == "optimal" or not answer.placement.canonical
    _assert_honest(model, case, answer, worth(model, case, _sites(solved(model, case))))


@ALL
def test_without_time_nothing_wrong_is_called_proven_whatever_the_rules(model):
    plans = 0
    for rules in rule_sets(model):
        seeds = zlib.crc32(f"{model}{sorted(rules)}".encode()) % 10**6
        for seed in range(seeds, seeds + 25):
            case = random_case(model, seed, rules)
            best, answer = best_by_looking(model, case), _hurried(model, case)
            if best is None:
                assert not _known(answer) or answer.placement.status == "infeasible", seed
            elif answer is not None:
                _assert_honest(model, case, answer, worth(model, case, best[1]))
                plans += _known(answer)
    assert plans > 20


@ALL
def test_the_solver_prints_nothing(model, capfd):
    solved(model, _town(model, 3))
    assert capfd.readouterr() == ("", "")


@ALL
def test_the_problem_stays_as_it_was(model):
    case = random_case(model, 4, rule_sets(model)[-1])
    problem = case.problem

    def state():
        parts = (problem.cost.data, problem.cost.indices, problem.cost.indptr, problem.weight)
        rules = [getattr(problem.rules, name) for name in type(problem.rules).__slots__]
        return [np.array(part).tolist() for part in (*parts, problem.region, *rules)]

    before = state()
    solved(model, case)
    assert state() == before


@pytest.mark.parametrize("wrong", [-1.0, np.nan, np.inf])
def test_weights_must_be_numbers_of_zero_or_more(wrong):
    with pytest.raises(ValueError, match="weight"):
        placement_of(np.eye(2), [1, wrong], new=1)


def test_the_number_of_sites_must_not_be_negative():
    with pytest.raises(ValueError, match="new"):
        placement_of(np.eye(2), [1, 1], new=-1)
