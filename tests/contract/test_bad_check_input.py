"""``geoplan check`` and ``geoplan diff`` with bad input: one sentence, nothing half written."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import xlsxwriter

from geoplan.cli.main import exit_code
from geoplan.linting.kinds import linter_of
from tests.projects import write_town

OK = "代码,名称\n320402001002,水岸社区居委会\n"
PLACED = "代码,名称,经度,纬度,坐标系\n320402001002,水岸社区居委会,{},{},{}\n"
WEST, EAST = shapely.box(119.96, 31.77, 119.97, 31.78), shapely.box(119.97, 31.77, 119.98, 31.78)
UNITS = {"code": ["320402001", "320402002"], "name": ["兰陵街道", "红梅街道"]}


def exchanged(shape):
    return shapely.transform(shape, lambda xy: xy[:, ::-1])


def metres(shape):
    return gpd.GeoSeries([shape], crs="EPSG:4490").to_crs("EPSG:3857").iloc[0]


def ring(*xy):
    with np.errstate(invalid="ignore"):
        return shapely.Polygon([(119.96, 31.77), *xy, (119.97, 31.77), (119.96, 31.78)])


TABLES = {
    "empty": b"",
    "header": "代码,名称\n".encode(),
    "picture": b"\x89PNG\r\n\x1a\n",
    "quote": '代码,名称\n320402001002,"水岸\n'.encode(),
    "cut": OK.encode("utf-16")[:-1],
    "unmarked": OK.encode("utf-16-le"),
    "nul": OK.replace("岸", "\0").encode(),
    "twice": "代码,区划代码,名称\n1,2,水岸社区\n".encode(),
    "overlong": "代码,名称\n1,水岸社区,3\n".encode(),
}
"""Tables that no kind of check can read, and no comparison."""

POSITIONS = {
    "exchanged": (PLACED.format(31.77, 119.96, "EPSG:4490"), "row 2", "swapped"),
    "no number": (PLACED.format("东经", 31.77, "EPSG:4490"), "row 2", "not a number"),
    "nan": (PLACED.format("nan", 31.77, "EPSG:4490"), "row 2", "not a number"),
    "huge": (PLACED.format(1e300, 31.77, "EPSG:4490"), "row 2", "no place on earth"),
    "shifted": (PLACED.format(119.96, 31.77, "GCJ-02"), "GCJ-02", "EPSG:4490"),
    "no system": (PLACED.format(119.96, 31.77, ""), "no coordinate system", "crs"),
    "unknown system": (PLACED.format(119.96, 31.77, "EPSG:x"), "EPSG:x", "not known"),
    "metres": (PLACED.format(13354000, 3738000, "EPSG:3857"), "EPSG:3857", "degrees"),
}

LAYERS = {
    "not finite": ([ring((np.nan, 31.78)), EAST], "EPSG:4490", "row 1"),
    "infinite": ([ring((np.inf, 31.78)), EAST], "EPSG:4490", "row 1"),
    "beyond the pole": ([WEST, shapely.box(119, 89, 120, 91)], "EPSG:4490", "beyond the globe"),
    "metres as degrees": ([metres(WEST), metres(EAST)], "EPSG:4490", "look like metres"),
    "degrees as metres": ([WEST, EAST], "EPSG:4549", "look like degrees"),
    "no system": ([WEST, EAST], None, "no coordinate system"),
    "exchanged": ([exchanged(WEST), exchanged(EAST)], "EPSG:4490", "exchanged"),
    "points": ([WEST.centroid, EAST.centroid], "EPSG:4490", "none of the 2 features is a polygon"),
}
"""Layers that nothing can be held against: shapes, system, what the sentence says."""

TOLD_BY_A_CHECK = {"not finite", "infinite", "exchanged", "points"}
"""Faults of the checked layer itself that B01 or B06 reports."""


def layer(path, shapes, crs="EPSG:4490", **columns):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gpd.GeoDataFrame({**UNITS, **columns}, geometry=list(shapes), crs=crs).to_file(path)
    return path


@pytest.fixture
def files(tmp_path):
    (tmp_path / "names.csv").write_text(OK, encoding="utf-8")
    seat = "区划代码,名称,经度,纬度,坐标系\n320402001,兰陵街道办事处,119.965,31.775,EPSG:4490\n"
    (tmp_path / "seats.csv").write_text(seat, encoding="utf-8")
    (tmp_path / "text.txt").write_text("水岸社区\n", encoding="utf-8")
    layer(tmp_path / "units.gpkg", [WEST, EAST])
    return tmp_path


def commands(path, files):
    """Return a command for every way in which a table is read."""
    units = f"units={files / 'units.gpkg'}"
    return [
        ["check", "names", path],
        ["check", "names", files / "names.csv", "--with", f"earlier={path}"],
        ["check", "names", files / "names.csv", "--with", f"red={path}"],
        ["check", "seats", path, "--with", units],
        ["check", "facilities", path],
        ["check", "boundaries", files / "units.gpkg", "--with", f"roster={path}"],
        ["check", "text", files / "text.txt", "--with", f"names={path}"],
        ["diff", path, files / "names.csv"],
        ["diff", files / "names.csv", path],
    ]


def sentence(capsys, command, code=3):
    """Return the one sentence with which a command ends; nothing else is said."""
    found = exit_code([*map(str, command), "--lang", "en"])
    out, err = capsys.readouterr()
    assert (found, out) == (code, ""), err
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert "unexpectedly" not in err
    return err


@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_cannot_be_read_is_one_sentence_wherever_it_is_given(name, files, capsys):
    path = files / f"{name}.csv"
    path.write_bytes(TABLES[name])
    for command in commands(path, files):
        if name != "twice" or command[1] != "facilities":
            assert path.name in sentence(capsys, command)


@pytest.mark.parametrize("name", POSITIONS)
def test_positions_that_cannot_be_used_are_one_sentence(name, files, capsys):
    text, *words = POSITIONS[name]
    path = files / "placed.csv"
    path.write_text(text, encoding="utf-8")
    for command in commands(path, files):
        if command[1] != "facilities":
            said = sentence(capsys, command)
            assert all(word in said for word in ("placed.csv", *words)), said


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_that_nothing_can_be_held_against_is_one_sentence(name, files, capsys):
    shapes, crs, word = LAYERS[name]
    path = layer(files / "bad.gpkg", shapes, crs)
    units = files / "units.gpkg"
    given = [
        ["check", "names", files / "names.csv", "--with", f"units={path}"],
        ["check", "seats", files / "seats.csv", "--with", f"units={path}"],
        *(["check", "boundaries", units, "--with", f"{role}={path}"] for role in ("previous",)),
        ["check", "boundaries", units, "--with", f"second={path}"],
    ]
    if name != "points":
        given += [["diff", path, units], ["diff", units, path]]
    for command in given:
        said = sentence(capsys, command)
        assert "bad.gpkg" in said
        assert word in said


@pytest.mark.parametrize("name", LAYERS)
def test_faults_of_the_checked_layer_are_findings_or_one_sentence(name, files, capsys):
    shapes, crs, word = LAYERS[name]
    path = layer(files / "bad.gpkg", shapes, crs)
    if name not in TOLD_BY_A_CHECK:
        assert word in sentence(capsys, ["check", "boundaries", path])
        return
    proposal = files / "proposal.geojson"
    assert exit_code(["check", "boundaries", str(path), "--propose", str(proposal)]) == 1
    out = capsys.readouterr().out
    assert " B06 " in out if name == "exchanged" else " B01 " in out


@pytest.mark.parametrize(
    "shapes",
    [
        [WEST, None],
        [None, None],
        [WEST, shapely.Polygon()],
        [shapely.LineString(WEST.exterior.coords), EAST],
        [WEST.centroid, EAST],
        [ring((119.97, 31.78)), EAST],
        [shapely.GeometryCollection([WEST, WEST.centroid]), EAST],
    ],
    ids=["none", "nothing", "empty", "line", "point", "crossing", "collection"],
)
def test_odd_shapes_are_findings_of_b01_and_stop_no_other_check(shapes, files, capsys):
    path = str(layer(files / "odd.gpkg", shapes))
    assert exit_code(["check", "boundaries", path, "--with", f"roster={path}"]) == 1
    assert " B01 " in capsys.readouterr().out
    for command in (
        ["check", "names", path],
        ["check", "seats", path, "--with", f"units={files / 'units.gpkg'}"],
        ["check", "facilities", path],
        ["diff", path, str(files / "units.gpkg")],
    ):
        assert exit_code(command) in {0, 1}
        assert capsys.readouterr().err == ""


def test_heights_are_left_out(files, capsys):
    path = layer(files / "z.gpkg", shapely.force_3d([WEST, EAST], 5.0))
    assert exit_code(["check", "boundaries", str(path)]) == 0
    assert exit_code(["diff", str(path), str(files / "units.gpkg")]) == 0
    capsys.readouterr()


@pytest.mark.parametrize("role", sorted(linter_of("boundaries").companions))
def test_a_companion_of_another_sort_is_one_sentence(role, files, capsys):
    for name in ("text.txt", "missing.csv", "."):
        command = ["check", "boundaries", files / "units.gpkg", "--with", f"{role}={files / name}"]
        assert name.strip(".") in sentence(capsys, command)
    points = layer(files / "points.gpkg", [WEST.centroid, EAST.centroid])
    if role != "roster":
        command = ["check", "boundaries", files / "units.gpkg", "--with", f"{role}={points}"]
        assert "points.gpkg" in sentence(capsys, command)


def workbook(path, rows, merged=()):
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
        for cells in merged:
            page.merge_range(*cells)
    return path


def test_what_offices_have_is_read(files, capsys):
    title = workbook(
        files / "title.xlsx",
        [["天宁区地名表"], [], ["代码", "名称", "镇街"], [320402001002, "水岸社区居委会"]]
        + [[320402001003, "兰陵社区居委会"]],
        [(0, 0, 0, 2, "天宁区地名表"), (3, 2, 4, 2, "兰陵街道")],
    )
    (files / "gbk.csv").write_bytes(OK.encode("gbk"))
    (files / "utf16.csv").write_bytes(OK.encode("utf-16"))
    (files / "codeless.csv").write_text("代码,名称\n,水岸社区居委会\n,兰陵社区居委会\n")
    for path in (title, files / "gbk.csv", files / "utf16.csv", files / "codeless.csv"):
        assert exit_code(["check", "names", str(path)]) == 0
        assert capsys.readouterr().err == ""


@pytest.mark.parametrize("ending", ["xls", "xlsx", "docx"])
def test_a_file_with_a_password_is_one_sentence(ending, files, capsys):
    path = files / f"locked.{ending}"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    kind = "text" if ending == "docx" else "names"
    assert "password" in sentence(capsys, ["check", kind, path])


@pytest.mark.parametrize(
    ("option", "content", "word"),
    [
        ("--rules", "N0l = false\n", "did you mean 'N01'"),
        ("--rules", "[N10]\ndistance = 4\n", "N10.distance"),
        ("--rules", "[N10\n", "not a TOML file"),
        ("--rules", "# 规则".encode("gbk"), "not UTF-8"),
        ("--accept", '[[accept]]\nrule="N0l"\nsubject="1"\nreason="r"\ndate=2026-01-01\n', "'N01'"),
        ("--accept", '[[accept]]\nid="ZZ-1"\nreason="r"\ndate=2026-01-01\n', "'ZZ'"),
        ("--accept", '[[accept]]\nid="N01-1"\ndate=2026-01-01\n', "reason is missing"),
    ],
)
def test_a_fault_of_a_steering_file_is_one_sentence(option, content, word, files, capsys):
    path = files / "steer.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    said = sentence(capsys, ["check", "names", files / "names.csv", option, path])
    assert "steer.toml" in said
    assert word in said
    assert str(files) in sentence(capsys, ["check", "names", files / "names.csv", option, files])


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def test_no_result_takes_the_place_of_an_input_or_of_another(files, capsys):
    (files / "link.csv").symlink_to(files / "names.csv")
    os.link(files / "names.csv", files / "hard.csv")
    (files / "accept.toml").write_text("")
    names, units = files / "names.csv", files / "units.gpkg"
    before = contents(files)
    taken = [
        *(["check", "names", names, "--out", files / name] for name in ("names.csv", "link.csv")),
        *(["check", "names", names, "--propose", files / one] for one in ("names.csv", "hard.csv")),
        ["check", "names", names, "--propose", files / "x" / ".." / "names.csv"],
        ["check", "names", names, "--with", f"units={units}", "--out", units],
        [
            "check",
            "names",
            names,
            "--accept",
            files / "accept.toml",
            "--out",
            files / "accept.toml",
        ],
        ["check", "boundaries", units, "--propose", units],
        ["check", "boundaries", units, "--propose", files / "o.gpkg", "--out", files / "o.gpkg"],
        ["diff", names, files / "link.csv", "--out", names],
    ]
    for command in taken:
        assert "never changed in place" in sentence(capsys, command)
        assert contents(files) == before


def test_a_shapefile_is_whole_and_a_project_keeps_its_files(files, capsys):
    shape = layer(files / "units.shp", [WEST, EAST])
    said = sentence(capsys, ["check", "boundaries", shape, "--out", files / "units.dbf"])
    assert "never changed in place" in said
    town = write_town(files / "town")
    before = contents(town)
    for name in ("geoplan.toml", "units.geojson", "people.csv"):
        for project in (town, town / "geoplan.toml"):
            command = ["check", "project", project, "--out", town / name]
            assert "never changed in place" in sentence(capsys, command)
    assert contents(town) == before


def test_a_place_that_cannot_be_written_is_told_before_anything_is(files, capsys):
    names = files / "names.csv"
    before = contents(files)
    for out in (files, files / "nowhere" / "o.json"):
        proposal = ["--propose", files / "p.csv"]
        assert str(out) in sentence(capsys, ["check", "names", names, "--out", out, *proposal])
        assert str(out) in sentence(capsys, ["check", "names", names, "--propose", out])
        assert str(out) in sentence(capsys, ["diff", names, names, "--out", out])
    assert "written to" in sentence(capsys, ["check", "names", names, "--propose", files / "p.pdf"])
    assert contents(files) == before


def test_a_disk_that_refuses_leaves_nothing(files, capsys, monkeypatch):
    def refuse(*_arguments):
        raise PermissionError(13, "Permission denied")

    before = contents(files)
    monkeypatch.setattr(Path, "replace", refuse)
    command = ["check", "names", files / "names.csv", "--out", files / "o.json"]
    assert "Permission denied" in sentence(capsys, command)
    assert contents(files) == before


def test_very_long_and_empty_names_are_checked(files, capsys):
    long = "水岸新村" * 2500
    rows = [f"{320402001000 + one},{long}{one}" for one in range(12)]
    path = files / "long.csv"
    path.write_text("\n".join(["代码,名称", *rows, "320402001099,", ",", "备注", ""]), "utf-8")
    out = files / "o.xlsx"
    command = ["check", "names", str(path), "--format", "xlsx", "--out", str(out)]
    assert exit_code(command) == 1
    capsys.readouterr()
    frame = pd.read_excel(out, engine="calamine", header=1, dtype=str)
    assert frame.iloc[:, 4].str.len().max() > 10_000
    assert frame.iloc[:, 3].str.startswith("N20 ").sum() == 2
