"""``geoplan check`` and ``geoplan rules``: exit codes, files, and what they do not import."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from geoplan.cli.main import exit_code
from geoplan.domain.rules import rulebook

ROOT = Path(__file__).parents[3]
OLD_EDITION = ROOT / "data/boundaries/tianning_codes_old_edition.csv"
BOUNDARIES = ROOT / "data/boundaries/tianning_boundaries.geojson"


@pytest.fixture
def clean(tmp_path):
    path = tmp_path / "names.csv"
    path.write_text("代码,名称\n320402001002,水岸社区居委会\n", encoding="utf-8")
    return path


def test_a_clean_file_is_0_and_errors_are_1(clean, capsys):
    assert exit_code(["check", "names", str(clean), "--lang", "zh"]) == 0
    assert "未发现问题" in capsys.readouterr().out
    assert exit_code(["check", "names", str(OLD_EDITION), "--lang", "zh"]) == 1
    assert "勤丰村" in capsys.readouterr().out


def test_json_stands_on_stdout_alone(capsys):
    exit_code(["check", "names", str(OLD_EDITION), "--format", "json"])
    told = capsys.readouterr()
    assert {one["rule"] for one in json.loads(told.out)[0]["findings"]} >= {"N01", "N15", "N20"}
    assert told.err == ""


@pytest.mark.parametrize("form", ["text", "json", "sarif", "geojson", "xlsx"])
def test_out_writes_the_file_whole(form, tmp_path, capsys):
    out = tmp_path / f"findings.{form}"
    arguments = ["check", "names", str(OLD_EDITION), "--format", form, "--out", str(out)]
    assert exit_code(arguments) == 1
    assert out.stat().st_size > 1000
    told = capsys.readouterr()
    assert told.out == ""
    assert str(out) in told.err
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


def test_a_folder_that_is_not_there_is_3_and_nothing_is_left(clean, tmp_path, capsys):
    out = tmp_path / "nowhere" / "findings.json"
    assert exit_code(["check", "names", str(clean), "--out", str(out)]) == 3
    assert "there is no folder" in capsys.readouterr().err


def test_a_rules_file_switches_and_an_exception_sets_aside(tmp_path, capsys):
    rules = tmp_path / "rules.toml"
    rules.write_text("".join(f"{name} = false\n" for name in rulebook().of("names")))
    arguments = ["check", "names", str(OLD_EDITION), "--rules", str(rules), "--lang", "en"]
    assert exit_code(arguments) == 0
    assert "nothing found" in capsys.readouterr().out

    exit_code(["check", "names", str(OLD_EDITION), "--format", "json"])
    findings = json.loads(capsys.readouterr().out)[0]["findings"]
    accept = tmp_path / "accepted.toml"
    accept.write_text(
        "".join(
            f'[[accept]]\nid = "{one["id"]}"\nreason = "known"\ndate = 2026-11-24\n'
            for one in findings
        )
    )
    arguments = ["check", "names", str(OLD_EDITION), "--accept", str(accept), "--format", "json"]
    assert exit_code(arguments) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert entry["findings"] == []
    assert len(entry["accepted"]) == len(findings)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["check", "roads", "x.csv"], 2, "roads"),
        (["check", "names", "{clean}", "--format", "xlsx"], 2, "needs --out"),
        (["check", "names", "{clean}", "--with", "earlier"], 2, "is not ROLE=FILE"),
        (["check", "names", "{clean}", "--with", "a=b", "--with", "a=c"], 2, "twice"),
        (["check", "names", "{clean}", "--with", "rooster=x.csv"], 3, "takes no 'rooster'"),
        (["check", "names", "{clean}", "--date", "soon"], 2, "is not YYYY-MM-DD"),
        (["check", "names", "{clean}", "--rules", "nowhere.toml"], 3, "no such file"),
        (["check", "names", "{clean}", "--accept", "nowhere.toml"], 3, "no such file"),
        (["check", "names", "nowhere.csv"], 3, "no such file"),
        (["check", "boundaries", "{clean}"], 3, "no polygons"),
        (["check", "project", "{clean}"], 3, "not a TOML file"),
        (["rules", "--kind", "roads"], 2, "is unknown"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(arguments, code, said, clean, capsys):
    filled = [argument.format(clean=clean) for argument in arguments]
    assert exit_code([*filled, "--lang", "en"] if filled[1] != "roads" else filled) == code
    told = capsys.readouterr()
    assert said in told.err
    assert told.out == ""
    assert "Traceback" not in told.err


def test_the_rules_are_printed_with_law_and_switch(capsys):
    assert exit_code(["rules", "--lang", "zh"]) == 0
    told = capsys.readouterr().out
    for rule in rulebook().rules.values():
        assert f"{rule.id}　" in told
        assert all(rulebook().laws[key].title["zh"] in told for key in rule.laws)


def test_the_rules_are_data_in_json_and_toml(capsys):
    assert exit_code(["rules", "--format", "json"]) == 0
    assert {one["id"] for one in json.loads(capsys.readouterr().out)} == set(rulebook().rules)
    assert exit_code(["rules", "--format", "toml", "--kind", "names"]) == 0
    assert set(tomllib.loads(capsys.readouterr().out)) == set(rulebook().of("names"))


@pytest.mark.parametrize("kind", ["names", "text", "boundaries", "seats", "facilities", "project"])
def test_a_check_loads_no_map_no_solver_and_no_network_library(kind, tmp_path):
    report, seats = tmp_path / "report.txt", tmp_path / "seats.csv"
    report.write_text("向陕西省揭阳县捐赠。", encoding="utf-8")
    seats.write_text(
        "机关名称,区划代码,经度,纬度,坐标系\n兰陵街道办事处,320402006,119.9582,31.7641,EPSG:4490\n",
        encoding="utf-8",
    )
    units = ["--with", f"units={BOUNDARIES}"]
    arguments = {
        "names": [str(OLD_EDITION)],
        "text": [str(report)],
        "boundaries": [str(BOUNDARIES)],
        "seats": [str(seats), *units],
        "facilities": [str(ROOT / "data/facilities/tianning_facilities.csv"), *units],
        "project": [str(ROOT / "data")],
    }[kind]
    script = (
        "import sys; from geoplan.cli.main import exit_code; "
        f"exit_code(['check', {kind!r}, *{arguments!r}, '--format', 'json']); "
        "print([name for name in ('osmnx', 'folium', 'highspy') if name in sys.modules], "
        "file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert done.stderr.strip().splitlines()[-1] == "[]"
    assert json.loads(done.stdout)
