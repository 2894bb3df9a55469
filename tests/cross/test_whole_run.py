"""A whole run on disk: equal bytes, sums, halo, and nothing lost when it fails."""

from __future__ import annotations

import json
import shutil

import pandas as pd
import pytest

from geoplan.cli.main import exit_code
from geoplan.errors import GeoplanError, OutputError
from geoplan.jobs import run_project
from tests.projects import PROJECT, write_town

MACHINE_FILES = (
    "summary.json",
    "coverage.csv",
    "roads.csv",
    "facilities.csv",
    "gaps.csv",
    "recommendations.csv",
    "findings.json",
)


def run(folder, out):
    return run_project(str(folder), out=out, lang="zh", progress=lambda stage: None)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = write_town(tmp_path_factory.mktemp("town"))
    run(folder, folder / "out")
    return folder


def test_every_file_of_the_contract_is_there(town):
    names = {path.name for path in (town / "out").iterdir()}
    assert names >= {
        *MACHINE_FILES,
        "layers.gpkg",
        "map.html",
        "tables.xlsx",
        "manifest.json",
    }
    assert not list(town.glob(".out*"))


def test_the_same_input_gives_the_same_bytes(town, tmp_path):
    run(town, tmp_path / "again")
    for name in (*MACHINE_FILES, "layers.gpkg", "map.html", "tables.xlsx"):
        assert (tmp_path / "again" / name).read_bytes() == (town / "out" / name).read_bytes(), name


def test_the_manifest_cites_every_number_of_every_walker(town):
    facts = json.loads((town / "out" / "manifest.json").read_text(encoding="utf-8"))["facts"]
    assert set(facts["profiles"]) == {"adult", "elder60", "elder80"}
    assert facts["profiles"]["elder80"]["sources"]["speed_m_s"] == "KOREA, FITZ06"
    assert facts["scenario"] is None
    marks = ", ".join(
        source for one in facts["profiles"].values() for source in one["sources"].values()
    )
    assert set(marks.split(", ")) <= set(facts["profile_sources"])


def test_a_scenario_is_named_wherever_its_numbers_stand(town, tmp_path, capsys):
    folder = write_town(tmp_path / "rainy")
    wet = PROJECT.replace("[walk]", '[walk]\nscenario = "rain"')
    (folder / "geoplan.toml").write_text(wet, encoding="utf-8")
    assert exit_code(["run", str(folder), "--out", str(folder / "out"), "--lang", "zh"]) in {0, 1}
    assert "情景：雨天，步速×0.90" in capsys.readouterr().out
    out = folder / "out"
    assert "情景：雨天，步速×0.90" in (out / "map.html").read_text(encoding="utf-8")
    facts = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["facts"]
    assert facts["scenario"]["speed_factor"] == 0.9
    assert facts["profiles"]["elder60"]["scenario"] == "rain"
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    dry = json.loads((town / "out" / "summary.json").read_text(encoding="utf-8"))
    assert (summary["scenario"], dry["scenario"]) == ("rain", "")
    assert (summary["speed_m_s"], dry["speed_m_s"]) == (0.9, 1.0)
    assert summary["covered"] < dry["covered"]


def test_shuffled_rows_give_the_same_bytes(town, tmp_path):
    folder = write_town(tmp_path / "shuffled", shuffle=5)
    run(folder, folder / "out")
    for name in MACHINE_FILES:
        assert (folder / "out" / name).read_bytes() == (town / "out" / name).read_bytes(), name


def test_covered_and_gap_make_the_total_at_every_level(town):
    coverage = pd.read_csv(town / "out" / "coverage.csv")
    gaps = pd.read_csv(town / "out" / "gaps.csv")
    assert set(gaps["class"]) <= {"A", "C", "H"}
    main = coverage[
        (coverage["profile"] == "elder60")
        & (coverage["service"] == "elderly_care")
        & (coverage["minutes"] == 9)
        & (coverage["group"] == "60+")
    ]
    for level, column in (("subdistrict", "subdistrict"), ("community", "community")):
        left = main[main["level"] == level].set_index("name")
        missing = gaps.groupby(column)["people_60"].sum().reindex(left.index, fill_value=0)
        assert (left["covered"] + missing == left["people"]).all()
    sums = (
        coverage[coverage["profile"] == "elder60"]
        .groupby(["level", "service", "minutes", "group"])[["people", "covered"]]
        .sum()
    )
    for level in ("subdistrict", "community", "place"):
        pd.testing.assert_frame_equal(sums.loc["district"], sums.loc[level])


def test_sites_add_what_the_table_says(town, tmp_path):
    """Opening the recommended sites as stations covers exactly the promised people."""
    sites = pd.read_csv(town / "out" / "recommendations.csv")
    summary = json.loads((town / "out" / "summary.json").read_text())
    assert len(sites) > 0
    folder = tmp_path / "with_sites"
    shutil.copytree(town, folder, ignore=shutil.ignore_patterns("out"))
    table = pd.read_csv(folder / "facilities.csv")
    opened = pd.DataFrame(
        {
            "id": [f"new{row}" for row in range(len(sites))],
            "name": "new",
            "kind": "care_station",
            "lon": sites["lon"],
            "lat": sites["lat"],
            "crs": "EPSG:4490",
            "services": "",
        }
    )
    pd.concat([table, opened]).to_csv(folder / "facilities.csv", index=False)
    run(folder, folder / "out")
    after = json.loads((folder / "out" / "summary.json").read_text())
    assert after["covered"] - summary["covered"] == sites["gain_60"].sum()
    assert after["share"] == pytest.approx(summary["share_with_sites"], abs=1e-6)


def test_a_wider_halo_changes_nothing_inside(town, tmp_path):
    folder = tmp_path / "wide"
    shutil.copytree(town, folder, ignore=shutil.ignore_patterns("out"))
    wide = PROJECT.replace('metric_crs = "EPSG:4549"', 'metric_crs = "EPSG:4549"\nhalo_m = 3000')
    (folder / "geoplan.toml").write_text(wide, encoding="utf-8")
    run(folder, folder / "out")
    for name in ("coverage.csv", "roads.csv", "gaps.csv"):
        assert (folder / "out" / name).read_bytes() == (town / "out" / name).read_bytes(), name


def test_a_failed_run_leaves_the_earlier_results(town, tmp_path):
    folder = tmp_path / "broken"
    shutil.copytree(town, folder)
    before = {path.name: path.read_bytes() for path in (folder / "out").iterdir()}
    (folder / "people.csv").write_text("id,lon,lat\n1,2,3\n", encoding="utf-8")
    with pytest.raises(GeoplanError, match="people"):
        run(folder, folder / "out")
    assert {path.name: path.read_bytes() for path in (folder / "out").iterdir()} == before
    assert not list(folder.glob(".out*"))


def test_a_folder_of_somebody_else_is_never_replaced(town, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(OutputError, match="did not write"):
        run(town, tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_a_writer_that_fails_leaves_nothing_behind(tmp_path):
    from geoplan.io.artifacts import text_writer, write_folder

    write_folder(tmp_path / "out", {"manifest.json": text_writer("old")})

    def full_disk(path):
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="No space left"):
        write_folder(tmp_path / "out", {"manifest.json": text_writer("new"), "b": full_disk})
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out" / "manifest.json").read_text() == "old"


def test_a_station_far_from_any_street_is_a_finding_of_severity_error(tmp_path, capsys):
    """It stands 600 m beyond the last street; the run ends with exit code 1 and says where."""
    folder = write_town(tmp_path / "far", stations=((150, 150), (1800, 600)))
    assert exit_code(["run", str(folder), "--out", str(folder / "out"), "--lang", "en"]) == 1
    found = json.loads((folder / "out" / "findings.json").read_text(encoding="utf-8"))
    errors = [one for one in found if one["severity"] == "error"]
    assert [(one["rule"], one["subject"]) for one in errors] == [("facility-not-snapped", "f1")]
    assert errors[0]["evidence"]["distance_m"] == pytest.approx(600, abs=2)
    assert errors[0]["lon"] == pytest.approx(120.019, abs=0.001)
    assert "Traceback" not in capsys.readouterr().err


def test_streets_elsewhere_are_an_empty_network(town, tmp_path, capsys):
    folder = tmp_path / "elsewhere"
    shutil.copytree(town, folder, ignore=shutil.ignore_patterns("out"))
    streets = (folder / "streets.geojson").read_text(encoding="utf-8")
    (folder / "streets.geojson").write_text(streets.replace("[ 120.0", "[ 121.0"), encoding="utf-8")
    assert exit_code(["run", str(folder), "--out", str(folder / "out"), "--lang", "en"]) == 4
    said = capsys.readouterr().err.strip()
    assert "no walkable street" in said
    assert len([line for line in said.splitlines() if line.startswith("error:")]) == 1
    assert not (folder / "out").exists()


def test_fractions_of_people_are_rounded_and_reported(tmp_path):
    folder = write_town(tmp_path / "town")
    people = pd.read_csv(folder / "people.csv")
    people["people"] = people["people"].astype(float)
    people.loc[:1, "people"] += 0.5
    people.to_csv(folder / "people.csv", index=False)
    report = run(folder, folder / "out")
    rounded = [one for one in report.findings if one.rule == "demand-rounded"]
    assert [dict(one.evidence) for one in rounded] == [{"rows": 2}]
    assert report.summary["people_all"] == round(people["people"].sum())


def test_the_stated_date_of_the_streets_reaches_manifest_and_map(town, tmp_path):
    folder = tmp_path / "dated"
    shutil.copytree(town, folder, ignore=shutil.ignore_patterns("out"))
    dated = PROJECT.replace("snap_m = 100", 'snap_m = 100\ndate = "2021-10-31"')
    (folder / "geoplan.toml").write_text(dated, encoding="utf-8")
    run(folder, folder / "out")
    manifest = json.loads((folder / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["facts"]["sources"]["network"]["date"] == "2021-10-31"
    assert "2021-10-31" in (folder / "out" / "map.html").read_text(encoding="utf-8")


def test_streets_that_end_where_the_district_ends_are_reported(town):
    """The streets fill the square and nothing of the 718 m (9 min at 1.33 m/s) around it."""
    found = json.loads((town / "out" / "findings.json").read_text(encoding="utf-8"))
    missing = {one["rule"]: one["evidence"] for one in found}["network-smaller-than-halo"]
    assert missing["halo_m"] == 718
    assert missing["missing_share"] == pytest.approx(1.0, abs=0.01)


def test_text_that_starts_a_formula_is_made_harmless(tmp_path):
    from geoplan.io.artifacts import csv_writer

    table = pd.DataFrame({"name": ["=cmd|' /C calc'!A0", "@x", "普通", "a\nb"], "n": [-1, 2, 3, 4]})
    csv_writer(table)(tmp_path / "t.csv")
    back = pd.read_csv(tmp_path / "t.csv", encoding="utf-8-sig")
    assert back["name"].tolist() == ["'=cmd|' /C calc'!A0", "'@x", "普通", "a\nb"]
    assert back["n"].tolist() == [-1, 2, 3, 4]
