"""The benchmark runs, its engines agree, and a wrong answer stops it."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]


def bench(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-W", "error", "benchmarks/reach.py", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_the_quick_benchmark_prints_tables_whose_engines_agree(tmp_path):
    stored = tmp_path / "tables.json"
    done = bench("--quick", "--only", "geoplan,scipy", "--json", str(stored))
    assert done.returncode == 0, done.stderr
    assert "Growth of nearest" in done.stdout
    titles = re.findall(r"^### (.*)$", done.stdout, flags=re.MULTILINE)
    tables = json.loads(stored.read_text(encoding="utf-8"))["tables"]
    assert set(tables) < set(titles)
    for title, rows in tables.items():
        engines = {row["engine"].partition("-")[0] for row in rows}
        assert engines == {"geoplan", "scipy"}, title
        for row in rows:
            assert row["measured"]["seconds"] > 0, row
            assert row["measured"]["runs"] >= 5, row
            assert 0 <= row["largest_difference_s"] <= 1e-6, row


def test_an_unknown_engine_is_named():
    done = bench("--quick", "--only", "geoplan,osrm")
    assert done.returncode == 1
    assert "no engine is called osrm" in done.stderr


@pytest.fixture
def benchmark_modules(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    yield importlib.import_module("agreement"), importlib.import_module("works")
    for name in ("agreement", "works", "towns"):
        monkeypatch.delitem(sys.modules, name, raising=False)


def corridor(works, name, limit_s):
    """Three nodes in a row, 100 s and 60 s apart, facilities on nodes 0 and 2."""
    towns = importlib.import_module("towns")
    xy = np.array([[0.0, 0.0], [100.0, 0.0], [160.0, 0.0]])
    town = towns.town_of(xy, np.array([[0, 1], [1, 2]]), np.array([100.0, 60.0]))
    return works.Work(name, town, np.array([0, 2], dtype=np.int32), limit_s)


def test_a_time_that_is_wrong_or_missing_is_a_disagreement(benchmark_modules):
    agreement, works = benchmark_modules
    work = corridor(works, works.NEAREST, 90.0)
    right = works.Times(np.array([0.0, 60.0, 0.0]))
    close = works.Times(np.array([0.0, 60.0 + 5e-7, 0.0]))
    assert agreement.largest_difference(close, right, work, 1e-6) == pytest.approx(5e-7)
    for wrong in ([0.0, 60.00001, 0.0], [0.0, np.inf, 0.0]):
        with pytest.raises(agreement.DisagreementError):
            agreement.largest_difference(works.Times(np.array(wrong)), right, work, 1e-6)


def test_pairs_are_compared_in_any_order_and_each_must_be_there_once(benchmark_modules):
    agreement, works = benchmark_modules
    work = corridor(works, works.SETS, 90.0)

    def sets(*rows, asked=2):
        source, node, seconds = zip(*rows, strict=True)
        return works.Sets(np.array(seconds), np.array(source), np.array(node), asked)

    pairs = [(0, 0, 0.0), (1, 1, 60.0), (1, 2, 0.0)]
    right = sets(*pairs)
    assert agreement.largest_difference(sets(*pairs[::-1]), right, work, 1e-6) == 0.0
    assert agreement.largest_difference(sets(*pairs[:1], asked=1), right, work, 1e-6) == 0.0
    for wrong in (pairs[:2], [*pairs, (0, 1, 80.0)], [*pairs, pairs[0]]):
        with pytest.raises(agreement.DisagreementError):
            agreement.largest_difference(sets(*wrong), right, work, 1e-6)
    on_the_limit = sets(*pairs, (0, 1, 90.0))
    assert agreement.largest_difference(on_the_limit, right, work, 0.1) == 0.0


@pytest.mark.slow
def test_the_benchmark_of_measures_compares_answers_before_it_prints():
    done = subprocess.run(
        [sys.executable, "benchmarks/measures.py", "600"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for engine in ("PySAL access", "PySAL inequality", "networkx", "SciPy linprog", "pandas"):
        assert engine in done.stdout


@pytest.mark.parametrize(
    "name", sorted(path.name for path in (ROOT / "benchmarks").glob("*.[pc]*") if path.is_file())
)
def test_every_file_of_the_benchmarks_has_its_line(name):
    text = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    assert f"`{name}`" in text or f"## {name}" in text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("script", "size", "told"),
    [
        ("names.py", "2500", "N16 geometry"),
        ("boundaries.py", "150", "| 150 |"),
        ("text.py", "0.05", "N12 near"),
    ],
)
def test_a_benchmark_of_rules_finds_what_it_planted(script, size, told):
    done = subprocess.run(
        [sys.executable, f"benchmarks/{script}", size],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert told in done.stdout
