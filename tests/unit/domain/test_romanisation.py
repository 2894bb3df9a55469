"""Spelling of place names: what is right, and what is first wrong with a spelling."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoplan.domain.character_readings import plain_readings, readings, without_tones
from geoplan.domain.romanisation import (
    fault_of,
    is_plainly_right,
    parsed,
    searched_fault,
    spaced_rightly,
    spelled,
    usual_spelling,
    usual_words,
)


def spellings(name):
    """Yield every right spelling of a short name without tones: all readings, all partings."""
    partings = []
    for gaps in product(("", " "), repeat=len(name) - 1):
        marked = name[0] + "".join(gap + one for gap, one in zip(gaps, name[1:], strict=True))
        partings.append(tuple(marked.split(" ")))
    right = [words for words in partings if spaced_rightly(words)]
    for chosen in product(*(sorted(plain_readings(one)) for one in name)):
        yield from (spelled(words, chosen) for words in right)


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


@pytest.mark.parametrize(
    ("name", "usual", "others"),
    [
        ("乐亭路", "Laoting Lu", ["Leting Lu", "Yueting Lu"]),
        ("河北省乐亭县", "Hebeisheng Laotingxian", []),
        ("乐清路", "Yueqing Lu", ["Leqing Lu"]),
        ("丽水路", "Lishui Lu", []),
        ("六安路", "Lu'an Lu", ["Liu'an Lu"]),
        ("蚌埠路", "Bengbu Lu", ["Bangbu Lu"]),
        ("铅山路", "Yanshan Lu", ["Qianshan Lu"]),
        ("番禺路", "Panyu Lu", ["Fanyu Lu"]),
        ("歙县", "Shexian", []),
        ("单县", "Shanxian", ["Danxian"]),
        ("解州镇", "Xiezhou Zhen", ["Haizhou Zhen", "Jiezhou Zhen"]),
        ("洪洞路", "Hongtong Lu", ["Hongdong Lu"]),
        ("浚县路", "Xunxian Lu", []),
        ("荥阳路", "Xingyang Lu", ["Yingyang Lu"]),
        ("黄陂路", "Huangpi Lu", []),
        ("大埔路", "Dabu Lu", ["Dapu Lu"]),
        ("东阿路", "Dong'e Lu", ["Dong'a Lu"]),
        ("繁峙路", "Fanshi Lu", ["Fanzhi Lu"]),
        ("朝阳路", "Chaoyang Lu", ["Zhaoyang Lu"]),
    ],
)
def test_a_local_reading_is_proposed_and_any_other_reading_is_right_too(name, usual, others):
    right = usual_spelling(name)
    assert right.replace(" ", "").lower() == usual.replace(" ", "").lower()
    assert fault_of(name, right) is None
    assert [other for other in others if fault_of(name, other) not in {None, "spacing"}] == []
    assert fault_of(name, "Huitong Lu") == "reading"


def test_local_readings_have_tones():
    assert usual_spelling("台州路", tones="marked") == "Tāizhōu Lù"
    assert fault_of("台州路", "Tāizhōu Lù") is fault_of("台州路", "Táizhōu Lù") is None
    assert fault_of("乐亭路", "Làotíng Lù") is None
    assert fault_of("乐亭路", "Lǎotíng Lù") == "tones"


def test_letters_and_figures_of_a_name_have_no_tone():
    assert fault_of("88小区", "88 Xiǎoqū") is None
    assert fault_of("88小区", "88 Xiáoqū") == "tones"


@pytest.mark.parametrize("one", ["村", "长", "一村", "东路", "乐"])
@pytest.mark.parametrize("wrong", ["", " Road"])
def test_an_absurd_name_is_judged_like_any_other(one, wrong):
    name = one * (1200 // len(one))
    usual = usual_spelling(name)
    assert "".join(usual_words(name)) == name
    assert (fault_of(name, usual + wrong) == "reading") is bool(wrong)
    apart = " ".join([usual_spelling(two) for two in ["长长"] * 600])
    assert (fault_of("长长" * 600, apart + wrong) == "reading") is bool(wrong)


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


NAMES = [
    "红梅新村",
    "舣舟亭",
    "中山东路",
    "永安街",
    "西安路",
    "丽华一村",
    "吕墅",
    "前后北岸",
    "朝阳花园",
]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_plainly_right_is_right_when_it_is_searched_as_well(name):
    """Every way to part the usual letters, with and without capitals and apostrophes."""
    usual = [without_tones(readings(one)[0]) for one in name]
    told = set()
    for gaps in product(("", " ", "'"), repeat=len(name) - 1):
        written = usual[0].capitalize() + "".join(
            gap + (one.capitalize() if gap == " " else one)
            for gap, one in zip(gaps, usual[1:], strict=True)
        )
        for form in (written, written.lower(), written.upper()):
            plainly = is_plainly_right(name, form)
            told.add(plainly)
            assert not plainly or searched_fault(name, form) is None, form
            assert fault_of(name, form) == searched_fault(name, form), form
    assert True in told or any(one[0] in "aoe" for one in usual[1:]) or "ü" in "".join(usual)


def test_a_character_without_a_reading_is_not_plainly_right():
    assert not is_plainly_right("□", "")
    assert not is_plainly_right("红□", "Hong")
