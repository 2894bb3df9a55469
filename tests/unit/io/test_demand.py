"""Demand: groups from the columns, whole people, totals kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoplan.domain.groups import GROUPS
from geoplan.errors import DuplicateIdError, SchemaError
from geoplan.io.demand import read_demand

HEADER = "id,place,community_code,lon,lat,crs,people,people_60,people_80"


def table(folder, *rows, header=HEADER):
    lines = [header]
    for number, people in enumerate(rows, start=1):
        lines.append(f"P{number:03},里,320402003001,119.97,31.78,EPSG:4490,{people}")
    path = folder / "demand.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_groups_come_from_the_columns(tmp_path):
    path = table(tmp_path, "9,3,1,2", header=HEADER + ",people_alone")
    demand = read_demand(path)
    assert demand.groups == ("all", "60+", "80+", "alone")
    assert demand.people.tolist() == [[9, 3, 1, 2]]
    assert demand.source.note == ""


@pytest.mark.parametrize(
    ("headers", "groups"),
    [
        ("独居,失能,低保,残疾", tuple(GROUPS)),
        ("独居老人,失能老人,低保对象,残疾人", tuple(GROUPS)),
        ("残疾人数,低保人员,失能老年人,独居老人（人）", tuple(GROUPS)),
        ("60岁以上,80岁以上,独居人数,低保人口", ("60+", "80+", "alone", "low_income")),
        ("80岁及以上老人,60周岁以上人口,70+,失能人数 *", ("60+", "70+", "80+", "disabled")),
        ("60岁以上老年人口,65岁及以上(人),80岁以上老人数,独居", ("60+", "65+", "80+", "alone")),
    ],
)
def test_groups_are_known_by_the_headers_of_registers(tmp_path, headers, groups):
    """Whatever the order of the columns: ages from the youngest, then needs by name."""
    header = f"编号,小区,社区代码,经度,纬度,坐标系,总人口（人）,{headers}"
    demand = read_demand(table(tmp_path, "9,4,3,2,1", header=header))
    assert demand.groups == ("all", *groups)
    assert sorted(demand.people[0].tolist()) == [1, 2, 3, 4, 9]


@pytest.mark.parametrize("group", GROUPS.values(), ids=lambda group: group.id)
def test_every_header_of_a_need_group_means_it(tmp_path, group):
    for header in (f"people_{group.id}", group.zh, *group.headers):
        path = table(tmp_path, "9,4", header=f"{HEADER.partition(',people_60')[0]},{header}")
        assert read_demand(path).groups == ("all", group.id), header


def test_one_need_under_two_headers_is_refused(tmp_path):
    header = f"{HEADER.partition(',people_60')[0]},独居老人,people_alone"
    with pytest.raises(SchemaError, match="独居老人 and people_alone both mean people_alone"):
        read_demand(table(tmp_path, "9,4,4", header=header))


@pytest.mark.parametrize(
    ("columns", "groups"),
    [("people_65,people_90", ("65+", "90+")), ("65岁以上,90岁及以上", ("65+", "90+"))],
)
def test_any_age_is_a_group(tmp_path, columns, groups):
    header = f"id,place,community_code,lon,lat,crs,people,{columns}"
    assert read_demand(table(tmp_path, "9,3,1", header=header)).groups == ("all", *groups)


def test_a_group_of_another_name(tmp_path):
    path = table(tmp_path, "9,3,1,2", header=HEADER + ",people_veterans")
    assert read_demand(path).groups[-1] == "veterans"


def test_fractions_keep_the_totals_and_are_said(tmp_path):
    demand = read_demand(table(tmp_path, "1.5,0.4,0", "1.5,0.6,0", "4,2,1"))
    assert demand.people.sum(axis=0).tolist() == [7, 3, 1]
    assert demand.source.rounded_rows == 2


amounts = st.tuples(st.floats(0, 50), st.floats(0, 1), st.floats(0, 1))


@given(rows=st.lists(amounts, min_size=1, max_size=12))
def test_rounding_keeps_totals_and_parts(tmp_path_factory, rows):
    texts = [f"{a:.3f},{a * b:.3f},{a * b * c:.3f}" for a, b, c in rows]
    demand = read_demand(table(tmp_path_factory.mktemp("d"), *texts))
    stated = [sum(float(text.split(",")[group]) for text in texts) for group in range(3)]
    for group in range(3):
        assert abs(demand.people[:, group].sum() - stated[group]) <= 0.5 + 1e-6
        assert (demand.people[:, group] <= demand.people[:, 0]).all()
        assert (demand.people[:, group] >= 0).all()


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ("3,4,0", "people_60"),
        ("-3,0,0", "people"),
        (",0,0", "empty"),
        ("many,0,0", "many"),
        ("3,,0", "people_60"),
    ],
)
def test_impossible_people_name_the_row(tmp_path, people, words):
    with pytest.raises(SchemaError, match=r"row 3\b") as caught:
        read_demand(table(tmp_path, "9,3,1", people))
    assert words in str(caught.value)


def test_a_missing_column(tmp_path):
    with pytest.raises(SchemaError, match=r"people.*found"):
        read_demand(table(tmp_path, "1", header="id,place,community_code,lon,lat,crs,humans"))


def test_one_id_twice(tmp_path):
    path = table(tmp_path, "9,3,1", "9,3,1")
    path.write_text(path.read_text(encoding="utf-8").replace("P002", "P001"), encoding="utf-8")
    with pytest.raises(DuplicateIdError, match=r"2.*3"):
        read_demand(path)
