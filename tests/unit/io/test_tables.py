"""Tables as planners save them: encodings, endings that lie, row numbers, codes."""

from __future__ import annotations

import warnings

import geopandas as gpd
import pytest
import shapely
import xlsxwriter

from geoplan.errors import EmptyInputError, InputError, SchemaError
from geoplan.io.facilities import read_facilities

HEADER = "id,name,kind,lon,lat,crs\n"
ROW = "A1,红梅站,care_station,119.97,31.78,EPSG:4490\n"


def saved(folder, content, name="facilities.csv"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_gives_the_same_names(tmp_path, encoding):
    facilities = read_facilities(saved(tmp_path, (HEADER + ROW).encode(encoding)))
    assert facilities.name.tolist() == ["红梅站"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"\x89PNG\r\n\x1a\n rest"),
        ("a.csv", b"PK\x03\x04 rest"),
        ("a.csv", b"\xd0\xcf\x11\xe0 rest"),
        ("a.csv", b"<!DOCTYPE html><table></table>"),
        ("a.csv", b"%PDF-1.7"),
        ("a.xls", b"<html><table><tr><td>id</td></tr></table></html>"),
        ("a.xlsx", b"PK\x03\x04 but not a workbook"),
        ("a.xlsx", (HEADER + ROW).encode()),
        ("a.geojson", (HEADER + ROW).encode()),
        ("a.geojson", b'{"type": "neither"}'),
        ("a.gpkg", b"SQLite format 3\x00 but broken"),
        ("a.shp", b"\x00\x00\x27\x0a broken"),
        ("a.csv", b"\xff\xfe\x00"),
        ("a.csv", b"id,name\n\x81\xff\xff"),
        ("a.docx", b"PK"),
    ],
)
def test_a_file_that_is_not_what_its_ending_says(tmp_path, name, content):
    with pytest.raises(InputError) as caught:
        read_facilities(saved(tmp_path, content, name))
    assert str(caught.value).startswith(name)
    assert "\n" not in str(caught.value)
    assert "; " in str(caught.value)


@pytest.mark.parametrize("content", ["", "   \n", HEADER, HEADER + "\n,,,,,\n"])
def test_nothing_in_the_table(tmp_path, content):
    with pytest.raises(EmptyInputError):
        read_facilities(saved(tmp_path, content))


def test_blank_rows_are_counted_as_excel_counts_them(tmp_path):
    bad = "A2,站,care_station,oops,31.78,EPSG:4490\n"
    with pytest.raises(SchemaError, match=r"row 5\b"):
        read_facilities(saved(tmp_path, HEADER + ROW + ",,,,,\n\n" + bad))


def test_a_row_with_too_many_cells_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"row 3\b"):
        read_facilities(saved(tmp_path, HEADER + ROW + "A2,站,a,comma,x,1,2,EPSG:4490\n"))


def test_two_columns_of_one_meaning_are_refused(tmp_path):
    with pytest.raises(SchemaError, match="名称"):
        read_facilities(saved(tmp_path, "名称," + HEADER + "另一名," + ROW))


def workbook(path, rows, merge=None):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("设施")
        for row, cells in enumerate(rows):
            sheet.write_row(row, 0, cells)
        if merge:
            sheet.merge_range(*merge)
    return path


def test_titles_above_the_header_and_merged_cells(tmp_path):
    rows = [
        ["天宁区设施一览表"],
        ["编号", "名称", "类型", "经度", "纬度", "坐标系"],
        [1, "甲站", "社工站", 119.97, 31.78, ""],
        [2, "乙站", "社工站", 119.98, 31.79, ""],
    ]
    path = workbook(tmp_path / "f.xlsx", rows, merge=(2, 5, 3, 5, "CGCS2000"))
    facilities = read_facilities(path)
    assert facilities.id.tolist() == ["1", "2"]
    assert facilities.crs == "EPSG:4490"
    assert facilities.kind.tolist() == ["social_work_station"] * 2


def test_a_notes_sheet_before_the_table_is_passed_over(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "f.xlsx") as book:
        book.add_worksheet("说明").write(0, 0, "请填写第二张表")
        sheet = book.add_worksheet("设施")
        sheet.write_row(0, 0, ["id", "name", "kind", "lon", "lat", "crs"])
        sheet.write_row(1, 0, ["A", "站", "library", 119.97, 31.78, "EPSG:4490"])
    assert read_facilities(tmp_path / "f.xlsx").id.tolist() == ["A"]


def layer(path, **columns):
    frame = gpd.GeoDataFrame(columns, geometry=[shapely.Point(119.97, 31.78)], crs="EPSG:4490")
    frame.to_file(path)
    return path


@pytest.mark.parametrize("name", ["f.gpkg", "f.geojson", "f.shp"])
def test_layers_carry_their_positions_and_system(tmp_path, name):
    path = layer(tmp_path / name, id=["A"], name=["站"], kind=["library"])
    facilities = read_facilities(path)
    assert facilities.xy.tolist() == [[119.97, 31.78]]
    assert facilities.crs == "EPSG:4490"


def test_shapefile_without_cpg(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = gpd.GeoDataFrame(
            {"id": ["A"], "name": ["红梅站"], "kind": ["library"]},
            geometry=[shapely.Point(119.97, 31.78)],
            crs="EPSG:4490",
        )
        frame.to_file(tmp_path / "f.shp", encoding="GB18030")
    (tmp_path / "f.cpg").unlink()
    content = bytearray((tmp_path / "f.dbf").read_bytes())
    content[29] = 0
    (tmp_path / "f.dbf").write_bytes(content)
    assert read_facilities(tmp_path / "f.shp").name.tolist() == ["红梅站"]


def test_a_geopackage_with_several_layers(tmp_path):
    frame = gpd.GeoDataFrame(
        {"id": ["A"], "name": ["站"], "kind": ["library"]},
        geometry=[shapely.Point(119.97, 31.78)],
        crs="EPSG:4490",
    )
    frame.to_file(tmp_path / "f.gpkg", layer="other")
    frame.assign(id="B").to_file(tmp_path / "f.gpkg", layer="facilities")
    assert read_facilities(tmp_path / "f.gpkg").id.tolist() == ["B"]
    frame.to_file(tmp_path / "g.gpkg", layer="one")
    frame.to_file(tmp_path / "g.gpkg", layer="two")
    with pytest.raises(InputError, match="one, two"):
        read_facilities(tmp_path / "g.gpkg")
