"""The benchmark of siting runs, and an answer that contradicts another or itself stops it."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]


def bench(*arguments):
    return subprocess.run(
        [sys.executable, "-W", "error", "benchmarks/siting.py", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_all_engines_find_plans_of_the_same_worth(tmp_path):
    stored = tmp_path / "answers.json"
    done = bench("--only", "sf-lscp,sf-mclp-4", "--json", str(stored))
    assert done.returncode == 0, done.stderr
    answers = json.loads(stored.read_text(encoding="utf-8"))
    for name, worth in (("sf-lscp", 8.0), ("sf-mclp-4", 875_247.0)):
        assert f"### {name}: 205 points, 16 candidates, 3,280 pairs" in done.stdout
        assert [row["engine"] for row in answers[name]] == ["geoplan", "spopt-cbc", "spopt-highs"]
        for row in answers[name]:
            assert (row["worth"], row["solved"]["status"]) == (worth, "optimal"), row
            assert row["peak_mb"] > 10


@pytest.mark.slow
def test_a_process_is_ended_at_the_stop_and_the_table_says_so():
    done = bench("--only", "p-center-500x100-10", "--engines", "spopt-cbc", "--stop", "0.5")
    assert done.returncode == 0, done.stderr
    assert "– ended at 0.5 s" in done.stdout


def test_unknown_names_are_refused():
    for option, kind in (("--only", "problem"), ("--engines", "engine")):
        done = bench(option, "gurobi")
        assert done.returncode == 1
        assert f"no {kind} is called gurobi" in done.stderr


@pytest.fixture
def siting(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    yield importlib.import_module("siting")
    for name in ("siting", "siting_engines", "siting_problems", "machine"):
        monkeypatch.delitem(sys.modules, name, raising=False)


def small(model, *, new, limit=2.0):
    """Two candidates and three points of weight 1, 2 and 4, the last beyond the first's limit."""
    made = importlib.import_module("siting_problems")
    cost = made.table_of(np.array([[0.0, 1.0, 3.0], [4.0, 2.0, 0.0]]))
    return made.Problem(model, cost, np.array([1.0, 2.0, 4.0]), new, limit)


def row(siting, engine, sites, objective, *, status="optimal", bound=None):
    solved = siting.Solved(0.1, 0.2, status, sites, objective, bound)
    return siting.Row(engine, solved)


def test_a_plan_is_worth_what_the_table_says(siting):
    assert small("mclp", new=1).worth([0]) == 3.0
    assert small("mclp", new=1).worth([1]) == 6.0
    assert small("lscp", new=2).worth([0, 1]) == 2.0
    assert small("p_median", new=2, limit=np.inf).worth([0, 1]) == 2.0
    assert small("p_center", new=1, limit=np.inf).worth([1]) == 4.0
    with pytest.raises(ValueError, match="leaves out a point"):
        small("lscp", new=2).worth([1])
    with pytest.raises(ValueError, match="more than 1"):
        small("mclp", new=1).worth([0, 1])


def test_a_problem_comes_back_as_it_was_saved(siting, tmp_path):
    problem = small("mclp", new=1)
    problem.save(tmp_path / "problem.npz")
    loaded = type(problem).load(tmp_path / "problem.npz")
    assert (loaded.cost != problem.cost).nnz == 0
    assert loaded.cost.nnz == problem.cost.nnz == 6
    assert loaded.weight.tolist() == problem.weight.tolist()
    for field in ("model", "new", "limit", "rivals"):
        assert getattr(loaded, field) == getattr(problem, field)


def test_agreeing_answers_get_their_worth(siting):
    right = row(siting, "geoplan", (1,), 6.0, bound=6.0)
    worse = row(siting, "spopt-cbc", (0,), 3.0, status="time_limit")
    nothing = siting.Row("spopt-highs", None, why="ended at 1 s")
    rows = siting.compared(small("mclp", new=1), [right, worse, nothing])
    assert [one.worth for one in rows[:2]] == [6.0, 3.0]
    lines = siting.table("small", small("mclp", new=1), rows)
    assert lines[-2].endswith("– ended at 1 s |")
    assert lines[-3].endswith("| 3 | – | time_limit |")


def test_a_wrong_answer_stops_the_benchmark(siting):
    right = row(siting, "geoplan", (1,), 6.0, bound=6.0)
    for model, wrong in (
        ("mclp", row(siting, "spopt-cbc", (0,), 3.0)),
        ("mclp", row(siting, "spopt-cbc", (0,), 6.0)),
        ("mclp", row(siting, "spopt-cbc", (0, 1), 7.0)),
        ("lscp", row(siting, "spopt-cbc", (0,), 1.0)),
    ):
        with pytest.raises(siting.DisagreementError):
            siting.compared(small(model, new=1), [right, wrong])
    low_bound = row(siting, "geoplan", (0,), 3.0, status="time_limit", bound=5.0)
    better = row(siting, "spopt-cbc", (1,), 6.0, status="time_limit")
    with pytest.raises(siting.DisagreementError, match=r"proven 5\.0"):
        siting.compared(small("mclp", new=1), [low_bound, better])
    longer = row(siting, "geoplan", (0,), 3.0)
    shorter = row(siting, "spopt-cbc", (1,), 4.0)
    with pytest.raises(siting.DisagreementError, match=r"spopt-cbc has proven 4\.0"):
        siting.compared(small("p_center", new=1, limit=np.inf), [shorter, longer])


def test_a_plan_that_is_not_proven_may_be_better_than_it_is_said_to_be(siting):
    cut_short = row(siting, "spopt-cbc", (1,), 9.0, status="time_limit")
    problem = small("p_center", new=1, limit=np.inf)
    assert siting.compared(problem, [cut_short])[0].worth == 4.0
    for claim, status in ((9.0, "optimal"), (3.0, "time_limit")):
        with pytest.raises(siting.DisagreementError, match="its plan is worth 4"):
            siting.compared(problem, [row(siting, "spopt-cbc", (1,), claim, status=status)])
