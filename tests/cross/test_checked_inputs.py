"""Homes on a border, and figures of places that are not on the map, are said and listed."""

from __future__ import annotations

import json

import pandas as pd

from geoplan.jobs import run_project
from tests.projects import PROJECT, lon_lat, write_town


def findings(folder):
    run_project(str(folder), out=folder / "out", lang="zh", progress=lambda stage: None)
    found = json.loads((folder / "out" / "findings.json").read_text(encoding="utf-8"))
    return {one["rule"]: one for one in found}


def test_a_home_on_a_border_is_counted_once_and_listed(tmp_path):
    folder = write_town(tmp_path / "town")
    people = pd.read_csv(folder / "people.csv")
    lon, lat = lon_lat([(600, 250)])[0]
    people.loc[0, ["lon", "lat"]] = lon, lat
    people.to_csv(folder / "people.csv", index=False)
    units = (folder / "units.geojson").read_text(encoding="utf-8")
    assert f"{lon:.6f}"[:9] in units, "the border runs through the home"
    told = findings(folder)["border-points"]
    listed = pd.read_csv(folder / "out" / "border_points.csv", dtype=str)
    homes = listed[listed["what"] == "demand"]
    assert told["evidence"] == {"what": "demand", "points": homes["id"].nunique()}
    row = homes[(homes["id"] == "h000") & (homes["level"] == "community")].iloc[0]
    assert (row["counted_in"], row["also_touches"]) == ("911", "921")
    coverage = pd.read_csv(folder / "out" / "coverage.csv", dtype={"code": str})
    everyone = coverage[(coverage["group"] == "all") & (coverage["level"] == "community")]
    counted = everyone.drop_duplicates("code")["people"].sum()
    assert counted == people["people"].sum()


def test_a_figure_of_an_unknown_unit_is_a_warning(tmp_path):
    folder = write_town(tmp_path / "town")
    rows = [
        ("2021", "district", "9", "home_care_beds", 32, "beds", "2021-10-31", "report"),
        ("2021", "district", "777", "home_care_beds", 5, "beds", "2021-10-31", "report"),
    ]
    columns = ["edition", "level", "code", "indicator", "value", "unit", "date", "source"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "reported.csv", index=False)
    project = PROJECT + '\n[reported]\npath = "reported.csv"\n[scorecard]\nedition = "2021"\n'
    project += 'targets = ["tianning_2021"]\n'
    (folder / "geoplan.toml").write_text(project, encoding="utf-8")
    told = findings(folder)["figure-without-unit"]
    assert (told["severity"], told["subject"]) == ("warning", "777")
    card = pd.read_csv(folder / "out" / "scorecard.csv").set_index("target")
    beds = card.loc["tianning_2021.home_care_beds"]
    assert (beds["value"], beds["goal"], beds["status"], beds["missing"]) == (32, 300, "fail", 268)
    assert card.loc["tianning_2021.governance_brands", "status"] == "unknown"


def test_last_year_stands_beside_this_year(tmp_path):
    folder = write_town(tmp_path / "town")
    rows = [
        ("2020", "district", "9", "home_care_beds", 20, "beds", "2020-10-31", "report"),
        ("2021", "district", "9", "home_care_beds", 32, "beds", "2021-10-31", "report"),
    ]
    columns = ["edition", "level", "code", "indicator", "value", "unit", "date", "source"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "reported.csv", index=False)
    project = PROJECT + '\n[reported]\npath = "reported.csv"\n[scorecard]\nedition = "2021"\n'
    project += 'targets = ["tianning_2021"]\n'
    (folder / "geoplan.toml").write_text(project, encoding="utf-8")
    findings(folder)
    card = pd.read_csv(folder / "out" / "scorecard.csv").set_index("target")
    beds = card.loc["tianning_2021.home_care_beds"]
    assert (beds["value"], beds["previous_value"], beds["change"]) == (32, 20, 12)
