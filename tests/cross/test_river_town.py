"""One river, one bridge: the far bank is of the barrier class, and the proposed bridge mends it."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from geoplan.jobs import run_project
from tests.river_town import RIVER, at, write_river_town

BRIDGE = {"highway": "footway", "bridge": "yes"}


def run(folder):
    run_project(str(folder), out=folder / "out", lang="zh", progress=lambda stage: None)
    return folder / "out"


def table(out, name):
    return pd.read_csv(out / f"{name}.csv", encoding="utf-8-sig", keep_default_na=False)


@pytest.fixture(scope="module")
def today(tmp_path_factory):
    return run(write_river_town(tmp_path_factory.mktemp("today")))


@pytest.fixture(scope="module")
def with_bridge(tmp_path_factory):
    """The bridge that is proposed, really built."""
    return run(write_river_town(tmp_path_factory.mktemp("bridge"), crossings=[(100, BRIDGE)]))


def test_the_far_bank_is_cut_off_by_the_river(today):
    gaps = table(today, "gaps")
    cut_off = gaps[gaps["class"] == "C"]
    assert set(cut_off["subdistrict"]) == {"东街道"}
    assert set(cut_off["action"]) == {"link"}
    assert cut_off["people_all"].sum() == 5 * 20
    corner = gaps[(gaps["subdistrict"] == "东街道") & (gaps["class"] == "A")]
    assert corner["reasons"].tolist() == ["beyond_limit;straight_beyond"]
    assert (gaps[gaps["subdistrict"] == "西街道"]["class"] == "A").all()


def test_the_link_is_the_bridge_straight_across_from_the_station(today):
    """Every bridge is 100 m long and several reach the row; by this one its people walk least."""
    links = table(today, "links")
    first = links.iloc[0]
    assert (first["kind"], first["barrier"], first["barrier_name"]) == ("bridge", "water", RIVER)
    assert first["length_m"] == pytest.approx(100, abs=0.2)
    assert (first["from_lon"], first["from_lat"]) == pytest.approx(at(1100, 100), abs=2e-6)
    assert (first["to_lon"], first["to_lat"]) == pytest.approx(at(1000, 100), abs=2e-6)
    gaps = table(today, "gaps")
    assert set(gaps[gaps["class"] == "C"]["link"]) <= set(links["id"])


def test_the_bridge_adds_whom_it_promises_and_the_class_is_gone(today, with_bridge):
    promised = table(today, "links").iloc[0]
    before, after = (
        json.loads((out / "summary.json").read_text(encoding="utf-8"))
        for out in (today, with_bridge)
    )
    assert after["covered_all"] - before["covered_all"] == promised["people_all"]
    assert after["covered"] - before["covered"] == promised["people_60"]
    assert promised["people_all"] == 5 * 20
    assert (table(today, "gaps")["class"] == "C").any()
    assert not (table(with_bridge, "gaps")["class"] == "C").any()


def test_a_planner_reads_the_river_the_bridge_and_the_people(today):
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(str(today / "tables.xlsx"))
    rows = book.get_sheet_by_name("附表4 盲区清单").to_python()
    told = [str(row[-1]) for row in rows if "东街道" in map(str, row)]
    assert any(RIVER in text and "L001" in text and "桥" in text for text in told)


def test_a_footbridge_without_a_lift_helps_adults_alone(tmp_path):
    """Stairs over the river: 80+ and wheelchairs still go round, younger walkers do not."""
    steps = {"highway": "steps", "bridge": "yes"}
    out = run(write_river_town(tmp_path / "steps", crossings=[(100, steps)]))
    coverage = table(out, "coverage")
    east = coverage[
        (coverage["level"] == "community")
        & (coverage["name"] == "东岸社区")
        & (coverage["service"] == "elderly_care")
        & (coverage["minutes"] == 15)
        & (coverage["group"] == "all")
    ].set_index("profile")["covered"]
    assert east["adult"] > 0
    assert east["elder60"] > 0
    assert east["elder80"] == 0
    assert east["wheelchair"] == 0
    shortfalls = table(out, "shortfalls")
    aged = shortfalls[(shortfalls["class"] == "B") & (shortfalls["subdistrict"] == "东街道")]
    assert len(aged) > 0
    assert set(aged["why"]) == {"steps"}
    assert set(aged["profile"]) == {"elder80"}


def test_every_table_sums_from_children_to_parents(today):
    parts = {
        "coverage": ["people", "covered"],
        "bundles": ["people", "none", "one", "two", "three"],
        "choices": ["people", "none", "one", "two", "more"],
        "certainty": ["people", "certain", "likely", "only_if", "never"],
        "walking_times": ["people", "no_way"],
    }
    for name, columns in parts.items():
        whole = table(today, name)
        main = whole[whole["profile"] == "elder60"]
        keys = [one for one in ("service", "minutes", "group") if one in whole]
        sums = main.groupby(["level", *keys])[columns].sum()
        for level in sorted(set(main["level"]) - {"district"}):
            counted = sums.loc[level]
            assert len(counted) > 0
            whole_district = sums.loc["district"].loc[counted.index]
            pd.testing.assert_frame_equal(whole_district, counted, obj=f"{name} {level}")


def test_the_three_coverages_stand_side_by_side(today):
    rows = table(today, "three_coverages")
    row = rows[
        (rows["level"] == "district")
        & (rows["service"] == "elderly_care")
        & (rows["profile"] == "elder60")
        & (rows["group"] == "60+")
    ].iloc[0]
    assert (row["subdistricts"], row["subdistricts_with"]) == ("2", "1")
    assert (row["communities"], row["communities_with"]) == ("2", "1")
    summary = json.loads((today / "summary.json").read_text(encoding="utf-8"))
    assert (row["people"], row["covered"]) == (summary["people"], summary["covered"])
    assert row["served"] == ""


def test_the_links_stand_on_the_river_in_the_layers_of_a_gis(today):
    import pyogrio

    links = pyogrio.read_dataframe(today / "layers.gpkg", layer="links")
    assert links["id"].tolist() == table(today, "links")["id"].tolist()
    assert (links.geometry.x.iloc[0], links.geometry.y.iloc[0]) == pytest.approx(
        at(1050, 100), abs=2e-6
    )


def test_places_and_roads_are_counted_for_every_walker(today):
    """Places sum to the district for each walker; the main walker's are those of coverage."""
    rows = table(today, "three_coverages")
    counted = rows[rows["service"] == "elderly_care"]
    for profile in ("adult", "elder60", "elder80", "wheelchair"):
        of_walker = counted[(counted["profile"] == profile) & (counted["group"] == "60+")]
        sums = of_walker.groupby("level")[["people", "covered"]].sum()
        for level in ("place", "road"):
            assert sums.loc[level].tolist() == sums.loc["district"].tolist(), (profile, level)
    spatial = table(today, "coverage")
    main = spatial[
        (spatial["level"] == "place")
        & (spatial["service"] == "elderly_care")
        & (spatial["minutes"] == 15)
        & (spatial["group"] == "60+")
    ]
    same = counted[(counted["level"] == "place") & (counted["profile"] == "elder60")]
    assert same["covered"].tolist() == main["covered"].tolist()
