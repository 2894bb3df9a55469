"""A new project: readable as written, all or nothing, equal bytes."""

from __future__ import annotations

import re
import zipfile

import numpy as np
import pytest

from geoplan.config import parse_project
from geoplan.domain.groups import GROUPS
from geoplan.domain.kinds import KINDS
from geoplan.domain.siting import CANDIDATE_CLASSES
from geoplan.errors import OutputError
from geoplan.io.demand import read_demand
from geoplan.io.facilities import RATING_WORDS, STATUSES, read_facilities
from geoplan.io.sheets import DEMAND, FACILITIES
from geoplan.io.templates import project_contents, write_project


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_templates_as_written_are_readable(tmp_path, ending):
    write_project(tmp_path / "new")
    facilities = read_facilities(tmp_path / "new" / f"facilities.{ending}")
    demand = read_demand(tmp_path / "new" / f"demand.{ending}")
    assert facilities.kind.tolist() == ["care_station"]
    assert facilities.giving("meals").all()
    assert np.isnan(facilities.attributes["rating"]).all()
    assert demand.groups == ("all", "60+", "80+", "alone", "disabled", "low_income", "handicapped")
    assert demand.people.tolist() == [[300, 80, 12, 11, 9, 1, 3]]
    assert facilities.source.synthetic
    assert demand.source.synthetic


@pytest.mark.parametrize(
    ("folder", "identity"),
    [("Tianning 2021", "tianning-2021"), ("天宁", "project"), ("a_b", "a_b")],
)
def test_the_project_file_is_valid(tmp_path, folder, identity):
    write_project(tmp_path / folder)
    text = (tmp_path / folder / "geoplan.toml").read_text(encoding="utf-8")
    assert parse_project(text, where="geoplan.toml").project.id == identity


def test_the_commented_walker_of_the_project_file_is_valid(tmp_path):
    write_project(tmp_path / "new")
    text = (tmp_path / "new" / "geoplan.toml").read_text(encoding="utf-8")
    start, stop = text.index("# [[walk.custom]]"), text.index("[coverage]")
    switched = text[:start] + text[start:stop].replace("# ", "", 20) + text[stop:]
    for switch in ("slope = true", 'scenario = "rain"'):
        switched = switched.replace(f"# {switch}", switch)
    file = parse_project(switched, where="geoplan.toml")
    walker = file.walkers()["cane"]
    assert (walker.speed_m_s, walker.scenario, walker.slope) == (0.55, "rain", True)


def test_the_commented_siting_of_the_project_file_is_valid():
    text = project_contents("new")["geoplan.toml"].decode()
    start, stop = text.index("# classes = "), text.index("[scorecard]")
    block = re.sub(r"^# ", "", text[start:stop], flags=re.MULTILINE)
    switched = text[:start].replace("new = 5", "") + block + text[stop:]
    siting = parse_project(switched, where="geoplan.toml").siting
    assert set(siting.model_fields_set) >= {"classes", "budget", "required", "banned", "max_gap"}
    assert siting.classes == tuple(CANDIDATE_CLASSES)
    assert siting.banned_areas == "banned.geojson"
    assert siting.cost == {"room": 10.0}
    assert siting.floors == {"示例街道": 0.7}
    assert [(one.year, one.new, one.budget) for one in siting.stages] == [(2027, 3, 150.0)]


def test_every_choice_of_a_list_is_one_that_the_reader_knows():
    choices = {field.header: set(field.choices) for field in FACILITIES.fields if field.choices}
    assert choices["类型"] == {kind.zh for kind in KINDS.values()}
    assert choices["状态"] <= set(STATUSES)
    assert choices["等级"] == set(RATING_WORDS)


def test_every_need_group_has_a_column_that_says_who_is_meant():
    notes = {field.header: field.note for field in DEMAND.fields}
    for group in GROUPS.values():
        assert group.definition_zh in notes[group.zh]
        assert ("60岁以上" in notes[group.zh].partition("；")[2]) == (group.within == "60+")


@pytest.mark.parametrize("group", GROUPS)
def test_a_project_may_name_any_need_group_as_its_main_group(group):
    text = project_contents("new")["geoplan.toml"].decode()
    assert f"{group}({GROUPS[group].zh})" in text
    named = parse_project(text.replace('group = "60+"', f'group = "{group}"'), where="geoplan.toml")
    assert named.coverage.group == group


@pytest.mark.parametrize("name", ["facilities.xlsx", "demand.xlsx"])
def test_drop_downs_point_to_a_hidden_list(tmp_path, name):
    write_project(tmp_path / "new")
    with zipfile.ZipFile(tmp_path / "new" / name) as book:
        table = book.read("xl/worksheets/sheet1.xml").decode()
        sheets = book.read("xl/workbook.xml").decode()
    assert 'type="list"' in table
    assert "选项" in table
    assert 'name="说明"' in sheets
    assert 'name="选项"' in sheets
    assert 'state="hidden"' in sheets


def test_the_same_name_gives_the_same_bytes():
    assert project_contents("x") == project_contents("x")


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(OutputError, match="not empty"):
        write_project(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_empty_folder_is_taken(tmp_path):
    assert (tmp_path / "geoplan.toml") in write_project(tmp_path)


def test_all_or_nothing(tmp_path, monkeypatch):
    contents = project_contents("new") | {"sub/none.csv": b""}
    monkeypatch.setattr("geoplan.io.templates.project_contents", lambda name: contents)
    with pytest.raises(OutputError):
        write_project(tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_file_in_the_way(tmp_path):
    (tmp_path / "new").write_text("x", encoding="utf-8")
    with pytest.raises(OutputError):
        write_project(tmp_path / "new")


def test_the_target_sets_of_a_new_project_are_those_that_ship():
    from geoplan.config import parse_project
    from geoplan.io.sheets import project_text
    from geoplan.io.targets import target_sets

    text = project_text("mine")
    assert set(parse_project(text, where="test").scorecard.targets) <= set(target_sets())
    assert all(name in text for name in target_sets())
