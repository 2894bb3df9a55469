"""The main job on the embedded sample: nothing is compiled, and a warm cache changes no byte."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from geoplan.jobs.run import CSV_TABLES, STAGED_TABLES

PROGRAM = """
import sys
from pathlib import Path
from geoplan.jobs import run_project
run_project(None, out=Path(sys.argv[1]), lang="zh", progress=lambda stage: None)
print(sorted({"numba", "llvmlite"} & sys.modules.keys()))
"""


def run_sample(folder: Path, cache: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)],
        env=os.environ | {"GEOPLAN_CACHE": str(cache)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.slow
def test_the_sample_compiles_nothing_and_the_cache_changes_no_byte(tmp_path):
    """First with an empty cache of networks, then with what the first run left there."""
    cache = tmp_path / "cache"
    loaded = [run_sample(tmp_path / name, cache) for name in ("cold", "warm")]
    assert loaded == ["[]", "[]"]
    assert len(list((cache / "networks").iterdir())) == 1
    cold, warm = tmp_path / "cold", tmp_path / "warm"
    tables = sorted(path.name for path in cold.glob("*.csv"))
    assert tables == sorted(f"{name}.csv" for name in CSV_TABLES if name not in STAGED_TABLES)
    for name in [*tables, "summary.json", "findings.json", "map.html", "tables.xlsx"]:
        assert (cold / name).read_bytes() == (warm / name).read_bytes(), name
