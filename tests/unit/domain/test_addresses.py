"""Addresses are read from the left with a closed list of names."""

from __future__ import annotations

import pytest

from geoplan.domain.addresses import Address, AddressWords, parsed_address
from geoplan.domain.declared_units import (
    level_of_code,
    plain_unit_name,
    short_unit_name,
    whole_code,
)

WORDS = AddressWords.of(
    districts=["天宁区"],
    subdistricts=["青龙街道", "天宁街道", "郑陆镇", "茶山街道"],
    communities=[
        "新丰苑社区",
        "新丰街社区",
        "茶山村",
        "花园村",
        "丽华村",
        "丽华一村社区",
        "三河口社区",
    ],
    retired=["新丰街", "古村", "清凉"],
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Address()),
        (
            "江苏省常州市天宁区青龙街道新丰苑社区(示意位置)",
            Address("天宁区", "青龙街道", "新丰苑社区"),
        ),
        ("常州天宁区 青龙街道", Address("天宁区", "青龙街道")),
        ("天宁区天宁街道新丰街社区", Address("天宁区", "天宁街道", "新丰街社区")),
        ("青龙街道", Address(subdistrict="青龙街道")),
        ("郑陆镇三河口社区居委会", Address(subdistrict="郑陆镇", community="三河口社区")),
        ("天宁区丽华北路12号", Address("天宁区", road="丽华北路", number="12号")),
        ("青龙西路8-1号", Address(road="青龙西路", number="8-1号")),
        # roads and estates that begin like a unit
        ("广东路5号", Address(road="广东路", number="5号")),
        ("北京西路18号", Address(road="北京西路", number="18号")),
        ("天宁区茶山村路3号", Address("天宁区", road="茶山村路", number="3号")),
        ("天宁区丽华村小区2幢", Address("天宁区")),
        ("怡康花园村口", Address()),
        ("丽华三村12幢", Address()),
        ("新丰街12号", Address(road="新丰街", number="12号")),
        ("天宁区清凉路1号", Address("天宁区", road="清凉路", number="1号")),
        # subdistricts that are no more
        ("天宁区新丰街街道12号", Address("天宁区", retired="新丰街街道")),
        ("天宁区新丰街道12号", Address("天宁区", retired="新丰街道")),
        ("天宁区清凉街道", Address("天宁区", retired="清凉街道")),
        # other districts and subdistricts
        ("常州市新北区三井街道", Address("新北区", "三井街道")),
        ("武进区湖塘镇12号", Address("武进区", "湖塘镇")),
        ("上海市静安区南京西路8号", Address("静安区", road="南京西路", number="8号")),
        ("天宁区湖塘镇", Address("天宁区", "湖塘镇")),
        ("常州市高新区创新大道", Address()),
        ("工业园区3号", Address()),
    ],
)
def test_the_parts_of_an_address(text, expected):
    found = parsed_address(text, WORDS)
    parts = ("district", "subdistrict", "community", "retired")
    assert [getattr(found, part) for part in parts] == [getattr(expected, part) for part in parts]
    if expected.road:
        assert (found.road, found.number) == (expected.road, expected.number)


def test_without_names_only_the_form_of_an_address_is_seen():
    words = AddressWords.of(districts=[], subdistricts=[], communities=[], retired=[])
    assert parsed_address("天宁区青龙街道新丰苑社区", words) == Address("天宁区", "青龙街道")
    assert parsed_address("青龙街道新丰苑社区", words) == Address()


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("丽华一村社区居委会", "丽华一村社区"),
        ("丽华一村居民委员会", "丽华一村社区"),
        ("朝阳村村委会", "朝阳村"),
        ("朝阳村委会", "朝阳村"),
        ("东青社区居委会（含东青村村委）", "东青社区"),
        ("雕庄街道园区(管理区）", "雕庄街道园区"),
        (" 青龙 街道 ", "青龙街道"),
    ],
)
def test_the_plain_name_of_a_unit(text, plain):
    assert plain_unit_name(text) == plain_unit_name(plain) == plain


def test_short_names_keep_ordinals():
    assert short_unit_name("工人新村第一社区居委会") == "工人新村第一"
    assert short_unit_name("天宁街道") == "天宁"
    assert short_unit_name("社区") == "社区"


@pytest.mark.parametrize(
    ("code", "whole", "level"),
    [
        ("320402", "320402000000", "district"),
        ("320402001", "320402001000", "subdistrict"),
        ("320402001001", "320402001001", "community"),
        ("32040", "32040", ""),
        ("A12345", "A12345", ""),
        ("", "", ""),
    ],
)
def test_codes_state_their_level(code, whole, level):
    assert (whole_code(code), level_of_code(code)) == (whole, level)
