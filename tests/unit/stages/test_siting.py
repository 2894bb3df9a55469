"""Ranks, reasons, assignment and labelled tables, worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from geoplan.errors import ConfigError, DuplicateIdError, SchemaError, SolverError
from geoplan.model.placement import Placement
from geoplan.model.siting import SitingLabels, SitingQuestion
from geoplan.solvers import table
from geoplan.solvers.table import MODELS, Solved
from geoplan.stages.plan_check import checked
from geoplan.stages.plan_reasons import gains_by_group, site_reasons
from geoplan.stages.siting import site as best_plan
from geoplan.stages.siting_table import site
from tests.siting_cases import problem_of, random_problem, worth

# Four places A..D and six homes; minutes, "-" is beyond 15.
#
#         h1  h2  h3  h4  h5  h6        people  h1 10  h2 20  h3 30  h4 40  h5 5  h6 7
#     A    5  10   -   -   -   -        serves 30
#     B    -   8  15   -   -   -        serves 50
#     C    -   -   3   6   -   -        serves 70
#     D    -   -   -   9   4   -        serves 45
#
# Two sites: A + C serve 100, B + D 95, C + B 90, C + D 75.
# C (70) ranks before A (30). Without C 70 are lost, D in its place serves 45: margin 25.
# Without A 30 are lost; in its place B adds h2 20, D adds h5 5: runner-up B, margin 10.
MINUTES = {
    "A": {"h1": 5, "h2": 10},
    "B": {"h2": 8, "h3": 15},
    "C": {"h3": 3, "h4": 6},
    "D": {"h4": 9, "h5": 4},
}
PEOPLE = {"h1": 10, "h2": 20, "h3": 30, "h4": 40, "h5": 5, "h6": 7}
COST = pd.DataFrame(
    [(home, place, cost) for place, row in MINUTES.items() for home, cost in row.items()],
    columns=["demand", "candidate", "cost"],
)


def test_the_plan_on_paper():
    plan = site(COST, PEOPLE, model="mclp", new=2, limit=15)
    assert plan.sites == plan.order == ("C", "A")
    assert (plan.objective, plan.bound, plan.status, plan.gap) == (100.0, 100.0, "optimal", 0.0)
    assert plan.baseline == 0.0
    assert [why.gain for why in plan.reasons] == [70.0, 30.0]
    assert [why.lost_without for why in plan.reasons] == [70.0, 30.0]
    assert [why.runner_up for why in plan.reasons] == ["D", "B"]
    assert [why.margin for why in plan.reasons] == [25.0, 10.0]
    assert plan.assignment == {"h1": "A", "h2": "A", "h3": "C", "h4": "C"}
    assert plan.uncovered == ("h5", "h6")


def test_the_limit_is_inclusive():
    assert "h3" in site(COST, PEOPLE, new=4, limit=3).assignment
    assert "h3" not in site(COST, PEOPLE, new=4, limit=2.999).assignment


def test_a_fixed_site_serves_its_people_and_is_not_new():
    plan = site(COST, PEOPLE, new=1, limit=15, fixed=["C"])
    assert plan.sites == ("A",)
    assert (plan.baseline, plan.objective) == (70.0, 100.0)
    assert plan.assignment == {"h1": "A", "h2": "A", "h3": "C", "h4": "C"}


def test_a_new_site_nearer_than_the_fixed_one_takes_over():
    plan = site(COST, PEOPLE, new=1, limit=15, fixed=["A"], required=["B"])
    assert plan.assignment["h2"] == "B"
    assert plan.assignment["h1"] == "A"
    assert plan.objective == 60.0


def test_required_and_banned_places_are_honoured():
    plan = site(COST, PEOPLE, model="mclp", new=2, limit=15, required=["D"], banned=["B"])
    # D + A and D + C both serve 75: A comes first. D ranks first with 45, then A with 30.
    assert plan.sites == ("D", "A")
    assert [why.gain for why in plan.reasons] == [45.0, 30.0]
    assert [(why.runner_up, why.margin) for why in plan.reasons] == [(None, 45.0), ("C", 0.0)]


def test_equal_places_are_a_tie_and_the_first_label_wins():
    twins = pd.DataFrame({"demand": ["h", "h"], "candidate": ["b", "a"], "cost": [1.0, 1.0]})
    plan = site(twins, {"h": 4}, new=1, limit=1)
    assert plan.sites == ("a",)
    assert plan.reasons[0].runner_up == "b"
    assert plan.reasons[0].margin == 0.0


def test_a_matrix_gives_what_its_pairs_give():
    matrix = pd.DataFrame(MINUTES).reindex(list(PEOPLE)).fillna(np.inf)
    one = site(matrix, PEOPLE, new=2, limit=15)
    two = site(COST, pd.Series(PEOPLE), new=2, limit=15)
    assert (one.sites, one.assignment, one.reasons) == (two.sites, two.assignment, two.reasons)


def test_a_cost_of_zero_is_within_reach():
    zero = pd.DataFrame({"demand": ["h"], "candidate": ["a"], "cost": [0]})
    assert site(zero, {"h": 1}, new=1, limit=0).assignment == {"h": "a"}


@pytest.mark.parametrize("seed", range(20))
def test_row_and_column_order_never_matters(seed):
    rng = np.random.default_rng(seed)
    matrix = pd.DataFrame(
        rng.integers(0, 30, (40, 12)).astype(float),
        index=[f"h{number}" for number in range(40)],
        columns=[f"c{number}" for number in range(12)],
    )
    people = pd.Series(rng.integers(0, 9, 40), index=matrix.index)
    first = site(matrix, people, new=3, limit=6, fixed=["c3"])
    mixed = matrix.sample(frac=1, random_state=seed).sample(frac=1, axis=1, random_state=seed)
    again = site(mixed, people.sample(frac=1, random_state=seed), new=3, limit=6, fixed=["c3"])
    for field in ("sites", "objective", "bound", "reasons", "assignment", "uncovered"):
        assert getattr(again, field) == getattr(first, field)


def test_whole_number_labels_come_back_as_they_were():
    matrix = pd.DataFrame([[1.0, 9.0], [9.0, 1.0], [9.0, 2.0]], index=[7, 8, 10], columns=[3, 20])
    plan = site(matrix, pd.Series([1, 1, 1], index=[10, 8, 7]), new=2, limit=5)
    assert plan.sites == (20, 3)
    assert plan.assignment == {7: 3, 8: 20, 10: 20}


@pytest.mark.parametrize(
    ("changed", "error", "names"),
    [
        ({"banned": ["Z"]}, SchemaError, "'Z'"),
        ({"fixed": ["Z"]}, SchemaError, "'Z'"),
        ({"required": ["Z"]}, SchemaError, "'Z'"),
        ({"model": "p-center", "capacity": {"A": 3}}, ConfigError, "capacity"),
        ({"capacity": {"Z": 3}}, SchemaError, "'Z'"),
        ({"price": {"A": -3}}, SchemaError, "'A'"),
        ({"budget": 3}, ConfigError, "price"),
        ({"spacing": 3}, ConfigError, "distance"),
        ({"floors": 0.5}, ConfigError, "region"),
        ({"floors": 1.5, "region": {"h1": "N"}}, ConfigError, "between 0 and 1"),
        ({"floors": {"S": 0.5}, "region": {"h1": "N"}}, SchemaError, "'S'"),
        ({"region": {"h9": "N"}}, SchemaError, "'h9'"),
        ({"conflicts": [("A", "Z")]}, SchemaError, "'Z'"),
        ({"unreachable": "forget"}, ConfigError, "forget"),
        ({"model": "worst-first"}, ConfigError, "region"),
        ({"model": "p-dispersion"}, ConfigError, "distance"),
        ({"colour": "red"}, ConfigError, "colour"),
        ({"limit": None}, ConfigError, "limit"),
        ({"limit": -1}, ConfigError, "limit"),
        ({"limit": float("nan")}, ConfigError, "limit"),
        ({"model": "p-medium"}, ConfigError, "p-medium"),
        ({"new": None}, ConfigError, "new"),
        ({"new": -1}, ConfigError, "-1"),
        ({"new": 1.5}, ConfigError, "1.5"),
        ({"banned": "A"}, ConfigError, "list"),
        ({"required": ["A"], "banned": ["A"]}, ConfigError, "'A'"),
        ({"fixed": ["A"], "banned": ["A"]}, ConfigError, "'A'"),
        ({"required": ["A", "B", "C"]}, ConfigError, "3"),
    ],
)
def test_options_that_cannot_be_honoured_are_refused_by_name(changed, error, names):
    with pytest.raises(error, match=names):
        site(COST, PEOPLE, **{"new": 2, "limit": 15, **changed})


@pytest.mark.parametrize(
    ("cost", "error", "names"),
    [
        (COST.drop(columns="cost"), SchemaError, "cost"),
        (COST.assign(cost=-1), SchemaError, "h1"),
        (COST.assign(cost=np.nan), SchemaError, "h1"),
        (COST.assign(cost="far"), SchemaError, "far"),
        (pd.concat([COST, COST.iloc[[2]]]), DuplicateIdError, "h2"),
        (COST.assign(demand="nobody", candidate=range(8)), SchemaError, "nobody"),
        (pd.DataFrame([[1, 2]], index=["h1"], columns=["A", "A"]), DuplicateIdError, "'A'"),
        (pd.DataFrame([[1], [2]], index=["h1", "h1"], columns=["A"]), DuplicateIdError, "'h1'"),
        (COST.assign(candidate=np.arange(8) + 0.5), SchemaError, "0.5"),
    ],
)
def test_tables_that_cannot_be_used_are_refused_with_the_label(cost, error, names):
    with pytest.raises(error, match=names):
        site(cost, PEOPLE, new=2, limit=15)


@pytest.mark.parametrize("wrong", [-1, np.nan, np.inf, "many"])
def test_impossible_weights_are_refused_with_the_label(wrong):
    with pytest.raises(SchemaError, match="'h2'"):
        site(COST, {**PEOPLE, "h2": wrong}, new=2, limit=15)


def test_a_weight_given_twice_is_refused():
    with pytest.raises(DuplicateIdError, match="'h1'"):
        site(COST, pd.Series([1, 2], index=["h1", "h1"]), new=2, limit=15)


def test_gains_add_up_to_the_plan():
    for seed in range(120):
        problem = random_problem(seed, required=seed % 2, banned=seed % 3)
        plan = _solved(problem)
        gains = [why.gain for why in plan.reasons]
        assert plan.baseline + sum(gains) == pytest.approx(plan.objective)
        assert gains == sorted(gains, reverse=True)
        served = sum(problem.weight[int(home)] for home in _served(problem, plan))
        assert served == pytest.approx(plan.objective)


def test_reasons_equal_what_taking_out_and_exchanging_show():
    for seed in range(120):
        problem = random_problem(seed, required=seed % 2, banned=seed % 3)
        plan = _solved(problem)
        opened = [int(name) for name in plan.sites]
        rules = problem.rules
        closed = set(range(problem.cost.shape[0])) - set(opened)
        closed -= {*rules.banned.tolist(), *rules.fixed.tolist()}
        for why in plan.reasons:
            rest = [other for other in opened if other != int(why.site)]
            without = worth(problem, rest)
            assert why.lost_without == pytest.approx(plan.objective - without)
            if int(why.site) in rules.required:
                assert why.runner_up is None
                continue
            values = {other: worth(problem, [*rest, other]) for other in closed}
            best = max(values.values(), default=without)
            assert why.margin == pytest.approx(plan.objective - best, abs=1e-9)
            if best > without + 1e-9:
                assert values[int(why.runner_up)] == pytest.approx(best)
            else:
                assert why.runner_up is None


def test_gains_by_group_count_nobody_twice():
    reach = csr_array(np.array([[1.0, 1, 0, 0], [0, 1, 1, 1]]))
    people = np.array([[5, 1], [7, 2], [0, 0], [9, 9]])
    gains = gains_by_group(
        reach, np.array([1, 0], dtype=np.int32), np.array([False, False, False, True]), people
    )
    assert gains.tolist() == [[7, 2], [5, 1]]
    assert gains.dtype == np.int64


def _solved(problem):
    count, demand = problem.cost.shape
    labels = SitingLabels(tuple(map(str, range(count))), tuple(map(str, range(demand))))
    return best_plan(SitingQuestion(problem, "mclp", 60.0), labels)


def _served(problem, plan):
    return {home for home in map(str, range(problem.cost.shape[1])) if home not in plan.uncovered}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"objective": 3.0, "bound": 9.0}, "worth 2.0, not 3.0"),
        ({"bound": 1.0}, "passed"),
        ({"sites": np.array([0, 1, 2], dtype=np.int32), "objective": 3.0, "bound": 3.0}, "3 sites"),
        ({"sites": np.array([0, 2], dtype=np.int32)}, "required"),
        ({"sites": np.array([1, 3], dtype=np.int32)}, "banned"),
    ],
)
def test_a_false_answer_of_a_solver_is_refused(changed, message, monkeypatch):
    problem = problem_of(np.eye(4), [1, 1, 1, 1], new=2, required=[1], banned=[3])
    sites, assigned = np.array([0, 1], dtype=np.int32), np.array([0, 1, -1, -1], dtype=np.int32)
    right = Placement(sites, assigned, 2.0, 2.0, "optimal")
    checked(SitingQuestion(problem, "mclp", 60.0), Solved(right))
    wrong = replace(MODELS["mclp"], method=lambda *_: Solved(replace(right, **changed)))
    monkeypatch.setitem(table.MODELS, "mclp", wrong)
    with pytest.raises(SolverError, match=message):
        _solved(problem)


def test_no_site_needs_no_reason():
    problem = problem_of(np.eye(2), [1, 1], new=0)
    assert site_reasons("mclp", problem, np.empty(0, dtype=np.int32)).order.size == 0
    assert _solved(problem).sites == ()


def test_the_price_of_fairness_is_what_the_free_plan_serves_more():
    # One site. C alone serves 70, all of them in the south; A alone serves 30 in the north.
    region = {"h1": "N", "h2": "N", "h3": "S", "h4": "S"}
    free = site(COST, PEOPLE, new=1, limit=15, region=region)
    fair = site(COST, PEOPLE, new=1, limit=15, region=region, floors={"N": 0.5})
    worst = site(COST, PEOPLE, model="worst-first", new=1, limit=15, region=region)
    assert np.isnan(free.price_of_fairness)
    assert (free.sites, fair.sites) == (("C",), ("B",))
    # B serves h2 of the north (20 of 30) and h3 of the south (30 of 70): 50 in all.
    assert (fair.objective, fair.price_of_fairness) == (50.0, 20.0)
    assert (worst.sites, worst.price_of_fairness) == (("B",), 20.0)
