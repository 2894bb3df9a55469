"""``geoplan diff``: files in, words and machine forms out."""

from __future__ import annotations

import io
import json

import geopandas as gpd
import pandas as pd
import pytest

from geoplan.cli.main import exit_code
from geoplan.linting.diff import FORMS, Beside, diff, rendered
from geoplan.model.edition_changes import CHANGE_KINDS
from geoplan.views.change_words import change_sentence
from tests.edition_town import METRIC, cell

OLD = [
    ("1", "甲社区", cell(0, 0, width=2)),
    ("2", "乙社区", cell(2, 0)),
    ("3", "丙社区", cell(3, 0)),
    ("4", "丁社区", cell(4, 0)),
    ("5", "戊社区", cell(5, 0)),
]
NEW = [
    ("1", "甲社区", cell(0, 0, width=1.2)),
    ("12", "甲东社区", cell(1.2, 0, width=0.8)),
    ("23", "乙丙社区", cell(2, 0, width=2)),
    ("4", "丁社区", cell(4, 0, width=1.2)),
    ("5", "新戊社区", cell(5.2, 0, width=0.8)),
]


def units(rows):
    return gpd.GeoDataFrame(
        {"code": [row[0] for row in rows], "name": [row[1] for row in rows]},
        geometry=[row[2] for row in rows],
        crs=METRIC,
    )


@pytest.fixture
def files(tmp_path):
    for name, rows in (("old", OLD), ("new", NEW)):
        units(rows).to_file(tmp_path / f"{name}.gpkg", layer="boundaries")
    homes = units([("a", "", cell(1.3, 0).centroid), ("b", "", cell(4.6, 0).centroid)])
    lon_lat = homes.to_crs("EPSG:4490").geometry
    people = {"id": ["a", "b"], "lon": lon_lat.x, "lat": lon_lat.y, "crs": "EPSG:4490"}
    pd.DataFrame({**people, "people": [100, 7], "people_60": [1234 % 90, 3]}).to_csv(
        tmp_path / "people.csv", index=False
    )
    return tmp_path


def test_a_layer_is_told_in_words_with_its_people(files, capsys):
    arguments = ["diff", str(files / "old.gpkg"), str(files / "new.gpkg"), "--lang", "zh"]
    assert exit_code([*arguments, "--people", str(files / "people.csv")]) == 0
    out = capsys.readouterr().out
    assert (
        "从原“甲社区”（1）析出“甲东社区”（12）（占 40%），涉及全部居民 100 人、60岁及以上老人 64 人"
        in out
    )
    assert "原“乙社区”（2）、“丙社区”（3）合并为“乙丙社区”（23）（各占 50%、50%）" in out
    assert "划归“丁社区”（4），涉及全部居民 7 人、60岁及以上老人 3 人" in out
    assert "“戊社区”（5）更名为“新戊社区”（5）" in out
    assert "共 4 项变更，0 个单位无变化。" in out


@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_form_is_written_whole(files, form, capsys):
    target = files / f"changes.{form}"
    arguments = ["diff", str(files / "old.gpkg"), str(files / "new.gpkg"), "--format", form]
    assert exit_code([*arguments, "--lang", "en", "--out", str(target)]) == 0
    assert capsys.readouterr().out == ""
    found = diff(files / "old.gpkg", files / "new.gpkg")
    assert target.read_bytes() == rendered(found, form, "en")
    assert not [path for path in files.iterdir() if path.name.startswith(".")]


def test_the_machine_forms_agree(files):
    beside = Beside(people=files / "people.csv")
    found = diff(files / "old.gpkg", files / "new.gpkg", beside)
    record = json.loads(rendered(found, "json", "zh"))
    layer = gpd.read_file(io.BytesIO(rendered(found, "geojson", "zh")))
    table = pd.read_csv(io.BytesIO(rendered(found, "csv", "zh")), encoding="utf-8-sig", dtype=str)
    kinds = [one["kind"] for one in record["changes"]]
    assert kinds == layer["kind"].tolist() == table["kind"].tolist()
    assert kinds == sorted(kinds, key=CHANGE_KINDS.index)
    areas = layer.to_crs(METRIC).area
    for row, one in enumerate(record["changes"]):
        if one["area_m2"] is not None:
            assert areas[row] == pytest.approx(one["area_m2"], abs=5)
        assert table["people_60"][row] == str(one["people"]["60+"])
    assert record["changes"][0]["message"].isascii() is False
    assert record["basis"] == "boundaries"


def test_seats_of_two_layers(files):
    for name, lat in (("seats_old", 31.77), ("seats_new", 31.78)):
        pd.DataFrame(
            {"code": ["4"], "name": ["丁社区"], "lon": [120.0], "lat": [lat], "crs": ["EPSG:4490"]}
        ).to_csv(files / f"{name}.csv", index=False)
    beside = Beside(seats=(files / "seats_old.csv", files / "seats_new.csv"))
    (move,) = diff(files / "old.gpkg", files / "new.gpkg", beside).of("moved_seat")
    assert move.distance_m == pytest.approx(1109, abs=2)
    assert "驻地迁移了 1,1" in change_sentence(move, "zh")


def test_a_layer_beside_a_list_is_compared_by_name(files):
    names = pd.DataFrame({"code": [row[0] for row in OLD], "name": [row[1] for row in OLD]})
    names.to_csv(files / "names.csv", index=False)
    found = diff(files / "names.csv", files / "old.gpkg")
    assert (found.basis, found.changes, found.unchanged) == ("names", (), 5)


def test_equal_editions_and_faults(files, capsys):
    old, new = str(files / "old.gpkg"), str(files / "names.csv")
    assert exit_code(["diff", old, old, "--lang", "zh"]) == 0
    assert "两版一致，5 个单位均无变化。" in capsys.readouterr().out
    assert exit_code(["diff", old, str(files / "absent.gpkg")]) == 3
    (files / "names.csv").write_text("code,name\n1,甲社区\n", encoding="utf-8")
    assert exit_code(["diff", old, new, "--people", str(files / "people.csv")]) == 3
    assert exit_code(["diff", old, old, "--out", str(files / "nowhere" / "x.txt")]) == 3
    assert exit_code(["diff", old]) == 2
