"""CSV text: byte for byte what the plain way writes, whatever stands in the cells."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoplan.io import csv_text
from geoplan.io.artifacts import csv_writer
from geoplan.io.csv_text import csv_chunks, harmless

HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@x",
    "\tx",
    "\rx",
    "",
    "'",
    '"',
    'a"b',
    "a,b",
    "a\nb",
    "a\r\nb",
    "里, 弄",
    " ",
    "nan",
    "\u2028",
]


def written_plainly(table, path):
    """The writer as it was: guard every cell of text, then let pandas write the whole table."""
    safe = table.copy()
    for column in safe.columns:
        if safe[column].dtype == object or pd.api.types.is_string_dtype(safe[column].dtype):
            safe[column] = safe[column].map(harmless)
    safe.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n", na_rep="")
    return path.read_bytes()


def same(table, folder):
    csv_writer(table)(folder / "new.csv")
    plain = written_plainly(table, folder / "plain.csv")
    assert (folder / "new.csv").read_bytes() == plain
    return plain


COLUMNS = {
    "text": [*HOSTILE, "=1+1", None, np.nan],
    "numpy text": np.array(HOSTILE),
    "object text": pd.Series([*HOSTILE, None, np.nan, pd.NA], dtype=object),
    "text with missing": pd.Series(["=a", pd.NA, "b"], dtype="string"),
    "whole": [3, -1, 3, 0, 2**62],
    "small": np.array([1, 1, 255], dtype=np.uint8),
    "floats": [0.1, -0.0, 0.0, np.nan, np.inf, -np.inf, 1e-7, 1e22, 1 / 3, 0.1, 2.0, 5e-324],
    "single": np.array([0.1, -0.0, 0.0, np.nan, 0.1], dtype=np.float32),
    "Int64": pd.array([1, None, 1, -5], dtype="Int64"),
    "Float64": pd.array([0.0, None, -0.0, 0.5], dtype="Float64"),
    "bool": [True, False, True],
    "boolean": pd.array([True, None, False], dtype="boolean"),
    "mixed": pd.Series([1, True, 1.0, "1", "=1", None, np.nan, 0, False, 0.0, -0.0], dtype=object),
    "numbers as objects": pd.Series([1, 2.5, None], dtype=object),
    "nothing but missing": pd.Series([None, np.nan], dtype=object),
    "days": pd.to_datetime(["2024-11-01", None, "2024-11-01"]),
    "moments": pd.to_datetime(["2024-11-01 10:00", None, "2024-11-02 00:00"]),
    "categories": pd.Categorical(["b", None, "a,", "b"], categories=["unused", "b", "a,"]),
    "number categories": pd.Categorical([0.5, None, 2.0, 0.5]),
    "no rows": pd.Series([], dtype=object),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_is_written_as_before_alone_and_beside_others(tmp_path, name):
    alone = pd.DataFrame({name: COLUMNS[name]})
    same(alone, tmp_path)
    same(alone.assign(beside="x"), tmp_path)
    same(alone.assign(row=np.arange(len(alone)))[["row", name]], tmp_path)


def test_all_kinds_in_one_table_with_hostile_headers(tmp_path):
    columns = {f"{head}{name}": values for head, (name, values) in zip(
        [*HOSTILE, "=", "a", "b"], COLUMNS.items(), strict=True
    )}  # fmt: skip
    table = pd.concat({name: pd.Series(values) for name, values in columns.items()}, axis=1)
    assert len(same(table, tmp_path).splitlines()) > len(table)


@pytest.mark.parametrize(
    "table",
    [pd.DataFrame(), pd.DataFrame(index=range(3)), pd.DataFrame(columns=["a", "b"])],
    ids=["nothing", "rows alone", "columns alone"],
)
def test_empty_tables(tmp_path, table):
    assert same(table, tmp_path).startswith(b"\xef\xbb\xbf")


def test_the_index_is_of_no_account(tmp_path):
    table = pd.DataFrame({"a": ["x", "=y", "x"], "b": [1.5, np.nan, 1.5]}, index=[7, 7, 2])
    same(table, tmp_path)


@pytest.mark.parametrize("rows", [0, 1, 4, 5, 9])
def test_pieces_join_without_a_seam(tmp_path, monkeypatch, rows):
    monkeypatch.setattr(csv_text, "_ROWS_AT_ONCE", 4)
    table = pd.DataFrame({"n": np.arange(rows), "t": ["a,b"] * rows})
    same(table, tmp_path)
    assert len(list(csv_chunks(table))) == 1 + -(-rows // 4)


def test_formulas_in_categories_are_made_harmless():
    table = pd.DataFrame({"a": pd.Categorical(["=1", "b", "=1"]), "n": [1, 2, 3]})
    assert b"".join(csv_chunks(table)).decode("utf-8-sig") == "a,n\r\n'=1,1\r\nb,2\r\n'=1,3\r\n"


def test_the_table_is_left_as_it_was(tmp_path):
    table = pd.DataFrame({"a": ["=1", "b"], "x": [0.0, np.nan]})
    before = table.copy(deep=True)
    same(table, tmp_path)
    pd.testing.assert_frame_equal(table, before)


texts = st.one_of(st.none(), st.sampled_from(HOSTILE), st.text(max_size=6))
rows = st.tuples(
    texts,
    st.one_of(st.floats(), st.sampled_from([0.0, -0.0])),
    st.one_of(st.none(), st.integers(-(2**40), 2**40)),
    st.booleans(),
    st.one_of(texts, st.integers(-3, 3), st.floats(), st.booleans()),
)


@given(rows=st.lists(rows, max_size=9))
def test_any_cells_are_written_as_before(tmp_path_factory, rows):
    text, number, whole, flag, mixed = zip(*rows, strict=True) if rows else ((),) * 5
    table = pd.DataFrame(
        {
            "text": pd.Series(text, dtype=object),
            "number": pd.Series(number, dtype=float),
            "whole": pd.Series(whole, dtype="Int64"),
            "flag": pd.Series(flag, dtype=bool),
            "mixed": pd.Series(mixed, dtype=object),
        }
    )
    same(table, tmp_path_factory.mktemp("csv"))
