"""The wheel carries the sample, and an installed copy finds it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_sample_words_and_assets(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        "geoplan/sample/geoplan.toml",
        "geoplan/sample/SOURCES.md",
        "geoplan/sample/boundaries/tianning_boundaries.geojson",
        "geoplan/sample/network/tianning_made.osm.pbf",
        "geoplan/sample/population/tianning_reported.csv",
        "geoplan/sample/targets/gb50180.toml",
        "geoplan/domain/indicators.toml",
        "geoplan/views/wording/zh.toml",
        "geoplan/py.typed",
    }
    assert wanted <= names
    assert not [name for name in names if name.startswith(("tests/", "tools/"))]


def test_the_sample_is_found_beside_the_installed_package(wheel, tmp_path):
    """Unpacked as pip does, with nothing of the checkout on the path."""
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = (
        "import geoplan; from geoplan.io.paths import sample_project; "
        "from geoplan.jobs import open_project; "
        "print(geoplan.__file__); print(sample_project()); print(open_project().file.project.id)"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    home, sample, project = done.stdout.split()
    assert home.startswith(str(tmp_path))
    assert sample == str(tmp_path / "geoplan" / "sample")
    assert project == "tianning"


def test_the_sample_stays_small():
    files = [path for path in (ROOT / "data").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 8_000_000
