"""Cuts, quanta and bounds of the covering problem."""

from __future__ import annotations

import time

import numpy as np
import pytest

from geoplan.solvers.cover import reduced_cover
from geoplan.solvers.covering_model import most_weight
from geoplan.solvers.greedy import earlier_plan, greedy_plan, swapped_plan
from geoplan.solvers.mclp import solve_mclp
from geoplan.solvers.multipliers import bound_of, dual_bound
from tests.siting_cases import best_by_looking, problem_of, random_problem


def _later() -> float:
    return time.monotonic() + 60.0


def test_like_rows_become_one_and_idle_candidates_go():
    cover = reduced_cover(
        problem_of([[1, 1, 1, 0], [0, 0, 1, 0], [0, 0, 1, 1], [0, 0, 0, 0]], [2, 3, 4, 7], new=2)
    )
    assert cover.candidate.tolist() == [0, 2]
    assert sorted(cover.weight.tolist()) == [4, 5, 7]


def test_a_candidate_that_a_later_one_dominates_stays():
    cover = reduced_cover(problem_of([[1, 0], [1, 1]], [1, 1], new=1))
    assert cover.candidate.tolist() == [0, 1]


def test_rows_of_required_covered_and_weightless_points_go():
    cover = reduced_cover(
        problem_of(
            [[1, 0, 0, 0], [0, 1, 1, 1]],
            [1, 2, 0, 4],
            new=2,
            covered=[False, True, False, False],
            required=[0],
        )
    )
    assert cover.candidate.tolist() == [1]
    assert (cover.weight * cover.quantum).tolist() == [4]
    assert cover.sites == 1


@pytest.mark.parametrize(
    ("weight", "quantum"),
    [([2, 4, 6], 2.0), ([0.5, 1.5], 0.5), ([0.1 + 0.2, 0.1], 0.1), ([0.000001, 3], 0.000001)],
)
def test_weights_are_counted_in_their_largest_common_quantum(weight, quantum):
    cover = reduced_cover(problem_of(np.eye(len(weight)), weight, new=1))
    assert cover.quantum == pytest.approx(quantum)
    assert cover.step == 1.0
    assert (cover.weight == np.rint(cover.weight)).all()


def test_other_weights_are_scaled_and_told_apart_to_a_billionth():
    cover = reduced_cover(problem_of(np.eye(3), [np.pi, np.e, 0.1], new=1))
    assert cover.total == pytest.approx(1e6)
    assert cover.step == pytest.approx(1e-9 * cover.total)


def test_merging_does_not_depend_on_the_order_of_the_points():
    rng = np.random.default_rng(8)
    table, weight = rng.random((6, 40)) < 0.3, rng.random(40)
    order = rng.permutation(40)
    first = reduced_cover(problem_of(table, weight, new=2))
    again = reduced_cover(problem_of(table[:, order], weight[order], new=2))
    assert (first.serves.toarray() == again.serves.toarray()).all()
    assert first.weight.tobytes() == again.weight.tobytes()


def test_any_multipliers_bound_every_plan_and_every_plan_with_a_site():
    rng = np.random.default_rng(1)
    for seed in range(150):
        cover = reduced_cover(random_problem(seed))
        if not cover.sites:
            continue
        proof = bound_of(cover, rng.random(cover.weight.size) * cover.weight)
        best = best_by_looking(problem_of(cover.serves.toarray(), cover.weight, new=cover.sites))
        assert proof.value >= best[0] - 1e-6
        for site, bound in enumerate(proof.with_site):
            rules = {"new": cover.sites, "required": [site]}
            opened = problem_of(cover.serves.toarray(), cover.weight, **rules)
            assert bound >= best_by_looking(opened)[0] - 1e-6


def test_the_search_only_tightens_the_bound():
    cover = reduced_cover(random_problem(44))
    plan = swapped_plan(cover, greedy_plan(cover))
    start = bound_of(cover, cover.price)
    assert dual_bound(cover, cover.value(plan), deadline=_later()).value <= start.value


def test_swapping_mends_a_greedy_trap():
    trap = problem_of([[1, 1, 1, 1, 0, 0], [1, 1, 0, 0, 1, 0], [0, 0, 1, 1, 0, 1]], [3] * 6, new=2)
    cover = reduced_cover(trap)
    greedy = greedy_plan(cover)
    assert cover.value(swapped_plan(cover, greedy)) > cover.value(greedy)


def test_sites_move_to_earlier_candidates_only_when_nothing_is_lost():
    cover = reduced_cover(problem_of([[1, 1, 0], [0, 1, 1], [1, 0, 1]], [1, 1, 1], new=1))
    assert earlier_plan(cover, np.array([2], dtype=np.int32)).tolist() == [0]
    heavy = reduced_cover(problem_of([[1, 1, 0], [0, 1, 1], [1, 0, 1]], [1, 1, 2], new=1))
    assert earlier_plan(heavy, np.array([2], dtype=np.int32)).tolist() == [1]


def test_the_programme_alone_finds_the_best_value_without_a_start():
    for seed in range(60):
        cover = reduced_cover(random_problem(seed))
        if not cover.sites:
            continue
        answer = most_weight(cover, np.empty(0, dtype=np.int32), seconds=60.0)
        best = best_by_looking(problem_of(cover.serves.toarray(), cover.weight, new=cover.sites))
        assert answer.proven
        assert cover.value(answer.plan) == pytest.approx(best[0])
        assert answer.bound == pytest.approx(best[0])


def test_a_plan_that_serves_every_row_has_the_fewest_sites():
    table = [[1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1], [1, 1, 1, 0], [0, 0, 0, 1]]
    answer = solve_mclp(problem_of(table, [1, 1, 1, 1], new=4), time_limit_s=60.0)
    assert answer.canonical
    assert answer.sites.tolist() == [0, 1]


def test_a_programme_that_must_open_an_impossible_site_has_no_plan():
    cover = reduced_cover(problem_of(np.eye(2), [1, 1], new=1))
    nowhere = np.empty(0, dtype=np.int32)
    answer = most_weight(cover, nowhere, one_of=nowhere, seconds=60.0)
    assert answer.plan is None
    assert answer.proven
