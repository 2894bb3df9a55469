"""One suite over every solver of the table."""

from __future__ import annotations

import numpy as np
import pytest

from geoplan.model.siting import SitingProblem
from geoplan.solvers.table import SOLVERS
from tests.siting_cases import problem_of, random_problem, worth

ALL = pytest.mark.parametrize("solve", SOLVERS.values(), ids=SOLVERS.keys())


def _case(seed):
    """Return a mid-sized problem that no one can solve by looking."""
    rng = np.random.default_rng(seed)
    homes, places = rng.uniform(0, 6000, (500, 2)), rng.uniform(0, 6000, (80, 2))
    near = np.hypot(*(places[:, None, :] - homes[None, :, :]).transpose(2, 0, 1)) <= 700
    return near, rng.integers(1, 6, 500).astype(float)


@ALL
def test_the_plan_is_feasible_and_worth_what_it_claims(solve):
    for seed in range(100):
        problem = random_problem(seed, required=seed % 2, banned=seed % 3)
        choice = solve(problem, time_limit_s=60.0)
        assert choice.sites.size <= problem.new
        assert (np.diff(choice.sites) > 0).all()
        assert choice.objective == worth(problem, choice.sites.tolist())
        assert choice.bound >= choice.objective


@ALL
def test_one_more_site_never_serves_fewer(solve):
    near, weight = _case(5)
    values = [
        solve(problem_of(near, weight, new=new), time_limit_s=60.0).objective for new in range(10)
    ]
    assert values == sorted(values)
    assert values[0] == 0.0
    assert values[-1] > values[1]


@ALL
@pytest.mark.parametrize("seed", range(5))
def test_shuffled_demand_changes_nothing(solve, seed):
    near, weight = _case(seed)
    order = np.random.default_rng(seed).permutation(weight.size)
    first = solve(problem_of(near, weight, new=9), time_limit_s=60.0)
    again = solve(problem_of(near[:, order], weight[order], new=9), time_limit_s=60.0)
    assert first.canonical
    assert first.sites.tolist() == again.sites.tolist()
    assert (first.objective, first.bound) == (again.objective, again.bound)


@ALL
@pytest.mark.parametrize("seed", range(5))
def test_renamed_candidates_change_the_names_alone(solve, seed):
    near, weight = _case(seed)
    order = np.random.default_rng(seed).permutation(near.shape[0])
    first = solve(problem_of(near, weight, new=9), time_limit_s=60.0)
    again = solve(problem_of(near[order], weight, new=9), time_limit_s=60.0)
    assert first.objective == again.objective
    assert problem_of(near, weight, new=9).value(order[again.sites]) == first.objective


@ALL
def test_a_tie_goes_to_the_earlier_candidates(solve):
    alike = np.tile([[1, 1, 0, 0], [0, 0, 1, 1]], (4, 1))
    choice = solve(problem_of(alike, [5, 5, 5, 5], new=2), time_limit_s=60.0)
    assert choice.sites.tolist() == [0, 1]
    crossed = [[1, 0, 0, 1], [1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]]
    choice = solve(problem_of(crossed, [1, 1, 1, 1], new=2), time_limit_s=60.0)
    assert choice.sites.tolist() == [0, 2]


@ALL
def test_only_sites_that_add_something_open(solve):
    nested = [[1, 1, 0], [1, 1, 1], [0, 0, 1], [0, 0, 0]]
    choice = solve(problem_of(nested, [1, 2, 3], new=4), time_limit_s=60.0)
    assert choice.sites.tolist() == [1]


@ALL
@pytest.mark.parametrize("shape", [(0, 0), (0, 4), (4, 0), (3, 4)])
def test_empty_problems_have_an_answer(solve, shape):
    for new in (0, 2, 9):
        problem = problem_of(np.zeros(shape), np.ones(shape[1]), new=new)
        choice = solve(problem, time_limit_s=60.0)
        assert (choice.sites.size, choice.objective, choice.bound) == (0, 0.0, 0.0)
        assert choice.status == "optimal"


@ALL
def test_people_of_no_weight_draw_no_site(solve):
    choice = solve(problem_of(np.eye(3), [0, 0, 0], new=2), time_limit_s=60.0)
    assert choice.sites.tolist() == []


@ALL
def test_no_time_gives_a_plan_and_a_bound_but_no_error(solve):
    near, weight = _case(11)
    problem = problem_of(near, weight, new=20)
    hurried = solve(problem, time_limit_s=0.0)
    proven = solve(problem, time_limit_s=60.0)
    assert hurried.status == "time_limit"
    assert not hurried.canonical
    assert 0 < hurried.objective <= proven.objective <= hurried.bound


@ALL
def test_the_solver_prints_nothing(solve, capfd):
    near, weight = _case(3)
    solve(problem_of(near, weight, new=20), time_limit_s=60.0)
    assert capfd.readouterr() == ("", "")


@ALL
def test_the_problem_stays_as_it_was(solve):
    near, weight = _case(4)
    problem = problem_of(near, weight, new=5)
    before = (problem.cost.toarray(), problem.weight.copy())
    solve(problem, time_limit_s=60.0)
    assert (problem.cost.toarray() == before[0]).all()
    assert (problem.weight == before[1]).all()


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"new": 1, "required": [0, 1]}, "at least the required"),
        ({"new": 2, "required": [0], "banned": [0]}, "both required and banned"),
        ({"new": -1}, "at least 0"),
    ],
)
def test_contradicting_rules_are_refused(rules, message):
    with pytest.raises(ValueError, match=message):
        problem_of(np.eye(2), [1, 1], **rules)


def test_weights_must_be_numbers_of_zero_or_more():
    for wrong in (-1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="weight"):
            problem_of(np.eye(2), [1, wrong], new=1)
    assert isinstance(problem_of(np.eye(2), [0, 1], new=1), SitingProblem)
