"""A whole run for the public: no small count in any file, and none that subtraction tells."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pyogrio
import pytest
import python_calamine

from geoplan.cli.main import exit_code
from geoplan.jobs import run_project
from tests.projects import write_town

COUNTS = re.compile(
    r"^(people(_(all|\d+))?|covered(_[a-z]+)?|none|one|two|three|more|certain|likely|only_if|never"
    r"|no_way|gain_\w+|marginal_\d+|people_\d+|nearest_people|assigned|near_miss_people)$"
)
NOT_COUNTS = {"covered_share", "covered_m"}


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The internal and the public edition of one town, whose places have few people of 80."""
    folder = write_town(tmp_path_factory.mktemp("town"))
    for audience in ("internal", "public"):
        run_project(
            str(folder),
            out=folder / audience,
            lang="zh",
            progress=lambda stage: None,
            audience=audience,
        )
    return folder


def tables(folder):
    return {path.stem: pd.read_csv(path, encoding="utf-8-sig") for path in folder.glob("*.csv")}


def small_counts(table):
    columns = [one for one in table if COUNTS.match(one) and one not in NOT_COUNTS]
    return {one: int(((table[one] > 0) & (table[one] < 5)).sum()) for one in columns}


def test_the_town_has_small_counts_and_the_public_edition_has_none(town):
    inside = {
        name: sum(small_counts(one).values()) for name, one in tables(town / "internal").items()
    }
    told = {name: sum(small_counts(one).values()) for name, one in tables(town / "public").items()}
    for name in ("coverage", "bundles", "choices", "certainty", "walking_times", "service_matrix"):
        assert inside[name] > 0, name
    assert set(told.values()) == {0}


def test_tables_of_single_homes_are_not_published(town):
    names = {path.name for path in (town / "public").iterdir()}
    assert {"near_misses.csv", "facts.csv"} & names == set()
    assert {"coverage.csv", "gaps.csv", "scorecard.csv", "map.html", "tables.xlsx"} <= names
    homes = pyogrio.read_dataframe(town / "public" / "layers.gpkg", layer="demand")
    assert [column for column in homes if column.startswith(("people", "nearest"))] == []


def test_what_is_published_is_true(town):
    inside, told = tables(town / "internal")["coverage"], tables(town / "public")["coverage"]
    for column in ("people", "covered"):
        known = told[column].notna()
        assert known.any()
        assert (told.loc[known, column] == inside.loc[known, column]).all()
    assert told.loc[told["covered"].isna(), "share"].isna().all()


def test_no_masked_count_of_coverage_follows_from_the_sums(town):
    """For each slice the sums over levels, places and roads leave every masked count open."""
    table = tables(town / "public")["coverage"].fillna({"name": ""})
    main = table[table["profile"] == "elder60"]
    checked = 0
    for _, rows in main.groupby(["service", "minutes", "group"]):
        for column in ("people", "covered"):
            masked = np.flatnonzero(rows[column].isna())
            if masked.size:
                checked += masked.size
                assert not determined(rows.reset_index(drop=True), column, masked).any()
    assert checked > 0


def determined(rows, column, masked):
    """Return which masked counts have one value in the equations parent = sum of children."""
    parents = {"9": "", "91": "9", "92": "9", "911": "91", "912": "91", "921": "92", "922": "92"}
    above = {"subdistrict": "district", "community": "subdistrict"}
    equations = []
    for level in ("subdistrict", "community", "place", "road"):
        of_level = rows[rows["level"] == level]
        owner = of_level["code"].astype(str)
        if level in above:
            owner = owner.map(parents)
        for code, children in of_level.groupby(owner).groups.items():
            parent = rows[
                (rows["code"].astype(str) == code)
                & rows["level"].isin(
                    [above.get(level), {"place": "community", "road": "subdistrict"}.get(level)]
                )
            ]
            equation = np.zeros(len(rows))
            equation[children] = 1
            equation[parent.index] = -1
            equations.append(equation[masked])
    matrix = np.array(equations)
    assert len(rows[column]) >= masked.size
    _, values, vectors = np.linalg.svd(matrix)
    rank = int((values > 1e-9).sum())
    free = vectors[rank:]
    return np.abs(free).max(axis=0, initial=0.0) < 1e-9


def test_people_read_stars_and_the_reason(town):
    book = python_calamine.CalamineWorkbook.from_path(str(town / "public" / "tables.xlsx"))
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    cells = [cell for rows in sheets.values() for row in rows for cell in row]
    assert "*" in cells
    assert all("少于 5 人" in str(rows[0][0]) for rows in sheets.values())
    page = (town / "public" / "map.html").read_text(encoding="utf-8")
    assert "少于 5 人" in page
    assert re.search(r"(?<![\d,.])[1-4] 人", page) is None
    inside = (town / "internal" / "map.html").read_text(encoding="utf-8")
    assert "少于 5 人" not in inside


def test_headline_and_findings_tell_no_small_count(town):
    summary = json.loads((town / "public" / "summary.json").read_text(encoding="utf-8"))
    assert all(
        value is None or value == 0 or value >= 5
        for key, value in summary.items()
        if key.startswith(("people", "covered"))
    )
    found = json.loads((town / "public" / "findings.json").read_text(encoding="utf-8"))
    for finding in found:
        for key, value in finding["evidence"].items():
            assert not (key.startswith("people") and value in {1, 2, 3, 4}), finding


def test_the_manifest_keeps_the_worth_of_the_plan_to_the_bureau(town):
    facts = {
        audience: json.loads((town / audience / "manifest.json").read_text(encoding="utf-8"))
        for audience in ("internal", "public")
    }
    assert set(facts["internal"]["facts"]["siting"]) == {"status", "objective", "bound"}
    assert set(facts["public"]["facts"]["siting"]) == {"status"}


def test_the_command_has_the_switch(town, capsys):
    out = town / "by_command"
    command = ["run", str(town), "--public", "--out", str(out), "--lang", "en"]
    assert exit_code(command) in {0, 1}
    capsys.readouterr()
    for name in ("coverage.csv", "gaps.csv", "bundles.csv"):
        assert (out / name).read_bytes() == (town / "public" / name).read_bytes(), name


def test_the_attack_finds_counts_where_only_the_small_ones_are_masked(town):
    """What the masking of further counts is for: without it subtraction tells many."""
    table = tables(town / "internal")["coverage"].fillna({"name": ""})
    naive = table.assign(
        covered=table["covered"].mask((table["covered"] > 0) & (table["covered"] < 5))
    )
    found = 0
    for _, rows in naive[naive["profile"] == "elder60"].groupby(["service", "minutes", "group"]):
        masked = np.flatnonzero(rows["covered"].isna())
        if masked.size:
            found += determined(rows.reset_index(drop=True), "covered", masked).sum()
    assert found > 0
