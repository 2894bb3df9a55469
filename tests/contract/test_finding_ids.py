"""An id is of what a finding is about: not of the file's name, the order of rows, the process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geoplan.cli.main import exit_code
from geoplan.linting.formats import FORMATS
from geoplan.linting.lint import LintAsk, lint

DATA = Path(__file__).parents[2] / "data/boundaries"
NAMES = [DATA / "tianning_gazetteer.csv", DATA / "tianning_codes_old_edition.csv"]
LAYER = DATA / "tianning_boundaries.geojson"


def ids(kind, given, companions=None):
    return sorted(one.id for one in lint(kind, given, LintAsk(companions or {})).findings)


def torn_layer():
    layer = gpd.read_file(LAYER).head(16)
    layer["geometry"] = layer.to_crs("EPSG:4549").buffer(2).to_crs(layer.crs)
    return layer


@pytest.mark.parametrize("path", NAMES, ids=lambda one: one.stem)
def test_names_have_the_same_ids_from_a_file_a_table_and_shuffled_rows(path):
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    expected = ids("names", path)
    assert len(expected) > 5
    assert ids("names", table) == expected
    for seed in range(3):
        assert ids("names", table.sample(frac=1, random_state=seed)) == expected


def test_boundaries_have_the_same_ids_from_a_file_a_table_and_shuffled_rows(tmp_path):
    layer = torn_layer()
    layer.to_file(tmp_path / "torn.gpkg")
    companions = {"roster": NAMES[1], "inspections": pd.DataFrame({"联检日期": ["2020-01-01"]})}
    expected = ids("boundaries", tmp_path / "torn.gpkg", companions)
    assert {one[:3] for one in expected} >= {"B02", "B12", "B15"}
    assert ids("boundaries", layer, companions) == expected
    shuffled = layer.iloc[np.random.default_rng(1).permutation(len(layer))]
    assert ids("boundaries", shuffled, companions) == expected


def test_findings_about_a_whole_register_keep_their_id_under_another_name():
    table = pd.DataFrame({"id": ["1", "2"], "name": ["甲站", "乙站"]})
    named = [one for one in lint("facilities", table, LintAsk()).findings if one.subject == "*"]
    assert {one.rule for one in named} == {"F05", "F07"}
    assert all(one.evidence["file"] == "facilities table" for one in named)


@pytest.fixture
def register(tmp_path):
    path = tmp_path / "names.csv"
    path.write_bytes(NAMES[1].read_bytes())
    return path


def report(register, accept, capsys):
    exit_code(["check", "names", str(register), "--accept", str(accept), "--format", "json"])
    return json.loads(capsys.readouterr().out)[0]


@pytest.mark.parametrize("entry", ['id = "{id}"', 'rule = "{rule}"\nsubject = "{subject}"'])
def test_an_exception_holds_until_the_fault_is_mended_and_is_stale_then(
    entry, register, tmp_path, capsys
):
    accept = tmp_path / "accept.toml"
    accept.write_text("")
    (first, *_) = [
        one for one in report(register, accept, capsys)["findings"] if one["rule"] == "N20"
    ]
    accept.write_text(f'[[accept]]\n{entry.format(**first)}\nreason = "known"\ndate = 2026-01-01\n')
    held = report(register, accept, capsys)
    assert [one["id"] for one in held["accepted"]] == [first["id"]]
    assert first["id"] not in {one["id"] for one in held["findings"]}
    assert "A01" not in {one["rule"] for one in held["findings"]}
    proposal = tmp_path / "proposal.csv"
    exit_code(["check", "names", str(register), "--propose", str(proposal)])
    capsys.readouterr()
    stale = report(proposal, accept, capsys)
    assert stale["accepted"] == []
    (told,) = [one for one in stale["findings"] if one["rule"] == "A01"]
    assert told["evidence"]["reason"] == "known"


def test_an_exception_to_a_rule_that_is_off_is_not_stale(register, tmp_path, capsys):
    accept, rules = tmp_path / "accept.toml", tmp_path / "rules.toml"
    accept.write_text('[[accept]]\nid = "N20-0000000000"\nreason = "known"\ndate = 2026-01-01\n')
    rules.write_text("N20 = false\n")
    arguments = ["check", "names", str(register), "--accept", str(accept), "--lang", "en"]
    exit_code(arguments)
    assert " A01 " in capsys.readouterr().out
    exit_code([*arguments, "--rules", str(rules)])
    assert " A01 " not in capsys.readouterr().out


_SCRIPT = """
import sys
from geoplan.cli.main import exit_code
folder, names, layer, *forms = sys.argv[1:]
day = ["--date", "2026-11-24", "--lang", "zh"]
for form in forms:
    out = ["--format", form, "--out", f"{folder}/{form}"]
    exit_code(["check", "names", names, *out, "--propose", f"{folder}/{form}.csv", *day])
    out = ["--format", form, "--out", f"{folder}/layer.{form}"]
    exit_code(["check", "boundaries", layer, "--with", f"roster={names}", *out, *day])
exit_code(["check", "names", names, "--propose", f"{folder}/names.xlsx", *day])
exit_code(["check", "boundaries", layer, "--propose", f"{folder}/p.gpkg", *day])
exit_code(["check", "boundaries", layer, "--propose", f"{folder}/p.geojson", *day])
for form in ("text", "json", "csv"):
    exit_code(["diff", names, layer, "--format", form, "--out", f"{folder}/diff.{form}"])
"""


def test_same_input_same_bytes_in_every_form_in_any_process(tmp_path):
    torn_layer().to_file(tmp_path / "torn.gpkg")
    written = []
    for number, (seed, zone, locale) in enumerate(
        [("1", "UTC", "C.UTF-8"), ("4242", "Asia/Shanghai", "C")]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        command = [sys.executable, "-c", _SCRIPT, folder, NAMES[1], tmp_path / "torn.gpkg"]
        settings = {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale, "PYTHONUTF8": "1"}
        done = subprocess.run(
            [*map(str, command), *FORMATS],
            env={**os.environ, **settings},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        written.append({path.name: path.read_bytes() for path in sorted(folder.iterdir())})
    assert set(written[0]) == set(written[1])
    assert len(written[0]) == 3 * len(FORMATS) + 6
    assert [name for name in written[0] if written[0][name] != written[1][name]] == []
