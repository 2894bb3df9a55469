"""Names of units: committees, keys, two names in one row, variants, near spellings."""

from __future__ import annotations

import pytest

from geoplan.domain.unit_names import (
    all_names,
    committee_of,
    is_near_spelling,
    is_unit_name,
    is_variant,
    listed_names,
    merged_names,
    specific_part,
    township_kind_said,
    unit_key,
)


@pytest.mark.parametrize(
    ("name", "key", "specific"),
    [
        ("朝阳村村委会", "朝阳村", "朝阳"),
        ("朝阳村民委员会", "朝阳村", "朝阳"),
        ("朝阳村", "朝阳村", "朝阳"),
        ("中村村村委会", "中村村", "中村"),
        ("水岸社区居委会", "水岸社区", "水岸"),
        ("水岸居民委员会", "水岸社区", "水岸"),
        ("丽华一村社区居委会", "丽华一村社区", "丽华一村"),
        ("雕庄街道办事处", "雕庄街道", "雕庄"),
        ("郑陆镇人民政府", "郑陆镇", "郑陆"),
        ("水 岸\u3000社区\u200b", "水岸社区", "水岸"),
        ("解放路", "解放路", "解放路"),
        ("村", "村", "村"),
    ],
)
def test_long_and_short_forms_have_one_key(name, key, specific):
    assert (unit_key(name), specific_part(name)) == (key, specific)


@pytest.mark.parametrize(
    ("name", "committee"),
    [
        ("天安河滨社区居委会", "residents"),
        ("水岸社区", "residents"),
        ("施家巷村村委会", "villagers"),
        ("朝阳村民委员会", "villagers"),
        ("翟家营社区村民委员会", ""),
        ("西街村居民委员会", ""),
        ("丽华一村社区居委会", "residents"),
        ("巴彦塔拉嘎查社区", ""),
        ("中山农村社区", ""),
        ("额很乌苏村委会社区", ""),
        ("朝阳村", ""),
        ("雕庄街道园区(管理区）", ""),
    ],
)
def test_a_name_says_whose_committee_it_is_or_neither(name, committee):
    assert committee_of(name) == committee


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("采菱村村委会含采菱社区居委会", ("采菱村村委会", "采菱社区居委会")),
        ("东青社区居委会（含东青村村委）", ("东青社区居委会", "东青村村委")),
        ("东青社区居委会(含东青村村委）", ("东青社区居委会", "东青村村委")),
        ("甲村村委会 乙社区居委会", ("甲村村委会", "乙社区居委会")),
        ("甲村村委会、乙村村委会", ("甲村村委会", "乙村村委会")),
        ("甲村/乙村", ("甲村", "乙村")),
        ("卢湾村委会（长阳社区）", ("卢湾村委会", "长阳社区")),
        ("甲社区暨乙社区", ("甲社区", "乙社区")),
    ],
)
def test_two_names_in_one_row_are_parted(name, parts):
    assert merged_names(name) == parts
    assert all_names(name) == list(parts)


@pytest.mark.parametrize(
    "name",
    [
        "含山社区居委会",
        "李含贲村委会",
        "下含村委会",
        "四份村委会（含移民新区）",
        "暨阳湖社区居委会",
        "兼善社区居民委员会",
        "田林八、九、十村居委会",
        "龙潭村民委员会（农村社区）",
        "天后宫居委会（社区）",
        "郭辛庄村农工商联合公司（村委会）",
        "郑陆镇 和平村村委会",
        "郑陆镇和平村村委会",
        "天宁区/兰陵街道/茶山村",
        "茶山村（兰陵街道）",
        "红旗村委会（夹街）",
        "雕庄街道园区(管理区）",
        "中村村村委会",
        "",
    ],
)
def test_one_name_stays_one(name):
    assert merged_names(name) is None
    assert all_names(name) == [name]


@pytest.mark.parametrize(
    ("one", "other", "variant"),
    [
        ("聚博", "聚博花园", True),
        ("翠竹北区", "翠竹新村北区", True),
        ("查家湾", "查家", True),
        ("采菱", "采菱", True),
        ("红梅", "红梅东村", False),
        ("丽华一村", "丽华二村", False),
        ("水晶城", "横塘", False),
        ("富强", "富强新", False),
        ("梅", "红梅", False),
    ],
)
def test_variants_add_characters_but_no_ordinal_or_direction(one, other, variant):
    assert is_variant(one, other) is is_variant(other, one) is variant


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("瞿秋白故居", "瞿秋白旧居", True),
        ("瞿秋白故居", "瞿秋故居", True),
        ("张太雷故居", "张雷太故居", True),
        ("张太雷故居", "张太雷故居", False),
        ("张太雷故居", "张太雷纪念馆", False),
        ("第一支部旧址", "第二支部旧址", False),
        ("东门战斗遗址", "西门战斗遗址", False),
        ("春夏秋", "秋春夏", False),
    ],
)
def test_near_spellings_differ_by_one_character_that_is_no_ordinal(one, other, near):
    assert is_near_spelling(one, other) is is_near_spelling(other, one) is near


def test_aliases_are_parted_by_any_usual_sign():
    assert listed_names("甲; 乙；丙、丁，戊,") == ["甲", "乙", "丙", "丁", "戊"]
    assert listed_names("") == []


def test_units_and_towns_are_known_by_their_endings():
    assert is_unit_name("水岸社区")
    assert not is_unit_name("解放路")
    assert not is_unit_name("村")
    assert township_kind_said("雕庄街道办事处") == "subdistrict"
    assert township_kind_said("郑陆镇") == "town"
    assert township_kind_said("朝阳村") is None
