"""``geoplan whatif``: what it prints and writes, and its exit codes."""

from __future__ import annotations

import json

import pytest

from geoplan import jobs
from geoplan.cli import main
from geoplan.cli.options import parse_move
from geoplan.model.findings import Finding
from tests.projects import lon_lat, write_town


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return str(write_town(tmp_path_factory.mktemp("town")))


def place(*xy):
    return ",".join(f"{value:.9f}" for value in lon_lat([xy])[0])


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--add", "here"],
        ["--add", "31.78,119.97"],
        ["--move", "f0"],
        ["--move", ":119.97,31.78"],
        ["--move", "f0:there"],
        ["--open-gate", "1"],
        ["--bogus"],
    ],
)
def test_wrong_usage_is_2_and_one_sentence(arguments, capsys):
    assert main.exit_code(["whatif", "x", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1


def test_a_move_is_an_id_and_a_place():
    assert parse_move("f0:119.97,31.78") == ("f0", 119.97, 31.78)
    assert parse_move("a：b：119.97，31.78") == ("a：b", 119.97, 31.78)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--close", "f9"], "no facility 'f9'"),
        (["--add", "119.97,31.78"], "outside the study area"),
        (["--open-gate", "119.97,31.78"], "no locked gate"),
        (["--close", "f0", "--close", "f0"], "named twice"),
    ],
)
def test_what_cannot_be_changed_is_3(arguments, words, town, capsys):
    assert main.exit_code(["whatif", town, *arguments, "--lang", "en"]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert err.count("\n") == 1


def test_winners_and_losers_are_printed_in_both_languages(town, capsys):
    change = ["--close", "f1", "--add", place(150, 900), "--move", f"f2:{place(600, 600)}"]
    printed = {}
    for lang in ("en", "zh"):
        assert main.exit_code(["whatif", town, *change, "--lang", lang]) == 0
        printed[lang], err = capsys.readouterr()
        assert err == ""
    assert "What if: 1 opened, 1 closed, 1 moved, 0 gates opened" in printed["en"]
    assert "Opened: new1 at " in printed["en"]
    assert "within 9 minutes on foot" in printed["en"]
    west = next(line for line in printed["en"].splitlines() if line.startswith("  西街道"))
    east = next(line for line in printed["en"].splitlines() if line.startswith("  东街道"))
    assert not west.endswith(" 0 gain, 0 lose")
    assert east.endswith(" lose")
    assert " 0 gain" in east
    assert "假设：新增 1 处，关闭 1 处，迁移 1 处，开放大门 0 处" in printed["zh"]
    assert len(printed["zh"].splitlines()) == len(printed["en"].splitlines())


def test_nobody_affected_is_said(town, capsys):
    """f2 is a public room, which gives no care."""
    assert main.exit_code(["whatif", town, "--close", "f2", "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "Nobody gains a facility within reach and nobody loses one" in out
    assert "nearer for 0 people, farther for 0" in out


def test_out_writes_the_whole_result_after_the_change(town, tmp_path, capsys):
    out = tmp_path / "out"
    arguments = ["whatif", town, "--close", "f1", "--out", str(out), "--lang", "en"]
    assert main.exit_code(arguments) in {0, 1}
    assert f"Results are in {out}" in capsys.readouterr().out
    assert "f1," not in (out / "facilities.csv").read_text(encoding="utf-8-sig")
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["facts"]["changes"][0]["close"] == ["f1"]


@pytest.mark.parametrize(("severity", "code"), [("error", 1), ("warning", 0)])
def test_findings_of_severity_error_are_1(severity, code, town, tmp_path, monkeypatch, capsys):
    original = jobs.whatif_project

    def with_finding(*args, **options):
        report = original(*args, **options | {"out": None})
        finding = Finding(rule="made-data", severity=severity, subject="x", evidence={})
        run = jobs.RunReport(tmp_path, {}, (finding,))
        return jobs.WhatIfReport(whatif=report.whatif, run=run)

    monkeypatch.setattr(jobs, "whatif_project", with_finding)
    arguments = ["whatif", town, "--close", "f1", "--out", str(tmp_path / "o"), "--lang", "en"]
    assert main.exit_code(arguments) == code
    capsys.readouterr()
