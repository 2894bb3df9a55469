"""The annex tables: what is printed, in both languages, and nothing that a cell can run."""

from __future__ import annotations

import pytest
import python_calamine

from geoplan.domain.profiles import PROFILES, QUANTITIES, citation
from geoplan.jobs import load_inputs, open_project
from geoplan.pipeline import plan
from geoplan.views.tables import render_tables, sheets
from geoplan.views.wording import wording
from tests.projects import PROJECT, write_town


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    folder = write_town(tmp_path_factory.mktemp("town"))
    made = PROJECT.replace('name = "小镇"', 'name = "小镇"\nsynthetic = true')
    (folder / "geoplan.toml").write_text(made, encoding="utf-8")
    table = (folder / "facilities.csv").read_text(encoding="utf-8-sig")
    named = table.replace("设施0", "=HYPERLINK(1)")
    (folder / "facilities.csv").write_text(named, encoding="utf-8")
    project = open_project(folder)

    def quiet(stage):
        return None

    return plan(load_inputs(project, progress=quiet), project.file, progress=quiet)


def cells(outcome, tmp_path, lang):
    path = tmp_path / "t.xlsx"
    path.write_bytes(render_tables(outcome, lang=lang))
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    return {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in book.sheet_names
    }


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_sheet_says_that_the_data_are_made(outcome, tmp_path, lang):
    for name, rows in cells(outcome, tmp_path, lang).items():
        assert "示意数据 · made data" in rows[0][0], name


def test_the_sheets_hold_the_numbers_of_the_tables(outcome, tmp_path):
    book = cells(outcome, tmp_path, "zh")
    header, *rows = book["附表2 分镇街覆盖"][2:]
    table = [dict(zip(header, row, strict=True)) for row in rows]
    limit, group, covered, people = (
        wording("zh").text(f"column.{key}") for key in ("minutes", "group", "covered", "people")
    )
    older = [row for row in table if row[limit] == 9 and "60" in row[group]]
    assert sum(row[covered] for row in older) == outcome.summary["covered"]
    assert sum(row[people] for row in older) == outcome.summary["people"]
    assert len(book["附表4 盲区清单"]) - 3 == outcome.summary["gaps"]
    assert len(book["附表5 选址排序"]) - 3 == outcome.summary["recommended_sites"]


def test_a_name_that_looks_like_a_formula_stays_a_name(outcome, tmp_path):
    book = cells(outcome, tmp_path, "en")
    names = [row[1] for row in book["1 Facilities"]]
    assert "=HYPERLINK(1)" in names


def test_the_same_run_gives_the_same_bytes(outcome):
    assert render_tables(outcome, lang="zh") == render_tables(outcome, lang="zh")


def test_both_languages_have_the_same_shape(outcome):
    shapes = [[one.table.shape for one in sheets(outcome, lang=lang)] for lang in ("zh", "en")]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_number_of_every_walker_stands_in_the_workbook_with_its_source(
    outcome, tmp_path, lang
):
    words = wording(lang)
    header, *rows = cells(outcome, tmp_path, lang)[words.text("sheet.walkers")][2:]
    assert header == [
        words.text(f"column.{key}") for key in ("walker", "item", "value", "unit_of", "source")
    ]
    told = {(row[0], row[1]): row[2:] for row in rows}
    profiles = outcome.settings.profiles
    assert len(told) == len(rows) == len(profiles) * len(QUANTITIES)
    for name in profiles:
        walker = PROFILES[name]
        for quantity, value, unit, source in walker.quantities():
            printed, _, cited = told[getattr(walker, lang), words.text(f"walker.{quantity}")]
            assert cited == (citation(source, lang) or words.text("walker.neutral"))
            if unit not in {"rule", "scenario"} and value is not None:
                assert printed == value
    speed = told[getattr(PROFILES["elder80"], lang), words.text("walker.speed_m_s")]
    assert speed[0] == 0.8
    assert "0.71" in speed[2]
    steps = told[getattr(PROFILES["elder80"], lang), words.text("walker.uses_steps")]
    assert steps[0] == words.text("walker.no")
