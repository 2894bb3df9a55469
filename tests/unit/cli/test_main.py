"""Exit codes and the one sentence on stderr."""

from __future__ import annotations

import json

import geopandas as gpd
import pytest
import shapely

from geoplan import __version__, jobs
from geoplan.cli import main, talk
from geoplan.cli.options import parse_place
from geoplan.errors import InfeasibleError, OsmUnavailableError, OutputError, SchemaError
from geoplan.model.findings import Finding
from tests.projects import lon_lat, write_town

ENGLISH = ["--lang", "en"]


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return write_town(tmp_path_factory.mktemp("town"))


@pytest.mark.parametrize(
    "arguments",
    [
        ["bogus"],
        ["run", "--bogus"],
        ["reach", "x"],
        ["reach", "x", "--facility", "a", "--at", "1,2"],
        ["reach", "x", "--at", "here"],
        ["reach", "x", "--at", "1,2,3"],
        ["reach", "x", "--at", "31.78,119.97"],
        ["reach", "x", "--at", "500,2"],
        ["reach", "x", "--at", "nan,2"],
        ["reach", "x", "--facility", "a", "--minutes", "0"],
        ["reach", "x", "--to", "119,31"],
        ["reach", "x", "--facility", "a", "--to", "here"],
        ["site", "x", "--new", "-1"],
        ["run", "--lang", "fr"],
        ["init"],
        ["fetch"],
    ],
)
def test_wrong_usage_is_2_and_one_sentence(arguments, capsys):
    assert main.exit_code(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "--help" in err


def test_a_place_is_longitude_and_latitude():
    assert parse_place("119.97,31.78") == (119.97, 31.78)
    assert parse_place("-0.1， 51.5") == (-0.1, 51.5)


def test_version_and_help(capsys):
    assert main.exit_code(["--version"]) == 0
    assert capsys.readouterr().out == f"geoplan {__version__}\n"
    assert main.exit_code([]) == 0
    assert "reach" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SchemaError("f.csv: row 2: wrong; mend it"), 3),
        (OutputError("out: full; free space"), 3),
        (OsmUnavailableError("no server; try later"), 4),
        (InfeasibleError("nobody; add sites"), 5),
        (MemoryError(), 3),
        (PermissionError(13, "Permission denied"), 3),
        (KeyError("x"), main.FAULT_OF_THE_PROGRAM),
        (KeyboardInterrupt(), main.INTERRUPTED),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_error_is_one_line_with_its_code(error, code, lang, capsys, monkeypatch):
    def fails(*_args, **_kwargs):
        raise error

    monkeypatch.setattr(jobs, "run_project", fails)
    assert main.exit_code(["run", "--lang", lang]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "Traceback" not in err
    if code != main.INTERRUPTED:
        assert err.startswith({"zh": "错误: ", "en": "error: "}[lang])


def test_debug_shows_the_traceback(capsys, monkeypatch):
    def fails(*_args, **_kwargs):
        raise SchemaError("f.csv: row 2: wrong; mend it")

    monkeypatch.setattr(jobs, "run_project", fails)
    assert main.exit_code(["run", "--debug", *ENGLISH]) == 3
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert err.endswith("error: f.csv: row 2: wrong; mend it\n")


def test_an_error_with_line_breaks_stays_one_line(capsys, monkeypatch):
    def fails(*_args, **_kwargs):
        raise SchemaError("a\nb")

    monkeypatch.setattr(jobs, "run_project", fails)
    main.exit_code(["run", *ENGLISH])
    assert capsys.readouterr().err == "error: a b\n"


@pytest.mark.parametrize(
    ("arguments", "environment", "expected"),
    [
        (["run", "--lang", "zh"], "en_US.UTF-8", "zh"),
        (["run", "--lang=en"], "zh_CN.UTF-8", "en"),
        (["run"], "zh_CN.UTF-8", "zh"),
        (["run"], "C", "en"),
        (["run", "--lang", "fr"], "C", "en"),
    ],
)
def test_the_language_of_errors(arguments, environment, expected, monkeypatch):
    monkeypatch.setenv("LC_ALL", environment)
    assert talk.language_of(arguments) == expected


def test_run_prints_the_result_and_no_talk(town, tmp_path, capsys):
    assert main.exit_code(["run", str(town), "--out", str(tmp_path / "out"), *ENGLISH]) in {0, 1}
    out, err = capsys.readouterr()
    assert str(tmp_path / "out") in out
    assert (tmp_path / "out" / "summary.json").is_file()
    assert err == ""


@pytest.mark.parametrize(("severity", "code"), [("error", 1), ("warning", 0), ("note", 0)])
def test_findings_of_severity_error_are_1(severity, code, town, tmp_path, monkeypatch, capsys):
    done = jobs.run_project(str(town), out=tmp_path / "o", lang="en", progress=lambda _: None)
    finding = Finding(rule="made-data", severity=severity, subject="x", evidence={"inputs": "x"})
    report = jobs.RunReport(done.folder, done.summary, (finding,))
    monkeypatch.setattr(jobs, "run_project", lambda *_args, **_kwargs: report)
    assert main.exit_code(["run", str(town), *ENGLISH]) == code
    capsys.readouterr()


def test_reach_prints_geojson(town, capsys):
    assert main.exit_code(["reach", str(town), "--facility", "f0", "--minutes", "6"]) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert found["type"] == "FeatureCollection"
    assert [feature["properties"]["minutes"] for feature in found["features"]] == [6]
    assert err == ""


def test_reach_of_an_unknown_facility_is_3(town, capsys):
    assert main.exit_code(["reach", str(town), "--facility", "none"]) == 3
    assert "none" in capsys.readouterr().err


def test_site_prints_csv(town, capsys):
    assert main.exit_code(["site", str(town), "--model", "mclp", "--new", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("stage,rank,site_id")
    assert len(lines) == 2


def test_an_unknown_siting_model_is_3(town, capsys):
    assert main.exit_code(["site", str(town), "--model", "magic"]) == 3
    assert "mclp" in capsys.readouterr().err


def test_init_and_doctor(tmp_path, capsys):
    folder = str(tmp_path / "new")
    assert main.exit_code(["init", folder]) == 0
    assert "geoplan.toml" in capsys.readouterr().out
    assert main.exit_code(["init", folder]) == 3
    capsys.readouterr()
    assert main.exit_code(["doctor", folder, *ENGLISH]) == 3
    out, err = capsys.readouterr()
    assert "problem  boundaries: " in out
    assert "ok  facilities: 1 facilities" in out
    assert err == ""


def test_doctor_of_a_sound_project(town, capsys):
    main.exit_code(["doctor", str(town), *ENGLISH])
    out = capsys.readouterr().out
    for name in ("boundaries: 7 units", "facilities: 4", "demand:", "network:"):
        assert f"ok  {name}" in out


def test_doctor_reads_nothing_when_a_package_is_missing(town, capsys, monkeypatch):
    from geoplan.io import environment

    monkeypatch.setitem(environment.PACKAGES, "no-such-package", "no_such_package")
    assert main.exit_code(["doctor", str(town), *ENGLISH]) == 3
    out = capsys.readouterr().out
    assert "problem  no-such-package: not installed → pip install no-such-package" in out
    assert "boundaries" not in out


def place_of(*xy):
    return ",".join(f"{value:.9f}" for value in lon_lat([xy])[0])


def test_reach_to_a_home_shows_the_way(town, capsys):
    """10 m to East 100, then 250 m west along it, at 1 m/s."""
    ends = ["--at", place_of(200, 100), "--to", place_of(450, 110)]
    assert main.exit_code(["reach", str(town), *ends, "--lang", "zh"]) == 0
    out, err = capsys.readouterr()
    (feature,) = json.loads(out)["features"]
    assert feature["geometry"]["type"] == "LineString"
    first, last = feature["geometry"]["coordinates"][0], feature["geometry"]["coordinates"][-1]
    assert first == pytest.approx(lon_lat([(450, 110)])[0], abs=2e-7)
    assert last == pytest.approx(lon_lat([(200, 100)])[0], abs=2e-7)
    properties = feature["properties"]
    assert properties["seconds"] == properties["metres"] == 260
    assert properties["leg_from_home_m"] == 10
    assert [(street["name"], street["metres"]) for street in properties["streets"]] == [
        ("East 100", 250)
    ]
    assert "全程 260 米，4.3 分钟" in err
    assert "沿East 100走 250 米" in err


def test_a_home_too_far_away_is_4_and_told_how_far(town, capsys):
    """1,000 m along East 100: 16 min 40 s."""
    ends = ["--at", place_of(100, 100), "--to", place_of(1100, 100)]
    assert main.exit_code(["reach", str(town), *ends, *ENGLISH]) == 4
    out, err = capsys.readouterr()
    assert out == ""
    assert "takes 16 min 40 s, more than the limit of 15 min" in err
    assert main.exit_code(["reach", str(town), *ends, "--minutes", "17"]) == 0
    capsys.readouterr()


def test_a_home_beside_no_street_is_3(town, capsys):
    ends = ["--facility", "f0", "--to", place_of(3000, 3000)]
    assert main.exit_code(["reach", str(town), *ends, *ENGLISH]) == 3
    assert "no walkable street lies within 100 m" in capsys.readouterr().err


def test_a_home_on_streets_of_its_own_is_4(tmp_path, capsys):
    folder = write_town(tmp_path / "split")
    streets = gpd.read_file(folder / "streets.geojson")
    cut = shapely.box(*lon_lat([(610, -10)])[0], *lon_lat([(690, 1210)])[0])
    streets[~streets.intersects(cut)].to_file(folder / "streets.geojson", driver="GeoJSON")
    ends = ["--at", place_of(200, 100), "--to", place_of(900, 100)]
    assert main.exit_code(["reach", str(folder), *ends, *ENGLISH]) == 4
    assert "their streets are not connected" in capsys.readouterr().err


def site_run(town, capsys, *options):
    assert main.exit_code(["site", str(town), *options]) == 0
    return capsys.readouterr().out


def test_site_uses_the_projects_own_number_unless_told(town, capsys):
    assert len(site_run(town, capsys).splitlines()) == 3


def test_site_answers_why_not_in_words(town, capsys):
    said = site_run(town, capsys, "--why-not", "room:f2", "--best", "2", "--stability", "2")
    assert "为何未选" in said
    assert "前 2 个最好的方案" in said
    assert "稳定性检验：2 组扰动" in said
    assert "Why not" in site_run(town, capsys, "--why-not", "room:f2", "--lang", "en")


def test_site_tells_a_machine_everything(town, capsys):
    found = json.loads(site_run(town, capsys, "--format", "json", "--best", "2"))
    assert found["status"] == "optimal"
    assert found["objective"] == found["bound"]
    assert {"recommendations", "site_people", "site_margins", "site_rivals"} <= set(found["tables"])
    assert len(found["tables"]["recommendations"]) == 2


def test_site_plans_by_years_and_leaves_a_folder(town, tmp_path, capsys):
    out = tmp_path / "sites"
    said = site_run(
        town, capsys, "--stages", "2026:1,2027：1:200", "--out", str(out), "--format", "text"
    )
    assert "2026 年：开设" in said
    names = {path.name for path in out.iterdir()}
    assert {"recommendations.csv", "site_stages.csv", "stage_shares.csv", "cards.txt"} <= names
    assert {"siting.json", "manifest.json"} <= names
    assert (out / "cards.txt").read_text(encoding="utf-8").startswith(said.splitlines()[0])
    assert (out / "site_stages.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--stages", "next year"], 2, "YEAR:NEW"),
        (["--stages", "2026:1", "--new", "2"], 2, "exclude"),
        (["--stages", "2027:1,2026:1"], 3, "years must rise"),
        (["--why-not", "room:f9"], 3, "room:f9"),
        (["--require", "room"], 3, "no id"),
        (["--require", "room:f2", "--ban", "room:f2"], 3, "both required and banned"),
        (["--model", "lscp", "--new", "0"], 5, "at most 0 new sites"),
        (["--model", "lscp", "--stages", "2026:1"], 3, "stages"),
        (["--model", "backup", "--best", "2"], 3, "ranked"),
        (["--model", "hierarchical", "--why-not", "room:f2"], 2, "--why-not"),
    ],
)
def test_wishes_that_cannot_be_kept_are_refused_in_one_sentence(town, capsys, options, code, said):
    assert main.exit_code(["site", str(town), *options]) == code
    told = capsys.readouterr()
    assert said in told.err
    assert told.out == ""
    assert "Traceback" not in told.err
