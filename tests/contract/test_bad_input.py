"""Bad input through the command line: one sentence, exit code 3, the old results untouched."""

from __future__ import annotations

import subprocess
import sys

import pytest

from geoplan.cli.main import exit_code
from tests.projects import write_town


def edited(name, old, new):
    def spoil(folder):
        path = folder / name
        text = path.read_text(encoding="utf-8-sig")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return spoil


def replaced(name, content):
    return lambda folder: (folder / name).write_bytes(content)


def removed(name):
    return lambda folder: (folder / name).unlink()


def row_twice(name):
    def spoil(folder):
        path = folder / name
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        path.write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")

    return spoil


def header_only(name):
    def spoil(folder):
        path = folder / name
        header = path.read_text(encoding="utf-8-sig").splitlines()[0]
        path.write_text(header + "\n", encoding="utf-8")

    return spoil


def too_many_elders(folder):
    path = folder / "people.csv"
    header, first, *rest = path.read_text(encoding="utf-8-sig").splitlines()
    cells = first.split(",")
    cells[header.split(",").index("people_60")] = "9999"
    path.write_text("\n".join([header, ",".join(cells), *rest]) + "\n", encoding="utf-8")


def added(section, name="", content=""):
    """Return what adds a section to the project file, and a file beside it."""

    def spoil(folder):
        file = folder / "geoplan.toml"
        text = file.read_text(encoding="utf-8")
        old = text.replace(section.splitlines()[0] + "\n", section + "\n")
        file.write_text(old if old != text else f"{text}\n{section}\n", encoding="utf-8")
        if name:
            (folder / name).write_text(content, encoding="utf-8")

    return spoil


FIGURE = "edition,level,code,indicator,value,unit,source\n2021,district,9,home_care_beds,{},{},r\n"
HEDGE = (
    '{"type": "FeatureCollection", "features": [{"type": "Feature", '
    '"properties": {"kind": "hedge"}, "geometry": {"type": "LineString", '
    '"coordinates": [[120.0, 31.78], [120.01, 31.78]]}}]}'
)

CASES = {
    "unknown targets": (
        added('[scorecard]\ntargets = ["gb99999"]'),
        ("gb99999", "gb50180"),
    ),
    "figure in another unit": (
        added('[reported]\npath = "r.csv"', "r.csv", FIGURE.format(32, "people")),
        ("r.csv", "row 2", "home_care_beds", "beds"),
    ),
    "figure that is no number": (
        added('[reported]\npath = "r.csv"', "r.csv", FIGURE.format("many", "beds")),
        ("r.csv", "row 2", "many"),
    ),
    "unknown indicator": (
        added('[reported]\npath = "r.csv"', "r.csv", FIGURE.replace("home_care_beds", "wells")),
        ("r.csv", "row 2", "wells"),
    ),
    "unknown barrier": (
        added('[network]\nbarriers = "walls.geojson"', "walls.geojson", HEDGE),
        ("walls.geojson", "hedge"),
    ),
    "banned line": (
        added('[siting]\nbanned_areas = "parks.geojson"', "parks.geojson", HEDGE),
        ("parks.geojson", "row 1", "valid polygon"),
    ),
    "no banned areas": (
        added('[siting]\nbanned_areas = "parks.geojson"'),
        ("parks.geojson", "no such file"),
    ),
    "required id without class": (
        added('[siting]\nrequired = ["f2"]'),
        ("siting.required", "'f2'", "room:F0012"),
    ),
    "missing column": (edited("facilities.csv", "kind", "sort"), ("facilities.csv", "kind")),
    "unknown crs": (edited("facilities.csv", "EPSG:4490", "EPSG:999999"), ("EPSG:999999",)),
    "shifted datum": (edited("facilities.csv", "EPSG:4490", "GCJ-02"), ("GCJ-02",)),
    "no crs": (edited("facilities.csv", "EPSG:4490", ""), ("facilities.csv", "crs")),
    "duplicate facility": (row_twice("facilities.csv"), ("facilities.csv", "f0", "row 2")),
    "duplicate home": (row_twice("people.csv"), ("people.csv", "h000", "row 2")),
    "picture called csv": (replaced("people.csv", b"\x89PNG\r\n\x1a\n"), ("people.csv", "PNG")),
    "workbook called csv": (replaced("people.csv", b"PK\x03\x04"), ("people.csv", ".xlsx")),
    "text called geojson": (replaced("units.geojson", b"code,name"), ("units.geojson",)),
    "cut geojson": (replaced("units.geojson", b'{"type": "Feat'), ("units.geojson",)),
    "no bytes": (replaced("people.csv", b""), ("people.csv", "empty")),
    "empty table": (header_only("people.csv"), ("people.csv", "no rows")),
    "missing file": (removed("people.csv"), ("people.csv", "no such file")),
    "missing streets": (removed("streets.geojson"), ("streets.geojson", "no such file")),
    "unknown key": (edited("geoplan.toml", "snap_m", "snap_k"), ("geoplan.toml", "snap_k")),
    "not toml": (edited("geoplan.toml", "[walk]", "[walk"), ("geoplan.toml", "TOML")),
    "toml in another encoding": (replaced("geoplan.toml", b"\xc4\xe3\xba\xc3"), ("UTF-8",)),
    "no project file": (removed("geoplan.toml"), ("geoplan.toml", "geoplan init")),
    "wrong level": (edited("units.geojson", "subdistrict", "galaxy"), ("units.geojson", "galaxy")),
    "orphan unit": (
        edited("units.geojson", '"parent_code": "91"', '"parent_code": "99"'),
        ("units.geojson", "91"),
    ),
    "group above all": (too_many_elders, ("people.csv", "row 2", "people_60", "9999")),
    "swapped columns": (edited("facilities.csv", "lon,lat", "lat,lon"), ("row 2", "swapped")),
    "unknown kind": (edited("facilities.csv", "public_room", "castle"), ("castle", "row 4")),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    folder = write_town(tmp_path_factory.mktemp("sound"))
    assert exit_code(["run", str(folder), "--out", str(folder / "out"), "--lang", "en"]) in {0, 1}
    return folder


def bytes_of(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_one_sentence_and_changes_nothing(case, sound, tmp_path, capsys):
    spoil, words = CASES[case]
    folder = write_town(tmp_path / "town")
    spoil(folder)
    before = bytes_of(sound / "out")
    capsys.readouterr()
    assert exit_code(["run", str(folder), "--out", str(sound / "out"), "--lang", "en"]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    for word in words:
        assert word in err
    assert bytes_of(sound / "out") == before


@pytest.mark.parametrize("case", CASES)
def test_doctor_names_the_same_problem(case, tmp_path, capsys):
    spoil, words = CASES[case]
    folder = write_town(tmp_path / "town")
    spoil(folder)
    assert exit_code(["doctor", str(folder), "--lang", "en"]) == 3
    problems = [line for line in capsys.readouterr().out.splitlines() if line[:7] == "problem"]
    assert any(all(word in line for word in words) for line in problems)
    assert all(" → " in line for line in problems if "UTF-8" not in line)


def test_no_folder_is_left_where_there_was_none(tmp_path):
    folder = write_town(tmp_path / "town")
    removed("people.csv")(folder)
    command = [sys.executable, "-m", "geoplan", "run", str(folder), "--out", str(tmp_path / "o")]
    done = subprocess.run(command, capture_output=True, check=False, text=True, encoding="utf-8")
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["town"]


def test_a_folder_of_someone_else_is_not_replaced(tmp_path, capsys):
    folder = write_town(tmp_path / "town")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep", encoding="utf-8")
    assert exit_code(["run", str(folder), "--out", str(tmp_path / "mine")]) == 3
    assert bytes_of(tmp_path / "mine") == {"letter.txt": b"keep"}
    capsys.readouterr()


def test_crs_of_the_project_file_overrides_the_table(tmp_path, capsys):
    folder = write_town(tmp_path / "town")
    edited("geoplan.toml", 'path = "facilities.csv"', 'path = "facilities.csv"\ncrs = "BD-09"')(
        folder
    )
    assert exit_code(["run", str(folder), "--out", str(tmp_path / "o")]) == 3
    assert "BD-09" in capsys.readouterr().err
    assert not (tmp_path / "o").exists()
