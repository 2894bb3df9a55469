"""A name is taken apart as people read it, and says what kind of place it names."""

from __future__ import annotations

import pytest

from geoplan.domain.generic_terms import (
    KINDS,
    TERM_KIND,
    carries_estate_name,
    compared_group,
    demanded_terms,
    name_class,
    name_parts,
    place_kind,
    scope_of,
    shown_terms,
    split_generic,
    without_brackets,
)
from geoplan.views.wording import LANGUAGES, wording


@pytest.mark.parametrize(
    ("name", "organ", "specific", "ordinal", "generic"),
    [
        ("红梅新村社区居委会", "社区居委会", "红梅", "", "新村"),
        ("丽华一村社区居委会", "社区居委会", "丽华", "一", "村"),
        ("朝阳新村第一社区居委会", "社区居委会", "朝阳", "第一", "新村"),
        ("清凉东村社区居委会", "社区居委会", "清凉", "东", "村"),
        ("青龙苑南区社区居委会", "社区居委会", "青龙", "南区", "苑"),
        ("翠竹南区第一社区居委会", "社区居委会", "翠竹", "南区第一", ""),
        ("勤丰村村委会", "村委会", "勤丰", "", "村"),
        ("勤丰村委会", "村委会", "勤丰", "", "村"),
        ("中村村村民委员会", "村民委员会", "中村", "", "村"),
        ("亚新村村委会", "村委会", "亚新", "", "村"),
        ("五一村村委会", "村委会", "五一", "", "村"),
        ("荡南村村委会", "村委会", "荡南", "", "村"),
        ("三里村村委会", "村委会", "三里", "", "村"),
        ("江南村村委会", "村委会", "江南", "", "村"),
        ("花园社区居委会", "社区居委会", "花园", "", ""),
        ("横塘社区居委会", "社区居委会", "横塘", "", ""),
        ("金百花园社区居委会", "社区居委会", "金百", "", "花园"),
        ("东青社区居委会（含东青村村委）", "社区居委会", "东青", "", ""),
        ("采菱村村委会含采菱社区居委会", "村委会", "采菱", "", "村"),
        ("雕庄街道办", "办事处", "雕庄", "", "街道"),
        ("郑陆镇人民政府", "人民政府", "郑陆", "", "镇"),
        ("解放 中路", "", "解放", "中", "路"),
        ("龙城大道", "", "龙城", "", "大道"),
        ("丽华３期", "", "丽华", "3期", ""),
        ("大厦", "", "", "", "大厦"),
    ],
)
def test_a_name_is_taken_apart_from_its_end(name, organ, specific, ordinal, generic):
    parts = name_parts(name)
    assert (parts.organ, parts.specific, parts.ordinal, parts.generic) == (
        organ,
        specific,
        ordinal,
        generic,
    )


def test_the_body_leaves_out_organ_and_remark():
    assert name_parts("勤丰村委会").body == name_parts("勤丰村村委会").body == "勤丰村"
    assert name_parts("东青社区（含东青村）").body == "东青"
    assert name_parts("东青社区（含东青村）").full == "东青社区(含东青村)"
    assert name_parts("含山路").body == "含山路"


@pytest.mark.parametrize(
    ("name", "body", "ordinal"),
    [
        ("青龙苑（一期）", "青龙苑一期", "一期"),
        ("阳光花园(东区)", "阳光花园东区", "东区"),
        ("丽华新村（第二）社区", "丽华新村(第二)", ""),
        ("园区(管理区）", "园区", ""),
        ("周家（经济开发区）（省级）", "周家", ""),
        ("东青社区（含东青村（老村））", "东青", ""),
        ("园区（管理区", "园区", ""),
        ("珠海（揭阳）产业园", "珠海(揭阳)产业园", ""),
        ("新（土郎）村村民委员会", "新(土郎)村", ""),
        ("（撤销）", "(撤销)", ""),
        ("（" * 500, "(" * 499, ""),
        ("（村）" * 500 + "村", "(村)" * 500 + "村", ""),
    ],
)
def test_a_remark_behind_a_name_is_left_out_unless_it_numbers_the_place(name, body, ordinal):
    parts = name_parts(name)
    assert (parts.body, parts.ordinal) == (body, ordinal)


@pytest.mark.parametrize(
    ("name", "code", "declared", "kind", "told"),
    [
        ("丽华一村", "", "", "estate", "estate"),
        ("丽华一村南区", "", "", "estate", "estate"),
        ("翠竹南区", "", "", "estate", "estate"),
        ("五一村", "", "", "village", "village"),
        ("亚新村", "", "", "village", "village"),
        ("徐家村三组", "", "", "village", "village"),
        ("红梅新村", "", "", "estate", "estate"),
        ("红梅新村社区居委会", "", "", "community", "community"),
        ("天宁区", "", "", "district", "division"),
        ("江苏省", "", "", "district", "division"),
        ("单县", "", "", "district", "division"),
        ("大市", "", "", "other", "other"),
        ("东峰", "", "", "other", "other"),
        ("高新区", "320981411", "", "unit", "division"),
        ("雕庄街道园区(管理区）", "320402001401", "", "unit", "division"),
        ("中央花园", "320402003901", "", "unit", "estate"),
        ("雕庄街道办事处", "", "", "subdistrict", "division"),
        ("青果小镇", "", "", "estate", "estate"),
        ("华润国际", "", "", "other", "estate"),
        ("同济桥", "", "", "bridge", "other"),
        ("青果", "", "住宅区、楼宇", "estate", "estate"),
        ("青果", "", "道路（街巷）", "road", "road"),
    ],
)
def test_the_kind_tells_who_chose_the_name(name, code, declared, kind, told):
    assert place_kind(name, code, declared) == kind
    assert name_class(kind, name_parts(name)) == told


@pytest.mark.parametrize(
    ("name", "carries"),
    [
        ("香缇湾社区居委会", True),
        ("华润国际社区", True),
        ("丽华一村社区", True),
        ("水岸社区", False),
    ],
)
def test_a_community_may_carry_the_name_of_an_estate(name, carries):
    assert carries_estate_name(name_parts(name)) is carries


def test_brackets_and_merged_units_are_taken_out_wherever_they_stand():
    assert without_brackets("甲（一）园【二】") == "甲园"
    assert without_brackets("采菱村村委会含采菱社区居委会") == "采菱村村委会"
    assert without_brackets("含山路") == "含山路"


@pytest.mark.parametrize(
    ("name", "head", "last"),
    [
        ("丽华一村社区居委会", "丽华一村社区", "居委会"),
        ("丽华一村社区", "丽华一村", "社区"),
        ("丽华一村", "丽华一", "村"),
        ("中山路", "中山", "路"),
        ("路", "路", ""),
        ("青果", "青果", ""),
    ],
)
def test_the_last_word_that_stands_apart_in_pinyin(name, head, last):
    assert split_generic(name) == (head, last)


@pytest.mark.parametrize(
    ("name", "code", "declared", "kind"),
    [
        ("红梅", "", "道路名称", "road"),
        ("红梅", "", "住宅小区", "estate"),
        ("红梅路", "", " Estate ", "estate"),
        ("天安河滨社区居委会", "320402109202", "", "community"),
        ("勤丰村村委会", "320402002001", "", "village"),
        ("水岸", "320402001002", "", "community"),
        ("勤丰", "320402001199", "", "community"),
        ("勤丰", "320402001200", "", "village"),
        ("勤丰", "320402001399", "", "village"),
        ("雕庄园区", "320402001400", "", "unit"),
        ("红梅", "320402004", "", "subdistrict"),
        ("郑陆", "320402109000", "", "town"),
        ("郑陆", "320402200", "", "township"),
        ("天宁", "320402000000", "", "district"),
        ("某园", "320402450", "", "estate"),
        ("永宁路", "32040200000001", "", "road"),
        ("同济桥", "", "不知", "bridge"),
        ("舣舟亭", "", "", "other"),
    ],
)
def test_register_organ_code_and_term_tell_the_kind_in_this_order(name, code, declared, kind):
    assert place_kind(name, code, declared) == kind


def test_groups_scopes_and_demanded_terms():
    assert compared_group("village") == compared_group("community") == "unit"
    assert compared_group("road") == "road"
    assert scope_of("village", "320402001200") == "320402"
    assert scope_of("town", "320402109") == "32"
    assert scope_of("road", "") == ""
    assert "路" in demanded_terms("road")
    assert demanded_terms("community") == frozenset()
    assert shown_terms("road") == "路、街、巷、大道"


def test_every_kind_has_a_word_in_both_languages():
    assert set(TERM_KIND.values()) <= set(KINDS)
    for lang in LANGUAGES:
        assert [kind for kind in KINDS if not wording(lang).has(f"place_word.{kind}")] == []
