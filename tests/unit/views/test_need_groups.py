"""Seven groups in the views: each by its name, none by its code, nothing cut off."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geoplan.domain.groups import GROUPS
from geoplan.jobs import load_inputs, open_project
from geoplan.model.schema import group_column
from geoplan.pipeline import plan
from geoplan.views.map_spec import map_spec
from geoplan.views.tables import sheets
from geoplan.views.wording import wording
from tests.projects import PROJECT, write_town

ALL_GROUPS = ("all", "60+", "80+", *GROUPS)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """The town with one in two older people alone, one in four in need of care, and so on."""
    folder = write_town(tmp_path_factory.mktemp("town"))
    people = pd.read_csv(folder / "people.csv", encoding="utf-8-sig")
    people["独居老人"] = people["people_60"] // 2
    people["失能老人"] = people["people_60"] // 4
    people["低保对象"] = people["people"] // 10
    people["残疾人"] = people["people"] // 5
    people.to_csv(folder / "people.csv", index=False, encoding="utf-8-sig")
    project = PROJECT + "[coverage]\ngroup = 'alone'\n"
    (folder / "geoplan.toml").write_text(project, encoding="utf-8")
    opened = open_project(folder)
    return plan(load_inputs(opened, progress=str), opened.file, progress=str)


def sheet(outcome, lang, key):
    name = wording(lang).text(f"sheet.{key}")
    return next(one.table for one in sheets(outcome, lang=lang) if one.name == name)


def test_the_run_counts_all_groups(outcome):
    assert outcome.inputs.demand.groups == ALL_GROUPS
    assert set(outcome.tables.coverage["group"]) == set(ALL_GROUPS)
    assert outcome.summary["group"] == "alone"
    assert outcome.summary["people"] == int(outcome.inputs.demand.of("alone").sum())
    assert len(outcome.tables.gaps) > 0
    assert len(outcome.tables.recommendations) > 0


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_gaps_and_sites_have_one_column_a_group_under_its_name(outcome, lang):
    words = wording(lang)
    for key, prefix, table in (
        ("gaps", "people", outcome.tables.gaps),
        ("sites", "gain", outcome.tables.recommendations),
    ):
        printed = sheet(outcome, lang, key)
        for group in ALL_GROUPS:
            header = words.text(
                "column.of_group", column=words.text(f"column.{prefix}"), group=words.group(group)
            )
            assert printed[header].tolist() == table[group_column(prefix, group)].tolist()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_header_is_wider_than_the_widest_column(outcome, lang):
    """A Chinese character takes two places."""
    for key in ("gaps", "sites", "community"):
        for header in sheet(outcome, lang, key).columns:
            assert sum(1 if letter.isascii() else 2 for letter in header) + 2 <= 60


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_units_have_one_row_a_group_and_limit(outcome, lang):
    words = wording(lang)
    printed = sheet(outcome, lang, "community")
    named = printed[words.text("column.group")]
    assert named.unique().tolist() == [words.group(group) for group in ALL_GROUPS]
    assert len(printed) == 4 * len(outcome.settings.minutes) * len(ALL_GROUPS)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_parameters_say_who_is_counted(outcome, lang):
    words = wording(lang)
    rows = sheet(outcome, lang, "parameters").to_numpy().tolist()
    told = [row[1:] for row in rows if row[0] == words.text("column.need")]
    assert told == [[words.group(one), words.definition(one)] for one in GROUPS]
    assert [words.text("column.group"), words.group("alone"), "alone"] in rows


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_code_of_a_need_group_is_printed(outcome, lang):
    """But for the machine's name of the main group, beside its own."""
    for one in sheets(outcome, lang=lang):
        cells = [*one.table.columns, *one.table.to_numpy().ravel().tolist()]
        codes = [cell for cell in cells if cell in {*GROUPS, "60+", "80+"}]
        assert codes == (["alone"] if one.name == wording(lang).text("sheet.parameters") else [])
        assert len(set(one.table.columns)) == len(one.table.columns)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_popups_of_gaps_and_sites_list_every_group(outcome, lang):
    words, spec = wording(lang), map_spec(outcome, lang=lang)
    popups = [one.popup for layer in spec.layers for one in layer.features if one.popup is not None]
    names = [words.group(group) for group in ALL_GROUPS]
    gains = [words.text("popup.gain", group=name) for name in names]
    for labels, number in (
        (names, len(outcome.tables.gaps)),
        (gains, len(outcome.tables.recommendations)),
    ):
        listing = [
            [label for label, _ in popup.rows if label in labels]
            for popup in popups
            if labels[0] in dict(popup.rows)
        ]
        assert listing == [labels] * number
    assert words.group("alone") in spec.subtitle
    assert words.group("alone") in spec.headline


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sentences_name_the_main_group(outcome, lang):
    words = wording(lang)
    told = sheet(outcome, lang, "gaps")[words.text("column.text")]
    assert told.str.contains(words.group("alone"), regex=False).all()
    people = outcome.tables.gaps["people_alone"].to_numpy()
    assert np.all([f"{n:,}" in text for n, text in zip(people, told, strict=True)])
