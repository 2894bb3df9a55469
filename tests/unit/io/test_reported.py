"""Reported figures: Chinese or English words, one sentence a fault, with its row."""

from __future__ import annotations

import pandas as pd
import pytest

from geoplan.domain.indicators import INDICATORS
from geoplan.errors import DuplicateIdError, EmptyInputError, SchemaError, TargetError
from geoplan.io.paths import sample_project
from geoplan.io.reported import read_reported
from geoplan.model.schema import REPORTED

HEADER = "edition,level,code,indicator,group,value,unit,date,source,made"
GOOD = "2021,district,320402,home_care_beds,,32,beds,2021-10-31,work report,0"


def table(folder, *rows, header=HEADER):
    path = folder / "reported.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_figures_are_sorted_and_keep_what_they_say(tmp_path):
    last_year = GOOD.replace("2021,", "2020,", 1).replace("32,beds,2021-10-31", "20,beds,")
    figures = read_reported(table(tmp_path, GOOD, last_year))
    assert tuple(figures.table.columns) == REPORTED
    assert figures.table["edition"].tolist() == ["2020", "2021"]
    assert figures.table["value"].tolist() == [20.0, 32.0]
    assert figures.table["date"].tolist() == ["", "2021-10-31"]
    assert figures.source.name == "reported.csv"
    assert not figures.source.synthetic


def test_chinese_headers_and_words(tmp_path):
    header = "年度,层级,代码,指标,人群,数值,单位,时点,来源,示意"
    row = '2021,镇（街道）,320402001000,社工人数,,"1,073",人,2021-10-31,示意,是'
    figures = read_reported(table(tmp_path, row, header=header))
    first = figures.table.iloc[0]
    assert (first["level"], first["indicator"], first["unit"]) == (
        "subdistrict",
        "social_workers",
        "people",
    )
    assert first["value"] == 1073.0
    assert figures.source.synthetic


def test_a_workbook_with_numbers_and_a_date(tmp_path):
    path = tmp_path / "reported.xlsx"
    frame = pd.DataFrame(
        {
            "edition": [2021],
            "level": ["district"],
            "code": [320402],
            "indicator": ["home_care_beds"],
            "value": [32],
            "unit": ["beds"],
            "date": [pd.Timestamp("2021-10-31")],
        }
    )
    frame.to_excel(path, index=False, engine="xlsxwriter")
    first = read_reported(path).table.iloc[0]
    assert (first["edition"], first["code"], first["date"]) == ("2021", "320402", "2021-10-31")


@pytest.mark.parametrize(
    ("old", "new", "error", "words"),
    [
        ("home_care_beds", "beds_at_home", TargetError, "indicator 'beds_at_home' is not known"),
        ("home_care_beds,,32,beds", "gini,,0.2,index", TargetError, "gini is computed"),
        ("32,beds", "32,people", TargetError, "'people', but home_care_beds is counted in 'beds'"),
        ("32,beds", "32,", SchemaError, "unit is empty"),
        (",32,", ",about 32,", SchemaError, "not a number"),
        (",32,", ",,", SchemaError, "value is empty; drop the row"),
        (",32,", ",-3,", SchemaError, "cannot be negative"),
        (",32,", ",32.5,", SchemaError, "beds come in whole numbers"),
        ("home_care_beds,,32,beds", "nursing_bed_share,,80.9,share", SchemaError, "80 % is 0.8"),
        (",district,", ",city,", SchemaError, "level is 'city'"),
        ("320402", "", SchemaError, "code is empty"),
        ("2021,district", ",district", SchemaError, "edition is empty"),
        ("2021-10-31", "October", TargetError, "date is 'October'; write a date"),
        (",0", ",perhaps", SchemaError, "neither yes nor no"),
    ],
)
def test_an_impossible_figure_names_its_row(tmp_path, old, new, error, words):
    other = GOOD.replace("320402", "320403")
    with pytest.raises(error, match=r"reported\.csv, row 3\b") as caught:
        read_reported(table(tmp_path, other, GOOD.replace(old, new)))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_one_figure_twice(tmp_path):
    with pytest.raises(DuplicateIdError, match=r"row 3: home_care_beds of 320402 .* row 2 "):
        read_reported(table(tmp_path, GOOD, GOOD.replace("32,", "33,")))


def test_no_rows_and_no_column(tmp_path):
    with pytest.raises(EmptyInputError):
        read_reported(table(tmp_path))
    with pytest.raises(SchemaError, match="value"):
        read_reported(table(tmp_path, "2021,district", header="edition,level"))


def test_the_sample_holds_the_figures_of_the_report():
    figures = read_reported(sample_project() / "population" / "tianning_reported.csv")
    value = figures.table.set_index("indicator")["value"]
    assert value["communities"] == 122
    assert value["home_care_beds"] == 32
    assert value["nursing_bed_share"] == 0.809
    assert set(value.index) <= set(INDICATORS)
    assert set(figures.table["edition"]) == {"2021"}
    assert not figures.table["made"].any()
