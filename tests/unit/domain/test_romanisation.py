"""Spelling of place names: what is right, and what is first wrong with a spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoplan.domain.romanisation import (
    fault_of,
    parsed,
    readings,
    spellings,
    usual_spelling,
    usual_words,
    without_tones,
)


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("天宁区", "Tianning Qu"),
        ("郑陆镇", "Zhenglu Zhen"),
        ("西安路", "Xi'an Lu"),
        ("丽华一村", "Lihua Yicun"),
        ("丽华一村社区居委会", "Lihua Yicun Shequ Juweihui"),
        ("朝阳新村第一社区", "Chaoyang Xincun Diyi Shequ"),
        ("中山东路", "Zhongshan Donglu"),
        ("江东路", "Jiangdong Lu"),
        ("永宁路社区", "Yongninglu Shequ"),
        ("前后北岸社区", "Qianhoubei'an Shequ"),
        ("吕墅村", "Lüshu Cun"),
        ("周口店", "Zhoukoudian"),
        ("涉县", "Shexian"),
        ("三河口社区（含三河口村）", "Sanhekou Shequ"),
        ("查家村", "Zhajia Cun"),
    ],
)
def test_the_usual_spelling(name, spelling):
    assert usual_spelling(name) == spelling


def test_the_usual_spelling_with_tones():
    assert usual_spelling("朝阳路", tones="marked") == "Cháoyáng Lù"


@pytest.mark.parametrize(
    ("name", "written", "fault"),
    [
        ("西安路", "Xi'an Lu", None),
        ("西安路", "Xi’an Lu", None),
        ("西安路", "XI'AN LU", None),
        ("西安路", "Xī'ān Lù", None),
        ("西安路", "Xian Lu", "apostrophe"),
        ("常州路", "Chang'zhou Lu", "apostrophe"),
        ("西安路", "Xi'anlu", "spacing"),
        ("西安路", "Xi An Lu", "spacing"),
        ("西安路", "Xi-an Lu", "spacing"),
        ("西安路", "xi'an lu", "capitals"),
        ("西安路", "Xi'An Lu", "capitals"),
        ("西安路", "Xi'an lu", "capitals"),
        ("西安路", "Xi'an Road", "reading"),
        ("西安路", "Xi'an", "reading"),
        ("西安路", "Dong'an Lu", "reading"),
        ("朝阳路", "Chaoyang Lu", None),
        ("朝阳路", "Zhaoyang Lu", None),  # every reading is right
        ("朝阳路", "Chǎoyáng Lù", "tones"),
        ("朝阳路", "Cháoyáng Lu", "tones"),  # some syllables only
        ("吕墅村", "Lüshu Cun", None),
        ("吕墅村", "LÜSHU CUN", None),
        ("吕墅村", "Lvshu Cun", "umlaut"),
        ("吕墅村", "Lu:shu Cun", "umlaut"),
        ("吕墅村", "Lushu Cun", "reading"),
        ("中山东路", "Zhongshan Donglu", None),
        ("中山东路", "Zhongshandong Lu", None),
        ("中山东路", "Zhongshan Dong Lu", "spacing"),
        ("中山东路", "Zhongshandonglu", "spacing"),
        ("西辽河", "Xi Liaohe", None),
        ("西辽河", "Xiliao He", None),
        ("周口店", "Zhoukoudian", None),
        ("周口店", "Zhoukou Dian", "spacing"),
        ("三里村", "Sanlicun", None),  # a natural village
        ("青果巷", "Qingguoxiang", "spacing"),
        ("三环路", "3 Huanlu", None),
        ("经五路", "Jing 5 Lu", None),
        ("第九弄", "Di-9 Long", None),
        ("丽华二村", "Lihua 2 Cun", None),
        ("十二道沟路", "12 Daogou Lu", None),
        ("丽华二村", "Lihua 3 Cun", "reading"),
        ("丽华一村社区", "Lihua Yicun Shequ", None),
        ("丽华一村社区", "Lihuayicun Shequ", None),
        ("丽华一村社区", "Li Hua Yi Cun She Qu", "spacing"),
    ],
)
def test_the_first_fault_of_a_spelling(name, written, fault):
    assert fault_of(name, written) == fault


def test_all_spellings_of_a_short_name():
    assert {one for one in spellings("西辽河") if "Liao" in one or "liao" in one} == {
        "Xi Liaohe",
        "Xiliao He",
    }
    assert set(spellings("天宁区")) >= {"Tianning Qu"}
    assert all(one.count(" ") == 1 for one in spellings("天宁区"))


SYLLABLES = "天宁青龙茶山红梅兰陵丽华朝阳西安一二东北新吕"
GENERIC = st.sampled_from(["路", "巷", "花园", "新村", "社区", "镇", "区", "东路", "村"])
NAMES = st.builds(
    lambda proper, generic: "".join(proper) + generic,
    st.lists(st.sampled_from(SYLLABLES), min_size=2, max_size=4),
    GENERIC,
)


@given(NAMES)
def test_the_usual_spelling_of_any_name_is_right_in_every_dress(name):
    usual = usual_spelling(name)
    assert fault_of(name, usual) is None
    assert fault_of(name, usual.upper()) is None
    assert fault_of(name, usual_spelling(name, tones="marked")) is None
    assert "".join(usual_words(name)) == name
    assert "".join(parsed(name, usual).syllables) == without_tones(usual).lower().replace(
        " ", ""
    ).replace("'", "")


@given(NAMES)
def test_every_listed_spelling_is_right_and_the_usual_one_is_listed(name):
    listed = set(spellings(name[-4:]))
    assert usual_spelling(name[-4:]) in listed
    assert {fault_of(name[-4:], one) for one in listed} == {None}


@given(NAMES)
def test_a_spelling_in_small_letters_has_wrong_capitals(name):
    assert fault_of(name, usual_spelling(name).lower()) == "capitals"


def test_readings_are_those_of_both_sources_and_none_for_what_is_no_character():
    assert {"cháo", "zhāo"} <= set(readings("朝"))
    assert {"chá", "zhā"} <= set(readings("查"))
    assert readings("A") == ()
