"""Two registers compared: planted changes, and both editions of Tianning's list judged by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from geoplan.io.gazetteer import read_gazetteer
from geoplan.model.edition_changes import MIRRORED
from geoplan.stages.name_changes import compare_names
from geoplan.stages.unit_names import alikeness, parts_of_row, unit_name, without_ordinal

OLD = {
    "320402001001": ("水岸社区居委会", "雕庄街道"),
    "320402001002": ("丽华一村社区居委会", "雕庄街道"),
    "320402001003": ("丽华二村社区居委会", "雕庄街道"),
    "320402001200": ("徐家村村委会", "雕庄街道"),
    "320402002001": ("工人新村第一社区居委会", "青龙街道"),
    "320402002002": ("工人新村第二社区居委会", "青龙街道"),
}


def register(rows):
    table = pd.DataFrame(
        [(code, name, parent) for code, (name, parent) in rows.items()],
        columns=["代码", "名称", "所属镇街"],
    )
    return read_gazetteer(table)


def told(found):
    return sorted(
        f"{one.kind} {'+'.join(u.code[6:] for u in one.before)}"
        f">{'+'.join(u.code[6:] for u in one.after)} {one.certainty} {one.why}"
        for one in found.changes
    )


def changed(**new):
    """Return what is told when some codes (their last six digits) get another row, or none."""
    rows = {code: new.get(f"c{code[6:]}", row) for code, row in OLD.items()}
    extra = {f"320402{key[1:]}": row for key, row in new.items() if f"320402{key[1:]}" not in OLD}
    later = {code: row for code, row in {**rows, **extra}.items() if row is not None}
    return told(compare_names(register(OLD), register(later)))


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ({}, []),
        ({"c001001": ("水岸社区居民委员会", "雕庄街道")}, []),
        (
            {"c001001": ("水岸家园社区居委会", "雕庄街道")},
            ["rename 001001>001001 likely same_code"],
        ),
        (
            {"c001001": ("横塘社区居委会", "雕庄街道")},
            ["rename 001001>001001 uncertain code_alone"],
        ),
        (
            {"c001001": None, "c001009": ("水岸社区居委会", "雕庄街道")},
            ["recode 001001>001009 certain same_name"],
        ),
        (
            {"c001001": None, "c002009": ("水岸社区居委会", "青龙街道")},
            [
                "recode 001001>002009 certain same_name",
                "transfer 001001>002009 certain same_name",
            ],
        ),
        ({"c001001": ("水岸社区居委会", "青龙街道")}, ["transfer 001001>001001 certain same_unit"]),
        (
            {"c001200": ("徐家社区居委会", "雕庄街道")},
            ["conversion 001200>001200 certain same_name"],
        ),
        (
            {"c001200": None, "c001010": ("徐家社区居委会", "雕庄街道")},
            [
                "conversion 001200>001010 certain same_name",
                "recode 001200>001010 certain same_name",
            ],
        ),
        (
            {"c002001": None, "c002002": None, "c002009": ("工人新村社区居委会", "青龙街道")},
            ["merge 002001+002002>002009 likely ordinals"],
        ),
        ({"c001001": None}, ["abolished 001001> likely not_found"]),
        ({"c001008": ("菱溪社区居委会", "雕庄街道")}, ["new >001008 likely not_found"]),
    ],
)
def test_each_change_is_told_and_nothing_else(new, expected):
    assert changed(**new) == expected


def test_a_name_that_two_units_bear_is_not_certain():
    old = {"320402001001": ("新丰村村委会", "甲"), "320402002001": ("新丰村村委会", "乙")}
    new = {"320402003001": ("新丰村村委会", "丙")}
    found = compare_names(register(old), register(new))
    assert {one.certainty for one in found.changes} == {"uncertain"}
    assert {one.kind for one in found.changes} == {"abolished", "new"}


def test_a_street_that_was_renamed_took_its_communities_along():
    new = {
        code: (name, "东城街道" if parent == "青龙街道" else parent)
        for code, (name, parent) in OLD.items()
    }
    assert told(compare_names(register(OLD), register(new))) == []


def test_names_are_compared_without_organ_width_and_blanks():
    assert unit_name("徐家村村委会") == unit_name("徐家村民委员会")
    assert unit_name("中村村村委会").root == "中村"
    assert unit_name("园区(管理区）") == unit_name("园区（管理区)")
    assert unit_name("郑陆镇").same(unit_name("郑陆"))
    assert not unit_name("郑陆镇").same(unit_name("郑陆乡"))
    assert [one.root for one in parts_of_row("东青社区居委会（含东青村村委）")] == ["东青", "东青"]
    assert [one.root for one in parts_of_row("含山社区居委会")] == ["含山"]
    included = parts_of_row("四份村委会（含移民新区）")
    assert [one.root for one in included] == ["四份", "移民新区"]
    assert unit_name("郑陆镇人民政府") == unit_name("郑陆镇")
    assert unit_name("兰陵街道办事处") == unit_name("兰陵街道")
    assert unit_name("街道").root == "街道"
    assert without_ordinal(unit_name("翠竹南区第一社区居委会")) == "翠竹南区"
    assert without_ordinal(unit_name("水岸社区居委会")) == ""
    one, other = unit_name("聚博社区居委会"), unit_name("聚博花园社区居委会")
    assert alikeness(one, other) == alikeness(other, one) == pytest.approx(2 / 3)


def test_a_seat_has_moved_beyond_thirty_metres():
    def seats(*metres):
        return read_gazetteer(
            pd.DataFrame(
                {
                    "代码": [f"32040200100{one}" for one in range(len(metres))],
                    "名称": [f"{chr(0x7532 + one)}社区" for one in range(len(metres))],
                    "经度": [120.0] * len(metres),
                    "纬度": [31.77 + one / 110_870.0 for one in metres],
                    "坐标系": ["EPSG:4490"] * len(metres),
                }
            )
        )

    found = compare_names(seats(0, 0, 0), seats(29.9, 30.2, 200))
    assert [one.after[0].code[-1] for one in found.of("moved_seat")] == ["1", "2"]
    assert found.of("moved_seat")[1].distance_m == pytest.approx(200, abs=0.5)
    assert found.unchanged == 1


EDITIONS = Path(__file__).parents[3] / "tools/tianning_sample/facts"
EARLIER, LATER = "tianning_codes_old_edition.tsv", "tianning_communities.csv"
JUDGED = """
abolished 001200> likely not_found
abolished 001202> likely not_found
abolished 001203> likely not_found
abolished 002208> likely not_found
abolished 002209> likely not_found
abolished 002210> likely not_found
abolished 002211> likely not_found
abolished 002212> likely not_found
abolished 002213> likely not_found
abolished 002214> likely not_found
abolished 004205> likely not_found
abolished 005015> likely not_found
conversion 001201>001004 likely merged_row
merge 004003+004004>004022 likely ordinals
new >001002 likely not_found
new >001003 likely not_found
new >001401 likely not_found
new >002010 likely not_found
new >002011 likely not_found
new >003016 likely not_found
new >005019 likely not_found
new >006012 likely not_found
recode 001201>001004 likely merged_row
rename 002009>002009 uncertain code_alone
rename 003014>003014 likely same_code
rename 004005>004005 likely same_code
rename 004016>004016 likely same_code
rename 004021>004021 likely same_code
rename 109202>109202 uncertain code_alone
rename 109223>109223 likely same_code
rename 109227>109227 likely same_code
"""
"""Read line by line in both lists. 002009 (水晶城 → 横塘) may be a code used again; 109202
(天安河滨 in 郑陆镇 → 施家巷) is a slip of the earlier list, whose 天安河滨 is 006007."""


@pytest.fixture(scope="module")
def editions():
    return tuple(read_gazetteer(EDITIONS / name) for name in (EARLIER, LATER))


def test_both_editions_of_tianning_are_told_as_a_reader_would(editions):
    found = compare_names(*editions)
    assert told(found) == JUDGED.split("\n")[1:-1]
    assert (len(editions[0]), len(editions[1]), found.unchanged) == (130, 125, 107)


def test_the_mirror_of_both_editions(editions):
    there, back = compare_names(*editions), compare_names(editions[1], editions[0])
    mirrored = sorted(
        f"{MIRRORED.get(one.kind, one.kind)} {'+'.join(u.code[6:] for u in one.after)}"
        f">{'+'.join(u.code[6:] for u in one.before)} {one.certainty} {one.why}"
        for one in there.changes
    )
    assert told(back) == mirrored
    assert compare_names(editions[0], editions[0]).changes == ()


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_rows_changes_nothing(editions, seed):
    def shuffled(name):
        separator = "\t" if name.endswith("tsv") else ","
        table = pd.read_csv(EDITIONS / name, sep=separator, dtype=str).fillna("")
        return read_gazetteer(table.sample(frac=1, random_state=seed))

    found = compare_names(shuffled(EARLIER), shuffled(LATER))
    assert told(found) == JUDGED.split("\n")[1:-1]
